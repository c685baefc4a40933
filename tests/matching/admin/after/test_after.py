from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from iln.mail.models import Message
from matching import waiting
from matching.after import aftercare
from matching.models import Aside, Liaison, Proposal, Seat
from matching.publishing import publication
from participants import services
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    UserFactory,
    considered,
)


def at(name, *args):
    ending = f"_{name}" if name else ""
    return reverse(f"admin:matching_after{ending}", args=args)


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def theirs(proposal, person):
    """A pair without anybody from Kenya or Australia."""
    others = [person("Soren", "DK"), person("Mei", "JP")]
    return MatchFactory(proposal=proposal, applications=others)


@pytest.fixture
def round_(proposal, match, theirs, person, organiser):
    pilar = person("Pilar", "PE")
    proposal.unmatched.add(pilar)
    considered(proposal, pilar)
    publication.publish(proposal, organiser, at_once=True)
    return proposal.round


@pytest.fixture
def organiser_of(db):
    """A client of a liaison: `organiser_of("KE")`."""

    def make(*codes):
        user = UserFactory(is_staff=True)
        Liaison.objects.create(user=user, countries=list(codes))
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def caring(logged_in):
    return logged_in("view_proposal", "publish_proposal")


def test_board_says_how_the_round_goes_on(caring, round_):
    page = caring.get(at("", round_.pk)).text

    assert "1 person waits" in page
    assert "nothing heard yet" in page
    assert "<dt>waiting</dt><dd>4</dd>" in page


def test_board_names_whose_introduction_failed(caring, round_, amina):
    mails = aftercare.introductions(Seat.objects.filter(application=amina))
    mails.update(failed_at=timezone.now(), last_answer="No such mailbox.")

    page = caring.get(at("", round_.pk)).text

    assert "Amina" in page
    assert "No such mailbox." in page


def test_round_that_is_not_published_has_no_board(caring, proposal):
    assert caring.get(at("", proposal.round_id)).status_code == 404


def test_notes_are_kept_and_found(caring, round_, match, jo):
    seat = Seat.objects.get(application=jo)
    answer = caring.post(
        at("note", round_.pk, seat.pk),
        {
            f"seat-{seat.pk}-check_in": "silent",
            f"seat-{seat.pk}-note": "Amina wrote to me.",
        },
    )

    assert answer.url == at("pair", round_.pk, match.pk)
    page = caring.get(at("pairs", round_.pk), {"show": "silent"}).text
    assert "Jo" in page
    assert "Amina wrote to me." in page
    assert "Soren" not in page


def test_note_needs_to_say_how_one_knows(caring, round_, jo):
    seat = Seat.objects.get(application=jo)

    page = caring.post(at("note", round_.pk, seat.pk), {"check_in": "help"})

    assert "This field is required." in page.text
    seat.refresh_from_db()
    assert seat.check_in == ""


def test_pair_is_ended_once_and_who_is_silent_is_set_aside(
    caring, round_, match, amina, jo
):
    url = at("end", round_.pk, match.pk)
    ending = {"again": [str(amina.pk)], "reason": "Jo never answered."}

    caring.post(url, ending)
    again = caring.post(url, ending)

    assert again.status_code == 200  # nobody is left to be ended
    assert [aside.application for aside in Aside.objects.all()] == [jo]
    page = caring.get(at("waiting", round_.pk)).text
    assert waiting.PAIR_ENDED in page
    assert "Jo never answered." in page


def test_who_was_set_aside_is_looked_for_after_all(caring, round_, jo, organiser):
    Aside.objects.create(application=jo, reason="On leave.", made_by=organiser)

    caring.post(at("look_again", round_.pk, jo.pk))

    assert not Aside.objects.exists()


def page_of(name, repair):
    return reverse(f"admin:matching_proposal_{name}", args=[repair.pk])


