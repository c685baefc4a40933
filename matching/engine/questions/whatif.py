"""What another choice would cost, and who would pay: exactly, within a moment.

questions = WhatIf(scores, grouping.groups, units)
questions.force(12, 34).by_level
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.engine.questions.rematching import Rematching, Row
from matching.engine.scoring.scores import Scores
from matching.engine.solving.blossom import NOBODY
from matching.engine.solving.weights import Ints

Group = tuple[int, ...]


@dataclass(frozen=True)
class Change:
    """One person's partners before and after, by id; and what they gain, by digit.

    A negative gain is a loss. Hours, which belong to the pair, and all that somebody new
    brings are left out.
    """

    person: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    gains: Mapping[str, int]


@dataclass(frozen=True)
class Answer:
    """The best matching under another condition, beside the present one.

    alone: how many more people stay without a partner. loss: how much less all pairs are
    worth; by_level the same, digit by digit, the most important first, without zeros. A
    negative number is a gain. changes: everybody whose partners change, by id.
    """

    alone: int
    loss: int
    by_level: Mapping[str, int]
    changes: tuple[Change, ...]

    @property
    def price(self) -> dict[str, int]:
        """What is lost, level by level from the first."""
        return ({"alone": self.alone} if self.alone else {}) | dict(self.by_level)

    @property
    def pairs_before(self) -> tuple[Group, ...]:
        return _groups((one.person, *one.before) for one in self.changes if one.before)

    @property
    def pairs_after(self) -> tuple[Group, ...]:
        return _groups((one.person, *one.after) for one in self.changes if one.after)


def _groups(people: Iterable[Sequence[int]]) -> tuple[Group, ...]:
    return tuple(sorted({tuple(sorted(group)) for group in people}))


class WhatIf:
    """A best matching of scored people, ready for questions; none leaves a trace.

    `groups` are those of a `Grouping`, by index; `units` those of the levels, from the last.
    People are named by their ids. Answers are exact among all pairs of people, and form no new
    group of three: one that there is stays as it is, unless the question is about somebody
    in it. Then its people are paired like all others, and whoever is left stays alone.

    ValueError if `groups` are not the best; OverflowError, also from questions, where prices
    would leave 64 bits.
    """

    def __init__(
        self, scores: Scores, groups: Iterable[Group], units: Mapping[str, int]
    ) -> None:
        self.scores = scores
        self.units = [(digit, unit) for digit, unit in units.items() if unit][::-1]
        self.index = {person.id: k for k, person in enumerate(scores.people)}
        self.ids = [person.id for person in scores.people]
        self.groups = [tuple(group) for group in groups]
        self.threes = {
            k: group for group in self.groups if len(group) == 3 for k in group
        }
        self.partners = {
            k: tuple(other for other in group if other != k)
            for group in self.groups
            for k in group
        }
        pairs = [(group[0], group[1]) for group in self.groups if len(group) == 2]
        self.rematching = Rematching(scores.weights, pairs, sorted(self.threes))
        self.total = sum(self._worth(group) for group in self.groups)

    # --- Questions --------------------------------------------------------

    def force(self, a: int, b: int) -> Answer:
        """If these two were partners. ValueError if they may not be."""
        if not self.scores.allowed[self.index[a], self.index[b]]:
            raise ValueError(f"People {a} and {b} may not be paired.")
        return self.among(a, [b])

    def forbid(self, a: int, b: int) -> Answer:
        """If these two were not partners."""
        person = self.index[a]
        row = self.rematching.row(person)
        row[self.index[b]] = -1
        return self._ask(self._freed([person]) | {person: row})

    def among(self, a: int, partners: Iterable[int]) -> Answer:
        """If a person had one of these partners. ValueError if none of them may be."""
        some = [self.index[other] for other in partners]
        return self.among_indices(self.index[a], some)

    def without(self, a: int) -> Answer:
        """If a person were not there."""
        return self._ask(self._freed([self.index[a]]) | {self.index[a]: None})

    def with_person(self, a: int, worths: Ints) -> Answer:
        """If somebody new, called `a`, were there.

        worths (n,): what each pair with them is worth, in order of id; negative: never.
        """
        new = self.rematching.new
        self.ids[new:] = [a]
        return self._ask({new: np.append(worths, -1)})

    def alternatives(
        self, a: int, count: int = 5, tries: int | None = None
    ) -> list[tuple[int, Answer]]:
        """The best other partners of a person, and what each costs; best first.

        They are tried in the order of what each must cost at least, until no further one can be
        better; with `tries`, only so many. None for somebody in a group of three.
        """
        person, found = self.index[a], list[tuple[int, Answer]]()
        bounds = self.rematching.bounds(person)
        bounds[list(self.partners.get(person, ()))] = -1
        order = np.argsort(bounds, kind="stable")[(bounds < 0).sum() :]
        for k in order[:tries].tolist():
            if len(found) == count and _order(found[-1])[:2] <= (0, bounds[k]):
                break
            found.append((self.ids[k], self.force(a, self.ids[k])))
            found = sorted(found, key=_order)[:count]
        return found

    def without_second_choice(self) -> list[tuple[Group, Answer]]:
        """Pairs that cannot be parted unless somebody stays alone, or with nothing met."""
        found = list[tuple[Group, Answer]]()
        for i, j in (group for group in self.groups if len(group) == 2):
            answer = self.forbid(self.ids[i], self.ids[j])
            if answer.alone > 0 or answer.by_level.get("none_met", 0) > 0:
                found.append(((self.ids[i], self.ids[j]), answer))
        return found

    def among_indices(self, person: int, partners: Collection[int]) -> Answer:
        """`among`, by index."""
        among = np.zeros(self.rematching.new + 1, dtype=np.bool_)
        among[list(partners)] = True
        row = np.where(among, self.rematching.row(person), -1)
        possible = np.flatnonzero(row >= 0).tolist()
        if not possible:
            raise ValueError("This person may be paired with none of these.")
        asked_about = [person]
        if all(k in self.threes for k in possible):
            asked_about += possible
        return self._ask(self._freed(asked_about) | {person: row}, paired=[person])

    def lost(self, value: int) -> dict[str, int]:
        """Digit by digit, what a matching of this value is worth less than the present one."""
        return _difference(self._digits(self.total), self._digits(value))

    # --- Answers ----------------------------------------------------------

    def _freed(self, people: Iterable[int]) -> dict[int, Row]:
        """The rows of everybody in a group of three with one of these."""
        freed = {k for person in people for k in self.threes.get(person, ())}
        return {k: self.rematching.row(k) for k in sorted(freed)}

    def _ask(self, rows: Mapping[int, Row], paired: Collection[int] = ()) -> Answer:
        after = self._after(rows, paired)
        moved = [
            k
            for k in sorted({*self.partners, *after, *rows})
            if self.partners.get(k, ()) != after.get(k, ())
        ]
        old = {
            tuple(sorted((k, *self.partners[k]))) for k in moved if k in self.partners
        }
        new = {tuple(sorted((k, *after[k]))) for k in moved if k in after}
        loss = sum(map(self._worth, old)) - sum(
            self._worth(group, rows) for group in new
        )
        coming = sum(
            (row is not None) - self._is_here(person) for person, row in rows.items()
        )
        return Answer(
            alone=coming + len(self.partners) - len(after),
            loss=loss,
            by_level=self.lost(self.total - loss),
            changes=tuple(self._change(k, after.get(k, ())) for k in moved),
        )

    def _after(
        self, rows: Mapping[int, Row], paired: Collection[int]
    ) -> dict[int, Group]:
        """Everybody's partners once these people have these rows."""
        mate = self.rematching.rematch(rows, paired)
        pairs = {k: (j,) for k, j in enumerate(mate) if j != NOBODY}
        return pairs | {k: self.partners[k] for k in self.threes if k not in rows}

    def _is_here(self, person: int) -> bool:
        return person in self.threes or bool(self.rematching.present[person])

    def _change(self, person: int, after: Group) -> Change:
        before = self.partners.get(person, ())
        had, has = (
            self._digits(self._worth_to(person, group)) for group in (before, after)
        )
        return Change(
            person=self.ids[person],
            before=tuple(self.ids[k] for k in before),
            after=tuple(self.ids[k] for k in after),
            gains=_difference(has, had),
        )

    # --- Worths -----------------------------------------------------------

    def _worth(self, group: Group, rows: Mapping[int, Row] | None = None) -> int:
        """What a group adds to the matching; with somebody new, their row tells."""
        new = self.rematching.new
        if new in group and rows is not None and (row := rows[new]) is not None:
            return int(row[min(group)])
        if len(group) == 2:
            return int(self.scores.weights[group[0], group[1]])
        awake = min(int(self.scores.minutes[pair]) for pair in combinations(group, 2))
        kept = self.scores.kept_worth(*np.array([*combinations(group, 2)]).T)
        worth = int(self.scores.hours_worth(np.array(awake)) + kept.sum())
        for k in group:
            worth += self._worth_to(k, tuple(other for other in group if other != k))
        return worth

    def _worth_to(self, person: int, partners: Group) -> int:
        """What partners are worth to a person themselves."""
        if not partners or self.rematching.new in (person, *partners):
            return 0
        met = np.bitwise_or.reduce(self.scores.met[person, list(partners)])
        return int(self.scores.table[person, met])

    def _digits(self, worth: int) -> dict[str, int]:
        found = {}
        for digit, unit in self.units:
            found[digit], worth = divmod(worth, unit)
        return found


def _difference(more: Mapping[str, int], less: Mapping[str, int]) -> dict[str, int]:
    return {
        digit: more[digit] - less[digit] for digit in more if more[digit] != less[digit]
    }


def _order(alternative: tuple[int, Answer]) -> tuple[int, int, int]:
    person, answer = alternative
    return answer.alone, answer.loss, person
