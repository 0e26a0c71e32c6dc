"""The values of a list that coordinators typed in its preview, and those that its sender supplied."""

from typing import Any

from django.db import models

from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.imports.import_row import ImportRow
from dossiers.models.imports.partner_submissions import (
    APPENDED_FIELDS,
    FIXED_BY_PARTNER,
    NOT_SHARED,
    PartnerSubmission,
)
from dossiers.models.imports.staff_texts import without_staff_texts

ANSWERED_LINES = "answered_lines"  # key in ImportRun.asked: {field: lines with a word that an answer replaced}
ANSWERED_CELLS = "answered_cells"  # key in ImportRun.asked: {field: {word: lines with that word}}, of the same lines
ANSWERED_COUNTS = "answered_counts"  # key in ImportRun.asked: {field: {word: number of all lines with that word}}
TYPED_FIELDS = "typed_fields"  # key in ImportRun.decided, after its lines were destroyed: {line: fields}


class TypedValues(PartnerSubmission):
    """The part of an import that tells the values of its lines apart by who gave them."""

    organisation_id: Any
    columns: Any
    asked: Any

    class Meta:
        abstract = True

    def find_typed_cells(self, line: int | None) -> set[str]:
        """Return the fields of the cells of a line that a coordinator corrected.

        A text of the list that was accepted, without its number or because that is no BSN, is still that of the list.
        """
        decision = self.decided.get("lines", {}).get(str(line), {})
        by_partner = decision.get("by_partner", {})
        corrected = {name for name in decision.get("cells", ()) if not by_partner.get(name, self.by_partner)}
        return corrected.difference(decision.get("accepted", ()))

    def find_fields_of_cells(self, line: int | None = None) -> set[str]:
        """Return the fields of which somebody corrected a cell, in this line or else in any, and that the user sees."""
        lines = self.decided.get("lines", {})
        decisions = lines.values() if line is None else [lines.get(str(line), {})]
        hidden = NOT_SHARED if self.with_partner else frozenset()
        return {name for decision in decisions for name in decision.get("cells", ())} - hidden

    def find_emptied_cells(self, line: int | None) -> set[str]:
        """Return the fields of the cells of a line that a coordinator emptied."""
        cells = self.decided.get("lines", {}).get(str(line), {}).get("cells", {})
        return {name for name in self.find_typed_cells(line) if not cells[name].strip()}

    def find_typed_fields(self, line: int | None) -> set[str]:
        """Return the fields of a line that a coordinator filled in, in the preview or for all lines.

        What a partner typed is what the list gives.
        """
        fields = self.find_typed_cells(line)
        fields |= set(self.decided.get(TYPED_FIELDS, {}).get(str(line), ()))
        if not self.by_partner:
            fixed = [column for column in self.columns if column["index"] < 0 and not column.get("mode")]
            fields |= {column["field"] for column in fixed}
        return fields.union(SURNAME_FIELDS) if "family_name" in fields else fields

    def find_staff_texts(self, line: int | None) -> set[str]:
        """Return the fields of a line that a coordinator typed and that the sender does not see."""
        return self.find_typed_cells(line) & NOT_SHARED

    @property
    def staff_remarks(self) -> dict[str, str]:
        """The remarks that a coordinator filled in for all lines of a list, by field."""
        fixed = self.decided.get("fixed", {})
        own = self.decided.get(FIXED_BY_PARTNER, fixed) if self.by_partner else {}
        return {name: text for name, text in fixed.items() if name in APPENDED_FIELDS and own.get(name) != text}

    def filter_rows_with_staff_texts(self, rows: models.QuerySet[ImportRow]) -> models.QuerySet[ImportRow]:
        """Return those of these rows that may have a text that their sender does not see."""
        lines = [int(line) for line in self.decided.get("lines", ()) if self.find_staff_texts(int(line))]
        return rows if self.staff_remarks else rows.filter(line__in_batch=lines)

    def get_supplied_values(self, line: int, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a line as its sender supplies them.

        What coordinators filled in in a field that the sender does not see is replaced by what the list gives there.
        """
        typed, own = self.find_staff_texts(line), self.decided.get(FIXED_BY_PARTNER, {})
        listed = self.decided.get("lines", {}).get(str(line), {}).get("listed", {})
        supplied = {name: value for name, value in values.items() if name not in typed}
        supplied |= {name: listed[name] for name in typed & listed.keys()}
        for name in self.staff_remarks.keys() & supplied.keys():
            remark, rest = self.split_staff_remark(name, supplied[name] or "")
            if remark:
                supplied[name] = "\n".join(filter(None, [own.get(name), rest]))
                if not supplied[name]:
                    del supplied[name]
        return supplied

    def split_staff_remark(self, name: str, text: str) -> tuple[str, str]:
        """Return the remark of a coordinator for all lines that a text of a row begins with, and the rest of it."""
        lines, remark = text.splitlines(), self.staff_remarks.get(name, "").splitlines()
        begins_so = [line.split() for line in lines[: len(remark)]] == [line.split() for line in remark]
        place = len(remark) if begins_so else 0
        return ("\n".join(lines[:place]), "\n".join(lines[place:])) if place else ("", text)

    def find_cells_for_sender(self, line: int) -> dict[str, str]:
        """Return the corrected cells of a line that its sender may see, by field."""
        decision = self.decided.get("lines", {}).get(str(line), {})
        typed = self.find_staff_texts(line) if self.organisation_id else set()
        cells: dict[str, str] = without_staff_texts(decision, typed).get("cells", {})
        return cells

    def find_answered_fields(self, line: int | None) -> set[str]:
        """Return the fields of a line with a word that was replaced by an answer to a question about the list."""
        return {name for name, lines in self.asked.get(ANSWERED_LINES, {}).items() if line in lines}

    def find_answered_words(self, line: int) -> dict[str, list[str]]:
        """Return the words of a line that were replaced by an answer, by field."""
        cells = self.asked.get(ANSWERED_CELLS, {})
        answered = {name: [word for word in words if line in words[word]] for name, words in cells.items()}
        return {name: words for name, words in answered.items() if words}
