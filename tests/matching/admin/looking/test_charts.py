from __future__ import annotations

import pytest

from matching.admin.looking import charts
from matching.admin.looking.small_print import small_print
from matching.models import Seat
from tests.factories import MatchFactory, ProposalFactory
from tests.matching.admin.looking.test_proposals import at


def rows(chart):
    return [(bar.label, bar.count, bar.length) for bar in chart.bars]


@pytest.mark.parametrize(
    ("met", "wishes", "kind"),
    [
        (0, 0, "had no wishes"),
        (0, 3, "none of their wishes"),
        (1, 3, "some, but less than half"),
        (2, 4, "half or more"),
        (3, 3, "all of their wishes"),
    ],
)
def test_everybody_is_in_one_row_of_wishes(met, wishes, kind, proposal, match, amina):
    Seat.objects.exclude(application=amina).delete()
    Seat.objects.update(wishes_met=met, wishes=wishes)

    counted = {label: n for label, n, _ in rows(charts.wishes(proposal)) if n}

    assert counted == {kind: 1}


def test_links_are_counted_both_ways_and_thrice_in_a_group_of_three(proposal, person):
    for people in [("KE", "AU"), ("AU", "KE"), ("AU", "PE", "KE")]:
        seated = [person(f"{nth}{people}", code) for nth, code in enumerate(people)]
        MatchFactory(proposal=proposal, applications=seated)

    chart = charts.countries(proposal)

    assert rows(chart) == [
        ("Australia – Kenya", 3, 100.0),
        ("Australia – Peru", 1, 33.3),
        ("Kenya – Peru", 1, 33.3),
    ]
    assert chart.note.startswith(
        "3 links between countries, 2 of them by one pair only"
    )


def test_hours_leave_no_gap(proposal):
    for minutes in [100, 119, 480]:
        MatchFactory(proposal=proposal, minutes_awake=minutes)

    assert rows(charts.hours(proposal)) == [
        ("0 to 2 hours", 2, 100.0),
        ("2 to 4 hours", 0, 0.0),
        ("4 to 6 hours", 0, 0.0),
        ("6 to 8 hours", 0, 0.0),
        ("8 to 10 hours", 1, 50.0),
    ]


def test_nothing_to_count_draws_nothing(proposal):
    assert [chart.bars for chart in charts.charts(proposal)[1:]] == [[], []]


def test_overview_shows_charts_and_the_page_of_a_pair_does_not(viewer, proposal, match):
    overview = viewer.get(at("change", proposal.pk)).text
    pair = viewer.get(at("pair", proposal.pk, match.pk)).text

    assert "Australia – Kenya" in overview
    assert "Countries connected" not in pair


def test_small_print_says_how_it_was_found(db):
    proposal = ProposalFactory(
        made_with={
            "levels": ["wishes", "hours"],
            "hours_step": 120,
            "left_to_draw": ["new_countries"],
        },
        figures={"seconds": 3.1},
    )

    assert small_print(proposal) == [
        (
            "Order of what matters",
            "first the fewest people without a partner; then the most wishes met, everyone's "
            "first ones first; then the most hours awake together; then a draw where all else is equal",
        ),
        ("Hours awake together", "in steps of 2 h"),
        ("Left to the draw", "countries that are new to people who come back"),
        ("Found in", "3.1 seconds"),
    ]


def test_small_print_leaves_out_what_nobody_noted(proposal):
    assert dict(small_print(proposal)).keys() == {"Order of what matters"}
