from __future__ import annotations

from django.urls import path

from iln.embedded import views

app_name = "embedded"
urlpatterns = [
    path("", views.mail_list, name="mailbox"),
    path("search/", views.mail_search, name="mail_search"),
    path("<str:key>/", views.mail_detail, name="mail"),
    path("<str:key>/html/", views.mail_html, name="mail_html"),
]
