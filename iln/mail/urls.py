from __future__ import annotations

from django.urls import path

from iln.mail import views

app_name = "mail"
urlpatterns = [
    path("stop/<str:token>/", views.stop, name="stop"),
    path("returned/", views.returned, name="returned"),
]
