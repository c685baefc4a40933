import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mail", "0002_find_by_cause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Unsubscribed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stream", models.CharField(choices=[("account", "about your own acts"), ("round", "about your round"), ("topics", "monthly topics"), ("comments", "comments"), ("alerts", "for organisers")], max_length=10)),
                ("until", models.DateField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("recipient", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="unsubscribed", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name_plural": "unsubscribed",
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "stream"), name="unsubscribed_once"),
                    models.CheckConstraint(condition=models.Q(("stream", "account"), _negated=True), name="account_mails_cannot_be_stopped", violation_error_message="Mails about one’s own acts cannot be stopped."),
                ],
            },
        ),
    ]
