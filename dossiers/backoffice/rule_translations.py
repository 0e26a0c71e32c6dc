"""The translations of a rule: their fields on its form, their state, and their approval."""

from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import LogActionRegistry, LogFormatter, log

from dossiers.backoffice.approval_form import ApprovalForm
from dossiers.models import Regulation, RegulationTranslation
from dossiers.models.lists.regulation_translation import get_language_name, get_other_languages
from dossiers.spreadsheets.exports.export import Shown

APPROVED = "dossiers.translation_approved"
STILL_FITS = "still_fits"


def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(APPROVED)
    class Approve(LogFormatter):
        label = _("Approve the translation")

        def format_message(self, entry: Any) -> str:
            return gettext("%(language)s approved by %(name)s") % {
                "language": capfirst(get_language_name(entry.data["language"])),
                "name": entry.data["name"],
            }


class TranslatedRegulationForm(WagtailAdminModelForm):
    """The form of a rule; RegulationForm has the fields of its translations, whose names end in the language's code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        translations = self.instance.translations.all() if self.instance.pk else ()
        existing = {translation.language: translation for translation in translations}
        self.translations: dict[str, RegulationTranslation] = {}
        for code in get_other_languages():
            translation = existing.get(code) or RegulationTranslation(language=code)
            translation.regulation = self.instance
            self.translations[code] = translation
            self.initial |= {f"{name}_{code}": getattr(translation, name) for name in Regulation.TEXTS}
            if not translation.pk:
                del self.fields[f"{STILL_FITS}_{code}"]

    def _post_clean(self) -> None:
        super()._post_clean()
        for code, translation in self.translations.items():
            for name in Regulation.TEXTS:
                setattr(translation, name, self.cleaned_data.get(f"{name}_{code}") or "")
            if self._has_texts(translation):
                try:
                    translation.full_clean(exclude=["regulation"], validate_unique=False, validate_constraints=False)
                except ValidationError as error:
                    for name, problems in error.error_dict.items():
                        self.add_error(f"{name}_{code}", problems)

    def _has_texts(self, translation: RegulationTranslation) -> bool:
        return any(getattr(translation, name) for name in Regulation.TEXTS)

    def _save_m2m(self) -> None:
        """Save the translations; one whose texts are changed is a translation of the Dutch texts as they are now."""
        super()._save_m2m()
        for code, translation in self.translations.items():
            is_changed = any(f"{name}_{code}" in self.changed_data for name in Regulation.TEXTS)
            if not self._has_texts(translation):
                if translation.pk:
                    translation.delete()
            elif is_changed or self.cleaned_data.get(f"{STILL_FITS}_{code}"):
                translation.original_mark = self.instance.hash_texts()
                translation.save()


def build_translation_fields(code: str) -> dict[str, forms.Field]:
    """Return the fields of the translation into a language, by their name in the form of a rule."""
    fields: dict[str, forms.Field] = {}
    for name in Regulation.TEXTS:
        field = formfield_for_dbfield(RegulationTranslation._meta.get_field(name), required=False)
        field.widget.attrs |= {"lang": code, "dir": "rtl" if code in settings.LANGUAGES_BIDI else "ltr"}
        fields[f"{name}_{code}"] = field
    fields[f"{STILL_FITS}_{code}"] = forms.BooleanField(
        label=_("Translation still fits"),
        help_text=_("Tick this if the Dutch text was changed and the translation needs no change."),
        required=False,
    )
    return fields


form_metaclass: Any = type(TranslatedRegulationForm)
RegulationForm = form_metaclass(
    "RegulationForm",
    (TranslatedRegulationForm,),
    {name: field for code in get_other_languages() for name, field in build_translation_fields(code).items()},
)


def build_language_tabs() -> list[ObjectList]:
    """Return a tab with the texts of a rule for each language besides Dutch."""
    return [
        ObjectList(
            [
                *(FieldPanel(f"{name}_{code}") for name in ("title", *Regulation.SENTENCES)),
                FieldRowPanel([FieldPanel(f"source_{code}"), FieldPanel(f"source_date_{code}")]),
                FieldPanel(f"{STILL_FITS}_{code}"),
            ],
            heading=name,
        )
        for code, name in settings.LANGUAGES
        if code in get_other_languages()
    ]


@dataclass(frozen=True)
class LanguageState:
    """A language with the translation of a rule into it, if there is one, and its texts beside the Dutch ones."""

    code: str
    name: str
    translation: RegulationTranslation | None
    texts: list[tuple[str, str]]
    form: ApprovalForm | None  # shown if the translation can be approved now

    @property
    def direction(self) -> str:
        return "rtl" if self.code in settings.LANGUAGES_BIDI else "ltr"


def list_language_states(rule: Regulation) -> list[LanguageState]:
    translations = {translation.language: translation for translation in rule.translations.all()}
    states = []
    for code in get_other_languages():
        translation = translations.get(code)
        can_be_approved = translation and translation.state == RegulationTranslation.State.NOT_APPROVED
        names = [name for name in Regulation.TEXTS if getattr(translation, name, "") or name in Regulation.SENTENCES]
        texts = [(getattr(rule, name), getattr(translation, name)) for name in names] if translation else []
        states.append(
            LanguageState(
                code,
                capfirst(get_language_name(code)),
                translation,
                texts,
                ApprovalForm(prefix=code) if can_be_approved else None,
            )
        )
    return states


@require_POST
def approve_translation(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the posted person approved the texts that the user saw."""
    if not request.user.has_perm("dossiers.change_regulation"):
        raise PermissionDenied
    translation = get_object_or_404(RegulationTranslation, pk=pk)
    form = ApprovalForm(request.POST, prefix=translation.language)
    is_same = request.POST.get("mark") == translation.hash_texts()
    if not is_same or translation.state != RegulationTranslation.State.NOT_APPROVED:
        messages.error(request, gettext("Not approved: words were changed meanwhile. Read it again."))
    elif not form.is_valid():
        messages.error(request, form.errors["name"][0])
    else:
        name = " ".join(form.cleaned_data["name"].split())
        translation.approve(name, cast(User, request.user))
        data = {"language": translation.language, "name": name}
        log(instance=translation.regulation, action=APPROVED, user=request.user, data=data)
        text = gettext("Approved: pages in %(language)s show this rule in that language from now on.")
        messages.success(request, text % {"language": translation.language_name})
    return redirect(reverse(Regulation.snippet_viewset.get_url_name("edit"), args=[translation.regulation_id]))  # type: ignore[attr-defined]


class TranslationsColumn(Column):
    """The translations of a rule that are not on the site, with the reason."""

    def get_value(self, instance: Regulation) -> str:
        return "; ".join(
            f"{translation.language_name}: {translation.state.label}"
            for translation in instance.translations.all()
            if not translation.is_shown
        )


def build_sheet_columns() -> list[Shown]:
    """Return the columns of an exported list of rules with the texts in each language."""

    def get_text(name: str, code: str, rule: Regulation) -> str:
        return next((getattr(row, name) for row in rule.translations.all() if row.language == code), "")

    fields = {name: cast(Field, RegulationTranslation._meta.get_field(name)) for name in Regulation.TEXTS}
    return [
        Shown(
            f"{name}_{code}",
            f"{capfirst(str(field.verbose_name))} ({get_language_name(code)})",
            partial(get_text, name, code),
        )
        for code in get_other_languages()
        for name, field in fields.items()
    ]
