from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from participants import views

app_name = "participants"
urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", views.apply_now, name="apply_now"),
    path("rounds/<slug:slug>/apply/", views.apply, name="apply"),
    path("rounds/<slug:slug>/apply/sent/", views.applied, name="applied"),
    path("participation/link/", views.send_link, name="send_link"),
    path("participation/link/sent/", views.link_sent, name="link_sent"),
    path("participation/<str:token>/", views.application, name="application"),
    path("participation/<str:token>/confirm/", views.confirm, name="confirm"),
    path("participation/<str:token>/correct/", views.correct, name="correct"),
    path("participation/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("tell-me/", views.ask_to_be_told, name="ask_to_be_told"),
    path("tell-me/sent/", views.alert_asked, name="alert_asked"),
    path("tell-me/<str:token>/", views.alert, name="alert"),
]
