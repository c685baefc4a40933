from django.db import migrations
from django.db.models import F


def note_since_when(apps, schema_editor):
    """Who was noted as silent has been so since that was noted."""
    seats = apps.get_model("matching", "Seat").objects
    seats.filter(check_in="silent", silent_at=None).update(silent_at=F("checked_in_at"))


class Migration(migrations.Migration):

    dependencies = [("matching", "0010_heartbeat")]

    operations = [migrations.RunPython(note_since_when, migrations.RunPython.noop)]
