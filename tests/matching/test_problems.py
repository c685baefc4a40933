from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from matching.engine import Person, Problem, Wish
from matching.models import PastPair
from matching.problems import candidates, input_hash, problem
from participants import services
from tests.factories import (
    ApplicationFactory,
    MatchFactory,
    PinFactory,
    ProposalFactory,
    RoundFactory,
    UserFactory,
    VetoFactory,
)

pytestmark = pytest.mark.django_db


def asked(round_):
    return problem(round_, candidates(round_))


def wish_of(round_):
    (person,) = asked(round_).people
    (wish,) = person.wishes
    return wish


def past_round(**facts):
    now = timezone.now()
    dates = {
        name: now - timedelta(days=days)
        for name, days in [
            ("opens_at", 300),
            ("closes_at", 280),
            ("confirm_by", 270),
            ("matching_at", 260),
            ("introduces_at", 250),
            ("ends_at", 100),
        ]
    }
    return RoundFactory(**dates, published_at=now - timedelta(days=255), **facts)


def test_only_confirmed_people_are_matched(round_):
    ApplicationFactory(round=round_, confirmed_at=None)
    ApplicationFactory(round=round_, withdrawn_at=timezone.now())
    ApplicationFactory()
    mine = ApplicationFactory(round=round_)

    assert candidates(round_) == [mine]


def test_order_does_not_depend_on_when_people_applied(round_):
    for name in ("zoe", "amina", "Kofi"):
        ApplicationFactory(round=round_, user=UserFactory(email=f"{name}@example.org"))

    order = [application.user.email.split("@")[0] for application in candidates(round_)]

    assert order == ["amina", "Kofi", "zoe"]


def test_person_offers_facts_and_only_languages_at_ease(round_):
    ApplicationFactory(
        round=round_,
        country="PE",
        interests=["zines", "maps"],
        languages={"es": 3, "fr": 1},
    )

    (person,) = asked(round_).people

    assert person.offers == {
        "country": {"PE", "region:latin-america-and-the-caribbean"},
        "workplace": {"public-library"},
        "role": {"librarian"},
        "career_stage": {"mid-career"},
        "interests": {"zines", "maps"},
        "language": {"es"},
    }
    assert person.languages == {"es"}


@pytest.mark.parametrize(
    ("aspect", "accepted"),
    [
        ("country", {"region:sub-saharan-africa"}),
        ("workplace", {"public-library"}),
        ("interests", {"makerspaces"}),
        ("language", {"en"}),
    ],
)
def test_same_as_mine_accepts_what_the_person_offers(round_, aspect, accepted):
    ApplicationFactory(round=round_, wishes=[(aspect, "important")])

    wish = wish_of(round_)

    assert (wish.accepted, wish.strength) == (accepted, "important")


def test_wish_for_values_accepts_them(round_):
    ApplicationFactory(round=round_, wishes=[("hours", "must", "3")])

    assert wish_of(round_).accepted == {"3"}


def test_vetoes_and_past_partners_are_kept_apart(round_):
    first, second, third = (ApplicationFactory(round=round_) for _ in range(3))
    VetoFactory(first=first.user, second=second.user)
    low, high = sorted([first.user.fingerprint, third.user.fingerprint])
    PastPair.objects.create(first=low, second=high)
    PastPair.objects.create(first="0" * 64, second=high)

    people = candidates(round_)

    index = {application: k for k, application in enumerate(people)}
    assert problem(round_, people).apart == {
        frozenset({index[first], index[second]}),
        frozenset({index[first], index[third]}),
    }


def test_past_partners_are_known_after_a_change_of_address(round_):
    first, second = (ApplicationFactory(round=round_) for _ in range(2))
    low, high = sorted([first.user.fingerprint, second.user.fingerprint])
    PastPair.objects.create(first=low, second=high)

    for one in (first.user, second.user):
        services.ask_for_address(one, f"new-{one.email}")
        services.change_address(one.address_changes.get())

    assert asked(round_).apart == {frozenset({0, 1})}


def test_pins_keep_people_together(round_):
    first, second = ApplicationFactory(round=round_), ApplicationFactory(round=round_)
    PinFactory(round=round_, first=first, second=second)

    assert asked(round_).together == {frozenset({0, 1})}


