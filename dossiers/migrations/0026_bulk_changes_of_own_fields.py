"""A bulk change can be of a field that staff added, whose key may be longer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0025_left_open_at_a_start")]

    operations = [
        migrations.AlterField(
            model_name="bulkchange", name="field", field=models.CharField(max_length=60, verbose_name="field")
        ),
    ]
