"""What happens to applications and to alerts: each act once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from iln.mail.models import Message
from iln.mail.outbox import queue
from participants import emails
from participants.answers import Answers, create_all, save
from participants.models import Application, OpeningAlert, User, Wish
from rounds.models import Round

REOPENED_FOR = timedelta(days=3)
# What somebody who corrects their answers leaves as it is.
KEPT = (
    "submitted_at",
    "confirmed_at",
    "introduced_at",
    "reopened_until",
    "wishes_read_at",
    "volunteers",
)


class Refused(Exception):
    """What was asked for is not possible any more; the message says why, to the person."""


@transaction.atomic
def apply(answers: Answers) -> None:
    """Keep an application until its mail confirms it; a confirmed one is left as it is.

    The caller learns nothing about which it was, so a stranger cannot either.
    """
    new = answers.application
    new.user = _person(answers.email)
    old = _rows_to_change().filter(round=new.round, user=new.user).first()
    if old and old.state == Application.State.CONFIRMED:
        queue([emails.already_applied(old)])
        return
    if old:
        new.pk, new._state.adding = old.pk, False
    new.submitted_at = timezone.now()
    save(answers)
    queue([emails.confirm(new)])


def _person(address: str) -> User:
    """Whose address it is, locked, so that one person's applications come one by one."""
    if not User.objects.with_address(address).exists():
        try:
            with transaction.atomic():
                User.objects.create_user(address)
        except IntegrityError:
            pass  # somebody with this address came in at the same time
    return User.objects.with_address(address).select_for_update().get()


def _locked(application: Application) -> Application:
    """As it is now; the person is locked first, as in apply(), so that nobody waits in a ring."""
    User.objects.select_for_update().get(pk=application.user_id)
    return _rows_to_change().get(pk=application.pk)


def _rows_to_change() -> QuerySet[Application]:
    rows = Application.objects.select_related("round", "user")
    return rows.select_for_update(of=("self",))


@transaction.atomic
def confirm(application: Application) -> None:
    """Count a person in, once, until the confirmation deadline."""
    application = _locked(application)
    if application.withdrawn_at:
        raise Refused("You withdrew this application, so there is nothing to confirm.")
    if application.confirmed_at:
        return
    now = timezone.now()
    if now > application.round.confirm_by:
        raise Refused(
            "The time to confirm is over. We hope to see you in the next round."
        )
    application.confirmed_at = now
    application.save(update_fields=["confirmed_at"])
    application.user.name = application.name
    application.user.save(update_fields=["name"])
    queue([emails.receipt(application)])


def require_correctable(application: Application) -> None:
    if application.withdrawn_at:
        raise Refused("You withdrew this application, so it stays as it is.")
    if not application.is_correctable:
        raise Refused("The sign-up is over: your answers stay as they are.")


@transaction.atomic
def correct(answers: Answers) -> None:
    """Replace what somebody told us, while the sign-up is open."""
    new = answers.application
    old = _locked(new)
    require_correctable(old)
    if new.wishes_text != old.wishes_text:
        old.wishes_read_at = None
    for name in KEPT:
        # as they are now, not as we saw them
        setattr(new, name, getattr(old, name))
    save(answers)


def remind(round_: Round) -> int:
    """Ask everybody again who has not confirmed, each once a day; how many were asked now."""
    if timezone.now() > round_.confirm_by:
        raise Refused("The time to confirm is over.")
    today = timezone.localdate()
    reminded = set(emails.reminders(today).values_list("cause_id", flat=True))
    waiting = round_.applications.unconfirmed().select_related("user")
    mails = [
        emails.reminder(application, today)
        for application in waiting
        if application.pk not in reminded
    ]
    queue(mails)
    return len(mails)


@transaction.atomic
def withdraw(
    application: Application,
    letter: Callable[[Application], Message] = emails.withdrawn,
) -> None:
    """Take a person out of a round, once, and tell them by this letter."""
    application = _locked(application)
    if application.withdrawn_at:
        return
    application.withdrawn_at = timezone.now()
    application.save(update_fields=["withdrawn_at"])
    queue([letter(application)])


