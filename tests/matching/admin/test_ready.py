from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from matching.models import LogLine, TwoPeople
from matching.readying import preparing
from participants.models import Application
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    PinFactory,
    RoundFactory,
    VetoFactory,
    days_from_now,
)

ABROAD = ["AU", "PE", "DK", "JP", "CA", "NO", "NP", "BR", "IN", "FR"]


def ready(round_, page="", *args):
    name = "admin:matching_ready" + (f"_{page}" if page else "")
    return reverse(name, args=[round_.pk, *args])


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def logged():
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


@pytest.fixture
def round_(db):
    return RoundFactory(closed=True, country_cap=None)


@pytest.fixture
def amina(round_):
    """She must have a partner in Iceland, where nobody lives; else ten would do."""
    for code in ABROAD:
        ApplicationFactory(round=round_, country=code)
    return ApplicationFactory(
        round=round_,
        user__name="Amina",
        wishes=[("country", "must", "IS")],
        wishes_text="Somebody patient.",
    )


@pytest.fixture
def looker(logged_in):
    """An organiser who may look, and change nothing."""
    return logged_in("view_proposal", "view_application")


# --- Who may ------------------------------------------------------------------


@pytest.fixture
def acts(round_, amina):
    """All that can be asked for with POST."""
    other = Application.objects.exclude(pk=amina.pk).first()
    return {
        ready(round_, "remind"): {},
        ready(round_, "double", amina.pk, other.pk): {"decision": "two", "reason": "."},
        ready(round_, "back", amina.pk): {"reason": "."},
        ready(round_, "offer", amina.pk): {"musts": "country"},
        ready(round_, "cap"): {"cap": "20", "reason": "."},
        ready(round_, "add_wishes", amina.pk): {},
        ready(round_, "read", amina.pk): {},
    }


def test_strangers_and_participants_are_sent_away(client, logged_in, acts, round_):
    for person in (client, logged_in(is_staff=False)):
        for page in [ready(round_), ready(round_, "words"), *acts]:
            assert person.post(page).url.startswith(reverse("admin:login"))


def test_other_staff_see_nothing(viewer, acts, round_):
    for page in [ready(round_), ready(round_, "words")]:
        assert viewer.get(page).status_code == 403


def test_who_may_only_look_is_offered_no_act(looker, acts, round_):
    page = looker.get(ready(round_))

    assert page.status_code == looker.get(ready(round_, "words")).status_code == 200
    assert '<form method="post"' not in page.text.partition("<main")[2]
    for act, data in acts.items():
        assert looker.post(act, data).status_code == 403
    assert not Message.objects.exists()


def test_acts_are_not_done_by_looking(organiser_client, round_, amina):
    for page in [
        ready(round_, "remind"),
        ready(round_, "back", amina.pk),
        ready(round_, "offer", amina.pk),
        ready(round_, "cap"),
        ready(round_, "read", amina.pk),
    ]:
        assert organiser_client.get(page).status_code == 405


# --- The page -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("countries", "note"),
    [
        ([], "Nobody has confirmed an application: there is nobody to match."),
        (["KE"], "One person alone has confirmed"),
        (["KE", "KE"], "All 2 people live in Kenya."),
    ],
)
def test_page_says_why_nobody_can_be_matched(countries, note, organiser_client, round_):
    for code in countries:
        ApplicationFactory(round=round_, country=code)

    assert note in organiser_client.get(ready(round_)).text


def test_page_shows_what_is_to_be_looked_at(organiser_client, round_, amina):
    ApplicationFactory(round=round_, confirmed_at=None, user__name="amina")

    page = organiser_client.get(ready(round_) + "?cap=10")

    for found in [
        "1 person has not confirmed",
        "the same name and country",
        "1 person wishes for <strong>Iceland</strong>; nobody else from there has applied.",
        "a must for 1",
        "Drop the must on <strong>Iceland</strong>: 10 partners more",
        "Nobody would have to wait: no country has more than 1.",
        "1 person wrote about their wishes in free words",
    ]:
        assert found in page.text


