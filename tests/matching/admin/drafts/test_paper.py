from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from matching.changing import steps
from matching.drafts.handmade import FROM_PAPER
from matching.models import Pin, Proposal
from matching.problems import groups_of
from tests.factories import ApplicationFactory, PinFactory, UserFactory

COUNTRIES = ["KE", "PE", "NO", "AU", "FR"]


@pytest.fixture
def page(round_):
    return reverse("admin:matching_paper", args=[round_.pk])


@pytest.fixture
def finder(logged_in):
    return logged_in("view_proposal", "add_proposal")


@pytest.fixture
def people(round_):
    """Amina, who wishes for Peru, José from there, Kim, Jo and Luc."""
    names = ["Amina", "José", "Kim", "Jo", "Luc"]
    return [
        ApplicationFactory(
            round=round_,
            country=country,
            user=UserFactory(name=name, email=f"{country.lower()}@example.org"),
            wishes=[("country", "nice", "PE")] if country == "KE" else [],
        )
        for name, country in zip(names, COUNTRIES, strict=True)
    ]


def keys(*groups):
    return sorted(sorted(person.pk for person in group) for group in groups)


def errors(response):
    return {
        name: list(found) for name, found in response.context["form"].errors.items()
    }


def upload(client, page, data, **more):
    return client.post(page, {"file": SimpleUploadedFile("secret.csv", data)} | more)


def test_page_is_for_who_may_find(page, client, logged_in, finder):
    assert client.get(page).url.startswith(reverse("admin:login"))
    assert logged_in("view_proposal").get(page).status_code == 403
    assert logged_in("add_proposal").post(page).status_code == 403
    assert finder.get(page).status_code == 200


def test_pairs_are_scored_and_better_ones_named(page, finder, people):
    people[4].delete()

    response = finder.post(page, {"text": "Amina,Kim\nke@example.org,José"})

    assert ("people with a wish met", 0, 1, "0%") in response.context["levels"]
    assert response.context["broken"] == [
        "Line 2: Amina stands on an earlier line already."
    ]


def test_exchange_names_its_people(page, finder, people):
    amina, jose, kim, jo, luc = people
    luc.delete()

    response = finder.post(page, {"text": "Amina,Kim\nJosé,Jo"})

    [swap] = response.context["swaps"]
    assert keys(*swap.before) == keys([amina, kim], [jose, jo])
    assert keys(*swap.after) == keys([amina, jose], [kim, jo])
    assert swap.people == [(amina, 24)]
    assert not Proposal.objects.exists()


def test_broken_lines_are_named_and_what_was_given_is_kept(page, finder, people):
    text = "Amina,Kim\r\nNobody,Jo\r\nLuc,Luc"

    for response in (
        finder.post(page, {"text": text, "start": "yes"}),
        upload(finder, page, text.encode(), start="yes"),
    ):
        assert errors(response) == {
            "text": [
                "Line 2: “Nobody”: nobody with a confirmed application to this round.",
                "Line 3: a group has two or three people, not 1.",
            ]
        }
        assert response.context["form"]["text"].value() == text
        assert response.context["groups"] == 1
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Amina,Jos\xe9", "UTF-8"),
        ("Amina,José".encode("utf-16"), "no CSV file"),
        (b"Amina,Kim\n\0", "no CSV file"),
        (b"a,b\n" * 2_500_000, "larger than 1 MB"),
        (b"a,b\n" * 6_000, "More than 5000 lines"),
    ],
    ids=["empty", "latin", "utf-16", "nul", "10 MB", "too long"],
)
def test_file_that_holds_no_pairs_is_refused(page, finder, people, data, words):
    response = upload(finder, page, data, text="Amina,Kim")

    [error] = errors(response)["file"]
    assert words in error
    assert response.context["form"]["text"].value() == "Amina,Kim"


def test_nothing_given_is_said(page, finder, people):
    assert errors(finder.post(page)) == {"text": ["Choose a file, or type some pairs."]}
    assert "text" in errors(finder.post(page, {"text": "Amina,\0Kim"}))


def test_cells_are_shown_as_text(page, finder, people):
    hostile = "=cmd|'/c calc'!A1,<script>alert(1)</script>"

    response = finder.post(page, {"text": hostile})

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_start_leaves_the_others_over(page, finder, people, round_):
    amina, jose, kim, jo, luc = people

    response = upload(finder, page, b"Amina,Kim\nJo,Luc", start="yes")

    draft = Proposal.objects.get()
    assert response.url == draft.get_admin_url()
    assert sorted(groups_of(draft)) == keys([amina, kim], [jo, luc])
    assert list(draft.unmatched.all()) == [jose]
    assert (draft.figures["matched"], draft.figures["proven"]) == (4, False)
    assert draft.made_with["source"] == "2 pairs from paper"
    assert {pin.people for pin in Pin.objects.all()} == {
        (amina.pk, kim.pk),
        (jo.pk, luc.pk),
    }
    logged = LogEntry.objects.get().get_change_message()
    assert logged == f"Began {draft} with 2 pairs from paper."
    assert "secret" not in f"{draft.made_with} {logged}"
    assert finder.get(draft.get_admin_url()).status_code == 200


def test_start_pairs_the_others_as_well_as_can_be(page, finder, people):
    amina, kim = people[0], people[2]

    finder.post(page, {"text": "Amina,Kim", "pair_rest": "on", "start": "yes"})

    draft = Proposal.objects.get()
    assert [amina.pk, kim.pk] in groups_of(draft)
    assert draft.figures["matched"] == 5 - draft.unmatched.count()
    assert not draft.figures["proven"]


def test_draft_from_paper_can_be_changed(page, finder, people, organiser):
    amina, jose, kim, jo, luc = people
    luc.delete()
    finder.post(page, {"text": "Amina,Kim\nJosé,Jo", "start": "yes"})
    draft = Proposal.objects.get()

    steps.take(draft, 0, "swap", [kim.pk, jose.pk], reason="Peru!", by=organiser)

    assert sorted(groups_of(draft)) == keys([amina, jose], [kim, jo])


def test_pairs_that_break_a_rule_begin_no_draft(page, finder, people):
    people[2].country = "KE"
    people[2].save()

    response = finder.post(page, {"text": "Amina,Kim", "start": "yes"})

    assert errors(response) == {"__all__": ["Some of these groups break a rule."]}
    assert response.context["broken"] == [
        "Line 1: Amina and Kim live in the same country."
    ]
    assert not Proposal.objects.exists()
    assert not Pin.objects.exists()


def test_later_table_replaces_the_earlier_one(page, finder, people, round_):
    amina, jose, _, jo, luc = people
    pin = PinFactory(round=round_, first=jo, second=luc)
    finder.post(page, {"text": "Amina,Kim\nJo,Luc", "start": "yes"})

    finder.post(page, {"text": "Amina,José", "start": "yes"})

    assert {pin.people for pin in Pin.objects.all()} == {
        pin.people,
        (amina.pk, jose.pk),
    }


def test_pairs_are_let_go(page, finder, people, round_, viewer):
    kept = PinFactory(round=round_, first=people[3], second=people[4])
    PinFactory(round=round_, first=people[0], second=people[1], reason=FROM_PAPER)
    let_go = reverse("admin:matching_paper_let_go", args=[round_.pk])

    assert viewer.post(let_go).status_code == 403
    assert finder.get(let_go).status_code == 405
    finder.post(let_go)

    assert Pin.objects.get() == kept
    assert (
        LogEntry.objects.get().get_change_message() == "Let go of 1 pairs from paper."
    )
