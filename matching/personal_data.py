"""Who was meant to meet whom, and who decided so."""

from __future__ import annotations

from iln.personal_data import UNTIL_ERASED, Table

BOTH_ERASED = "until one of the two asks us to erase their data"

TABLES = [
    Table(
        "matching.PastPair",
        kept="for good: it keeps the promise that nobody meets the same partner twice",
        personal={
            "first": "a keyed fingerprint of one partner’s mail address",
            "second": "the same of the other’s",
        },
    ),
    Table(
        "matching.Veto",
        whose=("first", "second"),
        kept=BOTH_ERASED,
        personal={
            "reason": "why the two shall never meet, in an organiser’s words",
            "made_by": "the organiser who decided it",
            "made_at": "when it was decided",
        },
    ),
    Table(
        "matching.Pin",
        whose=("first__user", "second__user", "third__user"),
        kept="until one of them asks us to erase their data",
        personal={
            "reason": "why they stay together, in an organiser’s words",
            "made_by": "the organiser who decided it",
            "made_at": "when it was decided",
        },
        clean={"round"},
    ),
    Table(
        "matching.Aside",
        whose=("application__user",),
        kept=UNTIL_ERASED,
        personal={
            "reason": "why they sit out, in an organiser’s words",
            "made_by": "the organiser who decided it",
            "made_at": "when it was decided",
        },
    ),
    Table(
        "matching.Step",
        whose=("people__user",),
        kept="with its proposal; whoever is erased is no longer named in it",
        personal={
            "reason": "why organisers changed who meets whom, in their words",
            "adds": "what they decided, and about which applications",
            "lifts": "which decisions they ended, and why those had been made",
            "before": "who was with whom before, as applications",
            "after": "and afterwards",
            "made_by": "the organiser who did it",
            "made_at": "when it was done",
            "undone_by": "the organiser who undid it",
            "undone_at": "when it was undone",
        },
        clean={"proposal", "number", "kind", "undone_number", "settled_at"},
    ),
    Table(
        "matching.TwoPeople",
        whose=("first", "second"),
        kept=BOTH_ERASED,
        personal={
            "reason": "why they are not one person, in an organiser’s words",
            "made_by": "the organiser who found that out",
            "made_at": "when",
        },
    ),
    Table(
        "matching.LogLine",
        whose=("people",),
        kept="with its round; whoever is erased is no longer named in it",
        personal={
            "people": "about whom organisers decided something",
            "words": "what they did, and why, in their words",
            "made_by": "the organiser who did it",
            "made_at": "when it was done",
        },
        clean={"round", "kind"},
    ),
    Table(
        "matching.Proposal",
        whose=("unmatched__user",),
        kept="with its round; whoever is erased is no longer named in it",
        personal={
            "unmatched": "who found no partner",
            "left_over": "why each of them did not, and what they could give up to find one",
            "made_with": "for each application, a digest of what was told, to notice changes",
            "proof": "for each person, a price that says how sought after they were",
            "made_by": "the organiser who asked for it",
        },
        clean={
            "round",
            "seed",
            "figures",
            "made_at",
            "published_at",
            "planned",
            "is_repair",
        },
    ),
    Table(
        "matching.Match",
        whose=("seats__application__user",),
        kept="with its proposal",
        personal={
            "minutes_awake": "how long its people are awake together",
            "reviewed_at": "when an organiser looked at it",
            "reviewed_by": "the organiser who did",
        },
        clean={"proposal"},
    ),
    Table(
        "matching.Seat",
        whose=("application__user",),
        kept=UNTIL_ERASED,
        personal={
            "match": "with whom they were matched",
            "wishes": "how many wishes they had",
            "wishes_met": "how many of them were met",
            "report": "each wish, and why it was met or not",
            "left_at": "when they left the match",
            "is_second": "whether it is a second partner, for which they volunteered",
            "check_in": "whether they are in touch with their partner",
            "checked_in_at": "when we heard that",
            "note": "what organisers noted about it, or why they ended it",
        },
        clean={"proposal", "position", "published_at"},
    ),
    Table(
        "matching.Liaison",
        whose=("user",),
        kept="as long as the organiser has an account",
        personal={"countries": "for whose pairs the organiser cares"},
    ),
    Table(
        "matching.Search",
        whose=("asked_by",),
        kept="with its round",
        personal={"asked_at": "when an organiser asked for a matching"},
        clean={
            "round",
            "seed",
            "again",
            "people",
            "attempts",
            "stage",
            "stage_at",
            "seen_at",
            "ended_at",
            "cancelled_at",
            "failure",
            "proposal",
        },
    ),
]
