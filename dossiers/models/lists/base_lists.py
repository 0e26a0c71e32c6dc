"""Fills the lists of an empty installation from `fixtures/lists/`; a list that has rows is left as it is."""

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
    """The rows of a list, as field: value; a bare text stands for {name: text}."""
    rows = yaml.safe_load((settings.FIXTURES_DIR / "lists" / file_name).read_text("utf-8"))
    return [row if isinstance(row, dict) else {"name": row} for row in rows]


def load_base_lists(apps: Apps) -> None:
    """Fill each list that is empty. `apps` is Django's registry, or that of a migration."""
    for model_name, file_name in BASE_LISTS.items():
        model = apps.get_model("dossiers", model_name)
        if not model._default_manager.exists():
            model._default_manager.bulk_create([model(**row) for row in read_list(file_name)])
