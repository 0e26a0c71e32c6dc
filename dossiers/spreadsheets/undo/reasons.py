"""The reasons why an undo of an import leaves a record or a value, with their labels."""

from collections.abc import Iterable

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.imports.import_row import GONE

EDITED, IMPORTED, RENEWED, UNKNOWN, TAKEN = "edited", "imported", "renewed", "unknown", "taken"
AT_WORK, MERGED, BACK, BULK, RESTORED = "at_work", "merged", "back", "bulk", "restored"
SUPPLIED_BY_SAME, SUPPLIED_BY_OTHER = "supplied_by_same", "supplied_by_other"
INTEREST_STAYS, CREATOR_UNDONE = "interest_stays", "creator_undone"
MISSED, PROPOSED = "missed", "proposed"
HAS_MERGE = "dossiers.merge"  # the reason of a record that belongs to it, which is the name of its model
REASONS = {
    EDITED: _("changed since"),
    IMPORTED: _("came in a later import too"),
    MISSED: _("changed by a later import because it was not in that list"),
    BULK: _("set in a later bulk change too"),
    RENEWED: _("supplied again since"),
    GONE: _("deleted since"),
    RESTORED: _("it was deleted at that time, and was restored since"),
    MERGED: _("merged into another dossier since"),
    SUPPLIED_BY_SAME: _("supplied in another list of the same organisation too"),
    SUPPLIED_BY_OTHER: _("supplied by another organisation too"),
    INTEREST_STAYS: _("an interest of this employer in this list stays"),
    BACK: _("it is as before these changes already"),
    UNKNOWN: _("its former value is no longer in the list"),
    AT_WORK: _("more people work there by now than it had places"),
    PROPOSED: _("candidates are proposed there by now"),
    TAKEN: _("another employer has the former number now"),
    CREATOR_UNDONE: _("deleted, because the list that made it is undone already"),
}


IN_OTHER_LIST = (IMPORTED, RENEWED, SUPPLIED_BY_SAME)  # reasons that say the same to people: the first of them is told


def describe_reasons(codes: Iterable[str]) -> str:
    """Return the labels of these reasons as one text, in which each reason is told once."""
    different = list(dict.fromkeys(codes))
    first = next((code for code in IN_OTHER_LIST if code in different), None)
    return ", ".join(reason_text(code) for code in different if code == first or code not in IN_OTHER_LIST)


def reason_text(code: str) -> str:
    """Return the label of a reason; any other code is the name of the model of an attached record."""
    if code in REASONS:
        return str(REASONS[code])
    if code == "dossiers.supply":
        return gettext("supplied in another way too")
    if code == "dossiers.employerinterest":
        return gettext("there is another interest of this employer")
    return gettext("a %(record)s belongs to it") % {"record": apps.get_model(code)._meta.verbose_name}
