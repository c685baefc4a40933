"""The checker, which shares no code with the solver and needs only numpy.

A matching is the best where prices say so (linear programming duality; Edmonds 1965). Give
everybody a price, and some odd sets of people one too, such that for every allowed pair the
two prices, and those of all odd sets around both, come to at least `scale` times its worth.
Then no matching is worth more than all prices, a set of 2k + 1 people counted k times. Who
must stay alone sits beside an empty chair, worth nothing, which comes after the people.

How many must stay alone is shown by a barrier (Tutte 1947, Berge 1958): take these people
away, and each odd part of what is left that finds none of them to take keeps one alone.

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
    block = weights.block if hasattr(weights, "block") else lambda r, c: weights[r, c]
    _check_matching(n, block, solution)
    _check_prices(n, block, solution)
    _check_barrier(n, block, solution)


def _demand(condition: object, complaint: str) -> None:
    if not condition:
        raise CertificateError(complaint)


def _check_matching(n: int, block: Any, solution: Solution) -> None:
    everybody = [*solution.unmatched, *(k for pair in solution.pairs for k in pair)]
    _demand(
        sorted(everybody) == list(range(n)), "Not everybody is listed exactly once."
    )
    _demand(all(i < j for i, j in solution.pairs), "A pair is not in order.")
    cells = [(slice(i, i + 1), slice(j, j + 1)) for i, j in solution.pairs]
    worths = [int(block(*cell)[0, 0]) for cell in cells]
    _demand(all(worth >= 0 for worth in worths), "A pair may not be paired.")
    _demand(sum(worths) == solution.value, "The pairs are not worth the value.")


def _check_prices(n: int, block: Any, solution: Solution) -> None:
    proof, size = solution.certificate, 2 * n - 2 * len(solution.pairs)
    _demand(len(proof.prices) == size, "There is not one price for everybody.")
    _demand(proof.scale > 0, "The scale is not positive.")
    total, inside = sum(proof.prices), np.zeros((len(proof.odd_sets), size), dtype=bool)
    for row, (members, price) in zip(inside, proof.odd_sets, strict=True):
        _demand(set(members) <= set(range(size)), "An odd set names nobody we know.")
        row[list(members)] = True
        _demand(price >= 0 and row.sum() % 2 == 1, "An odd set is not one.")
        total += price * int(row.sum() // 2)
    _demand(total == proof.total, "The prices do not come to their total.")
    _demand(total // proof.scale == solution.bound, "The total is not the bound.")
    largest = sum(price for _, price in proof.odd_sets)
    largest += 2 * max(map(abs, proof.prices), default=0)
    for start in range(0, n, step := max(1, STEP // max(1, n))):
        stop = min(n, start + step)
        plain = np.array(block(slice(start, stop), slice(start, n)), dtype=np.int64)
        plain = np.hstack([plain, np.zeros((stop - start, size - n), dtype=np.int64)])
        most = max(largest, int(plain.max(initial=0)) * proof.scale)
        number = np.int64 if most < 1 << 62 else object  # exact in either case
        prices = np.array(proof.prices, dtype=number)
        set_prices = np.array([price for _, price in proof.odd_sets], dtype=number)
        asked = plain.astype(number) * proof.scale
        lacking = asked - prices[start:stop, None] - prices[None, start:]
        rows, columns = np.nonzero((lacking > 0) & (plain >= 0))
        rows, columns = rows[rows != columns], columns[rows != columns]
        for few in np.array_split(np.arange(len(rows)), len(rows) // 4096 + 1):
            i, j = rows[few], columns[few]
            paid = set_prices @ (inside[:, start + i] & inside[:, start + j])
            open_pairs = few[np.asarray(lacking[i, j] > paid, dtype=bool)]
            for pair in start + np.column_stack([rows, columns])[open_pairs]:
                _demand(
                    False, f"The prices do not cover the pair {tuple(pair.tolist())}."
                )


def _check_barrier(n: int, block: Any, solution: Solution) -> None:
    if n // 2 == solution.pair_bound:
        return  # nobody can have more pairs than that
    barrier = set(solution.certificate.barrier)
    unseen = np.array([person not in barrier for person in range(n)], dtype=bool)
    odd = 0
    for person in range(n):
        part = [person] if unseen[person] else []
        unseen[person] = False
        for one in part:
            row = np.asarray(block(slice(one, one + 1), slice(0, n)))[0] >= 0
            near = np.flatnonzero(row & unseen)
            unseen[near] = False
            part += near.tolist()
        odd += len(part) % 2
    bound = (n + len(barrier) - odd) // 2
    _demand(bound == solution.pair_bound, "The barrier does not show who stays alone.")


if __name__ == "__main__":
    matrix = np.load(sys.argv[1])
    with open(sys.argv[2]) as file:
        answer = Solution.from_json(file.read())
    verify(
        matrix if isinstance(matrix, np.ndarray) else matrix[matrix.files[0]], answer
    )
    sys.stdout.write(f"Proven: {len(answer.pairs)} pairs worth {answer.value}.\n")