def test_those_who_wait_get_partners_by_a_page_that_asks(
    organiser_client, round_, amina, jo
):
    services.withdraw(jo)

    looked = organiser_client.post(at("find", round_.pk), follow=True).text
    repair = Proposal.objects.repairs().get()
    asked = organiser_client.get(page_of("publish", repair)).text
    wrong = organiser_client.post(
        page_of("publish", repair), {"days": 1, "number": "4"}
    )
    nobody_heard = not Proposal.objects.repairs().published().exists()
    sure = {"days": 1, "number": "2"}
    organiser_client.post(page_of("publish", repair), sure)
    again = organiser_client.post(page_of("publish", repair), sure)

    assert page_of("publish", repair) in looked
    assert "Pin this pair" in looked
    assert "2 introductions" in asked
    assert "Whoever gets a partner waits for one" in asked
    assert "in an hour: until the first mail leaves, you can stop" in asked
    assert "You typed “4”" in wrong.text
    assert nobody_heard
    assert words(again)[-1] == "It has been published already."
    mails = Message.objects.filter(kind="introduction")
    assert mails.filter(cause_id__in=repair.seats.values("pk")).count() == 2
    assert "Nobody waits" in organiser_client.get(at("", round_.pk)).text


def test_new_pairs_are_stopped_before_the_first_mail_leaves(
    organiser_client, round_, jo
):
    services.withdraw(jo)
    organiser_client.post(at("find", round_.pk))
    repair = Proposal.objects.repairs().get()
    organiser_client.post(page_of("publish", repair), {"days": 1, "number": "2"})

    watched = organiser_client.get(page_of("sending", repair)).text
    stopped = organiser_client.post(page_of("stop", repair), follow=True)

    assert "0 of 2 introductions sent" in watched
    assert "Stop, and tell nobody" in watched
    assert "it is a draft again" in stopped.text
    assert not Proposal.objects.repairs().published().exists()
    assert round_.proposals.published().count() == 1


def test_new_pairs_that_no_longer_fit_are_not_published(organiser_client, round_, jo):
    services.withdraw(jo)
    organiser_client.post(at("find", round_.pk))
    repair = Proposal.objects.repairs().get()
    services.withdraw(round_.applications.get(name="Pilar"))

    page = organiser_client.get(page_of("publish", repair)).text

    assert "Pilar has withdrawn, or has a partner by now." in page
    assert "Publish, and send them" not in page
    assert "Back to the draft" in page


def test_step_on_new_pairs_says_its_price(organiser_client, round_, amina, jo):
    services.withdraw(jo)
    round_.applications.filter(name="Mei").update(volunteers=True)
    organiser_client.post(at("find", round_.pk))
    repair = Proposal.objects.repairs().get()
    people = f"{amina.pk},{round_.applications.get(name='Mei').pk}"

    page = organiser_client.get(
        page_of("step", repair), {"kind": "together", "people": people}
    ).text

    assert "1 person more would be asked to take a second partner." in page
    assert "no second partner" in page


def test_old_address_of_new_pairs_leads_to_the_draft(organiser_client, round_, jo):
    services.withdraw(jo)
    organiser_client.post(at("find", round_.pk))
    repair = Proposal.objects.repairs().get()

    answer = organiser_client.get(at("repair", round_.pk, repair.pk))

    assert answer.url == repair.get_admin_url()


def test_nobody_to_find_a_partner_for_is_said(organiser_client, proposal, match):
    publication.publish(proposal, UserFactory())

    answer = organiser_client.post(at("find", proposal.round_id))

    assert words(answer) == ["Nobody waits for a partner."]


def test_who_may_only_look_changes_nothing(viewer, round_, match, jo):
    seat = Seat.objects.get(application=jo)

    assert viewer.get(at("pair", round_.pk, match.pk)).status_code == 200
    assert viewer.post(at("note", round_.pk, seat.pk)).status_code == 403
    assert viewer.post(at("end", round_.pk, match.pk)).status_code == 403
    assert viewer.post(at("look_again", round_.pk, jo.pk)).status_code == 403
    assert viewer.post(at("find", round_.pk)).status_code == 403


@pytest.mark.parametrize("name", ["", "pairs", "waiting"])
def test_pages_are_for_organisers_with_a_reach(name, client, logged_in, round_):
    participant = logged_in("view_proposal", is_staff=False)

    for visitor in (client, participant):
        assert visitor.get(at(name, round_.pk)).url.startswith(reverse("admin:login"))
    assert logged_in().get(at(name, round_.pk)).status_code == 403


