from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from io import StringIO

import pytest
import rustworkx
from django.core.management import CommandError, call_command

from participants import importing
from participants.invented import naming, settling
from participants.invented.draw import Draw, read
from participants.invented.people import WORDS, invent
from participants.invented.person import ENGLISH, Aspect, Hope, Person, Strength
from participants.invented.sheet import COLUMNS, applications_csv
from participants.models import Interest, Workplace
from participants.places import country_name, languages, region_of, zones_by_country
from participants.terms import Terms
from tests.factories import InterestFactory, WorkplaceFactory

pytestmark = pytest.mark.django_db

SCRIPTS = {
    *("ARABIC", "ARMENIAN", "BENGALI", "CJK", "CYRILLIC", "DEVANAGARI", "ETHIOPIC"),
    *("GEORGIAN", "GREEK", "HANGUL", "HEBREW", "HIRAGANA", "LATIN", "MALAYALAM"),
    *("TAMIL", "THAI"),
}


@pytest.fixture(scope="module")
def large_round(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return invent(2000, seed=1)


def rows(text):
    return list(csv.DictReader(StringIO(text)))


def test_make_applicants_repeats_itself_byte_for_byte():
    first = applications_csv(92, seed=1)

    assert applications_csv(92, seed=1) == first


def test_make_applicants_gives_the_same_people_on_every_machine():
    people = rows(applications_csv(5, seed=1))

    assert [person["email"] for person in people] == [
        "shanice.alleyne.1@public-library.example",
        "anneke.dekker.2@public-library.example",
        "kiri.waaka.3@academic-library.example",
        "patrick.mercer.4@academic-library.example",
        "abebe.getachew.5@public-library.example",
    ]


def test_make_applicants_gives_other_people_for_another_seed():
    assert applications_csv(20, seed=1) != applications_csv(20, seed=2)


def test_make_applicants_writes_the_table(capsys):
    call_command("make_applicants", count=3, seed=7)

    written = capsys.readouterr().out
    assert written == applications_csv(3, seed=7)
    assert written.splitlines()[0] == ",".join(COLUMNS)
    assert len(rows(written)) == 3


def test_make_applicants_asks_for_somebody():
    with pytest.raises(CommandError, match="--count must be 1 or more"):
        call_command("make_applicants", count=0)


def test_make_applicants_says_which_words_are_missing():
    Workplace.objects.all().delete()

    with pytest.raises(CommandError, match="There are no kinds of workplace yet"):
        call_command("make_applicants", count=3)


def test_make_applicants_uses_the_words_of_another_community():
    Workplace.objects.all().delete()
    Interest.objects.all().delete()
    WorkplaceFactory(slug="chess-club")
    InterestFactory(slug="endgames")

    person = rows(applications_csv(1, seed=1))[0]

    assert (person["workplace"], person["interests"]) == ("Chess club", "Endgames")
    assert "Endgames: I could talk about that for hours." in person["about"]


def test_every_applicant_can_be_imported(round_):
    table = applications_csv(60, seed=3).encode()

    report = importing.import_applications(round_, table)

    assert (report.problems, report.ignored_columns) == ([], [])
    assert (report.added, round_.applications.confirmed().count()) == (60, 60)


@pytest.mark.parametrize("count", [10, 11, 40, 92, 400, 860])
def test_no_country_has_more_than_a_fifth(count):
    people = Counter(c.code for c in settling.settle(Draw(4), count))

    assert people.total() == count
    assert max(people.values()) <= count / 5


@pytest.mark.parametrize(
    ("count", "countries"),
    [(1, 1), (5, 5), (9, 9), (10, 6), (92, 20), (400, 45), (860, 70), (5000, 85)],
)
def test_countries_grow_in_number_with_the_round(count, countries):
    assert len(set(settling.settle(Draw(5), count))) == countries


def test_largest_countries_speak_english(large_round):
    people = Counter(person.country.code for person in large_round)

    assert [code for code, _ in people.most_common(4)] == ["US", "AU", "GB", "CA"]


def test_time_zones_fit_the_countries(large_round):
    zones = zones_by_country()

    strangers = [p for p in large_round if p.time_zone not in zones[p.country.code]]
    assert strangers == []


def test_some_people_speak_no_english(large_round):
    islands = [p for p in large_round if ENGLISH not in p.at_ease]

    own = {next(iter(person.languages)) for person in islands}
    assert len(islands) < 2000 / 20
    assert {"ar", "es", "fr", "pt"} - own == set()


def test_names_come_in_the_scripts_of_the_world(large_round):
    letters = {sign for p in large_round for sign in p.name if sign.isalpha()}

    scripts = {unicodedata.name(sign).split()[0] for sign in letters}
    assert SCRIPTS - scripts == set()


def test_addresses_are_unique_and_reserved(large_round):
    addresses = [person.email for person in large_round]

    assert len(set(addresses)) == len(addresses)
    assert [a for a in addresses if not a.isascii() or not a.endswith(".example")] == []


def test_wishes_come_in_every_number_and_strength(large_round):
    numbers = {len(person.hopes) for person in large_round}
    strengths = Counter(h.strength for p in large_round for h in p.hopes)

    assert numbers == {0, 1, 2, 3, 4, 5, 6}
    assert 0.02 < strengths[Strength.MUST] / strengths.total() < 0.07
    assert 0.3 < strengths[Strength.IMPORTANT] / strengths.total() < 0.5


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [40, 92])
def test_everybody_can_find_a_partner(count, seed):
    people = invent(count, seed)

    pairs = [
        (i, j, 1)
        for i, one in enumerate(people)
        for j, other in enumerate(people[:i])
        if may_meet(one, other)
    ]
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(pairs)
    matching = rustworkx.max_weight_matching(graph, max_cardinality=True)
    assert 2 * len(matching) == count


