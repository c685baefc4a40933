"""One factory per model, without surprises: everything valid, nothing random."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from discussions.models import Category, Comment, Tag, Topic
from iln.mail.models import Message
from matching.models import Match, Pin, Proposal, Search, Seat, Veto
from matching.problems import digests, problem
from participants.models import (
    Application,
    CareerStage,
    Channel,
    Interest,
    OpeningAlert,
    Role,
    SpokenLanguage,
    User,
    Wish,
    Workplace,
)
from rounds.models import Round


def days_from_now(days: float) -> factory.LazyFunction:
    return factory.LazyFunction(lambda: timezone.now() + timedelta(days=days))


class RoundFactory(DjangoModelFactory):
    """A round open for applications."""

    class Meta:
        model = Round

    class Params:
        closed = factory.Trait(opens_at=days_from_now(-60), closes_at=days_from_now(-1))
        planned = factory.Trait(opens_at=days_from_now(10))

    name = factory.Sequence(lambda n: f"Round {n}")
    slug = factory.Sequence(lambda n: f"round-{n}")
    opens_at = days_from_now(-30)
    closes_at = days_from_now(30)
    confirm_by = days_from_now(37)
    matching_at = days_from_now(44)
    introduces_at = days_from_now(47)
    ends_at = days_from_now(170)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class OrganiserFactory(UserFactory):
    """May do everything in the admin."""

    email = factory.Sequence(lambda n: f"organiser{n}@example.org")
    is_staff = True
    is_superuser = True


class TermFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        django_get_or_create = ("slug",)

    label = factory.LazyAttribute(lambda term: term.slug.replace("-", " ").capitalize())


class WorkplaceFactory(TermFactory):
    class Meta:
        model = Workplace

    slug = "public-library"


class RoleFactory(TermFactory):
    class Meta:
        model = Role

    slug = "librarian"


class CareerStageFactory(TermFactory):
    class Meta:
        model = CareerStage

    slug = "mid-career"


class InterestFactory(TermFactory):
    class Meta:
        model = Interest

    slug = "makerspaces"


class ApplicationFactory(DjangoModelFactory):
    """A confirmed application of somebody in Kenya who speaks fluent English."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    round = factory.SubFactory(RoundFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")
    country = "KE"
    time_zone = "Africa/Nairobi"
    workplace = factory.SubFactory(WorkplaceFactory)
    role = factory.SubFactory(RoleFactory)
    career_stage = factory.SubFactory(CareerStageFactory)
    about = "I run the story hour."
    agreed_conduct_at = factory.LazyFunction(timezone.now)
    agreed_data_at = factory.LazyFunction(timezone.now)
    submitted_at = days_from_now(-2)
    confirmed_at = days_from_now(-1)

    @factory.post_generation
    def interests(self, create, slugs):
        self.interests.set(
            InterestFactory(slug=slug) for slug in slugs or ["makerspaces"]
        )

    @factory.post_generation
    def languages(self, create, comforts):
        for code, comfort in (comforts or {"en": 3}).items():
            SpokenLanguageFactory(application=self, code=code, comfort=comfort)

    @factory.post_generation
    def wishes(self, create, wishes):
        for aspect, strength, *values in wishes or []:
            WishFactory(
                application=self, aspect=aspect, strength=strength, values=values
            )


class SpokenLanguageFactory(DjangoModelFactory):
    class Meta:
        model = SpokenLanguage

    application = factory.SubFactory(ApplicationFactory)
    code = "en"
    comfort = SpokenLanguage.Comfort.FLUENT


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel

    application = factory.SubFactory(ApplicationFactory)
    kind = Channel.Kind.SIGNAL
    handle = "+254 20 0000000"


class WishFactory(DjangoModelFactory):
    """A wish; without values it is for the same as one's own."""

    class Meta:
        model = Wish

    application = factory.SubFactory(ApplicationFactory)
    aspect = Wish.Aspect.WORKPLACE
    values = []
    same_as_mine = factory.LazyAttribute(lambda wish: not wish.values)


class OpeningAlertFactory(DjangoModelFactory):
    class Meta:
        model = OpeningAlert

    email = factory.Sequence(lambda n: f"waiting{n}@example.org")


class ProposalFactory(DjangoModelFactory):
    class Meta:
        model = Proposal

    round = factory.SubFactory(RoundFactory, closed=True)
    made_with = {}
    figures = {}


def considered(proposal, *applications):
    """Have a proposal know these people as they are now, as the search that makes one does."""
    asked = problem(proposal.round, applications)
    people = proposal.made_with.get("people", {}) | digests(asked, applications)
    proposal.made_with = proposal.made_with | {"people": people}
    proposal.save(update_fields=["made_with"])


class MatchFactory(DjangoModelFactory):
    """A match; `MatchFactory(applications=[a, b])` seats them."""

    class Meta:
        model = Match
        skip_postgeneration_save = True

    proposal = factory.SubFactory(ProposalFactory)
    minutes_awake = 480

    @factory.post_generation
    def applications(self, create, applications):
        for position, application in enumerate(applications or [], start=1):
            SeatFactory(match=self, application=application, position=position)
        considered(self.proposal, *(applications or []))


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    match = factory.SubFactory(MatchFactory)
    proposal = factory.SelfAttribute("match.proposal")
    application = factory.SubFactory(ApplicationFactory)
    position = 1


class PinFactory(DjangoModelFactory):
    class Meta:
        model = Pin

    reason = "They asked for it."


class VetoFactory(DjangoModelFactory):
    class Meta:
        model = Veto

    reason = "They asked for it."


class SearchFactory(DjangoModelFactory):
    class Meta:
        model = Search

    round = factory.SubFactory(RoundFactory, closed=True)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")
    slug = factory.Sequence(lambda n: f"tag-{n}")


class TopicFactory(DjangoModelFactory):
    """A topic that came out yesterday."""

    class Meta:
        model = Topic

    title = factory.Sequence(lambda n: f"Topic {n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")
    lead = "What would you do with more silence?"
    body = "Every library has *quiet* days."
    publish_at = days_from_now(-1)
    category = factory.SubFactory(CategoryFactory)


class CommentFactory(DjangoModelFactory):
    """An approved comment."""

    class Meta:
        model = Comment

    topic = factory.SubFactory(TopicFactory)
    name = "Jo"
    email = "jo@example.org"
    text = "We oil the hinges."
    approved_at = factory.LazyFunction(timezone.now)


class MessageFactory(DjangoModelFactory):
    """A message that is due."""

    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"test, message {n}")
    kind = "test"
    stream = Message.Stream.ACCOUNT
    address = factory.Sequence(lambda n: f"reader{n}@example.org")
    subject = "Good morning"
    text = "Good morning!"
    html = "<p>Good morning!</p>"
