from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from participants.views import (
    account,
    alerts,
    application,
    applying,
    links,
    participation,
    resuming,
    signing_in,
    steps,
    still_in,
)

app_name = "participants"
urlpatterns: list[URLPattern | URLResolver] = [
    path("apply/", applying.apply_now, name="apply_now"),
    path("rounds/<slug:slug>/apply/", applying.apply, name="apply"),
    path("rounds/<slug:slug>/apply/sent/", applying.applied, name="applied"),
    path("rounds/<slug:slug>/apply/again/", applying.apply_again, name="apply_again"),
    path("rounds/<slug:slug>/apply/afresh/", applying.start_over, name="start_over"),
    path("rounds/<slug:slug>/apply/later/", resuming.finish_later, name="finish_later"),
    path("rounds/<slug:slug>/apply/saved/", resuming.saved, name="saved"),
    path("rounds/<slug:slug>/apply/check/", steps.check, name="check"),
    path("rounds/<slug:slug>/apply/<slug:name>/", steps.step, name="step"),
    path("apply/resume/<str:token>/", resuming.resume, name="resume"),
    path("participation/", participation.participation, name="participation"),
    path("participation/sign-in/<str:token>/", signing_in.sign_in, name="sign_in"),
    path("participation/sign-out/", signing_in.sign_out, name="sign_out"),
    path("participation/address/", account.address, name="address"),
    path("participation/address/sent/", account.address_asked, name="address_asked"),
    path(
        "participation/address/confirm/<str:token>/",
        account.confirm_address,
        name="confirm_address",
    ),
    path(
        "participation/address/stop/<str:token>/",
        account.stop_address,
        name="stop_address",
    ),
    path("participation/mails/", account.mails, name="mails"),
    path("participation/link/", links.send_link, name="send_link"),
    path("participation/link/sent/", links.link_sent, name="link_sent"),
    path("participation/<str:token>/", application.application, name="application"),
    path("participation/<str:token>/link/", links.fresh_link, name="fresh_link"),
    path("participation/<str:token>/confirm/", application.confirm, name="confirm"),
    path("participation/<str:token>/correct/", application.correct, name="correct"),
    path("participation/<str:token>/withdraw/", application.withdraw, name="withdraw"),
    path("still-in/<str:token>/", still_in.still_in, name="still_in"),
    path("still-in/<str:token>/yes/", still_in.stay_in, name="stay_in"),
    path("still-in/<str:token>/no/", still_in.sit_out, name="sit_out"),
    path("still-in/<str:token>/next-round/", still_in.next_round, name="next_round"),
    path("tell-me/", alerts.ask_to_be_told, name="ask_to_be_told"),
    path("tell-me/sent/", alerts.alert_asked, name="alert_asked"),
    path("tell-me/<str:token>/", alerts.alert, name="alert"),
]
