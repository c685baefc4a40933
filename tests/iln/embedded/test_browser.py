"""The mailbox, as the organiser uses it in a browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from iln.embedded import mailbox
from tests.factories import MessageFactory

WIDTHS = [320, 1280]


@pytest.fixture
def organiser_page(transactional_db, live_server, page, organiser_client):
    """A page on which the organiser is logged in."""
    cookie = organiser_client.cookies[site.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    return page


@pytest.fixture
def html(live_server):
    """A mail's HTML with a link to our site, and a script that should never run."""
    context = {"network_name": "Our network", "site_url": live_server.url}
    button = {"url": f"{live_server.url}/rounds/", "label": "See the rounds"}
    html = render_to_string("mail/base.html", context)
    script = "<script>document.body.textContent = 'Boo'</script>"
    return html.replace(
        "</body>", render_to_string("mail/_button.html", button) + script
    )


@pytest.fixture
def kept(settings, tmp_path, html):
    settings.MAIL_DIR = tmp_path / "mailbox"
    connection = get_connection("iln.embedded.mailbox.MaildirBackend")
    mail = EmailMultiAlternatives(
        "Hello", "Hello", to=["a@example.org"], connection=connection
    )
    mail.attach_alternative(html, "text/html")
    mail.send()
    return mailbox.newest_first()[0]


def check(page):
    """Accessible, and never wider than the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_organiser_reads_a_mail_and_follows_its_link(
    organiser_page, live_server, kept, scheme
):
    page = organiser_page
    page.emulate_media(color_scheme=scheme)

    page.goto(live_server.url + reverse("embedded:mailbox"))
    check(page)
    page.get_by_role("link", name="Hello").click()
    page.get_by_text("Headers", exact=True).click()
    page.get_by_text("As plain text").click()
    check(page)
    page.frame_locator("iframe").get_by_role("link", name="See the rounds").click()

    page.wait_for_url(f"{live_server.url}/rounds/")


@pytest.mark.browser
def test_the_organiser_sees_a_message_in_the_outbox_as_it_arrives(
    organiser_page, live_server, html
):
    page = organiser_page
    message = MessageFactory(html=html)

    page.goto(live_server.url + reverse("admin:mail_message_change", args=[message.pk]))
    page.frame_locator("iframe").get_by_role("link", name="See the rounds").click()

    page.wait_for_url(f"{live_server.url}/rounds/")
