from __future__ import annotations

import pytest

from iln.mail.kinds import KINDS, Kind
from iln.mail.models import Message
from tests.iln.mail.mailserver import MailServer, OnAnyPort


@pytest.fixture
def unwanted():
    """Keys of messages that are no longer wanted, each with the reason."""
    return {}


@pytest.fixture
def anew():
    """Keys of messages that are written anew before they leave, each with the new one."""
    return {}


@pytest.fixture(autouse=True)
def _test_kind(monkeypatch, unwanted, anew):
    kind = Kind(
        "test",
        Message.Stream.ACCOUNT,
        "test",
        why_not=lambda message: unwanted.get(message.key, ""),
        written_anew=lambda message: anew.get(message.key, message),
    )
    monkeypatch.setitem(KINDS, "test", kind)


@pytest.fixture
def mail_server(settings):
    """A mail server of our own, to which the site sends."""
    handler = MailServer()
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
    handler.port = controller.port
    yield handler
    controller.stop()
