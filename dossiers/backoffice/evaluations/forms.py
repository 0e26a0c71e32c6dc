"""Forms of an evaluation: its settings, the text of a section, and the reason of a withdrawal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dates.forms import AdminDateField
from dossiers.backoffice.activity.name_questions import ask_about_names
from dossiers.backoffice.forms import CONFLICT, SAVED_MEANWHILE, PreventsOverwriting, VersionField
from dossiers.backoffice.reports.menu import LABELS
from dossiers.models import Evaluation
from dossiers.models.text_fields import MAX_TEXT_LENGTH, LengthValidator
from dossiers.models.validators import refuse_private_numbers
from dossiers.reports.evaluations import get_report_names
from dossiers.reports.person_names import find_written_names

PLACE_PREFIX = "place_"
FIELDS_OF_FIGURES = ("begin", "end", "sector", "organisation", "reports")


class EvaluationForm(PreventsOverwriting, forms.ModelForm):
    """The settings of an evaluation; each report has a field for its position, which is empty to leave it out."""

    class Meta:
        model = Evaluation
        fields = ("title", "kind", "begin", "end", "sector", "organisation")
        field_classes = {"begin": AdminDateField, "end": AdminDateField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sector", "organisation"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (a foreign key)
            field.empty_label = _("does not matter")
        self.fields["sector"].help_text = _(
            "Tables about candidates go by the sector that they look for, all others by the sector of the employer. "
            "Each table says so."
        )
        chosen = self.instance.reports if self.instance.pk else list(LABELS)
        for name, label in LABELS.items():
            place = chosen.index(name) + 1 if name in chosen else None
            self.fields[PLACE_PREFIX + name] = forms.IntegerField(
                label=str(label), required=False, min_value=1, max_value=len(LABELS), initial=place
            )

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[PLACE_PREFIX + name] for name in LABELS]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.instance.refuse_change()
        places = {name: data[PLACE_PREFIX + name] for name in LABELS if data.get(PLACE_PREFIX + name)}
        data["reports"] = sorted(places, key=lambda name: places[name])
        return data

    def _post_clean(self) -> None:
        self.instance.reports = self.cleaned_data.get("reports", [])
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        known = get_report_names(self.instance)
        if not self.instance.reports:
            self.add_error(None, _("Give at least one report a place."))
        for name in self.instance.reports:
            if name not in known:
                names = {"report": LABELS[name]}
                self.add_error(PLACE_PREFIX + name, _("“%(report)s” can't be told for this part alone.") % names)

    def save(self, commit: bool = True) -> Evaluation:
        """Save under a lock, and discard the frozen figures if a setting that they depend on changed.

        Raise ValidationError if the evaluation was released or saved by somebody else in the meantime.
        """
        evaluation = self.instance
        if not (commit and evaluation.pk):
            saved: Evaluation = super().save(commit)
            return saved
        with transaction.atomic():
            locked = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
            locked.refuse_change()
            if locked.changed_at != evaluation.changed_at:
                raise ValidationError(SAVED_MEANWHILE, code=CONFLICT)
            if any(getattr(locked, name) != getattr(evaluation, name) for name in FIELDS_OF_FIGURES):
                locked.frozen, locked.frozen_in, locked.frozen_at, locked.frozen_by = None, {}, None, None
                locked.first_registered_on = None
            for name in (*self.Meta.fields, "reports"):
                setattr(locked, name, getattr(evaluation, name))
            locked.save()
        return locked


class WriteForm(forms.Form):
    """The text of a section and, for findings, which of them may be published in the words of their author."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        validators=[LengthValidator(MAX_TEXT_LENGTH)],
    )
    seen_at = VersionField()

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("An empty line begins a paragraph, a dash an item of a list.")
        if cases:
            self.fields["cases"] = forms.MultipleChoiceField(
                label=_("May be read by others, in these words"),
                choices=cases,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("These words were changed meanwhile. Read them again, then tick.")},
                help_text=_("Only where nobody can be recognised, also not by who knows the place."),
            )


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label=_("Why it is withdrawn"),
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[LengthValidator(MAX_TEXT_LENGTH), refuse_private_numbers],
        help_text=_("Without names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            ask_about_names(self, find_written_names([str(self["because"].value() or "")]))
