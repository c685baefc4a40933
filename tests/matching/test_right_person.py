"""Whatever happens between publishing and sending: mails reach the right person, or nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iln.mail import outbox
from iln.mail.models import Message
from matching.models import Match, Seat
from matching.publishing import publication
from matching.publishing.prechecks import CannotPublish
from participants.models import Application, User
from participants.services import withdraw
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    MatchFactory,
    OrganiserFactory,
    ProposalFactory,
    UserFactory,
)
from tests.properties import examples

PEOPLE = 6
COUNTRIES = ["KE", "AU", "DK", "JP", "PE", "PL"]
NAMED = re.compile(r"person\d+[a-z]*@example\.org")
ACTS = ["withdraw", "rename", "move", "deliver some", "swap"]


class World:
    """A round of six, and what anybody may do to it before its mails have left."""

    def __init__(self):
        self.organiser = OrganiserFactory()
        self.proposal = ProposalFactory()
        self.people = [
            ApplicationFactory(
                round=self.proposal.round,
                user=UserFactory(name=f"Person {n}", email=f"person{n}@example.org"),
                country=country,
            )
            for n, country in enumerate(COUNTRIES)
        ]
        self.shift = 0
        self.seen = len(mail.outbox)
        self.seat()
        publication.publish(self.proposal, self.organiser, at_once=True)

    def seat(self):
        around = self.people[self.shift :] + self.people[: self.shift]
        for pair in zip(around[::2], around[1::2], strict=True):
            MatchFactory(proposal=self.proposal, applications=list(pair))

    def act(self, what, n):
        person = self.people[n]
        person.refresh_from_db()
        match what:
            case "withdraw":
                withdraw(person)
            case "rename":
                Application.objects.filter(pk=person.pk).update(name=f"Other {n}")
            case "move":
                new = f"person{n}{'abcdefgh'[self.seen % 8]}@example.org"
                User.objects.filter(pk=person.user_id).update(email=new)
            case "deliver some":
                outbox.deliver_batch(Message.objects.claim(n))
            case "swap":
                self.swap()
        self.look()

    def swap(self):
        """Take it back, pair people otherwise, and publish anew, if that is still allowed."""
        before = self.shift
        try:
            with transaction.atomic():
                publication.stop(self.proposal, self.organiser)
                Match.objects.filter(proposal=self.proposal).delete()
                self.shift = 1 - self.shift
                self.seat()
                publication.publish(self.proposal, self.organiser, at_once=True)
        except (publication.CannotStop, CannotPublish):
            self.shift = before
        self.proposal.refresh_from_db()

    def look(self):
        """Every new mail went to its person, and names nobody but them and their partner."""
        for sent in mail.outbox[self.seen :]:
            [address] = sent.to
            person = User.objects.get(email=address)
            row = Message.objects.get(message_id=sent.extra_headers["Message-ID"])
            assert row.recipient == person
            if row.kind not in {"introduction", "guide"}:
                continue
            seat = Seat.objects.get(pk=row.cause_id, application__user=person)
            seats = seat.match.seats.all()
            together = set(seats.values_list("application__user__email", flat=True))
            assert seat.published_at
            assert seat.application.withdrawn_at is None
            assert {*NAMED.findall(sent.body)} <= together
            assert {*NAMED.findall(sent.alternatives[0].content)} <= together
        self.seen = len(mail.outbox)


@settings(examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, PEOPLE - 1)), max_size=8
    )
)
def test_every_mail_that_leaves_belongs_to_one_published_match(db, acts):
    with transaction.atomic():
        world = World()
        for what, n in acts:
            world.act(what, n)
        for days in (0, 2):
            with time_machine.travel(timezone.now() + timedelta(days=days, minutes=1)):
                outbox.deliver_due()
                world.look()
        failed = Message.objects.failed().values_list("last_answer", flat=True)
        assert list(failed) == []
        transaction.set_rollback(True)


def test_when_nothing_happens_in_between_everybody_hears_of_their_partner(db):
    world = World()

    outbox.deliver_due()
    world.look()

    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        person.user.email for person in world.people
    )
    others = [{*NAMED.findall(sent.body)} - {*sent.to} for sent in mail.outbox]
    assert [len(named) for named in others] == [1] * PEOPLE


NASTY = [
    "Ana\r\nBcc: eve@example.org",
    "Ana\nSubject: Hello",
    "{{ settings.SECRET_KEY }}{% now 'Y' %}",
    "<script>alert(1)</script>",
    "Ana\u2028Bcc: eve@example.org",
    "\u202eanA",
    '"Ana" <eve@example.org>',
    "=?utf-8?q?Ana?=",
    "." * 60,
]


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_no_words_of_a_person_reach_a_header_or_another_reader(
    proposal, person, organiser, words
):
    ana = person("Ana", "KE", about=words)
    jo = person("Jo", "AU", about="I drive the mobile library.")
    ana.name = ana.user.name = words
    ana.save()
    ana.user.save()
    ChannelFactory(application=ana, handle=words)
    MatchFactory(proposal=proposal, applications=[ana, jo])
    publication.publish(proposal, organiser, at_once=True)

    outbox.deliver_due()

    introductions = Message.objects.filter(kind="introduction")
    failed = introductions.failed().values_list("address", flat=True)
    reached = [address for sent in mail.outbox for address in sent.recipients()]
    assert set(reached) <= {ana.user.email, jo.user.email}
    assert ana.user.email in reached  # hers holds only the other's words
    assert len(reached) + len(failed) == introductions.count() == 2
    for sent in mail.outbox:
        parsed = sent.message()
        assert (parsed.get_all("To"), parsed.get_all("Bcc")) == (sent.to, None)
        assert len(parsed.get_all("Subject")) == 1
        assert "<script" not in sent.alternatives[0].content
