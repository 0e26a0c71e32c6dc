"""Fills the lists of a new installation from `fixtures/lists/`; a list with rows is not changed."""

from typing import Any

import yaml
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from dossiers.models.lists.regulation import Regulation, hash_texts

# model: the file in fixtures/lists/
BASE_LISTS = {
    "Organisation": "organisations.yaml",
    "Sector": "sectors.yaml",
    "ClosingReason": "closing_reasons.yaml",
    "FindingCategory": "finding_categories.yaml",
    "Regulation": "regulations.yaml",
    "ActionRule": "action_rules.yaml",
    "GlossaryTerm": "glossary.yaml",
}


def read_list(file_name: str) -> list[dict[str, Any]]:
    """Return the rows of a list as {field: value}; in the file, a plain text is short for {name: text}."""
    rows = yaml.safe_load((settings.FIXTURES_DIR / "lists" / file_name).read_text("utf-8"))
    return [row if isinstance(row, dict) else {"name": row} for row in rows]


def load_base_lists(apps: Apps) -> None:
    """Fill each empty list; `apps` is the app registry of Django or of a migration."""
    for model_name, file_name in BASE_LISTS.items():
        model = apps.all_models["dossiers"].get(model_name.lower())  # a migration knows those of its day
        if model and not model._default_manager.exists():
            fields = {field.name for field in model._meta.fields}  # likewise
            rows = [{name: row[name] for name in row.keys() & fields} for row in read_list(file_name)]
            model._default_manager.bulk_create([model(**row) for row in rows])
            if model_name == "Regulation":
                add_english_texts(apps)


def add_english_texts(apps: Apps) -> None:
    """Add the English texts of the rules, which the file has beside the Dutch ones."""
    model = apps.all_models["dossiers"].get("regulationtranslation")
    if model is None:  # in a migration of an earlier day
        return
    texts = {row["key"]: row for row in read_list("regulations.yaml")}
    rules: Any = apps.all_models["dossiers"]["regulation"]._default_manager
    for rule in rules.filter(key__in=texts):
        english = {name: texts[rule.key].get(f"{name}_en", "") for name in Regulation.TEXTS}
        mark = hash_texts(rule.unit, *(getattr(rule, name) for name in Regulation.TEXTS))
        model._default_manager.create(regulation=rule, language="en", original_mark=mark, **english)


def add_email_texts(*, apps: Apps = global_apps, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Store the texts of each kind of e-mail that has none; texts that exist are not changed.

    This happens after each `migrate`, so that a new kind of e-mail needs no migration.
    """
    model = apps.all_models["dossiers"].get("emailtext")
    if using == DEFAULT_DB_ALIAS and model and hasattr(model, "closing"):  # its migrations ran
        rows = [model(**row) for row in read_list("email_texts.yaml")]
        model._default_manager.bulk_create(rows, ignore_conflicts=True)
