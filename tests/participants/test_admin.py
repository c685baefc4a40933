from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Interest, User
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    InterestFactory,
    OpeningAlertFactory,
    UserFactory,
    days_from_now,
)

pytestmark = pytest.mark.django_db

LISTS = {
    "user": (UserFactory, 7),
    "application": (ApplicationFactory, 12),
    "interest": (InterestFactory, 5),
    "openingalert": (OpeningAlertFactory, 5),
}


def changelist(name):
    return reverse(f"admin:participants_{name}_changelist")


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    organiser_client, django_assert_num_queries, name
):
    factory, queries = LISTS[name]
    make = iter(
        factory(slug=f"term-{n}") if name == "interest" else factory() for n in range(3)
    )

    next(make)
    with django_assert_num_queries(queries):
        organiser_client.get(changelist(name))
    list(make)
    with django_assert_num_queries(queries):
        organiser_client.get(changelist(name))


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_organisers_only(client, name):
    client.force_login(UserFactory())

    assert client.get(changelist(name)).status_code == 302


def test_applications_are_found_by_state(organiser_client):
    names = {
        "confirmed": ApplicationFactory(name="Cora"),
        "unconfirmed": ApplicationFactory(name="Una", confirmed_at=None),
        "unanswered": ApplicationFactory(name="Ana", asked_still_in_at=timezone.now()),
        "sat_out": ApplicationFactory(
            name="Sam", asked_still_in_at=timezone.now(), sat_out_at=timezone.now()
        ),
        "withdrawn": ApplicationFactory(name="Will", withdrawn_at=timezone.now()),
    }

    found = {
        state: list(
            organiser_client.get(changelist("application"), {"state": state})
            .context["cl"]
            .queryset
        )
        for state in names
    }

    assert found == {state: [application] for state, application in names.items()}


def test_applications_are_found_by_address_and_country(organiser_client):
    amina = ApplicationFactory(user__email="amina@example.org")
    ApplicationFactory(country="PE")

    for query in ({"q": "amina@"}, {"country": "KE"}):
        response = organiser_client.get(changelist("application"), query)
        assert list(response.context["cl"].queryset) == [amina]


def test_application_page_shows_wishes_in_words(
    organiser_client, django_assert_num_queries
):
    application = ApplicationFactory(
        wishes=[("country", "must", "PE"), ("role", "nice")], languages={"sw": 3}
    )
    ChannelFactory(application=application, handle="+254 20 42")
    url = reverse("admin:participants_application_change", args=[application.pk])

    response = organiser_client.get(url)

    for words in ("Swahili", "Peru", "The same as mine", "+254 20 42"):
        assert words in response.text


def test_application_can_be_put_right_by_an_organiser(organiser_client):
    application = ApplicationFactory(wishes=[("role", "nice")])
    url = reverse("admin:participants_application_change", args=[application.pk])
    form = organiser_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for prefix in ("languages", "wishes", "channels"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    response = organiser_client.post(url, data | {"name": "Zoë"})

    application.refresh_from_db()
    assert (response.status_code, application.name) == (302, "Zoë")
    assert application.wishes.count() == 1


def test_nobody_is_applied_for_in_the_admin(organiser_client):
    assert (
        organiser_client.get(reverse("admin:participants_application_add")).status_code
        == 403
    )


def test_person_is_added_by_address(organiser_client):
    data = {
        "email": "new@example.org",
        "name": "New",
        "usable_password": "false",
        "password1": "",
        "password2": "",
    }

    response = organiser_client.post(reverse("admin:participants_user_add"), data)

    person = User.objects.get(email="new@example.org")
    assert (response.status_code, person.has_usable_password()) == (302, False)
    page = reverse("admin:participants_user_change", args=[person.pk])
    assert organiser_client.get(page).status_code == 200


def test_second_person_with_an_address_is_refused_in_words(organiser_client):
    UserFactory(email="amina@example.org")
    data = {"email": "AMINA@example.org", "name": "", "usable_password": "false"}

    response = organiser_client.post(reverse("admin:participants_user_add"), data)

    assert "Somebody with this mail address is here already." in response.text


def test_slug_of_a_term_stays_as_it_was_made(organiser_client):
    organiser_client.post(
        reverse("admin:participants_interest_add"),
        {"label": "Bookbinding", "slug": "bookbinding", "position": "3"},
    )
    term = Interest.objects.get(slug="bookbinding")

    organiser_client.post(
        reverse("admin:participants_interest_change", args=[term.pk]),
        {"label": "Book binding", "slug": "other", "position": "3"},
    )

    term.refresh_from_db()
    assert (term.label, term.slug) == ("Book binding", "bookbinding")


def test_list_of_applications_takes_the_newest_first(organiser_client):
    old = ApplicationFactory(submitted_at=days_from_now(-5))
    new = ApplicationFactory()

    response = organiser_client.get(changelist("application"))

    assert list(response.context["cl"].queryset) == [new, old]
