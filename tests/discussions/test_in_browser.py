"""Reading and answering, in Chromium: with axe, on a phone, without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from discussions.models import Comment
from tests.factories import CommentFactory, TagFactory, TopicFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = """
## Questions

1. When is it quiet?
2. What did you [try](https://example.org)?

> She answered with a photo of the snow.

| Where | When |
|---|---|
| Nairobi | Mondays |
"""


@pytest.fixture
def topic(transactional_db):
    """A topic with a conversation of fifty, each answering the one before."""
    topic = TopicFactory(title="Quiet days", body=BODY)
    topic.tags.set([TagFactory()])
    parent = None
    for nth in range(50):
        text = f"Answer {nth}. https://example.org/{'a' * 80}"
        parent = CommentFactory(topic=topic, parent=parent, text=text)
    return topic


@pytest.fixture
def url(live_server, topic):
    return live_server.url + topic.get_absolute_url()


def assert_good(page):
    """Accessible, and never wider than the screen."""
    page.wait_for_load_state()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_narrow(live_server, page, url, scheme):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.emulate_media(color_scheme=scheme)

    for address in (
        f"{live_server.url}/discussions/",
        url,
        f"{url}?reply={Comment.objects.first().pk}",
    ):
        page.goto(address)
        assert_good(page)

    page.get_by_role("button", name="Post my comment").click()
    expect(page).to_have_title(re.compile("^Error: Quiet days"))
    assert_good(page)
    assert complaints == []


def test_deepest_comment_is_readable_on_a_phone(page, url):
    page.set_viewport_size({"width": 320, "height": 800})

    page.goto(url)

    assert page.locator(".comment-text").last.bounding_box()["width"] >= 200


def test_answer_without_scripts_from_first_words_to_approval(browser, url, topic):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("link", name="Reply").first.click()

    page.get_by_label("Your name").fill("Mei")
    page.get_by_label("Your comment").fill("We sing.")
    page.get_by_role("button", name="Post my comment").click()
    page.get_by_role("link", name="Your mail address").click()
    page.get_by_label("Your mail address").fill("mei@example.org")
    page.get_by_role("button", name="Post my comment").click()

    answer = Comment.objects.get(name="Mei")
    assert answer.parent == topic.comments.order_by("pk").first()
    assert "An organiser reads every first comment" in page.inner_text(".messages")

    Comment.objects.held().approve()
    page.goto(url)
    assert page.locator(f"#{answer.anchor}").get_by_text("We sing.").is_visible()
    context.close()
