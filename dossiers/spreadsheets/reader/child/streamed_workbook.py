"""An .xlsx read row by row with openpyxl: slower than calamine, but blank cells cost nothing and it bears more."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from ..format import Row
from ..limits import MAX_COLUMNS
from .cell_values import clean_cells
from .source import Noticed, SheetName
from .unread import look_at_part


class StreamedWorkbook:
    """One workbook. Without its package nothing is told of formulas without a result."""

    kind = "xlsx"
    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, data: bytes, package: zipfile.ZipFile | None = None) -> None:
        import openpyxl  # takes longer than most lists, and most need it not

        self._package = package
        self._book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        self.sheets = [SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in self._book.worksheets]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return what is to be said of formulas without a result."""
        count = look_at_part(self._package, self.sheets[sheet].name).no_result if self._package else 0
        return [("no_result", {"count": count})] if count else []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells, errors as their text; of blank rows one in a row."""
        return self.rows_of(self.sheets[sheet].name)

    def rows_of(self, name: str) -> Iterator[Row]:
        """Yield the rows of the sheet with that name."""
        sheet = self._book[name]
        sheet.reset_dimensions()  # what the file says of them need not be so
        after_blank = False
        for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
            if not values and after_blank:
                continue
            cells = clean_cells(line, _narrowed(values))
            after_blank = cells.count(None) == len(cells)
            yield line, [] if after_blank else cells


def _narrowed(values: Sequence[Any]) -> Sequence[Any]:
    """Leave out what is too far to the right to be of a list, but for one value that shows that there is something."""
    if len(values) <= MAX_COLUMNS + 1:
        return values
    beyond = (value for value in values[MAX_COLUMNS + 1 :] if value is not None)
    return [*values[: MAX_COLUMNS + 1], next(beyond, None)]
