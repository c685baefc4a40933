from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import UserFactory


@pytest.fixture
def logged_in(db):
    """A client of a staff member with just these permissions: `logged_in("view_proposal")`."""

    def make(*codenames, is_staff=True):
        user = UserFactory(is_staff=is_staff)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def viewer(logged_in):
    """An organiser who may look, and neither find nor publish."""
    return logged_in("view_proposal")
