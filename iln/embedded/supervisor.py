"""Several processes as one: started together, kept alive, ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

RESTARTS = 5
HEALTHY = 60  # seconds after which a child's earlier ends are forgotten
PATIENCE = 20  # seconds that children have to finish what they are at
PR_SET_PDEATHSIG = 1
# Celery's advice for servers; in a container of one's own, root is nobody special.
QUIET = ("-W", "ignore:You're running the worker with superuser privileges")


class GaveUp(Exception):
    """A child keeps ending."""


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def web_answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
    except urllib.error.HTTPError:
        return True  # an error page is an answer
    except OSError:
        return False
    return True


class Child:
    """A process in a session of its own, so that only its parent hears Ctrl-C."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self.command = [sys.executable, *QUIET, "-m", *arguments]
        self.starts = 0

    def start(self, folder: Path) -> None:
        self.starts += 1
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def forgive(self) -> None:
        """Forget earlier ends after a healthy while: only one that cannot run is given up."""
        if time.monotonic() - self.started > HEALTHY:
            self.starts = 0

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Runs children until a signal says stop; a dead one is started again, up to RESTARTS times in a row."""

    def __init__(
        self, children: list[Child], folder: Path, say: Callable[[str], object]
    ) -> None:
        self.children = children
        self.folder = folder
        self.say = say
        self.stopping = False

    def run(self, watch: Callable[[], object]) -> None:
        """Keep the children alive, calling `watch` every so often."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            for child in self.children:
                child.start(self.folder)
            while not self.stopping:
                self._revive()
                watch()
                time.sleep(0.2)
        finally:
            self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _revive(self) -> None:
        for child in self.children:
            if child.ended and not self.stopping:
                child.forgive()
                if child.starts > RESTARTS:
                    raise GaveUp(f"The {child.name} ended {child.starts} times.")
                self.say(f"The {child.name} ended; starting it again.")
                child.start(self.folder)

    def _end(self) -> None:
        started = [child for child in self.children if child.starts]
        for child in started:
            child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in started:
            try:
                child.process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


# Looked up here, as little as possible may happen between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent is killed."""
    assert _libc  # noqa: S101
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
