"""Rounds of the network's size, judged by the table that came in and the rows that went out.

The judge knows the rules from the documents alone: it shares no code with the matching.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from functools import cache
from io import StringIO
from itertools import combinations, permutations
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django_countries import countries

from matching.models import PastPair, Seat, Veto
from participants.models import User
from participants.places import region_of, regions
from tests.factories import RoundFactory

pytestmark = pytest.mark.django_db

ASPECTS = [
    *("country", "workplace", "role", "career_stage"),
    *("interests", "language", "hours"),
]
STARTS, ENDS = datetime(2026, 9, 1, 6, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
QUARTERS = 24 * 4
AWAKE = range(7 * 4, 22 * 4)


@pytest.fixture
def round_(starting_vocabulary):
    closes = STARTS - timedelta(days=14)
    return RoundFactory(
        opens_at=closes - timedelta(days=30),
        closes_at=closes,
        confirm_by=closes,
        matching_at=closes,
        introduces_at=STARTS,
        ends_at=ENDS,
    )


def bring_in(round_, folder, count):
    """Invented people, through the door of every table; its rows by address."""
    table = StringIO()
    call_command("make_applicants", count=count, seed=1, stdout=table)
    file = folder / "applications.csv"
    file.write_text(table.getvalue(), encoding="utf-8")
    call_command("import_applications", round_.slug, str(file), stdout=StringIO())
    rows = csv.DictReader(StringIO(table.getvalue()))
    return {row["email"]: row for row in rows}


def find_best(round_):
    """The figures as they are printed, and the addresses of each group."""
    printed = StringIO()
    call_command("match", round_.slug, "--json", stdout=printed)
    figures = json.loads(printed.getvalue())
    groups = defaultdict(list)
    seats = Seat.objects.filter(proposal=figures["proposal"])
    for number, address in seats.values_list("match", "application__user__email"):
        groups[number].append(address)
    return figures, list(groups.values())


def people_in(groups):
    return sorted(address for group in groups for address in group)


def broken_rules(groups, rows, apart=()):
    return [
        (rule, one, other)
        for group in groups
        for one, other in permutations(group, 2)
        for rule in broken(rows[one], rows[other])
        + ["kept apart"] * (frozenset({one, other}) in apart)
    ]


def broken(mine, theirs):
    """The rules that forbid this pair, of those that one of the two can see."""
    unmet = [
        f"must: {wish}"
        for strength, wish, values in wishes(mine)
        if strength == "must" and not meets(wish, values, mine, theirs)
    ]
    return (
        ["one country"] * (mine["country"] == theirs["country"])
        + ["no language"] * at_ease(mine).isdisjoint(at_ease(theirs))
        + unmet
    )


def wishes(row):
    for aspect in ASPECTS:
        strength, _, values = row[f"wish_{aspect}"].partition(": ")
        if strength:
            yield strength, aspect, set(values.split(" | "))


def meets(aspect, values, mine, theirs):
    if aspect == "hours":
        [hours] = values
        return minutes_together(mine["time_zone"], theirs["time_zone"]) >= 60 * int(
            hours
        )
    if values == {"same as mine"}:
        same_region = {region(mine["country"])}
        values = same_region if aspect == "country" else offers(mine, aspect)
    return not values.isdisjoint(offers(theirs, aspect))


def offers(row, aspect):
    match aspect:
        case "country":
            return {row["country"], region(row["country"])}
        case "language":
            return at_ease(row)
        case _:
            return set(row[aspect].split(" | "))


def at_ease(row):
    spoken = (words.split(": ") for words in row["languages"].split(" | "))
    return {
        language for language, comfort in spoken if comfort in {"fluent", "at ease"}
    }


@cache
def region(country):
    return regions()[region_of(countries.by_name(country))]


def minutes_together(zone, other):
    days = (ENDS - STARTS).days + 1
    return 15 * len(awake(zone) & awake(other)) // days


@cache
def awake(zone):
    """Every quarter of an hour, on the clock of UTC, at which somebody there is awake."""
    quarters = set()
    for date in range((ENDS - STARTS).days + 1):
        noon = datetime.combine(STARTS, time(12), UTC) + timedelta(days=date)
        ahead = noon.astimezone(ZoneInfo(zone)).utcoffset() // timedelta(minutes=15)
        quarters |= {(date, (quarter - ahead) % QUARTERS) for quarter in AWAKE}
    return quarters


def count_wishes(groups, rows):
    """What the figures should say: all wishes, those met, and people with none of theirs met."""
    made = met = none_met = 0
    for group in groups:
        for me in group:
            mine = [
                any(
                    meets(aspect, values, rows[me], rows[other])
                    for other in group
                    if other != me
                )
                for _, aspect, values in wishes(rows[me])
            ]
            made += len(mine)
            met += sum(mine)
            none_met += bool(mine) and not any(mine)
    return {"wishes": made, "wishes_met": met, "none_met": none_met}


def forbid(groups):
    """Remember half of these pairs as past partners, and keep the other half apart."""
    people = {person.email: person for person in User.objects.all()}
    for nth, group in enumerate(groups):
        one, other = sorted((people[a] for a in group), key=lambda person: person.pk)
        if nth % 2:
            Veto.objects.create(first=one, second=other, reason="They are friends.")
        else:
            first, second = sorted([one.fingerprint, other.fingerprint])
            PastPair.objects.create(first=first, second=second)
    return {frozenset(group) for group in groups}


def test_round_of_860_finds_everybody_a_partner_within_the_rules(round_, tmp_path):
    rows = bring_in(round_, tmp_path, 860)

    figures, groups = find_best(round_)

    assert len(rows) == 860
    assert people_in(groups) == sorted(rows)
    assert broken_rules(groups, rows) == []
    counted = count_wishes(groups, rows)
    expected = {
        "applicants": 860,
        "matched": 860,
        "groups_of_three": 0,
        "unmatched": 0,
    }
    assert figures | expected | counted == figures


def test_round_of_an_odd_number_has_one_group_of_three(round_, tmp_path):
    rows = bring_in(round_, tmp_path, 93)
    _, first_answer = find_best(round_)
    apart = forbid([pair for pair in first_answer if len(pair) == 2][:20])

    figures, groups = find_best(round_)

    assert people_in(groups) == sorted(rows)
    assert broken_rules(groups, rows, apart) == []
    [three] = [group for group in groups if len(group) == 3]
    assert len({rows[address]["country"] for address in three}) == 3
    assert {rows[address]["accepts_three"] for address in three} == {"yes"}
    expected = {"applicants": 93, "matched": 93, "groups_of_three": 1, "unmatched": 0}
    assert figures | expected | count_wishes(groups, rows) == figures


def test_judge_finds_what_is_wrong():
    kenyan = {"country": "Kenya", "languages": "English: fluent"}
    peruvian = {"country": "Peru", "languages": "Spanish: fluent | English: a little"}
    nothing = {f"wish_{aspect}": "" for aspect in ASPECTS}
    rows = {
        "a": kenyan | nothing | {"wish_country": "must: Western Europe | Kenya"},
        "b": peruvian | nothing,
        "c": kenyan | nothing,
    }

    wrong = {
        pair: [rule for rule, *_ in broken_rules([pair], rows, {frozenset("bc")})]
        for pair in combinations("abc", 2)
    }

    assert wrong == {
        ("a", "b"): ["no language", "must: country", "no language"],
        ("a", "c"): ["one country", "one country"],
        ("b", "c"): ["no language", "kept apart", "no language", "kept apart"],
    }
