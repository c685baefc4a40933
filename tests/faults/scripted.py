"""A mail server that behaves as badly as the test wants, by the letter."""

from __future__ import annotations

import socket
import threading
import time

DROP, SILENCE, CLOSE_AFTER = "drop", "silence", "and close"
USUAL = {
    "greeting": "220 here",
    "EHLO": "250 here",
    "HELO": "250 here",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "content": "250 OK",
    "RSET": "250 OK",
    "QUIT": "221 bye",
}


class Over(Exception):
    pass


class ScriptedServer:
    """`script` maps a moment ("RCPT") to its next answers; afterwards all is as usual.

    An answer is a line, DROP (hang up), SILENCE (never answer), or a line and CLOSE_AFTER.
    """

    def __init__(self):
        self.script = {}
        self.accepted = []
        self.connections = 0
        self._lock = threading.Lock()

    def __enter__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                conversation, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._talk, args=[conversation], daemon=True
            ).start()

    def _talk(self, conversation):
        with conversation, conversation.makefile("rb") as lines:
            try:
                self._answer(conversation, "greeting")
                for line in lines:
                    verb = line[:4].decode("ascii", "replace").upper()
                    self._answer(conversation, verb)
                    if verb == "DATA" and self._last.startswith("354"):
                        self._take(conversation, lines)
            except (Over, OSError):
                return

    def _take(self, conversation, lines):
        content = b""
        for line in lines:
            if line == b".\r\n":
                break
            content += line
        with self._lock:
            self.accepted.append(content)
        self._answer(conversation, "content")

    def _answer(self, conversation, moment):
        with self._lock:
            waiting = self.script.get(moment) or []
            answer = waiting.pop(0) if waiting else USUAL.get(moment, "502 what?")
        self._last = answer
        if answer == SILENCE:
            time.sleep(1)
        if answer in (DROP, SILENCE):
            raise Over
        words = answer.removesuffix(CLOSE_AFTER)
        conversation.sendall(words.encode() + b"\r\n")
        if answer != words or moment == "QUIT":
            raise Over
