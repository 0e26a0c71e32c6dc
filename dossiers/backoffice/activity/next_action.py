"""The part of a form in which somebody writes down what is to be done next."""

from datetime import date, timedelta
from typing import Any

from django.forms.widgets import Script
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.actions.working_days import add_working_days
from dossiers.backoffice.activity.follow_ups import FollowUpForm
from dossiers.models import FollowUp

WEEK = timedelta(weeks=1)


def list_quick_days(today: date) -> list[tuple[str, str]]:
    """Return (label, day) of the days that are chosen most; in a weekend, weeks count from the Monday after it."""
    tomorrow = add_working_days(today, 1)
    start = add_working_days(today - timedelta(days=1), 1)
    is_next_day = tomorrow - today == timedelta(days=1)
    days = [
        (gettext("tomorrow") if is_next_day else date_format(tomorrow, "l"), tomorrow),
        (gettext("in a week"), start + WEEK),
        (gettext("in two weeks"), start + 2 * WEEK),
        (gettext("in four weeks"), start + 4 * WEEK),
    ]
    return [(label, format_date(day)) for label, day in days]


class NextActionForm(FollowUpForm):
    """An action that may be left out: it is validated and saved only if something was filled in."""

    prefix = "action"

    class Meta:
        model = FollowUp
        fields = ("text", "due_on", "owner")
        error_messages = {
            "text": {"required": _("Write down what is to be done.")},
            "due_on": {"required": _("Choose the day on which it is to be done.")},
        }
        labels = {"text": _("What to do"), "due_on": _("When"), "owner": _("By whom")}

    class Media:
        js = (Script("dossiers/quick-days.js", defer=True),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)

    @property
    def quick_days(self) -> list[tuple[str, str]]:
        return list_quick_days(timezone.localdate())
