"""Organisers who care for some countries only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django_countries.fields import CountryField


class Liaison(models.Model):
    """An organiser who sees the pairs of some countries, and nothing else of a round."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="liaison"
    )
    countries: models.Field[Any, Any] = CountryField(multiple=True, max_length=1000)

    def __str__(self) -> str:
        return f"{self.user}"

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(country.code for country in self.countries)
