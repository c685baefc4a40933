from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from iln.mail.models import Message
from matching import emails
from matching.models import Aside, Pin, TwoPeople
from matching.readying import preparing, readiness
from matching.wording import roughly
from participants import services
from participants.luck import Luck
from participants.models import Application
from participants.terms import Terms
from rounds.models import Round
from tests.factories import ApplicationFactory, PinFactory, RoundFactory, VetoFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db

ABROAD = ["AU", "PE", "DK", "JP", "CA", "NO", "NP", "BR", "IN", "FR"]


@pytest.fixture
def round_(db):
    return RoundFactory(closed=True)


@pytest.fixture
def crowd(round_):
    """Ten people of ten countries; nobody wishes for anything."""
    return [ApplicationFactory(round=round_, country=code) for code in ABROAD]


@pytest.fixture
def amina(round_, crowd):
    """She must have a partner in Iceland, where nobody lives; else all ten would do."""
    return ApplicationFactory(
        round=round_, user__name="Amina", wishes=[("country", "must", "IS")]
    )


def few(round_):
    seen = readiness.look(round_)
    return readiness.with_few_partners(seen, seen.found.few, Terms())


def forecast(round_, percent):
    return readiness.forecast(readiness.look(round_), percent)


# --- Who takes part ----------------------------------------------------------


def test_states_and_countries_are_counted(round_):
    kenyan, _, dane = (
        ApplicationFactory(round=round_, country=code) for code in ("KE", "KE", "DK")
    )
    ApplicationFactory(round=round_, confirmed_at=None)
    ApplicationFactory(round=round_, withdrawn_at=timezone.now())
    Aside.objects.create(application=kenyan, reason="Ill.")
    now = timezone.now()
    for said in [{}, {"sat_out_at": now}, {"sat_out_at": now, "next_round_at": now}]:
        ApplicationFactory(round=round_, asked_still_in_at=now, **said)
    ApplicationFactory(round=round_, asked_still_in_at=now, still_in_at=now)

    assert readiness.states(round_) == {
        "confirmed": 3,
        "unconfirmed": 1,
        "unanswered": 1,
        "sat_out": 2,
        "next_round": 1,
        "aside": 1,
        "withdrawn": 1,
    }
    found = readiness.countries([kenyan, kenyan, dane], [dane])
    assert [(one.name, one.people, one.waiting) for one in found] == [
        ("Kenya", 2, 0),
        ("Denmark", 1, 1),
    ]
    assert round(sum(one.share for one in found)) == 100


@pytest.mark.parametrize("countries", [[], ["KE"], ["KE", "KE", "KE"]])
def test_small_rounds_are_surveyed_like_all(round_, countries):
    for code in countries:
        ApplicationFactory(
            round=round_, country=code, wishes=[("country", "must", "PE")]
        )

    alone = len(countries)
    assert len(few(round_)) == alone
    assert forecast(round_, 20).alone == min(alone, 1)
    assert forecast(round_, 20).alone_before == alone


def test_states_agree_with_what_each_application_says(round_):
    now = timezone.now()
    asked = {"asked_still_in_at": now}
    for facts in [
        {},
        {"confirmed_at": None},
        {"withdrawn_at": now},
        asked,
        asked | {"still_in_at": now},
        asked | {"sat_out_at": now},
        asked | {"sat_out_at": now, "next_round_at": now},
        asked | {"sat_out_at": now, "withdrawn_at": now},
    ]:
        ApplicationFactory(round=round_, **facts)

    said = Counter(one.state.value for one in round_.applications.all())
    counted = readiness.states(round_)

    assert {state: counted[state] for state in said} == said
    assert counted["confirmed"] == round_.applications.confirmed().count()
    assert counted["unanswered"] == round_.applications.unanswered().count()


def test_who_comes_first_is_known_with_why(round_, crowd):
    earlier = RoundFactory(
        opens_at=timezone.now() - timedelta(days=400),
        closes_at=timezone.now() - timedelta(days=390),
        published_at=timezone.now() - timedelta(days=300),
    )
    left_over, again = ApplicationFactory(round=earlier), crowd[0]
    again.user = left_over.user
    again.save()
    kept = ApplicationFactory(
        round=earlier,
        user=crowd[1].user,
        asked_still_in_at=timezone.now(),
        sat_out_at=timezone.now(),
        next_round_at=timezone.now(),
    )

    found = readiness.look(round_).come_first

    assert found == [(Luck.LEFT_OVER, [again]), (Luck.KEPT_PLACE, [crowd[1]])]
    assert kept.user == crowd[1].user


