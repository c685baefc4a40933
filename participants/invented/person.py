"""What is invented about a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from participants.invented.settling import Country
from participants.models import SpokenLanguage, Wish

Aspect = Wish.Aspect
Strength = Wish.Strength
Comfort = SpokenLanguage.Comfort
ENGLISH = "en"


@dataclass(frozen=True)
class Hope:
    """A wish: values that would do or, where none are named, the same as one's own."""

    aspect: Aspect
    strength: Strength
    values: tuple[str, ...] = ()


@dataclass(eq=False)  # nobody is somebody else, however alike
class Person:
    name: str
    email: str
    country: Country
    town: str
    time_zone: str
    languages: dict[str, Comfort]
    workplace: str
    role: str
    career_stage: str
    interests: list[str]
    accepts_three: bool
    channels: list[str]
    hopes: list[Hope] = field(default_factory=list)
    wishes_text: str = ""
    about: str = ""

    @property
    def at_ease(self) -> list[str]:
        return [
            code for code, comfort in self.languages.items() if comfort > Comfort.SOME
        ]

    def could_talk_with(self, other: Person) -> bool:
        return self.country.code != other.country.code and not set(
            self.at_ease
        ).isdisjoint(other.at_ease)
