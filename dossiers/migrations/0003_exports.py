import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import dossiers.models.exports
import dossiers.models.imports


class Migration(migrations.Migration):

    dependencies = [
        ("dossiers", "0002_base_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dossier", "dossiers"),
                            ("employer", "employers"),
                            ("employerinterest", "employer interests"),
                        ],
                        max_length=20,
                        verbose_name="list of",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "xlsx"), ("csv", "csv"), ("ods", "ods"), ("json", "json")],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                (
                    "columns",
                    models.CharField(
                        choices=[
                            ("shown", "What the list shows"),
                            ("all", "All fields, as an import takes them"),
                        ],
                        default="all",
                        max_length=5,
                        verbose_name="columns",
                    ),
                ),
                ("query", models.TextField(blank=True, verbose_name="filters and search")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("writing", "being made"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("gone", "destroyed"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="lines")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=dossiers.models.imports.private_storage,
                        upload_to=dossiers.models.exports.file_place,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="kept until")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-created_at"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["expires_at"], name="export_by_expiry")],
            },
        ),
    ]
