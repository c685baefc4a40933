from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from discussions.models import Comment
from iln.embedded import mailbox
from iln.mail import outbox
from iln.mail.emails import tried
from iln.mail.models import Message, Returned
from iln.personal_data import ERASED, Comments
from matching import services as matching
from matching.after import concerns
from matching.after.aftercare import waiting
from matching.models import (
    CheckIn,
    Concern,
    LogLine,
    Match,
    PastPair,
    Proposal,
    Seat,
    Step,
    Survey,
)
from matching.problems import candidates, problem
from matching.publishing import publication
from participants.models import Access, Application, Draft, User
from participants.models.draft import hash_of
from participants.services.erasing import erase, marks
from participants.services.people import Refused
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    CommentFactory,
    MatchFactory,
    MessageFactory,
    OpeningAlertFactory,
    PinFactory,
    ProposalFactory,
    RoundFactory,
    TopicFactory,
    UserFactory,
    VetoFactory,
)

# In every field that takes words there is one of these.
ADDRESS = "zaubernuss@quittenhain.example"
FORMER = "zaubernuss@before.example"
NAME = "Philomena Zaubernuss"
WORDS = ["zaubernuss", "quittenhain", "philomena", "fliederduft", "5550173"]


def application_of(name, country, round_, **facts):
    address = f"{name.split()[0].lower()}@example.org"
    user = User.objects.with_address(address).first()
    user = user or UserFactory(name=name, email=address)
    return ApplicationFactory(round=round_, user=user, country=country, **facts)


@pytest.fixture
def marked(transactional_db):
    """Somebody with words of their own in every place, paired with Jo and introduced."""
    round_ = RoundFactory(closed=True)
    user = UserFactory(name=NAME, email=ADDRESS)
    mine = ApplicationFactory(
        round=round_,
        user=user,
        name="Philomena Zaubernuss-Fliederduft",
        about="I love Fliederduft.",
        wishes_text="Somebody who likes Fliederduft.",
        wishes=[("workplace", "nice", "public-library")],
    )
    ChannelFactory(application=mine, handle="+49 30 5550173")
    jo = application_of("Jo Ferris", "AU", round_)
    application_of("Mia Sorrel", "CA", round_)
    return mine, jo


@pytest.fixture
def published(marked, organiser, mailoutbox):
    mine, jo = marked
    PinFactory(round=mine.round, first=mine, second=jo, reason="Fliederduft for Jo.")
    proposal = matching.propose(mine.round)
    publication.publish(proposal, organiser, at_once=True)
    outbox.deliver_due()
    return proposal


def everything():
    """Each cell of each table, in small letters, with where it is."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, cell in zip(columns, row, strict=True):
                    yield f"{table}.{column}", str(cell).lower()


def found_in_database():
    return sorted(
        {
            f"{word} in {where}"
            for where, cell in everything()
            for word in WORDS
            if word in cell
        }
    )


def files_below(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def found_in_files(folder):
    """Also the database of the embedded run, with what was deleted in it."""
    return sorted(
        f"{word} in {path.name}"
        for path in files_below(folder)
        for word in WORDS
        if word.encode() in path.read_bytes().lower()
    )


def leave_traces(mine, jo, organiser):
    """All that happens to one's name over a year."""
    user, round_ = mine.user, mine.round
    OpeningAlertFactory(email=ADDRESS.upper())
    MessageFactory(address=ADDRESS, text="Dear Philomena")  # without a recipient
    now = timezone.now()
    MessageFactory(address=ADDRESS, recipient=user, sending_at=now, sent_at=now)
    MessageFactory(
        recipient=jo.user, text=f"{NAME} withdrew; {ADDRESS}", html=f"<p>{NAME}</p>"
    )
    MessageFactory(recipient=organiser, last_answer=f"550 <{ADDRESS}> unknown")
    topic = TopicFactory()
    first = CommentFactory(
        topic=topic,
        name=NAME,
        email=ADDRESS,
        website="https://quittenhain.example/",
        text="Fliederduft!",
    )
    CommentFactory(topic=topic, parent=first, name="Jo", text="Why?")
    CommentFactory(
        topic=topic, name=NAME, email=ADDRESS.title(), text="Fliederduft again"
    )
    other = UserFactory()
    low, high = sorted([user, other], key=lambda one: one.pk)
    veto = VetoFactory(first=low, second=high, reason="Zaubernuss said so.")
    for row in (user, mine, veto):
        LogEntry.objects.log_actions(organiser.pk, [row], CHANGE, "Fliederduft")
    LogEntry.objects.log_actions(
        organiser.pk, [round_], CHANGE, f"Asked {NAME} by {ADDRESS}."
    )
    line = LogLine.objects.create(
        round=round_, kind="pin", words="Fliederduft", made_by=organiser
    )
    line.people.set([user, jo.user])
    LogLine.objects.create(round=round_, kind="round", words=f"Closed for {NAME}.")
    step = Step.objects.create(
        proposal=Proposal.objects.get(),
        number=1,
        kind="apart",
        reason="Philomena asked.",
        adds=[
            {
                "what": "apart",
                "people": [mine.pk, jo.pk],
                "reason": "Fliederduft",
                "made_by": organiser.pk,
            }
        ],
    )
    step.people.set([mine, jo])
    leave_newer_traces(mine, jo, organiser)
    Seat.objects.filter(application=jo).update(note="Philomena does not answer.")
    Seat.objects.filter(application=mine).update(note="Philomena is away.")


