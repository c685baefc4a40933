from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailConfig(AppConfig):
    name = "iln.mail"

    def ready(self) -> None:
        autodiscover_modules("emails")  # each app declares its kinds of mail there
