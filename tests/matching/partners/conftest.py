from __future__ import annotations

import pytest
from django.test import Client

from iln.mail.tasks import deliver_due
from matching.publishing import publication
from participants import sessions


@pytest.fixture
def sign_in():
    """Makes a browser in which somebody is signed in as a participant."""

    def make(user):
        client = Client()
        request = client.get("/how-we-match/").wsgi_request
        sessions.begin(request, user)
        request.session.save()
        client.cookies["sessionid"] = request.session.session_key
        return client

    return make


@pytest.fixture
def introduced(proposal, match, organiser):
    """Amina and Jo have been introduced."""
    publication.publish(proposal, organiser, at_once=True)
    deliver_due()
    return match
