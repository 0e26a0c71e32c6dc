"""Finds the lines that would add an employer with the name of another one, which may be the same company."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.models import Action, Employer, ImportRun
from dossiers.models.employers.company_names import strip_legal_form
from dossiers.spreadsheets.matching.interests import employer_key
from dossiers.spreadsheets.reader import LINES_NAMED, name_lines
from dossiers.spreadsheets.values import fold

MAX_WARNED = 20  # the largest number of names that a preview warns about


class Namesake(NamedTuple):
    """A line or an employer that has the same company name as another one."""

    number: int  # of the line, or the key of the employer
    kvk_number: str
    key: Any = None  # see `employer_key`

    def may_be(self, other: "Namesake") -> bool:
        """Whether it may be the same company: two KvK numbers are two companies."""
        return not (self.kvk_number and other.kvk_number)


def describe_namesakes(run: ImportRun) -> list[str]:
    """Return the warnings about lines that would add an employer with the name of another one.

    The run has only the keys of the employers, so that the names of deleted employers are not kept with it.
    """
    namesakes = run.asked.get("namesakes", [])
    names = Employer.objects.in_bulk({employer for _lines, employer in namesakes if employer})
    warnings = []
    for lines, key in namesakes:
        if key is None:
            text = _(
                "Lines %(lines)s have a company with the same name, but with another e-mail address or KvK number, so "
                "each of them adds an employer. If it is one employer, give these lines the same KvK number, or the "
                "same name and e-mail address without a KvK number."
            )
        elif key in names:
            text = ngettext(
                "Line %(lines)s adds an employer, although there is an employer with that name already: %(employer)s. "
                "If it is the same one, give on that line the KvK number of that employer, or the name and e-mail "
                "address that it has here without a KvK number. Then the interest is added to that employer.",
                "Lines %(lines)s add an employer, although there is an employer with that name already: %(employer)s. "
                "If it is the same one, give on these lines the KvK number of that employer, or the name and e-mail "
                "address that it has here without a KvK number. Then the interests are added to that employer.",
                len(lines),
            )
        else:
            continue  # deleted meanwhile
        warnings.append(text % {"lines": name_lines(lines), "employer": names.get(key)})
    return warnings


def fold_company_name(name: str) -> str:
    """Return the name without case, spaces, punctuation, legal form and leading article, to compare names by."""
    return strip_legal_form(fold(name)).replace(" ", "")


def find_namesakes(run: ImportRun) -> list[tuple[list[int], int | None]]:
    """Return the lines that would add an employer of the same name, with the key of the known one if there is one."""
    lines_by_name = defaultdict(list)
    fields = ("company_name", "kvk_number", "email")
    new = run.rows.filter(action=Action.NEW, employer_id=None).order_by("line")
    for row in new.only("line", "given").iterator():
        values = {name: row.given.get(name, "") for name in fields}
        if name := fold_company_name(values["company_name"]):
            lines_by_name[name].append(Namesake(row.line, values["kvk_number"], employer_key(values)))
    employers_by_name = defaultdict(list)
    if lines_by_name:
        for pk, company_name, kvk in Employer.objects.order_by("pk").values_list("pk", *fields[:2]).iterator():
            if (name := fold_company_name(company_name)) in lines_by_name:
                employers_by_name[name].append(Namesake(pk, kvk))
    namesakes: list[tuple[list[int], int | None]] = []
    for name, lines in lines_by_name.items():
        groups: list[tuple[list[int], int | None]] = [
            (matching, employer.number)
            for employer in employers_by_name[name]
            if (matching := [line.number for line in lines if line.may_be(employer)])
        ]
        if not groups and len({line.key for line in lines}) > 1 and not all(line.kvk_number for line in lines):
            groups = [([line.number for line in lines], None)]
        namesakes += [(numbers[: LINES_NAMED + 1], key) for numbers, key in groups]
        if len(namesakes) >= MAX_WARNED:
            break
    return namesakes[:MAX_WARNED]
