"""Columns of the list of placements."""

from functools import partial
from typing import Any

from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.ui.tables import Column

from dossiers.backoffice.placements.next_steps import NextStepOutlook, NextStepPlanner
from dossiers.models import Placement, Step
from dossiers.spreadsheets.exports.export import Shown

READY: dict[Step, Any] = {
    Step.INTERVIEW: gettext_lazy("Ready for the interview"),
    Step.PERMIT_REQUESTED: gettext_lazy("Ready for the permit request"),
    Step.PERMIT_GRANTED: gettext_lazy("Waiting for the permit"),
    Step.WORKING: gettext_lazy("Ready for the first day"),
}
"""What is said of a placement of which the next step lacks nothing."""


class WorkColumn(Column):
    """The employer and, below it, the work and whether it is paid."""

    cell_template_name = "dossiers/placements/work_cell.html"

    def get_value(self, instance: Placement) -> str:
        return instance.interest.company_name

    def get_sheet_value(self, instance: Placement) -> str:
        """Return the value for a spreadsheet."""
        return ": ".join(filter(None, [instance.interest.company_name, instance.interest.work_description]))


class AheadColumn(Column):
    """The next step and the requirements for it that are not met yet."""

    cell_template_name = "dossiers/placements/ahead_cell.html"

    @cached_property
    def planner(self) -> NextStepPlanner:
        return NextStepPlanner()

    def get_value(self, instance: Placement) -> NextStepOutlook | None:
        return self.planner.plan_next_step(instance)

    def get_cell_context_data(self, instance: Placement, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"ready": READY[context["value"].step] if context["value"] else ""}

    def get_sheet_value(self, instance: Any) -> str:
        """Return the value for a spreadsheet: what the page says, and nothing where it has a dash."""
        texts = []
        if ahead := self.get_value(instance):
            missing = ", ".join(str(requirement.text) for requirement in ahead.missing)
            texts.append(f"{capfirst(ahead.step.label)}: {missing}" if missing else str(READY[ahead.step]))
        if instance.status == Step.WORKING and instance.dossier.wants_to_stop:
            texts.append(gettext("Wants to stop"))
        if instance.works_at:
            texts.append(gettext("Works at %(company)s already") % {"company": instance.works_at})
        return "; ".join(texts)


def lead_time_columns() -> list[Shown]:
    """Return a column for each step after the first, with the number of days since the previous step."""

    def get_days(step: Step, placement: Placement) -> int | None:
        return next((span.days for _from, to, span in placement.lead_times if to == step), None)

    return [
        Shown(f"days_to_{step}", gettext("Days until “%(step)s”") % {"step": step.label}, partial(get_days, step))
        for step in list(Step)[1:]
    ]
