from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the migration that moves the texts: PostgreSQL changes no table with rows that wait for a check."""

    dependencies = [
        ("dossiers", "0042_translations_of_rules"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="regulation",
            name="explanation_en",
        ),
        migrations.RemoveField(
            model_name="regulation",
            name="source_date_en",
        ),
        migrations.RemoveField(
            model_name="regulation",
            name="source_en",
        ),
        migrations.RemoveField(
            model_name="regulation",
            name="statement_en",
        ),
        migrations.RemoveField(
            model_name="regulation",
            name="title_en",
        ),
    ]
