"""The subjects of an evaluation by report name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SUBJECTS: dict[str, str | Promise] = {
    "period": _("What happened in this period"),
    "funnel": _("How far candidates came"),
    "employers": _("Employers"),
    "permits": _("Work permits"),
    "lead-times": _("How long it takes"),
    "retention": _("Who stays at work"),
    "findings": _("Barriers and opportunities"),
    "money": _("Money"),
}
# What an employer asks: how many took part, how long it takes, who stays, and what helps.
FOR_EMPLOYERS = ("period", "lead-times", "retention", "findings")
FOR_COUNCIL = tuple(name for name in SUBJECTS if name not in FOR_EMPLOYERS)
