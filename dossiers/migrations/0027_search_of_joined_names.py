from django.db import migrations

SEARCHED_FIELDS = ("given_name", "name_prefix", "family_name", "reference", "profession", "email")
JOINED_NAMES = """REPLACE(REPLACE("given_name" || "name_prefix" || "family_name", ' ', ''), '-', '')"""
SEARCHED_TEXT = " || ' ' || ".join([*(f'"{name}"' for name in SEARCHED_FIELDS), JOINED_NAMES])


def replace_search_index(apps, schema_editor):
    """Index the expression that SEARCH_TEXT and `folded__contains` make together."""
    folded = f"fold_text(({SEARCHED_TEXT}))"
    schema_editor.execute("DROP INDEX dossier_searched")
    if schema_editor.connection.vendor == "postgresql":
        index = f'USING gin (((({folded}) COLLATE "C")::text) gin_trgm_ops)'
    else:  # SQLite reads the folded texts in the index, instead of calling the function for each row
        index = f"({folded})"
    schema_editor.execute(f"CREATE INDEX dossier_searched ON dossiers_dossier {index}")


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0026_fixed_values_of_one_list"),
    ]

    operations = [
        migrations.RunPython(replace_search_index, migrations.RunPython.noop),
    ]
