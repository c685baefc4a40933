from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from iln.mail.backends import RealPeopleOnly
from iln.mail.models import Message
from iln.mail.tasks import deliver_due
from matching import rehearsal, services, tasks
from matching.models import Match, PastPair, Proposal, Search, Seat
from matching.publishing import publication
from participants.models import Application, User
from rounds.models import Round
from rounds.timeline import timeline
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    ProposalFactory,
    RoundFactory,
)

pytestmark = pytest.mark.usefixtures("starting_vocabulary")

PEOPLE = 12
PUBLIC = ["rounds:home", "rounds:list", "matching:how", "participants:apply_now"]
PUBLIC += ["discussions:list", "discussions:feed"]


@pytest.fixture
def autumn(db):
    """A real round whose sign-up is open, with settings of its own."""
    levels = ["hours", "none_met", "bad_luck", "wishes", "new_countries"]
    return RoundFactory(name="Autumn", slug="autumn", levels=levels)


@pytest.fixture
def copy(autumn):
    return rehearsal.rehearse(autumn, people=PEOPLE)


@pytest.fixture
def published(copy, organiser):
    """The rehearsal on the day after introductions were due."""
    proposal = services.propose(copy)
    publication.publish(proposal, organiser)
    rehearsal.travel(copy, rehearsal.days_until(copy.introduces_at))
    return proposal


class Loopback(RealPeopleOnly):
    """Remembers what would have been handed to a mail server."""

    handed_over: list = []

    def open(self):
        return True

    def _send(self, email_message):
        self.handed_over.append(email_message)
        return True


def everything():
    """How many rows there are of what a rehearsal brings."""
    models = [
        Application,
        Match,
        Message,
        PastPair,
        Proposal,
        Round,
        Search,
        Seat,
        User,
    ]
    return {model.__name__: model.objects.count() for model in models}


def test_rehearsal_copies_the_dates_and_settings(autumn, copy):
    assert (copy.name, copy.slug) == ("Rehearsal 1 of Autumn", "rehearsal-1")
    assert copy.levels == autumn.levels
    spans = {
        (autumn.ends_at - autumn.opens_at, autumn.matching_at - autumn.closes_at),
        (copy.ends_at - copy.opens_at, copy.matching_at - copy.closes_at),
    }
    assert len(spans) == 1
    assert copy.phase == Round.Phase.MATCHING
    autumn.refresh_from_db()
    assert autumn.phase == Round.Phase.OPEN


def test_rehearsal_may_begin_at_any_step(autumn):
    begun = {
        at: rehearsal.rehearse(autumn, people=2, at=at).phase
        for at in ("opens_at", "closes_at", "matching_at", "ends_at")
    }

    assert begun == {
        "opens_at": "open",
        "closes_at": "closed",
        "matching_at": "matching",
        "ends_at": "ended",
    }


def test_its_people_are_invented_and_in_no_other_round(autumn, copy):
    other = rehearsal.rehearse(autumn, people=PEOPLE)

    addresses = set(copy.applications.values_list("user__email", flat=True))
    assert len(addresses) == PEOPLE
    assert {a.rpartition("@")[2] for a in addresses} == {f"rehearsal-{copy.pk}.invalid"}
    assert other.name == "Rehearsal 2 of Autumn"
    assert other.applications.count() == PEOPLE
    assert not autumn.applications.exists()


def test_some_of_its_people_have_not_confirmed(autumn):
    copy = rehearsal.rehearse(autumn, people=50)

    assert copy.applications.unconfirmed().count() == 2


def test_time_passes_for_the_rehearsal_alone(published, copy, autumn):
    real = ProposalFactory()
    people = [ApplicationFactory(round=real.round, country=c) for c in ("KE", "PE")]
    MatchFactory(proposal=real, applications=people)
    before = moments(copy), moments(autumn), moments(real.round)

    rehearsal.travel(copy, timedelta(days=3))

    after = moments(copy), moments(autumn), moments(real.round)
    assert after[1:] == before[1:]
    moved = {was - now for was, now in zip(before[0], after[0], strict=True)}
    assert moved == {timedelta(days=3)}


def moments(round_):
    """All that has a time in it, in a fixed order."""
    people = User.objects.filter(applications__round=round_)
    applications = round_.applications.order_by("pk")
    introduced = applications.exclude(introduced_at=None)
    seats = Seat.objects.active().filter(proposal__round=round_)
    mails = Message.objects.filter(recipient__in=people)
    rows = [
        Round.objects.filter(pk=round_.pk).values_list(*rehearsal.MOMENTS),
        applications.values_list("submitted_at", "agreed_data_at"),
        applications.confirmed().values_list("confirmed_at"),
        introduced.values_list("introduced_at"),
        round_.proposals.values_list("made_at"),
        seats.order_by("pk").values_list("published_at"),
        mails.order_by("pk").values_list("due_at", "queued_at"),
    ]
    return [moment for row in rows for line in row for moment in line]


