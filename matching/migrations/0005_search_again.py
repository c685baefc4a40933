import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0004_changed_by_hand'),
    ]

    operations = [
        migrations.AddField(
            model_name='search',
            name='again',
            field=models.ForeignKey(help_text='The proposal whose question is to be asked once more.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.proposal'),
        ),
    ]
