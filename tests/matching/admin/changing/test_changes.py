from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from iln.mail.models import Message
from matching import emails
from matching.changing.steps import take
from matching.models import Aside, Pin, Proposal, Step
from matching.publishing.publication import publish, stop
from matching.services import propose
from participants import services
from tests.factories import ApplicationFactory, OrganiserFactory, RoundFactory

pytestmark = pytest.mark.django_db
COUNTRIES = {"Amina": "KE", "Jo": "AU", "Soren": "DK", "Mei": "JP"}
WISHES = {"Amina": "AU", "Jo": "KE", "Soren": "JP", "Mei": "DK"}


@pytest.fixture
def round_(db):
    return RoundFactory(closed=True)


@pytest.fixture
def people(round_):
    """Amina and Jo, Soren and Mei: each pair as they wish."""
    return {
        name: ApplicationFactory(
            round=round_,
            user__name=name,
            country=country,
            wishes=[("country", "important", WISHES[name])],
        )
        for name, country in COUNTRIES.items()
    }


@pytest.fixture
def draft(round_, people):
    return propose(round_)


def page(name, draft, *args):
    return reverse(f"admin:matching_proposal_{name}", args=[draft.pk, *args])


def words(response):
    """What one reads on a page."""
    main = response.content.decode().split('id="content"')[1]
    text = re.sub(r"<[^>]*>", " ", main)
    return re.sub(r"\s+([.,;:”])", r"\1", re.sub(r"\s+", " ", unescape(text)))


@pytest.fixture
def press(organiser_client, draft, people):
    """Send the form of a step: `press("swap", "Amina", "Mei", number=0)`."""

    def press(kind, *names, number=0, reason="They asked for it."):
        keys = ",".join(str(people[name].pk) for name in names)
        data = {"kind": kind, "people": keys, "number": number, "reason": reason}
        return organiser_client.post(page("step", draft), data, follow=True)

    return press


def look(client, draft, people, kind, *names):
    keys = [people[name].pk for name in names]
    return client.get(page("step", draft), {"kind": kind, "people": keys})


def test_page_says_what_a_step_costs_and_who_pays(organiser_client, draft, people):
    said = words(look(organiser_client, draft, people, "together", "Amina", "Mei"))

    assert "Put Amina and Mei together?" in said
    assert "−1 wish for Amina, Jo, Mei and Soren." in said
    assert "Nobody else would be left over." in said
    assert "4 people more would have none of their wishes met." in said
    assert "The whole round would meet 4 wishes fewer." in said
    assert "Amina, Kenya now: Jo then: Mei − not met Australia (important)" in said
    assert not Step.objects.exists()


def test_pin_is_free(organiser_client, draft, people):
    said = words(look(organiser_client, draft, people, "together", "Amina", "Jo"))

    assert "Keep Amina and Jo together?" in said
    assert "Nobody moves. Nobody else would be left over." in said


def test_step_is_taken_with_its_reason(press, draft, organiser):
    response = press("swap", "Amina", "Mei", reason="Both know Danish.")

    assert "Amina and Mei have swapped places." in response.content.decode()
    step = draft.steps.get()
    assert (step.reason, step.made_by) == ("Both know Danish.", organiser)


def test_reason_is_required(press, draft):
    said = words(press("swap", "Amina", "Mei", reason=" "))

    assert "Say in a few words why, please." in said
    assert not Step.objects.exists()


def test_stale_form_shows_both_versions_and_offers_the_step_again(press, draft, people):
    other = OrganiserFactory(name="Tom")
    keys = [people["Amina"].pk, people["Mei"].pk]
    take(draft, 0, "together", keys, reason="Old friends.", by=other)

    response = press("apart", "Amina", "Mei", reason="I think not.")

    assert response.status_code == 409
    said = words(response)
    assert "Amina and Mei kept together, by Tom" in said
    assert "“Old friends.”" in said
    assert "Amina: you saw them with Jo; now they are with Mei." in said
    assert "I think not." in said
    assert 'name="number" value="1"' in response.content.decode()
    assert Step.objects.count() == 1

    press("apart", "Amina", "Mei", number=1, reason="I think not.")
    assert [step.kind for step in Step.objects.all()] == ["together", "apart"]


def test_undo_and_redo_by_button(press, organiser_client, draft):
    press("swap", "Amina", "Mei")
    assert "Undo: Amina and Mei swapped" in words(
        organiser_client.get(draft.get_admin_url())
    )

    said = words(organiser_client.post(page("undo", draft), {"number": 1}, follow=True))
    assert "Do again: Amina and Mei swapped" in said
    assert not Pin.objects.exists()

    organiser_client.post(page("redo", draft), {"number": 2})
    assert Pin.objects.count() == 2