# --- One person twice --------------------------------------------------------


@pytest.fixture
def twice(round_):
    return [
        ApplicationFactory(round=round_, user__name="Jo", user__email=address)
        for address in ("jo@work.example", "jo@home.example")
    ]


def test_double_is_found_until_somebody_knows_better(round_, twice, organiser):
    [found] = readiness.likely_doubles(round_)
    assert {found.first, found.second} == set(twice)

    preparing.tell_apart(*twice, organiser, "Two sisters-in-law.")
    preparing.tell_apart(*reversed(twice), organiser, "Once more.")

    assert readiness.likely_doubles(round_) == []
    assert TwoPeople.objects.get().reason == "Two sisters-in-law."
    later = RoundFactory()
    for application in twice:
        ApplicationFactory(round=later, user=application.user)
    assert readiness.likely_doubles(later) == []


def test_withdrawn_double_hears_why_and_not_the_other_address(round_, twice):
    preparing.withdraw_double(twice[1])

    twice[1].refresh_from_db()
    assert twice[1].withdrawn_at
    assert readiness.likely_doubles(round_) == []
    [mail] = Message.objects.all()
    assert mail.recipient == twice[1].user
    assert "we keep your other application" in mail.text
    assert "jo@work.example" not in mail.text + mail.html


def test_double_letter_is_not_wanted_by_who_applied_again(twice):
    preparing.withdraw_double(twice[0])
    mail = Message.objects.get()
    assert emails.why_not_a_double(mail) == ""

    twice[0].withdrawn_at = None
    twice[0].save()

    assert emails.why_not_a_double(mail) == "This person has applied again."


def test_withdrawn_double_stands_again_as_before(round_, twice):
    wishes = "Somebody patient."
    Application.objects.filter(pk=twice[1].pk).update(wishes_text=wishes)
    before = Application.objects.filter(pk=twice[1].pk).values().get()
    preparing.withdraw_double(twice[1])
    [gone] = readiness.withdrawn_doubles(round_)

    preparing.take_back_double(gone)

    assert Application.objects.filter(pk=gone.pk).values().get() == before
    assert readiness.withdrawn_doubles(round_) == []
    mail = Message.objects.get(kind="stands again")
    assert mail.recipient == gone.user
    assert "Your application stands again, just as you sent it." in mail.text
    assert "You are in the round as before" in mail.text
    assert "jo@work.example" not in mail.text + mail.html
    assert emails.why_not_a_double(Message.objects.get(kind="double withdrawn")) != ""
    assert emails.why_not_standing(mail) == ""


def test_news_that_it_stands_again_is_not_wanted_once_it_is_withdrawn(round_, twice):
    preparing.withdraw_double(twice[1])
    preparing.take_back_double(*readiness.withdrawn_doubles(round_))
    preparing.withdraw_double(twice[1])

    mail = Message.objects.get(kind="stands again")
    assert emails.why_not_standing(mail) == "The application was withdrawn again."
    assert Message.objects.filter(kind="double withdrawn").count() == 2

    preparing.take_back_double(*readiness.withdrawn_doubles(round_))
    assert Message.objects.filter(kind="stands again").count() == 2


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"confirmed_at": None}, "Please confirm it until"),
        ({"asked_still_in_at": timezone.now()}, "Please answer until"),
    ],
)
def test_who_stands_again_hears_what_is_still_to_be_done(facts, words, round_):
    application = ApplicationFactory(round=round_, **facts)
    preparing.withdraw_double(application)

    preparing.take_back_double(*readiness.withdrawn_doubles(round_))

    assert words in Message.objects.get(kind="stands again").text


def test_who_withdrew_by_themselves_stays_out(round_, twice):
    services.withdraw(twice[0])
    twice[0].refresh_from_db()
    preparing.withdraw_double(twice[1])
    [gone] = readiness.withdrawn_doubles(round_)
    preparing.take_back_double(gone)
    services.withdraw(twice[1])  # this time by herself
    twice[1].refresh_from_db()

    assert readiness.withdrawn_doubles(round_) == []
    for application in twice:
        with pytest.raises(preparing.Refused, match="not withdrawn as somebody"):
            preparing.take_back_double(application)
    assert Application.objects.active().count() == 0


