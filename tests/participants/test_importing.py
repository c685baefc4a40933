"""Applications from a CSV file: the good rows come in, the bad ones are named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from iln.mail.models import Message
from participants.importing import Unreadable, import_applications
from participants.models import Application, User
from tests.factories import ApplicationFactory, UserFactory

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Amina Otieno",
    "email": "amina@example.org",
    "country": "Kenya",
    "time_zone": "",
    "languages": "English: fluent | Swahili: at ease",
    "workplace": "Public library",
    "role": "librarian",
    "career_stage": "Mid-career",
    "interests": "Makerspaces | storytelling",
    "about": "I run the story hour.",
    "accepts_three": "",
    "wish_country": "important: Peru | Western Asia",
    "wish_workplace": "nice: same as mine",
    "wish_role": "",
    "wish_career_stage": "",
    "wish_interests": "must: open access",
    "wish_language": "nice: French; German",
    "wish_hours": "must: 3",
    "wishes_text": "Somebody patient.",
    "channels": "signal: +254 (0)20 000 (organisers) | phone: 1-2",
}

BROKEN = [
    ({"wish_country": "must: Perú Lindo"}, "wish_country: “Perú Lindo” is not a country or region we know. Did you mean Peru?"),
    ({"name": ""}, "name: Write your name."),
    ({"name": "A\x0bB"}, "name: There is a line break or an invisible character in it. Please type it again, on one line."),
    ({"email": "amina(at)example.org"}, "email: This is not a mail address. Write it like name@example.org."),
    ({"email": ""}, "email: Write your mail address."),
    ({"country": "Kenia"}, "country: “Kenia” is not a country we know. Did you mean Kenya?"),
    ({"country": "Korea"}, "country: “Korea” is not a country we know. Did you mean South Korea?"),
    ({"country": "Brazil"}, "time_zone: Brazil has 16 time zones. Choose yours: "),
    ({"time_zone": "Nairobi time"}, "time_zone: “Nairobi time” is not a time zone we know."),
    ({"languages": "Klingon: fluent"}, "languages: “Klingon” is not a language we know."),
    ({"languages": "English"}, "languages: Say how well you speak English: a little, at ease or fluent."),
    ({"languages": "English: a little"}, "languages: Name at least one language that you are at ease with or fluent in."),
    ({"languages": "en: 3|fr: 3|de: 3|es: 3|it: 3|pt: 3"}, "languages: At most 5 languages, please."),
    ({"workplace": "Publik library"}, "workplace: “Publik library” is not a kind of workplace we know. Did you mean Public library?"),
    ({"role": "Astronaut"}, "role: “Astronaut” is not a role we know."),
    ({"interests": "knitting"}, "interests: “knitting” is not an interest we know."),
    ({"interests": ""}, "interests: Choose at least one interest."),
    ({"about": "x" * 2001}, "about: Please shorten this to 2000 letters; there are 2001 now."),
    ({"accepts_three": "perhaps"}, "accepts_three: Write yes or no."),
    ({"wish_country": "Peru"}, "wish_country: Say how much it matters: nice, important or must."),
    ({"wish_role": "very: librarian"}, "wish_role: “very” is not a strength we know. Write one of: nice, important, must."),
    ({"wish_role": "nice:"}, "wish_role: Choose at least one, or say “No preference”."),
    ({"wish_hours": "must: all"}, "wish_hours: Write a whole number of hours, from 1 to 12."),
    ({"wish_hours": "nice: 25"}, "wish_hours: At most 12 hours a day."),
    ({"channels": "pigeon: Hugo"}, "channels: “pigeon” is not a way to reach you that we know. Write one of: phone, WhatsApp, Signal, Telegram, video call, another way."),
]  # fmt: skip


def table(rows, *, delimiter=",", head=None, bom=False):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(head or GOOD)
    writer.writerows(row.values() for row in rows)
    return ("\ufeff" if bom else "").encode() + text.getvalue().encode()


def row(number=0, **changes):
    return GOOD | {"email": f"amina{number}@example.org"} | changes


def wishes(application):
    return [
        (wish.aspect, wish.strength, wish.same_as_mine, wish.values)
        for wish in application.wishes.all()
    ]


def test_import_takes_everything_and_sends_no_mail(round_, vocabulary):
    report = import_applications(round_, table([GOOD]))

    assert (report.added, report.already_here, report.problems) == (1, 0, [])
    application = round_.applications.get()
    assert application.state == "confirmed"
    assert application.user.name == "Amina Otieno"
    assert not application.user.has_usable_password()
    assert (application.country, application.time_zone) == ("KE", "Africa/Nairobi")
    assert application.accepts_three is True
    assert sorted(i.slug for i in application.interests.all()) == [
        "makerspaces",
        "storytelling",
    ]
    assert [(s.code, s.comfort) for s in application.languages.all()] == [
        ("en", 3),
        ("sw", 2),
    ]
    assert [(c.kind, c.handle, c.visible_to) for c in application.channels.all()] == [
        ("phone", "1-2", "partner"),
        ("signal", "+254 (0)20 000", "organisers"),
    ]
    assert wishes(application) == [
        ("country", "important", False, ["PE", "region:western-asia"]),
        ("workplace", "nice", True, []),
        ("interests", "must", False, ["open-access"]),
        ("language", "nice", False, ["fr", "de"]),
        ("hours", "must", False, ["3"]),
    ]
    assert application.wishes_text == "Somebody patient."
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("delimiter", "bom"), [(",", True), (";", False), (";", True), ("\t", False)]
)
def test_import_reads_what_spreadsheets_write(round_, vocabulary, delimiter, bom):
    report = import_applications(round_, table([GOOD], delimiter=delimiter, bom=bom))

    assert (report.added, report.problems) == (1, [])


def test_import_reads_odd_headers(round_, vocabulary):
    head = {"name": " Full Name ", "email": "E-Mail", "time_zone": "Time-Zone", "career_stage": "CAREER STAGE", "about": "about you"}  # fmt: skip
    titles = [head.get(name, name.replace("_", " ").title()) for name in GOOD]

    report = import_applications(round_, table([GOOD], head=titles))

    assert (report.added, report.problems) == (1, [])


def test_import_reads_files_of_other_systems(round_, vocabulary):
    text = table([row(1), row(2)]).decode().replace("\r\n", "\n")
    lines = text.split("\n")
    odd = "\r".join(["sep=,", "", lines[0], "", ",,,", lines[1], "", lines[2], "", ""])

    report = import_applications(round_, odd.encode())

    assert (report.added, report.problems) == (2, [])


def test_import_keeps_quotes_commas_and_line_breaks(round_, vocabulary):
    about = 'I say "hello", and\nwrite two lines; always.'

    import_applications(round_, table([row(about=about)], delimiter=";"))

    assert round_.applications.get().about == about


def test_import_names_lines_as_the_editor_counts_them(round_, vocabulary):
    rows = [row(1, about="Three\nlines\nlong"), row(2, name=""), row(3)]

    report = import_applications(round_, table(rows))

    assert report.added == 2
    assert report.problems == ["line 5, name: Write your name."]


@pytest.mark.parametrize(("changes", "words"), BROKEN)
def test_import_says_what_is_wrong_with_a_row(round_, vocabulary, changes, words):
    report = import_applications(round_, table([row(1), row(2) | changes]))

    assert report.added == 1
    (line,) = report.problems
    assert line.startswith(f"line 3, {words}")
    assert "\n" not in line


def test_import_names_all_that_is_wrong_with_a_row_on_one_line(round_, vocabulary):
    report = import_applications(round_, table([row(name="", role="", country="xx")]))

    assert report.problems == [
        "line 2, name: Write your name.; country: “xx” is not a country we know.; "
        "role: Choose your role."
    ]


def test_import_survives_rows_whose_cells_cannot_be_told_apart(round_, vocabulary):
    good = table([row(1), row(2)]).decode().splitlines()
    lines = [
        good[0],
        'Amina,"unclosed',
        good[1],
        'Amina,"too" many,quotes',
        good[2],
        good[2].replace("amina2", "amina3") + ",one more",
    ]

    report = import_applications(round_, "\r\n".join(lines).encode())

    assert report.added == 2
    assert report.problems == [
        "line 2: the quotation marks do not come in pairs.",
        "line 4: the quotation marks do not come in pairs.",
        "line 6: there are 21 cells, but 20 columns; put texts with “,” in quotes.",
    ]


def test_import_names_a_cell_that_is_too_large(round_, vocabulary):
    report = import_applications(round_, table([row(1, about="x" * 140_000), row(2)]))

    assert report.added == 1
    assert report.problems == [
        "line 2: a cell holds more than 131,072 letters, or the quotation marks do not "
        "come in pairs."
    ]


def test_import_goes_on_batch_by_batch(round_, vocabulary, monkeypatch):
    monkeypatch.setattr("participants.importing.rows.AT_ONCE", 2)
    rows = [row(1), row(2, name=""), row(3), row(4), row(5, email="amina1@example.org")]

    report = import_applications(round_, table(rows))

    assert (report.added, report.already_here) == (3, 0)
    assert report.problems == [
        "line 3, name: Write your name.",
        "line 6, email: This address is on line 2 already.",
    ]


def test_import_takes_each_address_once(round_, vocabulary):
    rows = [row(1), row(2), row(3, email="AMINA1@example.org")]

    report = import_applications(round_, table(rows))

    assert report.added == 2
    assert report.problems == ["line 4, email: This address is on line 2 already."]


def test_import_again_changes_nothing(round_, vocabulary):
    data = table([row(1), row(2)])
    import_applications(round_, data)
    before = list(Application.objects.order_by("pk").values())

    report = import_applications(round_, data.replace(b"story hour", b"reading club"))

    assert (report.added, report.already_here) == (0, 2)
    assert list(Application.objects.order_by("pk").values()) == before


def test_import_takes_known_people_and_leaves_their_applications_alone(
    round_, vocabulary
):
    known = UserFactory(email="AMINA1@example.org", name="A. Otieno")
    applied = ApplicationFactory(
        round=round_, user__email="amina2@example.org", confirmed_at=None, about="Mine."
    )

    report = import_applications(round_, table([row(1), row(2)]))

    assert (report.added, report.already_here) == (1, 1)
    assert known.applications.get().state == "confirmed"
    applied.refresh_from_db()
    assert (applied.about, applied.state) == ("Mine.", "unconfirmed")


def test_dry_run_checks_and_writes_nothing(round_, vocabulary):
    report = import_applications(round_, table([row(1), row(2, name="")]), dry_run=True)

    assert (report.added, len(report.problems)) == (1, 1)
    assert not Application.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"name,about\nZo\xeb,x", "Line 2 is not written in UTF-8. Save the file as “CSV UTF-8” in your spreadsheet, and try again."),
        ("name,email".encode("utf-16"), "Line 1 is not written in UTF-8."),
        (table([], head=[*(set(GOOD) - {"email", "about"})]), "There is no column “email”. There is no column “about”."),
        (table([], head=[*GOOD, "E-Mail"]), "The column “email” is there twice."),
        (table([], head=[*(set(GOOD) - {"wish_country"}), "wish_contry"]), "The column “wish_contry” is not known. Did you mean “wish_country”?"),
        (b'"name,email', "The quotation marks in the first line do not come in pairs."),
    ],
)  # fmt: skip
def test_import_refuses_files_that_it_cannot_read(round_, data, words):
    with pytest.raises(Unreadable, match=words.replace("(", r"\(").replace("?", r"\?")):
        import_applications(round_, data)


def test_import_leaves_other_columns_out_and_says_so(round_, vocabulary):
    report = import_applications(
        round_, table([GOOD | {"x": "1"}], head=[*GOOD, "Timestamp"])
    )

    assert (report.added, report.ignored_columns) == (1, ["Timestamp"])


def test_import_takes_as_many_queries_for_many_rows(
    round_, vocabulary, django_assert_num_queries
):
    for start, rows in ((0, 1), (1, 30)):
        data = table([row(number) for number in range(start, start + rows)])
        with django_assert_num_queries(16):
            import_applications(round_, data)


# --- The command --------------------------------------------------------------


def test_command_brings_in_450_of_500_and_names_the_rest(
    round_, vocabulary, tmp_path, capsys
):
    rows = [row(number) for number in range(500)]
    for number in range(50):
        changes, _ = BROKEN[number % len(BROKEN)]
        rows[number * 10] |= changes
    file = tmp_path / "applications.csv"
    file.write_bytes(table(rows, bom=True))

    with pytest.raises(SystemExit) as ended:
        call_command("import_applications", round_.slug, str(file))

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert round_.applications.confirmed().count() == 450
    lines = said.err.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"line {number * 10 + 2}" for number in range(50)
    ]
    assert all(
        f", {words}" in line for line, (_, words) in zip(lines, BROKEN * 2, strict=True)
    )
    assert "450 applications came in" in said.out


def test_command_takes_a_round_by_name_and_standard_input(
    round_, vocabulary, capsys, monkeypatch
):
    stdin = io.TextIOWrapper(io.BytesIO(table([GOOD])))
    monkeypatch.setattr("sys.stdin", stdin)

    call_command("import_applications", round_.name, "-")

    assert round_.applications.count() == 1
    assert capsys.readouterr().err == ""


def test_command_says_what_does_not_exist(round_, tmp_path):
    with pytest.raises(CommandError, match=f"There are: {round_.slug}"):
        call_command("import_applications", "nowhere", "-")
    with pytest.raises(CommandError, match=r"cannot be read: No such file"):
        call_command("import_applications", round_.slug, str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        call_command("import_applications", round_.slug, str(tmp_path))


def test_example_in_the_documentation_comes_in(round_, vocabulary, capsys):
    text = Path("docs/applications-csv.md").read_text(encoding="utf-8")
    example = text.split("```csv\n")[1].split("```")[0]

    report = import_applications(round_, example.encode())

    assert (report.added, report.problems, report.ignored_columns) == (3, [], [])
