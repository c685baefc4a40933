"""Where everything is."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

admin.site.index_title = "What would you like to do?"
admin.site.enable_nav_sidebar = False  # lists need the room

urlpatterns = [
    path("", include("rounds.urls")),
    path("", include("participants.urls")),
    path("", include("matching.urls")),
    path("mails/", include("iln.mail.urls")),
    path("discussions/", include("discussions.urls")),
    path("admin/", admin.site.urls),
]
if settings.EMBEDDED:
    urlpatterns.insert(0, path("mailbox/", include("iln.embedded.urls")))
