"""The vocabularies, read once for a page or for a whole import; and wishes in words."""

from __future__ import annotations

from collections.abc import Collection

from participants.models import CareerStage, Interest, Role, Wish, Workplace
from participants.models.vocabulary import Term
from participants.places import REGION_PREFIX, country_name, languages, regions

Aspect = Wish.Aspect

VOCABULARIES: dict[Aspect, type[Term]] = {
    Aspect.WORKPLACE: Workplace,
    Aspect.ROLE: Role,
    Aspect.CAREER_STAGE: CareerStage,
    Aspect.INTERESTS: Interest,
}

SAME_AS_MINE = {
    Aspect.COUNTRY: "The same region as mine",
    Aspect.WORKPLACE: "The same as mine",
    Aspect.ROLE: "The same as mine",
    Aspect.CAREER_STAGE: "The same as mine",
    Aspect.INTERESTS: "At least one of mine",
    Aspect.LANGUAGE: "One of my languages",
}

# How a wish begins; what it accepts ends the sentence.
SENTENCES = {
    Aspect.COUNTRY: "I would like someone who lives in",
    Aspect.WORKPLACE: "I would like someone who works in",
    Aspect.ROLE: "I would like someone whose role is",
    Aspect.CAREER_STAGE: "I would like someone whose career stage is",
    Aspect.INTERESTS: "I would like someone who is interested in",
    Aspect.LANGUAGE: "I would like someone who speaks",
    Aspect.HOURS: "I would like us both to be awake for",
}
SAME_IN_SENTENCE = {
    Aspect.COUNTRY: "the same region as mine",
    Aspect.WORKPLACE: "the same kind of workplace as mine",
    Aspect.ROLE: "the same as mine",
    Aspect.CAREER_STAGE: "the same as mine",
    Aspect.INTERESTS: "at least one of my interests",
    Aspect.LANGUAGE: "one of my languages",
}


class Terms:
    """All terms of all vocabularies by aspect and slug, retired ones too."""

    def __init__(self) -> None:
        self._terms = {
            aspect: {term.slug: term for term in model._default_manager.all()}
            for aspect, model in VOCABULARIES.items()
        }

    def get(self, aspect: str, slug: str) -> Term:
        return self._terms[Aspect(aspect)][slug]

    def offered(self, aspect: str, kept: Collection[str] = ()) -> dict[str, str]:
        """Labels by slug of what may be chosen: nothing retired, unless it is `kept`."""
        return {
            slug: term.label
            for slug, term in self._terms[Aspect(aspect)].items()
            if term.retired_at is None or slug in kept
        }

    def label(self, aspect: str, value: str) -> str:
        """A wish's value as people say it; the bare value for a term that is gone."""
        if aspect == Aspect.COUNTRY:
            slug = value.removeprefix(REGION_PREFIX)
            return regions().get(slug) or country_name(value) or value
        if aspect == Aspect.LANGUAGE:
            return languages().get(value, value)
        if aspect == Aspect.HOURS:
            return f"at least {value} h a day"
        term = self._terms[Aspect(aspect)].get(value)
        return term.label if term else value

    def accepted(self, wish: Wish) -> str:
        """What a wish accepts: “The same as mine”, or “Peru or Western Asia”."""
        if wish.same_as_mine:
            return SAME_AS_MINE[Aspect(wish.aspect)]
        return " or ".join(self.label(wish.aspect, value) for value in wish.values)

    def sentence(self, wish: Wish) -> tuple[str, str]:
        """A wish as somebody would say it: how it begins, and what it accepts."""
        aspect = Aspect(wish.aspect)
        ending = SAME_IN_SENTENCE[aspect] if wish.same_as_mine else self.accepted(wish)
        return SENTENCES[aspect], ending
