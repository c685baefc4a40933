from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from rounds import views

app_name = "rounds"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("rounds/", views.round_list, name="list"),
    path("rounds/<slug:slug>/", views.round_detail, name="detail"),
    path("privacy/", views.privacy, name="privacy"),
    path("code-of-conduct/", views.conduct, name="conduct"),
]
