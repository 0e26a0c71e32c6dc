"""Validates that an import can tell the label and the choices of an own field apart from others."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dossiers.models import OwnField
from dossiers.spreadsheets.imports.columns.columns import Headers
from dossiers.spreadsheets.imports.columns.splits import SPLITS
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values import fold


def validate_distinguishable(field: OwnField) -> None:
    """Raise ValidationError by field if an import would confuse the label or the choices.

    A label that is a synonym of another field would never be matched to this field. Two choices that differ only in
    case or punctuation are the same to an import.
    """
    resource = RESOURCES[field.record]()
    resource.fields.pop(field.key, None)
    if taken := Headers(resource).exact(field.label):
        text = _("“%(name)s” is what lists call the field %(field)s. Use that field, or choose another name.")
        label = SPLITS[taken].label if taken in SPLITS else resource.sheet_fields()[taken].column_name
        names = {"name": field.label, "field": label}
        raise ValidationError({"label": ValidationError(text, params=names)})
    first: dict[str, str] = {}
    for choice in field.choices:
        if (before := first.setdefault(fold(choice), choice)) != choice or not fold(choice):
            text = _("Lists can't tell these choices apart: “%(one)s” and “%(other)s”. Change one of them.")
            raise ValidationError({"choices": ValidationError(text, params={"one": before, "other": choice})})
