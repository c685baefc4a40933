from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.forms import ApplicationForm
from participants.models import Application, Interest, Workplace
from participants.terms import Terms
from tests.factories import ApplicationFactory, InterestFactory
from tests.participants.helpers import as_query, fill

pytestmark = pytest.mark.django_db

ODD_TEXT = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("\0\v\f\x1c\x1d\x1e\u202e\u2067<&\"'")
)


def test_form_takes_everything_that_is_told(typed):
    form = fill(typed)

    assert form.errors == {}
    answers = form.answers()
    application = answers.application
    assert answers.email == "amina@example.org"
    assert application.name == "Amina Otieno"
    assert application.country == "KE"
    assert application.workplace == Workplace.objects.get(slug="public-library")
    assert application.agreed_data_at
    assert [interest.slug for interest in answers.interests] == [
        "makerspaces",
        "storytelling",
    ]
    assert [(row.code, row.comfort) for row in answers.languages] == [
        ("en", 3),
        ("sw", 2),
    ]
    assert [(row.kind, row.handle, row.visible_to) for row in answers.channels] == [
        ("signal", "+254 20 0000000", "organisers")
    ]
    assert [
        (wish.aspect, wish.same_as_mine, wish.values, wish.strength)
        for wish in answers.wishes
    ] == [
        ("country", False, ["PE", "region:western-asia"], "important"),
        ("workplace", True, [], "nice"),
        ("hours", False, ["3"], "must"),
    ]


def test_form_works_out_the_only_time_zone_of_a_country(typed):
    form = fill(typed, country="KE", time_zone="")

    assert form.is_valid()
    assert form.answers().application.time_zone == "Africa/Nairobi"


def test_form_lists_the_time_zones_of_a_country_that_has_more(typed):
    form = fill(typed, country="NZ", time_zone="")

    assert form.errors == {
        "time_zone": [
            "New Zealand has 2 time zones. Choose yours: Pacific/Auckland, Pacific/Chatham."
        ]
    }


def test_form_offers_the_zones_of_the_country_first(typed):
    form = fill(typed, country="NZ", time_zone="")

    (_, empty), (first, zones), *_ = form.fields["time_zone"].choices

    assert empty == "The time zone of my country"
    assert (first, [zone for zone, _ in zones]) == (
        "New Zealand",
        ["Pacific/Auckland", "Pacific/Chatham"],
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "Write your name."),
        ({"name": "\u200b\u2063"}, "name", "There is nothing to see here. Please write it in letters."),
        ({"name": "A" * 101}, "name", "Please shorten this to 100 letters; there are 101 now."),
        ({"email": "amina"}, "email", "This is not a mail address. Write it like name@example.org."),
        ({"email": "аmina@example.org"}, "email", "We can write only to addresses in the letters a to z."),
        ({"country": ""}, "country", "Choose your country."),
        ({"country": "Kenia"}, "country", "“Kenia” is not a country we know. Did you mean Kenya?"),
        ({"time_zone": "Africa/Nairob"}, "time_zone", "“Africa/Nairob” is not a time zone we know. Did you mean Africa/Nairobi?"),
        ({"workplace": "zoo"}, "workplace", "“zoo” is not a kind of workplace we know."),
        ({"interests": []}, "interests", "Choose at least one interest."),
        ({"language_2": "en"}, "language_2", "This language is in the list twice."),
        ({"comfort_1": ""}, "comfort_1", "Say how well you speak English: a little, at ease or fluent."),
        ({"language_2": ""}, "language_2", "Choose the language that you mean."),
        ({"comfort_1": "1", "comfort_2": "1"}, "language_1", "Name at least one language that you are at ease with or fluent in."),
        ({"channel_1": ""}, "channel_1", "Say what kind of number, name or link it is."),
        ({"handle_1": ""}, "handle_1", "Write the number, name or link for it."),
        ({"channel_2": "signal", "handle_2": "@a"}, "channel_2", "This way is in the list twice."),
        ({"about": ""}, "about", "Write a few sentences about yourself."),
        ({"wish_country": ""}, "wish_country", "You chose from the list: say “One of these”, or empty the list."),
        ({"wish_role": "these"}, "wish_role_values", "Choose at least one, or say “No preference”."),
        ({"wish_country_values": ["Xyzzy"]}, "wish_country_values", "“Xyzzy” is not a country or region we know."),
        ({"wish_workplace_strength": ""}, "wish_workplace_strength", "Say how much it matters: nice, important or must."),
        ({"wish_workplace_strength": "very"}, "wish_workplace_strength", "“very” is not a strength we know. Write one of: nice, important, must."),
        ({"wish_hours": "many"}, "wish_hours", "Write a whole number of hours, from 1 to 12."),
        ({"wish_hours": "13"}, "wish_hours", "At most 12 hours a day."),
        ({"agree_data": ""}, "agree_data", "Without your agreement we cannot match you."),
    ],
)  # fmt: skip
def test_form_says_what_to_do(typed, changes, field, words):
    form = fill(typed, **changes)

    assert form.errors == {field: [words]}


