"""An application as its form would have been typed: to correct it, or to begin the next one."""

from __future__ import annotations

from typing import Any

from participants.models import Application, Wish

LANGUAGE_ROWS = range(1, 6)
CHANNEL_ROWS = range(1, 4)
SAME, THESE = "same", "these"
TERMS = ("workplace", "role", "career_stage")
OWN_WORDS = ("name", "about", "wishes_text", "accepts_three")


def retold(application: Application) -> dict[str, Any]:
    """The form's fields, as values."""
    return {
        **{name: getattr(application, name) for name in OWN_WORDS},
        "country": application.country.code,
        "time_zone": application.time_zone,
        **{name: getattr(application, name).slug for name in TERMS},
        "interests": [interest.slug for interest in application.interests.all()],
        **_languages(application),
        **_channels(application),
        **_wishes(application),
    }


def as_typed(application: Application) -> dict[str, list[str]]:
    """The same as a browser would send it, with the address."""
    values = retold(application) | {"email": application.user.email}
    return {name: _sent(value) for name, value in values.items()}


def _sent(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    return value if isinstance(value, list) else [str(value)]


def _languages(application: Application) -> dict[str, Any]:
    spoken = zip(LANGUAGE_ROWS, application.languages.all(), strict=False)
    return {
        key: value
        for n, language in spoken
        for key, value in (
            (f"language_{n}", language.code),
            (f"comfort_{n}", str(language.comfort)),
        )
    }


def _channels(application: Application) -> dict[str, Any]:
    channels = zip(CHANNEL_ROWS, application.channels.all(), strict=False)
    return {
        key: value
        for n, channel in channels
        for key, value in (
            (f"channel_{n}", channel.kind),
            (f"handle_{n}", channel.handle),
            (f"visible_{n}", channel.visible_to),
        )
    }


def _wishes(application: Application) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for wish in application.wishes.all():
        name = f"wish_{wish.aspect}"
        told[f"{name}_strength"] = wish.strength
        if wish.aspect == Wish.Aspect.HOURS:
            told[name] = wish.values[0]
        else:
            told[name] = SAME if wish.same_as_mine else THESE
            told[f"{name}_values"] = wish.values
    return told
