"""Who cares for which countries; and the pages of a round after its publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import URLPattern

from matching.admin.after import after
from matching.models import Liaison
from participants.models import User


class LiaisonForm(forms.ModelForm):
    class Meta:
        model = Liaison
        fields = ["user", "countries"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            organisers = User.objects.filter(is_staff=True, is_active=True)
            self.fields["user"].queryset = organisers.order_by("name", "email")

    def clean_user(self) -> User:
        user = self.cleaned_data["user"]
        if user.has_perm("matching.view_proposal"):
            raise forms.ValidationError(
                "This person may see every pair. Take “Can view proposal” from them first."
            )
        return user


@admin.register(Liaison)
class LiaisonAdmin(admin.ModelAdmin):
    """A liaison needs no permission: to be an organiser and to be named here is enough."""

    form = LiaisonForm
    list_display = ["user", "names"]
    list_select_related = ["user"]

    @admin.display(description="countries")
    def names(self, liaison: Liaison) -> str:
        return ", ".join(country.name for country in liaison.countries)

    def get_urls(self) -> list[URLPattern]:
        return [*after.urls(self), *super().get_urls()]
