from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from dossiers.models.lists.regulation import hash_texts
from dossiers.models.text_fields import normalize_line_ends

TEXTS = ("title", "statement", "explanation", "source", "source_date")


def move_english_texts(apps: Any, _schema_editor: Any) -> None:
    """Make a translation of the English texts of each rule, which fits its Dutch texts of today."""
    translations = apps.get_model("dossiers", "RegulationTranslation").objects
    for rule in apps.get_model("dossiers", "Regulation").objects.exclude(statement_en=""):
        english = {name: getattr(rule, f"{name}_en") for name in TEXTS}
        english["title"] = english["title"] or rule.title
        mark = hash_texts(rule.unit, *(normalize_line_ends(getattr(rule, name)) for name in TEXTS))
        translations.create(regulation=rule, language="en", original_mark=mark, **english)


def move_english_texts_back(apps: Any, _schema_editor: Any) -> None:
    for translation in apps.get_model("dossiers", "RegulationTranslation").objects.filter(language="en"):
        rule = translation.regulation
        for name in TEXTS:
            setattr(rule, f"{name}_en", getattr(translation, name))
        rule.save()


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("dossiers", "0041_parts_by_column"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegulationTranslation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("title", models.CharField(max_length=150, verbose_name="title")),
                (
                    "statement",
                    models.TextField(
                        help_text="{value} becomes the value, as in the Dutch sentence.", verbose_name="in a sentence"
                    ),
                ),
                (
                    "explanation",
                    models.TextField(
                        blank=True,
                        help_text="Not required. What it means in practice; {value} becomes the value.",
                        verbose_name="explanation",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="Empty: as in Dutch.", max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "source_date",
                    models.CharField(
                        blank=True, help_text="Empty: as in Dutch.", max_length=60, verbose_name="date of the source"
                    ),
                ),
                ("original_mark", models.CharField(editable=False, max_length=64)),
                (
                    "regulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="dossiers.regulation",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "translation of a rule",
                "verbose_name_plural": "translations of rules",
                "ordering": ["language"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RegulationTranslationApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=64)),
                ("approved_by", models.CharField(max_length=100, verbose_name="checked by")),
                ("approved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="checked on")),
                (
                    "translation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="dossiers.regulationtranslation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval of a translation of a rule",
                "ordering": ["-approved_at"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="regulationtranslation",
            constraint=models.UniqueConstraint(fields=("regulation", "language"), name="rule_once_a_language"),
        ),
        migrations.AddConstraint(
            model_name="regulationtranslationapproval",
            constraint=models.UniqueConstraint(fields=("translation", "mark"), name="rule_texts_approved_once"),
        ),
        migrations.RunPython(move_english_texts, move_english_texts_back),
    ]
