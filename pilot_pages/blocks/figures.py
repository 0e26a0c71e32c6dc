"""The block with figures that were released for the website last."""

from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from dossiers.reports.registry import REPORTS
from pilot_pages.blocks import groups
from pilot_pages.progress import Progress, get_progress
from pilot_pages.read_api import schemas
from pilot_pages.read_api.figures import serialize_figures


def list_subjects() -> list[tuple[str, str | Promise]]:
    """Return the name and the title of each report; migrations name this function, so a new report needs none."""
    return [(name, report.title) for name, report in REPORTS.items()]


class ValueWithFigures(blocks.StructValue):
    """The value of the block, with the figures to show."""

    def get_progress(self) -> Progress | None:
        return get_progress(self["subject"], first_only=not self["all_tables"])

    @property
    def is_shown(self) -> bool:
        """Whether figures about the subject were released; otherwise the page omits the block."""
        progress = self.get_progress()
        return progress is not None and bool(progress.subjects)


class PilotFiguresBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=100)
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=2)
    subject = blocks.ChoiceBlock(label=_("Subject"), choices=list_subjects, default="period")
    all_tables = blocks.BooleanBlock(
        label=_("All tables of this subject"), required=False, help_text=_("Unticked: only the first, with its chart.")
    )

    api_additions = schemas.FiguresAddition

    def get_api_representation(self, value: ValueWithFigures, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the block with its figures; `figures` is null if none were released about the subject."""
        content: dict[str, Any] = super().get_api_representation(value, context)
        return content | {"figures": serialize_figures(value.get_progress()) if value.is_shown else None}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["progress"] = value.get_progress()
        progress_pages = apps.get_model("pilot_pages.ProgressPage")  # its model has this block
        context["progress_page"] = progress_pages.in_language_of(context.get("page"))
        return context

    class Meta:
        icon = "order"
        group = groups.FACTS
        label = _("Pilot figures")
        description = _(
            "The figures that were released for the website last. Before there is one, the page leaves this out."
        )
        template = "pilot_pages/blocks/pilot_figures.html"
        value_class = ValueWithFigures
        preview_value = {"heading": "De cijfers van de pilot", "subject": "period", "all_tables": False}
