"""English words for the categories of findings; an installation that has them gets those of fixtures/lists/."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dossiers.models.base_lists import read_list


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Where the Dutch still is as it was shipped: of an edited row nobody knows what its English is."""
    categories = apps.get_model("dossiers", "FindingCategory").objects
    for row in read_list("finding_categories.yaml"):
        shipped = categories.filter(code=row["code"], name=row["name"], name_en="")
        shipped.update(name_en=row["name_en"])


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0022_english_words")]
    operations = [
        migrations.AddField(
            model_name="findingcategory",
            name="name_en",
            field=models.CharField(
                blank=True,
                help_text="Where an English employer tells how it goes. Empty: the name.",
                max_length=120,
                verbose_name="name in English",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
