"""Still in? One question before matching day, its three answers, and what they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from iln.mail.kinds import KINDS
from iln.mail.models import Message, Unsubscribed
from iln.mail.outbox import deliver_due
from participants import luck, services, tasks
from participants.models import Application, Draft
from tests.factories import ApplicationFactory, RoundFactory
from tests.signing_in import sign_in
from tests.together import RACES, at_once

pytestmark = pytest.mark.django_db

DEADLINE = datetime(2026, 11, 2, 3, 30, tzinfo=UTC)
ASKED_ON = DEADLINE - timedelta(days=5)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def round_(db):
    """Sign-up has closed; five days before the deadline people are asked."""
    return RoundFactory(
        opens_at=DEADLINE - timedelta(days=40),
        closes_at=DEADLINE - timedelta(days=6),
        confirm_by=DEADLINE,
        matching_at=DEADLINE + timedelta(days=2),
        introduces_at=DEADLINE + timedelta(days=4),
        ends_at=DEADLINE + timedelta(days=100),
    )


def early(round_, **facts):
    """Somebody who confirmed long before the question."""
    moment = ASKED_ON - timedelta(days=20)
    facts = {"submitted_at": moment, "confirmed_at": moment} | facts
    return ApplicationFactory(round=round_, **facts)


def asked(round_=None, **facts):
    """Somebody whom we asked an hour ago; the deadline is days away."""
    facts = {"asked_still_in_at": timezone.now() - timedelta(hours=1)} | facts
    return ApplicationFactory(**({"round": round_} if round_ else {}), **facts)


def beat(moment):
    with time_machine.travel(moment, tick=False):
        tasks.ask_still_in()
        tasks.ask_still_in()  # two beats at once are harmless


def questions():
    return Message.objects.filter(kind="still in").order_by("pk")


def linked(question):
    """Whose question the link in a mail opens, the same in both of its parts."""
    (token,) = set(re.findall(r"/still-in/([^/]+)/", question.text + question.html))
    return Application.objects.from_still_in_token(token)


def url(application, act=None):
    if act is None:
        return application.get_still_in_url()
    return reverse(f"participants:{act}", args=[application.still_in_token])


# --- The question --------------------------------------------------------------


def test_everybody_who_confirmed_is_asked_once_on_the_day(round_):
    mine = early(round_)
    early(round_, confirmed_at=None)
    early(round_, withdrawn_at=ASKED_ON - timedelta(days=1))

    beat(ASKED_ON - A_MINUTE)
    assert questions().count() == 0
    beat(ASKED_ON)
    beat(ASKED_ON + timedelta(hours=1))

    question = questions().get()
    assert question.recipient == mine.user
    mine.refresh_from_db()
    assert (mine.asked_still_in_at, mine.state) == (ASKED_ON, "unanswered")
    assert linked(question) == mine


def test_who_confirms_after_the_question_has_just_said_so(round_):
    late = early(round_, confirmed_at=ASKED_ON + timedelta(hours=2))

    beat(ASKED_ON + timedelta(days=1))

    assert questions().count() == 0
    assert list(round_.applications.confirmed()) == [late]


@pytest.mark.parametrize(
    "facts",
    [
        {"still_in_days": None},
        {"published_at": ASKED_ON},
        {"is_rehearsal": True},
    ],
)
def test_nobody_is_asked_where_nobody_can_or_shall_answer(round_, facts):
    early(round_)
    type(round_).objects.update(**facts)

    beat(ASKED_ON + A_MINUTE)

    assert (questions().count(), round_.applications.confirmed().count()) == (0, 1)


def test_question_that_would_leave_less_than_a_day_is_not_asked(round_):
    mine = early(round_)

    beat(DEADLINE - timedelta(days=1) + A_MINUTE)

    assert questions().count() == 0
    assert list(round_.applications.for_matching()) == [mine]


def test_reminder_goes_once_and_only_to_who_has_not_answered(round_):
    silent, content, gone = early(round_), early(round_), early(round_)
    beat(ASKED_ON)
    with time_machine.travel(ASKED_ON + timedelta(hours=1)):
        services.stay_in(content)
        services.sit_out(gone)

    beat(DEADLINE - timedelta(days=2) - A_MINUTE)
    assert questions().count() == 3
    beat(DEADLINE - timedelta(days=2))
    beat(DEADLINE - timedelta(days=1))

    reminder = questions().last()
    assert (questions().count(), reminder.recipient) == (4, silent.user)
    assert reminder.subject == f"Once more: Still in? {round_.name}"


def test_who_was_asked_late_is_not_reminded_within_a_day(round_):
    early(round_)
    beat(DEADLINE - timedelta(hours=36))

    beat(DEADLINE - timedelta(hours=20))
    assert questions().count() == 1
    beat(DEADLINE - timedelta(hours=12))

    assert questions().count() == 2


def test_many_are_asked_in_batches(round_, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    for _ in range(5):
        early(round_)

    with django_assert_max_num_queries(60):
        beat(ASKED_ON)

    assert questions().count() == 5


@pytest.mark.parametrize("people", [1, 5])
def test_asking_takes_as_many_queries_for_any_number(
    round_, django_assert_num_queries, people
):
    for _ in range(people):
        early(round_)

    with time_machine.travel(ASKED_ON), django_assert_num_queries(8):
        assert services.ask_still_in(round_, limit=10) == people


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_everybody_once(round_, on_postgres):
    with time_machine.travel(ASKED_ON, tick=False):
        for _ in range(RACES // 4 if on_postgres else 2):
            people = [early(round_).pk for _ in range(3)]

            at_once(lambda: services.ask_still_in(round_, limit=10))

            assert questions().filter(cause_id__in=people).count() == 3


@pytest.mark.django_db(transaction=True)
def test_asking_and_answering_at_once_never_wait_in_a_ring(round_, on_postgres):
    with time_machine.travel(ASKED_ON, tick=False):
        for _ in range(RACES // 4 if on_postgres else 2):
            known = early(round_, asked_still_in_at=ASKED_ON)
            early(round_)

            answers = at_once(
                lambda known=known: (
                    services.ask_still_in(round_, limit=10),
                    services.sit_out(known),
                )
            )

            assert not [one for one in answers if isinstance(one, type)]
            known.refresh_from_db()
            assert known.state == "sat_out"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        # clocks went back on 25 October in Europe and on 1 November in North America
        ("Europe/Oslo", "Monday, 2 November 2026, 04:30 (Europe/Oslo time)"),
        ("America/St_Johns", "Monday, 2 November 2026, 00:00 (America/St Johns time)"),
        ("Asia/Kathmandu", "Monday, 2 November 2026, 09:15 (Asia/Kathmandu time)"),
        ("Pacific/Auckland", "Monday, 2 November 2026, 16:30 (Pacific/Auckland time)"),
    ],
)
def test_deadline_is_told_by_their_own_clock(client, round_, zone, words):
    mine = early(round_, time_zone=zone)

    beat(ASKED_ON)

    question = questions().get()
    assert (words in question.text, words in question.html) == (True, True)
    with time_machine.travel(ASKED_ON):
        assert words in client.get(url(mine)).text


def test_question_is_dropped_when_it_is_no_longer_wanted(round_):
    mine = early(round_)
    beat(ASKED_ON)
    message = questions().get()
    why_not = KINDS[message.kind].why_not

    with time_machine.travel(ASKED_ON + A_MINUTE) as clock:
        assert why_not(message) == ""
        services.stay_in(mine)
        assert why_not(message) == "The person has answered already."
        clock.move_to(DEADLINE + A_MINUTE)
        assert why_not(message) == "The time to answer is over."
        Application.objects.update(withdrawn_at=timezone.now())
        assert why_not(message) == "The application was withdrawn."


# --- The answers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "heading", "state", "matched", "mails"),
    [
        ("stay_in", "You are in. Thank you!", "confirmed", 1, 0),
        ("sit_out", "Not this time. Thank you for telling us", "sat_out", 0, 1),
        ("next_round", "See you in the next round", "sat_out", 0, 1),
    ],
)
def test_button_answers_once_however_often_it_is_pressed(
    client, act, heading, state, matched, mails
):
    mine = asked()
    assert mine.round.applications.for_matching().count() == 0

    client.post(url(mine, act))
    first = Application.objects.get()
    page = client.post(url(mine, act), follow=True)

    again = Application.objects.get()
    assert (again.still_in_at, again.sat_out_at) == (
        first.still_in_at,
        first.sat_out_at,
    )
    assert again.state == state
    assert heading in page.text
    assert mine.round.applications.for_matching().count() == matched
    assert Message.objects.filter(kind="still in answered").count() == mails


@pytest.mark.parametrize("method", ["get", "head"])
def test_scanner_that_follows_links_changes_nothing(client, method):
    mine = asked()
    before = Application.objects.values().get()

    seen = getattr(client, method)(url(mine))
    for act in ["stay_in", "sit_out", "next_round"]:
        assert getattr(client, method)(url(mine, act)).status_code == 405

    assert (seen.status_code, Message.objects.count()) == (200, 0)
    assert Application.objects.values().get() == before


def test_answer_may_be_changed_until_the_deadline_and_no_longer(client, round_):
    mine = early(round_)
    beat(ASKED_ON)

    with time_machine.travel(ASKED_ON) as clock:
        client.post(url(mine, "next_round"))
        assert "Changed your mind?" in client.get(url(mine)).text
        client.post(url(mine, "sit_out"))
        assert Application.objects.get().next_round_at is None
        client.post(url(mine, "stay_in"))
        assert Application.objects.get().state == "confirmed"
        clock.move_to(DEADLINE + A_MINUTE)
        page = client.post(url(mine, "sit_out"), follow=True)

    assert "The time to answer is over, so nothing was changed." in page.text
    assert "Changed your mind?" not in page.text
    assert Application.objects.get().state == "confirmed"


def test_deadline_that_passes_while_the_page_is_open_is_told_kindly(client, round_):
    mine = early(round_)
    beat(ASKED_ON)

    with time_machine.travel(DEADLINE - A_MINUTE) as clock:
        assert "Yes, I am in" in client.get(url(mine)).text
        clock.move_to(DEADLINE + A_MINUTE)
        page = client.post(url(mine, "stay_in"), follow=True)

    assert "The time to answer is over, so nothing was changed." in page.text
    assert "Next round, please" in page.text
    assert Application.objects.get().still_in_at is None
    assert round_.applications.for_matching().count() == 0


def test_page_shows_nothing_else_about_the_person(client):
    mine = asked(name="Amina Otieno", about="I run the story hour.")

    page = client.get(url(mine))

    assert "no-store" in page["Cache-Control"]
    for secret in [mine.user.email, "Amina", "story hour", mine.token]:
        assert secret not in page.text


@pytest.mark.parametrize("act", [None, "stay_in", "sit_out", "next_round"])
def test_altered_link_and_other_links_open_nothing(client, act):
    mine = asked()
    real = url(mine, act)
    token = mine.still_in_token

    for wrong in [token[:-2] + "xx", mine.token, signing.dumps(mine.pk, salt="other")]:
        path = real.replace(token, wrong)
        seen = client.post(path) if act else client.get(path)
        assert seen.status_code == 404
    assert Application.objects.get().state == "unanswered"
    assert client.get(f"/participation/{token}/").status_code == 404


def test_link_of_somebody_who_withdrew_or_was_erased_is_kind(client):
    mine = asked(withdrawn_at=timezone.now())

    page = client.post(url(mine, "stay_in"), follow=True)
    assert "You withdrew this application, so there is nothing to answer." in page.text
    assert "You have withdrawn" in page.text

    path = url(mine)
    mine.delete()
    assert client.get(path).status_code == 404


def test_who_was_not_asked_has_nothing_to_say_yes_to(client):
    mine = ApplicationFactory()

    page = client.post(url(mine, "stay_in"), follow=True)

    assert "We have not asked you, so there is nothing to answer." in page.text


def test_somebody_may_let_a_round_pass_before_they_are_asked(client):
    mine = ApplicationFactory()
    sign_in(client, mine.user)
    overview = client.get(reverse("participants:participation")).text
    assert f'href="{url(mine)}">Not this time</a>' in overview
    assert "Nobody minds" in client.get(url(mine)).text

    page = client.post(url(mine, "next_round"), follow=True)

    assert "See you in the next round" in page.text
    assert not mine.round.applications.confirmed().exists()
    client.post(url(mine, "stay_in"))
    assert mine.round.applications.confirmed().get() == mine


def test_who_came_back_early_is_asked_with_all_others():
    round_ = RoundFactory()
    mine = ApplicationFactory(round=round_)
    services.sit_out(mine)
    services.stay_in(mine)
    mine.refresh_from_db()
    answered = mine.still_in_at
    round_.confirm_by = timezone.now() + timedelta(days=2)
    round_.closes_at = timezone.now()
    round_.still_in_days = 2
    round_.save()

    asked = [services.ask_still_in(round_, 9), services.ask_still_in(round_, 9)]

    mine.refresh_from_db()
    assert asked == [1, 0]
    assert (mine.state, mine.still_in_at) == ("unanswered", None)
    assert mine.asked_still_in_at > answered


def test_who_has_not_confirmed_has_nothing_to_let_pass(client):
    mine = ApplicationFactory(confirmed_at=None)

    page = client.post(url(mine, "sit_out"), follow=True)

    assert "We have not asked you, so there is nothing to answer." in page.text
    assert "Nothing to answer now" in page.text


def test_who_sat_out_and_applies_again_keeps_the_place_until_they_say_otherwise(
    round_,
):
    mine = asked(sat_out_at=timezone.now(), next_round_at=timezone.now())

    assert mine.state == "sat_out"
    assert list(Application.objects.active()) == []
    assert list(Application.objects.sat_out()) == [mine]


# --- No answer ------------------------------------------------------------------


def tell_silent(moment):
    with time_machine.travel(moment, tick=False):
        tasks.tell_silent()
        tasks.tell_silent()


def test_who_never_answered_is_told_once_after_the_deadline(round_, mailoutbox):
    silent, content, gone = early(round_), early(round_), early(round_)
    early(round_, confirmed_at=None)
    beat(ASKED_ON)
    with time_machine.travel(ASKED_ON):
        services.stay_in(content)
        services.sit_out(gone)
    Message.objects.all().delete()

    tell_silent(DEADLINE - A_MINUTE)
    assert Message.objects.count() == 0
    tell_silent(DEADLINE)
    tell_silent(DEADLINE + timedelta(days=1))

    mail = Message.objects.get()
    assert (mail.kind, mail.recipient) == ("no answer", silent.user)
    assert mail.subject == f"We did not hear from you: {round_.name}"
    assert linked(mail) == silent
    with time_machine.travel(DEADLINE + timedelta(days=1)):
        Unsubscribed.objects.create(recipient=silent.user, stream=mail.stream)
        deliver_due()
    assert [one.to for one in mailoutbox] == [[silent.user.email]]


def test_who_never_answered_is_told_though_the_round_is_published_already(round_):
    early(round_)
    beat(ASKED_ON)
    type(round_).objects.update(published_at=DEADLINE)

    tell_silent(DEADLINE + A_MINUTE)

    assert Message.objects.filter(kind="no answer").count() == 1


@pytest.mark.parametrize("people", [1, 5])
def test_telling_who_never_answered_takes_as_many_queries_for_any_number(
    round_, django_assert_num_queries, people
):
    for _ in range(people):
        early(round_, asked_still_in_at=ASKED_ON)

    with time_machine.travel(DEADLINE), django_assert_num_queries(7):
        assert services.tell_silent(round_, limit=10) == people


def test_who_never_answered_may_still_ask_for_the_next_round(client, round_):
    mine = early(round_, asked_still_in_at=ASKED_ON)
    why_not = KINDS["no answer"].why_not
    tell_silent(DEADLINE)
    mail = Message.objects.get()

    with time_machine.travel(DEADLINE + timedelta(days=3)):
        assert why_not(mail) == ""
        shown = client.get(url(mine)).text
        page = client.post(url(mine, "next_round"), follow=True).text

    assert "Next round, please" in shown
    assert ("Yes, I am in" in shown, "Tell me when it opens" in shown) == (False, False)
    assert "See you in the next round" in page
    assert "Changed your mind?" not in page
    mine.refresh_from_db()
    assert (mine.state, bool(mine.next_round_at)) == ("sat_out", True)
    assert why_not(mail) == "The person has answered, or the round is over."
    answered = Message.objects.get(kind="still in answered")
    assert "You did not mean it" not in answered.text + answered.html


def test_round_that_is_over_keeps_no_place_any_more(client, round_):
    mine = early(round_, asked_still_in_at=ASKED_ON)

    with time_machine.travel(round_.ends_at):
        shown = client.get(url(mine)).text
        page = client.post(url(mine, "next_round"), follow=True).text

    assert "Next round, please" not in shown
    assert "The time to answer is over, so nothing was changed." in page
    assert Application.objects.get().state == "unanswered"


# --- The next round ---------------------------------------------------------------


@pytest.fixture
def kept(round_):
    """Somebody who asked for the next round instead."""
    mine = early(round_)
    beat(ASKED_ON)
    with time_machine.travel(ASKED_ON):
        services.wait_for_next_round(mine)
    Message.objects.all().delete()
    return mine


@pytest.fixture
def later(round_):
    return RoundFactory(
        opens_at=DEADLINE + timedelta(days=200),
        closes_at=DEADLINE + timedelta(days=230),
        confirm_by=DEADLINE + timedelta(days=240),
        matching_at=DEADLINE + timedelta(days=242),
        introduces_at=DEADLINE + timedelta(days=244),
        ends_at=DEADLINE + timedelta(days=350),
    )


def announce(moment):
    with time_machine.travel(moment, tick=False):
        tasks.announce_open_rounds()
        tasks.announce_open_rounds()


def test_kept_place_is_told_once_when_the_next_round_opens(kept, later):
    announce(later.opens_at - A_MINUTE)
    assert Message.objects.count() == 0
    announce(later.opens_at)
    announce(later.opens_at + timedelta(days=1))

    mail = Message.objects.get()
    assert (mail.kind, mail.recipient) == ("next round is open", kept.user)
    assert mail.subject == f"{later.name} is open, and your place is kept"
    assert "Please look at them and at your wishes again" in mail.text
    assert f"/rounds/{later.slug}/apply/again/" in mail.text


def test_kept_place_leads_by_signing_in_to_last_times_answers(client, kept, later):
    announce(later.opens_at)
    link = reverse("participants:apply_again", args=[later.slug])

    with time_machine.travel(later.opens_at + A_MINUTE):
        asked_who = client.get(link, follow=True)
        sign_in(client, kept.user)
        page = client.get(link, follow=True)

    assert asked_who.redirect_chain[-1][0].startswith("/participation/link/?next=")
    assert "Apply again with last time’s answers" in page.text
    assert Draft.objects.count() == 0


def test_vital_mails_reach_those_who_want_no_others():
    vital = ["still in", "no answer", "waiting list", "place found"]

    assert [KINDS[name].needed for name in [*vital, "next round is open"]] == [True] * 5


def test_who_has_applied_already_needs_no_telling(kept, later):
    ApplicationFactory(round=later, user=kept.user)

    announce(later.opens_at)

    assert Message.objects.count() == 0


def test_receipt_of_the_next_round_says_that_they_are_among_the_first(kept, later):
    moment = later.opens_at + timedelta(days=1)
    with time_machine.travel(moment):
        mine = ApplicationFactory(
            round=later, user=kept.user, submitted_at=moment, confirmed_at=None
        )
        services.confirm(mine)

    receipt = Message.objects.get(kind="application confirmed")
    words = "among the first this time, since you let the last round pass"
    assert words in receipt.text
    assert words in receipt.html


def test_place_is_kept_for_one_round_that_went_on(kept, later):

    assert set(luck.first(later, [kept.user_id])) == {kept.user_id}
    ApplicationFactory(round=later, user=kept.user, introduced_at=timezone.now())
    third = RoundFactory(
        opens_at=later.ends_at,
        closes_at=later.ends_at + timedelta(days=1),
        confirm_by=later.ends_at + timedelta(days=2),
        matching_at=later.ends_at + timedelta(days=3),
        introduces_at=later.ends_at + timedelta(days=4),
        ends_at=later.ends_at + timedelta(days=90),
    )

    assert luck.kept_places(third, [kept.user_id]) == {}