@pytest.mark.parametrize("cap", [None, 50])
def test_pin_on_two_who_may_not_be_paired_is_shown_with_its_rule(
    cap, organiser_client, round_
):
    here = [
        ApplicationFactory(round=round_, country=code, user__name=name)
        for code, name in [("KE", "Amina"), ("AU", "Jo"), ("KE", "Ben"), ("KE", "Ida")]
    ]
    pin = PinFactory(round=round_, first=here[0], second=here[1])
    VetoFactory(first=here[0].user, second=here[1].user)
    Round.objects.update(country_cap=cap)

    for page in (ready(round_), ready(round_) + "?cap=20"):
        shown = organiser_client.get(page).text
        assert "1 pin that cannot be kept" in shown
        assert "Amina and Jo are to be kept apart, or have been partners" in shown
        assert reverse("admin:matching_pin_delete", args=[pin.pk]) in shown


def test_pins_that_can_be_kept_are_not_shown(organiser_client, round_, amina):
    jo = Application.objects.get(country="FR")
    amina.wishes.all().delete()
    pair = sorted([amina, jo], key=lambda one: one.pk)
    PinFactory(round=round_, first=pair[0], second=pair[1])

    assert "not possible</h2>" not in organiser_client.get(ready(round_)).text


@pytest.mark.parametrize("cap", ["0", "100", "many", "-1"])
def test_impossible_limit_is_refused_beside_its_field(cap, organiser_client, round_):
    page = organiser_client.get(ready(round_) + f"?cap={cap}")

    assert page.status_code == 200
    assert page.context["what_if"].errors["cap"]
    assert page.context["forecast"] is None


def test_published_round_is_only_looked_at(organiser_client, round_, amina):
    Round.objects.update(published_at=timezone.now())

    page = organiser_client.get(ready(round_))

    assert "nothing here can be changed any more" in page.text
    assert "Offer it by letter" not in page.text


def queries(client, page):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(page).status_code == 200
    return len(found)


def test_pages_take_as_many_queries_for_many_as_for_few(organiser_client, round_):
    def arrive(count):
        for nth in range(count):
            ApplicationFactory(
                round=round_,
                country=ABROAD[nth % 3],
                user__name="Jo",
                wishes=[("country", "must", "IS"), ("role", "nice")],
                wishes_text="Somebody patient.",
            )
            ApplicationFactory(round=round_, confirmed_at=None)
        return [
            queries(organiser_client, page)
            for page in (ready(round_) + "?cap=20", ready(round_, "words"))
        ]

    few = arrive(5)

    assert arrive(20) == few


# --- What can be done ------------------------------------------------------------


def test_remind_says_how_many_and_is_harmless_twice(organiser_client, round_):
    for _ in range(2):
        ApplicationFactory(round=round_, confirmed_at=None)

    first = organiser_client.post(ready(round_, "remind"))
    again = organiser_client.post(ready(round_, "remind"))

    assert words(first) == ["Reminded 2 people."]
    assert words(again)[-1] == "Everybody has been reminded today already."
    assert Message.objects.count() == 2
    assert logged() == ["Reminded 2 people."]
    assert (
        "All of them were asked or reminded today."
        in organiser_client.get(ready(round_)).text
    )


def test_who_was_asked_whether_they_are_in_is_shown_and_reminded(
    organiser_client, round_
):
    two_days_ago, now = timezone.now() - timedelta(days=2), timezone.now()
    for said in [{}, {"sat_out_at": now, "next_round_at": now}, {"still_in_at": now}]:
        ApplicationFactory(round=round_, asked_still_in_at=two_days_ago, **said)

    page = organiser_client.get(ready(round_)).text
    sent = organiser_client.post(ready(round_, "remind"))

    assert "1 person has not said whether they are still in" in page
    assert "<dt>asked, no answer yet</dt><dd>1</dd>" in page
    assert "<dt>not this time (1: next round)</dt><dd>1</dd>" in page
    assert "If they do not by the deadline, they are not matched." in page
    assert words(sent) == ["Reminded 1 person."]
    assert Message.objects.get().kind == "still in"


