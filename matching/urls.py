from __future__ import annotations

from django.urls import path

from matching.views import check_in, concern, how, meter, partner, survey

app_name = "matching"
urlpatterns = [
    path("how-we-match/", how.how, name="how"),
    path("rounds/<slug:slug>/apply/wishes/count/", meter.count, name="meter"),
    path("check-in/<str:token>/", check_in.check_in, name="check_in"),
    path("check-in/<str:token>/thanks/", check_in.answered, name="check_in_answered"),
    path(
        "check-in/<str:token>/change/",
        check_in.change_by_link,
        name="change_by_link",
    ),
    path(
        "participation/partner/<int:pk>/change/", check_in.change, name="rather_change"
    ),
    path("survey/<str:token>/", survey.survey, name="survey"),
    path("survey/<str:token>/thanks/", survey.answered, name="survey_answered"),
    path("participation/partner/<int:pk>/", partner.partner, name="partner"),
    path("participation/partner/<int:pk>/concern/", concern.concern, name="concern"),
    path(
        "participation/partner/<int:pk>/concern/told/",
        concern.told,
        name="concern_told",
    ),
    path("participation/partner/<int:pk>/<str:key>.ics", partner.slot, name="slot"),
]
