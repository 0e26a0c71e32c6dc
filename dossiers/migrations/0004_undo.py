import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0003_exports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("importrow", "supply_before", models.JSONField(null=True)),
        migrations.AddField("importrow", "kept", models.JSONField(null=True)),
        migrations.AddField(
            "importrun", "undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone on")
        ),
        migrations.AddField(
            "importrun",
            "undone_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.AlterField(
            "importrun",
            "state",
            models.CharField(
                choices=[
                    ("reading", "being read"),
                    ("asking", "waits for an answer"),
                    ("refused", "refused"),
                    ("previewed", "previewed"),
                    ("applying", "being applied"),
                    ("applied", "applied"),
                    ("failed", "failed, nothing was written"),
                    ("undoing", "being undone"),
                    ("undone", "undone"),
                ],
                default="reading",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
