from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0002_search_progress'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='planned',
            field=models.JSONField(default=dict, editable=False, help_text='What its round had planned before it was published, should that be stopped.'),
        ),
    ]
