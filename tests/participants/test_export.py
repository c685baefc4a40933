from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from iln.mail import outbox
from iln.personal_data import Comments, tables
from matching import services as matching
from matching.publishing import publication
from participants.models import Access, User
from participants.services.exporting import _cell, export
from participants.sessions import KEY
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    CommentFactory,
    MessageFactory,
    OpeningAlertFactory,
    OrganiserFactory,
    PinFactory,
    RoundFactory,
    UserFactory,
    VetoFactory,
)
from tests.properties import examples

pytestmark = pytest.mark.django_db
PAGES = ["export", "export_json", "export_csv", "erase"]


def sign_in(client, user, minutes_ago=0):
    """As a link in a mail does."""
    began = (timezone.now() - timedelta(minutes=minutes_ago)).isoformat()
    seen = timezone.now().isoformat()
    session = client.session
    session[KEY] = {
        "user": user.pk,
        "address": user.fingerprint,
        "began": began,
        "seen": seen,
    }
    session.save()


@pytest.fixture
def ann():
    user = UserFactory(name="Ann Ochre", email="ann@example.org")
    application = ApplicationFactory(
        round=RoundFactory(closed=True, name="Autumn"),
        user=user,
        about="=1+1 is two.",
        wishes=[("workplace", "nice", "archive")],
    )
    ChannelFactory(application=application, handle="+1 555")
    return application


@pytest.fixture
def bo(ann):
    user = UserFactory(name="Bo Umber", email="bo@example.org")
    application = ApplicationFactory(
        round=ann.round, user=user, country="SE", about="I bind books in Uppsala."
    )
    ChannelFactory(application=application, handle="+46 222", visible_to="organisers")
    return application


def rows(user, model):
    return export(user)["tables"][model]["rows"]


def test_export_holds_all_that_somebody_told_us(ann):
    OpeningAlertFactory(email="Ann@Example.org")
    CommentFactory(email="ann@example.org", name="Ann", text="Hello!")

    found = export(ann.user)["tables"]

    application = found["participants.Application"]["rows"][0]
    assert application["round"] == "Autumn"
    assert application["name"] == "Ann Ochre"
    assert application["workplace"] == "Public library"
    assert application["interests"] == ["Makerspaces"]
    assert application["about"] == "=1+1 is two."
    assert found["participants.Channel"]["rows"][0]["handle"] == "+1 555"
    assert found["participants.Wish"]["rows"][0]["values"] == ["archive"]
    assert found["participants.SpokenLanguage"]["rows"] == [
        {"code": "en", "comfort": 3}
    ]
    assert found["participants.OpeningAlert"]["rows"][0]["email"] == "Ann@Example.org"
    assert found["discussions.Comment"]["rows"][0]["text"] == "Hello!"
    assert "password" not in found["participants.User"]["rows"][0]


def test_every_table_that_leads_to_people_is_in_the_export_with_its_meanings(ann):
    found = export(ann.user)["tables"]

    assert set(found) == {table.model for table in tables() if table.whose}
    for table in tables():
        if table.whose and not table.withheld_as_a_whole:
            told = found[table.model]
            assert set(told["fields"]) == set(table.personal) - set(table.withheld)
            assert all(set(row) == set(told["fields"]) for row in told["rows"])


def test_whatever_is_withheld_is_said_with_its_reason(ann):
    found = export(ann.user)["tables"]

    veto = found["matching.Veto"]
    assert veto["rows"] == []
    assert veto["what we do not hand out here"] == "it is as much about somebody else"
    assert "password" in found["participants.User"]["what we do not hand out here"]


def test_export_of_a_partner_holds_no_words_of_the_other(ann, bo, organiser):
    PinFactory(round=ann.round, first=ann, second=bo, reason="Bo Umber begged.")
    publication.publish(matching.propose(ann.round), organiser, at_once=True)
    other = UserFactory(name="Cy Sienna")
    VetoFactory(first=ann.user, second=other, reason="Cy Sienna was rude.")
    ann.seats.update(note="Bo Umber does not answer.")

    found = json.dumps(export(ann.user), default=str)

    for words in ["Umber", "Uppsala", "bo@", "+46", "SE", "Sienna", organiser.name]:
        assert f'"{words}' not in found
        assert f" {words}" not in found
    assert len(rows(ann.user, "matching.Seat")) == 1
    assert rows(ann.user, "mail.Message") == []