@transaction.atomic
def reopen(application: Application) -> Application:
    """Let somebody change their answers for some days, even after sign-up; the fresh row."""
    application = _locked(application)
    if application.withdrawn_at:
        raise Refused(f"{application.name} has withdrawn.")
    if application.round.published_at:
        raise Refused(f"{application.round} has been published already.")
    application.reopened_until = timezone.now() + REOPENED_FOR
    application.save(update_fields=["reopened_until"])
    return application


@transaction.atomic
def add_wishes(application: Application, wishes: Sequence[Wish]) -> None:
    """Make wishes of somebody's free words, beside their own, and tell them."""
    application = reopen(application)
    there = set(application.wishes.values_list("aspect", flat=True))
    for wish in wishes:
        if wish.aspect in there:
            aspect = wish.get_aspect_display()
            raise Refused(f"There is a wish about the {aspect} already.")
        wish.application = application
    Wish.objects.bulk_create(wishes)
    done_with_words(application)
    queue([emails.wishes_added(application, wishes)])


def done_with_words(application: Application) -> None:
    """Note that an organiser has read somebody's free words, and made of them what they could."""
    rows = Application.objects.filter(pk=application.pk)
    rows.update(wishes_read_at=timezone.now())


@transaction.atomic
def send_links(address: str) -> None:
    """Mail somebody the links to their applications; strangers get nothing."""
    person = User.objects.with_address(address).first()
    if person and (applications := list(person.applications.current())):
        queue([emails.links(person, applications)])


@transaction.atomic
def ask_to_be_told(address: str) -> None:
    """Note who wants to hear of the next round; it counts once their mail confirms it."""
    OpeningAlert.objects.bulk_create(
        [OpeningAlert(email=address)], ignore_conflicts=True
    )
    alert = OpeningAlert.objects.waiting().with_address(address).first()
    if alert and not alert.confirmed_at:
        queue([emails.confirm_alert(alert)])


def confirm_alert(alert: OpeningAlert) -> None:
    rows = OpeningAlert.objects.filter(pk=alert.pk, confirmed_at=None)
    rows.update(confirmed_at=timezone.now())


@transaction.atomic
def announce(round_: Round, limit: int) -> int:
    """Tell up to `limit` waiting people, each once, that a round is open; how many it told."""
    alerts = list(OpeningAlert.objects.to_tell().select_for_update()[:limit])
    queue(emails.round_is_open(alert, round_) for alert in alerts)
    told = OpeningAlert.objects.filter(pk__in=[alert.pk for alert in alerts])
    told.update(told_at=timezone.now())
    return len(alerts)


@transaction.atomic
def take_in(round_: Round, everybody: Iterable[Answers]) -> int:
    """Bring in applications that an organiser vouches for: confirmed, and without a mail.

    Whoever has applied to this round already is left alone. Answers how many came in.
    """
    by_address = {answers.email.lower(): answers for answers in everybody}
    people = _people(by_address)
    here = set(round_.applications.values_list("user_id", flat=True))
    new = {
        address: answers
        for address, answers in by_address.items()
        if people[address].pk not in here
    }
    now = timezone.now()
    for address, answers in new.items():
        application = answers.application
        application.round, application.user = round_, people[address]
        application.submitted_at = application.confirmed_at = now
    create_all(list(new.values()))
    return len(new)


def _people(by_address: Mapping[str, Answers]) -> dict[str, User]:
    """Everybody by address, locked as in apply(), after making those who are new."""
    User.objects.bulk_create(
        (
            User(
                email=answers.email,
                name=answers.application.name,
                password=make_password(None),
            )
            for answers in by_address.values()
        ),
        ignore_conflicts=True,
    )
    people = User.objects.annotate(address=Lower("email")).select_for_update()
    found = people.filter(address__in=sorted(by_address)).order_by("pk")
    return {person.address: person for person in found}