def test_taking_back_twice_is_refused(round_, twice):
    preparing.withdraw_double(twice[1])
    [gone] = readiness.withdrawn_doubles(round_)
    preparing.take_back_double(gone)

    with pytest.raises(preparing.Refused):
        preparing.take_back_double(gone)

    assert Message.objects.filter(kind="stands again").count() == 1


def test_nobody_stands_again_in_a_published_round(round_, twice):
    preparing.withdraw_double(twice[1])
    [gone] = readiness.withdrawn_doubles(round_)
    Round.objects.update(published_at=timezone.now())

    with pytest.raises(preparing.Refused, match="has been published already"):
        preparing.take_back_double(gone)

    assert not Message.objects.filter(kind="stands again").exists()


@pytest.mark.parametrize(
    "facts", [{"confirmed_at": None}, {"asked_still_in_at": timezone.now()}]
)
def test_who_can_no_longer_confirm_does_not_stand_again(facts, round_):
    application = ApplicationFactory(round=round_, **facts)
    preparing.withdraw_double(application)
    Round.objects.update(confirm_by=timezone.now() - timedelta(hours=1))
    [gone] = readiness.withdrawn_doubles(round_)

    with pytest.raises(preparing.Refused, match="The time to confirm is over"):
        preparing.take_back_double(gone)

    gone.refresh_from_db()
    assert gone.withdrawn_at


def test_confirmed_double_stands_again_after_the_deadline(round_, twice):
    preparing.withdraw_double(twice[1])
    Round.objects.update(confirm_by=timezone.now() - timedelta(hours=1))

    preparing.take_back_double(*readiness.withdrawn_doubles(round_))

    assert Application.objects.confirmed().count() == 2


@pytest.mark.django_db(transaction=True)
def test_taking_back_at_once_writes_one_mail():
    round_ = RoundFactory(closed=True)
    preparing.withdraw_double(ApplicationFactory(round=round_))
    [gone] = readiness.withdrawn_doubles(round_)

    answers = at_once(lambda: preparing.take_back_double(gone))

    assert sorted(map(str, answers)) == sorted(map(str, [None, preparing.Refused]))
    assert Message.objects.filter(kind="stands again").count() == 1


def test_two_people_are_kept_once_and_in_order(twice):
    first, second = sorted(twice, key=lambda one: one.user_id)
    TwoPeople.objects.create(first=first.user, second=second.user, reason="They are.")

    for pair in [(first, second), (second, first)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            TwoPeople.objects.create(
                first=pair[0].user, second=pair[1].user, reason="?"
            )


# --- Wishes that nobody can meet ----------------------------------------------


def test_hopeless_wishes_are_grouped_and_counted(round_, crowd):
    for strength in ("must", "nice"):
        ApplicationFactory(round=round_, wishes=[("country", strength, "IS")])
    own = ApplicationFactory(round=round_, wishes=[("country", "nice", "KE")])
    other = ApplicationFactory(round=round_, wishes=[("role", "nice")], role__slug="it")

    found = readiness.hopeless_wishes(readiness.look(round_), Terms())

    assert [(one.wanted, len(one.people), one.musts, one.why) for one in found] == [
        ("Iceland", 2, 1, "nobody else from there has applied"),
        ("Kenya", 1, 0, "some could meet it, but none who may be their partner"),
        ("the same as mine (role)", 1, 0, "nobody else has it"),
    ]
    assert [found[1].people, found[2].people] == [[own], [other]]


# --- Few possible partners -------------------------------------------------------


def test_who_has_few_partners_is_shown_with_what_would_open_more(amina, round_):
    [found] = few(round_)

    assert (found.application, found.possible) == (amina, 0)
    assert found.why == "10 who would break a must of theirs"
    [offer] = found.offers
    assert (offer.words, offer.opens, offer.letter) == ("Iceland", 10, None)
    assert offer.may_be_sent


def test_letter_offers_a_concession_once(amina, round_):
    preparing.offer(amina, ["country"])
    preparing.offer(amina, ["country"])

    [mail] = Message.objects.all()
    assert mail.recipient == amina.user
    assert mail.subject == f"More possible partners for you in {round_}?"
    assert "- Country or region: Iceland" in mail.text
    assert "about 10 more people</strong> could be your partner" in mail.html
    assert amina.get_absolute_url().partition(":")[0] in mail.text
    amina.refresh_from_db()
    assert amina.is_correctable
    assert f"until {amina.reopened_until:%-d %B %Y}" in mail.text
    [offer] = few(round_)[0].offers
    assert offer.letter == mail
    assert not offer.may_be_sent


def test_letter_is_never_about_certain_people(round_, amina):
    for nobody in round_.applications.exclude(pk=amina.pk).order_by("pk")[2:]:
        services.withdraw(nobody)
    Message.objects.all().delete()

    [offer] = next(one for one in few(round_) if one.application == amina).offers

    assert offer.opens == 2
    assert not offer.may_be_sent
    with pytest.raises(preparing.Refused):
        preparing.offer(amina, ["country"])
    assert not Message.objects.exists()


def test_nothing_is_offered_that_would_not_help(amina):
    with pytest.raises(preparing.Refused):
        preparing.offer(amina, ["workplace"])


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (3, "a few"),
        (9, "a few"),
        (14, "about 10"),
        (31, "about 30"),
        (263, "about 250"),
    ],
)
def test_numbers_in_letters_are_rough(count, words):
    assert roughly(count) == words


