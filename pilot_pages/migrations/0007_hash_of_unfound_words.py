"""Counting begins anew: a word can be read only after several searches."""

import django.utils.timezone
from django.db import migrations, models

import dossiers.models.text_fields


class Migration(migrations.Migration):
    dependencies = [("pilot_pages", "0006_unfound_words")]
    operations = [
        migrations.DeleteModel("UnfoundWord"),
        migrations.CreateModel(
            name="UnfoundWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("word", dossiers.models.text_fields.CharField(blank=True, max_length=40, verbose_name="word")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="number of searches")),
                ("last_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="last searched")),
            ],
            options={
                "verbose_name": "word that was not found",
                "ordering": ["-count", "word"],
                "default_permissions": (),
            },
        ),
    ]
