"""The public pages: topics, and what people say to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import CreateView, ListView

from discussions import services
from discussions.forms import CommentForm
from discussions.models import Category, Comment, Tag, Topic
from discussions.threads import thread

HELD = (
    "Thank you! Your comment has arrived. An organiser reads every first comment "
    "before it appears here; after that, yours appear at once."
)


@method_decorator(login_not_required, name="dispatch")
class TopicList(ListView):
    """The topics that are out, newest first."""

    template_name = "discussions/topic_list.html"
    paginate_by = 10

    @property
    def chosen(self) -> Category | Tag | None:
        """What the list is narrowed to."""
        return None

    def get_queryset(self) -> QuerySet[Topic]:
        topics = Topic.objects.published().with_comment_count()
        return topics.select_related("category").prefetch_related("tags")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        categories = Category.objects.filter(topics__in=Topic.objects.published())
        return super().get_context_data(
            chosen=self.chosen, categories=categories.distinct(), **kwargs
        )


class CategoryTopics(TopicList):
    @cached_property
    def chosen(self) -> Category:
        return get_object_or_404(Category, slug=self.kwargs["slug"])

    def get_queryset(self) -> QuerySet[Topic]:
        return super().get_queryset().filter(category=self.chosen)


class TagTopics(TopicList):
    @cached_property
    def chosen(self) -> Tag:
        return get_object_or_404(Tag, slug=self.kwargs["slug"])

    def get_queryset(self) -> QuerySet[Topic]:
        return super().get_queryset().filter(tags=self.chosen)


@method_decorator(login_not_required, name="dispatch")
class TopicDetail(CreateView):
    """A topic with its comments, and the form that adds one."""

    form_class = CommentForm
    template_name = "discussions/topic_detail.html"

    @cached_property
    def topic(self) -> Topic:
        topics = Topic.objects.select_related("category", "author")
        topic = get_object_or_404(topics, slug=self.kwargs["slug"])
        if topic.is_out or self.request.user.has_perm("discussions.view_topic"):
            return topic
        raise Http404("No topic of this name is out.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        moved = request.path != self.topic.get_absolute_url()
        if moved and self.topic.is_out:
            return HttpResponseRedirect(self.topic.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.topic.is_out:
            raise PermissionDenied("Comments open when the topic is out.")
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("reply")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Comment(topic=self.topic)}

    def form_valid(self, form: ModelForm) -> HttpResponse:
        trapped = bool(form.cleaned_data["subject"])
        comment = services.post(form.instance, trapped=trapped)
        if comment.is_shown:
            messages.success(self.request, "Thank you! Your comment is on the page.")
            return HttpResponseRedirect(comment.get_absolute_url())
        messages.success(self.request, HELD)
        return HttpResponseRedirect(self.topic.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = thread(self.topic.comments.for_thread())
        context = {
            "topic": self.topic,
            "tags": self.topic.tags.all(),
            "entries": entries,
            "comment_count": sum(entry.comment.is_shown for entry in entries),
        }
        if self.topic.is_out:
            context["older"] = Topic.objects.before(self.topic)
            context["newer"] = Topic.objects.after(self.topic)
        return super().get_context_data(**context, **kwargs)
