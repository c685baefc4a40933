from __future__ import annotations

import logging

import pytest
from celery.signals import task_prerun
from django.apps import apps
from django.conf import settings as site
from django.contrib.admin.utils import get_fields_from_path
from django.core.management import call_command
from django.db.models import EmailField
from django.urls import reverse

from iln.mail.models import Message
from iln.personal_data import as_markdown, tables
from matching.models import Proposal
from participants.models import Draft, User
from tests.factories import RoundFactory
from tests.participants.helpers import agree, check_url, walk

TABLES = {table.model: table for table in tables()}
MODELS = {model._meta.label: model for model in apps.get_models()}

TYPED = {
    "name": "Amina Quillfeather",
    "email": "amina.quillfeather@example.org",
    "country": "KE",
    "language_1": "en",
    "comfort_1": "3",
    "workplace": "public-library",
    "role": "librarian",
    "career_stage": "mid-career",
    "interests": ["storytelling"],
    "about": "I make marmalade.",
    "channel_1": "signal",
    "handle_1": "+254 20 7007007",
    "wish_workplace_strength": "nice",
    "wishes_text": "Somebody who likes marmalade.",
    "agree_conduct": "on",
    "agree_data": "on",
}
TABLE = """\
name,email,country,languages,workplace,role,career_stage,interests,about
Pilar Quillfeather,pilar.quillfeather@example.org,Peru,English: fluent,Archive,Librarian,Mid career,Storytelling,Marmalade!
Jo Quillfeather,nobody,Peru,English: fluent,Archive,Librarian,Mid career,Storytelling,Marmalade!
"""
MARKS = ["quillfeather", "marmalade", "7007007"]


def test_every_model_is_in_the_registry_once():
    assert sorted(table.model for table in tables()) == sorted(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_personal_or_clean(model):
    meta, table = MODELS[model]._meta, TABLES[model]
    fields = {field.name for field in [*meta.fields, *meta.many_to_many]}

    links = {lookup.split("__")[0] for lookup in table.whose} & fields

    assert {*table.personal, *table.clean, *links} == fields - {"id"}
    assert table.clean.isdisjoint(table.personal)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_what_is_personal_leads_to_its_person_and_says_how_long_it_stays(table):
    ends = [get_fields_from_path(table.model_class, path)[-1] for path in table.whose]

    assert all(isinstance(end, EmailField) or end.related_model is User for end in ends)
    assert bool(table.personal) == bool(table.kept)


def test_page_says_what_the_registry_says():
    page = site.BASE_DIR / "docs" / "personal-data.md"

    assert page.read_text(encoding="utf-8") == as_markdown()


@pytest.fixture
def tasks():
    """What every task was called with."""
    calls = []

    def note(args, kwargs, **signal):
        calls.append((args, kwargs))

    task_prerun.connect(note)
    yield calls
    task_prerun.disconnect(note)


def press(client, page, /, *args, **data):
    """Press a button; answers the address that it leads to."""
    return client.post(reverse(page, args=args), data).url


@pytest.mark.django_db(transaction=True)
def test_round_leaves_nobodys_words_in_tasks_logs_and_addresses(
    client, organiser_client, starting_vocabulary, tmp_path, tasks, caplog, mailoutbox
):
    round_ = RoundFactory()
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "celery")
    file = tmp_path / "applications.csv"
    file.write_text(TABLE)

    walk(client, round_, TYPED | {"name": ""})
    agree(client, round_)
    press(client, "participants:finish_later", round_.slug, email=TYPED["email"])
    addresses = [walk(client, round_, TYPED).url, check_url(round_)]
    addresses += [Draft.objects.get().get_absolute_url(), agree(client, round_).url]
    token = round_.applications.get().token
    addresses.append(press(client, "participants:confirm", token))
    with pytest.raises(SystemExit):  # the second row is bad
        call_command("import_applications", round_.slug, str(file))
    day = "admin:matching_matching_day"
    addresses.append(press(organiser_client, f"{day}_close", round_.pk))
    addresses.append(press(organiser_client, f"{day}_find", round_.pk))
    publish, proposal = "admin:matching_proposal_publish", Proposal.objects.get()
    sure = {"days": "1", "at_once": "on", "number": "2"}
    addresses.append(press(organiser_client, publish, proposal.pk, **sure))

    assert len(mailoutbox) == Message.objects.exclude(sent_at=None).count() == 5
    assert len(tasks) == 5
    logged = [f"{vars(record)} {record.getMessage()}" for record in caplog.records]
    seen = "\n".join(map(str, [*tasks, *logged, *addresses])).lower()
    assert f"published proposal {proposal.pk}" in seen
    assert [mark for mark in MARKS if mark in seen] == []
