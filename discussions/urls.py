from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from discussions import views
from discussions.feeds import TopicFeed

app_name = "discussions"
urlpatterns = [
    path("", views.TopicList.as_view(), name="list"),
    path("feed/", login_not_required(TopicFeed()), name="feed"),
    path("category/<slug:slug>/", views.CategoryTopics.as_view(), name="category"),
    path("tag/<slug:slug>/", views.TagTopics.as_view(), name="tag"),
    path(
        "<int:year>/<int:month>/<slug:slug>/",
        views.TopicDetail.as_view(),
        name="topic",
    ),
]
