"""A matching with its proof, to and from JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Certificate:
    """Integer prices of n people and of the empty chairs, of odd sets, and the barrier.

    `total` is what the prices come to, odd sets counted as often as they have pairs inside;
    `total // scale` bounds the worth of any matching with as many pairs.
    """

    scale: int = 1
    total: int = 0
    prices: tuple[int, ...] = ()
    odd_sets: tuple[tuple[tuple[int, ...], int], ...] = ()
    barrier: tuple[int, ...] = ()


@dataclass(frozen=True)
class Solution:
    """A matching of n people: sorted pairs (i, j) with i < j, and whoever has no partner.

    `value` is what the pairs are worth. No matching with as many pairs is worth more than
    `bound`, and none has more pairs than `pair_bound`; the certificate proves both.
    """

    pairs: tuple[tuple[int, int], ...]
    unmatched: tuple[int, ...]
    value: int
    bound: int
    pair_bound: int
    certificate: Certificate = field(default_factory=Certificate)

    @property
    def is_optimal(self) -> bool:
        return self.value == self.bound and len(self.pairs) == self.pair_bound

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Solution:
        data: dict[str, Any] = json.loads(text)
        proof = data.pop("certificate")
        sets = tuple(
            (tuple(members), price) for members, price in proof.pop("odd_sets")
        )
        proof |= {key: tuple(proof[key]) for key in ("prices", "barrier")}
        return cls(
            pairs=tuple((i, j) for i, j in data.pop("pairs")),
            unmatched=tuple(data.pop("unmatched")),
            certificate=Certificate(odd_sets=sets, **proof),
            **data,
        )
