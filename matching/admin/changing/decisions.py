"""What organisers decided before: who stays together, and who never meets."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from matching.models import Pin, Veto
from participants.models import Application, User

TOGETHER = "These two are pinned together"
APART = "These two are kept apart."
END_IT = "End that decision first, or leave it as it is."


class InOrder(forms.ModelForm):
    """Two different people, in whatever order they were named."""

    def offer(self, people: QuerySet[Any], label: Callable[[Any], str]) -> None:
        """Let the organiser choose both among these people, and edit neither."""
        for name in {"first", "second"} & {*self.fields}:  # none where one only looks
            field = self.fields[name]
            field.queryset, field.label_from_instance = people, label
            field.widget.can_add_related = False
            field.widget.can_change_related = False
            field.widget.can_view_related = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and first == second:
            self.add_error("second", "Choose two different people.")
        elif first and second:
            cleaned["first"], cleaned["second"] = sorted(
                [first, second], key=lambda one: one.pk
            )
        return cleaned


class VetoForm(InOrder):
    class Meta:
        model = Veto
        fields = ["first", "second", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(applications__isnull=False).distinct()
        self.offer(
            people.order_by("name", "email"), lambda user: f"{user.name} ({user.email})"
        )

    def clean(self) -> dict[str, Any]:
        """Under the locks that publication and pins take, too: they see this veto, or are through."""
        cleaned = super().clean()
        people = [cleaned[name].pk for name in ("first", "second") if cleaned.get(name)]
        rows = User.objects.filter(pk__in=people).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
        theirs = Application.objects.filter(user__in=people).order_by("pk")
        list(theirs.select_for_update(no_key=True).values_list("pk"))
        if pin := _pin_of(people):
            self.add_error("second", f"{TOGETHER} ({pin.round}). {END_IT}")
        return cleaned


class PinForm(InOrder):
    class Meta:
        model = Pin
        fields = ["first", "second", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Application.objects.confirmed().filter(round__published_at=None)
        self.offer(
            people.select_related("round").order_by("name"),
            lambda application: f"{application} · {application.round}",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, second = cleaned.get("first"), cleaned.get("second")
        if not (first and second):
            return cleaned
        if first.round_id != second.round_id:
            self.add_error("second", "These two take part in different rounds.")
        elif first.country == second.country:
            self.add_error("second", "These two live in the same country.")
        elif self._is_pinned(first, second):
            self.add_error("first", "One of them is pinned to somebody already.")
        elif Veto.objects.filter(
            first__in=[first.user_id, second.user_id],
            second__in=[first.user_id, second.user_id],
        ).exists():
            self.add_error("second", f"{APART} {END_IT}")
        self.instance.round = first.round
        return cleaned

    def _is_pinned(self, *people: Application) -> bool:
        """Looked up under a lock on both, so that two organisers cannot pin one person twice."""
        rows = Application.objects.filter(pk__in=[person.pk for person in people])
        list(rows.order_by("pk").select_for_update(no_key=True))
        return Pin.objects.filter(Q(first__in=people) | Q(second__in=people)).exists()


def _pin_of(people: Collection[int]) -> Pin | None:
    """What keeps two people together in a round that is still to be published."""
    if len(people) < 2:
        return None
    pins = Pin.objects.filter(round__published_at=None).select_related(
        "round", "first", "second", "third"
    )
    for pin in pins.filter(Q(first__user__in=people) | Q(second__user__in=people)):
        both = (pin.first, pin.second, pin.third)
        if {*people} <= {person.user_id for person in both if person}:
            return pin
    return None


class DecisionAdmin(admin.ModelAdmin):
    """A decision has an author; whoever thinks better of it deletes it and says why anew."""

    list_display = ["__str__", "reason", "made_by", "made_at"]
    list_select_related = ["first", "second", "made_by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """One by one, so that each has a line in the decision log, with its people."""
        return [
            super(DecisionAdmin, self).log_deletions(request, [one]) for one in queryset
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool):
        obj.made_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Veto)
class VetoAdmin(DecisionAdmin):
    form = VetoForm
    search_fields = ["first__name", "second__name", "reason"]


@admin.register(Pin)
class PinAdmin(DecisionAdmin):
    form = PinForm
    list_display = ["__str__", "round", "reason", "made_by", "made_at"]
    list_select_related = ["round", "first", "second", "made_by"]
    list_filter = ["round"]
    search_fields = ["first__name", "second__name", "reason"]