def test_who_comes_first_is_listed_with_why(organiser_client, round_, amina):
    earlier = RoundFactory(
        opens_at=timezone.now() - timedelta(days=400),
        published_at=timezone.now() - timedelta(days=300),
    )
    ApplicationFactory(round=earlier, user=amina.user)

    page = organiser_client.get(ready(round_)).text

    assert "1 <strong>had no partner last time</strong>" in page
    assert '<span class="pill plain">first: had no partner last time</span>' in page


def test_nobody_can_be_reminded_too_late(organiser_client):
    round_ = RoundFactory(closed=True, confirm_by=days_from_now(-0.5))
    ApplicationFactory(round=round_, confirmed_at=None)

    assert "Remind them" not in organiser_client.get(ready(round_)).text
    refused = organiser_client.post(ready(round_, "remind"))
    assert words(refused) == ["The time to answer is over."]


@pytest.fixture
def twice(round_):
    return [ApplicationFactory(round=round_, user__name="Jo") for _ in range(2)]


def test_double_shows_both_and_asks_for_a_reason(organiser_client, round_, twice):
    page = ready(round_, "double", *(one.pk for one in twice))

    shown = organiser_client.get(page).text
    refused = organiser_client.post(page, {"decision": "second", "reason": " "})

    assert all(one.user.email in shown for one in twice)
    assert refused.context["form"].errors["reason"]
    assert not Application.objects.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize(("decision", "gone"), [("first", 0), ("second", 1)])
def test_double_is_withdrawn(decision, gone, organiser_client, round_, twice):
    page = ready(round_, "double", *(one.pk for one in twice))

    done = organiser_client.post(page, {"decision": decision, "reason": "She said so."})

    assert done.url == f"{ready(round_)}#doubles"
    assert Application.objects.exclude(withdrawn_at=None).get() == twice[gone]
    assert logged() == [
        f"Withdrew application {twice[gone].pk}: the same person applied twice. "
        "Reason: She said so."
    ]
    assert organiser_client.get(page).status_code == 404


@pytest.fixture
def gone(round_, twice):
    """The later of the two, withdrawn by mistake."""
    preparing.withdraw_double(twice[1])
    return twice[1]


def test_double_is_taken_back_with_a_reason(organiser_client, round_, gone):
    page = organiser_client.get(ready(round_)).text
    done = organiser_client.post(ready(round_, "back", gone.pk), {"reason": "Sisters."})

    assert "Withdrawn as somebody’s second" in page
    assert gone.user.email in page
    assert done.url == f"{ready(round_)}#doubles"
    assert words(done) == [
        f"{gone.user.email} is in the round as before. A mail says so."
    ]
    assert Application.objects.active().filter(pk=gone.pk).exists()
    assert logged() == [
        f"Application {gone.pk} stands again: it was no double. Reason: Sisters."
    ]
    assert [*LogLine.objects.get().people.all()] == [gone.user]
    assert (
        "Withdrawn as somebody’s second" not in organiser_client.get(ready(round_)).text
    )


def test_taking_back_asks_why(organiser_client, round_, gone):
    refused = organiser_client.post(ready(round_, "back", gone.pk), {"reason": " "})

    assert "This field is required." in refused.text
    assert "<details open>" in refused.text
    assert not Application.objects.active().filter(pk=gone.pk).exists()


def test_taking_back_what_cannot_be_is_refused_in_words(
    organiser_client, round_, twice, gone
):
    act = ready(round_, "back", twice[0].pk)
    Round.objects.update(published_at=timezone.now())

    assert words(organiser_client.post(act, {"reason": "So."})) == [
        "This application was not withdrawn as somebody’s second."
    ]
    late = organiser_client.post(ready(round_, "back", gone.pk), {"reason": "So."})
    assert words(late)[-1] == f"{round_} has been published already."
    assert "Take it back" not in organiser_client.get(ready(round_)).text
    assert logged() == []


