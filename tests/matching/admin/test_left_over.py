from __future__ import annotations

from django.urls import reverse

from matching.services import propose
from tests.factories import ApplicationFactory


def test_page_of_a_proposal_says_why_and_what_would_help(round_, viewer):
    ApplicationFactory(round=round_, country="KE", wishes=[("country", "must", "PE")])
    ApplicationFactory(round=round_, country="NO")
    proposal = propose(round_)

    page = viewer.get(reverse("admin:matching_proposal_change", args=[proposal.pk]))

    for words in [
        "2 people left over",
        "Nobody may be paired with them: 1 who would break a must of theirs.",
        "It would help to drop the must on Peru (1 partner more).",
        "Nothing that they could give up would help.",
    ]:
        assert words in page.text


def test_page_of_an_older_proposal_names_the_people_alone(proposal, person, viewer):
    proposal.unmatched.add(person("Pilar", "PE"))

    page = viewer.get(reverse("admin:matching_proposal_change", args=[proposal.pk]))

    [cause] = page.context["causes"]
    assert [(one.name, words) for one, words in cause.people] == [("Pilar", "")]
    assert "1 person left over" in page.text
