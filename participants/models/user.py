"""A person: their mail address is their log-in."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now
from django.db.models.lookups import Exact

from iln.mail.addresses import is_invented


def fingerprint(address: str) -> str:
    """What remains of an address in the memory of past partners, even after erasure.

    HMAC-SHA-256 (RFC 2104) of it in lower case under FINGERPRINT_KEY, 64 hex digits.
    """
    key = settings.FINGERPRINT_KEY.encode()
    return hmac.new(key, address.lower().encode(), hashlib.sha256).hexdigest()


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """A new person; without a password they come in by links in their mail."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def with_address(self, address: str) -> models.QuerySet[User]:
        """The person with this mail address, in any spelling."""
        return self.filter(Exact(Lower("email"), Lower(models.Value(address))))

    def get_by_natural_key(self, username: str | None) -> User:
        return self.with_address(username or "").get()


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("mail address", max_length=254, unique=True)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(
        max_length=10,
        default=settings.LANGUAGE_CODE,
        help_text="Of pages and mails.",
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("organiser", default=False)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_address",
                violation_error_message="Somebody with this mail address is here already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        if not is_invented(self.email) and self._is_in_a_rehearsal():
            raise ValidationError(
                {
                    "email": "This person is invented, for a rehearsal: no mail may leave."
                }
            )

    def _is_in_a_rehearsal(self) -> bool:
        if self.pk is None:
            return False
        return self.applications.filter(round__is_rehearsal=True).exists()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """That of their present address."""
        return fingerprint(self.email)
