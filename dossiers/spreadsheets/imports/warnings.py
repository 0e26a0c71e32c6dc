"""The warnings about how a list was read, one sentence each."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.models import (
    FULL_NAME,
    FULL_NAMES,
    NAME_FIELDS,
    Action,
    ImportRun,
    RecordKind,
    Supply,
)
from dossiers.models.imports.import_profile import FAMILY_NAME_FIRST
from dossiers.models.imports.import_run import BLANK_IS_NO, SAME_LINES
from dossiers.models.imports.partner_submissions import LAPSED_LINES
from dossiers.spreadsheets.imports.columns.merged_cells import describe_merged_cells
from dossiers.spreadsheets.imports.columns.splits import SPLITS
from dossiers.spreadsheets.imports.decisions import get_month_first, proposes_month_first
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings
from dossiers.spreadsheets.imports.list_dates import describe_future_dates
from dossiers.spreadsheets.imports.namesakes import describe_namesakes
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.values.dates import ORDERS

MAX_RENAMED = 5  # employers whose new names are told
OPENING = "opening"  # key in ImportRun.asked of an applied list: what `find_opening_lines` found


def collect_warnings(run: ImportRun, *, with_parts: bool = True) -> list[str]:
    """Return the warnings about a list.

    `with_parts=False` leaves out the parts of the file that are not imported, for pages that show these separately.
    """
    warnings = [*run.warnings, *describe_namesakes(run), *(part_warnings(run) if with_parts else [])]
    warnings += [*describe_future_dates(run), *describe_merged_cells(run)]
    fields = resource_for(run).sheet_fields()
    warnings += _describe_date_orders(run, {name: field.column_name for name, field in fields.items()})
    warnings += _describe_crosses(run, {name: field.column_name for name, field in fields.items()})
    if column := next((column for column in run.columns if column["field"] in FULL_NAMES), None):
        warnings.append(_describe_split_names(run, column["header"], column["field"] == FAMILY_NAME_FIRST))
    similar_line = _("Line %(line)s looks like line %(lines)s. If this is one person, leave one of these lines out.")
    warnings += [
        similar_line % {"line": run.name_lines([line]), "lines": run.name_lines(lines)}
        for line, lines in run.asked.get("similar_lines", [])
    ]
    warnings += _describe_similar_supplies(run) if run.with_partner else []
    if without_zeros := _find_unchecked_lines(run, "without_zeros", ["kvk_number"]):
        filled_up = _(
            "%(column)s: line %(lines)s has fewer than eight digits, so zeros were added in front. Check whether that "
            "is right."
        )
        column_name = fields["kvk_number"].column_name
        warnings.append(filled_up % {"column": column_name, "lines": run.name_lines(without_zeros)})
    if run.state == ImportRun.State.PREVIEWED and not run.with_partner:
        warnings += [*_describe_closing_lines(run), *_describe_lapsed_texts(run), *_describe_renamed_employers(run)]
    if blank_lines := run.asked.get("blank"):
        blank = _("Nothing stands in the columns that are read, so nothing is imported of line %(lines)s.")
        warnings.append(blank % {"lines": run.name_lines(blank_lines)})
    if lines := find_opening_lines(run) if run.state == ImportRun.State.PREVIEWED else run.asked.get(OPENING, []):
        opening = _("The status of line %(lines)s is not taken over: an import does not open a closed dossier.")
        if run.record == RecordKind.EMPLOYER_INTEREST:
            opening = _(
                "The status of line %(lines)s is not taken over: an import opens a closed interest only if its "
                "reference stands on the line."
            )
        warnings.append(opening % {"lines": run.name_lines(lines)})
    return warnings


def _describe_closing_lines(run: ImportRun) -> Iterator[str]:
    """Yield which lines close a new record at once, and which ones an existing record."""
    new = _("The status of line %(lines)s closes a new dossier at once. Change it if that is not meant.")
    known = _("The status of line %(lines)s closes an existing dossier. Change it if that is not meant.")
    if run.record == RecordKind.EMPLOYER_INTEREST:
        new = _("The status of line %(lines)s closes a new interest at once. Change it if that is not meant.")
        known = _("The status of line %(lines)s closes an existing interest. Change it if that is not meant.")
    closed_statuses = list(resource_for(run)._meta.model.closed_statuses)
    closing_new = run.rows.filter(action=Action.NEW, given__status__in=closed_statuses)
    for closing, rows in ((new, closing_new), (known, run.rows.closing())):
        if closing_lines := list(rows.order_by("line").values_list("line", flat=True)):
            yield closing % {"lines": run.name_lines(closing_lines)}


def _describe_renamed_employers(run: ImportRun) -> Iterator[str]:
    """Yield which lines give a known employer another name, also if their interest is new."""
    if run.record != RecordKind.EMPLOYER_INTEREST:
        return
    rows = run.rows.filter(changes__company_name__isnull=False).order_by("line").values_list("line", "changes")
    lines_by_name: dict[str, list[int]] = defaultdict(list)
    for line, changes in rows.iterator():
        lines_by_name[" → ".join(changes["company_name"])].append(line)
    renamed = _("Line %(lines)s gives an employer another name: %(names)s. Is that a typo? Correct it on that line.")
    for names, lines in islice(lines_by_name.items(), MAX_RENAMED):
        yield renamed % {"lines": run.name_lines(lines), "names": names}


def _describe_lapsed_texts(run: ImportRun) -> Iterator[str]:
    """Yield which texts of coordinators lapsed since they returned the list, or the list that this one replaces."""
    if lines := run.decided.get(LAPSED_LINES):
        changed = _(
            "What a coordinator typed in line %(lines)s before the list was returned lapses: the partner changed that "
            "cell since, or left the line out."
        )
        yield changed % {"lines": run.name_lines(lines)}
    replaced = run.continues if not run.decided.get(SAME_LINES) else None
    if replaced and (count := sum(map(len, replaced.held_staff_texts.values()))):
        uploaded = ngettext(
            "The partner uploaded a new file instead of the list that was returned: what a coordinator typed there in "
            "%(count)d cell lapses.",
            "The partner uploaded a new file instead of the list that was returned: what a coordinator typed there in "
            "%(count)d cells lapses.",
            count,
        )
        yield uploaded % {"count": count}


def find_opening_lines(run: ImportRun) -> list[int]:
    """Return the lines of a list that is not applied yet with a status that would open a closed record, and may not."""
    if run.policy != ImportRun.Policy.UPDATE or "status" not in run.fields or run.with_partner:
        return []
    model: Any = resource_for(run)._meta.model
    closed = model.objects.filter(status__in=model.closed_statuses).values("pk")
    rows = run.rows.filter(target_id__in=closed, action__in=(Action.CHANGED, Action.UNCHANGED))
    rows = rows.filter(given__has_key="status").exclude(given__status__in=list(model.closed_statuses))
    if run.record == RecordKind.EMPLOYER_INTEREST:
        rows = rows.exclude(given__has_key="reference")
    return list(rows.order_by("line").values_list("line", flat=True))


def _find_unchecked_lines(run: ImportRun, key: str, names: Collection[str]) -> list[int]:
    """Return the lines that `run.asked` has by this key, of which the user corrected none of these fields."""
    lines = run.decided.get("lines", {})
    return [
        line for line in run.asked.get(key, []) if lines.get(str(line), {}).get("cells", {}).keys().isdisjoint(names)
    ]


def _describe_similar_supplies(run: ImportRun) -> list[str]:
    """Return which new lines may be of people whom the partner supplied under another number.

    The run has only the keys of the supplies, so that it does not keep the names of people who are forgotten.
    """
    similar = run.asked.get("similar_supplies", [])
    supplies = Supply.objects.not_anonymised().in_bulk([key for _line, keys in similar for key in keys])
    names = {
        key: f"{supply.full_name} ({supply.external_id})" if supply.external_id else supply.full_name
        for key, supply in supplies.items()
    }
    line_text = _(
        "Line %(line)s looks like somebody whom you gave before: %(people)s. If this is the same person, write the "
        "number from then on this line. If it is somebody else, send the line as it is."
    )
    person_text = _(
        "This person looks like somebody whom you gave before: %(people)s. If this is the same person, take this one "
        "back and write what changed on the page of that person. If it is somebody else, nothing has to be done."
    )
    return [
        (person_text if run.by_hand else line_text) % {"line": run.name_lines([line]), "people": ", ".join(people)}
        for line, keys in similar
        if (people := [names[key] for key in keys if key in names])
    ]


def _describe_crosses(run: ImportRun, column_names: dict[str, str]) -> Iterator[str]:
    """Yield which columns have only crosses, and where a blank cell in one makes a yes a no, whoever gave the yes."""
    for name in run.asked.get(BLANK_IS_NO, []):
        if name not in column_names or not run.rows.filter(**{f"given__{name}": False}).exists():
            continue
        words = _("%(column)s: this column has only crosses or nothing; a blank cell is read as “no”.")
        sentences = [words % {"column": column_names[name]}]
        changed = run.rows.filter(**{f"changes__{name}": [True, False]}).order_by("line")
        if lines := list(changed.values_list("line", flat=True)):
            becomes = ngettext(
                "That makes a “yes” a “no” on %(count)d line: line %(lines)s.",
                "That makes a “yes” a “no” on %(count)d lines: line %(lines)s.",
                len(lines),
            )
            sentences.append(becomes % {"count": len(lines), "lines": run.name_lines(lines)})
        yield " ".join(sentences)


def _describe_date_orders(run: ImportRun, column_names: dict[str, str]) -> list[str]:
    """Return how dates were read of which the list does not show, or hardly shows, whether day or month comes first."""
    unclear = _("%(column)s: the list does not show whether day or month comes first; read as day-month.")
    one_line = _(
        "%(column)s: the list does not show whether day or month comes first; read as day-month. Only line %(lines)s"
        " has a date that exists if the month comes first."
    )
    month_first = _(
        "%(column)s: read as month-day, because line %(lines)s has a date that exists only if the month comes first. If"
        " the day comes first, say so at “Change the answers about this list”."
    )
    answered = _(
        "%(column)s: read as month-day-year, as was answered. If the day comes first, say so at “Change the answers "
        "about this list”."
    )
    mixed = _(
        "%(column)s: line %(month_first)s has a date that exists only if the month comes first, and line %(day_first)s"
        " one that exists only if the day comes first. The date of line %(either)s can be read in two ways."
    )
    proposed = _("Other dates have the month first, so the question proposes that.")
    lines = {name: run.name_lines(lines) for name, lines in run.asked.get("month_first", {}).items()}
    questions = run.asked.get("dates", [])
    orders = {name: one_line if name in lines else unclear for name in questions}
    if proposes_month_first(run):
        orders = {name: f"{message} {proposed}" for name, message in orders.items()}
    orders |= {name: month_first for name in lines if name not in questions and get_month_first(run, name) is True}
    mixed_dates = run.asked.get("mixed_dates", {})
    others = [name for name in run.asked.get("answered_dates", []) if name not in lines]
    orders |= {name: answered for name in others if get_month_first(run, name) is True}
    orders |= {name: mixed for name in questions if name in mixed_dates}
    return [
        message
        % {
            "column": column_names[name],
            "lines": lines.get(name),
            **{order: run.name_lines(mixed_dates[name][order]) for order in ORDERS if name in mixed_dates},
        }
        for name, message in orders.items()
    ]


def _describe_split_names(run: ImportRun, header: str, family_first: bool) -> str:
    """Return how the column of full names was split, and which names nobody has checked that may be split wrongly."""
    given_first = _(
        "Column “%(header)s” holds full names, which were split: at the comma if there is one (family name, given "
        "name), and else after the first word. A prefix such as “van der” goes into its own field. Does the family "
        "name come first? Then choose “%(choice)s” at “Change columns”."
    )
    other = _(
        "Column “%(header)s” holds full names, which were split with the family name first. A prefix such as “van der” "
        "goes into its own field. Does the given name come first? Then choose “%(choice)s” at “Change columns”."
    )
    choice = SPLITS[FULL_NAME if family_first else FAMILY_NAME_FIRST].label
    rule = (other if family_first else given_first) % {"header": header, "choice": choice}
    unchecked = _find_unchecked_lines(run, "names", NAME_FIELDS)
    if not unchecked:
        return rule
    check = ngettext(
        "Check %(count)d name, which may be split in the wrong place: line %(lines)s.",
        "Check %(count)d names, which may be split in the wrong place: line %(lines)s.",
        len(unchecked),
    )
    return f"{rule} {check % {'count': len(unchecked), 'lines': run.name_lines(unchecked)}}"
