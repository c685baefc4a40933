from django.db import migrations, models
from django.db.models import Q

MOMENTS = {
    "asked_still_in_at": "",
    "still_in_reminded_at": "",
    "still_in_at": "",
    "sat_out_at": "",
    "next_round_at": "When they asked to take part next time instead; they come first then.",
    "next_round_told_at": "",
    "told_to_wait_at": "When they heard that their country has its share of the round.",
    "told_of_place_at": "",
}


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_volunteers"), ("rounds", "0005_still_in")]

    operations = [
        *(
            migrations.AddField(
                "application",
                name,
                models.DateTimeField(editable=False, help_text=words, null=True),
            )
            for name, words in MOMENTS.items()
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=Q(still_in_at=None) | Q(sat_out_at=None),
                name="still_in_is_answered_one_way",
                violation_error_message="Nobody is in, and not this time.",
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=Q(still_in_at=None, sat_out_at=None)
                | Q(asked_still_in_at__isnull=False),
                name="still_in_is_answered_when_asked",
                violation_error_message="Nobody answers before they are asked.",
            ),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=Q(next_round_at=None) | Q(sat_out_at__isnull=False),
                name="next_round_is_instead_of_this_one",
                violation_error_message="The next round is instead of this one.",
            ),
        ),
    ]
