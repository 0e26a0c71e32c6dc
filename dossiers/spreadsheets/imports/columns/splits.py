"""The ways in which one column of a list is split into several fields of a record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import FULL_NAME
from dossiers.models.imports.import_profile import (
    ADDRESS,
    CONTACT_DETAILS,
    FAMILY_NAME_FIRST,
    MOBILE,
    RESIDENCE,
    WHOLE,
)
from dossiers.spreadsheets.synonyms import SPLIT_HEADERS
from dossiers.spreadsheets.values import Name, split_name
from dossiers.spreadsheets.values.split_cells import (
    SplitCell,
    join_address,
    join_contact_details,
    split_address,
    split_contact_details,
    split_residence,
)


@dataclass(frozen=True)
class Split:
    label: str | Promise
    split: Callable[[Any], SplitCell]
    join: Callable[[Sequence[str], str], str]
    """Makes the text of a cell of the parts that it is split into."""
    split_by_mode: Mapping[str, Callable[[Any], SplitCell]]
    """How it is split instead, by the mode of the column."""
    headers: str = ""
    """The words for which it is proposed, separated by |, if the cells show it."""
    stands_for: frozenset[str] = frozenset()
    """The fields of which a header may also stand above such a column."""

    def split_as(self, mode: str) -> Callable[[Any], SplitCell]:
        return self.split_by_mode.get(mode, self.split)


def _split_name(cell: Any, *, family_first: bool) -> SplitCell:
    *values, is_doubtful = split_name(cell, family_first=family_first)
    return SplitCell(values, is_doubtful=is_doubtful)


def _join_name(values: Sequence[str], _rest: str) -> str:
    given_name, name_prefix, family_name = values
    return Name(given_name, name_prefix, family_name, False).as_text()


SPLITS = {
    FULL_NAME: Split(_("Full name"), partial(_split_name, family_first=False), _join_name, {}),
    FAMILY_NAME_FIRST: Split(
        _("Full name (family name first)"), partial(_split_name, family_first=True), _join_name, {}
    ),
    CONTACT_DETAILS: Split(
        _("Telephone and e-mail"),
        split_contact_details,
        join_contact_details,
        {MOBILE: partial(split_contact_details, mobile_first=True)},
        SPLIT_HEADERS[CONTACT_DETAILS],
        frozenset({"phone", "email", "contact_name"}),
    ),
    ADDRESS: Split(
        _("Address: postcode and place"),
        split_address,
        join_address,
        {WHOLE: split_address},
        SPLIT_HEADERS[ADDRESS],
        frozenset({"postcode", "city"}),
    ),
    RESIDENCE: Split(
        _("Address: place only"),
        split_residence,
        join_address,
        {WHOLE: split_residence},
        SPLIT_HEADERS[RESIDENCE],
    ),
}