def test_two_people_are_remembered(organiser_client, organiser, round_, twice):
    page = ready(round_, "double", *(one.pk for one in twice))

    organiser_client.post(page, {"decision": "two", "reason": "Father and son."})

    assert TwoPeople.objects.get().made_by == organiser
    assert "No two applications look like" in organiser_client.get(ready(round_)).text


def test_offer_is_sent_once_and_shown(organiser_client, round_, amina):
    page = ready(round_, "offer", amina.pk)

    first = organiser_client.post(page, {"musts": "country"})
    organiser_client.post(page, {"musts": "country"})

    assert words(first) == ["A letter to Amina is on its way."]
    assert Message.objects.filter(kind="offer").count() == 1
    assert "letter waiting" in organiser_client.get(ready(round_)).text
    assert logged()[0] == f"Wrote to application {amina.pk} about their must: country."


def test_offer_that_opens_nothing_is_refused(organiser_client, round_, amina):
    refused = organiser_client.post(ready(round_, "offer", amina.pk), {"musts": "x"})

    assert words(refused)[0].startswith("This would not give them")
    assert logged() == []


def test_limit_is_set_with_a_reason_and_taken_away(organiser_client, round_, amina):
    refused = organiser_client.post(ready(round_, "cap"), {"cap": "20", "reason": ""})
    assert refused.context["set_cap"].errors["reason"]

    organiser_client.post(ready(round_, "cap"), {"cap": "20", "reason": "Balance."})
    assert Round.objects.get().country_cap == 20
    organiser_client.post(ready(round_, "cap"), {"cap": "", "reason": "No need."})
    assert Round.objects.get().country_cap is None

    assert logged() == [
        "At most 20 % from one country. Reason: Balance.",
        "As many from one country as apply. Reason: No need.",
    ]


def test_limit_says_who_waits(organiser_client, round_):
    for code in ("KE", "KE", "AU", "PE"):
        ApplicationFactory(round=round_, country=code)
    Round.objects.update(country_cap=25)

    page = organiser_client.get(ready(round_))

    assert page.context["deferred"] == 1
    assert "1 person waits for the next round" in page.text


# --- Free words --------------------------------------------------------------------


def test_words_stand_beside_wishes_until_they_are_read(organiser_client, round_, amina):
    page = organiser_client.get(ready(round_, "words"))
    assert "Somebody patient." in page.text
    assert "Iceland" in page.text

    organiser_client.post(ready(round_, "read", amina.pk))

    assert "All have been read." in organiser_client.get(ready(round_, "words")).text
    everybody = organiser_client.get(ready(round_, "words") + "?show=all")
    assert "Somebody patient." in everybody.text


def test_words_become_wishes_and_are_told(organiser_client, round_, amina):
    page = ready(round_, "add_wishes", amina.pk)
    assert "wish_country" not in organiser_client.get(page).context["form"].fields

    empty = organiser_client.post(page, {})
    assert "Choose at least one wish." in empty.text
    added = organiser_client.post(
        page, {"wish_hours": "3", "wish_hours_strength": "important"}
    )

    assert added.url == ready(round_, "words")
    assert amina.wishes.get(aspect="hours").values == ["3"]
    assert Message.objects.get().kind == "wishes added"
    assert logged() == [f"Added wishes to application {amina.pk}: hours."]


def test_people_of_other_rounds_are_not_found(organiser_client, round_, amina):
    other = RoundFactory()

    for page in [
        ready(other, "add_wishes", amina.pk),
        ready(other, "double", amina.pk, amina.pk),
    ]:
        assert organiser_client.get(page).status_code == 404
    assert organiser_client.post(ready(other, "offer", amina.pk)).status_code == 404
