from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from iln.mail.models import Message
from matching.changing import steps
from matching.left_over import causes
from matching.problems import candidates, pool
from matching.publishing.prechecks import NoLongerFits, checks
from matching.publishing.publication import publish
from matching.services import propose
from participants.terms import Terms
from tests.factories import ApplicationFactory, PinFactory, RoundFactory


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [0, 100])
def test_cap_is_a_share(percent):
    with pytest.raises(IntegrityError):
        RoundFactory(country_cap=percent)


# --- In a round --------------------------------------------------------------


@pytest.fixture
def crowd(db):
    """Four from Kenya, who applied one after the other, and four from four other countries."""
    round_ = RoundFactory(closed=True, country_cap=25)
    for nth, country in enumerate(["KE", "KE", "KE", "KE", "AU", "PE", "DK", "JP"]):
        ApplicationFactory(
            round=round_,
            country=country,
            user__name=f"{country} {nth}",
            submitted_at=timezone.now() - timedelta(hours=9 - nth),
        )
    return round_


def names(applications):
    return sorted(application.name for application in applications)


def test_who_waits_is_not_matched(crowd):
    late = {"KE 2", "KE 3"}

    assert late.isdisjoint(names(candidates(crowd)))
    assert late < set(names(pool(crowd)))


def test_proposal_names_who_waits_and_why(crowd):
    proposal = propose(crowd)

    assert proposal.made_with["country_cap"] == 25
    assert proposal.figures["applicants"] == 6
    assert proposal.figures["unmatched"] == 0
    people = proposal.unmatched.order_by("name")
    assert names(people) == ["KE 2", "KE 3"]
    [cause] = causes(proposal.left_over, people, Terms())
    assert cause.why.startswith("At most 25 % may come from one country.")
    assert [words for _, words in cause.people] == ["", ""]


def test_who_waits_is_told_at_publication_and_is_first_next_time(crowd, organiser):
    publish(propose(crowd), organiser, at_once=True)

    told = Message.objects.filter(kind="left over")
    assert sorted(mail.recipient.name for mail in told) == ["KE 2", "KE 3"]
    for mail in told:
        assert "So many people from Kenya applied" in mail.text
        assert "at most 25 % of a round" in mail.html
        assert "since so many people from your country came before you" in mail.text
    fourth = crowd.applications.get(name="KE 3")
    later = RoundFactory(opens_at=timezone.now() + timedelta(days=1), country_cap=50)
    mine = ApplicationFactory(
        round=later, user=fourth.user, submitted_at=timezone.now()
    )
    ApplicationFactory(round=later)
    assert candidates(later) == [mine]


def test_pinned_person_who_waits_keeps_nobody_from_a_partner(crowd):
    late, other = (crowd.applications.get(name=name) for name in ("KE 3", "PE 5"))
    PinFactory(round=crowd, first=late, second=other)

    proposal = propose(crowd)

    assert proposal.seats.filter(application=other).exists()


def test_other_cap_than_at_the_search_is_noticed(crowd):
    proposal = propose(crowd)
    assert not [check for check in checks(crowd, proposal) if check.trouble]

    crowd.country_cap = None
    crowd.save()

    troubles = [check.trouble for check in checks(crowd, proposal) if check.trouble]
    assert "How many may come from one country changed." in troubles
    with pytest.raises(NoLongerFits):
        publish(proposal, crowd.applications.first().user)


def test_draft_keeps_who_waits_when_it_is_changed(crowd, organiser):
    proposal = propose(crowd)
    gone = crowd.applications.get(name="PE 5")

    steps.take(proposal, 0, "aside", [gone.pk], reason="Ill.", by=organiser)

    proposal.refresh_from_db()
    assert {"KE 2", "KE 3"} <= set(names(proposal.unmatched.all()))
    step = proposal.steps.get()
    late = crowd.applications.filter(name__in=["KE 2", "KE 3"]).values_list(
        "pk", flat=True
    )
    moved = {key for group in [*step.before, *step.after] for key in group}
    assert moved.isdisjoint(late)
