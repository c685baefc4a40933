"""What participants tell us, and what we note about them."""

from __future__ import annotations

from iln.personal_data import UNTIL_ERASED, Table

TERM = {"label", "slug", "position", "retired_at"}

TABLES = [
    Table(
        "participants.User",
        whose=("email",),
        withheld={"password": "it is a secret, even from you"},
        kept=UNTIL_ERASED,
        personal={
            "email": "the mail address, which is the log-in",
            "name": "the name, as last confirmed",
            "password": "an organiser’s password, hashed; nobody else has one",
            "last_login": "when they signed in last",
            "joined_at": "when we first heard of them",
            "language": "the language of their pages and mails",
            "is_active": "whether they may log in",
            "is_staff": "whether they are an organiser",
            "is_superuser": "whether they may do everything in the admin",
            "groups": "what they may do in the admin, by group",
            "user_permissions": "what they may do in the admin, one by one",
        },
    ),
    Table(
        "participants.Application",
        whose=("user",),
        kept=UNTIL_ERASED,
        personal={
            "round": "in which round they take part",
            "name": "the name as they want it shown",
            "country": "where they live",
            "time_zone": "their clock",
            "workplace": "where they work",
            "role": "what they do there",
            "career_stage": "since how long",
            "interests": "what they care about",
            "about": "a few sentences about themselves",
            "wishes_text": "free words about their wishes, for organisers only",
            "accepts_three": "whether a group of three is fine",
            "volunteers": "whether they would take a second partner, should somebody need one",
            "agreed_conduct_at": "when they agreed to the code of conduct",
            "agreed_data_at": "when they agreed to the use of their data",
            "submitted_at": "when they applied",
            "confirmed_at": "when they confirmed",
            "withdrawn_at": "when they withdrew",
            "withdrawal_reason": "why they withdrew, if they said so",
            "withdrawal_words": "the same in their words, for organisers only",
            "introduced_at": "when their partner was chosen",
            "asked_still_in_at": "when we asked whether they are still in",
            "still_in_reminded_at": "when we asked once more",
            "still_in_at": "when they said yes",
            "sat_out_at": "when they said: not this time",
            "next_round_at": "when they asked to take part in the next round instead",
            "next_round_told_at": "when we told them that it is open",
            "told_no_answer_at": "when we told them that we had no answer",
            "told_to_wait_at": "when we told them that many people from their country came before",
            "told_of_place_at": "when we told them that there is a place for them",
            "reopened_until": "until when they may change their answers after sign-up",
            "wishes_read_at": "when an organiser was done with their free words",
        },
    ),
    Table(
        "participants.SpokenLanguage",
        whose=("application__user",),
        kept=UNTIL_ERASED,
        personal={
            "code": "a language they speak",
            "comfort": "how well they speak it",
        },
    ),
    Table(
        "participants.Channel",
        whose=("application__user",),
        kept=UNTIL_ERASED,
        personal={
            "kind": "another way to reach them",
            "handle": "the number, name or link for it",
            "visible_to": "who may see it",
        },
    ),
    Table(
        "participants.Wish",
        whose=("application__user",),
        kept=UNTIL_ERASED,
        personal={
            "aspect": "what they have a wish about",
            "same_as_mine": "whether they want the same as their own",
            "values": "what would do",
            "strength": "how much it matters",
        },
    ),
    Table(
        "participants.AddressChange",
        whose=("user", "old", "new"),
        kept=UNTIL_ERASED,
        personal={
            "old": "the mail address that they had",
            "new": "the mail address that they wanted",
            "asked_at": "when they asked for the change",
            "changed_at": "when the new address confirmed it",
            "stopped_at": "when the old address stopped it",
        },
    ),
    Table(
        "participants.FormerAddress",
        kept="for good, since nobody shall get the same partner twice",
        personal={
            "former": "a keyed fingerprint of a mail address that somebody had",
            "present": "a keyed fingerprint of the one that they had next",
        },
    ),
    Table(
        "participants.Draft",
        whose=("email", "based_on__user"),
        kept="until it is sent, or a week after sign-up closes; if that closed over it, until the next "
        "round’s does",
        personal={
            "round": "which round they apply to",
            "key_hash": "a hash of what their browser shows to get the answers back",
            "email": "the mail address they typed",
            "answers": "what they have typed so far: the same as in an application",
            "step": "where in the form they were",
            "begun_at": "when they began",
            "changed_at": "when they went on",
            "wishes_seen_at": "when they looked at their wishes",
            "kept_at": "when sign-up closed while they were writing",
            "sent_at": "when they sent it; from then on it is empty",
        },
        # Anybody may type any address: told are those that begin with their own answers.
        told_when={"based_on__isnull": False},
        withheld={"key_hash": "it is a secret of a browser"},
    ),
    Table(
        "participants.OpeningAlert",
        whose=("email",),
        kept=UNTIL_ERASED,
        personal={
            "email": "the mail address of somebody who waits for the next round",
            "asked_at": "when they asked to be told",
            "confirmed_at": "when they confirmed the address",
            "told_at": "when we told them",
        },
    ),
    Table(
        "participants.Access",
        whose=("person",),
        kept=UNTIL_ERASED,
        personal={
            "by": "the organiser who looked at their data",
            "where": "on which page",
            "seen_at": "when, to the hour",
        },
        withheld={"by": "who of the organisers it was"},
    ),
    Table("participants.Workplace", clean=TERM),
    Table("participants.Role", clean=TERM),
    Table("participants.CareerStage", clean=TERM),
    Table("participants.Interest", clean=TERM),
]
