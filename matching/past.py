"""What earlier rounds brought people: partners' countries, and bad luck that puts them first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from matching.models import Proposal, Seat
from participants import luck
from participants.luck import Luck
from participants.models import Application
from rounds.models import Round


class PastRounds:
    """Of these people (users), before this round: a few queries for all.

    Bad luck is that of the last published round they were in; it does not add up.
    """

    def __init__(self, round_: Round, users: Collection[int]) -> None:
        self._round, self._users = round_, users
        self.countries: dict[int, set[str]] = defaultdict(set)
        self._found: dict[int, list[Luck | None]] = defaultdict(list)
        earlier = (
            Application.objects.confirmed()
            .filter(user__in=users, round__opens_at__lt=round_.opens_at)
            .filter(round__is_rehearsal=round_.is_rehearsal)
            .exclude(round__published_at=None)
            .order_by("round__opens_at")
        )
        self._last = {application.user_id: application.pk for application in earlier}
        seats = Seat.objects.filter(
            application__in=[application.pk for application in earlier]
        ).exclude(published_at=None)
        for seat in seats.select_related("application").prefetch_related(
            "match__seats__application"
        ):
            self._found[seat.application_id].append(bad_luck(seat))
            for partner in seat.partners:
                country = partner.application.country.code
                self.countries[seat.application.user_id].add(country)

    @cached_property
    def bad_luck(self) -> dict[int, Luck]:
        """Whose last round did not go well, and how. With a second partner it may have."""
        found = self._found
        over = {user: pk for user, pk in self._last.items() if pk not in found}
        waited = _waited(over.values())
        alone = {
            user: Luck.WAITED if pk in waited else Luck.LEFT_OVER
            for user, pk in over.items()
        }
        unhappy = {
            user: luck_
            for user, pk in self._last.items()
            if pk in found and all(found[pk]) and (luck_ := found[pk][0])
        }
        return alone | unhappy

    @cached_property
    def first(self) -> dict[int, Luck]:
        """Who comes first, and why; those, too, who let a round pass and kept their place."""
        return luck.kept_places(self._round, self._users) | self.bad_luck


def bad_luck(seat: Seat) -> Luck | None:
    """What did not go well at this place, if so."""
    silent = Seat.CheckIn.SILENT
    others = seat.partners
    waits = seat.check_in != silent  # of two silent ones, neither waits for the other
    if waits and others and all(one.check_in == silent for one in others):
        return Luck.SILENT_PARTNER
    return Luck.NO_WISH_MET if seat.wishes and not seat.wishes_met else None


def _waited(applications: Collection[int]) -> set[int]:
    """Who of those left over waited for a place, by the country cap."""
    if not applications:
        return set()
    reports = Proposal.objects.published().filter(unmatched__in=applications)
    return {
        int(key)
        for report in reports.distinct().values_list("left_over", flat=True)
        for key, found in report.items()
        if "country_cap" in found
    }


def tell(round_: Round, users: Collection[int]) -> dict[int, Luck]:
    """What we know, for those who ask below us: participants.luck."""
    return PastRounds(round_, users).bad_luck