def test_one_travels_to_any_day_and_back(copy):
    calendar = [step.name for step in timeline(copy)]
    day = timezone.localdate() + timedelta(days=30)

    rehearsal.travel_to(copy, day)
    later = copy.matching_at
    rehearsal.travel(copy, -timedelta(days=200))

    assert later < timezone.now() - timedelta(days=30)
    assert copy.phase == Round.Phase.PLANNED
    assert [step.name for step in timeline(copy)] == calendar


def test_days_are_whole_so_that_clocks_stay():
    with time_machine.travel("2026-09-01T12:00:00Z", tick=False):
        noon = timezone.now()
        hours = {-49: -2, -24: -1, -1: 0, 0: 0, 1: 1, 24: 1, 25: 2}
        days = {h: rehearsal.days_until(noon + timedelta(hours=h)).days for h in hours}

    assert days == hours


def test_mails_that_are_due_by_then_go_out_and_stay_here(published, copy, settings):
    """Nothing leaves: no server is ever told of them."""
    settings.EMAIL_BACKEND = f"{__name__}.Loopback"
    rehearsal.travel(copy, timedelta(days=2))

    deliver_due()

    introductions = Message.objects.filter(kind="introduction")
    assert introductions.exclude(sent_at=None).count() == PEOPLE
    assert not Message.objects.waiting().exists()
    assert Loopback.handed_over == []


def test_nothing_of_it_is_public(published, copy, client):
    pages = [reverse(name) for name in PUBLIC]
    pages += [copy.get_absolute_url(), reverse("participants:apply", args=[copy.slug])]
    names = list(copy.applications.values_list("name", flat=True))

    for page in pages:
        text = client.get(page, follow=True).text
        assert [word for word in [copy.name, *names] if word in text] == [], page


def test_it_is_no_past_of_real_people(published, copy, autumn):
    """Neither luck nor memory: whoever takes part in a rehearsal does not exist."""
    real = ApplicationFactory(round=autumn)

    fingerprints = {*PastPair.objects.values_list("first", flat=True)}
    assert real.user.fingerprint not in fingerprints
    assert set(User.objects.filter(applications__round=copy)).isdisjoint({real.user})


def test_real_people_cannot_be_brought_into_it(copy, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("name,email\n")

    with pytest.raises(CommandError, match="is a rehearsal"):
        call_command("import_applications", copy.slug, str(table))


def test_one_act_deletes_all_of_it(autumn, organiser):
    ApplicationFactory(round=autumn)
    before = everything()
    copy = rehearsal.rehearse(autumn, people=PEOPLE)
    search, _ = tasks.start_search(copy, organiser)
    tasks.find_best(search.pk)
    publication.publish(Proposal.objects.get(), organiser)
    deliver_due()

    rehearsal.dissolve(copy)

    assert everything() == before


@pytest.mark.parametrize("act", [rehearsal.dissolve, rehearsal.people_of])
def test_real_rounds_are_left_alone(autumn, act):
    with pytest.raises(rehearsal.NotARehearsal):
        act(autumn)
    with pytest.raises(rehearsal.NotARehearsal):
        rehearsal.travel(autumn, timedelta(days=1))

    assert Round.objects.get() == autumn


def test_command_begins_travels_and_deletes(autumn, capsys):
    call_command("rehearse", "Autumn", people=3)
    copy = Round.objects.get(is_rehearsal=True)
    day = (copy.closes_at - timedelta(days=1)).date()
    call_command("rehearse", copy.slug, day=day)
    call_command("rehearse", copy.slug, delete=True)

    assert capsys.readouterr().out.splitlines() == [
        "Rehearsal 1 of Autumn (rehearsal-1): matching day.",
        "Rehearsal 1 of Autumn (rehearsal-1): open for applications.",
        "Rehearsal 1 of Autumn is deleted, with all its people and mails.",
    ]
    assert Round.objects.get() == autumn


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no round"),
        (["autumn", "--people", "0"], "--people must be 1 or more"),
        (["autumn", "--delete"], "is no rehearsal"),
    ],
)
def test_command_says_what_is_wrong(autumn, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("rehearse", *arguments)
    assert Round.objects.get() == autumn
