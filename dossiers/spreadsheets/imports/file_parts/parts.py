"""All parts about which a list asks, with their answers.

These are parts of its file, the values that would overwrite newer ones, and the whole list if its sender dated an
imported one later. A list can't be imported until the user says of each part whether it belongs to the list, or, of a
part that can't be read with the columns of the list, that it can be left out. If there is no user to ask, the parts of
the file are left out.
"""

from django.utils.translation import gettext as _

from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.file_parts.file_questions import build_contact_parts, build_file_parts
from dossiers.spreadsheets.imports.file_parts.older_values import build_older_list_part, build_older_values_parts
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.newer_values.overwritten import UNDECIDED, fills_from_older_list


def parts_of(run: ImportRun) -> list[Part]:
    """Return all parts of a run, with the user's answers."""
    return [*build_older_list_part(run), *build_older_values_parts(run), *build_file_parts(run)]


def get_parts_by_key(run: ImportRun) -> dict[str, Part]:
    """Return all parts of a run, and what is asked about their titles, by the key of the answer."""
    parts = parts_of(run)
    return {part.key: part for part in [*parts, *(part.title for part in parts if part.title)]}


def has_open_question(run: ImportRun) -> bool:
    return any(part.answer is None for part in parts_of(run))


def part_warnings(run: ImportRun) -> list[str]:
    """Return the sentences about each part that is left out of the list."""
    older = [part for part in (*build_older_list_part(run), *build_older_values_parts(run)) if part.answer is False]
    left_out = [
        part
        for part in build_file_parts(run)
        if not part.is_contact
        if part.answer is False or (part.answer and part.words_left_out)  # sheets of another shape
    ]
    filled = _("Only what was empty was filled, since a later list was imported before.")
    return [
        *([filled] if run.state not in UNDECIDED and fills_from_older_list(run) else []),
        *dict.fromkeys(f"{part.words} {part.refusal}" for part in older),
        *(f"{part.words} {part.contact_answer}" for part in build_contact_parts(run)),
        *(part.words_left_out or _("Left out: %(part)s") % {"part": part.words} for part in left_out),
    ]
