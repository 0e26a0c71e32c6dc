"""Every URL of the project, read from the resolver, with the records of `world` as its parameters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.views.mixins import SpreadsheetExportMixin

NO_RECORD = 99_999_999
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, eq=False)
class Address:
    name: str  # as the table judges it: namespace:name, else the pattern itself
    path: str
    nowhere: str  # the same for a record that never was; equal to `path` where no record is named
    post: dict[str, Any] = field(default_factory=dict)


def list_patterns() -> Iterator[tuple[str, str, Any]]:
    """Return (name, pattern, view) of each URL pattern that no earlier pattern hides."""
    hidden: set[str] = set()
    for name, pattern, view in _walk_patterns(get_resolver().url_patterns, "", ()):
        if pattern not in hidden:
            yield name or pattern, pattern, view
        hidden.add(pattern)


def _walk_patterns(
    entries: list[URLPattern | URLResolver], before: str, namespaces: tuple[str, ...]
) -> Iterator[tuple[str, str, Any]]:
    for entry in entries:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join([*namespaces, entry.name]) if entry.name else "", pattern, entry.callback
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk_patterns(entry.url_patterns, pattern, inner)


def list_addresses(world: dict[str, dict[str, Any]]) -> Iterator[Address]:
    """Fill in each pattern with the values that `world` has for the longest matching prefix of its name."""
    for name, pattern, view in list_patterns():
        for values in _list_variants(name, _get_parameters(world, name)):
            label, query, post = values.pop("label", ""), values.pop("query", ""), values.pop("post", {})
            path = _build_path(pattern, values)
            if label:
                yield Address(f"{name}{label}", f"{path}?id={query}", f"{path}?id={NO_RECORD}")
                continue
            nowhere = {key: NO_RECORD if isinstance(value, int) else value for key, value in values.items()}
            yield Address(name, path, _build_path(pattern, nowhere), post)
            if _has_export(view):
                for format in ("csv", "xlsx"):
                    yield Address(f"{name}?export", f"{path}?export={format}", f"{path}?export={format}")


def _get_parameters(world: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    fitting = sorted((beginning for beginning in world if name.startswith(beginning)), key=len)
    return {key: value for beginning in fitting for key, value in world[beginning].items()}


def _list_variants(name: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if name == "wagtail_bulk_action":
        bulk_action_registry.get_bulk_action_class("", "", "")  # fills the registry
        for app, models in bulk_action_registry.actions.items():
            for model, actions in models.items():
                for action in actions:
                    parts = {"app_label": app, "model_name": model, "action": action}
                    record = values["ids"][f"{app}.{model}"]
                    yield parts | {"label": f" {app}.{model} {action}", "query": record}
    else:
        yield dict(values)


def _build_path(pattern: str, values: dict[str, Any]) -> str:
    if "whole" in values:  # a regular expression, which nothing can be filled in
        return str(values["whole"]) % values
    path = PARAMETER.sub(lambda match: str(values[match[1]]), pattern.replace("^", ""))
    return f"/{path}"


def _has_export(view: Any) -> bool:
    view_class = getattr(view, "view_class", None)
    return isinstance(view_class, type) and issubclass(view_class, SpreadsheetExportMixin)
