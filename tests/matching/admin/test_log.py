from __future__ import annotations

import csv
import io

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.models import LogLine, Step, Veto
from matching.publishing import publication
from tests.factories import ProposalFactory, UserFactory, VetoFactory


@pytest.fixture
def page(proposal):
    return reverse("admin:matching_log", args=[proposal.round_id])


@pytest.fixture
def step(proposal, amina, jo, organiser):
    """Takes steps about Amina and Jo."""

    def take(number=1, **facts):
        facts = {
            "kind": "together",
            "reason": "They asked.",
            "made_by": organiser,
        } | facts
        step = Step.objects.create(proposal=proposal, number=number, **facts)
        step.people.set([amina, jo])
        return step

    return take


def lines(response):
    return [
        (line.by, line.kind, line.people, line.reason)
        for line in response.context["page"]
    ]


def test_log_is_for_who_may_look_and_export_for_who_may_more(
    page, client, logged_in, viewer
):
    export = f"{page}export/"

    assert client.get(page).url.startswith(reverse("admin:login"))
    assert logged_in("export_log").get(page).status_code == 403
    assert viewer.get(page).status_code == 200
    assert viewer.post(export).status_code == 403
    assert logged_in("view_proposal", "export_log").get(export).status_code == 405


def test_steps_and_their_undoing_are_lines(page, viewer, step, organiser):
    done = step()
    Step.objects.filter(pk=done.pk).update(undone_at=timezone.now(), undone_number=2)

    undone, made = lines(viewer.get(page))

    assert undone == ("a former organiser", "undone", undone[2], "They asked.")
    assert made == (organiser.name, "kept together", made[2], "They asked.")
    assert sorted(made[2]) == sorted(undone[2]) == ["Amina", "Jo"]


def test_what_the_admin_logs_outlives_its_author(
    page, viewer, organiser_client, organiser, proposal
):
    organiser_client.post(
        reverse("admin:matching_proposal_delete", args=[proposal.pk]), {"post": "yes"}
    )

    assert lines(viewer.get(page)) == [(organiser.name, "a proposal", [], "")]
    organiser.delete()
    assert lines(viewer.get(page)) == [("a former organiser", "a proposal", [], "")]


def test_veto_is_a_line_as_long_as_its_people_are_there(
    page, viewer, organiser_client, amina, jo
):
    stranger = UserFactory(name="Zoë")
    organiser_client.post(
        reverse("admin:matching_veto_add"),
        {"first": amina.user_id, "second": jo.user_id, "reason": "A quarrel."},
    )
    assert LogLine.objects.get().words == "Decided: A quarrel."
    LogLine.objects.get().people.add(stranger)

    stranger.delete()

    [(_, kind, people, _)] = lines(viewer.get(page))
    assert (kind, sorted(people)) == ("who is kept apart", ["Amina", "Jo"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"kind": "together"}, 1),
        ({"kind": "swap"}, 1),
        ({"kind": "round"}, 0),
        ({"kind": "nonsense"}, 2),
        ({"person": "ami"}, 2),
        ({"person": "zoë"}, 0),
        ({"since": "2000-01-01"}, 2),
        ({"until": "2000-01-01"}, 0),
        ({"until": "never"}, 2),
    ],
)
def test_lines_are_found(page, viewer, step, asked, found):
    step(1)
    step(2, kind="swap")

    assert len(lines(viewer.get(page, asked))) == found


def test_lines_are_found_by_author(page, viewer, step, organiser):
    other = UserFactory()
    step(1)
    step(2, made_by=other)

    [(by, *_)] = lines(viewer.get(page, {"author": other.pk}))

    assert by == other.name


def test_export_holds_no_formula_and_is_logged(page, logged_in, step):
    step(reason="=HYPERLINK(1)")

    response = logged_in("view_proposal", "export_log").post(f"{page}export/")

    [titles, line] = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert titles[0] == "When (UTC)"
    assert line[5] == "'=HYPERLINK(1)"
    assert LogLine.objects.get().words == "Exported 1 lines of the log."


