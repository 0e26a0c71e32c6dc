"""Reads an .xlsx row by row with openpyxl, which is slower than calamine, but needs no memory for blank cells."""

import io
import zipfile
from collections.abc import Iterator

from .cell_values import clean_cells
from .format import Row
from .limits import MAX_COLUMNS
from .source import Noticed, SheetName
from .unread import look_at_part


class StreamedWorkbook:
    """An .xlsx that calamine can't read; formulas without a result are counted only if `package` is given."""

    kind = "xlsx"
    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, data: bytes, package: zipfile.ZipFile | None = None) -> None:
        import openpyxl  # imported here, since it takes longer than reading most lists, which do not need it

        self._package = package
        self._book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        self.sheets = [SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in self._book.worksheets]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notice about formulas without a result, if there are any."""
        count = look_at_part(self._package, self.sheets[sheet].name).no_result if self._package else 0
        return [("no_result", {"count": count})] if count else []

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield rows with typed cells and the text of errors; consecutive blank rows become one."""
        return self.rows_of(self.sheets[sheet].name)

    def rows_of(self, name: str) -> Iterator[Row]:
        """Yield the rows of the sheet with this name."""
        sheet = self._book[name]
        sheet.reset_dimensions()  # the dimensions in the file may be wrong
        after_blank = False
        for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
            if not values and after_blank:
                continue
            if len(values) > MAX_COLUMNS + 1:
                beyond = next((value for value in values[MAX_COLUMNS + 1 :] if value is not None), None)
                values = (*values[: MAX_COLUMNS + 1], beyond)  # one value shows that the list is too wide
            cells = clean_cells(line, values)
            after_blank = cells.count(None) == len(cells)
            yield line, [] if after_blank else cells