def leave_newer_traces(mine, jo, organiser):
    """In drafts, check-ins, surveys, concerns, the access log, tests of words, bounces."""
    user, now = mine.user, timezone.now()
    answers = {"email": [ADDRESS], "name": [NAME], "about": ["Fliederduft, too."]}
    for email, based_on in [(ADDRESS.upper(), None), ("", mine), (FORMER, None)]:
        Draft.objects.create(
            round=RoundFactory(),
            key_hash=hash_of(f"{email}{based_on}"),
            email=email,
            answers=answers,
            step="you",
            based_on=based_on,
        )
    OpeningAlertFactory(email=FORMER)
    MessageFactory(address=FORMER, text="Dear Philomena")
    for new, changed_at in [(ADDRESS, now), ("zaubernuss@wanted.example", None)]:
        user.address_changes.create(old=FORMER, new=new, changed_at=changed_at)
    for seat in Seat.objects.filter(application__in=[mine, jo]):
        about = "Philomena likes Fliederduft." if seat.application == jo else NAME
        CheckIn.objects.create(
            seat=seat, number=2, answer="help", answered_at=now, words=about
        )
        Survey.objects.create(
            seat=seat,
            answered_at=now,
            satisfaction=2,
            frequency="never",
            words=about,
            may_quote=True,
        )
        concerns.tell(seat, f"{about} She does not answer.")
    Access.objects.create(
        by=organiser, person=user, where=f"page of {NAME}", seen_at=now
    )
    greeting = MessageFactory.build(text="Dear Philomena", html="<p>Fliederduft</p>")
    outbox.queue([tried(greeting, organiser)])
    for address in (ADDRESS, FORMER):
        sent = MessageFactory(address=address, text="Dear Philomena")
        Returned.objects.create(
            message=sent, is_hard=True, status="5.1.1", report=hash_of(address)
        )
    Application.objects.filter(pk=mine.pk).update(
        asked_still_in_at=now,
        sat_out_at=now,
        next_round_at=now,
        withdrawal_words="Fliederduft needs me.",
    )


@pytest.fixture
def traces(published, marked, organiser):
    leave_traces(*marked, organiser)


@pytest.mark.usefixtures("traces")
def test_erasing_leaves_no_word_of_somebody_anywhere(marked, caplog):
    caplog.set_level(logging.DEBUG)
    mine, _ = marked
    assert {where.split(" in ")[0] for where in found_in_database()} == {*WORDS}

    erase(mine.user, Comments.REMOVE)

    assert found_in_database() == []
    assert found_in_files(settings.DATA_DIR) == []
    assert [word for word in WORDS if word in caplog.text.lower()] == []


@pytest.mark.usefixtures("traces")
def test_erasing_leaves_no_word_in_redis(marked):
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        assert found_in_files(settings.QUEUE_DIR) == []
        return
    from redis import Redis

    mine, _ = marked
    erase(mine.user, Comments.REMOVE)

    redis = Redis.from_url(settings.CELERY_BROKER_URL)
    seen = " ".join(str(redis.dump(key)) for key in redis.scan_iter()).lower()
    assert [word for word in WORDS if word in seen] == []


def test_erased_pair_is_refused_in_the_next_round(published, marked):
    mine, _ = marked
    before = set(PastPair.objects.values_list("first", "second"))
    erase(mine.user, Comments.UNNAME)

    again = RoundFactory(closed=True)
    anew = ApplicationFactory(round=again, user=UserFactory(name=NAME, email=ADDRESS))
    application_of("Jo Ferris", "AU", again)

    assert set(PastPair.objects.values_list("first", "second")) == before
    people = candidates(again)
    places = {people.index(anew), 1 - people.index(anew)}
    assert problem(again, people).apart == {frozenset(places)}
    assert matching.propose(again).matches.count() == 0


