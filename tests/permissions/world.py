"""One small world in which every address of the site names something."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from sesame.utils import get_token

from iln.embedded.mailbox import MaildirBackend, newest_first
from iln.mail import outbox, unsubscribing
from iln.mail.letter import letter
from iln.mail.models import Message, Returned, Wording
from matching import services as matching
from matching.models import CheckIn, Concern, Liaison, Proposal, Seat, Survey, TwoPeople
from matching.partners import slots
from matching.publishing import publication
from participants import services
from participants.emails import SIGN_IN_SCOPE
from participants.models import Access, AddressChange
from participants.services import drafts
from participants.views.browser import remember
from rounds.models import Round
from tests.factories import (
    ApplicationFactory,
    ChannelFactory,
    CommentFactory,
    MatchFactory,
    OpeningAlertFactory,
    OrganiserFactory,
    PinFactory,
    ProposalFactory,
    RoundFactory,
    SearchFactory,
    TagFactory,
    TopicFactory,
    UserFactory,
    VetoFactory,
)
from tests.signing_in import sign_in

# Words of Amina's own: whoever reads one of them reads her.
PRIVATE = ["+254 20 0000000", "I run the story hour at the lake.", "amina@example.org"]


def applicant(round_, name, country, **facts):
    user = UserFactory(name=name, email=f"{name.lower()}@example.org")
    return ApplicationFactory(round=round_, user=user, country=country, **facts)


class World:
    """Amina and Jo are partners; Mia takes part too; Lia cares for people in Peru."""

    app = "matching"  # one whose page the admin has
    mail_kind, language = "guide", "en"

    def __init__(self) -> None:
        self.organiser = OrganiserFactory()
        self.running = RoundFactory(slug="running", closed=True)
        self.amina = applicant(self.running, "Amina", "KE", about=PRIVATE[1])
        ChannelFactory(application=self.amina, handle=PRIVATE[0])
        self.jo = applicant(self.running, "Jo", "AU", time_zone="Australia/Sydney")
        self.lia = UserFactory(name="Lia", is_staff=True)
        Liaison.objects.create(user=self.lia, countries="PE")
        self.introduce()
        self.ask()
        self.prepare()
        self.publish_topic()
        self.keep_a_mail()

    def introduce(self) -> None:
        proposal = ProposalFactory(round=self.running)
        self.match = MatchFactory(proposal=proposal, applications=[self.amina, self.jo])
        publication.publish(proposal, self.organiser, at_once=True)
        outbox.deliver_due()
        self.published = Proposal.objects.get()
        self.seat = Seat.objects.get(application=self.amina)
        self.sol = applicant(self.running, "Sol", "SE")  # too late for a partner
        self.mia = applicant(self.running, "Mia", "PE", time_zone="America/Lima")

    def ask(self) -> None:
        """Everything that is asked by a link in a mail, of Amina."""
        now = timezone.now()
        self.unconfirmed = ApplicationFactory(confirmed_at=None)
        self.asked = ApplicationFactory(
            user=self.amina.user,
            about=PRIVATE[1],
            asked_still_in_at=now - timedelta(hours=1),
        )
        self.open = self.asked.round
        self.check_in = CheckIn.objects.create(seat=self.seat, number=1)
        self.survey = Survey.objects.create(seat=self.seat)
        self.concern = Concern.objects.create(seat=self.seat)
        self.alert = OpeningAlertFactory()
        services.ask_for_address(self.amina.user, "amina.otieno@example.org")
        self.change = AddressChange.objects.get()
        self.draft, self.key = drafts.begin(self.open)
        answers = {"email": [PRIVATE[2]], "name": ["Amina"]}
        self.draft = drafts.keep(self.draft, self.open, "you", answers)
        drafts.looked_at_wishes(self.draft)

    def prepare(self) -> None:
        """A matching day under way, with Amina in it again."""
        self.coming = RoundFactory(slug="coming", closed=True)
        self.mine = ApplicationFactory(round=self.coming, user=self.amina.user)
        self.other = applicant(self.coming, "Ben", "SE")
        self.twin = ApplicationFactory(round=self.coming, user__name="Amina")
        self.pin = PinFactory(round=self.coming, first=self.mine, second=self.other)
        users = sorted([self.mia.user, self.other.user], key=lambda user: user.pk)
        self.veto = VetoFactory(first=users[0], second=users[1])
        TwoPeople.objects.create(first=users[0], second=users[1], reason="Cousins.")
        self.proposal = matching.propose(self.coming)
        self.drafted = self.proposal.matches.get()
        self.draft_seat = self.drafted.seats.get(application=self.mine)
        self.search = SearchFactory(round=self.coming, ended_at=timezone.now())
        self.rehearsal = RoundFactory(slug="rehearsal", is_rehearsal=True)
        self.round_type = ContentType.objects.get_for_model(Round)
        self.group = Group.objects.create(name="Helpers")
        Access.objects.create(
            by=self.organiser,
            person=self.mine.user,
            where="page",
            seen_at=timezone.now(),
        )

    def publish_topic(self) -> None:
        self.topic = TopicFactory(round=self.running)
        self.tag = TagFactory(slug="quiet")
        self.topic.tags.add(self.tag)
        self.comment = CommentFactory(topic=self.topic)

    def keep_a_mail(self) -> None:
        self.message = Message.objects.filter(recipient=self.amina.user).first()
        MaildirBackend().send_messages([letter(self.message)])
        Returned.objects.create(message=self.message, is_hard=False, status="4.2.2")

    def browsers(self) -> dict[str, Client]:
        """Who may ask: one browser for each."""
        by = {name: Client() for name in ["stranger", "another", "she", "partner"]}
        sign_in(by["another"], self.mia.user)
        sign_in(by["she"], self.amina.user)
        sign_in(by["partner"], self.jo.user)
        carrier = HttpResponse()
        remember(carrier, self.key)
        by["she"].cookies.update(carrier.cookies)
        by |= {"organiser": Client(), "liaison": Client()}
        by["organiser"].force_login(self.organiser)
        by["liaison"].force_login(self.lia)
        return by

    @property
    def slot(self) -> str:
        """A moment for a talk that Amina's page offers."""
        zones = [self.amina.time_zone, self.jo.time_zone]
        now = timezone.now()
        return slots.slots(zones, now, now + timedelta(days=30), 1)[0].key

    @property
    def stop_token(self) -> str:
        """As in the foot of a mail to Amina."""
        url = unsubscribing.link(self.amina.user_id, Message.Stream.TOPICS)
        return url.rstrip("/").rpartition("/")[2]

    @property
    def wording(self) -> Wording:
        return Wording.objects.create(kind=self.mail_kind, language=self.language)

    @property
    def sign_in_token(self) -> str:
        return get_token(self.amina.user, SIGN_IN_SCOPE)

    @property
    def mail(self) -> str:
        """The key of a mail that the embedded mailbox has kept."""
        return newest_first()[0]