def test_liaison_sees_the_pairs_of_their_countries(organiser_of, round_):
    liaison = organiser_of("KE", "PE")

    pairs = liaison.get(at("pairs", round_.pk)).text
    people = liaison.get(at("waiting", round_.pk)).text
    board = liaison.get(at("", round_.pk)).text

    assert "Amina" in pairs
    assert "Jo" in pairs
    assert "Soren" not in pairs
    assert "Pilar" in people
    assert "<dt>waiting</dt><dd>2</dd>" in board


@pytest.mark.parametrize(
    ("country", "status"), [("KE", 200), ("AU", 200), ("DK", 404), ("PE", 404)]
)
def test_liaison_opens_and_notes_only_pairs_of_their_countries(
    country, status, organiser_of, round_, match, jo
):
    liaison = organiser_of(country)
    seat = Seat.objects.get(application=jo)

    for url in (
        at("pair", round_.pk, match.pk),
        at("note", round_.pk, seat.pk),
        at("end", round_.pk, match.pk),
    ):
        assert liaison.get(url).status_code == status
        assert liaison.post(url).status_code == status


def test_liaison_sets_nobody_elses_people_to_wait(organiser_of, round_, jo, organiser):
    Aside.objects.create(application=jo, reason="On leave.", made_by=organiser)
    url = at("look_again", round_.pk, jo.pk)

    assert organiser_of("DK").post(url).status_code == 404
    assert organiser_of("AU").post(url).status_code == 302


def test_liaison_finds_and_publishes_nothing(organiser_of, round_, match):
    liaison = organiser_of("KE")

    assert liaison.post(at("find", round_.pk)).status_code == 403
    assert liaison.get(at("repair", round_.pk, match.proposal_id)).status_code == 403


def test_liaison_sees_no_other_page_of_matching_day(organiser_of, round_, match):
    liaison, proposal = organiser_of("KE"), match.proposal_id
    pages = [
        ("matching_matching_day", round_.pk),
        ("matching_proposal_change", proposal),
        ("matching_proposal_pair", proposal, match.pk),
        ("matching_proposal_publish", proposal),
        ("matching_proposal_sending", proposal),
        ("matching_proposal_certificate", proposal),
        ("matching_proposal_changelist",),
        ("matching_liaison_changelist",),
        ("matching_pin_changelist",),
        ("participants_application_changelist",),
        ("mail_message_changelist",),
    ]

    answers = {
        name: liaison.get(reverse(f"admin:{name}", args=args)).status_code
        for name, *args in pages
    }

    assert set(answers.values()) == {403}


def test_liaison_finds_their_round_on_the_first_page(organiser_of, round_):
    page = organiser_of("KE").get(reverse("admin:index")).text

    assert at("", round_.pk) in page
    assert reverse("admin:rounds_round_change", args=[round_.pk]) not in page


def test_who_may_see_every_pair_cannot_be_a_liaison(organiser_client, organiser):
    answer = organiser_client.post(
        reverse("admin:matching_liaison_add"),
        {"user": organiser.pk, "countries": ["KE"]},
    )

    assert "may see every pair" in answer.text
    assert not Liaison.objects.exists()


def test_liaison_is_named_in_the_admin(organiser_client):
    user = UserFactory(is_staff=True)

    organiser_client.post(
        reverse("admin:matching_liaison_add"),
        {"user": user.pk, "countries": ["KE", "PE"]},
    )

    assert Liaison.objects.get().codes == {"KE", "PE"}


@pytest.mark.parametrize("count", [2, 20])
@pytest.mark.parametrize(("name", "queries"), [("", 16), ("pairs", 8), ("waiting", 8)])
def test_lists_take_the_same_queries_for_any_number(
    name, queries, count, caring, django_assert_num_queries
):
    proposal = ProposalFactory(published_at=timezone.now())
    round_ = proposal.round
    type(round_).objects.update(published_at=timezone.now())
    for _ in range(count):
        people = [
            ApplicationFactory(round=round_, country=code) for code in ("KE", "AU")
        ]
        MatchFactory(proposal=proposal, applications=people)
        ApplicationFactory(round=round_)
    Seat.objects.update(published_at=timezone.now())

    with django_assert_num_queries(queries):
        caring.get(at(name, round_.pk))
