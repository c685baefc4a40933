"""The pictures of the README and the handbook, taken from a demo of its own: `make screenshots`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-sync"]
PICTURES = ROOT / "docs" / "img"
GREETING = re.compile(r"at (\S+?)/\n.*Organiser +(\S+)\n +Password +(\S+)", re.DOTALL)
ALL_SENT = re.compile(r"(\d+) of \1 introductions sent")
WIDTH = 1280


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with demo() as (site, address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(color_scheme="light", reduced_motion="reduce")
        photograph_what_everybody_sees(page, site)
        log_in(page, site, address, password)
        photograph_matching_day(page, site)
        photograph_an_introduction(page, site)
        photograph_after(page, site)


@contextmanager
def demo() -> Iterator[tuple[str, str, str]]:
    """A fresh demo while it is needed: its address, and the organiser's log-in."""
    with tempfile.TemporaryDirectory() as folder:
        site = subprocess.Popen(
            [sys.executable, "manage.py", "embedded"],
            cwd=ROOT,
            env=os.environ | {"ILN_DATA_DIR": folder, "PORT": str(free_port())},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield greeting(site)
        finally:
            site.send_signal(signal.SIGINT)
            site.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def greeting(site: subprocess.Popen[str]) -> tuple[str, str, str]:
    said = ""
    for line in site.stdout or []:
        said += line
        if found := GREETING.search(said):
            address, organiser, password = found.groups()
            return address, organiser, password
    raise RuntimeError(f"The demo did not start:\n{said}")


def photograph_what_everybody_sees(page: Page, site: str) -> None:
    page.goto(site)
    take(page, "home", 1280)
    page.goto(f"{site}/apply/")
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_label("Your name").fill("Amina Otieno")
    page.get_by_label("Mail address").fill("amina@example.org")
    take(page, "apply", 1100)
    page.goto(f"{site}/discussions/")
    page.locator(".topics h2 a").nth(1).click()
    take(page, "discussion", 1500)


def log_in(page: Page, site: str, address: str, password: str) -> None:
    page.goto(f"{site}/admin/")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def photograph_matching_day(page: Page, site: str) -> None:
    of_round(page, site, "Pilot round").get_by_role("link", name="Matching day").click()
    page.get_by_role("link", name="Close sign-up now…").click()
    page.get_by_role("button", name="Close sign-up").click()
    take(page, "day", 1000)
    page.get_by_role("link", name="Is everything ready?").click()
    take(page, "day-ready", 1100)
    page.get_by_role("link", name="Matching day").first.click()
    find_the_best(page, "Find the best matching")
    page.get_by_role("link", name="Matching day").first.click()
    find_the_best(page, "Find it again")  # to be changed, and compared
    page.locator(".pair-list a").nth(1).click()
    page.goto(page.url.partition("#")[0])  # from its top
    take(page, "matching-day", 1100)
    photograph_changes(page)
    photograph_what_was_done(page)
    photograph_publishing(page)


def of_round(page: Page, site: str, name: str) -> Locator:
    """What the first page of the admin says about a round."""
    page.goto(f"{site}/admin/")
    return page.get_by_role("article").filter(
        has=page.get_by_role("heading", name=name)
    )


def find_the_best(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Pairs")).to_be_visible(timeout=60_000)


def photograph_changes(page: Page) -> None:
    """Somebody is given the partner that costs the round least."""
    page.get_by_role("link", name="Who else for").first.click()
    take(page, "day-who-else", 900)
    page.locator("#best ~ ul a").first.click()
    page.get_by_label("Why?").fill("They met at a conference, and asked for it.")
    take(page, "day-price", 900)
    page.get_by_role("button", name="Do it").click()


def photograph_what_was_done(page: Page) -> None:
    page.get_by_role("link", name="Matching day").first.click()
    page.get_by_role("link", name="Compare").click()
    take(page, "day-compare", 1200)
    page.get_by_role("link", name="Matching day").first.click()
    page.get_by_role("link", name="Decision log").click()
    take(page, "day-log", 700)


def photograph_publishing(page: Page) -> None:
    """Published, and stopped before anybody has heard of it."""
    page.get_by_role("link", name="Matching day").first.click()
    page.get_by_role("link", name="Look through it").click()
    page.get_by_role("link", name="Publish…").click()
    take(page, "day-publish", 1100)
    type_the_number(page)
    take(page, "day-sending", 900)
    page.get_by_role("button", name="Stop, and tell nobody").click()


def type_the_number(page: Page) -> None:
    introductions = page.locator(".big strong").first.inner_text().split()[0]
    page.get_by_label("How many introductions is that?").fill(introductions)
    page.get_by_role("button", name="Publish, and send").click()


def photograph_after(page: Page, site: str) -> None:
    of_round(page, site, "Second round").get_by_role("link", name="After").click()
    take(page, "day-after", 1000)


def photograph_an_introduction(page: Page, site: str) -> None:
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Begin at once").check()
    type_the_number(page)
    expect(page.get_by_text(ALL_SENT)).to_be_visible(timeout=60_000)
    page.goto(f"{site}/mailbox/")
    page.get_by_role("link", name="Meet ").first.click()
    page.goto(f"{site}{page.locator('iframe').get_attribute('src')}")
    take(page, "introduction")


def take(page: Page, name: str, height: int = 0) -> None:
    """The top of the page, or all of it where no height is named."""
    page.set_viewport_size({"width": WIDTH, "height": height or 800})
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=not height)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")  # noqa: T201


if __name__ == "__main__":
    main()
