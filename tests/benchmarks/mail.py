"""How fast mails leave: `make bench-mail` (ARGS=--mails=1000).

The outbox against a plain loop that keeps nothing, over one connection to the same mail
server in a process of its own. A library that also keeps a row for each mail is not
measured here, since it is not among our dependencies.
"""

from __future__ import annotations

import argparse
import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SINK = """
import asyncio, json, sys
from aiosmtpd.smtp import SMTP

class Takes:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"

async def main():
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Takes(), hostname="sink"), "127.0.0.1", 0)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def set_up(port: int) -> None:
    """The site on a fresh SQLite, unless the environment names a database."""
    folder = tempfile.mkdtemp(prefix="iln-bench-")
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "iln.settings",
        "ILN_DATA_DIR": folder,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_USE_TLS": "no",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def outbox(count: int) -> float:
    """Seconds in which the outbox sends so many mails, each noted before and after."""
    from iln.mail import kinds
    from iln.mail.models import Message
    from iln.mail.outbox import deliver_due
    from tests.factories import MessageFactory

    if "bench" not in kinds.KINDS:
        kinds.register(kinds.Kind("bench", Message.Stream.ROUND, "bench"))
    Message.objects.filter(kind="bench").delete()
    rows = MessageFactory.build_batch(count, kind="bench", text="Good morning!\n" * 40)
    Message.objects.bulk_create(rows)
    begun = time.perf_counter()
    deliver_due()
    took = time.perf_counter() - begun
    left = Message.objects.filter(kind="bench").exclude(sent_at=None).count()
    if left != count:
        sys.exit(f"Only {left} of {count} mails left.")
    return took


def plain_loop(count: int, port: int) -> float:
    """Seconds for the same mails, rendered and sent one after the other."""
    from django.core.mail import EmailMultiAlternatives

    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for n in range(count):
            mail = EmailMultiAlternatives(
                "Good morning", "Good morning!\n" * 40, to=[f"reader{n}@example.org"]
            )
            mail.attach_alternative("<p>Good morning!</p>", "text/html")
            raw = mail.message().as_bytes(linesep="\r\n")
            connection.sendmail(mail.from_email, mail.to, raw)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    sink = subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE)
    try:
        port = json.loads(sink.stdout.readline())
        set_up(port)
        ours = min(outbox(arguments.mails) for _ in range(arguments.times))
        plain = min(plain_loop(arguments.mails, port) for _ in range(arguments.times))
    finally:
        sink.kill()
        sink.wait()
    print(f"outbox:     {arguments.mails / ours:6.0f} mails a second")
    print(f"plain loop: {arguments.mails / plain:6.0f} mails a second")
    print(f"the outbox keeps {plain / ours:.2f} of the plain loop's pace")


if __name__ == "__main__":
    main()
