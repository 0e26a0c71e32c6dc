"""The places that use a rule by its key, and the refusal to delete a rule while it is in use.

Pages refer to a rule by its key, in a block of facts or as a placeholder in a text, and so does the code. No foreign
key protects such a rule, and Wagtail's index of references doesn't know these places.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.models import Page

from dossiers.models import Finding, Regulation
from dossiers.models.deletion_guard import format_count
from pilot_pages.editing.linking_places import LinkingPlace


def list_rule_places(rule: Regulation) -> list[LinkingPlace]:
    """Return the places that change when this rule is deleted."""
    places = []
    predecessor = rule.valid_from and Regulation.objects.get_in_force_without(rule, rule.valid_from)
    if rule.key == Regulation.WAITING_TIME and not predecessor:  # calculations of earlier days use it too
        places.append(
            LinkingPlace(gettext("the calculation of who may work, and the requirements and figures with it"))
        )
    for page in Page.objects.order_by("path").specific() if get_replacement(rule) is None else ():
        versions = [page, *([page.get_latest_revision_as_object()] if page.has_unpublished_changes else [])]
        if parts := dict.fromkeys(part for version in versions for part in _find_parts(version, rule.key)):
            label = gettext("%(title)s: %(parts)s") % {
                "title": page.get_admin_display_title(),
                "parts": get_text_list(list(parts), gettext("and")),
            }
            if not page.live:
                label = gettext("%(title)s (not on the site)") % {"title": label}
            places.append(LinkingPlace(label, reverse("wagtailadmin_pages:edit", args=[page.pk])))
    if count := rule.findings.count():
        places.append(LinkingPlace(format_count(Finding, count)))
    return places


def get_replacement(rule: Regulation) -> Regulation | None:
    """Return the version of this rule that holds today once this one is deleted."""
    return Regulation.objects.get_in_force_without(rule, timezone.localdate())


def _find_parts(page: Page, key: str) -> Iterator[str]:
    """Yield the name of each field, and of each block of its body or its check, that uses the rule."""
    for name, value in page.serializable_data().items():
        field = next((field for field in page._meta.get_fields() if field.name == name), None)
        if isinstance(field, StreamField):
            blocks = field.stream_block.child_blocks
            for child in json.loads(value or "[]"):
                if _uses_rule(child["value"], key) and child["type"] in blocks:
                    yield str(blocks[child["type"]].label)
        elif _uses_rule(value, key):
            yield str(getattr(field, "verbose_name", "") or name)


def _uses_rule(value: Any, key: str) -> bool:
    """Whether a stored value has the key in a list of facts, or as a placeholder in one of its texts."""
    if isinstance(value, str):
        return f"{{{key}}}" in value
    if isinstance(value, list):
        return any(_uses_rule(item, key) for item in value)
    if not isinstance(value, dict):
        return False
    facts = value.get("facts") or ()
    keys = [item["value"] if isinstance(item, dict) else item for item in facts]
    return key in keys or any(_uses_rule(item, key) for item in value.values())


def refuse_deletion(request: HttpRequest, records: Sequence[Any]) -> HttpResponseRedirect | None:
    """Return a redirect to the places that use the first of these rules that is in use, with the reason."""
    for rule in records:
        if isinstance(rule, Regulation) and list_rule_places(rule):
            text = gettext(
                "“%(title)s” can't be deleted, for it is used in the places below. Take it out there first. Does the "
                "law change? Then add a rule with the same key and a first day."
            )
            messages.error(request, text % {"title": rule.title})
            return redirect(Regulation.snippet_viewset.get_url_name("usage"), rule.pk)  # type: ignore[attr-defined]
    return None


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: Sequence[Any], _action: Any
) -> HttpResponseRedirect | None:
    """Return a redirect with the reason if one of the selected rules is in use; then none is deleted."""
    return refuse_deletion(request, objects) if action_type == "delete" else None
