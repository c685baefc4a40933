from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from discussions.models import Comment, Topic
from iln.mail.models import Message
from matching.after import results
from matching.models import CheckIn, Concern, PastPair, Proposal, Seat, Survey
from participants.models import Application, User
from rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

TABLES = [
    Application,
    CheckIn,
    Comment,
    Concern,
    Message,
    PastPair,
    Proposal,
    Round,
    Seat,
    Survey,
    Topic,
    User,
]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for all tests in here, since it takes some seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def pilot():
    return Round.objects.get(slug="pilot")


def test_demo_opens_a_round_of_92_people_from_20_countries(pilot):
    people = pilot.applications.confirmed()

    assert Round.objects.current() == pilot
    assert pilot.phase == Round.Phase.OPEN
    assert people.count() == 92
    assert people.values("country").distinct().count() == 20


def test_demo_applicants_came_one_after_the_other(pilot):
    moments = list(pilot.applications.order_by("pk").values_list("submitted_at"))

    assert moments == sorted(set(moments))
    assert moments[0] == (pilot.opens_at,)
    assert moments[-1] < (timezone.now(),)


def test_demo_remembers_the_partners_of_the_first_round(pilot):
    first = Round.objects.get(slug="first")
    back = pilot.applications.filter(user__applications__round=first)
    proposal = first.proposals.get()

    assert first.phase == Round.Phase.ENDED
    assert first.published_at == proposal.published_at == first.introduces_at
    assert first.applications.exclude(introduced_at=first.introduces_at).count() == 0
    assert proposal.figures["matched"] == proposal.seats.active().count() == 64
    assert first.proposals.get().matches.count() == 32
    assert back.count() == 20


def test_demo_has_a_round_whose_partners_tell_how_it_goes():
    running = Round.objects.get(slug="second")
    seats = Seat.objects.filter(proposal__round=running)
    asked = CheckIn.objects.filter(seat__in=seats)
    [concern] = Concern.objects.open()

    assert running.phase == Round.Phase.RUNNING
    assert running.applications.unanswered().count() == 2
    assert seats.count() == running.applications.confirmed().count() == 24
    assert set(seats.values_list("check_in", flat=True)) == {
        Seat.CheckIn.IN_TOUCH,
        Seat.CheckIn.NOT_YET,
        Seat.CheckIn.HELP,
        Seat.CheckIn.SILENT,
    }
    assert asked.filter(answered_at__gt=timezone.now()).count() == 0
    assert (asked.filter(number=2).count(), asked.unanswered().count()) == (24, 2)
    assert concern.seat in seats


def test_demo_has_results_of_the_round_that_is_over():
    found = results.of(Round.objects.get(slug="first"))

    assert (found.asked, found.answered, found.is_closed) == (64, 56, True)
    hidden = [group.is_hidden for group in found.by_frequency]
    assert hidden == [False, False, False, True, True]  # few are in touch less often
    assert len(found.quotes) == 2


def test_demo_writes_to_nobody():
    assert Message.objects.count() == 0
    assert Topic.objects.to_announce().count() == 0


def test_demo_has_topics_with_threads_and_a_comment_to_look_at(pilot):
    [planned] = Topic.objects.scheduled()
    depths = Comment.objects.filter(parent__parent__isnull=False)

    assert Topic.objects.published().count() == 3
    assert all("sample content" in topic.body for topic in Topic.objects.all())
    assert planned.round == pilot
    assert pilot.introduces_at < planned.publish_at < pilot.ends_at
    assert Comment.objects.held().count() == 1
    assert Comment.objects.filter(posted_at__gt=timezone.now()).count() == 0
    assert depths.approved().count() == 3


def test_demo_uses_reserved_addresses():
    addresses = [
        *User.objects.values_list("email", flat=True),
        *Comment.objects.values_list("email", flat=True),
    ]

    assert [a for a in addresses if not a.endswith(".example")] == []


def test_demo_changes_nothing_the_second_time():
    before = {table: list(table.objects.order_by("pk").values()) for table in TABLES}

    call_command("demo", verbosity=0)

    after = {table: list(table.objects.order_by("pk").values()) for table in TABLES}
    assert after == before
