from django.db import migrations, models

from dossiers.models.folded_text import Folded


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0043_english_texts_of_rules_are_translations")]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(Folded("given_name"), name="dossier_by_given_name"),
        ),
    ]
