"""All data that is stored about one person, as text, for a request of that person.

It holds nothing of an employer's contact or of other people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from access_log.models import AccessLogEntry
from admin_pages.users import get_actor_name, get_person_name
from dates.format import format_date, format_datetime
from dossiers.backoffice.access_log import add_user_names
from dossiers.backoffice.forgetting.person_history import (
    Line,
    get_dossier_history,
    get_label,
    get_record_history,
    get_shown_value,
)
from dossiers.backoffice.imports.cells import format_cell
from dossiers.backoffice.imports.cells import get_label as get_column_label
from dossiers.backoffice.labels import NOTHING, format_money, format_value
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.forgetting.list_mentions import names_person
from dossiers.forgetting.personal_data import Person
from dossiers.models import (
    Action,
    ContactMoment,
    Deletion,
    Dossier,
    Expense,
    Finding,
    FollowUp,
    ImportRow,
    ImportRun,
    RecordKind,
    Supply,
)
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.models.snapshots import rebuild_record
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.resources import DossierResource

DOSSIER_FIELDS = tuple(name for name in DossierResource.columns[""][1] if name not in ("languages", "sectors"))


@dataclass
class PersonDataSection:
    """A section with one kind of data."""

    title: str | Promise
    lines: list[Line] = field(default_factory=list)


def collect_person_data(person: Person, user: AbstractUser, mention_count: int) -> list[PersonDataSection]:
    """Return all sections; empty ones too, as they state that nothing is stored.

    `mention_count` is the number of texts about others that mention this person, which are not in them.
    """
    return [
        *_build_record_sections(person),
        *_build_guidance_sections(person.dossier),
        PersonDataSection(_("Lines of lists"), list(_import_row_lines(person))),
        PersonDataSection(_("Unfinished lists that may hold this person"), list(_unfinished_list_lines(person))),
        *_build_processing_sections(person, user),
        PersonDataSection(_("Deleted dossiers"), list(_deleted_dossier_lines(person, user))),
        PersonDataSection(
            _("Not in this file"), [("", gettext("Texts about others"), _describe_mentions(mention_count))]
        ),
    ]


def _describe_mentions(count: int) -> str:
    if not count:
        return gettext(
            "This person was not found in texts about others, such as somebody's remarks, a report of a talk with "
            "somebody else or an employer's answers."
        )
    return ngettext(
        "%(count)s text about others mentions this person. It is not in this file, since it holds data of others: the "
        "coordinator can say what it says about this person.",
        "%(count)s texts about others mention this person. They are not in this file, since they hold data of others: "
        "the coordinator can say what they say about this person.",
        count,
    ) % {"count": count}


@dataclass(frozen=True)
class PersonDataTable:
    """The sections as one table, for a spreadsheet."""

    title: str
    parts: list[PersonDataSection]
    names = ["part", "day", "what", "value"]

    @property
    def header(self) -> list[str]:
        return [gettext("Part"), gettext("Day"), gettext("What"), gettext("Value")]

    def rows(self) -> Iterator[list[Any]]:
        for part in self.parts:
            yield from ([str(part.title), *line] for line in part.lines)

    values = rows


def _get_filled_values(record: Model, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield (label, value) of the fields that are not empty."""
    for name in names:
        if (value := get_shown_value(record, name)) != NOTHING:
            yield get_label(record, name), value


