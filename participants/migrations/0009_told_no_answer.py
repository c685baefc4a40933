from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0008_access"),
    ]

    operations = [
        migrations.AddField(
            "application",
            "told_no_answer_at",
            models.DateTimeField(
                editable=False,
                help_text="When they heard that without an answer they are not in the round.",
                null=True,
            ),
        ),
    ]
