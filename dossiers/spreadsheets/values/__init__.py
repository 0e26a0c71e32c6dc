"""Cells to values and back: one widget a kind of field. A cell that gives no value raises ValidationError, in words."""

from dossiers.spreadsheets.values.base import CellWidget, fold
from dossiers.spreadsheets.values.choices import ChoiceWidget, FlagWidget, LanguagesWidget
from dossiers.spreadsheets.values.dates import DateWidget
from dossiers.spreadsheets.values.lists import NamedRecordsWidget, NamedRecordWidget
from dossiers.spreadsheets.values.text import NumberWidget, TextWidget

__all__ = [
    "CellWidget",
    "ChoiceWidget",
    "DateWidget",
    "FlagWidget",
    "LanguagesWidget",
    "NamedRecordWidget",
    "NamedRecordsWidget",
    "NumberWidget",
    "TextWidget",
    "fold",
]
