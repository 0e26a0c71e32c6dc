"""Fills the lists of a new installation from `fixtures/lists/`; a list with rows is not changed."""

from typing import Any

import yaml
from django.apps.registry import Apps
from django.conf import settings

# model: the file in fixtures/lists/
BASE_LISTS = {
    "Organisation": "organisations.yaml",
    "Sector": "sectors.yaml",
    "ClosingReason": "closing_reasons.yaml",
    "FindingCategory": "finding_categories.yaml",
    "Regulation": "regulations.yaml",
    "ActionRule": "action_rules.yaml",
    "EmailText": "email_texts.yaml",
}


def read_list(file_name: str) -> list[dict[str, Any]]:
    """Return the rows of a list as {field: value}; in the file, a plain text is short for {name: text}."""
    rows = yaml.safe_load((settings.FIXTURES_DIR / "lists" / file_name).read_text("utf-8"))
    return [row if isinstance(row, dict) else {"name": row} for row in rows]


def load_base_lists(apps: Apps) -> None:
    """Fill each empty list; `apps` is the app registry of Django or of a migration."""
    for model_name, file_name in BASE_LISTS.items():
        model = apps.get_model("dossiers", model_name)
        if not model._default_manager.exists():
            model._default_manager.bulk_create([model(**row) for row in read_list(file_name)])
