"""The demo's first round had its partners long ago."""

from __future__ import annotations

from iln.mail.models import Message
from matching.models import Proposal
from matching.publishing.publication import publish
from matching.services import propose
from participants.models import Application, User
from rounds.demo import FIRST
from rounds.models import Round


def load() -> None:
    """Match and publish the round that is over, once, as if it had been done in time."""
    round_ = Round.objects.get(slug=FIRST)
    if round_.published_at:
        return
    proposal = propose(round_)
    publish(proposal, User.objects.filter(is_superuser=True).earliest("pk"))
    _date_back(proposal)
    _forget_mails(proposal)


def _date_back(proposal: Proposal) -> None:
    then = proposal.round.introduces_at
    Round.objects.filter(pk=proposal.round_id).update(published_at=then)
    Proposal.objects.filter(pk=proposal.pk).update(made_at=then, published_at=then)
    proposal.seats.update(published_at=then)
    Application.objects.filter(seats__proposal=proposal).update(introduced_at=then)


def _forget_mails(proposal: Proposal) -> None:
    """Introductions to a round that is over would only confuse."""
    Message.objects.waiting().filter(
        stream=Message.Stream.ROUND, recipient__applications__round=proposal.round
    ).delete()
