"""Widgets for texts and numbers."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from dossiers.models.contact_fields import format_phone
from dossiers.spreadsheets.values.base import DASHES, CellWidget, as_text, is_like_emptying

KVK_WITHOUT_ZERO = re.compile(r"[0-9]{7}")  # of fewer digits more is missing than a spreadsheet leaves out
UNIT = r"\s*+(?:uur|uren|u|hours?|h|plekken|plaatsen)?\.?"
NUMBER = re.compile(rf"([+-]?\d{{1,9}})(?:[.,](\d{{1,6}}))?{UNIT}", re.IGNORECASE)
RANGE = re.compile(rf"(\d{{1,9}})\s*(?:-|/|à|of|tot|tot en met|t/?m)\s*(\d{{1,9}}){UNIT}", re.IGNORECASE)
"""Two numbers of which a person may mean either: `32-36`, `32 tot 36 uur`."""
LIMITS = "max|maximaal|maximum|min|minimaal|minimum|minstens|hooguit|ca|circa|ong|ongeveer|plm"
APPROXIMATE = re.compile(
    rf"(?:(?:{LIMITS}|tot|vanaf|rond|parttime|part-time|deeltijd|fulltime|full-time|voltijd)\b[.:]?\s*+|[±~≈<>≤≥+]\s*+)?\(?"
    rf"(\d{{1,9}}){UNIT}\s*+(?:p/?w|per week)?\)?\s*+(?:[+?±~-]|of meer|of minder|of hoger|of lager|{LIMITS})?\.?",
    re.IGNORECASE,
)
"""A number with words or signs that make it less exact: `24+`, `max. 24`, `ca. 24 uur per week`."""

DUTCH = re.compile(r"([+-]?)(?:€ ?)?([+-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(?:(\d{1,2})|-+))?")
POINT = re.compile(r"([+-]?)(?:€ ?)?([+-]?)(\d{1,3}(?:,\d{3})+|\d+)\.(\d{1,2})")
GROUPS = re.compile(r"[-.]")  # what some countries put between groups of digits; a spreadsheet might calculate
SAME = 1e-9  # the largest rounding error of a float in a spreadsheet


def read_amount(text: str) -> Decimal | None:
    """Return a number with at most two decimals, such as `1.250,5`, `1250.50` or `€ 3,-`; None if it is not one.

    Because of that limit, a point before three digits always separates thousands.
    """
    parts = DUTCH.fullmatch(text) or POINT.fullmatch(text)
    if parts is None or (parts[1] and parts[2]):
        return None
    whole = parts[3].replace(".", "").replace(",", "")
    return Decimal(f"{parts[1] or parts[2]}{whole}.{parts[4] or 0}")


class TextWidget(CellWidget):
    """A text of one line, or of several for a TextField; the model field validates it."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = as_text(value)
        if "\x00" in text:
            raise ValidationError(_("There is a character in this cell that can't be kept. Type the text anew."))
        if self.model_field.get_internal_type() != "TextField":
            text = " ".join(text.split())
        limit = self.model_field.max_length
        cleaned: str = self.model_field.to_python(text)
        if limit and len(cleaned) > limit:
            raise ValidationError(
                _("This text has %(length)d characters; %(limit)d at most fit here. Make it shorter."),
                params={"length": len(cleaned), "limit": limit},
            )
        self.model_field.validate(cleaned, None)
        self.model_field.run_validators(cleaned)
        return str(cleaned)

    def suggest_answers(self, text: str) -> list[tuple[str, str]]:
        """Return a text that seems to empty its field as a value too, as it may be a name."""
        return [(text, _("keep “%(text)s”") % {"text": text})] if is_like_emptying(text) else []


class PhoneWidget(TextWidget):
    """A telephone number, written as on the pages: 06 12345678.

    A spreadsheet program takes that for text, but +31612345678 in CSV for a number: Excel shows 3,16E+10 and, when the
    list is saved, stores that.
    """

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return GROUPS.sub(" ", format_phone(value)) if value else None


class KvkWidget(TextWidget):
    """A KvK number; leading zeros, which Excel removes, are restored."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return super().clean(self.restore_zero(value) or value, row, **kwargs)

    @staticmethod
    def restore_zero(value: Any) -> str:
        """Return a number that lacks a leading zero with it; "" if it lacks none."""
        digits = "".join(as_text(value).replace(".", "").split())
        return f"0{digits}" if KVK_WITHOUT_ZERO.fullmatch(digits) else ""


class NumberWidget(CellWidget):
    """A whole number: `36`, `36,0`, `36 uur`."""

    empty = None
    has_typed_answers = True

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> int:
        text = as_text(value)
        parts = NUMBER.fullmatch(text)
        if not parts or (parts[2] or "").strip("0"):
            raise ValidationError(_("“%(value)s” is not a whole number."), params={"value": text})
        number = int(parts[1])
        self.check_size(number, text)
        return int(self.checked(number))

    def suggest_answers(self, text: str) -> list[tuple[str, str]]:
        """Return the lowest and the highest number of a range, or the number in an approximate one."""
        text = text.translate(DASHES)
        parts = RANGE.fullmatch(text) or APPROXIMATE.fullmatch(text)
        try:
            numbers = [*map(self.clean, parts.groups())] if parts else []
        except ValidationError:
            return []
        if len(numbers) < 2:
            return [(str(number), str(number)) for number in numbers]
        low, high = numbers
        answers = (low, _("%(number)s (lowest)")), (high, _("%(number)s (highest)"))
        return [(str(number), label % {"number": number}) for number, label in answers if low < high]

    @property
    def limits(self) -> tuple[Any, Any]:
        """The lowest and the highest number of the model field; None where it has no limit."""
        low, high = (
            next((v.limit_value for v in self.model_field.validators if isinstance(v, kind)), None)
            for kind in (MinValueValidator, MaxValueValidator)
        )
        return low, high

    def check_size(self, number: int | Decimal, text: str) -> None:
        """Raise ValidationError if the number is outside the limits of the model field."""
        low, high = self.limits
        if low is not None and high is not None and not low <= number <= high:
            raise ValidationError(
                _("“%(value)s” can't be right: it must be a number from %(low)d to %(high)d."),
                params={"value": text, "low": low, "high": high},
            )


class DecimalWidget(NumberWidget):
    """A number with at most two decimals, in the notations of `read_amount`."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> int | float:  # type: ignore[override]
        text = as_text(value)
        if isinstance(value, float):
            rounded = round(value, 2)
            number = Decimal(str(rounded)) if abs(rounded - value) < SAME else None
        else:
            number = read_amount(text)
        if number is None:
            raise ValidationError(
                _("“%(value)s” is not a number. Write it as 1250 or 3,5, with two decimals at most."),
                params={"value": text},
            )
        self.check_size(number, text)
        checked = float(self.checked(number))
        return int(checked) if checked.is_integer() else checked

    def to_json(self, value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else value
