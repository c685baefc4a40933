from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rounds', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='is_rehearsal',
            field=models.BooleanField(default=False, editable=False, help_text='With invented people: nobody outside sees it, no mail leaves.'),
        ),
    ]