def test_partner_of_somebody_erased_is_told_without_a_name_and_waits(
    published, marked, mailoutbox
):
    mine, jo = marked
    mailoutbox.clear()

    erase(mine.user, Comments.UNNAME)
    outbox.deliver_due()

    [mail] = mailoutbox
    assert mail.to == ["jo@example.org"]
    assert "has left the programme" in mail.body
    assert "look for somebody new" in mail.body
    assert "Philomena" not in mail.body
    assert jo in waiting(mine.round)


def test_partner_hears_of_it_once(published, marked, mailoutbox):
    mine, _ = marked
    mailoutbox.clear()
    erase(mine.user, Comments.UNNAME)

    with pytest.raises(Refused, match="erased already"):
        erase(mine.user, Comments.UNNAME)
    outbox.deliver_due()
    outbox.deliver_due()

    assert len(mailoutbox) == 1


def test_two_who_stay_of_three_still_have_each_other(transactional_db, mailoutbox):
    proposal = ProposalFactory(published_at=timezone.now())
    a, b, c = (
        application_of(name, country, proposal.round)
        for name, country in [
            ("Ann Ochre", "KE"),
            ("Bo Umber", "SE"),
            ("Cy Sienna", "PE"),
        ]
    )
    MatchFactory(proposal=proposal, applications=[a, b, c])
    Seat.objects.update(published_at=timezone.now())

    erase(a.user, Comments.UNNAME)
    outbox.deliver_due()

    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert {
        address: "still have each other" in body for address, body in bodies.items()
    } == {
        "bo@example.org": True,
        "cy@example.org": True,
    }
    assert "Cy Sienna and you" in bodies["bo@example.org"]
    assert Seat.objects.with_partner().count() == 2


def test_proposal_keeps_its_figures_and_not_the_person(published, marked):
    mine, jo = marked
    figures = published.figures

    erase(mine.user, Comments.UNNAME)

    published.refresh_from_db()
    assert published.figures == figures
    assert published.made_with["people"][str(mine.pk)] == ""
    assert published.made_with["people"][str(jo.pk)] != ""
    assert published.proof == {}
    assert list(Seat.objects.values_list("application__name", flat=True)) == [
        "Jo Ferris"
    ]


def test_draft_has_nobody_alone_after_an_erasure(transactional_db):
    proposal = ProposalFactory()
    a = application_of("Ann Ochre", "KE", proposal.round)
    b = application_of("Bo Umber", "SE", proposal.round)
    MatchFactory(proposal=proposal, applications=[a, b])

    erase(a.user, Comments.UNNAME)

    assert not Match.objects.exists()
    assert list(proposal.unmatched.all()) == [b]


@pytest.mark.usefixtures("traces")
def test_decision_log_keeps_that_something_was_done(marked, organiser):
    mine, jo = marked
    erase(mine.user, Comments.UNNAME)

    words = sorted(
        LogLine.objects.exclude(kind="proposal").values_list("words", flat=True)
    )
    step = Step.objects.get(kind="apart")
    assert f"Closed for {ERASED}." in words
    assert f"This was about {ERASED}." in words
    assert (step.reason, list(step.people.all())) == (f"This was about {ERASED}.", [jo])
    about = LogEntry.objects.filter(object_repr=ERASED)
    assert set(about.values_list("change_message", "user")) == {("", organiser.pk)}
    assert about.count() == 3


@pytest.mark.usefixtures("traces")
@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        (Comments.KEEP, [NAME, "Jo", NAME]),
        (Comments.UNNAME, ["A person, erased", "Jo", "A person, erased"]),
        (Comments.REMOVE, ["Jo"]),
    ],
)
def test_comments_stay_lose_their_name_or_go_and_answers_stay(marked, choice, shown):
    mine, _ = marked

    erase(mine.user, choice)

    comments = Comment.objects.all()
    assert [comment.name for comment in comments if comment.is_shown] == shown
    assert comments.get(text="Why?").parent is not None


def test_nobody_can_write_under_the_name_of_somebody_erased(client, marked):
    mine, _ = marked
    comment = CommentFactory(name=NAME, email=ADDRESS)
    erase(mine.user, Comments.UNNAME)
    comment.refresh_from_db()

    assert (comment.name, comment.email, comment.website) == (
        "A person, erased",
        "",
        "",
    )


