"""Ticking rows, or all that fit: boxes of one plain form, which works without a script too."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.widgets.button import Button

from dossiers.backoffice.listing.query_strings import EVERY, TICKED, address_of, without_ticks
from dossiers.models.bulk_change import KINDS

FORM = "ticked"  # the form that the boxes belong to


class TickColumn(BulkActionsCheckboxColumn):
    """A box before each row. Wagtail's own needs a script, and its "all" is not what a filter leaves."""

    header_template_name = "dossiers/listing/tick_header.html"
    cell_template_name = "dossiers/listing/tick_cell.html"

    def __init__(self) -> None:
        super().__init__("tick", label="", obj_type="snippet")

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"form": FORM, "name": TICKED, "title": str(instance.heading)}


@dataclass(frozen=True)
class TickAction:
    """A page that asks, before it does something with what is ticked."""

    label: str
    url: str
    icon: str


def bulk_buttons(user: Any, kind: str) -> list[Button]:
    """The way from a list to what was changed in bulk, for who may."""
    if kind not in KINDS or not user.has_perm(f"dossiers.change_{kind}"):
        return []
    return [Button(_("Bulk changes"), url=reverse("dossiers_bulk_changes"), icon_name="history", priority=230)]


class SelectableList:
    """A list of which rows are ticked, or all that fit its filters, and then handed to a page that works on them."""

    model: Any
    request: HttpRequest

    def tick_actions(self) -> list[TickAction]:
        """As far as the user may."""
        name, may = self.model._meta.model_name, self.request.user.has_perm
        change, take_out = (reverse(f"dossiers_list_{page}", args=[name]) for page in ("change", "export"))
        delete = reverse("wagtail_bulk_action", args=["dossiers", name, "delete"])
        offered = (
            (TickAction(_("Change…"), change, "edit"), name in KINDS and may(f"dossiers.change_{name}")),
            (TickAction(_("Export…"), take_out, "download"), bool(self.export_formats())),  # type: ignore[attr-defined]
            (TickAction(_("Delete…"), delete, "bin"), may(f"dossiers.delete_{name}")),
        )
        return [action for action, allowed in offered if allowed]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = without_ticks(self.request.GET)
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "tick_actions": self.tick_actions(),
            "tick_form": FORM,
            "tick_name": TICKED,
            "tick_every": EVERY,
            "handed_on": [(name, value) for name, values in here.lists() for value in values],
            "tick_back": address_of(self.model, here.urlencode() or "view=all"),
        }
