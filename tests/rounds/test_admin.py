from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rounds.levels import default_levels
from rounds.models import Round
from tests.factories import RoundFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "admin:rounds_round_add"
CHANGELIST = "admin:rounds_round_changelist"
DAYS = {
    "opens_at": "2026-07-01",
    "closes_at": "2026-08-15",
    "confirm_by": "2026-08-22",
    "matching_at": "2026-08-29",
    "introduces_at": "2026-09-01",
    "ends_at": "2026-12-31",
}


def filled_in(levels: list[str]) -> dict[str, str]:
    """The form as an organiser fills it in."""
    days = {f"{name}_0": day for name, day in DAYS.items()}
    times = {f"{name}_1": "12:00" for name in DAYS}
    order = {f"levels_{place}": level for place, level in enumerate(levels)}
    named = {"name": "Autumn", "slug": "autumn"}
    pace = {"introduction_days": "1", "time_zone": "Europe/Oslo"}
    pace["keep_for_months"] = "24"
    return days | times | order | named | pace


def test_organiser_adds_a_round_with_levels_in_their_order(organiser_client):
    order = default_levels()[::-1]

    response = organiser_client.post(reverse(ADD), filled_in(order))

    assert response.status_code == 302
    round_ = Round.objects.get()
    assert (round_.levels, str(round_.zone)) == (order, "Europe/Oslo")


def test_form_proposes_to_ask_still_in_some_days_before_the_deadline(organiser_client):
    form = organiser_client.get(reverse(ADD)).context["adminform"].form

    assert (form["still_in_days"].value(), form["country_cap"].value()) == (5, None)


@pytest.mark.parametrize(
    ("typed", "asked"), [("3", "2026-08-19 12:00"), ("", "None"), ("60", "2026-06-23")]
)
def test_organiser_says_when_still_in_is_asked(organiser_client, typed, asked):
    answers = filled_in(default_levels()) | {"still_in_days": typed}

    organiser_client.post(reverse(ADD), answers)

    assert str(Round.objects.get().ask_still_in_at).startswith(asked)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("still_in_days", "1"),
        ("still_in_days", "61"),
        ("country_cap", "0"),
        ("country_cap", "100"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(organiser_client, field, typed):
    answers = filled_in(default_levels()) | {field: typed}

    page = organiser_client.post(reverse(ADD), answers)

    assert list(page.context["adminform"].form.errors) == [field]


def test_limit_for_a_country_stays_after_publication(organiser_client):
    round_ = RoundFactory(
        closed=True, country_cap=20, published_at=timezone.now(), still_in_days=None
    )
    url = reverse("admin:rounds_round_change", args=[round_.pk])

    fields = organiser_client.get(url).context["adminform"].form.fields

    assert not {"country_cap", "still_in_days"} & set(fields)


def test_level_named_twice_is_refused_in_words(organiser_client):
    order = ["wishes", *default_levels()[1:]]

    response = organiser_client.post(reverse(ADD), filled_in(order))

    assert response.context["adminform"].form.errors == {
        "levels": [
            "Each one once, please. More than once: “the most wishes met, everyone's "
            "first ones first”. Missing: “the fewest people with none of their wishes met”."
        ]
    }


def test_dates_in_the_wrong_order_are_refused_in_words(organiser_client):
    late = filled_in(default_levels()) | {"closes_at_0": "2027-08-15"}

    response = organiser_client.post(reverse(ADD), late)

    assert response.context["adminform"].form.non_field_errors() == [
        "The dates must follow one another: opening, closing, confirmation "
        "deadline, matching day, introductions, end."
    ]


def test_levels_are_shown_in_their_order(organiser_client):
    order = default_levels()[::-1]
    round_ = RoundFactory(levels=order)

    page = organiser_client.get(reverse("admin:rounds_round_change", args=[round_.pk]))

    assert page.context["adminform"].form["levels"].value() == order


def test_change_page_leads_to_matching_day(organiser_client, round_):
    page = organiser_client.get(reverse("admin:rounds_round_change", args=[round_.pk]))

    day = reverse("admin:matching_matching_day", args=[round_.pk])
    assert f'<a href="{day}">Matching day</a>' in page.content.decode()


@pytest.mark.parametrize("rounds", [1, 3])
def test_changelist_asks_the_database_as_often_for_any_number(
    organiser_client, django_assert_num_queries, rounds
):
    RoundFactory.create_batch(rounds)

    with django_assert_num_queries(5):  # session, user, two counts, rounds
        organiser_client.get(reverse(CHANGELIST))


def test_rounds_are_planned_by_organisers_only(client):
    client.force_login(UserFactory())

    response = client.get(reverse(CHANGELIST))

    assert response.status_code == 302


def test_the_first_page_leads_to_the_matching_day_of_each_round_at_work(
    organiser_client,
):
    first, second = RoundFactory(), RoundFactory(planned=True)
    now = timezone.now()
    past = {name: now - timedelta(days=n) for n, name in enumerate(reversed(DAYS))}
    RoundFactory(**past)

    page = organiser_client.get(reverse("admin:index")).content.decode()

    days = [
        reverse("admin:matching_matching_day", args=[r.pk]) for r in (first, second)
    ]
    assert re.findall(r'class="button" href="([^"]+)"', page) == days


def test_the_first_page_shows_rounds_only_to_those_who_may_see_them(client):
    RoundFactory(name="Autumn round")
    client.force_login(UserFactory(is_staff=True))

    page = client.get(reverse("admin:index"))

    assert "Autumn round" not in page.content.decode()


def test_rehearsal_is_marked_in_the_list(organiser_client):
    RoundFactory()
    RoundFactory(is_rehearsal=True)

    page = organiser_client.get(reverse(CHANGELIST)).text

    assert page.count('<span class="badge">Rehearsal</span>') == 1


def test_admin_says_when_what_was_told_is_erased(organiser_client):
    ends_at = datetime(2027, 3, 31, 12, tzinfo=UTC)
    round_ = RoundFactory(ends_at=ends_at, keep_for_months=6)

    page = organiser_client.get(reverse("admin:rounds_round_change", args=[round_.pk]))

    assert "30 September 2027: a task looks" in page.content.decode()


@pytest.mark.parametrize("months", ["0", "121", "", "x"])
def test_admin_keeps_what_was_told_for_a_month_to_ten_years(organiser_client, months):
    answers = filled_in(default_levels()) | {"keep_for_months": months}

    page = organiser_client.post(reverse(ADD), answers)

    assert [*page.context["adminform"].form.errors] == ["keep_for_months"]
