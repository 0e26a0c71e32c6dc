"""Adds contacts that are not those of the employer after the import to the remarks of the interests in a list.

An employer has one contact. Another line of the same list may name another one, and a list may replace the contact of
an employer that is known.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dossiers.models import Action, Employer, ImportRun, RecordKind
from dossiers.models.employers.contact_sentences import FORMER, LABELS, OF_LINE, build_labels, write_sentence
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.spreadsheets.comparison import append_lines, find_removed_lines, remove_lines, split_lines
from dossiers.spreadsheets.imports.columns.columns import REMAINDER, REMARKS, Column
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.matching.interests import employer_key

CONTACT = dict.fromkeys(("contact_name", "phone", "email")).keys()
CONTACTS = "contacts"
"""The key in ImportRun.asked of the lines whose remarks get a contact, and that of the answer whether they do."""


class ContactRemarks:
    """Changes the remarks of the rows of a list of employers' interest."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.is_used = run.record == RecordKind.EMPLOYER_INTEREST and not run.gives_whole_fields
        lines = run.asked.get(CONTACTS, {}) if adds_contact_remarks(run) else {}
        self.lines = {kind: set(lines.get(kind, ())) for kind in LABELS}
        self.labels = build_labels()

    def add(self, rows: Iterable[ParsedRow], current: Mapping[int, Mapping[str, Any]]) -> None:
        """Add the contacts to the changes of these rows; `current` has the values of the records, by key.

        The sentences of earlier lists stay, but for another contact of the same line.
        """
        if not self.is_used:
            return
        rows = [row for row in rows if row.action in RECORD_ACTIONS]
        former_lines = [row for row in rows if row.line in self.lines[FORMER]]
        employers = Employer.objects.in_bulk([row.employer_id for row in former_lines if row.employer_id])
        for row in rows:
            old = current[row.target_id][REMARKS] if row.target_id else row.given.get(REMARKS) or ""
            if self.run.policy == ImportRun.Policy.FILL and row.target_id and old:
                continue
            listed = row.changes[REMARKS][1] if REMARKS in row.changes else old
            lost = [line for line in find_removed_lines(old, listed) if line.startswith(tuple(self.labels.values()))]
            new = append_lines(listed, "\n".join(lost))
            if row.line in self.lines[OF_LINE]:
                for name in CONTACT & row.changes.keys():  # another line would replace them again
                    del row.changes[name]
                sentence = self._describe(OF_LINE, row.given | row.withheld)
                others = {line for line in split_lines(new) if line.startswith(self.labels[OF_LINE])} - {sentence}
                new = append_lines(remove_lines(new, others), sentence)
            if row.line in self.lines[FORMER] and (employer := employers.get(row.employer_id or 0)):
                new = append_lines(new, self._describe(FORMER, {name: getattr(employer, name) for name in CONTACT}))
            if new != listed:
                row.changes[REMARKS] = [old, new]
                if new == old:
                    del row.changes[REMARKS]
            if row.action != Action.NEW:
                row.action = Action.CHANGED if row.changes else Action.UNCHANGED

    def _describe(self, kind: str, values: Mapping[str, Any]) -> str:
        name, email, phone = (values.get(field) or "" for field in ("contact_name", "email", "phone"))
        return write_sentence(self.labels[kind], (name, email, phone))


def adds_contact_remarks(run: ImportRun) -> bool:
    """Whether these contacts are added to the remarks, as long as nobody answered otherwise."""
    return bool(run.decided.get("parts", {}).get(CONTACTS, True))


def find_lines_with_contact_in_remarks(run: ImportRun) -> set[int]:
    """Return the lines that change no contact of an employer, since another line has the one that stays there."""
    return set(run.asked.get(CONTACTS, {}).get(OF_LINE, ())) if adds_contact_remarks(run) else set()


def find_changed_contacts(run: ImportRun) -> list[int]:
    """Find the lines with such a contact, and return them with those that had one; the run is not saved."""
    if run.record != RecordKind.EMPLOYER_INTEREST or run.gives_whole_fields:
        return []
    before, lines = run.asked.pop(CONTACTS, {}), _find_lines(run)
    if any(lines.values()):
        run.asked[CONTACTS] = lines
        if REMARKS not in run.fields:
            run.columns = [*run.columns, Column(-1, "", REMARKS, mode=REMAINDER).as_json()]
    return sorted({line for by_kind in (before, lines) for numbers in by_kind.values() for line in numbers})


def _find_lines(run: ImportRun) -> dict[str, list[int]]:
    """Return the lines whose contact is not that of the employer after the import, and those that replace a contact."""
    named = run.rows.filter(action__in=RECORD_ACTIONS).order_by("pk")
    known = Employer.objects.filter(pk__in=named.exclude(employer_id=None).values("employer_id"))
    before: dict[Any, dict[str, str]] = {
        key: dict(zip(CONTACT, contact, strict=True)) for key, *contact in known.values_list("pk", *CONTACT)
    }
    after = {key: dict(contact) for key, contact in before.items()}
    listed: list[tuple[int, Any, dict[str, str]]] = []
    replacing: dict[Any, int] = {}
    columns = ("line", "employer_id", "given", "withheld")
    for line, employer, values, withheld in named.values_list(*columns).iterator():
        if not (key := employer or employer_key(values)):
            continue
        listed.append((line, key, {name: text for name, text in (values | withheld).items() if name in CONTACT}))
        contact = {name: values[name] for name in CONTACT if values.get(name)}
        now = after.get(key, {})
        if run.policy == ImportRun.Policy.UPDATE:
            if _differs(now, contact, ["contact_name"]) and now == before.get(key):
                replacing[key] = line
            after[key] = now | contact
        elif run.policy == ImportRun.Policy.FILL or key not in after:
            after[key] = contact | {name: text for name, text in now.items() if text}
    names = {(key, contact.get("contact_name", "").casefold()) for _line, key, contact in listed}
    return {
        OF_LINE: [line for line, key, contact in listed if _differs(after[key], contact, CONTACT)],
        FORMER: [line for key, line in replacing.items() if (key, before[key]["contact_name"].casefold()) not in names],
    }


def _differs(contact: Mapping[str, str], other: Mapping[str, str], names: Iterable[str]) -> bool:
    """Whether both contacts have one of these values, and not the same."""
    pairs = ((contact.get(name), other.get(name)) for name in names)
    return any(text and other_text and text.casefold() != other_text.casefold() for text, other_text in pairs)
