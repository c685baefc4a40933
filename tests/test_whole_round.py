"""A whole round of twelve people, from the first application to the first answer, in Chromium."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import OrganiserFactory, RoundFactory, TopicFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-rainy-saturday"
ADDRESSES = {
    "Amina Otieno": "amina@example.org",
    "Tomás Aguiar": "tomas@example.org",
    "Søren Dahl": "soren@example.org",
    "Mei Tanaka": "mei@example.org",
    "Pilar Quispe": "pilar@example.org",
    "Ifeoma Balogun": "ifeoma@example.org",
    "Wanjiru Kamau": "wanjiru@example.org",
    "Linh Pham": "linh@example.org",
    "Agnieszka Nowak": "agnieszka@example.org",
    "Thandeka Mokoena": "thandeka@example.org",
    "Emre Yıldız": "emre@example.org",
    "Ayesha Siddiqui": "ayesha@example.org",
}
TEN_MORE = dict(
    zip(
        list(ADDRESSES)[2:],
        ["DK", "JP", "PE", "NG", "KE", "VN", "PL", "ZA", "TR", "PK"],
        strict=True,
    )
)


@pytest.fixture
def network(live_server, starting_vocabulary, settings, tmp_path):
    """An open round and this month's topic; mails are kept for the mailbox, linking here."""
    settings.SITE_URL = live_server.url
    settings.MAIL_DIR = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "iln.embedded.mailbox.MaildirBackend"
    OrganiserFactory(email="organiser@example.org", password=make_password(PASSWORD))
    TopicFactory(title="Quiet days", round=RoundFactory(name="Spring round"))
    return live_server.url


def test_twelve_people_live_through_a_round(network, page, new_page):
    phone = new_page(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        java_script_enabled=False,
    )
    desk, reader = new_page(), new_page()

    apply_by_hand(page, network)
    apply_on_a_phone(phone, network)
    for name, country in TEN_MORE.items():
        apply_quickly(page, network, name, country)
    log_in(desk, network)
    for name, mail in mails_to_confirm(desk).items():
        confirm(phone if name == "Tomás Aguiar" else page, desk, mail, name)
    one, other = match_and_publish(desk)
    read_introduction(desk, one, other)
    read_introduction(desk, other, one)
    converse(reader, desk, network)


def apply_by_hand(page, network):
    """Amina finds her way from the home page, and has wishes."""
    page.goto(network)
    page.get_by_role("link", name="Apply").first.click()
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_label("Your name").fill("Amina Otieno")
    page.get_by_label("Mail address").fill("amina@example.org")
    go_on(page)
    page.get_by_label("Country").select_option("Kenya")
    expect(page.get_by_label("Time zone")).to_have_value("Africa/Nairobi")
    go_on(page)
    page.get_by_label("First language", exact=True).select_option("English")
    page.get_by_label("First language: how well").select_option("fluent")
    page.get_by_label("Second language", exact=True).select_option("Swahili")
    page.get_by_label("Second language: how well").select_option("fluent")
    work = section(page, "Your work")
    work.get_by_label("Kind of workplace").select_option("Public library")
    work.get_by_label("Role").select_option("Librarian")
    work.get_by_label("Career stage").select_option("Mid career")
    go_on(page)
    interests = section(page, "Your interests")
    interests.get_by_label("Makerspaces").check()
    interests.get_by_label("Storytelling").check()
    page.get_by_label("A few sentences about you").fill("I run the story hour.")
    go_on(page)
    page.get_by_label("Another way to reach you").select_option("Signal")
    page.get_by_label("Number, name or link").first.fill("+254 20 0000000")
    go_on(page)
    wish(page, "someone who lives in").get_by_label("One of these").check()
    section(page, "Which countries or regions").get_by_label("1").select_option("Peru")
    section(page, "How much the country or region matters").get_by_label("must").check()
    wish(page, "someone who works in").get_by_label("Same as mine").check()
    page.get_by_label("I would like us both to be awake for").fill("2")
    page.get_by_label("Anything else that you wish for").fill("Somebody patient.")
    go_on(page)
    agree_and_send(page)


def section(page, legend):
    return page.get_by_role("group", name=legend, exact=True)


def wish(page, begins):
    return section(page, f"I would like {begins} …")


def go_on(page):
    page.get_by_role("button", name="Continue").click()


def agree_and_send(page):
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_label("I agree to the code of conduct").check()
    page.get_by_label("I agree that my answers are used").check()
    page.get_by_role("button", name="Send my application").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def apply_on_a_phone(page, network):
    """Tomás applies without scripts, and forgets his time zone at first."""
    say_who(page, network, "Tomás Aguiar")
    page.select_option("[name=country]", "BR")
    go_on(page)
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("Brazil has")
    problems.get_by_role("link", name="Time zone").tap()

    page.get_by_label("Time zone").select_option("America/Recife")
    go_on(page)

    say_the_rest(page)
    agree_and_send(page)


def apply_quickly(page, network, name, country):
    say_who(page, network, name)
    page.select_option("[name=country]", country)
    go_on(page)
    say_the_rest(page)
    agree_and_send(page)


def say_who(page, network, name):
    page.goto(f"{network}{reverse('participants:apply_now')}")
    page.get_by_role("link", name="Start", exact=True).click()
    page.fill("[name=name]", name)
    page.fill("[name=email]", ADDRESSES[name])
    go_on(page)