def test_stale_undo_is_refused(press, organiser_client, draft):
    press("swap", "Amina", "Mei")

    response = organiser_client.post(page("undo", draft), {"number": 0})

    assert response.status_code == 409
    assert "Amina and Mei swapped" in words(response)
    assert draft.steps.get().undone_at is None


def test_rule_is_named(organiser_client, round_, people):
    wanjiru = ApplicationFactory(round=round_, user__name="Wanjiru", country="KE")
    people["Wanjiru"] = wanjiru
    draft = propose(round_)

    response = look(organiser_client, draft, people, "together", "Amina", "Wanjiru")

    assert response.status_code == 409
    assert "Amina and Wanjiru live in the same country." in words(response)


def test_who_else_offers_the_best_with_their_price(organiser_client, draft, people):
    said = words(organiser_client.get(page("who_else", draft, people["Amina"].pk)))

    assert "Who else for Amina?" in said
    assert "Mei, Japan 4 wishes fewer met in the whole round · 4 people move" in said
    assert "Join two others as a group of three" in said
    assert "Take out of this round…" in said


def test_pages_take_as_many_queries_for_few_as_for_many(
    organiser_client, round_, people
):
    def queries():
        draft = propose(round_)
        organiser_client.get(draft.get_admin_url())
        with CaptureQueriesContext(connection) as taken:
            look(organiser_client, draft, people, "together", "Amina", "Mei")
            organiser_client.get(page("who_else", draft, people["Amina"].pk))
        return len(taken)

    few = queries()
    for nth in range(8):
        ApplicationFactory(round=round_, country=["FR", "PE"][nth % 2])

    assert queries() == few


def test_who_is_pinned_may_be_put_with_others(press, organiser_client, draft, people):
    press("together", "Amina", "Jo")

    said = words(organiser_client.get(page("who_else", draft, people["Amina"].pk)))

    assert "Put Amina with Mei, Japan Soren, Denmark" in said
    step = look(organiser_client, draft, people, "together", "Amina", "Mei")
    assert "What was decided about Amina and Jo no longer holds." in words(step)


def test_who_is_left_over_may_find_a_place(organiser_client, round_):
    for name, country in [("Amina", "KE"), ("Jo", "AU"), ("Ana", "PH")]:
        ApplicationFactory(
            round=round_, user__name=name, country=country, accepts_three=name == "Ana"
        )
    draft = propose(round_)
    alone = draft.unmatched.get()

    said = words(organiser_client.get(draft.get_admin_url()))
    assert f"Find a place for {alone.name} …" in said

    said = words(organiser_client.get(page("who_else", draft, alone.pk)))
    assert "Left over now." in said
    assert f"Put {alone.name} with" in said


def test_who_was_set_aside_can_be_brought_back(press, organiser_client, draft):
    press("aside", "Mei", reason="She is ill.")
    said = words(organiser_client.get(draft.get_admin_url()))
    assert "Mei is set aside: “She is ill.” Bring back…" in said

    press("release", "Mei", number=1)

    assert draft.seats.count() == 4


def test_published_matching_offers_no_changes(
    organiser_client, draft, people, organiser
):
    publish(draft, organiser)

    response = look(organiser_client, draft, people, "together", "Amina", "Mei")

    assert "its matching stays as it is" in words(response)
    assert "Pin this pair" not in words(organiser_client.get(draft.get_admin_url()))


def test_who_may_only_look_changes_nothing(viewer, draft, people):
    assert "Pin this pair" not in words(viewer.get(draft.get_admin_url()))
    assert look(viewer, draft, people, "together", "Amina", "Jo").status_code == 403
    assert viewer.post(page("undo", draft), {"number": 0}).status_code == 403


@pytest.mark.parametrize("query", ["", "?kind=eat&people=1", "?kind=swap&people=x"])
def test_nonsense_is_not_found(query, organiser_client, draft):
    assert organiser_client.get(page("step", draft) + query).status_code == 404


# --- Who has changed since ------------------------------------------------------


def pair_page(draft, person):
    match = draft.matches.get(seats__application=person)
    return page("pair", draft, match.pk)


def test_new_answers_are_shown_beside_those_that_were_told(
    organiser_client, draft, people
):
    people["Mei"].wishes.update(strength="must", values=["KE"])

    pair = words(organiser_client.get(pair_page(draft, people["Mei"])))
    other = words(organiser_client.get(pair_page(draft, people["Amina"])))
    summary = words(organiser_client.get(draft.get_admin_url()))

    assert "Mei has changed their answers since." in pair
    assert "Denmark (important) Kenya (must)" in pair
    assert "changed their answers since" not in other
    assert "Mei has changed since" in other
    assert "1 changed since Mei: not as this person was when it was found." in summary


