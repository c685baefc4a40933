"""The best matching by trying all: shares nothing with the engine but the people it is given."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

STRENGTHS = {"nice": 2, "important": 3, "must": 4}
RETURNS = [12, 6, 4, 3, 2, 2, 2]


def minutes_awake(problem, a, b):
    return minutes_by_zone(problem.starts, problem.ends, a.zone, b.zone)


@cache
def minutes_by_zone(starts, ends, *zones):
    """Counted in quarters of an hour over every day of the round."""
    days = (ends - starts).days + 1
    moment = datetime.combine(starts, time(0), tzinfo=UTC)
    quarters = 0
    for _ in range(96 * days):
        hours = [moment.astimezone(ZoneInfo(zone)).hour for zone in zones]
        quarters += all(7 <= hour < 22 for hour in hours)
        moment += timedelta(minutes=15)
    return quarters * 15 // days


def meets(problem, person, partner, wish):
    if wish.aspect == "hours":
        return minutes_awake(problem, person, partner) >= 60 * int(min(wish.accepted))
    return any(token in wish.accepted for token in partner.offers.get(wish.aspect, ()))


def may_be_paired(problem, a, b):
    pair = frozenset({a.id, b.id})
    pinned = [pin for pin in problem.together if pin & pair]
    return (
        a.country != b.country
        and any(language in b.languages for language in a.languages)
        and pair not in problem.apart
        and all(pair <= pin for pin in pinned)
        and all(
            meets(problem, me, you, wish)
            for me, you in ((a, b), (b, a))
            for wish in me.wishes
            if wish.strength == "must"
        )
    )


def groupings(problem, people, trio):
    """Every way to form groups, of three only where that is asked for."""
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    for others in groupings(problem, rest, trio):
        yield [[first], *others]
    for partner in rest:
        if may_be_paired(problem, first, partner):
            remaining = [person for person in rest if person is not partner]
            for others in groupings(problem, remaining, trio):
                yield [[first, partner], *others]
    if not trio:
        return
    for b, c in combinations(rest, 2):
        group = [first, b, c]
        if all(person.accepts_three for person in group) and all(
            may_be_paired(problem, x, y) for x, y in combinations(group, 2)
        ):
            remaining = [person for person in rest if person not in (b, c)]
            for others in groupings(problem, remaining, trio):
                yield [group, *others]


def digits(problem, left_to_draw):
    for level in problem.levels:
        if level == problem.keep_before:
            yield "kept"
        if level not in left_to_draw:
            yield level
        if level == "none_met":
            yield "half_met"
    if not problem.keep_before:
        yield "kept"


def ranks(problem, grouping, hours_step=30, left_to_draw=()):
    """What is to be as small as possible, level by level."""
    names = ["left_over", *digits(problem, left_to_draw)]
    count = dict.fromkeys([*names, *problem.levels], 0)
    for group in grouping:
        count["kept"] -= sum(
            frozenset({a.id, b.id}) in problem.earlier
            for a, b in combinations(group, 2)
        )
        if len(group) > 1:
            count["hours"] -= min(
                minutes_awake(problem, a, b) // hours_step
                for a, b in combinations(group, 2)
            )
        for person in group:
            partners = [other for other in group if other is not person]
            met = [
                wish
                for wish in person.wishes
                if any(meets(problem, person, partner, wish) for partner in partners)
            ]
            count["left_over"] += not partners
            count["none_met"] += bool(person.wishes) and not met
            count["half_met"] -= bool(met) and len(met) >= len(person.wishes) / 2
            count["bad_luck"] += person.unlucky and (
                not partners or (bool(person.wishes) and not met)
            )
            strengths = sorted((STRENGTHS[wish.strength] for wish in met), reverse=True)
            count["wishes"] -= sum(
                s * r for s, r in zip(strengths, RETURNS, strict=False)
            )
            count["new_countries"] -= bool(person.past_countries) and any(
                partner.country not in person.past_countries for partner in partners
            )
    return [count[name] for name in names]


def best_ranks(problem, **room):
    """Those of the fewest people left over, with the fewest groups of three."""

    def key(grouping):
        left_over, *levels = ranks(problem, grouping, **room)
        return left_over, sum(len(group) == 3 for group in grouping), levels

    every = groupings(problem, list(problem.people), trio=True)
    left_over, _, levels = min(map(key, every))
    return [left_over, *levels]
