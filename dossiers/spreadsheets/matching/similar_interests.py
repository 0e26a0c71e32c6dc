"""Finds the interests of an employer that a line may be about because its work is nearly the same.

Nearly the same is that each word of the shorter text stands in the other one, maybe with a typo, or that the texts
differ only in spaces: “Keukenhulp” and “Keukenhulp en afwas”, but not “Keukenhulp” and “Magazijn”. A closed interest
counts unless it is archived or from another day than the line.
"""

from collections.abc import Collection
from typing import NamedTuple

from rapidfuzz import fuzz

from dossiers.models import EmployerInterest, ImportRow, ImportRun, RecordKind
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.spreadsheets.comparison import MIN_NAME_SIMILARITY
from dossiers.spreadsheets.values import fold


class OfferedWork(NamedTuple):
    """The work of an interest, with what tells whether a line may be about it."""

    pk: int
    reference: str
    words: list[str]
    start_date: str | None
    is_closed: bool

    def may_be(self, words: list[str], start_date: str | None) -> bool:
        """Whether a line with these words and this start date may be about it; see the module."""
        is_other_day = start_date and self.start_date and start_date != self.start_date
        return not (self.is_closed and is_other_day) and have_similar_words(words, self.words)


def have_similar_words(words: list[str], other_words: list[str]) -> bool:
    """Whether the texts of these words are nearly the same; see the module.

    >>> have_similar_words(["keukenhulp"], ["keukenhlup", "en", "afwas"]), have_similar_words(["keukenhulp"], [])
    (True, False)
    """
    shorter, longer = sorted((words, other_words), key=len)
    if not shorter:
        return False
    is_part = all(any(fuzz.ratio(word, other) >= MIN_NAME_SIMILARITY for other in longer) for word in shorter)
    return is_part or "".join(shorter) == "".join(longer)


def find_earlier_works(interests: Collection[int]) -> set[tuple[int, str, str | None]]:
    """Return the work, folded, and the start date of these interests, now and before, and of the lines about them.

    A line of an applied list has values that its interest never had if that list filled only what was empty, or if a
    coordinator kept what was there.
    """
    former = EmployerInterest.history.filter(id__in_batch=list(interests)).order_by()
    names = ("id", "work_description", "start_date")
    works = {
        (key, fold(work), start.isoformat() if start else None)
        for key, work, start in former.values_list(*names).distinct()
    }
    lists = ImportRun.objects.filter(record=RecordKind.EMPLOYER_INTEREST, state=ImportRun.State.APPLIED)
    lines = ImportRow.objects.filter(run__in=lists, action__in=RECORD_ACTIONS, target_id__in_batch=list(interests))
    for key, listed, withheld in lines.order_by().values_list("target_id", "given", "withheld"):
        values = listed | withheld
        works.add((key, fold(values.get("work_description", "")), values.get("start_date")))
    return works
