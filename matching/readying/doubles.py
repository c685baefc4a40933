"""Applications that may be of one and the same person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from participants.models import Application
from participants.names import plain

SHORT = 5  # letters of an address: in fewer, one other letter is often another person
SAME_MAILBOX = {"googlemail.com": "gmail.com"}

Pair = tuple[Application, Application]
Apart = Collection[frozenset[int]]  # users who are known to be two people


@dataclass(frozen=True)
class Double:
    """Two applications, the earlier first, and why they look like one person's."""

    first: Application
    second: Application
    signs: tuple[str, ...]


def doubles(applications: Sequence[Application], apart: Apart = ()) -> list[Double]:
    """Likely doubles among applications with their users at hand.

    Nobody is compared with everybody: only who shares a name, a mailbox or most of an address.
    """
    in_order = sorted(applications, key=lambda one: (one.submitted_at, one.pk))
    signs: dict[tuple[int, int], list[str]] = defaultdict(list)
    found: dict[tuple[int, int], Pair] = {}
    for sign, pairs in {
        "the same name and country": _alike(_by_name(in_order), apart),
        "the same mailbox": _alike(_by_mailbox(in_order), apart),
        "one letter of the address": _one_letter_apart(in_order, apart),
    }.items():
        for first, second in pairs:
            key = first.pk, second.pk
            found[key] = first, second
            signs[key].append(sign)
    return [Double(*pair, tuple(signs[key])) for key, pair in sorted(found.items())]


def mailbox(address: str) -> str:
    """Where mail to an address arrives as a rule: without its tag, and whatever its dots."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0].replace(".", "")
    return f"{local}@{SAME_MAILBOX.get(domain, domain)}"


def _by_name(people: Sequence[Application]) -> Mapping[Hashable, list[Application]]:
    names: dict[Hashable, list[Application]] = defaultdict(list)
    for person in people:
        if name := plain(person.name):
            names[name, person.country.code].append(person)
    return names


def _by_mailbox(people: Sequence[Application]) -> Mapping[Hashable, list[Application]]:
    boxes: dict[Hashable, list[Application]] = defaultdict(list)
    for person in people:
        boxes[mailbox(person.user.email)].append(person)
    return boxes


def _alike(
    groups: Mapping[Hashable, list[Application]], apart: Apart
) -> Iterator[Pair]:
    """Each of a group beside the first of those before them who may be the same."""
    for people in groups.values():
        for nth, second in enumerate(people):
            for first in people[:nth]:
                if frozenset({first.user_id, second.user_id}) not in apart:
                    yield first, second
                    break


def _one_letter_apart(people: Sequence[Application], apart: Apart) -> Iterator[Pair]:
    """Mailboxes with one letter more, fewer, other or out of turn, of one name or one country.

    They share what is left when each loses a letter (Garbe 2012, SymSpell). Whoever has other
    digits is taken for somebody else: people of one family or one library often have.
    """
    owners: dict[str, Application] = {}
    for person in people:
        owners.setdefault(mailbox(person.user.email), person)
    lacking: dict[tuple[str, str], list[str]] = defaultdict(list)
    for box in owners:
        if len(box.partition("@")[0]) >= SHORT:
            digits = "".join(filter(str.isdigit, box))
            for rest in {box, *(box[:k] + box[k + 1 :] for k in range(len(box)))}:
                lacking[digits, rest].append(box)
    seen = set(apart)
    for boxes in lacking.values():
        for one, other in combinations(boxes, 2):
            first, second = owners[one], owners[other]
            two = frozenset({first.user_id, second.user_id})
            if (
                two not in seen
                and _alike_enough(first, second)
                and one_edit(one, other)
            ):
                seen.add(two)
                yield first, second


def _alike_enough(first: Application, second: Application) -> bool:
    return first.country == second.country or plain(first.name) == plain(second.name)


def one_edit(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two neighbours out of turn."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])