def test_mails_that_were_sent_are_theirs_with_all_that_they_say(
    ann, bo, organiser, mailoutbox
):
    publication.publish(matching.propose(ann.round), organiser, at_once=True)
    outbox.deliver_due()

    [introduction] = rows(ann.user, "mail.Message")

    assert introduction["address"] == "ann@example.org"
    assert "bo@example.org" in introduction["text"]
    assert "+46" not in introduction["text"]


def test_drafts_of_organisers_are_not_told(ann, bo):
    matching.propose(ann.round)

    assert rows(ann.user, "matching.Seat") == []
    assert rows(ann.user, "matching.Match") == []


def test_export_says_how_often_organisers_looked_and_not_who(ann, organiser):
    for hour in (8, 9):
        seen_at = datetime.fromisoformat(f"2026-11-02T{hour:02}:00Z")
        Access.objects.create(
            by=organiser, person=ann.user, where="pair", seen_at=seen_at
        )

    found = export(ann.user)

    assert found["looks_by_organisers"]["count"] == 2
    [page] = found["looks_by_organisers"]["pages"]
    assert (page["where"], page["last"].hour) == ("pair", 9)
    assert organiser.name not in json.dumps(found, default=str)


def test_queries_of_an_export_do_not_grow_with_what_there_is(
    ann, django_assert_max_num_queries
):
    now = timezone.now()
    MessageFactory.create_batch(5, recipient=ann.user, sending_at=now, sent_at=now)

    with django_assert_max_num_queries(2 * len(tables())):
        export(ann.user)


def test_json_and_csv_say_the_same(client, ann):
    sign_in(client, ann.user)

    told = client.get(reverse("participants:export_json"))
    packed = client.get(reverse("participants:export_csv"))

    assert "attachment" in told["Content-Disposition"]
    assert "no-store" in told["Cache-Control"]
    assert "ann" not in told["Content-Disposition"]
    data = told.json()["tables"]
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        names = {name for name in data if data[name]["rows"]}
        files = {f"{name}.csv" for name in names} | {"what-it-means.csv"}
        assert set(archive.namelist()) == files
        for name in names:
            text = archive.read(f"{name}.csv").decode("utf-8-sig")
            table = list(csv.reader(io.StringIO(text)))
            assert table[0] == list(data[name]["fields"])
            assert len(table) == 1 + len(data[name]["rows"])
        meanings = archive.read("what-it-means.csv").decode("utf-8-sig")
    assert "participants.Application,about,a few sentences about themselves" in meanings


def test_csv_has_no_formula(client, ann):
    sign_in(client, ann.user)

    packed = client.get(reverse("participants:export_csv"))

    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        text = archive.read("participants.Application.csv").decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(text))
        channel = archive.read("participants.Channel.csv").decode("utf-8-sig")
    assert row["about"] == "'=1+1 is two."
    assert "'+1 555" in channel


@examples(300)
@given(st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none()))
def test_no_cell_begins_like_a_formula_and_each_comes_back(value):
    cell = _cell(value)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if isinstance(value, str):
        assert cell.removeprefix("'") == value or cell == value