def test_other_people_keep_what_they_told_us(published, marked):
    mine, _ = marked
    before = {
        Application: list(Application.objects.exclude(pk=mine.pk).values()),
        User: list(User.objects.exclude(pk=mine.user_id).values()),
    }

    erase(mine.user, Comments.REMOVE)

    for model, rows in before.items():
        assert list(model.objects.values()) == rows


def test_mail_in_a_workers_hands_does_not_leave_with_an_erased_partner(
    published, marked, mailoutbox
):
    mine, jo = marked
    guide = Message.objects.get(kind="guide", recipient=jo.user)
    Message.objects.filter(pk=guide.pk).update(due_at=timezone.now())
    [claimed] = Message.objects.claim(1)
    mailoutbox.clear()

    erase(mine.user, Comments.UNNAME)

    assert not claimed.begin_sending()
    guide.refresh_from_db()
    assert guide.text == f"This mail named {ERASED}."


def test_first_names_alone_mark_nobody(db):
    user = UserFactory(name="Jo", email="jo@example.org")
    ApplicationFactory(user=user, name="Jo")

    assert marks(user) == ("jo@example.org",)


def test_address_of_somebody_else_marks_nobody(db):
    user = UserFactory(name="Jo Ferris", email="jo@example.org")
    other = UserFactory(email="ada@example.org")
    user.address_changes.create(old="old@example.org", new=other.email)

    assert set(marks(user)) == {"jo@example.org", "old@example.org", "Jo Ferris"}


def test_organisers_are_not_erased_before_they_stop_being_one(organiser):
    with pytest.raises(Refused, match="is an organiser"):
        erase(organiser, Comments.UNNAME)

    assert User.objects.filter(pk=organiser.pk).exists()


def test_erasing_fails_as_a_whole(published, marked, monkeypatch):
    mine, _ = marked
    before = list(everything())

    def fail(person):
        raise RuntimeError

    monkeypatch.setattr("participants.services.erasing._end_sessions", fail)
    with pytest.raises(RuntimeError):
        erase(mine.user, Comments.REMOVE)

    assert list(everything()) == before


def test_embedded_mailbox_keeps_no_mail_to_or_about_them(marked, tmp_path, settings):
    settings.MAIL_DIR = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "iln.embedded.mailbox.MaildirBackend"
    mine, _ = marked
    for address, words in [
        (ADDRESS, "Hello"),
        ("jo@example.org", f"Write to {NAME}."),
        ("mia@example.org", "Hello"),
    ]:
        EmailMessage("Hello", words, to=[address]).send()
    assert len(mailbox.newest_first()) == 3

    erase(mine.user, Comments.UNNAME)

    assert [mailbox.find(key).to for key in mailbox.newest_first()] == [
        "mia@example.org"
    ]
    assert found_in_files(tmp_path) == []


@pytest.mark.usefixtures("traces")
def test_partners_words_stay_without_the_name(marked):
    mine, jo = marked

    erase(mine.user, Comments.UNNAME)

    said = f"{ERASED} likes {ERASED}."
    assert CheckIn.objects.get().words == said
    assert Survey.objects.get().words == said
    assert Concern.objects.get().words == f"{said} She does not answer."
    assert {row.seat.application for row in CheckIn.objects.all()} == {jo}


def test_wish_for_an_address_erases_nothing_of_its_owner(db):
    mallory = UserFactory()
    mallory.address_changes.create(old=mallory.email, new="ada@example.org")
    alert = OpeningAlertFactory(email="ada@example.org")
    comment = CommentFactory(email="ada@example.org")

    erase(mallory, Comments.REMOVE)

    alert.refresh_from_db()
    comment.refresh_from_db()
    assert (comment.email, comment.text) == ("ada@example.org", "We oil the hinges.")


def test_former_address_that_is_somebody_elses_by_now_erases_nothing(db):
    user, other = UserFactory(), UserFactory(email="ada@example.org")
    user.address_changes.create(
        old=other.email, new=user.email, changed_at=timezone.now()
    )
    alert = OpeningAlertFactory(email=other.email)

    erase(user, Comments.REMOVE)

    alert.refresh_from_db()
    assert alert.email == other.email


def test_comments_under_a_former_address_lose_their_name_too(db):
    user = UserFactory()
    user.address_changes.create(old=FORMER, new=user.email, changed_at=timezone.now())
    comment = CommentFactory(email=FORMER.upper())

    erase(user, Comments.UNNAME)

    comment.refresh_from_db()
    assert (comment.name, comment.email) == ("A person, erased", "")
