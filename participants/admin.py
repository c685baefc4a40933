"""People, their applications and the vocabularies, for organisers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django_countries.filters import CountryFilter

from iln.mail.tasks import nudge
from iln.personal_data import ERASED, Comments
from participants.forms.erasing import EraseForm
from participants.models import (
    Access,
    Application,
    CareerStage,
    Channel,
    Interest,
    OpeningAlert,
    Role,
    SpokenLanguage,
    User,
    Wish,
    Workplace,
)
from participants.services.erasing import erase
from participants.services.people import Refused
from participants.terms import Terms


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = PersonCreationForm
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (
            "What they may do",
            {
                "fields": [
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                ]
            },
        ),
        ("When", {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "email",
                    "name",
                    "usable_password",
                    "password1",
                    "password2",
                ],
            },
        )
    ]
    readonly_fields = ["joined_at", "last_login"]
    list_display = ["email", "name", "is_staff", "applied", "joined_at"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request)
        return people.annotate(applied_to=Count("applications"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting a row is not enough: a person is erased everywhere, or not at all."""
        return False

    def may_erase(self, request: HttpRequest) -> bool:
        return request.user.has_perm("participants.delete_user")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.erase_view)
        return [
            path("<int:pk>/erase/", page, name="participants_user_erase"),
            *super().get_urls(),
        ]

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask first: it cannot be undone."""
        if not self.may_erase(request):
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        form = EraseForm(request.POST if request.method == "POST" else None)
        form.fields["comments"].label = "What shall become of their comments?"
        form.fields["sure"].label = "Yes, erase everything about this person."
        if not form.is_valid():
            context = self.admin_site.each_context(request)
            context |= {"title": "Erase this person?", "opts": self.opts}
            context |= {"original": person, "form": form}
            template = "admin/participants/user/erase.html"
            return TemplateResponse(request, template, context)
        try:
            erase(person, Comments(form.cleaned_data["comments"]))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:participants_user_change", pk)
        self._note_erasing(request, pk)
        nudge()
        self.message_user(request, "Erased, everywhere.", messages.SUCCESS)
        return redirect("admin:participants_user_changelist")

    def _note_erasing(self, request: HttpRequest, pk: int) -> None:
        """In the admin's log, without a name."""
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(User),
            object_id=str(pk),
            object_repr=ERASED,
            action_flag=DELETION,
            change_message="Erased.",
        )

    @admin.display(description="applications", ordering="applied_to")
    def applied(self, person: User) -> int:
        return person.applied_to


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, state.label) for state in Application.State]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        match self.value():
            case Application.State.CONFIRMED:
                return queryset.confirmed()
            case Application.State.UNANSWERED:
                return queryset.unanswered()
            case Application.State.SAT_OUT:
                return queryset.sat_out()
            case Application.State.UNCONFIRMED:
                return queryset.unconfirmed()
            case Application.State.WITHDRAWN:
                return queryset.exclude(withdrawn_at=None)
        return queryset


class PartInline(admin.TabularInline):
    """What an applicant told us: organisers read it, the applicant changes it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LanguageInline(PartInline):
    model = SpokenLanguage
    fields = ["name", "comfort"]
    readonly_fields = ["name"]

    @admin.display(description="language")
    def name(self, spoken: SpokenLanguage) -> str:
        return spoken.name


class ChannelInline(PartInline):
    model = Channel
    fields = ["kind", "handle", "visible_to"]


class WishInline(PartInline):
    model = Wish
    fields = ["aspect", "accepted", "strength"]
    readonly_fields = ["accepted"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.terms = Terms()
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description="what would do")
    def accepted(self, wish: Wish) -> str:
        return self.terms.accepted(wish)


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin):
    """Whoever wants to apply uses the form, or an organiser's import."""

    list_display = ["name", "address", "round", "where", "state", "submitted_at"]
    list_filter = ["round", StateFilter, ("country", CountryFilter)]
    search_fields = ["name", "user__email"]
    search_help_text = "Name or mail address"
    list_select_related = ["round", "user"]
    date_hierarchy = "submitted_at"
    ordering = ["-submitted_at", "-pk"]
    inlines = [LanguageInline, WishInline, ChannelInline]
    autocomplete_fields = ["interests"]
    fields = [
        ("round", "user"),
        ("name", "country", "time_zone"),
        ("workplace", "role", "career_stage"),
        "interests",
        "about",
        ("accepts_three", "volunteers"),
        "wishes_text",
        ("submitted_at", "confirmed_at"),
        ("asked_still_in_at", "still_in_at", "sat_out_at", "next_round_at"),
        ("withdrawn_at", "introduced_at"),
        ("agreed_conduct_at", "agreed_data_at"),
    ]
    readonly_fields = [
        "round",
        "user",
        "submitted_at",
        "confirmed_at",
        "asked_still_in_at",
        "still_in_at",
        "sat_out_at",
        "next_round_at",
        "withdrawn_at",
        "introduced_at",
        "agreed_conduct_at",
        "agreed_data_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="mail address", ordering="user__email")
    def address(self, application: Application) -> str:
        return application.user.email

    @admin.display(description="country", ordering="country")
    def where(self, application: Application) -> str:
        return application.country.name

    @admin.display(description="state")
    def state(self, application: Application) -> str:
        return application.state.label


@admin.register(Workplace, Role, CareerStage, Interest)
class TermAdmin(admin.ModelAdmin):
    """Wishes name a term by its slug, which therefore stays as it was made."""

    list_display = ["label", "position", "retired_at"]
    list_editable = ["position"]
    search_fields = ["label"]
    prepopulated_fields = {"slug": ["label"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> dict[str, list[str]]:
        return {} if obj else self.prepopulated_fields


@admin.register(OpeningAlert)
class OpeningAlertAdmin(admin.ModelAdmin):
    list_display = ["email", "asked_at", "confirmed_at", "told_at"]
    list_filter = [
        ("confirmed_at", admin.EmptyFieldListFilter),
        ("told_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["email"]
    ordering = ["-asked_at", "-pk"]
    readonly_fields = ["asked_at", "confirmed_at", "told_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Access)
class AccessAdmin(admin.ModelAdmin):
    """Who looked at whose data: to be read, and by nobody to be changed."""

    list_display = ["seen_at", "by", "where", "person"]
    list_filter = ["seen_at", ("by", admin.RelatedOnlyFieldListFilter), "where"]
    list_select_related = ["by", "person"]
    search_fields = ["person__email", "person__name"]
    search_help_text = "Name or mail address of whom was looked at"
    date_hierarchy = "seen_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
