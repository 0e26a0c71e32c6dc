"""Every address that the project answers to, found by asking the resolver, with the records of `world` in it."""

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


def patterns() -> Iterator[tuple[str, str, Any]]:
    """(name, pattern, view) of each, without what an earlier one hides from everybody."""
    hidden: set[str] = set()
    for name, pattern, view in _below(get_resolver().url_patterns, "", ()):
        if pattern not in hidden:
            yield name or pattern, pattern, view
        hidden.add(pattern)


def _below(
    found: list[URLPattern | URLResolver], before: str, namespaces: tuple[str, ...]
) -> Iterator[tuple[str, str, Any]]:
    for one in found:
        pattern = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield ":".join([*namespaces, one.name]) if one.name else "", pattern, one.callback
        else:
            inner = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from _below(one.url_patterns, pattern, inner)


def addresses(world: dict[str, dict[str, Any]]) -> Iterator[Address]:
    """`world` says what stands for each parameter, by the beginning of a name; the longest beginning wins."""
    for name, pattern, view in patterns():
        for values in _variants(name, _values(world, name)):
            label, query, post = values.pop("label", ""), values.pop("query", ""), values.pop("post", {})
            path = _filled(pattern, values)
            if label:
                yield Address(f"{name}{label}", f"{path}?id={query}", f"{path}?id={NO_RECORD}")
                continue
            nowhere = {key: NO_RECORD if isinstance(value, int) else value for key, value in values.items()}
            yield Address(name, path, _filled(pattern, nowhere), post)
            if _exports(view):
                for format in ("csv", "xlsx"):
                    yield Address(f"{name}?export", f"{path}?export={format}", f"{path}?export={format}")


def _values(world: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    fitting = sorted((beginning for beginning in world if name.startswith(beginning)), key=len)
    return {key: value for beginning in fitting for key, value in world[beginning].items()}


def _variants(name: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
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


def _filled(pattern: str, values: dict[str, Any]) -> str:
    if "whole" in values:  # a regular expression, which nothing can be filled in
        return str(values["whole"]) % values
    path = PARAMETER.sub(lambda match: str(values[match[1]]), pattern.replace("^", ""))
    return f"/{path}"


def _exports(view: Any) -> bool:
    view_class = getattr(view, "view_class", None)
    return isinstance(view_class, type) and issubclass(view_class, SpreadsheetExportMixin)