def test_log_takes_the_same_queries_for_few_and_for_many(page, viewer, step):
    def look():
        with CaptureQueriesContext(connection) as queries:
            response = viewer.get(page)
        return len(queries), len(lines(response))

    def more(numbers):
        for number in numbers:
            step(number)
            LogLine.objects.create(
                round=step(number + 100).proposal.round, kind="round"
            )

    more([1])
    few = look()
    more(range(2, 12))
    many = look()

    assert (few[0], few[1]) == (many[0], 3)
    assert many[1] == 33


def test_nobody_can_change_the_log(organiser_client):
    assert not admin.site.is_registered(LogLine)
    assert not admin.site.is_registered(Step)


@pytest.fixture
def newest(proposal):
    """What was logged last, and about whom."""

    def newest():
        line = LogLine.objects.order_by("pk").last()
        return line.words, sorted(person.name for person in line.people.all())

    return newest


def test_decisions_that_are_deleted_together_have_a_line_each(
    organiser_client, proposal, amina, jo, person
):
    soren = person("Soren", "DK")
    for one, other in [(amina, jo), (amina, soren)]:
        first, second = sorted([one.user, other.user], key=lambda user: user.pk)
        VetoFactory(first=first, second=second)
    chosen = [*Veto.objects.values_list("pk", flat=True)]

    organiser_client.post(
        reverse("admin:matching_veto_changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )

    assert not Veto.objects.exists()
    lines = LogLine.objects.filter(kind="veto", words="Ended.")
    about = [sorted(one.name for one in line.people.all()) for line in lines]
    assert sorted(about) == [["Amina", "Jo"], ["Amina", "Soren"]]


def test_reviewing_is_a_line_about_the_pair(organiser_client, proposal, match, newest):
    for act in ("mark", "unmark"):
        url = reverse(f"admin:matching_proposal_{act}", args=[proposal.pk, match.pk])
        organiser_client.post(url)
        words, people = newest()
        assert str(match) in words
        assert people == ["Amina", "Jo"]


def test_words_that_were_read_are_a_line_about_their_author(
    organiser_client, proposal, amina, newest
):
    type(amina).objects.filter(pk=amina.pk).update(wishes_text="Somebody by the sea.")

    organiser_client.post(
        reverse("admin:matching_ready_read", args=[proposal.round_id, amina.pk])
    )

    assert newest()[0].endswith(f"application {amina.pk}: nothing to add.")
    assert newest()[1] == ["Amina"]


def test_deleted_drafts_have_a_line_each_about_the_people_of_their_steps(
    organiser_client, proposal, step, jo
):
    step()
    other = ProposalFactory(round=proposal.round)

    organiser_client.post(
        reverse("admin:matching_proposal_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [proposal.pk, other.pk],
            "post": "yes",
        },
    )

    lines = LogLine.objects.filter(kind="proposal")
    about = [sorted(one.name for one in line.people.all()) for line in lines]
    assert sorted(about) == [[], ["Amina", "Jo"]]


def test_a_cap_is_a_line_about_those_who_wait_for_it(
    organiser_client, proposal, person, newest
):
    for name in ("Wanjiru", "Otieno", "Njeri"):
        person(name, "KE")

    organiser_client.post(
        reverse("admin:matching_ready_cap", args=[proposal.round_id]),
        {"cap": "20", "reason": "So that more countries take part."},
    )

    words, people = newest()
    assert words.startswith("At most 20 % from one country.")
    assert people == ["Njeri", "Otieno"]


def test_what_is_done_after_the_introductions_is_a_line_about_the_pair(
    organiser_client, organiser, proposal, match, amina, newest
):
    publication.publish(proposal, organiser, at_once=True)
    round_id = proposal.round_id
    seat = match.seats.get(application=amina)

    def post(name, pk, data):
        url = reverse(f"admin:matching_after_{name}", args=[round_id, pk])
        organiser_client.post(url, data)
        return newest()[1]

    noted = {
        f"seat-{seat.pk}-check_in": "in_touch",
        f"seat-{seat.pk}-note": "She wrote.",
    }
    assert post("note", seat.pk, noted) == ["Amina"]
    assert post("end", match.pk, {"reason": "They asked."}) == ["Amina", "Jo"]
    assert post("look_again", amina.pk, {}) == ["Amina"]
