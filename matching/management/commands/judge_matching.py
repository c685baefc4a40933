"""manage.py judge_matching ROUND FILE.csv: see docs/matching-by-hand.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.drafts.comparing import LEVELS
from matching.drafts.handmade import RULES, HandMade, judged, read_groups
from matching.engine.judging import Judgement, Swap
from matching.engine.scoring.violations import MISSING, Violation
from matching.problems import candidates
from matching.wording import joined
from participants.importing import Unreadable
from rounds.models import Round

SHOWN = 20


class Command(BaseCommand):
    help = "Say how good groups made by hand are, and what would make them better."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="the round's name or slug")
        parser.add_argument("file", help="a CSV file in UTF-8, or - for standard input")
        parser.add_argument(
            "--top", type=int, default=10, help="how many exchanges to propose"
        )
        parser.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *, round: str, file: str, **options: Any) -> None:
        round_ = Round.objects.named(round)
        if round_ is None:
            raise CommandError(f"There is no round called “{round}”.")
        try:
            by_hand = read_groups(_read(file), candidates(round_))
            judgement = judged(round_, by_hand, options["top"])
        except (Unreadable, ValueError) as error:
            raise CommandError(f"Nothing was judged: {error}") from None
        for words in by_hand.problems:
            self.stderr.write(words)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(judgement, by_hand)))
        else:
            self.stdout.write("\n".join(_in_words(judgement, by_hand)))
        if by_hand.problems:
            sys.exit(1)


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None


def _as_json(judged: Judgement, by_hand: HandMade) -> dict[str, Any]:
    """The judgement, with groups as lines, and people as the keys of their applications."""

    def keys(people: Iterable[int]) -> list[int]:
        return [by_hand.applications[place].pk for place in people]

    return {
        "problems": by_hand.problems,
        "violations": [
            {
                "rule": found.rule,
                "line": _line(found, by_hand),
                "people": keys(found.people),
            }
            for found in judged.violations
        ],
        "levels": [asdict(level) | {"share": level.share} for level in judged.levels],
        "value": judged.value,
        "bound": judged.bound,
        "swaps": [
            {
                "before": [keys(group) for group in swap.before],
                "after": [keys(group) for group in swap.after],
                "gains": swap.gains,
                "people": [[*keys([place]), gain] for place, gain in swap.people],
            }
            for swap in judged.swaps
        ],
    }


def _line(found: Violation, by_hand: HandMade) -> int | None:
    return None if found.group is None else by_hand.lines[found.group]


def _in_words(judged: Judgement, by_hand: HandMade) -> Iterator[str]:
    yield f"{len(by_hand.groups)} groups, by hand and as the best matching has it:"
    for level in judged.levels:
        if not level.best and not level.reached:
            continue
        words = LEVELS.get(level.name, level.name)
        yield f"  {words:<37}{level.reached:>8,}{level.best:>8,}{level.share:>8.0%}"
    if broken := [*_broken(judged, by_hand)]:
        yield "Rules that are broken (such groups are not counted above):"
        yield from broken
    if judged.swaps:
        yield "Exchanges that would make it better, each by itself or all together:"
        for swap in judged.swaps:
            yield from _exchange(swap, by_hand)


def _broken(judged: Judgement, by_hand: HandMade) -> Iterator[str]:
    for found in judged.violations:
        names = [by_hand.called(place) for place in found.people]
        if found.rule == MISSING:
            few = [*names[:SHOWN], "others"] if len(names) > SHOWN else names
            yield f"  {len(names)} people in no group: {joined(few)}."
        else:
            words = RULES[found.rule].format(joined(names))
            yield f"  line {_line(found, by_hand)}: {words}."


def _exchange(swap: Swap, by_hand: HandMade) -> Iterator[str]:
    for arrow, groups in (("  ", swap.before), ("  -> ", swap.after)):
        yield arrow + ", ".join(
            " + ".join(map(by_hand.called, group)) for group in groups
        )
    yield "     " + ", ".join(
        f"{gain:+} {LEVELS.get(name, name)}" for name, gain in swap.gains.items()
    )
    if swap.people:
        yield "     points for " + ", ".join(
            f"{by_hand.called(place)} {gain:+}" for place, gain in swap.people
        )
