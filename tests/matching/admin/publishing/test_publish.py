from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching.models import Proposal, Seat
from matching.publishing import publication
from participants import services
from participants.models import Application
from rounds.models import Round
from tests.factories import MatchFactory, MessageFactory, ProposalFactory, considered

INTRODUCTIONS = Message.objects.filter(kind="introduction")


def at(name, *args):
    return reverse(f"admin:matching_proposal_{name}", args=args)


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def noted():
    entries = LogEntry.objects.order_by("pk")
    return [(entry.user, entry.get_change_message()) for entry in entries]


@pytest.fixture
def publisher(logged_in):
    return logged_in("view_proposal", "publish_proposal")


@pytest.fixture
def three(proposal, person):
    people = [person("Pilar", "PE"), person("Soren", "DK"), person("Mei", "JP")]
    return MatchFactory(proposal=proposal, applications=people)


@pytest.fixture
def published(proposal, match, organiser):
    publication.publish(proposal, organiser, at_once=True)
    return proposal


@pytest.mark.parametrize("page", ["publish", "sending"])
def test_pages_are_not_for_strangers(page, client, logged_in, published):
    participant = logged_in("view_proposal", "publish_proposal", is_staff=False)

    for visitor in (client, participant):
        answer = visitor.get(at(page, published.pk))
        assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("act", ["stop", "hold", "resume"])
def test_who_may_look_may_watch_and_not_act(act, viewer, published):
    page = viewer.get(at("sending", published.pk))

    assert page.status_code == 200
    assert "Stop, and tell nobody" not in page.text
    assert viewer.post(at(act, published.pk)).status_code == 403
    assert viewer.get(at("publish", published.pk)).status_code == 403
    assert Proposal.objects.published().exists()


@pytest.mark.parametrize("act", ["stop", "hold", "resume"])
def test_looking_at_an_act_does_nothing(act, publisher, published):
    assert publisher.get(at(act, published.pk)).status_code == 405


@pytest.mark.parametrize("count", [3, 30])
def test_page_that_asks_takes_the_same_queries_for_any_number(
    count, publisher, proposal, person, django_assert_num_queries
):
    for nth in range(count):
        people = [person(f"A{nth}", "KE"), person(f"B{nth}", "AU")]
        MatchFactory(proposal=proposal, applications=people)

    with django_assert_num_queries(26):
        publisher.get(at("publish", proposal.pk), {"q": "A"})


def test_page_says_how_many_hear_and_in_how_many_countries(publisher, match, three):
    page = publisher.get(at("publish", match.proposal_id)).text

    assert "<strong>5 introductions</strong>" in page
    assert "<strong>5 countries</strong>" in page
    assert not Message.objects.exists()


def test_page_shows_what_was_checked(publisher, match):
    page = publisher.get(at("publish", match.proposal_id))

    assert page.text.count("✓ true") == len(page.context["checks"])
    assert "Publish, and send them" in page.text


def test_page_says_what_to_do_before_it_can_be(publisher, match, amina):
    Application.objects.filter(pk=amina.pk).update(withdrawn_at=timezone.now())

    page = publisher.get(at("publish", match.proposal_id)).text

    assert "Amina withdrew" in page
    assert "Find the best matching again." in page
    assert "Publish, and send them" not in page


def test_mails_that_do_not_leave_are_said_and_forbid_nothing(publisher, match):
    MessageFactory(due_at=timezone.now() - timedelta(hours=1))

    page = publisher.get(at("publish", match.proposal_id)).text

    assert "– have a look" in page
    assert "Publish, and send them" in page


def test_schedule_counts_each_day_in_the_zone_of_the_round(publisher, match, three):
    start = datetime(2040, 9, 1, 22, tzinfo=UTC)
    Round.objects.update(
        introduces_at=start, ends_at=start + timedelta(days=90), time_zone="Asia/Tokyo"
    )

    page = publisher.get(at("publish", match.proposal_id), {"days": "2"})

    days = [(f"{day:%d %H:%M}", count) for day, count in page.context["schedule"]]
    assert days == [("02 07:00", 2), ("03 07:00", 3)]
    assert "Sunday, 2 September 2040" in page.text
    assert "Times in Asia/Tokyo" in page.text


def test_schedule_may_begin_at_once(publisher, match):
    waits = publisher.get(at("publish", match.proposal_id))
    begins = publisher.get(
        at("publish", match.proposal_id), {"days": "1", "at_once": "on"}
    )

    [(later, _)], [(now, _)] = waits.context["schedule"], begins.context["schedule"]
    assert now < timezone.now() < later
    assert "Begin at once" in waits.text


def test_round_that_is_late_offers_no_earlier_beginning(publisher, match):
    past = timezone.now() - timedelta(hours=1)
    Round.objects.update(
        closes_at=past, confirm_by=past, matching_at=past, introduces_at=past
    )

    page = publisher.get(at("publish", match.proposal_id))

    assert "Begin at once" not in page.text


