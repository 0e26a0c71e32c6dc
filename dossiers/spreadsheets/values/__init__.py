"""Widgets that convert cells to values and back, one for each type of field; `clean` raises ValidationError."""

from dossiers.spreadsheets.values.base import CellWidget, fold, fold_word
from dossiers.spreadsheets.values.choices import ChoiceWidget, FlagWidget, LanguagesWidget
from dossiers.spreadsheets.values.dates import DateWidget
from dossiers.spreadsheets.values.lists import NamedRecordsWidget, NamedRecordWidget, OwnChoiceWidget, UserWidget
from dossiers.spreadsheets.values.names import Name, split_name
from dossiers.spreadsheets.values.text import (
    DecimalWidget,
    KvkWidget,
    NumberWidget,
    PhoneWidget,
    TextWidget,
    read_amount,
)

__all__ = [
    "CellWidget",
    "ChoiceWidget",
    "DateWidget",
    "DecimalWidget",
    "FlagWidget",
    "KvkWidget",
    "LanguagesWidget",
    "Name",
    "NamedRecordWidget",
    "NamedRecordsWidget",
    "NumberWidget",
    "OwnChoiceWidget",
    "PhoneWidget",
    "TextWidget",
    "UserWidget",
    "fold",
    "fold_word",
    "read_amount",
    "split_name",
]
