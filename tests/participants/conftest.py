"""What somebody types into the application form."""

from __future__ import annotations

import pytest

from tests.factories import (
    CareerStageFactory,
    InterestFactory,
    RoleFactory,
    WorkplaceFactory,
)


@pytest.fixture
def vocabulary(db):
    """The terms that `typed` and `cells` choose from."""
    for slug in ["public-library", "school-library"]:
        WorkplaceFactory(slug=slug)
    RoleFactory(slug="librarian")
    CareerStageFactory(slug="mid-career")
    for slug in ["makerspaces", "storytelling", "open-access"]:
        InterestFactory(slug=slug)


@pytest.fixture
def typed(vocabulary):
    """A valid application, as a browser sends it."""
    return {
        "name": "Amina Otieno",
        "email": "amina@example.org",
        "country": "KE",
        "time_zone": "",
        "language_1": "en",
        "comfort_1": "3",
        "language_2": "sw",
        "comfort_2": "2",
        "workplace": "public-library",
        "role": "librarian",
        "career_stage": "mid-career",
        "interests": ["makerspaces", "storytelling"],
        "about": "I run the story hour.",
        "channel_1": "signal",
        "handle_1": "+254 20 0000000",
        "visible_1": "organisers",
        "accepts_three": "on",
        "wish_country": "these",
        "wish_country_values": ["PE", "", "region:western-asia"],
        "wish_country_strength": "important",
        "wish_workplace": "same",
        "wish_workplace_strength": "nice",
        "wish_role": "",
        "wish_role_strength": "nice",
        "wish_hours": "3",
        "wish_hours_strength": "must",
        "wishes_text": "Somebody patient.",
        "agree_conduct": "on",
        "agree_data": "on",
    }
