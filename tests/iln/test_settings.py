"""What the environment may say, and what is said when it is wrong."""

from __future__ import annotations

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = {
    "ILN_MODE": "production",
    "SITE_URL": "https://rounds.example.org",
    "SECRET_KEY": "a secret",
    "FINGERPRINT_KEY": "another",
    "DATABASE_URL": "postgres://iln@db.example.org/iln",
    "CELERY_BROKER_URL": "redis://redis.example.org:6379/0",
    "CACHE_URL": "redis://redis.example.org:6379/1",
    "DEFAULT_FROM_EMAIL": "Our Network <hello@example.org>",
    "EMAIL_HOST": "smtp.example.org",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """The settings that an environment gives."""

    def read(**environment):
        folder = {"ILN_DATA_DIR": str(tmp_path / "data")}
        monkeypatch.setattr("os.environ", folder | environment)
        return runpy.run_path("iln/settings.py")

    return read


def test_embedded_site_needs_nothing_and_keeps_its_secrets(read):
    first, second = read(), read(PORT="8123")

    assert first["SECRET_KEY"] == second["SECRET_KEY"] != second["FINGERPRINT_KEY"]
    assert second["SITE_URL"] == "http://127.0.0.1:8123"
    assert second["DATA_DIR"].stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ILN_MODE"])
def test_production_names_what_is_missing(read, name):
    with pytest.raises(ImproperlyConfigured, match=f"^Set {name}: docs/configure.md"):
        read(**PRODUCTION | {name: ""})


def test_production_answers_to_its_own_host_or_to_those_named(read):
    own = read(**PRODUCTION)["ALLOWED_HOSTS"]
    named = read(**PRODUCTION, ALLOWED_HOSTS="a.example, b.example")["ALLOWED_HOSTS"]

    assert own == ["rounds.example.org"]
    assert named == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ILN_MODE", "prod", "ILN_MODE is embedded or production, not 'prod'."),
        ("SITE_URL", "rounds.example.org", "SITE_URL is an address like https://"),
        ("SITE_URL", "ftp://rounds.example.org", "SITE_URL is an address like https"),
        ("PORT", "http", "PORT is a whole number, not 'http'."),
        ("EMAIL_PORT", "smtp", "EMAIL_PORT is a whole number, not 'smtp'."),
    ],
)
def test_wrong_values_are_named(read, name, value, words):
    with pytest.raises(ImproperlyConfigured, match=f"^{words}"):
        read(**PRODUCTION | {name: value})