def say_the_rest(page):
    """All that is asked of everybody, after their country."""
    page.select_option("[name=language_1]", "en")
    page.select_option("[name=comfort_1]", "2")
    page.select_option("[name=workplace]", "public-library")
    page.select_option("[name=role]", "librarian")
    page.select_option("[name=career_stage]", "mid-career")
    go_on(page)
    page.check("[name=interests][value=storytelling]")
    page.fill("[name=about]", "I look after the maps.")
    go_on(page)
    go_on(page)
    go_on(page)


def log_in(desk, network):
    desk.goto(f"{network}{reverse('embedded:mailbox')}")
    desk.get_by_label("Mail address").fill("organiser@example.org")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Log in").click()
    expect(desk.get_by_role("heading", name="Mailbox")).to_be_visible()


def mails_to_confirm(desk):
    """Where in the mailbox everybody's first mail is."""
    mails = {
        name: desk.get_by_role("listitem").filter(has_text=f"to {address}")
        for name, address in ADDRESSES.items()
    }
    subject = "Please confirm your application for Spring round"
    return {
        name: mail.get_by_role("link", name=subject).get_attribute("href")
        for name, mail in mails.items()
    }


def confirm(page, desk, mail, name):
    desk.goto(urljoin(desk.url, mail))
    letter = desk.frame_locator("iframe")
    link = letter.get_by_role("link", name="See and confirm my application")
    page.goto(link.get_attribute("href"))
    page.get_by_role("button", name="Confirm my application").click()
    expect(page.get_by_role("heading", name=f"You are in, {name}")).to_be_visible()


def match_and_publish(desk):
    """Matching day; answers the names of Amina and of her partner."""
    desk.get_by_role("link", name="For organisers").click()
    desk.locator("#content").get_by_role("link", name="Rounds").last.click()
    desk.get_by_role("link", name="Spring round").click()
    desk.get_by_role("link", name="Matching day").click()
    desk.get_by_role("link", name="Close sign-up now…").click()
    desk.get_by_role("button", name="Close sign-up").click()
    desk.get_by_role("button", name="Find the best matching").click()
    expect(figure(desk, "of 12 matched")).to_have_text("12")
    expect(figure(desk, "with no wish met")).to_have_text("0")
    desk.get_by_role("link", name="Amina Otieno & Pilar Quispe").click()
    pair = [name.inner_text() for name in desk.locator(".sides h2").all()]
    assert pair == ["Amina Otieno", "Pilar Quispe"]
    desk.get_by_role("link", name="Publish…").click()
    letter = desk.frame_locator("iframe").first
    expect(letter.get_by_text("we found a partner for you in Spring")).to_be_visible()
    desk.get_by_label("Begin at once").check()
    desk.get_by_label("How many introductions is that?").fill("12")
    desk.get_by_role("button", name="Publish, and send them").click()
    expect(desk.get_by_role("heading", name="Introductions on")).to_be_visible()
    desk.get_by_role("link", name="View site").click()
    return pair


def figure(page, caption):
    return page.locator(".figures div", has_text=caption).locator("dd")


def read_introduction(desk, reader, partner):
    desk.get_by_role("link", name="Mailbox").click()
    desk.get_by_label("Mails to").fill(ADDRESSES[reader])
    desk.get_by_role("button", name="Search").click()
    desk.get_by_role("link", name="Meet ").click()
    mail = desk.frame_locator("iframe").locator("body")
    expect(mail).to_contain_text(f"Dear {reader}")
    heading = mail.get_by_role("heading", name=f"How to reach {partner}")
    expect(heading).to_be_visible()
    text = desk.locator(".mail-text").text_content()
    headers = desk.locator(".mail-headers").text_content()

    for words in (mail.inner_text(), text):
        assert mentioned(words, ADDRESSES) == {reader, partner}
        assert mentioned(words, ADDRESSES.values()) == {ADDRESSES[partner]}
    assert mentioned(headers, ADDRESSES.values()) == {ADDRESSES[reader]}


def mentioned(words, some):
    return {one for one in some if one in words}


def converse(reader, desk, network):
    reader.goto(network)
    reader.get_by_role("link", name="Discussions").first.click()
    reader.get_by_role("link", name="Quiet days").first.click()
    post(reader, "Jo", "We oil the hinges.")
    expect(reader.get_by_text("An organiser reads every first comment")).to_be_visible()
    approve(desk)

    reader.reload()
    reader.get_by_role("link", name="Reply to Jo").click()
    expect(reader.get_by_role("heading", name="Your answer to Jo")).to_be_visible()
    post(reader, "Ana", "We whisper to the printer.")
    approve(desk)

    reader.reload()
    answer = reader.get_by_role("listitem").filter(
        has_text="We whisper to the printer."
    )
    expect(answer.get_by_role("link", name="Jo", exact=True)).to_be_visible()
    expect(reader.get_by_role("heading", name="2 comments")).to_be_visible()


def post(reader, name, words):
    reader.get_by_label("Your name").fill(name)
    reader.get_by_label("Your mail address").fill(f"{name.lower()}@example.org")
    reader.get_by_label("Your comment").fill(words)
    reader.get_by_role("button", name="Post my comment").click()


def approve(desk):
    """Let the first comment that waits onto the site."""
    desk.get_by_role("link", name="For organisers").click()
    desk.locator("#content").get_by_role("link", name="Comments").click()
    desk.get_by_role("checkbox").nth(1).check()
    desk.get_by_label("Action:").select_option("Show on the site")
    desk.get_by_role("button", name="Go").click()
    expect(desk.get_by_text("Now on the site: 1.")).to_be_visible()
    desk.get_by_role("link", name="View site").click()
