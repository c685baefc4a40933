from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='search',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, help_text='How many workers began it.'),
        ),
        migrations.AddField(
            model_name='search',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='search',
            name='people',
            field=models.PositiveIntegerField(default=0, help_text='How many there were to match, to tell how long it takes.'),
        ),
        migrations.AddField(
            model_name='search',
            name='stage_at',
            field=models.DateTimeField(help_text='When the stage began.', null=True),
        ),
        migrations.AlterField(
            model_name='search',
            name='stage',
            field=models.CharField(choices=[('queued', 'waiting for a worker'), ('reading', 'reading the applications'), ('scoring', 'weighing every pair'), ('solving', 'finding the best matching'), ('proving', 'proving that none is better'), ('explaining', 'finding the reasons'), ('saving', 'keeping the proposal'), ('done', 'done')], default='queued', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='search',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at', None), models.Q(('ended_at__isnull', False), ('proposal', None)), _connector='OR'), name='cancelled_search_is_over', violation_error_message='A cancelled search leaves no proposal.'),
        ),
    ]
