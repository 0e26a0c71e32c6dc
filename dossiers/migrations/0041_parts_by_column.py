from django.db import migrations

import dossiers.models.text_fields


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0040_count_employers_without_interests")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="parts",
            field=dossiers.models.text_fields.JSONField(default=dict, verbose_name="parts by column"),
        ),
        migrations.AddField(
            model_name="supply",
            name="parts",
            field=dossiers.models.text_fields.JSONField(
                blank=True, default=dict, editable=False, verbose_name="parts by column"
            ),
        ),
    ]
