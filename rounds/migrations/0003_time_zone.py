import iln.zones
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rounds', '0002_rehearsals'),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='time_zone',
            field=models.CharField(choices=iln.zones.zone_choices, default='UTC', help_text='Introductions leave at the same time of each day in this zone.', max_length=50),
        ),
    ]
