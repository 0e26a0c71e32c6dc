"""Reads the current values of records and compares them with the values of rows."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.db.models import Model
from rapidfuzz import fuzz

from dossiers.models import NAME_FIELDS, ImportRun, RecordKind
from dossiers.models.dossiers.surnames import SURNAME_FIELDS, Surname
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.privacy.normalization import PLAIN_LETTERS
from dossiers.spreadsheets import batches  # noqa: F401  (registers in_batch)
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import NamedRecordsWidget, fold
from dossiers.spreadsheets.values.base import is_emptying

EMPTY: tuple[Any, ...] = (None, "", [])  # the values of an empty field, as JSON
NAMES_AND_PLACES = frozenset({"company_name", "contact_name", "city", "work_description", "location"})
"""The fields in which other capitals are no other value; those of people have rules of their own."""
MIN_NAME_SIMILARITY = 85  # a score of at most 100, which allows a typo


def changes(
    current: Mapping[str, Any], values: Mapping[str, Any], policy: str, typed: Collection[str] = ()
) -> dict[str, list[Any]]:
    """Return [old, new] of each field that a row changes; with the fill policy only of fields that are empty now.

    Other capitals in a name or a place change nothing, unless the field is among those that a user typed.
    """
    fill_only = policy == ImportRun.Policy.FILL
    if "family_name" in values and "family_name" in current:
        others = {name: value for name, value in values.items() if name not in SURNAME_FIELDS}
        return _find_surname_changes(current, values, fill_only=fill_only) | changes(current, others, policy, typed)
    if "name_prefix" in values and values["name_prefix"] is None:  # see SheetField.emptied
        values = {**values, "name_prefix": ""}
    return {
        name: [current[name], value]
        for name, value in values.items()
        if name in current
        and differs(current[name], value)
        and (name not in NAMES_AND_PLACES or name in typed or _fold_case(current[name]) != _fold_case(value))
        and not (fill_only and current[name] not in EMPTY)
        # An export has this word in the cell of a record with that very text.
        and not (value in EMPTY and isinstance(current[name], str) and is_emptying(current[name]))
    }


def select_better_spellings(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the changes without those of a name that only lose diacritics or get other capitals."""
    if changes.keys() >= {*SURNAME_FIELDS}:
        old_text, new_text = (Surname(*(changes[name][side] for name in SURNAME_FIELDS)).text for side in (0, 1))
        if _is_plainer_spelling(old_text, new_text):
            changes = {name: pair for name, pair in changes.items() if name not in SURNAME_FIELDS}
    return {
        name: [old, new]
        for name, (old, new) in changes.items()
        if name not in NAME_FIELDS or not old or not _is_plainer_spelling(old, new)
    }


