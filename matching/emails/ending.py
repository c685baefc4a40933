"""The round's last day: thanks, the survey, and the way to the next round."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from iln.mail.kinds import Kind, register
from iln.mail.models import Message
from matching.emails.common import context_of, partners_of
from matching.models import Survey


def why_not_a_survey(message: Message) -> str:
    """Why somebody need not be asked how it was."""
    surveys = Survey.objects.select_related("seat__application__round")
    survey = surveys.filter(seat=message.cause_id or 0).first()
    if survey is None:
        return "This survey is no longer there."
    if survey.answered_at:
        return "This person has answered already."
    return "" if survey.is_open else "The survey is closed."


SURVEY = register(
    Kind(
        "survey",
        Message.Stream.ROUND,
        "matching/emails/survey",
        why_not=why_not_a_survey,
    )
)


def survey(asked: Survey) -> Message:
    """Thanks, a link to the survey that needs no sign-in, and one to take part again."""
    seat = asked.seat
    me = seat.application
    context = context_of(me, partners_of(seat)) | {
        "survey": asked,
        "link": f"{settings.SITE_URL}{asked.get_absolute_url()}",
        "again": f"{settings.SITE_URL}{reverse('participants:participation')}",
    }
    return SURVEY.compose(
        f"survey, round {me.round_id}, person {me.user_id}",
        me.user,
        context,
        cause_id=seat.pk,
    )
