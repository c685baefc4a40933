from __future__ import annotations

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matching.publishing.publication import publish
from matching.services import propose
from rounds.models import Round
from tests.factories import ApplicationFactory, ProposalFactory, VetoFactory

pytestmark = pytest.mark.django_db
COUNTRIES = ["KE", "NO", "PE", "AU", "NP", "JP", "FR"]


@pytest.fixture(params=[6, 7], ids=["even", "odd"])
def proposal(request, round_):
    for country in COUNTRIES[: request.param]:
        ApplicationFactory(
            round=round_, country=country, wishes=[("country", "nice", "PE", "JP")]
        )
    return propose(round_)


def test_stored_proposal_is_proven_again(proposal, capsys):
    call_command("verify_matching", proposal.pk)

    pairs = sum(match.seats.count() == 2 for match in proposal.matches.all())
    assert capsys.readouterr().out == (
        f"Proven: no other pairs are worth more than these {pairs}.\n"
    )


def test_proof_is_checked_without_the_database(proposal, tmp_path):
    call_command("verify_matching", proposal.pk, save=tmp_path)

    files = [str(tmp_path / name) for name in ("weights.npz", "certificate.json")]
    command = [sys.executable, "-m", "matching.engine.certificate", *files]
    subprocess.run(command, check=True, env={})


def test_pairs_that_were_swapped_behind_its_back_are_noticed(proposal):
    one, other = [m for m in proposal.matches.all() if m.seats.count() == 2][:2]
    mine, theirs = one.seats.get(position=1), other.seats.get(position=1)
    mine.match, theirs.match = other, one
    mine.position = theirs.position = 3
    mine.save()
    theirs.save()

    with pytest.raises(CommandError, match="other pairs than the proposal"):
        call_command("verify_matching", proposal.pk)


def test_forged_price_is_noticed(proposal):
    proposal.proof["certificate"]["prices"][0] += 1
    proposal.save()

    with pytest.raises(CommandError, match="do not come to their total"):
        call_command("verify_matching", proposal.pk)


def test_changed_answers_are_said(proposal):
    application = proposal.seats.first().application
    application.wishes.all().delete()

    with pytest.raises(CommandError, match="changed their answers since"):
        call_command("verify_matching", proposal.pk)


def test_older_scoring_is_said_instead_of_calling_the_proof_wrong(proposal):
    proposal.made_with |= {"scoring": 0, "version": "0.0.9"}
    proposal.save()

    with pytest.raises(CommandError, match=r"another version of the scoring.*0\.0\.9"):
        call_command("verify_matching", proposal.pk)


def test_what_was_decided_since_is_said(proposal):
    first, second = sorted(
        (seat.application.user for seat in proposal.seats.all()[:2]), key=lambda u: u.pk
    )
    VetoFactory(first=first, second=second)

    with pytest.raises(CommandError, match="who shall or shall not meet, changed"):
        call_command("verify_matching", proposal.pk)


def test_published_proposal_is_proven_again(proposal, organiser):
    Round.objects.update(closes_at=timezone.now())
    publish(proposal, organiser)

    call_command("verify_matching", proposal.pk)


def test_what_cannot_be_proven_is_said(tmp_path):
    old = ProposalFactory()

    for arguments, message in [
        ([old.pk], "made without a proof"),
        ([old.pk + 1], "There is no proposal"),
        ([old.pk, "--save", str(tmp_path / "nowhere")], "There is no folder"),
    ]:
        with pytest.raises(CommandError, match=message):
            call_command("verify_matching", *arguments)


def test_certificate_is_a_file_for_organisers_only(proposal, client, organiser):
    address = f"{proposal.get_admin_url().removesuffix('change/')}certificate.json"

    assert client.get(address).status_code == 302
    client.force_login(organiser)
    response = client.get(address)
    assert response.json() == proposal.proof
    assert response["Content-Disposition"] == (
        f"attachment; filename=certificate-{proposal.pk}.json"
    )
