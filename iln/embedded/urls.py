from __future__ import annotations

from django.urls import URLPattern

app_name = "embedded"
urlpatterns: list[URLPattern] = []
