"""An empty installation starts with the lists of fixtures/lists/."""

from django.db import migrations

from dossiers.models.base_lists import load_base_lists


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [
        migrations.RunPython(lambda apps, schema_editor: load_base_lists(apps), migrations.RunPython.noop),
    ]
