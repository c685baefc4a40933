from __future__ import annotations

from django.urls import path

from matching.views import how

app_name = "matching"
urlpatterns = [path("how-we-match/", how.how, name="how")]