def _fold_case(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def opens_record(resource: RecordResource, changes: Mapping[str, list[Any]]) -> bool:
    """Whether the status among these changes opens a closed dossier or interest."""
    return "status" in changes and resource._meta.model.is_opened(*changes["status"])


def may_open_record(resource: RecordResource, values: Mapping[str, Any]) -> bool:
    """Whether a list may open the record of a row with these values: an interest of which it has the reference."""
    return resource.kind == RecordKind.EMPLOYER_INTEREST and "reference" in values


def find_repeated_values(values: Mapping[str, Any], supplied: Mapping[str, Any]) -> set[str]:
    """Return the fields whose values the sender supplied already; a surname is one value."""
    repeated = {name for name in values if name in supplied and not differs(supplied[name], values[name])}
    repeated -= {*SURNAME_FIELDS}
    if Surname.from_values(values).is_same(Surname.from_values(supplied)):
        repeated |= {*SURNAME_FIELDS}
    return repeated


def _is_plainer_spelling(current: str, value: str) -> bool:
    """Whether a name is the current one, apart from capitals and from diacritics that it lacks."""
    plain = unicodedata.normalize("NFD", value.casefold())
    place = 0
    for sign in unicodedata.normalize("NFD", current.casefold()):
        plain_sign = PLAIN_LETTERS.get(ord(sign), sign)
        if spelling := next((text for text in (sign, plain_sign) if plain.startswith(text, place)), ""):
            place += len(spelling)
        elif not unicodedata.combining(sign):
            return False
    return place == len(plain)


def _find_surname_changes(
    current: Mapping[str, Any], values: Mapping[str, Any], *, fill_only: bool
) -> dict[str, list[Any]]:
    """Return [old, new] of the fields of the surname, which change together.

    A row that has no prefix says nothing about that of the same family name, or of one with a typo, unless its cell
    empties it; another family name replaces both. With `fill_only` a prefix is only added to the same family name.
    """
    now, surname = Surname.from_values(current), Surname.from_values(values)
    if (
        values.get("name_prefix", "") is not None  # see SheetField.emptied
        and not surname.prefix_in_any_case
        and fuzz.ratio(*(fold(name.bare_name) for name in (now, surname))) >= MIN_NAME_SIMILARITY
    ):
        surname = Surname(now.prefix_in_any_case, surname.family_name)
    adds_prefix = now.bare_name == surname.bare_name and not now.prefix_in_any_case
    if now.is_same(surname) or (fill_only and not adds_prefix):
        return {}
    pairs = {name: [current[name], new] for name, new in surname._asdict().items()}
    return {name: [old, new] for name, (old, new) in pairs.items() if differs(old, new)}


def append_lines(current: str, lines: str) -> str:
    """Return the text with those of these lines below it that it lacks."""
    added = select_new_lines(current, lines)
    if not added.strip():
        return current
    return f"{current.rstrip()}\n{added}" if current.strip() else added


def replace_lines(current: str, previous: str, lines: str) -> str:
    """Return the text with these lines instead of the previous ones, or below it if it does not have the previous."""
    start = find_lines(current, previous) if previous.strip() else None
    has_both = find_lines(lines, previous) is not None and find_lines(current, lines) is not None
    if start is None or has_both:
        return append_lines(current, lines)
    now = current.splitlines()
    before, after = now[:start], now[start + len(previous.splitlines()) :]
    added = select_new_lines("\n".join([*before, *after]), lines)
    return "\n".join([*before, *([added] if added else []), *after])


def replace_changed_lines(current: str, previous: str, lines: str, *, adds_unchanged: bool = True) -> str:
    r"""Return the text with these lines instead of the previous ones, also if it has others between those.

    Lines that are as they were stay where they stand; those that the text lacks are added, unless `adds_unchanged` is
    False.

    >>> replace_changed_lines("Zoekt werk\nTe laat\nBelt graag", "Zoekt werk\nBelt graag", "Zoekt werk\nBelt nu")
    "Zoekt werk\nTe laat\nBelt nu"
    """
    if not previous.strip() or find_lines(current, previous) is not None:
        return replace_lines(current, previous, lines)
    old_lines, new_lines = split_lines(previous), split_lines(lines)
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for _tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        for old, new in zip_longest(old_lines[old_start:old_end], new_lines[new_start:new_end], fillvalue=""):
            added = new if adds_unchanged or new not in old_lines else ""
            current = replace_lines(current, "" if old in new_lines else old, added)
    return current


def replace_other_lines(current: str, kept_texts: Iterable[str], lines: str) -> str:
    """Return the text with these lines instead of all others, except the kept texts that it has."""
    now = current.splitlines()
    kept_indexes: set[int] = set()
    for text in kept_texts:
        start = find_lines(current, text) if text.strip() and find_lines(lines, text) is None else None
        if start is not None:
            kept_indexes.update(range(start, start + len(text.splitlines())))
    if not kept_indexes:
        return lines
    kept_lines = "\n".join(line for index, line in enumerate(now) if index in kept_indexes)
    added = select_new_lines(kept_lines, lines).splitlines()
    place = next((index for index in range(len(now)) if index not in kept_indexes), len(now))
    before, after = (
        [line for index, line in enumerate(now) if index in kept_indexes and (index < place) == is_before]
        for is_before in (True, False)
    )
    replaced = "\n".join([*before, *added, *after])
    return current if split_lines(replaced) == split_lines(current) else replaced


def find_lines(text: str, lines: str) -> int | None:
    """Return the index in the text of the first of these consecutive lines, whatever the white space in them."""
    text_lines, searched_lines = split_lines(text), split_lines(lines)
    starts = range(len(text_lines) - len(searched_lines) + 1)
    return next((start for start in starts if text_lines[start : start + len(searched_lines)] == searched_lines), None)


def select_new_lines(current: str, lines: str) -> str:
    """Return these lines without those that the text has already, whatever the white space in them."""
    return remove_lines(lines, {*split_lines(current)} - {""})


def find_removed_lines(old: str, new: str) -> list[str]:
    """Return the lines of the old text that the new one lacks."""
    remaining = set(split_lines(new))
    return [line for line in split_lines(old) if line and line not in remaining]


def remove_lines(text: str, lines: Collection[str]) -> str:
    """Return the text without these lines, each of which has single spaces."""
    return "\n".join(line for line in text.splitlines() if " ".join(line.split()) not in lines)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines()]


def differs(now: Any, value: Any) -> bool:
    """Whether the value of a cell differs from the current value by more than white space.

    A text typed in a form keeps its double spaces, which the value of a cell does not have. All empty values are equal.
    """
    if now == value or not (isinstance(now, str) and isinstance(value, str)):
        return bool(now != value) and not (now in EMPTY and value in EMPTY)
    lines = now.strip()
    return value not in (lines, " ".join(lines.split()) if "\n" not in lines else lines)


def current_values(resource: RecordResource, ids: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
    """Return the current values of records in these columns by key, as JSON, with `changed_at` as a datetime."""
    fields = resource.sheet_fields()
    names = [name for name in names if name != "external_id"]
    plain = [(name, EXTRA if fields[name].own else path) for name in names if (path := resource.orm_path(name))]
    model: type[Model] = resource._meta.model
    paths = list(dict.fromkeys(path for _name, path in plain))  # all own fields have the same path
    rows = model._default_manager.filter(pk__in_batch=list(ids)).values_list("pk", "changed_at", *paths)
    writers = [(name, fields[name].to_json, 2 + paths.index(path)) for name, path in plain]
    by_key = {
        row[0]: {"changed_at": row[1]} | {name: write(row[place]) for name, write, place in writers}
        for row in rows.iterator()
    }
    for name in names:
        if not isinstance(fields[name].widget, NamedRecordsWidget):
            continue
        through = getattr(model, name).through
        owner = model._meta.model_name
        related = model._meta.get_field(name).related_model._meta.model_name  # type: ignore[union-attr]
        related_names: dict[int, list[str]] = defaultdict(list)
        pairs = through._default_manager.filter(**{f"{owner}_id__in_batch": list(by_key)})
        for pk, related_name in pairs.values_list(f"{owner}_id", f"{related}__name").iterator():
            related_names[pk].append(related_name)
        for pk, values in by_key.items():
            values[name] = sorted(related_names[pk])
    return by_key
