"""The outbox and its words, in the admin."""

from iln.mail.admin.outbox import MessageAdmin
from iln.mail.admin.returned import ReturnedAdmin
from iln.mail.admin.wording import WordingAdmin

__all__ = ["MessageAdmin", "ReturnedAdmin", "WordingAdmin"]