def may_meet(one: Person, other: Person) -> bool:
    """The rules, written a second time."""
    musts = [(h, one, other) for h in one.hopes if h.strength == Strength.MUST]
    musts += [(h, other, one) for h in other.hopes if h.strength == Strength.MUST]
    return (
        one.country.code != other.country.code
        and bool(set(one.at_ease) & set(other.at_ease))
        and all(grants(*must) for must in musts)
    )


def grants(hope: Hope, asker: Person, other: Person) -> bool:
    offers = {
        Aspect.COUNTRY: lambda p: {
            p.country.code,
            f"region:{region_of(p.country.code)}",
        },
        Aspect.WORKPLACE: lambda p: {p.workplace},
        Aspect.ROLE: lambda p: {p.role},
        Aspect.CAREER_STAGE: lambda p: {p.career_stage},
        Aspect.INTERESTS: lambda p: set(p.interests),
        Aspect.LANGUAGE: lambda p: set(p.at_ease),
    }
    if hope.aspect == Aspect.HOURS:
        return int(hope.values[0]) <= 6
    offer = offers[hope.aspect]
    return bool((set(hope.values) or offer(asker)) & offer(other))


def test_places_are_what_the_libraries_know():
    for country in settling.countries().values():
        home = [code for each in country.communities for code in each.speaks]

        assert country_name(country.code)
        assert region_of(country.code)
        assert {zone for _, zone in country.towns} <= set(
            zones_by_country()[country.code]
        )
        assert {*home, *country.also} <= set(languages())


def test_every_stock_of_names_is_carried_by_somebody():
    carried = {
        each.names
        for country in settling.countries().values()
        for each in country.communities
    }

    assert carried == set(read("names.toml"))


def test_names_in_other_letters_have_a_latin_spelling():
    spelt = [
        latin
        for community in read("names.toml")
        for stock in naming.stocks(community)
        for _, latin in stock.given + stock.family
    ]

    assert [n for n in spelt if not unicodedata.name(n[0]).startswith("LATIN")] == []


def test_words_are_those_of_the_starting_vocabulary():
    terms = Terms()

    for aspect, known in WORDS.items():
        offered = set(terms.offered(aspect))
        assert set(read("words.toml")[known]) == offered
