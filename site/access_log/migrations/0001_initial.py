"""Who looked at which records, and when each API key was last used."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='KeyUse',
            fields=[
                ('key_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'use of a key',
                'verbose_name_plural': 'uses of keys',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AccessLogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('user_name', models.CharField(max_length=150, verbose_name='who')),
                ('what', models.CharField(choices=[('read', 'opened to read'), ('form', 'opened the form'), ('history', 'opened the history'), ('compared', 'compared with another'), ('listed', 'saw in a list'), ('lines', 'opened the lines of a list'), ('exported', 'took out as a file')], max_length=10, verbose_name='what')),
                ('about', models.CharField(help_text="A record's reference, or the list.", max_length=100, verbose_name='about')),
                ('count', models.PositiveIntegerField(null=True, verbose_name='how many')),
                ('detail', models.TextField(blank=True, help_text='Format, filters and columns; never a word that was searched.', verbose_name='more')),
            ],
            options={
                'verbose_name': 'look',
                'verbose_name_plural': 'looks',
                'ordering': ['-at'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['about', '-at'], name='look_by_record'), models.Index(fields=['-at'], name='look_by_time')],
            },
        ),
    ]
