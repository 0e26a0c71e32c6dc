from django.db import migrations, models


def show_released_evaluations(apps, schema_editor):
    """Keep what the website shows: until now it showed the evaluation that was released last."""
    apps.get_model("dossiers", "Evaluation").objects.exclude(released_at=None).update(on_website=True)


class Migration(migrations.Migration):

    dependencies = [("dossiers", "0007_texts_of_each_email")]

    operations = [
        *[
            migrations.AddField(
                model_name=name,
                name="on_website",
                field=models.BooleanField(
                    default=False, editable=False, verbose_name="Show these figures on the website"
                ),
            )
            for name in ("evaluation", "historicalevaluation")
        ],
        migrations.RunPython(show_released_evaluations, migrations.RunPython.noop),
    ]
