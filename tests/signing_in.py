"""Sign somebody in as a participant, without the mail."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from participants import sessions


def sign_in(client, user):
    """From now on, this client is signed in as this person; answers the client."""
    request = HttpRequest()
    request.session = client.session
    sessions.begin(request, user)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def sign_in_page(page, live_server, client, user):
    """The same for a browser's page."""
    sign_in(client, user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])
    return page
