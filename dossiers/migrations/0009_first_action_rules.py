"""An installation starts with the rules and the words of e-mails of fixtures/lists/."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dossiers.models.base_lists import load_base_list


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model_name in ("ActionRule", "EmailText"):
        load_base_list(apps, model_name)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_actions_by_rule")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
