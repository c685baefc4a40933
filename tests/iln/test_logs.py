"""What the logs keep to themselves."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client

from iln.logs import Discreet
from tests.factories import ApplicationFactory


@pytest.fixture
def written(caplog):
    """Everything logged so far, as the console shows it."""
    formatter = Discreet("{levelname} {name}: {message}", style="{")
    return lambda: [formatter.format(record) for record in caplog.records]


def test_logs_name_no_signed_link(db, written):
    url = ApplicationFactory().get_absolute_url()

    Client(enforce_csrf_checks=True).post(f"{url}confirm/")

    assert written() == [
        "WARNING django.security.csrf: Forbidden (CSRF cookie not set.): "
        "/participation/(signed)/confirm/"
    ]


def test_tracebacks_name_no_signed_link_either(written):
    try:
        raise ValueError(
            "/tell-me/MQ:1abcDE:kUV1nrLUTwvGsVGqZKVFNwOGYT3bbDOeXrvRcx1vlDs/"
        )
    except ValueError:
        logging.getLogger("iln").exception("At 12:30:59")

    [words] = written()
    assert words.startswith("ERROR iln: At 12:30:59\nTraceback")
    assert words.endswith("ValueError: /tell-me/(signed)/")


def test_console_is_discreet():
    assert settings.LOGGING["formatters"]["line"]["()"] == "iln.logs.Discreet"
