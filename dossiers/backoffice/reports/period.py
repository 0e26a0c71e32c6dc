"""The form with the period and the filters of a report, which are in the query string so that a URL can be shared."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dates.forms import AdminDateField
from dossiers.figures import Scope
from dossiers.models import Organisation, Pilot, Sector
from dossiers.models.days import validate_not_to_come
from dossiers.reports.registry import REPORTS

Period = tuple[date | None, date]


def get_month(day: date) -> Period:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def build_presets(pilot: Pilot, today: date) -> dict[str, tuple[str | Promise, Period]]:
    """Return {name: (label, period)} of common periods; the first one is the default."""
    periods: dict[str, tuple[str | Promise, Period]] = {"ever": (_("everything until today"), (None, today))}
    if pilot.starts_on and pilot.starts_on <= today:
        periods["pilot"] = (_("since the pilot's first day"), (pilot.starts_on, today))
    return periods | {
        "month": (_("this month"), (today.replace(day=1), today)),
        "last_month": (_("last month"), get_month(today.replace(day=1) - timedelta(days=1))),
    }


class PeriodForm(forms.Form):
    """The period and the filters of a report; with invalid values the default period is used."""

    begin = AdminDateField(label=_("From"), required=False)
    end = AdminDateField(label=_("Until"), required=False, validators=[validate_not_to_come])
    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Sector"), required=False, empty_label=_("does not matter")
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Supplied by"), required=False, empty_label=_("does not matter")
    )

    def __init__(self, data: Any, report: str, default: Period) -> None:
        self.default = default
        begin, end = default
        values = data.copy()
        if "begin" not in values and "end" not in values:
            values["begin"], values["end"] = (begin.isoformat() if begin else ""), end.isoformat()
        super().__init__(values)
        self.fields["sector"].label = str(REPORTS[report].sector_basis.label)
        for part in {"sector", "organisation"} - set(REPORTS[report].parts):
            del self.fields[part]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        begin, end = data.get("begin"), data.get("end")
        if begin and begin > (end or timezone.localdate()):
            raise ValidationError(_("The period ends before it begins. Turn the two days around."))
        return data

    @property
    def scope(self) -> Scope:
        """Return the period and filters, or the default period if the form is invalid."""
        if not self.is_valid():
            begin, end = self.default
            return Scope(end=end, begin=begin)
        asked = self.cleaned_data
        parts = {name: asked[name].pk for name in ("sector", "organisation") if asked.get(name)}
        return Scope(end=asked["end"] or timezone.localdate(), begin=asked["begin"], **parts)
