from typing import Any

from django.db import migrations

from dossiers.spreadsheets.imports.decisions import keep_remembered


def forget_dates(apps: Any, _schema_editor: Any) -> None:
    """Remove the dates that a profile has as meanings of words: they hold for one list, and are stored no more."""
    for profile in apps.get_model("dossiers", "ImportProfile").objects.all():
        values = {name: keep_remembered(meanings) for name, meanings in profile.values.items()}
        if values != profile.values:
            profile.values = values
            profile.save(update_fields=["values"])


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0048_employers_without_address")]

    operations = [migrations.RunPython(forget_dates, migrations.RunPython.noop)]
