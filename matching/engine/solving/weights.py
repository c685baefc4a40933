"""What the pairs are worth: a matrix, or an object that works it out in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

MOST_WORTH = 1 << 57  # prices may reach a few times the worth, and must stay in 64 bits
BLOCK = 1 << 22  # entries looked at together: 32 MB


class Blocks(Protocol):
    """Weights of n people, for rounds too large for n x n numbers."""

    n: int

    def block(self, rows: slice, cols: slice) -> Ints:
        """The worth of each pair of a person in `rows` with one in `cols`, negative: never.

        Symmetric as a whole; the diagonal is ignored.
        """


class Matrix:
    """Weights that lie in memory, checked once."""

    def __init__(self, weights: NDArray[np.integer]) -> None:
        self.weights = _checked(np.asarray(weights))
        self.n = len(self.weights)

    def block(self, rows: slice, cols: slice) -> Ints:
        return self.weights[rows, cols]


def sweep(weights: Blocks, *, upper: bool = False) -> Iterator[tuple[int, int, Ints]]:
    """All weights once, in blocks of rows: (first row, first column, block), diagonal forbidden.

    With `upper`, only the columns from the block's own first row on: each pair at least once.
    """
    n = weights.n
    step = max(1, BLOCK // max(1, n))
    for start in range(0, n, step):
        stop = min(n, start + step)
        first = start if upper else 0
        block = _checked_block(weights, start, stop, first)
        own = np.arange(stop - start)
        block[own, own + start - first] = -1
        yield start, first, block


def _checked_block(weights: Blocks, start: int, stop: int, first: int) -> Ints:
    """A block of integers of the right shape, symmetric as far as it can show."""
    block = np.asarray(weights.block(slice(start, stop), slice(first, weights.n)))
    if block.shape != (stop - start, weights.n - first):
        raise ValueError(f"A block of {stop - start} rows has the shape {block.shape}.")
    if not np.issubdtype(block.dtype, np.integer):
        raise ValueError(f"Weights are integers, not {block.dtype}.")
    own = block[:, start - first : stop - first]
    wrong = (own != own.T) & ~np.eye(len(own), dtype=np.bool_)
    if wrong.any():
        i, j = (start + np.argwhere(wrong)[0]).tolist()
        raise ValueError(f"The pair ({i}, {j}) differs from its mirror image.")
    return np.array(block, dtype=np.int64)


def draw(seed: int, i: Ints, j: Ints, bits: int) -> Ints:
    """A number below 2**bits for each pair, the same on every machine, whichever comes first.

    SplitMix64 (Steele, Lea, Flood 2014) over seed and pair.
    """
    if bits <= 0:
        return np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.int64)
    low, high = np.minimum(i, j).astype(np.uint64), np.maximum(i, j).astype(np.uint64)
    mixed = _mix(_mix(_mix(np.array([seed % 2**64], dtype=np.uint64)) ^ low) ^ high)
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _checked(weights: NDArray[np.integer]) -> Ints:
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise ValueError(
            f"Weights form a square, not an array of shape {weights.shape}."
        )
    if not np.issubdtype(weights.dtype, np.integer):
        raise ValueError(
            f"Weights are integers, not {weights.dtype}{_first_nan(weights)}."
        )
    off_diagonal = ~np.eye(len(weights), dtype=np.bool_)
    for problem, wrong in (
        ("is worth more than 2**57", (weights > MOST_WORTH) & off_diagonal),
        ("differs from its mirror image", weights != weights.T),
    ):
        if wrong.any():
            i, j = np.argwhere(wrong)[0].tolist()
            raise ValueError(f"The pair ({i}, {j}) {problem}.")
    return weights.astype(np.int64)


def _first_nan(weights: NDArray[np.integer]) -> str:
    if not np.issubdtype(weights.dtype, np.floating) or not np.isnan(weights).any():
        return ""
    i, j = np.argwhere(np.isnan(weights))[0].tolist()
    return f" (the pair ({i}, {j}) is not a number at all)"
