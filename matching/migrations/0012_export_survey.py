from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("matching", "0011_silent_since")]

    operations = [
        migrations.AlterModelOptions(
            "survey",
            {"permissions": [("export_survey", "Can export answers to the survey, unnamed")]},
        ),
    ]
