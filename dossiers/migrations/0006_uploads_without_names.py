from django.db import migrations, models

import dossiers.models.imports


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0005_reasons_of_placements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="upload",
            field=models.FileField(
                blank=True,
                max_length=255,
                storage=dossiers.models.imports.private_storage,
                upload_to=dossiers.models.imports.upload_place,
            ),
        ),
    ]