def test_pairs_of_an_earlier_proposal_are_kept_as_far_as_people_are_here(round_):
    a, b, c, d, gone = (ApplicationFactory(round=round_) for _ in range(5))
    earlier = ProposalFactory(round=round_)
    MatchFactory(proposal=earlier, applications=[a, b, c])
    MatchFactory(proposal=earlier, applications=[d, gone])
    gone.withdrawn_at = timezone.now()
    gone.save()

    people = candidates(round_)
    made = problem(round_, people, earlier=earlier, keep_before="hours")

    index = {application: k for k, application in enumerate(people)}
    pairs = {(a, b), (a, c), (b, c)}
    assert made.earlier == {frozenset(map(index.get, pair)) for pair in pairs}
    assert made.keep_before == "hours"
    assert asked(round_).earlier == frozenset()


def test_people_who_come_back_bring_their_past_partners_countries(round_):
    earlier = past_round()
    proposal = ProposalFactory(round=earlier, published_at=earlier.published_at)
    me, other = UserFactory(), UserFactory()
    match = MatchFactory(
        proposal=proposal,
        applications=[
            ApplicationFactory(round=earlier, user=me),
            ApplicationFactory(round=earlier, user=other, country="NO"),
        ],
    )
    match.seats.update(published_at=earlier.published_at)
    ApplicationFactory(round=round_, user=me)

    (person,) = asked(round_).people

    assert (person.past_countries, person.unlucky) == ({"NO"}, False)


def test_left_over_and_unheard_people_are_unlucky(round_):
    earlier = past_round()
    proposal = ProposalFactory(round=earlier, published_at=earlier.published_at)
    left_over, unheard, content = (
        UserFactory(email=f"{name}@example.org") for name in ("a", "b", "c")
    )
    ApplicationFactory(round=earlier, user=left_over)
    match = MatchFactory(
        proposal=proposal,
        applications=[
            ApplicationFactory(round=earlier, user=unheard),
            ApplicationFactory(round=earlier, user=content),
        ],
    )
    match.seats.update(published_at=earlier.published_at)
    match.seats.filter(application__user=unheard).update(wishes=2)
    for user in (left_over, unheard, content):
        ApplicationFactory(round=round_, user=user)

    assert [person.unlucky for person in asked(round_).people] == [True, True, False]


def test_problem_takes_the_same_queries_for_few_and_many(
    round_, django_assert_num_queries
):
    for _ in range(3):
        ApplicationFactory(round=round_, wishes=[("workplace", "nice")])

    with django_assert_num_queries(10):
        asked(round_)

    for _ in range(9):
        ApplicationFactory(round=round_, wishes=[("workplace", "nice")])
    with django_assert_num_queries(10):
        asked(round_)


def test_rehearsal_counts_for_nobodys_luck(round_):
    before = past_round(is_rehearsal=True)
    person = UserFactory()
    ApplicationFactory(round=before, user=person)
    ApplicationFactory(round=round_, user=person)

    assert [person.unlucky for person in asked(round_).people] == [False]


def test_input_hash_stands_for_all_that_the_engine_is_asked(round_):
    people = [
        ApplicationFactory(round=round_, country=country, wishes=[("role", "nice")])
        for country in ("KE", "PE", "NO")
    ]
    first = input_hash(asked(round_))

    hashes = {first, input_hash(problem(round_, candidates(round_), seed=1))}
    PinFactory(round=round_, first=people[0], second=people[1])
    hashes.add(input_hash(asked(round_)))
    people[0].wishes.update(strength="must")
    hashes.add(input_hash(asked(round_)))
    round_.levels = round_.levels[::-1]
    hashes.add(input_hash(asked(round_)))

    assert len(hashes) == 5
    assert len(first) == 64


def test_input_hash_is_the_same_on_any_machine():
    person = Person(0, "KE", "Africa/Nairobi", frozenset({"sw", "en"}))
    other = replace(person, id=1, country="PE", wishes=(Wish("role", frozenset("ba")),))
    two = frozenset({frozenset({1, 0})})
    a_day = Problem((person, other), date(2026, 9, 1), date(2026, 9, 1), apart=two)

    assert input_hash(a_day).startswith("05611e0aec9b5e5e")
