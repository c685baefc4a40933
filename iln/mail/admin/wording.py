"""Organisers put mails into their own words, look at them, and take them back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst, slugify
from django.views.decorators.http import require_POST

from iln.mail import emails, examples, outbox, own_words
from iln.mail.forms import WordingForm
from iln.mail.kinds import Kind
from iln.mail.models import Wording
from iln.mail.preview import framed
from iln.mail.tasks import nudge
from iln.mail.wording import PARTS, Words, is_broken, shipped

DRAFT = "wording"  # in the session, so that a preview is a page of its own


@admin.register(Wording)
class WordingAdmin(admin.ModelAdmin):
    """A list of all kinds of mail; for each one a page with its words and their versions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guarded, of = self.admin_site.admin_view, "<slug:kind>/<str:language>/"
        return [
            path("", guarded(self.list_view), name="mail_wording_changelist"),
            path(of, guarded(self.edit_view), name="mail_wording_edit"),
            path(
                f"{of}preview/",
                framed(guarded(self.preview_view)),
                name="mail_wording_preview",
            ),
            path(
                f"{of}restore/<int:pk>/",
                guarded(require_POST(self.restore_view)),
                name="mail_wording_restore",
            ),
        ]

    def list_view(self, request: HttpRequest) -> HttpResponse:
        """Every kind of mail, and who changed it last."""
        self._require("view", request)
        newest = Wording.objects.newest().select_related("by")
        held = {(row.kind, row.language): row for row in newest}
        rows = [
            {
                "kind": kind,
                "name": capfirst(kind.name),
                "about": capfirst(kind.stream.label),
                "language": label,
                "url": _url("edit", kind, code),
                "held": held.get((kind.name, code)),
                "is_broken": _is_broken(kind, held.get((kind.name, code))),
            }
            for kind in examples.with_own_words()
            for code, label in settings.LANGUAGES
        ]
        return self._page(request, "list", "The words of our mails", rows=rows)

    def edit_view(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """Write, look, try on oneself, save; nothing is sent to anybody else."""
        self._require("view", request)
        found, label = _kind(kind), _language(language)
        versions = Wording.objects.of(found.name, language).select_related("by")
        held = versions.first() or Wording(kind=found.name, language=language)
        form = WordingForm(
            request.POST or None, initial=_initial(held.words), kind=found
        )
        draft = held.words
        if request.method == "POST":
            self._require("change", request)
            if form.is_valid():
                draft = form.words
                act = self._acts.get(request.POST.get("act", ""), WordingAdmin._save)
                if answer := act(self, request, found, language, draft):
                    return answer
        request.session[DRAFT] = {"kind": found.name, "words": _initial(draft)}
        mail = examples.real(found, draft)
        return self._page(
            request,
            "edit",
            f"{capfirst(found.name)}: the words",
            kind=found,
            language=label,
            several=len(settings.LANGUAGES) > 1,
            form=form,
            gaps=shipped(found.templates).gaps,
            needed=shipped(found.templates).needed,
            said=examples.shipped_words(found),
            is_broken=_is_broken(found, held),
            example=mail or examples.invented(found, draft),
            is_real=mail is not None,
            preview=_url("preview", found, language),
            versions=[
                (one, _url("restore", found, language, one.pk)) for one in versions
            ],
            back_to_shipped=_url("restore", found, language, 0),
            may_change=self.has_change_permission(request),
        )

    def _save(
        self, request: HttpRequest, kind: Kind, language: str, words: Words
    ) -> HttpResponse:
        newest = Wording.objects.of(kind.name, language).first()
        if (newest.words if newest else Words()) == words:
            self.message_user(request, "Nothing was changed.", messages.WARNING)
        else:
            self._keep(request, kind, language, words)
            self.message_user(request, "Saved. Mails are written so from now on.")
        return redirect(_url("edit", kind, language))

    def _try(
        self, request: HttpRequest, kind: Kind, language: str, words: Words
    ) -> None:
        mail = examples.real(kind, words) or examples.invented(kind, words)
        outbox.queue([emails.tried(mail, request.user)])
        nudge()
        self.message_user(request, "A test is on its way to you. Nothing is saved yet.")

    def _look(
        self, request: HttpRequest, kind: Kind, language: str, words: Words
    ) -> None:
        self.message_user(
            request, "This is how it looks. Nothing is saved yet.", messages.INFO
        )

    _acts = {"save": _save, "try": _try, "look": _look}

    def preview_view(
        self, request: HttpRequest, kind: str, language: str
    ) -> HttpResponse:
        """The HTML of what was looked at last, for the frame on the page."""
        self._require("view", request)
        found = _kind(kind)
        draft = request.session.get(DRAFT, {})
        words = Words(**draft["words"]) if draft.get("kind") == found.name else Words()
        mail = examples.real(found, words) or examples.invented(found, words)
        return HttpResponse(mail.html)

    def restore_view(
        self, request: HttpRequest, kind: str, language: str, pk: int
    ) -> HttpResponse:
        """An old version holds again, as a new one; 0 is what was shipped."""
        self._require("change", request)
        found = _kind(kind)
        old = Words()
        if pk:
            rows = Wording.objects.of(found.name, language)
            old = get_object_or_404(rows, pk=pk).words
        return self._save(request, found, language, old)

    def _keep(
        self, request: HttpRequest, kind: Kind, language: str, words: Words
    ) -> None:
        row = Wording.objects.create(
            kind=kind.name, language=language, by=request.user, **_initial(words)
        )
        own_words.forget()
        LogEntry.objects.log_actions(
            request.user.pk, [row], CHANGE, "Changed the words of a mail."
        )

    def _require(self, right: str, request: HttpRequest) -> None:
        if not request.user.has_perm(f"mail.{right}_wording"):
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, template: str, title: str, **context: Any
    ) -> HttpResponse:
        frame = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": title,
        }
        return TemplateResponse(
            request, f"admin/mail/wording/{template}.html", frame | context
        )


def _kind(slug: str) -> Kind:
    for kind in examples.with_own_words():
        if slugify(kind.name) == slug:
            return kind
    raise Http404("There is no such kind of mail.")


def _language(code: str) -> str:
    languages = dict(settings.LANGUAGES)
    if code not in languages:
        raise Http404("Mails are not written in this language.")
    return languages[code]


def _url(page: str, kind: Kind, language: str, *more: int) -> str:
    return reverse(
        f"admin:mail_wording_{page}", args=[slugify(kind.name), language, *more]
    )


def _initial(words: Words) -> dict[str, str]:
    return {part: getattr(words, part) for part in PARTS}


def _is_broken(kind: Kind, held: Wording | None) -> bool:
    return bool(held) and is_broken(held.words, kind.templates)