# --- The pages -----------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_stranger_is_asked_for_a_link_by_mail(client, ann, page):
    response = client.get(reverse(f"participants:{page}"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("participants:send_link"))


@pytest.mark.parametrize("page", PAGES)
def test_organisers_log_in_opens_nobodys_data(organiser_client, ann, page):
    response = organiser_client.get(reverse(f"participants:{page}"))

    assert response.status_code == 302


def test_everybody_gets_their_own(client, ann, bo):
    sign_in(client, bo.user)

    found = client.get(reverse("participants:export_json")).content.decode()

    assert "Uppsala" in found
    assert "ann@example.org" not in found


def test_page_says_who_has_looked(client, ann, organiser):
    seen_at = datetime.fromisoformat("2026-11-02T09:00Z")
    Access.objects.create(by=organiser, person=ann.user, where="pair", seen_at=seen_at)
    sign_in(client, ann.user)

    page = client.get(reverse("participants:export")).content.decode()

    assert "1 time so far" in page
    assert "2 November 2026" in page
    assert organiser.name not in page


def test_looking_at_the_page_erases_nothing(client, ann):
    sign_in(client, ann.user)

    page = client.get(reverse("participants:erase"))

    assert page.status_code == 200
    assert User.objects.filter(pk=ann.user_id).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_erasing_asks_for_a_fresh_link_after_ten_minutes(client, ann, method):
    sign_in(client, ann.user, minutes_ago=11)
    url = reverse("participants:erase")

    page = getattr(client, method)(url, {"comments": "unname", "sure": "on"})

    assert "please sign in once more" in page.content.decode()
    assert f"?next={url}" in page.content.decode()
    assert User.objects.filter(pk=ann.user_id).exists()


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({}, ["comments", "sure"]),
        ({"comments": "unname"}, ["sure"]),
        ({"sure": "on"}, ["comments"]),
        ({"comments": "keep", "sure": "on"}, ["comments"]),
    ],
)
def test_erasing_needs_every_answer(client, ann, typed, missing):
    sign_in(client, ann.user)

    page = client.post(reverse("participants:erase"), typed)

    assert [*page.context["form"].errors] == missing
    assert "<title>Error: " in page.content.decode()
    assert User.objects.filter(pk=ann.user_id).exists()


@pytest.mark.parametrize("choice", [Comments.UNNAME, Comments.REMOVE])
def test_participant_erases_themselves_and_is_signed_out(client, ann, bo, choice):
    sign_in(client, ann.user, minutes_ago=9)
    url = reverse("participants:erase")

    page = client.post(url, {"comments": choice, "sure": "on"}, follow=True)

    assert "Your data is erased" in page.content.decode()
    assert list(User.objects.all()) == [bo.user]
    assert client.get(reverse("participants:export")).status_code == 302


def test_organiser_hears_why_they_cannot_be_erased(client):
    user = OrganiserFactory()
    sign_in(client, user)
    url = reverse("participants:erase")

    page = client.post(url, {"comments": "unname", "sure": "on"}, follow=True)

    assert "is an organiser" in page.content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_organiser_erases_somebody_from_the_admin(organiser_client, ann):
    url = reverse("admin:participants_user_erase", args=[ann.user_id])
    change = reverse("admin:participants_user_change", args=[ann.user_id])
    assert url in organiser_client.get(change).content.decode()

    asked = organiser_client.get(url)
    unsure = organiser_client.post(url, {"comments": "unname"})
    done = organiser_client.post(url, {"comments": "unname", "sure": "on"}, follow=True)

    assert asked.status_code == unsure.status_code == 200
    assert "Erased, everywhere." in done.content.decode()
    assert not User.objects.filter(pk=ann.user_id).exists()
    log = organiser_client.get(reverse("admin:index")).content.decode()
    assert "a person, erased" in log
    assert "Ochre" not in log


def test_only_whoever_may_delete_people_erases_them(client, ann):
    client.force_login(UserFactory(is_staff=True))
    url = reverse("admin:participants_user_erase", args=[ann.user_id])

    assert client.get(url).status_code == 403
    answers = {"comments": "unname", "sure": "on"}
    assert client.post(url, answers).status_code == 403
    assert User.objects.filter(pk=ann.user_id).exists()


def test_fresh_link_lets_one_erase_again(client, ann):
    sign_in(client, ann.user)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        sign_in(client, ann.user)

        page = client.get(reverse("participants:erase"))

    assert "Erase everything about you?" in page.content.decode()
