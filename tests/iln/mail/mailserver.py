"""A real mail server that answers as the test has it."""

from __future__ import annotations

import logging
from collections import defaultdict
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

# It repeats every address, and no log of ours may.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class MailServer:
    """Keeps what it accepts; `answers[address]` are its next answers to that recipient.

    "drop" hangs up instead of answering; "drop after DATA" takes the mail and then hangs up.
    """

    def __init__(self):
        self.answers = defaultdict(list)
        self.answers_to_sender = []
        self.accepted = []
        self.senders = []
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.answers_to_sender:
            return self.answers_to_sender.pop(0)
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = (self.answers[address] or ["250 OK"]).pop(0)
        if answer == "drop":
            server.transport.abort()
        if answer.startswith("data: "):
            session.answer_to_data = answer.removeprefix("data: ")
        elif not answer.startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = vars(session).pop("answer_to_data", "250 OK")
        if answer.startswith(("250", "drop")):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.accepted.append((envelope.rcpt_tos, mail))
        if answer == "drop":
            server.transport.abort()
        return answer

    @property
    def reached(self):
        return sorted(
            address for addresses, _ in self.accepted for address in addresses
        )


class OnAnyPort(Controller):
    """A Controller that takes a free port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