def test_days_that_cannot_be_are_named_beside_the_field(publisher, match):
    page = publisher.get(at("publish", match.proposal_id), {"days": "40"})

    assert page.context["plan"].errors == {
        "days": ["Ensure this value is less than or equal to 14."]
    }
    assert len(page.context["schedule"]) == 1


def test_days_may_be_looked_at_before_they_are_decided(publisher, match, proposal):
    page = publisher.post(
        at("publish", proposal.pk),
        {"days": "1", "at_once": "on", "number": "2", "show": ""},
    )

    [(begins, _)] = page.context["schedule"]
    assert begins < timezone.now()
    assert 'value="2"' in page.text
    assert not page.context["sure"].errors
    assert not Message.objects.exists()


def samples(page):
    return [seat.application.name for seat in page.context["samples"]]


def test_three_telling_mails_are_shown(publisher, match, three, jo):
    Seat.objects.filter(application=jo).update(wishes=2, wishes_met=2)

    page = publisher.get(at("publish", match.proposal_id))

    assert samples(page) == ["Jo", "Amina", "Pilar"]
    assert "1 of 2 wishes met" in page.text
    assert "in a group of three" in page.text


def test_without_a_group_of_three_the_least_lucky_is_shown(
    publisher, match, person, jo
):
    people = [person("Pilar", "PE"), person("Soren", "DK")]
    MatchFactory(proposal=match.proposal, applications=people)
    Seat.objects.filter(application=people[1]).update(wishes=3)

    page = publisher.get(at("publish", match.proposal_id))

    assert samples(page) == ["Amina", "Soren", "Jo"]


def test_other_mails_are_found_and_chosen(publisher, match, three):
    found = publisher.get(at("publish", match.proposal_id), {"q": "mei"})
    [(mei, chosen)] = found.context["found"]

    page = publisher.get(at("publish", match.proposal_id), {"seat": chosen})

    assert mei.application.name == "Mei"
    assert samples(page)[0] == "Mei"
    assert len(samples(page)) == 3


def test_seat_of_nobody_is_left_out(publisher, match):
    page = publisher.get(at("publish", match.proposal_id), {"seat": ["999", "x"]})

    assert samples(page) == ["Amina", "Jo"]


@pytest.mark.parametrize("number", ["2", " 2 ", "٢", "0,002", "0.002", "0 002"])
def test_number_is_understood_as_people_write_it(number, publisher, match, proposal):
    publisher.post(at("publish", proposal.pk), {"days": "1", "number": number})

    assert INTRODUCTIONS.count() == 2


@pytest.mark.parametrize("number", ["", "3", "-2", "two", "2²"])
def test_wrong_number_sends_nothing_and_keeps_what_was_typed(
    number, publisher, match, proposal
):
    page = publisher.post(
        at("publish", proposal.pk), {"days": "3", "at_once": "on", "number": number}
    )

    assert list(page.context["sure"].errors) == ["number"]
    assert not number or f'value="{number}"' in page.text
    assert page.context["planned"] == {"days": 3, "at_once": True}
    assert not Message.objects.exists()


def test_publishing_sends_everybody_on_their_way(publisher, proposal, match):
    answer = publisher.post(
        at("publish", proposal.pk), {"days": "2", "at_once": "on", "number": "2"}
    )

    assert answer.url == at("sending", proposal.pk)
    assert INTRODUCTIONS.due().count() == 2
    assert Round.objects.get().introduction_days == 2
    [(_, note)] = noted()
    assert note == "Published: introductions are queued."


def test_second_press_is_told_that_it_is_done(publisher, proposal, match):
    sure = {"days": "1", "number": "2"}
    publisher.post(at("publish", proposal.pk), sure)

    answer = publisher.post(at("publish", proposal.pk), sure, follow=True)

    assert answer.redirect_chain[0][0] == at("sending", proposal.pk)
    assert words(answer)[-1] == "It has been published already."
    assert len(noted()) == 1
    assert INTRODUCTIONS.count() == 2


def test_press_on_another_draft_is_told(publisher, published, amina, jo):
    other = ProposalFactory(round=published.round)
    MatchFactory(proposal=other, applications=[amina, jo])

    answer = publisher.post(
        at("publish", other.pk), {"days": "1", "number": "2"}, follow=True
    )

    assert words(answer) == [f"{published.round} has been published already."]
    assert INTRODUCTIONS.count() == 2


def test_who_withdraws_while_one_types_is_named(publisher, proposal, match, amina):
    services.withdraw(amina)

    answer = publisher.post(
        at("publish", proposal.pk), {"days": "1", "number": "2"}, follow=True
    )

    assert words(answer)[0].startswith("Amina withdrew")
    assert not INTRODUCTIONS.exists()


def test_another_draft_of_a_published_round_cannot_be_published(publisher, published):
    other = ProposalFactory(round=published.round)

    page = publisher.get(at("publish", other.pk)).text

    assert "has been published already, with another proposal" in page


