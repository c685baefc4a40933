"""What somebody has begun to tell us: kept, handed over, sent, tidied away."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from iln.mail.outbox import queue
from participants import emails
from participants.answers import Answers
from participants.models import Application, Draft, User
from participants.models.draft import hash_of, new_key
from participants.retold import as_typed
from participants.services.applying import apply
from participants.services.people import Refused
from rounds.models import Round

Typed = Mapping[str, list[str]]
MOST_LINKS_AN_HOUR = (
    5  # to one address: whoever types somebody else's shall not flood it
)


def begin(round_: Round) -> tuple[Draft, str]:
    """An unsaved draft, and the key that opens it again."""
    key = new_key()
    return Draft(round=round_, key_hash=hash_of(key)), key


@transaction.atomic
def keep(draft: Draft, round_: Round, step: str, typed: Typed) -> Draft:
    """Note what was typed on a step, right or wrong; the other steps stay as they are."""
    draft = _locked(draft) if draft.pk else draft
    if draft.round_id != round_.pk:
        draft.move_to(round_)
    draft.step = step
    draft.answers = {**draft.answers, **typed}
    draft.email = _address_in(draft.answers)
    draft.save()
    return draft


def _locked(draft: Draft) -> Draft:
    """As it is now; refuses what was sent or deleted meanwhile."""
    rows = Draft.objects.select_for_update(of=("self",)).select_related("round")
    row = rows.filter(pk=draft.pk, sent_at=None).first()
    if row is None:
        raise Refused("These answers were sent already, or you have deleted them.")
    return row


def _address_in(answers: Typed) -> str:
    address = next(iter(answers.get("email", [])), "").strip()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if address.isascii() and len(address) <= 254 else ""


def looked_at_wishes(draft: Draft) -> None:
    rows = Draft.objects.filter(pk=draft.pk, sent_at=None)
    rows.update(wishes_seen_at=timezone.now())


@transaction.atomic
def send(draft: Draft, answers: Answers) -> None:
    """Apply, once, however often the button is pressed; nothing of the draft stays."""
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise Refused("These answers were deleted in another window.")
    if row.sent_at is None:
        apply(answers)
        row.empty()
        row.save()


@transaction.atomic
def finish_later(draft: Draft, address: str) -> None:
    """Mail the link that opens a draft anywhere to its address, known to us or not."""
    draft = _locked(draft)
    draft.answers["email"], draft.email = [address], address
    draft.save()
    if emails.unfinished_lately(address) < MOST_LINKS_AN_HOUR:
        queue([emails.unfinished(draft)])


@transaction.atomic
def keep_for_next_round(draft: Draft) -> None:
    """Sign-up closed while somebody was writing: nothing is lost."""
    draft = _locked(draft)
    if draft.kept_at is None:
        draft.kept_at = timezone.now()
        draft.save()
        if draft.email:
            queue([emails.unfinished(draft)])


@transaction.atomic
def take_over(draft: Draft) -> tuple[Draft, str]:
    """Open a draft in the browser that asks, and in no other any more."""
    draft, key = _locked(draft), new_key()
    draft.key_hash = hash_of(key)
    if draft.kept_at and (open_ := Round.objects.open().order_by("closes_at").first()):
        draft.move_to(open_)
    draft.save()
    return draft, key


def discard(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk, sent_at=None).delete()


def last_application(person: User, round_: Round) -> Application | None:
    """What somebody told us for the round before."""
    earlier = person.applications.exclude(round=round_).in_full()
    return earlier.order_by("-submitted_at").first()


@transaction.atomic
def prefill(person: User, round_: Round) -> tuple[Draft, str]:
    """A draft with somebody's last answers, whose wishes they must look at again; and its key.

    For the person themselves: whoever has the key reads the answers.
    """
    last = last_application(person, round_)
    if last is None:
        raise Refused("We have no answers of yours from an earlier round.")
    if person.applications.active().filter(round=round_).exists():
        raise Refused(f"You have applied for {round_} already.")
    draft, key = begin(round_)
    draft.answers, draft.email = as_typed(last), person.email
    draft.based_on, draft.step = last, "wishes"
    draft.save()
    return draft, key


@transaction.atomic
def bring_on(round_: Round, limit: int) -> int:
    """Move drafts that wait into an open round, and tell their people, each once."""
    rows = Draft.objects.waiting().select_for_update(of=("self",))
    drafts = list(rows.order_by("pk")[:limit])
    for draft in drafts:
        draft.move_to(round_)
    Draft.objects.bulk_update(drafts, ["round", "kept_at", "wishes_seen_at"])
    queue(emails.unfinished(draft, again=True) for draft in drafts if draft.email)
    return len(drafts)


def tidy() -> int:
    """Delete the drafts that nobody needs any more; how many."""
    return Draft.objects.outlived().delete()[0]
