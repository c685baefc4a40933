from __future__ import annotations

import stat
from io import StringIO

import pytest
from django.core.management import call_command

from iln.embedded import organiser
from iln.embedded.management.commands import demo
from participants.models import User


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def loaded(monkeypatch):
    """The apps whose demo was asked for, in order; none of them does anything."""
    loaded = []

    class Part:
        def __init__(self, name):
            self.name = name

        def load(self):
            loaded.append(self.name)

    monkeypatch.setattr(demo, "module_has_submodule", lambda module, name: True)
    monkeypatch.setattr(demo, "import_module", Part)
    return loaded


def test_demo_asks_every_app_from_the_lowest_room_up(db, loaded):
    call_command("demo", verbosity=0)

    ours = ["rounds", "participants", "matching", "discussions"]
    assert [name for name in loaded if name.split(".")[0] in ours] == [
        f"{app}.demo" for app in ours
    ]


def test_demo_makes_an_organiser_whose_password_it_keeps(db, loaded, data_dir):
    output = StringIO()

    call_command("demo", stdout=output)
    call_command("demo", stdout=output)

    [person] = User.objects.filter(is_superuser=True)
    file = data_dir / "organiser-password"
    password = file.read_text()
    assert person.check_password(password)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert output.getvalue() == f"Log in as {organiser.EMAIL}, {password}\n" * 2


def test_a_password_that_was_changed_is_not_told_any_more(db, loaded):
    call_command("demo", verbosity=0)
    person = User.objects.get(email=organiser.EMAIL)
    person.set_password("my own, and long")
    person.save()

    assert organiser.password() == ""


def test_a_demo_that_breaks_leaves_nothing(db, loaded, monkeypatch):
    def broken(name):
        raise ValueError(name)

    monkeypatch.setattr(demo, "import_module", broken)

    with pytest.raises(ValueError, match="demo"):
        call_command("demo", verbosity=0)
    assert not User.objects.exists()
