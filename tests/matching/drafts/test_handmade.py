from __future__ import annotations

import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matching.drafts.handmade import read_groups
from matching.models import Veto
from matching.publishing.publication import publish
from matching.services import propose
from participants.importing import Unreadable
from tests.factories import ApplicationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(round_):
    """Amina, who wishes for Peru, José from there, two called Kim, and Иван."""
    named = [
        ("Amina Otieno", "KE", "amina"),
        ("José Ñahui", "PE", "jose"),
        ("Kim", "NO", "kim"),
        ("Kim", "AU", "kim2"),
        ("Иван Петров", "RU", "ivan"),
    ]
    return [
        ApplicationFactory(
            round=round_,
            country=country,
            user=UserFactory(name=name, email=f"{address}@example.org"),
            wishes=[("country", "nice", "PE")] if country == "KE" else [],
        )
        for name, country, address in named
    ]


def read(people, text):
    found = read_groups(text.encode(), people)
    return found.groups, found.problems


@pytest.mark.parametrize(
    "text",
    [
        "amina@example.org,jose@example.org\n",
        "\ufeffAMINA@EXAMPLE.ORG;jose@example.org;\r\n\r\n",
        "amina otieno\tJosé Ñahui\n",
        "Jose Nahui <jose@example.org>,Amina <amina@example.org>",
        "Person,Partner\namina@example.org,Jose Nahui\n",
        "No.,Name,Mail,Country,Partner's name,Their mail\n"
        "7,Amina,amina@example.org,Kenya,,jose@example.org\n",
    ],
)
def test_people_are_found_by_address_or_name(people, text):
    text = text.replace("7,Amina,", "7,Amina Otieno,")
    groups, problems = read(people, text)

    assert ([sorted(group) for group in groups], problems) == ([[0, 1]], [])


def test_three_people_are_a_group(people):
    assert read(people, "Amina Otieno,José Ñahui,Иван Петров")[0] == [[0, 1, 4]]


def test_address_tells_two_of_one_name_apart(people):
    groups, _ = read(people, "name,mail,name,mail\nKim,kim2@example.org,Amina Otieno,")

    assert groups == [[3, 0]]


def test_broken_lines_are_named_and_stop_no_other(people):
    groups, problems = read(
        people,
        "person,partner\n"
        "amina@example.org,nobody@example.org\n"
        "Amina Otieno,Kim\n"
        'amina@example.org,"Иван\n'
        "amina@example.org,Amina Otieno\n"
        "\n"
        "amina@example.org,ivan@example.org\n",
    )

    assert groups == [[0, 4]]
    assert problems == [
        "line 2: “nobody@example.org”: nobody with a confirmed application to this round.",
        "line 3: “Kim” may be any of 2 people.",
        "line 4: the quotation marks do not come in pairs.",
        "line 5: a group has two or three people, not 1.",
    ]


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "empty"), (b" ,,\n", "empty"), (b"\xff\xfe", "UTF-8")]
)
def test_file_that_is_no_table_is_refused(people, data, message):
    with pytest.raises(Unreadable, match=message):
        read_groups(data, people)


@pytest.fixture
def judged(round_, tmp_path, capsys):
    """Judges a table: `judged("a,b")` gives what was printed, and on the error output."""

    def judge(text, *options):
        file = tmp_path / "pairs.csv"
        file.write_text(text)
        with suppress(SystemExit):
            call_command("judge_matching", round_.slug, str(file), *options)
        return capsys.readouterr()

    return judge


PAIRS = "amina@example.org,kim@example.org\njose@example.org,kim2@example.org\n"


def test_figures_and_exchanges_are_printed(people, judged):
    people[4].delete()

    printed, problems = judged(PAIRS)

    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert problems == ""
    assert lines[:3] == [
        "2 groups, by hand and as the best matching has it:",
        "people with a partner 4 4 100%",
        "people with a wish met 0 1 0%",
    ]
    at = next(k for k, line in enumerate(lines) if line.startswith("->"))
    assert lines[at + 1].startswith("+1 people with a wish met, +1 people with half")
    assert lines[at + 2] == "points for amina@example.org +24"


def test_broken_rules_are_printed_with_their_lines(people, judged):
    Veto.objects.create(
        first=people[0].user, second=people[2].user, reason="They asked."
    )

    printed, problems = judged(f"{PAIRS}nobody@example.org,Kim\n")

    assert problems.startswith("line 3: “nobody@example.org”")
    assert (
        "  line 1: amina@example.org and kim@example.org are kept apart, "
        "or have been partners before.\n"
        f"  1 people in no group: application {people[4].pk}.\n"
    ) in printed


def test_published_round_is_judged_as_it_was_before(people, judged, round_, organiser):
    round_.closes_at = timezone.now()
    round_.save()
    people[4].delete()
    proposal = propose(round_)
    publish(proposal, organiser)
    table = [
        ",".join(seat.application.user.email for seat in match.seats.all())
        for match in proposal.matches.all()
    ]

    printed = json.loads(judged("\n".join(table), "--json").out)

    assert (printed["violations"], printed["swaps"]) == ([], [])
    assert printed["value"] == printed["bound"]


def test_all_of_it_is_printed_as_json(people, judged):
    printed = json.loads(judged(PAIRS, "--json", "--top", "1").out)

    assert printed["violations"] == [
        {"rule": "missing", "line": None, "people": [people[4].pk]}
    ]
    assert printed["levels"][0] == {
        "name": "matched",
        "reached": 4,
        "best": 5,
        "share": 0.8,
    }
    assert len(printed["swaps"]) == 1
    assert printed["value"] < printed["bound"]
    assert printed["problems"] == []


def test_lines_that_cannot_be_read_show_in_the_exit_code(people, round_, tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("amina@example.org,nobody@example.org\n")

    with pytest.raises(SystemExit, match="1"):
        call_command("judge_matching", round_.slug, str(file))


def test_what_cannot_be_judged_is_said(people, round_, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()

    for arguments, message in [
        (["nowhere", str(empty)], "no round called “nowhere”"),
        ([round_.slug, str(empty)], "the file is empty"),
        ([round_.slug, str(tmp_path / "none.csv")], "cannot be read"),
    ]:
        with pytest.raises(CommandError, match=message):
            call_command("judge_matching", *arguments)