def _get_dossier_values(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield (label, value) of the fields of a merged or deleted dossier that are not empty, except its sectors."""
    yield from _get_filled_values(dossier, DOSSIER_FIELDS)
    fields = DossierResource(out_of_use=True).sheet_fields()
    for name, value in ({"languages": dossier.languages} | getattr(dossier, EXTRA)).items():
        if value:
            yield get_column_label(fields, name), format_cell(fields, name, value)


def _build_record_sections(person: Person) -> Iterator[PersonDataSection]:
    """Yield the sections about the dossier itself and about what organisations know of it."""
    dossier = person.dossier
    export = Export(DossierResource(out_of_use=True), Dossier.objects.filter(pk=dossier.pk))
    lines: list[Line] = [
        ("", name, format_value(value)) for name, value in zip(export.header, next(export.rows()), strict=True)
    ]
    lines.append((format_datetime(dossier.created_at), gettext("Registered"), ""))
    days = {name: getattr(dossier, name) for name in ("withdrawal_requested_on", "withdrawal_retracted_on")}
    lines += [(format_date(day), get_label(Dossier, name), "") for name, day in days.items() if day]
    yield PersonDataSection(_("Dossier"), lines)
    supplies = dossier.supplies.select_related("organisation")
    supplied = [line for supply in supplies for line in _supply_lines(supply)]
    for supply in Deletion.objects.find_lost_supplies(person.keys):
        lost = gettext("did not come back with the dossier: the number was of another dossier by then")
        supplied += [("", str(supply.organisation), lost), *_supply_lines(supply)]
    yield PersonDataSection(_("What organisations supplied"), supplied)


def _supply_lines(supply: Supply) -> Iterator[Line]:
    fields = DossierResource(out_of_use=True).sheet_fields()
    seen = gettext("taken over first on %(first)s, last on %(last)s") % {
        "first": format_date(supply.first_seen),
        "last": format_date(supply.last_seen),
    }
    yield "", str(supply.organisation), seen
    if supply.external_id:
        yield "", capfirst(gettext("external number")), supply.external_id
    for name, value in supply.values.items():
        if (name, value) != ("external_id", supply.external_id):
            yield "", get_column_label(fields, name), format_cell(fields, name, value)


def get_author(record: Any) -> str:
    """Return who recorded a record about a person; empty if no user did, as on the candidate's own page."""
    if getattr(record, "rule", ""):  # also if the rule was applied while a user saved something
        return get_actor_name(None)
    if getattr(record, "by_employer", False):
        return gettext("the employer")
    user = getattr(record, "user", None) or getattr(record, "noted_by", None)
    if user is None and hasattr(record, "history"):
        steps = record.history.filter(history_type="+").select_related("history_user")
        user = getattr(steps.order_by("history_date").first(), "history_user", None)
    return get_person_name(user)


def _get_author_line(record: Any) -> Iterator[tuple[str, str]]:
    """Yield (label, author) if a user is known to have recorded the record."""
    if author := get_author(record):
        yield gettext("Recorded by"), author


def add_author(what: str, record: Any) -> str:
    author = get_author(record)
    return f"{what} · {gettext('recorded by %(who)s') % {'who': author}}" if author else what


def _build_guidance_sections(dossier: Dossier) -> Iterator[PersonDataSection]:
    """Yield the sections about the guidance to work."""
    contacts = [
        (format_date(contact.held_on), add_author(capfirst(contact.get_kind_display()), contact), contact.text)
        for contact in ContactMoment.objects.about(dossier).select_related("user")
    ]
    yield PersonDataSection(_("Talks, calls, mails and visits"), contacts)
    placements: list[Line] = []
    for placement in dossier.placements.select_related("interest__employer", "end_reason"):
        at = f"{placement.reference}: {placement.interest.company_name}"
        placements.append(("", at, placement.interest.work_description))
        values = (*_get_filled_values(placement, PLACEMENT_FIELDS), *_get_author_line(placement))
        placements += [("", f"{at}. {name}", value) for name, value in values]
        placements += [(format_date(reached), at, str(step.label)) for step, reached in placement.reached_steps]
    yield PersonDataSection(_("Proposals and placements"), placements)
    shared = [
        (format_date(sharing.day), f"{placement.interest.company_name}. {name}", text)
        for placement in dossier.placements.exclude(shared_on=None).select_related("interest__employer")
        for sharing in placement.find_sharings()
        for name, text in SharedList.from_sharing(sharing).rows
    ]
    yield PersonDataSection(_("What employers were told"), shared)
    findings = [
        (format_date(finding.noticed_on), f"{finding}. {name}", value)
        for finding in Finding.objects.about(dossier).select_related("category", "noted_by")
        for name, value in (
            *_get_filled_values(finding, ("side", "description", "tried", "result", "solved_on")),
            *_get_author_line(finding),
        )
    ]
    yield PersonDataSection(_("Findings"), findings)
    actions = []
    for action in FollowUp.objects.about(dossier):
        state = gettext("lapsed") if action.has_lapsed else gettext("done") if action.is_done else gettext("open")
        what = add_author(action.text, action)
        actions.append((format_date(action.due_on), what, ": ".join(filter(None, [state, action.done_note]))))
    yield PersonDataSection(_("Actions"), actions)
    expenses = [
        (format_date(expense.spent_on), add_author(expense.description, expense), format_money(expense.total))
        for expense in Expense.objects.about(dossier)
    ]
    yield PersonDataSection(_("Hours and costs"), expenses)


PLACEMENT_FIELDS = (
    "kind",
    "status",
    "hours_per_week",
    "wage_agreed",
    "permit_valid_until",
    "candidate_agreed_on",
    "candidate_declined_on",
    "end_reason",
    "notes",
)


def _import_row_lines(person: Person) -> Iterator[Line]:
    fields = DossierResource(out_of_use=True).sheet_fields()
    for row in person.own_rows.select_related("run").order_by("run__created_at", "run", "line"):
        typed_texts = {
            name: fields[name].get_typed_text(text) if name in fields else text for name, text in row.bad.items()
        }
        values = "; ".join(
            f"{get_column_label(fields, name)}: {format_cell(fields, name, value)}"
            for name, value in (row.given | typed_texts).items()
        )
        yield format_datetime(row.run.created_at), _name_row(row), values


def _name_row(row: ImportRow) -> str:
    """Return the name of a list with the line and the state of the list."""
    if row.action == Action.ABSENT:  # its number is made up
        where = f"{row.run.file_name}, {row.get_action_display()}"
    else:
        where = gettext("%(file)s, line %(line)s") % {"file": row.run.file_name, "line": row.line_name}
    return f"{where} · {row.run.get_state_display()}"


def _unfinished_list_lines(person: Person) -> Iterator[Line]:
    """Yield the lines of lists of which nobody said yet that they are about this person, and lists without rows yet.

    Their values are left out, as they may be of somebody else.
    """
    unmatched = person.unfinished_rows.exclude(pk__in=person.own_rows.values("pk"))
    for row in (*unmatched.select_related("run"), *person.similar_rows.select_related("run")):
        yield format_datetime(row.run.created_at), _name_row(row), gettext("may be about this person")
    for run in ImportRun.objects.filter(state__in=ImportRun.UNREAD, record=RecordKind.DOSSIERS):
        what = f"{run.file_name} · {run.get_state_display()}"
        if run.upload or not run.clean_copy:
            yield format_datetime(run.created_at), what, gettext("was not read yet: who is in it is not known")
        elif names_person(run, person):
            yield format_datetime(run.created_at), what, gettext("holds the name of this person, or of a namesake")


def _build_processing_sections(person: Person, user: AbstractUser) -> Iterator[PersonDataSection]:
    """Yield the sections about what was done with the data itself."""
    dossier = person.dossier
    merges = []
    for merge in dossier.merges.not_undone():
        before = _get_dossier_values(rebuild_record(Dossier, merge.snapshot)) if merge.snapshot else ()
        values = "; ".join(f"{name}: {value}" for name, value in before)
        merges.append((format_datetime(merge.applied_at), merge.reference, values))
        for day, what, changes in get_dossier_history(merge.reference, merge.other_id, user):
            merges.append((day, f"{merge.reference}. {what}", changes))
    yield PersonDataSection(_("Merged into this dossier"), merges)
    kept_longer = [
        (
            format_datetime(decision.at),
            add_author(gettext("until %(day)s") % {"day": format_date(decision.until)}, decision),
            decision.reason,
        )
        for decision in dossier.kept_longer.select_related("user")
    ]
    yield PersonDataSection(_("Kept longer"), kept_longer)
    yield PersonDataSection(_("History"), list(get_dossier_history(dossier.reference, dossier.pk, user)))
    yield PersonDataSection(_("Former and deleted texts"), list(get_record_history(person)))
    links = []
    for link in dossier.candidate_links.select_related("made_by"):
        opened = gettext("opened last on %(day)s") % {"day": format_datetime(link.opened_at)} if link.opened_at else ""
        links.append((format_datetime(link.made_at), f"{gettext('made')} · {get_actor_name(link.made_by)}", opened))
    yield PersonDataSection(_("Letters with a link to the own page"), links)
    entries = chain.from_iterable(map(AccessLogEntry.objects.at, person.references))
    looks = [
        (format_datetime(look.at), name, " · ".join(filter(None, [look.get_what_display(), look.detail])))
        for look, name in add_user_names(sorted(entries, key=attrgetter("at"), reverse=True))
    ]
    yield PersonDataSection(_("Who looked"), looks)


def _deleted_dossier_lines(person: Person, user: AbstractUser) -> Iterator[Line]:
    """Yield the last values of each deleted dossier, what organisations supplied of it, and its history."""
    for dossier, deleted_at in person.deleted_dossiers:
        yield format_datetime(deleted_at), dossier.reference, gettext("deleted")
        for name, value in _get_dossier_values(dossier):
            yield "", f"{dossier.reference}. {name}", value
        supplies = [values for key, values in Deletion.objects.get_snapshots(Supply) if key == dossier.pk]
        for _day, name, value in [
            line for values in supplies for line in _supply_lines(rebuild_record(Supply, values))
        ]:
            yield "", f"{dossier.reference}. {name}", value
        for day, what, changes in get_dossier_history(dossier.reference, dossier.pk, user):
            yield day, f"{dossier.reference}. {what}", changes
