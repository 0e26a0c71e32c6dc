"""Adds to the values of a row what its sender gave before in columns that are blank or missing now.

Only for fields that several columns fill: a blank cell or a missing column changes nothing there either. The supply of
the person remembers the part of each column, or else the rows of the earlier imports do, as long as they are kept. A
part that is not known for certain stays beside the new one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dossiers.models import ImportRow, ImportRun, RecordKind, Supply
from dossiers.models.imports.import_profile import FALLBACK, JOIN, LABELLED, SPLIT_FIELDS, split_target
from dossiers.spreadsheets.comparison import EMPTY, append_lines, split_lines
from dossiers.spreadsheets.imports.columns.columns import REMAINDER, REMARKS, Column, columns_of
from dossiers.spreadsheets.imports.columns.combined import (
    WITH_REMAINDER,
    get_key,
    get_label,
    get_separator,
    has_remainders,
)
from dossiers.spreadsheets.imports.columns.parts import JoinedText, Part
from dossiers.spreadsheets.imports.decisions import NO_DECISION, Decisions
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.remarks.added import build_split_columns
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, SheetField
from dossiers.spreadsheets.values import fold
from dossiers.spreadsheets.values.base import as_text

STAFF_REMARK = "*"  # the key of a coordinator's remark for all lines, unlike that of any column
Parts = Mapping[str, list[Part]]
Values = Mapping[str, Any]
Edits = dict[str, dict[str, tuple[str, str]]]
"""{field: {column: (old, new part)}}."""


class RememberedParts:
    """The parts of values that the sender of a list gave before, by the columns that gave them."""

    def __init__(self, run: ImportRun, fields: Mapping[str, SheetField]) -> None:
        self.run, self.fields = run, fields
        decided = Decisions.about(run)
        self.lines = decided.lines
        own = [column for column in columns_of(run) if column.field and column.index >= 0]
        names = {column.key for column in own}
        targets = ((header, *split_target(target)) for header, target in decided.columns.items() if target)
        others = [
            Column(-1, header, field, mode=mode)
            for header, field, mode in targets
            if (mode or field in SPLIT_FIELDS) and header not in names
        ]
        columns = build_split_columns(run, [*own, *others], fields, decided).columns
        rests = [column for column in columns if column.mode == REMAINDER]
        shared = [column for column in columns if column.mode != REMAINDER and (column.mode or column.key in names)]
        self.columns: dict[str, list[Column]] = defaultdict(list)
        """The columns of each field in this list and, if they share their field, in other lists of the sender."""
        for column in shared:
            self.columns[column.field or ""].append(column)
        self.has_remainders = has_remainders([*shared, *rests])
        self.labels = {
            name: {get_key(column): get_label(column) for column in columns} for name, columns in self.columns.items()
        }
        """What stands before the part of each column, by field and key."""
        if self.has_remainders:
            remainders = [column for column in [*shared, *rests] if column.mode in WITH_REMAINDER]
            labels = {fold(column.key): f"{column.header}: " for column in remainders}
            self.labels[REMARKS] = self.labels.get(REMARKS, {}) | labels

    def find(self, rows: list[ParsedRow]) -> dict[int, Parts]:
        """Return the parts that are remembered of the records of these rows, by line; none for an export of ours."""
        if self.run.gives_whole_fields:
            return {}
        supplies = Supply.objects.filter(pk__in_batch=[row.supply_id for row in rows if row.supply_id])
        by_supply: dict[int, Parts] = {
            key: {name: [Part(*part) for part in of_field] for name, of_field in parts.items()}
            for key, parts in supplies.exclude(parts={}).values_list("pk", "parts")
        }
        combined = {row.supply_id for row in rows if row.supply_id and REMARKS in row.parts}
        if without_parts := combined - by_supply.keys():
            by_supply |= self._find_sole_remarks(without_parts)
        by_target: dict[int, dict[str, list[Part]]] = defaultdict(dict)
        by_employer: dict[int, dict[str, list[Part]]] = defaultdict(dict)
        column = "employer_id" if self.run.record == RecordKind.EMPLOYER_INTEREST else "target_id"
        keys = {getattr(row, column) for row in rows if not row.supply_id} - {None}
        if keys and not self.run.with_partner:
            earlier = ImportRow.objects.filter(
                run__state=ImportRun.State.APPLIED,
                run__record=self.run.record,
                run__organisation=self.run.organisation_id,
                **{f"{column}__in_batch": list(keys)},
            ).exclude(parts={})
            columns = ("target_id", "employer_id", "parts")
            for target, employer, parts in earlier.order_by("run__applied_at", "pk").values_list(*columns):
                for name, of_field in parts.items():
                    of_columns = [Part(*part) for part in of_field]
                    of_record = by_employer[employer or 0] if name in EMPLOYER_COLUMNS else by_target[target or 0]
                    of_record[name] = of_columns
        return {
            row.line: by_supply.get(row.supply_id, {})
            if row.supply_id
            else {**by_target.get(row.target_id or 0, {}), **by_employer.get(row.employer_id or 0, {})}
            for row in rows
            if row.target_id or row.employer_id
        }

    def _find_sole_remarks(self, supplies: Collection[int]) -> dict[int, Parts]:
        """Return the remarks of supplies without parts, if the last list gave them in its only column of remarks."""
        with_remarks = Supply.objects.filter(pk__in_batch=list(supplies), values__has_key=REMARKS)
        columns_of_supplies = with_remarks.values_list("pk", "dossier_id", "values__notes")
        texts = {dossier: (key, text) for key, dossier, text in columns_of_supplies}
        if not texts:
            return {}
        rows = ImportRow.objects.filter(
            run__state=ImportRun.State.APPLIED,
            run__record=self.run.record,
            run__organisation=self.run.organisation_id,
            target_id__in_batch=list(texts),
            given__has_key=REMARKS,
        )
        last_rows = dict(rows.order_by("run__applied_at", "pk").values_list("target_id", "pk"))
        is_nameless = any(not get_key(column) for column in self.columns.get(REMARKS, ()))
        sole: dict[int, Parts] = {}
        for row in ImportRow.objects.filter(pk__in_batch=list(last_rows.values())).select_related("run"):
            key, text = texts[row.target_id or 0]
            columns = [column for column in columns_of(row.run) if column.field == REMARKS and column.index >= 0]
            if len(columns) == 1 and not row.run.by_hand and row.given[REMARKS] == text:
                sole[key] = {REMARKS: [Part("" if is_nameless else fold(columns[0].key), text)]}
        return sole

    def remove(self, row: ParsedRow) -> None:
        """Take out of a row what was added of the record that it matched before, which may be another one now."""
        if any(not Part(*part).is_given for parts in row.parts.values() for part in parts):
            self.add(row, {}, {})
            row.parts = {name: [part for part in parts if part.is_given] for name, parts in row.parts.items()}

    def add(self, row: ParsedRow, remembered: Parts, earlier_values: Values) -> Edits:
        """Add to the values of a row what other columns gave before; `earlier_values` are the last ones of its sender.

        Return the changed parts of the texts of which some column is blank or missing. In the text of the record only
        these parts change.
        """
        about = self.lines.get(row.line, NO_DECISION)
        staff_remark, own_text = self.run.split_staff_remark(REMARKS, row.given.get(REMARKS) or "")
        if staff_remark:
            del row.given[REMARKS]
            if own_text:
                row.given[REMARKS] = own_text
        for name in remembered.keys() & row.given.keys() - row.parts.keys() - about.cells.keys():
            if not self.run.by_hand and name in self.columns:
                row.parts[name] = [Part(get_key(self.columns[name][0]), row.given[name])]
        row.parts = {name: [Part(*part) for part in parts] for name, parts in row.parts.items()}
        for name in row.parts.keys() & remembered.keys():
            self._name_sole_part(row, name, remembered[name])
        settled = row.withheld.keys() | row.errors.keys() | (about.cells.keys() & about.whole)
        for name in row.parts.keys() - settled:
            self._restore(row, name)
        values = {name: earlier for name, earlier in earlier_values.items() if earlier not in EMPTY}
        edits = self._combine(row, settled, remembered, values) if row.parts else {}
        for name, parts in row.parts.items():
            keys = {part.key for part in parts}
            others = [part._replace(is_given=False) for part in remembered.get(name, []) if part.key not in keys]
            row.parts[name] = parts + others
        if staff_remark:
            if REMARKS in edits:
                edits[REMARKS][STAFF_REMARK] = ("", staff_remark)
            own_text = row.given.get(REMARKS, "")
            row.given[REMARKS] = f"{staff_remark}\n{own_text}" if own_text else staff_remark
        return edits

    def find_unchanged(self, row: ParsedRow, earlier_values: Values, current: Values) -> set[str]:
        """Return the fields of which a row has only the value that its sender gave before, or empties another one's."""
        names = set()
        for name in row.parts.keys() & row.given.keys() - self.lines.get(row.line, NO_DECISION).cells.keys():
            value, earlier, parts = row.given[name], earlier_values.get(name), row.parts[name]
            if self.fields[name].widget.multiple or self._is_joined(name, parts):
                continue
            is_remembered = value == earlier and not any(part.is_given and part.value == value for part in parts)
            if is_remembered or (value in EMPTY and current.get(name) != earlier):
                names.add(name)
        return names

    def _combine(self, row: ParsedRow, settled: Collection[str], remembered: Parts, values: Values) -> Edits:
        edits: Edits = {}
        if self.run.gives_whole_fields:  # only a blank or missing cell leaves a text, to which remarks may be added
            settled = {*settled, *(name for name in row.parts if self._fills_own_column(row, name))}
        for name in values.keys() & row.parts.keys() - settled:
            if not (self.fields[name].widget.multiple or self._is_joined(name, remembered.get(name, []))):
                self._keep_first(row, name, remembered.get(name, []), values[name])
        for name in values.keys() & row.parts.keys() - settled:  # the remarks may be among them now
            known, parts = remembered.get(name, []), row.parts[name]
            if self.fields[name].widget.multiple:
                if not self._has_all(name, parts, known):
                    row.given[name] = _combine_lists(parts, known, values[name])
            elif self._is_joined(name, known):
                edited = self._combine_texts(row, name, known, values[name])
                if edited is not None:
                    edits[name] = edited
        return edits

    def _name_sole_part(self, row: ParsedRow, name: str, known: Collection[Part]) -> None:
        """Give the part of the only column of a text the name that it had beside other columns."""
        keys = {fold(column.key) for column in self.columns.get(name, ()) if not get_key(column)}
        names = keys.intersection(part.key for part in known)
        if names and self._is_joined(name, known):
            key = names.pop()
            row.parts[name] = [part if part.key else part._replace(key=key) for part in row.parts[name]]

    def _restore(self, row: ParsedRow, name: str) -> None:
        """Give a row its own value again, without what was added before it was classified anew."""
        parts = [part for part in row.parts[name] if part.is_given]
        if parts == row.parts[name]:
            return
        row.parts[name] = parts
        values = [part.value for part in parts if part.value not in EMPTY]
        row.given.pop(name, None)
        if not values and all(part.value is None for part in parts):
            return
        if not values:
            row.given[name] = self.fields[name].emptied
        elif self.fields[name].widget.multiple:
            row.given[name] = sorted({item for value in values for item in value})
        elif self._is_joined(name, parts):
            row.given[name] = self._get_separator(name).join(values)
        else:
            row.given[name] = values[0]

    def _fills_own_column(self, row: ParsedRow, name: str) -> bool:
        """Whether a row has something in a column of this field itself, also the word that empties it."""
        keys = {get_key(column) for column in self.columns.get(name, ())}
        return any(part.key in keys for part in row.parts[name])

    def is_emptied(self, row: ParsedRow, name: str) -> bool:
        """Whether a row empties a text, to which other columns may add a remark."""
        keys = {get_key(column) for column in self.columns.get(name, ())}
        own = [part.value for part in row.parts.get(name, ()) if part.is_given and part.key in keys]
        return not row.given[name] or (bool(own) and not any(own))

    def _is_joined(self, name: str, parts: Collection[Part]) -> bool:
        """Whether the texts of the columns of a field are joined, so that not only one of them counts."""
        modes = {column.mode for column in self.columns.get(name, ())}
        is_text = self.fields[name].is_any_text and not any(modes) and sum(bool(part.value) for part in parts) > 1
        return name == REMARKS or is_text or not modes.isdisjoint((JOIN, LABELLED))

    def _get_separator(self, name: str) -> str:
        return get_separator(self.fields[name], is_labelled=any(self.labels.get(name, {}).values()))

    def _keep_first(self, row: ParsedRow, name: str, known: Collection[Part], earlier: Any) -> None:
        """Keep the value that a blank or missing column gave before, if it counts before the column that is filled.

        The other value is added to the remarks, and so is the earlier one if the filled column counts first.
        """
        parts, columns = row.parts[name], {get_key(column): column for column in self.columns[name]}
        chosen, keys = parts[0], {part.key for part in parts}
        keeper = next((part for part in known if part.value == earlier), None)
        if keeper is None and not known and "" in columns:  # nobody knows which column gave it
            shown = as_text(self.fields[name].widget.render(earlier))
            keeper = Part("", earlier, remark=f"{columns[''].header}: {shown}")
        if keeper is None or keeper.key in keys or row.given.get(name) == earlier or REMARKS not in self.run.fields:
            return
        is_fallback = chosen.key in columns and columns[chosen.key].mode == FALLBACK
        left = chosen if is_fallback or chosen.value in EMPTY else keeper
        if left is chosen:
            row.given[name] = earlier
        if left.value in EMPTY or not left.remark:
            return
        key = fold(left.remark.partition(": ")[0])
        others = [part for part in row.parts.get(REMARKS, []) if part.key != key]
        row.parts[REMARKS] = [*others, Part(key, left.remark, is_given=False)]
        if REMARKS not in row.errors:
            row.given[REMARKS] = append_lines(row.given.get(REMARKS, ""), left.remark)

    def _has_all(self, name: str, parts: Iterable[Part], known: Iterable[Part]) -> bool:
        """Whether a row fills each column that gives or gave something of a field."""
        return {part.key for part in parts} >= {*self.labels.get(name, {}), *(part.key for part in known if part.value)}

    def _combine_texts(
        self, row: ParsedRow, name: str, known: Collection[Part], earlier: str
    ) -> dict[str, tuple[str, str]] | None:
        """Replace only the parts of the filled columns in the earlier text; return these, or None if all are filled."""
        labels, field = self.labels.get(name, {}), self.fields[name]
        new = {part.key: part.value or "" for part in row.parts[name]}
        joined = JoinedText(earlier, self._get_separator(name), [(part.key, part.value or "") for part in known])
        joined.locate_labels(labels)
        for key, text in new.items():
            if key not in joined.keys:
                joined.locate(key, text)
        joined.missing &= {part.key for part in known}
        joined.locate_changed_part()
        own_keys = [get_key(column) for column in self.columns.get(name, ())]
        if len(own_keys) == 1 and Part(own_keys[0], "") in row.parts[name]:
            joined.locate_unknown(own_keys[0])  # the only column that it can be of is emptied
        is_full = self._has_all(name, row.parts[name], known)
        has_unplaced = any(text and key not in joined.keys and not labels.get(key) for key, text in new.items())
        if is_full and has_unplaced and joined.unknown:
            return None
        text = joined.replace(new, [*labels])
        if text == earlier and name not in row.given:
            return {}
        row.given[name] = text or field.emptied
        limit = field.model_field.max_length
        if limit and len(text) > limit:
            too_long = _("This text has %(length)d characters; %(limit)d at most fit here. Make it shorter.")
            row.refuse(name, too_long % {"length": len(text), "limit": limit})
        old = {key: joined.get(key) for key in new}
        return None if is_full else {key: (old[key], new[key]) for key in new if old[key].split() != new[key].split()}

    def edit(self, current: Values, names: Iterable[str], edits: Edits) -> dict[str, str]:
        """Return the texts of a record with these parts replaced; a new one is added if the old one is gone."""
        texts = {}
        for name in names:
            old_parts = [(key, old) for key, (old, _new) in edits[name].items()]
            joined = JoinedText(current[name], self._get_separator(name), old_parts)
            for key, (_old, new) in edits[name].items():
                if key not in joined.keys:
                    joined.locate(key, new)
            texts[name] = joined.replace({key: new for key, (_old, new) in edits[name].items()})
        return texts


def find_emptied_lines(row: ParsedRow, name: str, known: Iterable[Part], supplied: str) -> set[str]:
    """Return the lines that a sender gave in the parts of a text that a row empties, or in the whole `supplied` one."""
    keys = {part.key for part in row.parts.get(name, []) if part.value == ""}
    texts = [part.value or "" for part in known if part.key in keys]
    if not row.given[name] or keys.difference(part.key for part in known):
        texts.append(supplied)
    return {line for text in texts for line in split_lines(text) if line}.difference(split_lines(row.given[name] or ""))


def _combine_lists(parts: Iterable[Part], known: Iterable[Part], earlier: Collection[Any]) -> list[Any]:
    """Return the earlier values without those that only the given columns gave before, and with what they give now."""
    keys = {part.key for part in parts}
    replaced = {value for part in known if part.key in keys for value in part.value or ()}
    others = {value for part in known if part.key not in keys for value in part.value or ()}
    values = {value for part in parts for value in part.value or ()}
    return sorted({*earlier} - (replaced - others) | values)
