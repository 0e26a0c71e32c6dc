"""The form of an import profile, which shows each decision as a line of text."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList

from dossiers.models.imports.import_profile import SPLIT_FIELDS
from dossiers.models.text_fields import MAX_TEXT_LENGTH, LengthValidator, refuse_private_numbers_in_json
from dossiers.spreadsheets.imports.columns.columns import Headers, column_targets
from dossiers.spreadsheets.imports.decisions import keep_remembered
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values import fold

LEFT_OUT = "-"
ANSWERS_ABOUT_SHEETS = [
    ("", _("ask")),
    ("True", _("read them as one list")),
    ("False", _("read one sheet, and leave the others out")),
]


def parse_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, left, right) of each `left = right` line; raise ValidationError for any other line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        left, equals, right = line.rpartition("=")
        if not equals or not left.strip() or not right.strip():
            raise forms.ValidationError(gettext("Line %(number)d: write it as “list = ours”.") % {"number": number})
        yield number, left.strip(), right.strip()


class ProfileForm(WagtailAdminModelForm):
    """The form of an import profile, with its columns and words as texts."""

    columns_text = forms.CharField(
        label=_("Columns"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        validators=[LengthValidator(MAX_TEXT_LENGTH)],
        help_text=_(
            "A line a column: its header = our field; “-” leaves it out. For example: Deelnemernr. = Extern nummer"
        ),
    )
    values_text = forms.CharField(
        label=_("Words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        validators=[LengthValidator(MAX_TEXT_LENGTH)],
        help_text=_(
            "A line a word: our field: word = meaning; “-” reads it as a blank cell, “leegmaken” empties the field. "
            "For example: Talen: Eritrees = Tigrinya"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        profile, sheet_fields = self.instance, RESOURCES[self.instance.record](out_of_use=True).sheet_fields()
        labels = {name: str(field.column_name) for name, field in sheet_fields.items()}
        column_labels = column_targets(RESOURCES[self.instance.record](out_of_use=True)) | labels
        options: defaultdict[str, dict[str, str]] = defaultdict(dict)
        options |= {name: dict(field.widget.options()) for name, field in sheet_fields.items()}
        columns = [
            f"{header} = {column_labels.get(field, field) if field else LEFT_OUT}"
            for header, field in profile.columns.items()
        ]
        words = [
            f"{labels.get(field, field)}: {word} = {options[field].get(meaning, meaning) if meaning else LEFT_OUT}"
            for field, meanings in profile.values.items()
            for word, meaning in keep_remembered(meanings).items()  # a date may be left of former times
        ]
        for name, lines in (("columns_text", columns), ("values_text", words)):
            self.fields[name].initial = "\n".join(lines)

    @property
    def headers(self) -> Headers | None:
        """The headers of the chosen kind of list; None if no kind is chosen, which is an error of that field."""
        record = self.cleaned_data.get("record") or self.instance.record
        return Headers(RESOURCES[record]()) if record in RESOURCES else None

    def clean_columns_text(self) -> dict[str, str | None]:
        if (headers := self.headers) is None:
            return {}
        targets = {fold(label): target for target, label in column_targets(headers.resource).items()}
        columns = {
            left: None
            if right == LEFT_OUT
            else targets.get(fold(right)) or self._find_field(headers, right, number, is_column=True)
            for number, left, right in parse_lines(self.cleaned_data["columns_text"])
        }
        refuse_private_numbers_in_json(columns)
        return columns

    def clean_values_text(self) -> dict[str, dict[str, str | None]]:
        if (headers := self.headers) is None:
            return {}
        words: dict[str, dict[str, str | None]] = {}
        for number, left, right in parse_lines(self.cleaned_data["values_text"]):
            label, _colon, word = left.partition(":")
            field = self._find_field(headers, label, number)
            meaning = None if right == LEFT_OUT else right
            if not keep_remembered({word: meaning}):
                text = gettext("Line %(number)d: a date is not remembered, since it holds for one list only.")
                raise forms.ValidationError(text % {"number": number})
            words.setdefault(field, {})[word.strip()] = meaning
        refuse_private_numbers_in_json(words)
        return words

    @staticmethod
    def _find_field(headers: Headers, text: str, number: int, *, is_column: bool = False) -> str:
        field = headers.exact(text)
        if field is None or (field in SPLIT_FIELDS and not is_column):
            raise forms.ValidationError(
                gettext("Line %(number)d: “%(field)s” is none of our fields.") % {"number": number, "field": text}
            )
        return field

    def save(self, commit: bool = True) -> Any:
        profile, cleaned = self.instance, self.cleaned_data
        profile.columns, profile.values = cleaned["columns_text"], cleaned["values_text"]
        return super().save(commit)


PROFILE_PANELS = ObjectList(
    [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("record"), FieldPanel("organisation", widget=forms.Select)]),
        FieldPanel("columns_text"),
        FieldPanel("values_text"),
        FieldPanel("sheets_as_one", widget=forms.Select(choices=ANSWERS_ABOUT_SHEETS)),
    ],
    base_form_class=ProfileForm,
)
