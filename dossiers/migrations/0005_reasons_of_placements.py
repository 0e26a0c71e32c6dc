"""An installation that had no reasons for the end of a placement gets those of fixtures/lists/."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dossiers.models.base_lists import read_list


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    reasons = apps.get_model("dossiers", "ClosingReason")._default_manager
    if not reasons.filter(side="placement").exists():
        reasons.bulk_create(
            [reasons.model(**row) for row in read_list("closing_reasons.yaml") if row["side"] == "placement"]
        )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_cases")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
