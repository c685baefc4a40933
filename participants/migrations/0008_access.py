import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0007_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Access",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("where", models.CharField(max_length=100, verbose_name="page")),
                ("seen_at", models.DateTimeField(editable=False, help_text="To the hour.", verbose_name="when")),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="accesses", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "look at somebody’s data",
                "verbose_name_plural": "looks at people’s data",
                "ordering": ["-seen_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("by", "person", "where", "seen_at"), name="one_access_an_hour"),
                ],
            },
        ),
    ]
