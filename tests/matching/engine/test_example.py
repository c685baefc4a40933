"""The example of docs/how-we-match.md."""

from __future__ import annotations

from datetime import date

from matching.engine import Person, Problem, Wish, match

A, B, C, D, E, F = range(6)


def person(id, country, zone, workplace, *wishes):
    return Person(
        id=id,
        country=country,
        zone=zone,
        languages=frozenset({"en"}),
        offers={"country": frozenset({country}), "workplace": frozenset({workplace})},
        wishes=tuple(
            Wish(aspect, frozenset(accepted), strength)
            for aspect, strength, *accepted in wishes
        ),
    )


PEOPLE = (
    person(
        A,
        "KE",
        "Africa/Nairobi",
        "public",
        ("country", "nice", "PE"),
        ("workplace", "important", "public"),
    ),
    person(B, "PE", "America/Lima", "school", ("workplace", "nice", "public")),
    person(C, "NO", "Europe/Oslo", "public", ("country", "important", "KE")),
    person(D, "KE", "Africa/Nairobi", "school"),
    person(
        E,
        "JP",
        "Asia/Tokyo",
        "public",
        ("country", "nice", "NO"),
        ("hours", "nice", "10"),
    ),
    person(F, "AU", "Australia/Sydney", "school", ("country", "must", "JP", "NO")),
)


def test_example_of_six_ends_as_the_handbook_says():
    outcome = match(Problem(PEOPLE, date(2026, 9, 1), date(2026, 12, 31)))

    verdicts = dict(
        pair
        for group in outcome.groups
        for pair in zip(group.people, group.verdicts, strict=True)
    )
    assert [group.people for group in outcome.groups] == [(A, B), (C, D), (E, F)]
    assert {one: [verdict.met for verdict in verdicts[one]] for one in verdicts} == {
        A: [True, False],
        B: [True],
        C: [True],
        D: [],
        E: [False, True],
        F: [True],
    }
    assert (verdicts[A][1].reason, verdicts[A][1].possible) == ("nothing_met", 2)
    assert next(iter(verdicts[A][1].price.items())) == ("none_met", 1)
