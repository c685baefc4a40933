import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("participants", "0005_still_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(default="en", help_text="Of pages and mails.", max_length=10),
        ),
        migrations.AddField(
            model_name="application",
            name="withdrawal_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no-time", "I have no time now"),
                    ("changed", "My work or my life has changed"),
                    ("not-expected", "It is not what I expected"),
                    ("partner", "It did not work out with my partner"),
                    ("other", "Something else"),
                ],
                default="",
                editable=False,
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="application",
            name="withdrawal_words",
            field=models.TextField(blank=True, default="", editable=False, max_length=1000),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.EmailField(max_length=254, verbose_name="old mail address")),
                ("new", models.EmailField(max_length=254, verbose_name="new mail address")),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("stopped_at", models.DateTimeField(editable=False, null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="address_changes", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("former", models.CharField(editable=False, max_length=64)),
                ("present", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "verbose_name_plural": "former addresses",
                "constraints": [
                    models.UniqueConstraint(fields=("present", "former"), name="one_former_address_once"),
                    models.CheckConstraint(condition=models.Q(("former", models.F("present")), _negated=True), name="former_address_differs"),
                ],
            },
        ),
    ]