def test_form_takes_at_most_six_interests(typed):
    slugs = [InterestFactory(slug=f"interest-{number}").slug for number in range(7)]

    form = fill(typed, interests=slugs)

    assert form.errors == {"interests": ["These are 7. Choose the 6 that matter most."]}


@pytest.mark.parametrize(
    "sign",
    [
        "\x00",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1d",
        "\x1e",
        "\n",
        "\r",
        "\t",
        "\x85",
        "\u2028",
    ],
)
@pytest.mark.parametrize("field", ["name", "handle_1", "email"])
def test_form_refuses_what_nobody_can_type_on_one_line(typed, field, sign):
    form = fill(typed, **{field: f"ab{sign}c@example.org"})

    assert form.errors == {
        field: [
            "There is a line break or an invisible character in it. "
            "Please type it again, on one line."
        ]
    }


@pytest.mark.parametrize(
    "name",
    [
        "Владимир Иванов",
        "王小明",
        "عبد الله",
        "می‌خواهم",
        "José Ñandú",
        "ബിന്ദു",
        "O’Brien-Łuk",
        "X",
    ],
)
def test_form_takes_names_in_any_script(typed, name):
    form = fill(typed, name=name)

    assert form.is_valid()
    assert form.cleaned_data["name"] == name


def test_form_takes_the_tricks_out_of_texts(typed):
    form = fill(typed, name="Ann\u202e Nna\u2066", about="One\r\ntwo\vthree\0\u202e.")

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Ann Nna"
    assert form.cleaned_data["about"] == "One\ntwo\nthree."


def test_form_takes_names_and_labels_for_codes(typed):
    form = fill(
        typed,
        country="Tanzania",
        time_zone="africa/dar es salaam",
        language_1="english",
        comfort_1="Fluent",
        workplace="Public Library",
    )

    assert form.is_valid()
    application = form.answers().application
    assert (application.country, application.time_zone) == (
        "TZ",
        "Africa/Dar_es_Salaam",
    )
    assert application.workplace.slug == "public-library"


def test_retired_term_is_refused_from_a_newcomer(typed):
    Workplace.objects.filter(slug="school-library").update(retired_at=timezone.now())

    form = fill(typed, workplace="school-library")

    assert list(form.errors) == ["workplace"]


def test_retired_terms_stay_valid_for_who_has_them(typed):
    application = ApplicationFactory(
        workplace__slug="school-library",
        interests=["storytelling"],
        wishes=[("workplace", "nice", "school-library")],
    )
    Workplace.objects.filter(slug="school-library").update(retired_at=timezone.now())
    Interest.objects.filter(slug="storytelling").update(retired_at=timezone.now())

    form = fill(
        typed,
        instance=application,
        workplace="school-library",
        interests=["storytelling"],
        wish_workplace="these",
        wish_workplace_values=["school-library"],
    )

    assert form.errors == {}


def test_correcting_shows_what_was_told_and_asks_for_no_address():
    application = ApplicationFactory(
        languages={"en": 3, "sw": 2},
        wishes=[
            ("country", "must", "PE"),
            ("role", "nice"),
            ("hours", "important", "4"),
        ],
    )

    form = ApplicationForm(instance=application)

    shown = {name: form[name].value() for name in form.fields if form[name].value()}
    assert shown == {
        "name": application.name,
        "country": "KE",
        "time_zone": "Africa/Nairobi",
        "language_1": "en",
        "comfort_1": "3",
        "language_2": "sw",
        "comfort_2": "2",
        "workplace": "public-library",
        "role": "librarian",
        "career_stage": "mid-career",
        "interests": ["makerspaces"],
        "about": "I run the story hour.",
        "visible_1": "partner",
        "visible_2": "partner",
        "visible_3": "partner",
        "accepts_three": True,
        "wish_country": "these",
        "wish_country_values": ["PE"],
        "wish_country_strength": "must",
        "wish_workplace_strength": "nice",
        "wish_role": "same",
        "wish_role_strength": "nice",
        "wish_career_stage_strength": "nice",
        "wish_interests_strength": "nice",
        "wish_language_strength": "nice",
        "wish_hours": "4",
        "wish_hours_strength": "important",
    }


def test_summary_leads_to_the_first_input_of_each_field(typed):
    form = fill(typed, name="", interests=[], wish_country_values=["x"], wish_role="x")

    assert [problem.target for problem in form.problems()] == [
        "id_name",
        "id_interests_0",
        "id_wish_country_values_0",
        "id_wish_role_0",
    ]


def test_form_asks_the_database_for_nothing_but_the_vocabularies(
    typed, django_assert_num_queries
):
    with django_assert_num_queries(4):
        fill(typed).is_valid()


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_input_breaks_the_form(typed, data):
    terms = Terms()
    names = list(ApplicationForm(instance=Application(), terms=terms).fields)
    changed = data.draw(
        st.dictionaries(
            st.sampled_from(names), st.lists(ODD_TEXT, max_size=3), max_size=8
        )
    )

    form = ApplicationForm(
        as_query(typed | changed), instance=Application(), terms=terms
    )

    if form.is_valid():
        form.answers()
    else:
        assert [problem.words for problem in form.problems()]
    for name in changed.keys() & {"name", "about", "handle_2"}:
        assert form[name].value() == (changed[name] or [None])[-1]
