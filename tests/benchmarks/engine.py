"""The engine against others, all in one run: `make bench` prints one table.

Times are of this machine; what can be compared between machines are the ratios.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import rustworkx
from scipy.optimize import linear_sum_assignment

from matching.engine import Person, Problem, Wish, solve, verify
from matching.engine.scoring import score

COUNTRIES = 60
ZONES = [
    "Africa/Nairobi",
    "America/Lima",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Europe/Oslo",
]


def invented(count: int, seed: int = 1) -> Problem:
    """A round with a long tail of countries, a few languages and up to six wishes each."""
    chance = random.Random(seed)
    countries = [f"C{k}" for k in range(COUNTRIES)]
    weights = [1 / (k + 2) for k in range(COUNTRIES)]
    tokens = {
        "country": countries,
        "workplace": [f"w{k}" for k in range(12)],
        "role": [f"r{k}" for k in range(12)],
        "career_stage": [f"s{k}" for k in range(6)],
        "interests": [f"i{k}" for k in range(28)],
    }

    def person(number: int) -> Person:
        [country] = chance.choices(countries, weights)
        offers = {
            aspect: frozenset({chance.choice(tokens[aspect])}) for aspect in tokens
        }
        offers["country"] = frozenset({country})
        offers["interests"] = frozenset(chance.sample(tokens["interests"], 4))
        aspects = chance.sample(list(tokens), chance.choice([0, 1, 2, 2, 3, 4]))
        return Person(
            id=number,
            country=country,
            zone=ZONES[hash_of(country) % len(ZONES)],
            languages=frozenset({"en"} if chance.random() < 0.9 else {"en", "es"}),
            offers=offers,
            wishes=tuple(
                Wish(
                    aspect,
                    frozenset(chance.sample(tokens[aspect], 2)),
                    chance.choices(["nice", "important", "must"], [6, 4, 0.2])[0],
                )
                for aspect in aspects
            ),
        )

    people = tuple(person(number) for number in range(count))
    return Problem(people, date(2026, 9, 1), date(2026, 12, 31))


def hash_of(country: str) -> int:
    return int(country[1:])


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


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


def dense_assignment(weights: np.ndarray) -> None:
    linear_sum_assignment(np.where(weights >= 0, -weights.astype(float), np.inf))


def greedy(weights: np.ndarray, order: np.ndarray) -> int:
    free, worth = [True] * len(weights), 0
    rows, columns = np.unravel_index(order, weights.shape)
    for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
        if i < j and free[i] and free[j] and weights[i, j] >= 0:
            free[i] = free[j] = False
            worth += int(weights[i, j])
    return worth


def row(count: int) -> list[str]:
    problem = invented(count)
    scoring, scores = timed(lambda: score(problem))
    weights = scores.weights
    solving, solution = timed(lambda: solve(weights))
    proving, _ = timed(lambda: verify(weights, solution))
    ours = scoring + solving + proving
    rust = timed(lambda: with_rustworkx(weights)) if count <= 1600 else None
    network = timed(lambda: with_networkx(weights)) if count <= 400 else None
    assignment, _ = timed(lambda: dense_assignment(weights))
    by_worth = greedy(weights, np.argsort(-weights, axis=None, kind="stable"))
    shuffled = np.random.default_rng(0).permutation(weights.size)
    for other in (rust, network):
        assert other is None or other[1] == solution.value, "another optimum"
    assert solution.is_optimal
    return [
        f"{count:,}",
        f"{scoring:.2f}",
        f"{solving:.2f}",
        f"{proving:.2f}",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}",
        f"{rust[0]:.2f} ({rust[0] / ours:.0f} x)" if rust else "",
        f"{network[0]:.2f} ({network[0] / ours:.0f} x)" if network else "",
        f"{assignment:.2f}",
        f"{ours / scoring:.1f}",
        f"{100 * by_worth / max(1, solution.value):.2f} %",
        f"{100 * greedy(weights, shuffled) / max(1, solution.value):.2f} %",
    ]


HEADINGS = [
    "people",
    "scoring s",
    "solving s",
    "checking s",
    "memory MiB",
    "rustworkx s",
    "networkx s",
    "assignment alone s",
    "scoring sweeps",
    "greedy",
    "random",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "sizes", nargs="*", type=int, default=[92, 400, 860, 1600, 2000]
    )
    print("| " + " | ".join(HEADINGS) + " |")
    print("|" + " ---: |" * len(HEADINGS))
    for size in parser.parse_args().sizes:
        print("| " + " | ".join(row(size)) + " |", flush=True)


if __name__ == "__main__":
    main()
