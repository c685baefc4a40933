from __future__ import annotations

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [path("how-we-match/", views.how, name="how")]
