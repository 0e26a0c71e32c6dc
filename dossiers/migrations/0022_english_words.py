"""English words for what the public site shows of lists; an installation that has rows gets those of fixtures/lists/."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dossiers.models.base_lists import read_list


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Where the Dutch still is as it was shipped: of an edited row nobody knows what its English is."""
    for row in read_list("sectors.yaml"):
        apps.get_model("dossiers", "Sector").objects.filter(name=row["name"]).update(name_en=row["name_en"])
    rules = apps.get_model("dossiers", "Regulation").objects
    for row in read_list("regulations.yaml"):
        for name in ("source", "source_date"):
            if english := row.get(f"{name}_en"):
                rules.filter(**{"key": row["key"], name: row[name]}).update(**{f"{name}_en": english})


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0021_findings_of_employers")]
    operations = [
        migrations.AddField(
            model_name="regulation",
            name="source_date_en",
            field=models.CharField(
                blank=True,
                help_text="Empty: as in Dutch.",
                max_length=60,
                verbose_name="date of the source in English",
            ),
        ),
        migrations.AddField(
            model_name="regulation",
            name="source_en",
            field=models.CharField(
                blank=True, help_text="Empty: as in Dutch.", max_length=200, verbose_name="source in English"
            ),
        ),
        migrations.AddField(
            model_name="sector",
            name="name_en",
            field=models.CharField(
                blank=True,
                help_text="On the English sign-up form. Empty: the name.",
                max_length=60,
                verbose_name="name in English",
            ),
        ),
        migrations.AlterField(
            model_name="regulation",
            name="key",
            field=models.SlugField(
                help_text="Facts with the same key follow each other in time. A key in braces in the text of a page, such as {wachttijd}, becomes the value.",
                max_length=60,
                verbose_name="key",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
