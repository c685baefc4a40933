"""What must be true before a proposal is published, each with what to do where it is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils import timezone
from django.utils.formats import date_format

from iln.mail import outbox
from matching.engine import Problem
from matching.models import Proposal, Seat
from matching.problems import candidates, digests, problem
from matching.wording import joined
from participants.models import Application
from rounds.models import Round

NAMED = 3
SEARCH_AGAIN = "Find the best matching again."
WAIT = "Wait until {} UTC, or set the deadline of the round to an earlier time."
CLOSE = "Close it, then find the best matching."
ASK = "You may publish all the same. Ask whoever runs this site whether the worker and the mail server are up."


class CannotPublish(Exception):
    """Why a proposal cannot be published, in words for organisers."""


class AlreadyPublished(CannotPublish):
    pass


class SignUpStillOpen(CannotPublish):
    pass


class StillAnswering(CannotPublish):
    pass


class NoLongerFits(CannotPublish):
    """People or decisions have changed since the proposal was made."""


@dataclass(frozen=True)
class Check:
    """A promise to the people in a round; where it is broken, by what and what would help."""

    promise: str
    trouble: str
    remedy: str
    refusal: type[CannotPublish] | None = NoLongerFits

    @property
    def refuses(self) -> bool:
        return bool(self.trouble and self.refusal)


def check_round(round_: Round) -> None:
    """Raise CannotPublish where no proposal of this round could be published."""
    if round_.published_at:
        raise AlreadyPublished(f"{round_} has been published already.")
    refuse([_sign_up(round_)])


def check(round_: Round, proposal: Proposal) -> None:
    """Raise CannotPublish where publishing would be wrong.

    What the engine promised holds as long as it would be told the same again.
    """
    check_round(round_)
    refuse(checks(round_, proposal))


def refuse(checks: Sequence[Check]) -> None:
    """Raise the first refusal of these, if there is one."""
    for one in checks:
        if one.trouble and one.refusal:
            raise one.refusal(f"{one.trouble} {one.remedy}")


def checks(round_: Round, proposal: Proposal) -> list[Check]:
    """All that is looked at before publishing, for a round that is not published yet."""
    applications = candidates(round_)
    asked = problem(round_, applications, proposal.seed)
    now = digests(asked, applications)
    then: dict[str, str] = proposal.made_with.get("people", {})
    seated = groups(proposal)
    matched = {key for group in seated if len(group) > 1 for key in group}
    told = {str(pk) for pk in proposal.unmatched.values_list("pk", flat=True)}
    return [
        _sign_up(round_),
        _still_in(round_),
        *_country_cap(round_, proposal),
        Check(
            "Nobody in this matching has withdrawn, is unconfirmed or was erased.",
            about(
                (then.keys() | matched) - now.keys(),
                "{} withdrew, or must confirm again, since this matching was found.",
            ),
            SEARCH_AGAIN,
        ),
        Check(
            "Everybody has a partner, or is told why not.",
            _nobody(matched)
            or about(
                now.keys() - then.keys(), "{} confirmed since this matching was found."
            )
            or about(
                now.keys() - matched - told,
                "{} would hear nothing: no partner, and not among those left over.",
            ),
            SEARCH_AGAIN,
        ),
        Check(
            "Nobody’s answers have changed since.",
            about(
                {key for key in now.keys() & then.keys() if now[key] != then[key]},
                "What counts for {} has changed since this matching was found.",
            ),
            SEARCH_AGAIN,
        ),
        Check(
            "What you decided is kept: who stays together, and who stays apart.",
            undecided(seated, asked, applications),
            SEARCH_AGAIN,
        ),
        mail_leaves(),
    ]


def mail_leaves() -> Check:
    return Check("Mail can leave.", _silence(), ASK, refusal=None)


def _sign_up(round_: Round) -> Check:
    is_open = timezone.now() < round_.closes_at
    trouble = f"Sign-up for {round_} is still open." if is_open else ""
    return Check("Sign-up is closed.", trouble, CLOSE, SignUpStillOpen)


def _still_in(round_: Round) -> Check:
    """Whoever was asked "Still in?" has their time to answer."""
    waiting = round_.takes_answers and round_.applications.unanswered().count()
    who = "person" if waiting == 1 else "people"
    return Check(
        "Nobody may still say that they are in.",
        f"{waiting} {who} can still answer “Still in?”." if waiting else "",
        WAIT.format(date_format(round_.confirm_by, "j F Y, H:i")) if waiting else "",
        StillAnswering,
    )


def _country_cap(round_: Round, proposal: Proposal) -> Iterator[Check]:
    """Where there is a limit for one country, or was."""
    now, then = round_.country_cap, proposal.made_with.get("country_cap")
    if now or then:
        trouble = "" if now == then else "How many may come from one country changed."
        promise = "The limit for one country is what it was."
        yield Check(promise, trouble, SEARCH_AGAIN)


def groups(proposal: Proposal) -> list[list[str]]:
    """The applications of each match, as keys."""
    groups: dict[int, list[str]] = {}
    seats = Seat.objects.filter(proposal=proposal).order_by("match", "position")
    for match, application in seats.values_list("match", "application"):
        groups.setdefault(match, []).append(str(application))
    return list(groups.values())


def _nobody(matched: Collection[str]) -> str:
    return "" if matched else "Nobody has a partner in this matching."


def about(keys: Collection[str] | Collection[int], words: str) -> str:
    """These words about some applications, by key; nothing about nobody."""
    return words.format(_names(keys)) if keys else ""


def _names(keys: Collection[str] | Collection[int]) -> str:
    """The first few of these applications by name, and how many more."""
    people = Application.objects.filter(pk__in=keys).order_by("name", "pk")
    names = list(people.values_list("name", flat=True)[:NAMED])
    more, other = len(keys) - len(names), "other " if names else ""
    others = [f"1 {other}person" if more == 1 else f"{more} {other}people"]
    return joined([*names, *others] if more else names)


def undecided(
    groups: Sequence[Sequence[str]],
    asked: Problem,
    applications: Sequence[Application],
) -> str:
    """What organisers have decided about two people since the proposal was made."""
    people = {str(application.pk): k for k, application in enumerate(applications)}
    here = [frozenset(people[key] for key in g if key in people) for g in groups]
    pairs = {frozenset(pair) for group in here for pair in combinations(group, 2)}

    def names(group: frozenset[int]) -> str:
        return joined(sorted(applications[k].name for k in group))

    for pair in asked.apart & pairs:
        return f"{names(pair)} are to be kept apart, or have been partners before."
    for pinned in asked.together - pairs - {*here}:
        return f"{names(pinned)} are to stay together, and do not in this matching."
    return ""


def _silence() -> str:
    if outbox.is_silent():
        return "Mails have been due for a while, and none has left."
    return ""