def test_preview_is_the_mail_under_its_own_policy(viewer, proposal, match, amina):
    seat = match.seats.get(application=amina)

    answer = viewer.get(at("mail", proposal.pk, seat.pk))

    assert "Dear <bdi>Amina</bdi>," in answer.text
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_sending_of_a_draft_leads_to_the_draft(publisher, proposal, match):
    assert publisher.get(at("sending", proposal.pk)).url == at("change", proposal.pk)


@pytest.mark.parametrize("count", [3, 30])
def test_sending_takes_the_same_queries_for_any_number(
    count, publisher, proposal, person, organiser, django_assert_num_queries
):
    for nth in range(count):
        people = [person(f"A{nth}", "KE"), person(f"B{nth}", "AU")]
        MatchFactory(proposal=proposal, applications=people)
    publication.publish(proposal, organiser)

    with django_assert_num_queries(12):
        publisher.get(at("sending", proposal.pk))


def test_sending_counts_what_became_of_the_mails_of_each_day(
    publisher, proposal, match, three, organiser, person
):
    alone = person("Ana", "BR")
    proposal.unmatched.add(alone)
    considered(proposal, alone)
    start = datetime(2040, 9, 1, 22, tzinfo=UTC)
    Round.objects.update(
        introduces_at=start, ends_at=start + timedelta(days=90), time_zone="Asia/Tokyo"
    )
    publication.publish(proposal, organiser, days=2)
    first, second, third, fourth, _ = INTRODUCTIONS.order_by("due_at", "pk")
    now = timezone.now()
    Message.objects.filter(pk=first.pk).update(sending_at=now, sent_at=now)
    Message.objects.filter(pk=second.pk).update(failed_at=now)
    Message.objects.filter(pk=third.pk).update(held_at=now)
    Message.objects.filter(pk=fourth.pk).update(cancelled_at=now)

    page = publisher.get(at("sending", proposal.pk))

    assert page.context["states"] == ["sent", "waiting", "held", "failed", "cancelled"]
    days = [(f"{day:%d}", counts) for day, counts in page.context["days"]]
    assert days == [("02", [1, 0, 0, 1, 0]), ("03", [0, 1, 1, 0, 1])]
    assert dict(page.context["kinds"]) == {
        "Introductions": [1, 1, 1, 1, 1],
        "Guides, a day later": [0, 5, 0, 0, 0],
        "To those left over": [0, 1, 0, 0, 0],
    }
    assert "1 of 5 introductions sent" in page.text
    assert "Sunday, 2 September 2040 at 07:00" in page.text


def test_stop_before_the_first_makes_it_a_draft_again(publisher, published):
    page = publisher.get(at("sending", published.pk)).text

    answer = publisher.post(at("stop", published.pk))

    assert "Stop, and tell nobody" in page
    assert answer.url == at("change", published.pk)
    assert words(answer)[-1].startswith("Stopped in time.")
    assert not Message.objects.exists()
    [(_, note)] = noted()
    assert note == "Stopped before the first mail left."


def test_stop_that_comes_too_late_is_told(publisher, published):
    deliver_due()

    answer = publisher.post(at("stop", published.pk))

    assert answer.url == at("sending", published.pk)
    assert words(answer)[-1].startswith("The first mail has left already")
    assert noted() == []


def test_second_stop_is_told(publisher, published):
    publisher.post(at("stop", published.pk))

    answer = publisher.post(at("stop", published.pk))

    assert "somebody has stopped it already" in words(answer)[-1]
    assert len(noted()) == 1


def test_what_has_not_left_may_be_held_and_let_go(publisher, published):
    deliver_due()  # the introductions; the guides are for tomorrow
    before = publisher.get(at("sending", published.pk)).text

    held = publisher.post(at("hold", published.pk))
    between = publisher.get(at("sending", published.pk)).text
    publisher.post(at("resume", published.pk))
    after = publisher.get(at("sending", published.pk)).text

    assert words(held)[-1] == "2 mails were held."
    assert "Hold the rest" in before
    assert "Stop, and tell nobody" not in before
    assert "Let them go" in between
    assert "Hold the rest" in after
    assert [note for _, note in noted()] == [
        "2 mails were held.",
        "2 mails were let go.",
    ]


def test_holding_nothing_is_said_and_not_noted(publisher, published):
    publisher.post(at("hold", published.pk))

    answer = publisher.post(at("hold", published.pk))

    assert words(answer)[-1] == "0 mails were held."
    assert len(noted()) == 1


def test_sending_says_who_lost_their_partner_and_that_nothing_leaves(
    publisher, published, amina
):
    services.withdraw(amina)
    Message.objects.update(due_at=timezone.now() - timedelta(hours=1))

    page = publisher.get(at("sending", published.pk)).text

    assert "1 person has lost their partner" in page
    assert "none has left" in page


def test_sending_offers_nothing_more_once_all_has_left(publisher, published):
    Message.objects.update(due_at=timezone.now())
    deliver_due()

    page = publisher.get(at("sending", published.pk)).text

    assert "2 of 2 introductions sent" in page
    assert "sending.js" not in page
    assert "Hold the rest" not in page
