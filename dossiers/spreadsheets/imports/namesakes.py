"""Finds the lines that would add an employer that may be the same company as another one."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rapidfuzz import fuzz, process

from dossiers.line_names import LINES_NAMED
from dossiers.models import Action, Employer, ImportRun
from dossiers.spreadsheets.comparison import MIN_NAME_SIMILARITY
from dossiers.spreadsheets.matching.interests import employer_key
from dossiers.spreadsheets.matching.similar_employers import fold_company_name

MAX_WARNED = 20  # the largest number of names that a preview warns about
KVK = "kvk_number"
COMPARED = ("company_name", KVK, "email", "phone")


class Namesake(NamedTuple):
    """A line or an employer that may be the same company as another one."""

    number: int  # of the line, or the key of the employer
    company_name: str
    kvk_number: str
    email: str
    phone: str
    key: Any = None  # see `employer_key`

    @property
    def contacts(self) -> set[str]:
        return {self.email.casefold(), self.phone} - {""}

    def may_be(self, other: "Namesake") -> bool:
        """Whether it may be the same company.

        Two KvK numbers are two companies, unless a name or a contact shows that one of the numbers may be wrong.
        """
        names = fold_company_name(self.company_name), fold_company_name(other.company_name)
        if self.kvk_number and other.kvk_number:
            return names[0] == names[1] or not self.contacts.isdisjoint(other.contacts)
        return fuzz.ratio(*names) >= MIN_NAME_SIMILARITY


SAME_VALUES = {
    "company_name": gettext_lazy("the name"),
    "email": gettext_lazy("the e-mail address"),
    "phone": gettext_lazy("the telephone number"),
    KVK: gettext_lazy("the KvK number"),
}
DIFFERENT_VALUES = SAME_VALUES | {"company_name": gettext_lazy("the spelling of the name")}


def describe_namesakes(run: ImportRun) -> list[str]:
    """Return the warnings about lines that would add an employer with the name of another one.

    The run has only the keys of the employers, so that the names of deleted employers are not kept with it.
    """
    namesakes = run.asked.get("namesakes", [])
    names = Employer.objects.in_bulk({employer for _lines, employer, *_columns in namesakes if employer})
    warnings = []
    for lines, key, *columns in namesakes:
        if key is None:
            text = _(
                "Lines %(lines)s may be about one company. %(comparison)s So each of them adds an employer. If it is "
                "one employer, give these lines the same KvK number, or exactly the same name and e-mail address or "
                "telephone number without a KvK number."
            )
        elif key in names and KVK in columns[1]:
            text = ngettext(
                "Line %(lines)s adds an employer, although this employer may be the same one: %(employer)s. "
                "%(comparison)s If it is the same one, correct the KvK number on that line, or that of the employer. "
                "Then the interest is added to that employer.",
                "Lines %(lines)s add an employer, although this employer may be the same one: %(employer)s. "
                "%(comparison)s If it is the same one, correct the KvK number on these lines, or that of the employer. "
                "Then the interests are added to that employer.",
                len(lines),
            )
        elif key in names:
            text = ngettext(
                "Line %(lines)s adds an employer, although there is an employer with that name or nearly that name "
                "already: %(employer)s. %(comparison)s "
                "If it is the same one, give on that line the KvK number of that employer, or the name and e-mail "
                "address or telephone number that it has here without a KvK number. Then the interest is added to that "
                "employer.",
                "Lines %(lines)s add an employer, although there is an employer with that name or nearly that name "
                "already: %(employer)s. %(comparison)s "
                "If it is the same one, give on these lines the KvK number of that employer, or the name and e-mail "
                "address or telephone number that it has here without a KvK number. Then the interests are added to "
                "that employer.",
                len(lines),
            )
        else:
            continue  # deleted meanwhile
        words = {
            "lines": run.name_lines(lines),
            "employer": names.get(key),
            "comparison": _describe_comparison(*columns),
        }
        warnings.append(" ".join((text % words).split()))
    return warnings


def _describe_comparison(
    same: Sequence[str] = (),
    different: Sequence[str] = (),
    blank: Sequence[str] = (),
    partly_blank: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> str:
    """Return what `_compare` found, as a text for people."""
    texts = (
        (_("The same: %(values)s."), SAME_VALUES, same),
        (_("Different: %(values)s."), DIFFERENT_VALUES, different),
        (_("Not filled in in the list: %(values)s."), SAME_VALUES, blank),
        (_("Not filled in on each of these lines: %(values)s."), SAME_VALUES, partly_blank),
        (_("Not known here of this employer: %(values)s."), SAME_VALUES, unknown),
    )
    return " ".join(
        text % {"values": get_text_list([labels[name] for name in names], _("and"))}
        for text, labels, names in texts
        if names
    )


def _compare(lines: Sequence[Namesake], employer: Namesake | None = None) -> tuple[list[str], ...]:
    """Return the columns of which all namesakes have the same value, and those of which they have several values.

    Then those that have a value, but not in the lines, not in each of them, or not of the employer.
    """
    columns: tuple[list[str], ...] = ([], [], [], [], [])
    same, different, blank, partly_blank, unknown = columns
    for name in SAME_VALUES:
        in_lines = {getattr(line, name).casefold() for line in lines}
        known = {getattr(employer, name).casefold()} if employer else set()
        if len(in_lines | known) == 1:
            same += [name] if in_lines != {""} else []
        elif len((in_lines | known) - {""}) > 1:
            different.append(name)
        elif known == {""}:
            unknown.append(name)
        else:
            (blank if in_lines == {""} else partly_blank).append(name)
    return columns


def _find_employers(lines_by_name: dict[str, list[Namesake]]) -> dict[str, list[Namesake]]:
    """Return the employers with nearly the name or with a contact of these lines, by the name of the lines."""
    names, names_by_contact = list(lines_by_name), defaultdict(set)
    for name, lines in lines_by_name.items():
        for contact in set().union(*(line.contacts for line in lines)):
            names_by_contact[contact].add(name)
    employers_by_name = defaultdict(list)
    for row in Employer.objects.order_by("pk").values_list("pk", *COMPARED).iterator():
        # The names are compared as in the form of an employer.
        employer, folded = Namesake(*row), fold_company_name(row[1])
        similar = process.extract(folded, names, scorer=fuzz.ratio, score_cutoff=MIN_NAME_SIMILARITY, limit=None)
        sharing = (names_by_contact.get(contact, ()) for contact in employer.contacts)
        for name in dict.fromkeys(chain((name for name, _score, _key in similar), *sharing)):
            employers_by_name[name].append(employer)
    return employers_by_name


def find_namesakes(run: ImportRun) -> list[Any]:
    """Return the lines that would add an employer that may be known, as JSON for `describe_namesakes`.

    It is (lines, key of the known employer or None, and the columns that `_compare` found).
    """
    lines_by_name = defaultdict(list)
    new = run.rows.filter(action=Action.NEW, employer_id=None).order_by("line")
    for row in new.only("line", "given").iterator():
        values = {name: row.given.get(name, "") for name in COMPARED}
        if name := fold_company_name(values["company_name"]):
            lines_by_name[name].append(Namesake(row.line, **values, key=employer_key(values)))
    employers_by_name = _find_employers(lines_by_name) if lines_by_name else {}
    namesakes: list[Any] = []
    for name, lines in lines_by_name.items():
        groups: list[tuple[list[Namesake], int | None, tuple[list[str], ...]]] = [
            (matching, employer.number, _compare(matching, employer))
            for employer in employers_by_name.get(name, ())
            if (matching := [line for line in lines if line.may_be(employer)])
        ]
        if not groups and len({line.key for line in lines}) > 1 and not all(line.kvk_number for line in lines):
            groups = [(lines, None, _compare(lines))]
        for matching, key, columns in groups:
            numbers = [line.number for line in matching[: LINES_NAMED + 1]]
            namesakes.append((numbers, key, *columns))
        if len(namesakes) >= MAX_WARNED:
            break
    return namesakes[:MAX_WARNED]
