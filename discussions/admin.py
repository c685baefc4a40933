"""Organisers write topics, and let comments through."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime

from discussions import emails
from discussions.models import Category, Comment, Tag, Topic
from iln.mail.models import Message
from iln.mail.preview import framed
from participants.models import Application
from rounds.models import Round


class LabelAdmin(admin.ModelAdmin):
    """A word that topics are sorted by."""

    list_display = ["name", "slug", "topic_count"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(topic_count=Count("topics"))

    @admin.display(description="topics", ordering="topic_count")
    def topic_count(self, label: Category | Tag) -> int:
        return label.topic_count


admin.site.register([Category, Tag], LabelAdmin)


class TopicStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return Topic.State.choices

    def queryset(self, request: HttpRequest, topics: QuerySet) -> QuerySet:
        narrow = {
            Topic.State.DRAFT: topics.drafts,
            Topic.State.SCHEDULED: topics.scheduled,
            Topic.State.OUT: topics.published,
        }
        return narrow.get(self.value(), topics.all)()


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """Write a topic, look at its page and its mail, and give it a date."""

    list_display = ["title", "state", "publish_at", "mailed", "comment_count", "page"]
    list_filter = [TopicStateFilter, "round", "category"]
    list_select_related = ["round"]
    search_fields = ["title", "lead", "body"]
    autocomplete_fields = ["category", "tags"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["announced_at"]
    view_on_site = False  # our own button says who can see the page
    fieldsets = [
        (None, {"fields": ["title", "slug", "lead", "body"]}),
        ("Where it belongs", {"fields": ["category", "tags"]}),
        ("When, and for whom", {"fields": ["publish_at", "round", "announced_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).with_comment_count()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "round":  # whoever is in a rehearsal is invented
            kwargs["queryset"] = Round.objects.public()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, topic, form, change) -> None:
        if not change:
            topic.author = request.user
        super().save_model(request, topic, form, change)

    @admin.display(ordering="publish_at")
    def state(self, topic: Topic) -> str:
        return topic.state.label

    @admin.display(description="mailed to", ordering="announced_at")
    def mailed(self, topic: Topic) -> str:
        if not topic.round:
            return "nobody"
        if not topic.announced_at:
            return f"{topic.round}: not yet"
        return f"{topic.round}: {date_format(localtime(topic.announced_at), 'j M Y')}"

    @admin.display(description="comments", ordering="comment_count")
    def comment_count(self, topic: Topic) -> int:
        return topic.comment_count

    @admin.display(description="page")
    def page(self, topic: Topic) -> str:
        words = "See it" if topic.is_out else "Preview it"
        return format_html('<a href="{}">{}</a>', topic.get_absolute_url(), words)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/mail/", view(self.mail_view), name="discussions_topic_mail"),
            path(
                "<int:pk>/mail/html/",
                framed(view(self.mail_html_view)),
                name="discussions_topic_mail_html",
            ),
            *super().get_urls(),
        ]

    def mail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail as it will arrive, before anybody gets it."""
        topic = self._topic(request, pk)
        people = Application.objects.confirmed().filter(round=topic.round_id)
        context = self.admin_site.each_context(request) | {
            "title": "Preview the mail",
            "opts": self.opts,
            "original": topic,
            "mail": self._mail(request, topic),
            "people": people.count(),
            "html_url": reverse("admin:discussions_topic_mail_html", args=[pk]),
        }
        return TemplateResponse(request, "admin/discussions/topic/mail.html", context)

    def mail_html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(self._mail(request, self._topic(request, pk)).html)

    def _topic(self, request: HttpRequest, pk: int) -> Topic:
        topic = get_object_or_404(Topic.objects.select_related("round"), pk=pk)
        if not self.has_view_permission(request, topic):
            raise PermissionDenied
        if not topic.round:
            raise Http404("A topic without a round is mailed to nobody.")
        return topic

    def _mail(self, request: HttpRequest, topic: Topic) -> Message:
        """As if this organiser took part; the link to their own page leads nowhere."""
        person = request.user
        stand_in = Application(pk=0, user=person, name=person.name, round=topic.round)
        return emails.topic_mail(topic, stand_in)


class CommentStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [
            ("held", "waiting"),
            ("approved", "shown"),
            ("rejected", "rejected"),
        ]

    def queryset(self, request: HttpRequest, comments: QuerySet) -> QuerySet:
        narrow = {
            "held": comments.held,
            "approved": comments.approved,
            "rejected": comments.rejected,
        }
        return narrow.get(self.value(), comments.all)()


WAITING_FIRST = Case(When(approved_at=None, rejected_at=None, then=0), default=1)


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """What waits comes first; a comment is let through or turned away, never reworded."""

    list_display = ["words", "who", "state", "posted_at"]
    list_filter = [CommentStateFilter, "held_because"]
    list_select_related = ["topic"]
    list_per_page = 50
    ordering = [WAITING_FIRST, "-posted_at", "-pk"]
    search_fields = ["name", "email", "text", "topic__title"]
    date_hierarchy = "posted_at"
    actions = ["approve", "reject"]
    fields = [
        *("topic", "parent", "name", "email", "website", "text"),
        *("state", "posted_at", "approved_at", "rejected_at"),
    ]

    def get_readonly_fields(self, request, comment=None) -> list[str]:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        nothing_to_save = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, nothing_to_save)

    @admin.display(description="comment")
    def words(self, comment: Comment) -> str:
        words = Truncator(comment.text).chars(600)
        return format_html("<bdi>{}</bdi><br><small>{}</small>", words, comment.topic)

    @admin.display(description="by", ordering="name")
    def who(self, comment: Comment) -> str:
        return format_html("<bdi>{}</bdi><br>{}", comment.name, comment.email)

    @admin.display(description="state")
    def state(self, comment: Comment) -> str:
        if comment.rejected_at:
            return "rejected"
        if comment.approved_at:
            return format_html('<a href="{}">shown</a>', comment.get_absolute_url())
        why = comment.get_held_because_display()
        return format_html("<strong>waiting</strong><br>{}", why)

    @admin.action(description="Show on the site", permissions=["change"])
    def approve(self, request: HttpRequest, comments: QuerySet[Comment]) -> None:
        self._log(request, comments, "Approved.")
        number = comments.approve()
        self.message_user(request, f"Now on the site: {number}.", messages.SUCCESS)

    @admin.action(description="Reject, or take off the site", permissions=["change"])
    def reject(self, request: HttpRequest, comments: QuerySet[Comment]) -> None:
        self._log(request, comments, "Rejected.")
        number = comments.reject()
        self.message_user(request, f"Rejected: {number}.", messages.SUCCESS)

    def _log(self, request: HttpRequest, comments: QuerySet, what: str) -> None:
        LogEntry.objects.log_actions(request.user.pk, comments, CHANGE, what)
