import rounds.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("rounds", "0006_keep_for_months")]

    operations = [
        migrations.AddField(
            "round",
            "check_in_days",
            models.CharField(
                blank=True,
                default="",
                help_text=(
                    "Days after an introduction, such as 7, 60, 110. Empty: after a week, in "
                    "the middle, and two weeks before the round ends."
                ),
                max_length=60,
                validators=[rounds.models.validate_days],
                verbose_name="ask “Are you in touch?” so many days later",
            ),
            preserve_default=False,
        ),
    ]
