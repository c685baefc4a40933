"""Whatever a mail server does, each mail ends as it should, and the others go on."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from iln.mail.models import Message, Pause
from iln.mail.tasks import deliver_due
from tests.factories import MessageFactory
from tests.faults.scripted import CLOSE_AFTER, DROP, SILENCE

LATER, FAILED, WAITS, SENT = "to be tried again", "failed", "waiting", "sent"
AWAY, SENDER, LOG_IN = Pause.Why.AWAY, Pause.Why.SENDER, Pause.Why.LOG_IN

# What the server does, at which moment of the first mail; what becomes of the first mail
# and of the second; why all mails wait, if they do.
BEHAVIOURS = {
    "as it should": ({}, SENT, SENT, None),
    "greets with not now": ({"greeting": ["421 busy"]}, WAITS, WAITS, AWAY),
    "greets with never": ({"greeting": ["554 no"]}, WAITS, WAITS, AWAY),
    "hangs up at once": ({"greeting": [DROP]}, WAITS, WAITS, AWAY),
    "never greets": ({"greeting": [SILENCE]}, WAITS, WAITS, AWAY),
    "greets with nonsense": ({"greeting": ["hello"]}, WAITS, WAITS, AWAY),
    "speaks only old SMTP": ({"EHLO": ["502 what?"]}, SENT, SENT, None),
    "knows neither hello": (
        {"EHLO": ["502 what?"], "HELO": ["550 no"]},
        WAITS,
        WAITS,
        AWAY,
    ),
    "does not know our sender": ({"MAIL": ["550 who?"]}, WAITS, WAITS, SENDER),
    "wants a log-in": ({"MAIL": ["530 log in"]}, WAITS, WAITS, LOG_IN),
    "wants a log-in later": ({"RCPT": ["530 log in"]}, WAITS, WAITS, LOG_IN),
    "has no room for now": ({"MAIL": ["452 full"]}, WAITS, WAITS, AWAY),
    "finds it too large": ({"MAIL": ["552 large"]}, FAILED, SENT, None),
    "hangs up at the sender": ({"MAIL": [DROP]}, LATER, SENT, None),
    "lists it grey": ({"RCPT": ["451 4.7.1 greylisted"]}, LATER, SENT, None),
    "is over quota": ({"RCPT": ["452 4.2.2 full"]}, LATER, SENT, None),
    "knows no such person": ({"RCPT": ["550 5.1.1 no"]}, FAILED, SENT, None),
    "answers with many lines": (
        {"RCPT": ["550-5.1.1 no\r\n550 really"]},
        FAILED,
        SENT,
        None,
    ),
    "forwards": ({"RCPT": ["251 elsewhere"]}, SENT, SENT, None),
    "hangs up at the recipient": ({"RCPT": [DROP]}, LATER, SENT, None),
    "goes away politely": ({"RCPT": ["421 bye" + CLOSE_AFTER]}, LATER, SENT, None),
    "falls silent at the recipient": ({"RCPT": [SILENCE]}, LATER, SENT, None),
    "answers with nonsense": ({"RCPT": ["what?"]}, LATER, SENT, None),
    "answers endlessly": ({"RCPT": ["250 " + "x" * 9000]}, LATER, SENT, None),
    "wants no content for now": ({"DATA": ["451 later"]}, LATER, SENT, None),
    "wants no content": ({"DATA": ["554 no"]}, FAILED, SENT, None),
    "hangs up before the content": ({"DATA": [DROP]}, LATER, SENT, None),
    "finds it spam": ({"content": ["554 5.7.1 spam"]}, FAILED, SENT, None),
    "cannot keep it now": ({"content": ["451 disk"]}, LATER, SENT, None),
    "hangs up after the content": ({"content": [DROP]}, LATER, SENT, None),
    "falls silent after the content": ({"content": [SILENCE]}, LATER, SENT, None),
    "takes it and goes away": (
        {"content": ["250 OK" + CLOSE_AFTER]},
        SENT,
        LATER,
        None,
    ),
    "does not say goodbye": ({"QUIT": [DROP]}, SENT, SENT, None),
    "hangs up on everybody": ({"RCPT": [DROP] * 9}, LATER, LATER, AWAY),
}
IN_DOUBT = {"hangs up after the content", "falls silent after the content"}


def states():
    return [row.state for row in Message.objects.order_by("pk")]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("kind", ["again", "once"])
def test_each_mail_ends_as_it_should_and_the_others_go_on(
    db, scripted, behaviour, kind
):
    script, first, second, why = BEHAVIOURS[behaviour]
    scripted.script = {moment: list(answers) for moment, answers in script.items()}
    rows = [MessageFactory(kind=kind) for _ in range(3)]
    if kind == "once" and behaviour in IN_DOUBT:
        first = "in doubt"

    deliver_due()

    assert states()[:2] == [first, second]
    assert list(Pause.objects.now().values_list("why", flat=True)) == (
        [why] if why else []
    )
    known = {row.message_id for row in rows}
    assert {message_from_bytes(raw)["Message-ID"] for raw in scripted.accepted} <= known
    assert not Message.objects.exclude(claimed_by=None).exists()