def test_who_withdrew_is_marked(organiser_client, draft, people):
    services.withdraw(people["Mei"])

    pair = words(organiser_client.get(pair_page(draft, people["Mei"])))

    assert "Mei is no longer in this round. They have withdrawn." in pair


def test_nobody_is_marked_where_nothing_has_changed(organiser_client, draft, people):
    pair = words(organiser_client.get(pair_page(draft, people["Mei"])))

    assert "since" not in pair


def test_refusal_shows_both_versions_and_what_to_do(
    organiser_client, draft, people, press
):
    people["Mei"].wishes.update(values=["KE"])

    answer = press("together", "Amina", "Mei")

    assert answer.status_code == 409
    said = words(answer)
    assert "Mei: not as this matching was told." in said
    assert "Denmark (important) Kenya (important)" in said
    assert "find the best matching again" in said
    assert not Step.objects.exists()


def test_step_about_others_is_taken_all_the_same(draft, people, press):
    people["Mei"].wishes.update(values=["KE"])

    assert press("together", "Amina", "Jo").status_code == 200
    assert Step.objects.count() == 1


# --- Two organisers -------------------------------------------------------------


@pytest.mark.parametrize("kind", ["together", "apart", "swap", "aside", "release"])
def test_stale_form_shows_both_versions_and_may_be_sent_all_the_same(
    kind, organiser_client, draft, people, press
):
    press("together", "Soren", "Mei", reason="Old friends.")
    names = {"aside": ["Amina"], "release": ["Mei"]}.get(kind, ["Amina", "Mei"])
    if kind == "apart":
        names = ["Amina", "Jo"]

    stale = press(kind, *names, number=0, reason="Because.")
    said = words(stale)

    assert stale.status_code == 409
    assert "Mei and Soren kept together, by" in said
    assert "“Old friends.”" in said
    assert "you saw them with" in said
    assert "Because." in said
    assert "Do it all the same" in said
    assert press(kind, *names, number=1, reason="Because.").status_code == 200
    assert Step.objects.count() == 2


def test_stale_undo_says_what_it_would_undo_now(organiser_client, draft, press):
    press("together", "Amina", "Jo")
    press("together", "Soren", "Mei", number=1)

    stale = organiser_client.post(page("undo", draft), {"number": 1})

    assert stale.status_code == 409
    assert "Undo all the same: Mei and Soren kept together" in words(stale)
    organiser_client.post(page("undo", draft), {"number": 2})
    assert Step.objects.in_effect().count() == 1


# --- Who is set aside -------------------------------------------------------------


def test_sentence_for_somebody_set_aside_is_kept_and_told(
    organiser_client, draft, people
):
    shown = words(look(organiser_client, draft, people, "aside", "Mei"))
    data = {"kind": "aside", "people": people["Mei"].pk, "number": 0}
    said = {"reason": "She wrote.", "words": "Rest well, and see you in spring."}

    organiser_client.post(page("step", draft), data | said)
    asked = words(organiser_client.get(page("publish", draft)))
    publish(draft, OrganiserFactory())

    assert "a mail tells them kindly" in shown
    assert "Mei, with your words: “Rest well, and see you in spring.”" in asked
    mail = Message.objects.get(kind="set aside")
    assert mail.recipient == people["Mei"].user
    assert "They write: Rest well, and see you in spring." in mail.text
    assert "She wrote." not in mail.text + mail.html
    assert "Rest well" in mail.html


def test_who_is_brought_back_is_not_told_of_having_been_out(
    draft, people, press, organiser_client
):
    press("aside", "Mei")
    publish(draft, OrganiserFactory())
    mail = Message.objects.get(kind="set aside")
    assert emails.SET_ASIDE.why_not(mail) == ""
    assert "They write" not in mail.text

    Aside.objects.all().delete()

    assert emails.SET_ASIDE.why_not(mail) == "This person is no longer set aside."


def test_redo_keeps_the_sentence(organiser_client, draft, people):
    data = {"kind": "aside", "people": people["Mei"].pk, "number": 0}
    organiser_client.post(
        page("step", draft), data | {"reason": "So.", "words": "Rest well."}
    )

    organiser_client.post(page("undo", draft), {"number": 1})
    assert not Aside.objects.exists()
    organiser_client.post(page("redo", draft), {"number": 2})

    assert Aside.objects.get().words == "Rest well."


def test_stopping_takes_back_what_those_set_aside_would_read(draft, press):
    press("aside", "Mei")
    publish(draft, OrganiserFactory())

    stop(Proposal.objects.get(pk=draft.pk), OrganiserFactory())

    assert not Message.objects.filter(kind="set aside").exists()
