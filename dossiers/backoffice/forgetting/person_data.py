"""All that is kept about one person, in words: for who asks. Nothing of an employer's contact or of other people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access_log.models import AccessLogEntry
from dossiers.backoffice.imports.previews import cell
from dossiers.backoffice.labels import NOTHING, shown
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.backoffice.timeline import timeline
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import OF_A_PERSON
from dossiers.models import ContactMoment, Dossier, Expense, Finding, FollowUp
from dossiers.models.merges.snapshots import made_again
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.resources import DossierResource, SuppliedResource

Line = tuple[str, str, str]  # day or "", what, value
PERSONAL = tuple(sorted(OF_A_PERSON["dossiers.Dossier"].emptied))


@dataclass
class Part:
    """One kind of what is kept."""

    title: str | Promise
    lines: list[Line] = field(default_factory=list)


def kept_about(dossier: Dossier, user: AbstractUser) -> list[Part]:
    """Every part, also an empty one: that nothing is kept is an answer too."""
    return [
        Part(_("Dossier"), list(_values(dossier))),
        Part(_("What organisations supplied"), list(_supplied(dossier))),
        Part(_("Talks, calls, mails and visits"), list(_contacts(dossier))),
        Part(_("Proposals and placements"), list(_placements(dossier))),
        Part(_("What employers were told"), list(_shared(dossier))),
        Part(_("Findings"), list(_findings(dossier))),
        Part(_("Actions"), list(_actions(dossier))),
        Part(_("Hours and costs"), list(_expenses(dossier))),
        Part(_("Lines of lists"), list(_rows(dossier))),
        Part(_("Merged into this dossier"), list(_merges(dossier))),
        Part(_("Kept longer"), list(_decisions(dossier))),
        Part(_("History"), list(_history(dossier, user))),
        Part(_("Letters with a link to the own page"), list(_links(dossier))),
        Part(_("Who looked"), list(_looks(dossier))),
    ]


@dataclass(frozen=True)
class KeptTable:
    """The same as one table, for the writers of spreadsheets."""

    title: str
    parts: list[Part]
    names = ["part", "day", "what", "value"]

    @property
    def header(self) -> list[str]:
        return [gettext("Part"), gettext("Day"), gettext("What"), gettext("Value")]

    def rows(self) -> Iterator[list[Any]]:
        for part in self.parts:
            yield from ([str(part.title), *line] for line in part.lines)

    values = rows


def day(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if value else ""


def moment(value: Any) -> str:
    return f"{timezone.localtime(value):%d-%m-%Y %H:%M}" if value else ""


def label(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))


def _filled(record: Model, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(label, value) of those fields that hold something."""
    for name in names:
        display = getattr(record, f"get_{name}_display", None)
        value = shown(display() if display else getattr(record, name))
        if value != NOTHING:
            yield label(record, name), value


def _values(dossier: Dossier) -> Iterator[Line]:
    export = Export(DossierResource(out_of_use=True), Dossier.objects.filter(pk=dossier.pk))
    for name, value in zip(export.header, next(export.rows()), strict=True):
        yield "", name, shown(value)
    yield moment(dossier.created_at), gettext("Registered"), ""


def _supplied(dossier: Dossier) -> Iterator[Line]:
    fields = SuppliedResource().sheet_fields()
    for supply in dossier.supplies.select_related("organisation"):
        seen = gettext("first on %(first)s, last on %(last)s") % {
            "first": day(timezone.localtime(supply.first_seen)),
            "last": day(timezone.localtime(supply.last_seen)),
        }
        yield "", str(supply.organisation), seen
        if supply.external_id:
            yield "", capfirst(gettext("external number")), supply.external_id
        for name, value in supply.values.items():
            yield "", str(fields[name].column_name) if name in fields else name, cell(fields, name, value)


def _contacts(dossier: Dossier) -> Iterator[Line]:
    for contact in ContactMoment.objects.about(dossier):
        yield day(contact.held_on), capfirst(contact.get_kind_display()), contact.text


AGREED = ("kind", "status", "hours_per_week", "wage_agreed", "permit_valid_until", "candidate_agreed_on", "notes")


def _placements(dossier: Dossier) -> Iterator[Line]:
    for placement in dossier.placements.select_related("interest__employer", "end_reason"):
        at = f"{placement.reference}: {placement.interest.company_name}"
        yield "", at, placement.interest.work_description
        for name, value in _filled(placement, AGREED):
            yield "", f"{at}. {name}", value
        for step, reached in placement.reached_steps:
            yield day(reached), at, str(step.label)


def _shared(dossier: Dossier) -> Iterator[Line]:
    for placement in dossier.placements.exclude(shared_on=None).select_related("interest__employer"):
        for name, text in SharedList.kept(placement).rows:
            yield day(placement.shared_on), f"{placement.interest.company_name}. {name}", text


def _findings(dossier: Dossier) -> Iterator[Line]:
    for finding in Finding.objects.about(dossier).select_related("category"):
        for name, value in _filled(finding, ("side", "description", "tried", "result", "solved_on")):
            yield day(finding.noticed_on), f"{finding}. {name}", value


def _actions(dossier: Dossier) -> Iterator[Line]:
    for action in FollowUp.objects.about(dossier):
        yield day(action.due_on), action.text, gettext("done") if action.is_done else gettext("open")


def _expenses(dossier: Dossier) -> Iterator[Line]:
    for expense in Expense.objects.about(dossier):
        yield day(expense.spent_on), expense.description, f"€ {expense.total:.2f}".replace(".", ",")


def _rows(dossier: Dossier) -> Iterator[Line]:
    fields = DossierResource(out_of_use=True).sheet_fields()
    for row in Person(dossier).own_rows.select_related("run"):
        values = "; ".join(
            f"{fields[name].column_name if name in fields else name}: {cell(fields, name, value)}"
            for name, value in (row.given | row.bad).items()
        )
        where = gettext("%(file)s, line %(line)s") % {"file": row.run.file_name, "line": row.line}
        yield moment(row.run.created_at), where, values


def _merges(dossier: Dossier) -> Iterator[Line]:
    for merge in dossier.merges.all():
        before = _filled(made_again(Dossier, merge.snapshot), PERSONAL) if merge.snapshot else ()
        yield moment(merge.merged_at), merge.reference, "; ".join(f"{name}: {value}" for name, value in before)


def _decisions(dossier: Dossier) -> Iterator[Line]:
    for decision in dossier.kept_longer.all():
        yield moment(decision.at), gettext("until %(day)s") % {"day": day(decision.until)}, decision.reason


def _history(dossier: Dossier, user: AbstractUser) -> Iterator[Line]:
    for step in timeline(cast(Any, DossierResource(out_of_use=True)), dossier.pk, user):
        changes = "; ".join(
            f"{change.label}: {change.new}" if change.old == NOTHING else f"{change.label}: {change.old} → {change.new}"
            for change in step.changes
        )
        yield f"{step.day} {step.time}", " · ".join(filter(None, [step.what, step.who, step.source])), changes


def _links(dossier: Dossier) -> Iterator[Line]:
    for link in dossier.candidate_links.all():
        opened = gettext("opened last on %(day)s") % {"day": moment(link.opened_at)} if link.opened_at else ""
        yield moment(link.made_at), gettext("made"), opened


def _looks(dossier: Dossier) -> Iterator[Line]:
    for look in AccessLogEntry.objects.at(dossier.reference):
        yield moment(look.at), look.user_name, " · ".join(filter(None, [look.get_what_display(), look.detail]))
