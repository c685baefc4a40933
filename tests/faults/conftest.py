from __future__ import annotations

import pytest

from iln.mail.kinds import KINDS
from tests.faults.scripted import ScriptedServer
from tests.faults.sender import AGAIN, ONCE
from tests.iln.mail.conftest import mail_server  # noqa: F401


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    for kind in (AGAIN, ONCE):
        monkeypatch.setitem(KINDS, kind.name, kind)


@pytest.fixture
def scripted(settings):
    """A mail server that does what the test says, and the site, which sends to it."""
    with ScriptedServer() as server:
        settings.EMAIL_BACKEND = "iln.mail.backends.RealPeopleOnly"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 0.5
        yield server
