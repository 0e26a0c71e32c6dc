"""Indexes for long lists, and for the search of names where the database has one that serves it."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Coalesce

STEPPED_ON = Coalesce(
    *("ended_on", "working_on", "permit_granted_on", "permit_requested_on", "interview_on", "proposed_on")
)
# The expressions of the search, as `models.dossier.SEARCHED` and `icontains` write them.
FIELDS = ("given_name", "name_prefix", "family_name", "reference", "profession", "email")
TEXTS = " || ' ' || ".join(f'"{name}"' for name in FIELDS)
SEARCHED = {
    "dossier_searched": ("dossiers_dossier", f"UPPER(({TEXTS})::text)"),
    "supply_searched": ("dossiers_supply", 'UPPER("external_id"::text)'),
}


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (table, expression) in SEARCHED.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({expression} gin_trgm_ops)")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in SEARCHED:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0017_evaluations")]

    operations = [
        migrations.AlterField(
            "dossier",
            "status",
            models.CharField(
                choices=[
                    ("registered", "registered"),
                    ("intake", "intake"),
                    ("available", "available"),
                    ("matched", "matched"),
                    ("working", "working"),
                    ("completed", "completed"),
                    ("withdrawn", "withdrawn"),
                ],
                default="registered",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            "dossier", models.Index(fields=["status", "work_right", "dutch_level"], name="dossier_by_status")
        ),
        migrations.AddIndex("dossier", models.Index(fields=["document_expires_on"], name="dossier_by_document")),
        migrations.AddIndex("placement", models.Index(STEPPED_ON.desc(), models.F("changed_at").desc(), models.F("id").desc(), name="placement_by_step")),
        TrigramExtension(),
        migrations.RunPython(add, remove),
    ]
