"""The embedded run, as it really runs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from iln.embedded import supervisor
from iln.embedded.supervisor import Child, GaveUp, Supervisor, port_is_free

COMMAND = [sys.executable, "manage.py", "embedded"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, port):
    """A first run: nothing set but a folder and a port."""
    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return ours | {
        "ILN_DATA_DIR": str(folder),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "iln.settings",
    }


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)
    return value


def children(pid, word):
    """The live children of a process whose command line has this word."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in pids
        if word in Path(f"/proc/{child}/cmdline").read_text().split("\0")
    ]


def alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


@pytest.fixture
def site(tmp_path):
    """The running site, with its port and what it has said so far."""
    port, output = free_port(), tmp_path / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            COMMAND,
            cwd=settings.BASE_DIR,
            env=environment(tmp_path / "data", port),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    process.port, process.said = port, output.read_text
    yield process
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_site_starts_mends_itself_and_ends(site):
    wait_for(lambda: "Ctrl-C ends it." in site.said(), seconds=60)
    [killed] = children(site.pid, "worker")
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: children(site.pid, "worker") not in ([], [killed]))
    family = [
        child
        for word in ("gunicorn", "worker", "beat")
        for child in children(site.pid, word)
    ]
    site.send_signal(signal.SIGINT)
    status = site.wait(20)

    words = site.said()
    assert f"is open at http://127.0.0.1:{site.port}/" in words
    assert re.search(r"organiser@network.example\n  Password +\w{4}-\w{4}-\w{4}", words)
    assert words.count("The worker ended; starting it again.") == 1
    assert len(family) == 3
    assert (status, [child for child in family if alive(child)]) == (0, [])


def test_a_taken_port_is_said_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        run = subprocess.run(
            COMMAND,
            cwd=settings.BASE_DIR,
            env=environment(tmp_path, port),
            capture_output=True,
            text=True,
        )

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"Port {port} is taken by another program")
    assert not (tmp_path / "network.sqlite3").exists()


def test_a_free_port_is_free():
    assert port_is_free(free_port())


def test_a_child_that_keeps_ending_is_given_up(tmp_path):
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    said = []
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    broken = Supervisor([Child("worker", "broken")], tmp_path, said.append)

    try:
        with pytest.raises(GaveUp, match=r"The worker ended 6 times\."):
            broken.run(watch=lambda: None)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert said == ["The worker ended; starting it again."] * 5


def test_ends_are_forgotten_after_a_healthy_while(tmp_path, monkeypatch):
    (tmp_path / "short.py").write_text("")
    child = Child("worker", "short")
    for _ in range(5):
        child.start(tmp_path)
        child.process.wait()

    child.forgive()
    assert child.starts == 5

    monkeypatch.setattr(supervisor, "HEALTHY", -1)
    child.forgive()
    assert child.starts == 0
