"""Selection of rows of a list with checkboxes of one form, which works without JavaScript."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.widgets.button import Button

from dossiers.backoffice.listing.query_strings import EVERY, TICKED, get_filtered_list_url, without_selection
from dossiers.filters.archive import ARCHIVE, ONLY
from dossiers.models.archive import ArchivableRecord
from dossiers.models.bulk_change import KINDS

FORM_ID = "ticked"  # the id of the form that contains the checkboxes


class CheckboxColumn(BulkActionsCheckboxColumn):
    """A checkbox for each row.

    Wagtail's own column needs JavaScript, and its "all" ignores the filters.
    """

    header_template_name = "dossiers/listing/tick_header.html"
    cell_template_name = "dossiers/listing/tick_cell.html"

    def __init__(self) -> None:
        super().__init__("tick", label="", obj_type="snippet")

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"form": FORM_ID, "name": TICKED, "title": str(instance.heading)}


@dataclass(frozen=True)
class BulkAction:
    """A link to a page that works on the selected rows."""

    label: str
    url: str
    icon: str


def get_bulk_buttons(user: Any, kind: str) -> list[Button]:
    """Return the button that leads to the bulk changes, if the user may see them."""
    if kind not in KINDS or not user.has_perm(f"dossiers.change_{kind}"):
        return []
    return [Button(_("Bulk changes"), url=reverse("dossiers_bulk_changes"), icon_name="history", priority=230)]


class SelectableList:
    """A list whose selected rows can be passed to a bulk action."""

    model: Any
    request: HttpRequest

    def get_bulk_actions(self) -> list[BulkAction]:
        """Return the bulk actions that the user may do."""
        name, may = self.model._meta.model_name, self.request.user.has_perm
        pages = ("change", "export", "archive", "restore")
        change, take_out, archive, restore = (reverse(f"dossiers_list_{page}", args=[name]) for page in pages)
        is_archivable, shown = issubclass(self.model, ArchivableRecord), self.request.GET.get(ARCHIVE)
        delete = reverse("wagtail_bulk_action", args=["dossiers", name, "delete"])
        offered = (
            (BulkAction(_("Change…"), change, "edit"), name in KINDS and may(f"dossiers.change_{name}")),
            (BulkAction(_("Export…"), take_out, "download"), bool(self.export_formats())),  # type: ignore[attr-defined]
            (
                BulkAction(_("Archive…"), archive, "folder-inverse"),
                is_archivable and shown != ONLY and may(f"dossiers.change_{name}"),
            ),
            (
                BulkAction(_("Restore…"), restore, "folder-open-1"),
                is_archivable and shown and may(f"dossiers.change_{name}"),
            ),
            (BulkAction(_("Delete…"), delete, "bin"), may(f"dossiers.delete_{name}")),
        )
        return [action for action, allowed in offered if allowed]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = without_selection(self.request.GET)
        return super().get_context_data(**kwargs) | {  # type: ignore[misc]
            "tick_actions": self.get_bulk_actions(),
            "tick_form": FORM_ID,
            "tick_name": TICKED,
            "tick_every": EVERY,
            "handed_on": [(name, value) for name, values in here.lists() for value in values],
            "tick_back": get_filtered_list_url(self.model, here.urlencode() or "view=all"),
        }
