import django.core.validators
from django.db import migrations, models


def still_in_days(**options):
    return models.PositiveSmallIntegerField(
        blank=True,
        help_text=(
            "Before the confirmation deadline. Whoever is asked and has not said yes by the "
            "deadline is not matched. Empty: nobody is asked."
        ),
        null=True,
        validators=[
            django.core.validators.MinValueValidator(2),
            django.core.validators.MaxValueValidator(60),
        ],
        verbose_name="ask “Still in?” so many days before",
        **options,
    )


class Migration(migrations.Migration):
    """Rounds that are planned already ask nobody; new ones ask by default."""

    dependencies = [("rounds", "0004_country_cap")]

    operations = [
        migrations.AddField("round", "still_in_days", still_in_days()),
        migrations.AlterField("round", "still_in_days", still_in_days(default=5)),
        migrations.AlterField(
            "round",
            "country_cap",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text=(
                    "Whoever applied after their country had so many waits for the next "
                    "round, and is told so at once. Empty: as many as apply."
                ),
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(99),
                ],
                verbose_name="at most so many per cent from one country",
            ),
        ),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(still_in_days=None)
                | models.Q(("still_in_days__gte", 2), ("still_in_days__lte", 60)),
                name="still_in_is_asked_days_before",
            ),
        ),
    ]
