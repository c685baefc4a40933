from __future__ import annotations

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from matching.models import Liaison, Survey
from tests.factories import UserFactory


def at(name, round_):
    return reverse(f"admin:matching_after_{name}", args=[round_.pk])


@pytest.fixture
def answered(ended_round, say_how_it_was):
    say_how_it_was(6, 5, "weekly", words="=1+1", may_quote=True)
    say_how_it_was(5, 3, "monthly", words="Too short.")
    say_how_it_was(2, 1, "never")
    return ended_round


def rows(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_page_shows_groups_and_hides_small_ones(logged_in, answered):
    page = logged_in("view_proposal").get(at("results", answered)).text

    assert "<dt>answered</dt><dd>13</dd>" in page
    assert "hidden" in page
    assert "=1+1" in page  # may be quoted
    assert "Too short." not in page
    assert "without names (logged)" not in page


def test_numbers_are_exported_as_shown(logged_in, answered):
    response = logged_in("view_proposal").get(at("results_csv", answered))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert ["how often in touch", "About every week", "6", "5.0"] in rows(response)
    assert ["how often in touch", "Not at all", "hidden", "hidden"] in rows(response)


def test_answers_are_exported_without_names_and_logged(logged_in, answered):
    client = logged_in("view_proposal", "export_survey")

    by_get = client.get(at("answers_csv", answered)).status_code
    response = client.post(at("answers_csv", answered))

    assert by_get == 405
    assert len(rows(response)) == 14
    assert ["5", "weekly", "", "'=1+1", "yes"] in rows(response)
    names = answered.applications.values_list("name", flat=True)
    assert not any(name in response.text for name in names)
    entry = LogEntry.objects.get()
    assert entry.change_message == "Exported the answers to the survey."


def test_answers_need_a_permission_of_their_own(logged_in, answered):
    client = logged_in("view_proposal", "publish_proposal")

    assert client.post(at("answers_csv", answered)).status_code == 403
    assert not LogEntry.objects.exists()


def test_answers_are_not_exported_while_the_survey_is_open(logged_in, answered):
    Survey.objects.filter(satisfaction=1).update(words="Early.")
    type(answered).objects.update(ends_at=answered.ends_at.replace(year=2100))
    client = logged_in("view_proposal", "export_survey")

    response = client.post(at("answers_csv", answered))

    assert response.url == at("results", answered)


def test_results_are_for_organisers_of_the_whole_round(client, logged_in, answered):
    liaison = UserFactory(is_staff=True)
    Liaison.objects.create(user=liaison, countries=["KE"])

    assert client.get(at("results", answered)).status_code == 302
    assert logged_in().get(at("results", answered)).status_code == 403
    client.force_login(liaison)
    for name in ("results", "results_csv"):
        assert client.get(at(name, answered)).status_code == 403
    assert client.post(at("answers_csv", answered)).status_code == 403
