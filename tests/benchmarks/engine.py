"""The engine against others, all in one run: `make bench` prints the tables.

Times are of this machine; what can be compared between machines are the ratios. Each
contestant runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any

import networkx as nx
import numpy as np
import rustworkx
import scipy.sparse.csgraph  # noqa: F401 - so that nobody's time holds an import
from scipy.optimize import linear_sum_assignment

from matching.engine import Problem, solve, verify
from matching.engine.scoring.scores import Scoring
from matching.engine.solving.weights import Blocks, Matrix, sweep
from tests.benchmarks.invented import invented

SIZES = [92, 400, 860, 1600, 2000, 10_000]
HUGE, GAP = 100_000, 0.0001
IN_MEMORY = 4000  # people whose pairs are weighed once and kept
SOME = 3  # seconds after which a sweep is reckoned from its first blocks


@dataclass(frozen=True)
class Result:
    """What one contestant did: seconds, peak memory in MiB, and the worth of its matching."""

    seconds: float
    memory: float
    worth: int = 0
    details: dict[str, float] | None = None


# --- Ours -----------------------------------------------------------------


class Counted:
    """Weights that count how often all pairs were looked at."""

    def __init__(self, weights: Blocks) -> None:
        self.weights = weights
        self.n = weights.n
        self.looks = 0

    def block(self, rows: slice, cols: slice) -> np.ndarray:
        block = self.weights.block(rows, cols)
        self.looks += block.size
        return block


def weighed(problem: Problem) -> Blocks:
    """In memory as long as there is room for it."""
    scoring = Scoring(problem)
    if scoring.n > IN_MEMORY:
        return scoring
    return Matrix(scoring.block(slice(None), slice(None)))


def ours(count: int) -> Result:
    """Scoring in blocks, solving and the independent check of the proof."""
    problem = invented(count)
    started = time.perf_counter()
    weights = Counted(weighed(problem))
    solution = solve(weights, gap=GAP if count >= HUGE else 0)
    solved = time.perf_counter()
    verify(weights, solution)
    assert solution.is_optimal or count >= HUGE
    ended = time.perf_counter()
    return result(
        ended - started,
        solution.value,
        checking=ended - solved,
        sweeps=weights.looks / count**2,
        gap=1 - solution.value / max(1, solution.bound),
    )


def one_sweep(count: int) -> Result:
    """One look at all pairs; of a large round, reckoned from its first blocks."""
    scoring = Scoring(invented(count))
    started = time.perf_counter()
    for start, _, block in sweep(scoring):
        seconds = time.perf_counter() - started
        if seconds > SOME:
            return result(seconds * count / (start + len(block)))
    return result(time.perf_counter() - started)


def result(seconds: float, worth: int = 0, **details: float) -> Result:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(seconds, memory, worth, details)


# --- Others, on weights that are there already ----------------------------


def on_weights(work: Callable[[np.ndarray], int]) -> Callable[[int], Result]:
    def timed(count: int) -> Result:
        weights = Scoring(invented(count)).block(slice(None), slice(None))
        started = time.perf_counter()
        worth = work(weights)
        return result(time.perf_counter() - started, worth)

    return timed


def with_rustworkx(weights: np.ndarray) -> int:
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from([(i, j, int(weights[i, j])) for i, j in edges(weights)])
    pairs = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sum(int(weights[pair]) for pair in pairs)


def with_networkx(weights: np.ndarray) -> int:
    graph = nx.Graph()
    graph.add_weighted_edges_from((i, j, int(weights[i, j])) for i, j in edges(weights))
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    return sum(int(weights[pair]) for pair in pairs)


def edges(weights: np.ndarray) -> list[tuple[int, int]]:
    return [(i, j) for i, j in np.argwhere(np.triu(weights >= 0, 1)).tolist()]


def assignment_alone(weights: np.ndarray) -> int:
    """SciPy's dense assignment, which is only a bound."""
    linear_sum_assignment(np.where(weights >= 0, -weights.astype(float), np.inf))
    return 0


def greedy(weights: np.ndarray) -> int:
    """The most valuable pair first."""
    return in_order(weights, np.argsort(-weights, axis=None, kind="stable"))


def at_random(weights: np.ndarray) -> int:
    """Pairs as they come."""
    return in_order(weights, np.random.default_rng(0).permutation(weights.size))


def in_order(weights: np.ndarray, order: np.ndarray) -> int:
    free, worth = [True] * len(weights), 0
    rows, columns = np.unravel_index(order, weights.shape)
    for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
        if i < j and free[i] and free[j] and weights[i, j] >= 0:
            free[i] = free[j] = False
            worth += int(weights[i, j])
    return worth


CONTESTANTS: dict[str, tuple[Callable[[int], Result], int]] = {
    "ours": (ours, HUGE),
    "one sweep": (one_sweep, HUGE),
    "rustworkx": (on_weights(with_rustworkx), 1600),
    "networkx": (on_weights(with_networkx), 400),
    "assignment alone": (on_weights(assignment_alone), 4000),
    "greedy": (on_weights(greedy), 2000),
    "random": (on_weights(at_random), 2000),
}


# --- The table ------------------------------------------------------------


def run(name: str, count: int) -> Result:
    return CONTESTANTS[name][0](count)


def race(count: int) -> dict[str, Result]:
    """Every contestant that takes so many people, one after the other."""
    results = {}
    for name, (_, most) in CONTESTANTS.items():
        if count <= most:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                results[name] = pool.apply(run, (name, count))
    for other in ("rustworkx", "networkx"):
        if other in results:
            assert results[other].worth == results["ours"].worth, "another optimum"
    return results


def row(count: int, results: dict[str, Result]) -> Iterator[str]:
    mine = results["ours"]
    details: dict[str, Any] = mine.details or {}
    yield f"{count:,}"
    yield f"{mine.seconds:.2f}"
    yield f"{details['checking']:.2f}"
    yield f"{details['sweeps']:.1f}"
    yield f"{mine.memory:,.0f}"
    yield f"{100 * details['gap']:.6f} %" if details["gap"] else "proven"
    yield f"{results['one sweep'].seconds:.2f}"
    for name in ("rustworkx", "networkx", "assignment alone"):
        yield against(results.get(name), mine)
    for name in ("greedy", "random"):
        yield share(results.get(name), mine)


def against(other: Result | None, mine: Result) -> str:
    if other is None:
        return ""
    return f"{other.seconds:.2f} ({other.seconds / mine.seconds:.1f} x)"


def share(other: Result | None, mine: Result) -> str:
    return f"{100 * other.worth / max(1, mine.worth):.2f} %" if other else ""


HEADINGS = [
    "people",
    "ours s",
    "of it checking s",
    "sweeps",
    "memory MiB",
    "gap",
    "one sweep s",
    "rustworkx s",
    "networkx s",
    "assignment alone s",
    "greedy",
    "random",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument(
        "--huge", action="store_true", help=f"also {HUGE:,} people: half an hour"
    )
    asked = parser.parse_args()
    print("| " + " | ".join(HEADINGS) + " |")
    print("|" + " ---: |" * len(HEADINGS))
    seconds = {}
    for size in [*asked.sizes, *([HUGE] if asked.huge else [])]:
        results = race(size)
        seconds[size] = results["ours"].seconds
        print("| " + " | ".join(row(size, results)) + " |", flush=True)
    for fewer, more in zip(asked.sizes, asked.sizes[1:], strict=False):
        power = log(seconds[more] / seconds[fewer]) / log(more / fewer)
        print(f"From {fewer:,} to {more:,} people: time grows as n^{power:.2f}.")


if __name__ == "__main__":
    main()
