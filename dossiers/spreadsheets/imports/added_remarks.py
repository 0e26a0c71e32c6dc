"""What is added to the remarks of the rows of a list beside its columns: the titles of its parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.columns import Column
from dossiers.spreadsheets.imports.file_parts import TitlesByLine, find_added_titles
from dossiers.spreadsheets.imports.split_columns import Addition, SplitColumns
from dossiers.spreadsheets.reader import Cell, Row


@dataclass(frozen=True)
class TitleRemarks:
    """Adds the title of its part to each row; a row of no such part loses the title that it had in an earlier list."""

    run: ImportRun

    @cached_property
    def column(self) -> Column:
        return Column(-1, _("Under the title"))

    def read(self, rows: Sequence[Row]) -> list[Cell]:
        titles = TitlesByLine(self.run)  # built for each batch, as the reader finds the titles while it reads
        return [titles.find(line) for line, _cells in rows]


def build_split_columns(run: ImportRun, columns: Iterable[Column], *, escaped: bool = False) -> SplitColumns:
    """Return these columns of a list, followed by what is added to its remarks."""
    additions: list[Addition] = [TitleRemarks(run)] if find_added_titles(run) else []
    return SplitColumns(columns, additions=additions, escaped=escaped)