def test_offer_is_not_wanted_once_it_comes_too_late(amina, round_):
    preparing.offer(amina, ["country"])
    mail = Message.objects.get()
    assert emails.why_not_an_offer(mail) == ""

    Round.objects.update(published_at=timezone.now())
    assert emails.why_not_an_offer(mail) == "The time to change answers is over."
    amina.withdrawn_at = timezone.now()
    amina.save()
    assert emails.why_not_an_offer(mail) == "This person has withdrawn."


def test_who_is_out_of_reach_for_other_reasons_gets_no_offer(round_, crowd):
    lonely = ApplicationFactory(round=round_, languages={"is": 3})
    friend = ApplicationFactory(round=round_, country="UG", languages={"is": 3})
    first, second = sorted([lonely.user, friend.user], key=lambda user: user.pk)
    VetoFactory(first=first, second=second)

    found = {one.application: one for one in few(round_)}

    assert found[lonely].offers == []
    assert found[lonely].why == (
        "10 without a common language and 1 past partners or kept apart"
    )


def test_pinned_people_are_not_hard_to_pair_and_a_broken_pin_does_no_harm(
    round_, organiser
):
    """Whoever was pinned and published may not be paired again."""
    for code in ["KE", "AU", "PE", "DK", "JP", "CA"] * 5:
        ApplicationFactory(round=round_, country=code)
    one, other = round_.applications.order_by("pk")[:2]
    pin = PinFactory(round=round_, first=one, second=other)
    assert few(round_) == []

    first, second = sorted([one.user, other.user], key=lambda user: user.pk)
    VetoFactory(first=first, second=second)

    assert few(round_) == []
    assert pin in Pin.objects.all()


# --- At most so many from one country ------------------------------------------


def test_forecast_says_who_would_wait_and_what_that_changes(round_):
    for nth in range(6):
        ApplicationFactory(round=round_, country="KE", user__name=f"Kenyan {nth}")
    for code in ("AU", "PE"):
        ApplicationFactory(round=round_, country=code)

    found = forecast(round_, 25)

    assert found.most == 2
    assert [one.name for one in found.waiting] == [
        f"Kenyan {nth}" for nth in (2, 3, 4, 5)
    ]
    assert [(one.name, one.people, one.waiting) for one in found.countries] == [
        ("Kenya", 6, 4)
    ]
    assert (found.alone_before, found.alone) == (4, 0)
    assert forecast(round_, 80).waiting == []


def test_cap_is_set_and_taken_away_before_publication(round_):
    preparing.cap_countries(round_, 20)
    assert Round.objects.get().country_cap == 20
    preparing.cap_countries(round_, None)
    assert Round.objects.get().country_cap is None

    Round.objects.update(published_at=timezone.now())
    with pytest.raises(preparing.Refused):
        preparing.cap_countries(round_, 20)
