"""The proof, and the checker, which shares no code with the solver and needs only numpy.

A matching is the best where prices say so (linear programming duality; Edmonds 1965). Give
everybody a price, and some odd sets of people one too, such that for every allowed pair the
two prices, and those of all odd sets around both, come to at least `scale` times its worth.
Then no matching is worth more than the prices together, a set of 2k + 1 people counted k times:
it has at most k pairs inside. People who must stay alone sit beside an empty chair: chairs are
worth nothing to anybody and come after the people in the list of prices.

How many must stay alone is shown by a barrier (Tutte 1947, Berge 1958): take these b people
away, and each odd part of what is left that finds none of them to take keeps somebody alone.

    python -m matching.engine.certificate WEIGHTS.npz CERTIFICATE.json
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from matching.engine.solution import Solution

STEP = 1 << 22  # entries checked together


class CertificateError(ValueError):
    """What is wrong with a solution or its proof."""


def verify(weights: Any, solution: Solution) -> None:
    """None if the solution is what it says and its bounds hold; CertificateError otherwise."""
    n = len(weights) if hasattr(weights, "__len__") else weights.n
    _check_matching(n, weights, solution)
    _check_prices(n, weights, solution)
    _check_barrier(n, weights, solution)


def _demand(condition: object, complaint: str) -> None:
    if not condition:
        raise CertificateError(complaint)


def _block(weights: Any, rows: slice, cols: slice) -> Any:
    return (
        weights.block(rows, cols) if hasattr(weights, "block") else weights[rows, cols]
    )


def _check_matching(n: int, weights: Any, solution: Solution) -> None:
    people = [person for pair in solution.pairs for person in pair]
    everybody = sorted(people + list(solution.unmatched))
    _demand(everybody == list(range(n)), "Not everybody is listed exactly once.")
    _demand(all(i < j for i, j in solution.pairs), "A pair is not in order.")
    worth = [
        int(_block(weights, slice(i, i + 1), slice(j, j + 1))[0, 0])
        for i, j in solution.pairs
    ]
    _demand(all(value >= 0 for value in worth), "A pair may not be paired.")
    _demand(sum(worth) == solution.value, "The pairs are not worth the value.")


def _check_prices(n: int, weights: Any, solution: Solution) -> None:
    proof = solution.certificate
    alone = n - 2 * len(solution.pairs)
    _demand(len(proof.prices) == n + alone, "There is not one price for everybody.")
    _demand(proof.scale > 0, "The scale is not positive.")
    total = sum(proof.prices)
    covered: dict[int, list[tuple[set[int], int]]] = {}
    for members, price in proof.odd_sets:
        _demand(price >= 0 and len(set(members)) % 2 == 1, "An odd set is not one.")
        _demand(
            set(members) <= set(range(n + alone)), "An odd set names nobody we know."
        )
        total += price * (len(set(members)) // 2)
        for member in members:
            covered.setdefault(member, []).append((set(members), price))
    _demand(total == proof.total, "The prices do not come to their total.")
    _demand(total // proof.scale == solution.bound, "The total is not the bound.")
    prices = np.array(proof.prices, dtype=object)
    limit = max((abs(price) for price in proof.prices), default=0)
    if limit < 1 << 61:
        prices = prices.astype(np.int64)
    step = max(1, STEP // max(1, n))
    for start in range(0, n, step):
        stop = min(n, start + step)
        block = np.array(
            _block(weights, slice(start, stop), slice(start, n)), dtype=np.int64
        )
        small = limit < 1 << 61 and int(block.max(initial=0)) * proof.scale < 1 << 62
        block = block if small else block.astype(object)
        chairs = np.zeros((stop - start, alone), dtype=block.dtype)
        asked = np.hstack([block, chairs]) * proof.scale
        lacking = prices[start:stop, None] + prices[None, start:] < asked
        lacking &= np.hstack([block, chairs]) >= 0
        for row, column in np.argwhere(lacking).tolist():
            i, j = start + row, start + column
            paid = sum(price for members, price in covered.get(i, []) if j in members)
            enough = prices[i] + prices[j] + paid >= asked[row, column]
            _demand(i == j or enough, f"The prices do not cover the pair ({i}, {j}).")


def _check_barrier(n: int, weights: Any, solution: Solution) -> None:
    left = np.setdiff1d(np.arange(n), solution.certificate.barrier)
    odd, unseen = 0, np.zeros(n, dtype=bool)
    unseen[left] = True
    if n // 2 == solution.pair_bound:
        return  # nobody can have more pairs than that
    for person in left.tolist():
        size, waiting = 0, [person] if unseen[person] else []
        unseen[person] = False
        while waiting:
            size, one = size + 1, waiting.pop()
            row = np.asarray(_block(weights, slice(one, one + 1), slice(0, n)))[0] >= 0
            near = np.flatnonzero(row & unseen)
            unseen[near] = False
            waiting += near.tolist()
        odd += size % 2
    bound = (n + len(solution.certificate.barrier) - odd) // 2
    _demand(
        bound == solution.pair_bound, "The barrier does not show how many stay alone."
    )


if __name__ == "__main__":
    matrix = np.load(sys.argv[1])
    with open(sys.argv[2]) as file:
        answer = Solution.from_json(file.read())
    verify(
        matrix if isinstance(matrix, np.ndarray) else matrix[matrix.files[0]], answer
    )
    sys.stdout.write(f"Proven: {len(answer.pairs)} pairs worth {answer.value}.\n")
