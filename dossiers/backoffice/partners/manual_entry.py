"""Adding or correcting one person in a form, which is sent as a list of one row."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.imports.roles import ImportRoleMixin, StateChanged
from dossiers.backoffice.partners.findings import list_own_notes
from dossiers.backoffice.partners.form_values import describe_form_value, get_typed_values
from dossiers.backoffice.partners.permissions import PARTNER, PartnerPageMixin
from dossiers.backoffice.partners.uploads import build_organisation_field
from dossiers.backoffice.partners.waiting_changes import WaitingChange, find_waiting_changes, get_supplied_values
from dossiers.models import Action, ImportRun, Organisation, RecordKind, Status, Supply
from dossiers.models.dossiers.supply import find_status_days
from dossiers.models.text_fields import MAX_TEXT_LENGTH, LengthValidator
from dossiers.models.validators import refuse_private_numbers
from dossiers.spreadsheets.imports.decisions import SUPPLY
from dossiers.spreadsheets.imports.single_row import stage_single_row
from dossiers.spreadsheets.matching.supplies import find_decided_supply
from dossiers.spreadsheets.resources import SheetField, SuppliedResource
from dossiers.spreadsheets.values import DateWidget
from dossiers.spreadsheets.values.base import EMPTYING_WORD, is_emptying
from dossiers.tasks import send_list

REQUIRED_COLUMNS = ("given_name", "family_name", "date_of_birth")  # they identify a person in a later list


class PersonForm(forms.Form):
    """A field for each column of a partner's list; the values are validated as a row of a list."""

    def __init__(self, *args: Any, sheet: dict[str, SheetField], organisations: list[Organisation], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sheet = sheet
        if len(organisations) > 1:
            self.fields["organisation"] = build_organisation_field(organisations)
        for name in [*REQUIRED_COLUMNS, *(name for name in sheet if name not in REQUIRED_COLUMNS)]:
            self.fields[name] = build_form_field(sheet[name], required=name in REQUIRED_COLUMNS)

    def clean(self) -> dict[str, Any]:
        """Validate all cells, so that their errors are shown together with those of other fields."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, text in self.cells().items():
            try:
                validate_typed_cell(self.sheet[name], text)
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def render_initial_values(self) -> list[SafeString]:
        """Return hidden inputs with the initial values, which Wagtail's template of a field leaves out."""
        return [bound.as_hidden(only_initial=True) for bound in self if bound.field.show_hidden_initial]

    def cells(self) -> dict[str, str]:
        """Return the filled cells as texts, by column."""
        values = {name: self.cleaned_data.get(name) or "" for name in self.sheet}
        texts = {name: "; ".join(value) if isinstance(value, list) else value for name, value in values.items()}
        return {name: text.strip() for name, text in texts.items() if text.strip()}


def validate_typed_cell(sheet_field: SheetField, text: str) -> None:
    """Raise ValidationError if the cell is not valid, or asks a question about a doubtful number in it."""
    if private := sheet_field.find_private(text):
        raise ValidationError(f"{private} {gettext('Nothing was sent yet.')}")
    if sheet_field.may_be_emptied and is_emptying(text):
        return
    if sheet_field.free_text:
        refuse_private_numbers(text)
    sheet_field.widget.clean(text, day_first=True)


def build_form_field(sheet_field: SheetField, *, required: bool) -> forms.Field:
    """Return the form field of a column."""
    label, options = sheet_field.column_name, sheet_field.widget.options()
    if sheet_field.widget.multiple:
        return forms.MultipleChoiceField(
            label=label, choices=options, required=required, widget=forms.CheckboxSelectMultiple
        )
    if options:
        return forms.ChoiceField(label=label, choices=[("", "–"), *options], required=required)
    if isinstance(sheet_field.widget, DateWidget):
        example = _("Day-month-year, for example 28-02-1990")
        return forms.CharField(
            label=label, required=required, validators=[LengthValidator(MAX_TEXT_LENGTH)], help_text=example
        )
    long = sheet_field.model_field.get_internal_type() == "TextField"
    widget = forms.Textarea(attrs={"rows": 3}) if long else None
    return forms.CharField(label=label, required=required, validators=[LengthValidator(MAX_TEXT_LENGTH)], widget=widget)


class PersonView(PartnerPageMixin, AdminPageMixin, FormView):
    """Base of the forms of one person; a valid row is sent to the coordinators.

    Of a person who was supplied before, only the fields that the user changed are sent, since the organisation says
    nothing new about the others. An emptied field is refused, as an empty cell of a list changes nothing; the word that
    empties a field in a list does so here too.
    """

    template_name = "dossiers/partners/person.html"
    form_class = PersonForm
    header_icon = "user"
    earlier_run: ImportRun | None = None  # the returned or taken back list of one row that is corrected here
    supply: Supply | None = None  # the earlier supply of the person who is corrected here

    @property
    def decided(self) -> dict[str, int]:
        """Return what is decided about a new list by the page on which its row is typed."""
        return {SUPPLY: self.supply.pk} if self.supply else {}

    @cached_property
    def waiting_changes(self) -> list[WaitingChange]:
        return find_waiting_changes(self.supply, self.sheet) if self.supply else []

    @cached_property
    def known_values(self) -> dict[str, Any]:
        """Return what the organisation sent last about the person, as form values by field."""
        values = get_supplied_values(self.supply, self.sheet) if self.supply else {}
        for change in self.waiting_changes:
            values |= change.values
        return values

    @cached_property
    def returned_values(self) -> dict[str, Any]:
        """Return what was typed before in the form that is corrected here, as form values by field."""
        return get_typed_values(self.earlier_run, self.sheet) if self.earlier_run else {}

    def get_initial(self) -> dict[str, Any]:
        return self.known_values | self.returned_values

    def get_form(self, form_class: Any = None) -> Any:
        """Return the form; the one of a known person posts its initial values along, to tell what was changed.

        Its external number is disabled, as the number identifies the person.
        """
        form = super().get_form(form_class)
        if self.supply:
            for field in form.fields.values():
                field.show_hidden_initial = True
            if self.supply.external_id:
                form.initial["external_id"] = self.supply.external_id
                form.fields["external_id"].disabled = True
        return form

    def find_cells_to_send(self, form: PersonForm) -> dict[str, str]:
        """Return all filled cells of a new person; of a known person those changed now or in the returned form.

        A cell that says what the organisation sent last is left out, but a new family name goes with its prefix.
        """
        cells = form.cells()
        if self.supply is None:
            return cells
        changed = {
            name
            for name in {*form.changed_data, *self.returned_values}
            if name in cells and form.fields[name].has_changed(self.known_values.get(name), form[name].data)
        }
        if "family_name" in changed:
            changed.add("name_prefix")
        identity = {"external_id"} if changed and self.supply.external_id else set()
        return {name: text for name, text in cells.items() if name in changed | identity}

    def refuse_emptied_fields(self, form: PersonForm) -> None:
        """Add an error to each field that the user emptied, since an empty cell changes nothing.

        Another family name may be without the prefix of the former one.
        """
        cells = form.cells()
        for name in form.changed_data:
            if name == "name_prefix" and "family_name" in form.changed_data:
                continue
            if name in self.sheet and name not in cells and (known := self.known_values.get(name)):
                words = {"value": describe_form_value(self.sheet[name], known), "word": EMPTYING_WORD}
                if self.sheet[name].may_be_emptied and isinstance(form.fields[name], forms.CharField):
                    text = _(
                        "An empty field says nothing new: “%(value)s” would stay. Write what is so now, or “%(word)s” "
                        "if it must be erased."
                    )
                else:
                    text = _("An empty field changes nothing: “%(value)s” would stay. Give the current value.")
                form.add_error(name, text % words)

    @cached_property
    def sheet(self) -> dict[str, SheetField]:
        return SuppliedResource().sheet_fields()

    @property
    def possible_organisations(self) -> list[Organisation]:
        return self.organisations

    def organisation_of(self, form: PersonForm) -> Organisation:
        chosen: Organisation = form.cleaned_data.get("organisation") or self.possible_organisations[0]
        return chosen

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_partner_people"), _("Our people"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sheet": self.sheet, "organisations": self.possible_organisations}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        word = self.earlier_run.returned_word if self.earlier_run else ""
        return super().get_context_data(**kwargs) | {"word": word, "waiting_changes": self.waiting_changes}

    def form_valid(self, form: PersonForm) -> HttpResponse:
        self.refuse_emptied_fields(form)
        cells = self.find_cells_to_send(form)
        if not cells and not form.errors:
            form.add_error(None, gettext("There is nothing to send: nothing was changed."))
        if form.errors:
            return self.render_to_response(self.get_context_data(form=form))
        run = self.earlier_run or ImportRun.objects.create(
            record=RecordKind.DOSSIERS,
            organisation=self.organisation_of(form),
            user=self.user,
            file_name=gettext("One person, by hand"),
            by_partner=True,
            with_partner=True,
            decided=self.decided,
        )
        typed = [
            name for name in cells if form.fields[name].has_changed(self.returned_values.get(name), form[name].data)
        ]
        row = stage_single_row(run, cells, typed)
        # What was supplied before is news again if a change that waits says otherwise.
        news = (Action.NEW, Action.CHANGED, *([Action.UNCHANGED] if self.waiting_changes else []))
        if row and (row.action in news or run.worth_sending):
            send_list(run, self.user)
            messages.success(self.request, gettext("Sent. A coordinator looks at it before it is taken over."))
            return redirect("dossiers_partner_list", run.pk)
        if self.earlier_run is None:
            run.forget_clean()
            run.delete()
        elif run.returned_word:
            run.put_back()
        for name, texts in row.errors.items() if row else ():
            form.add_error(name if name in form.fields else None, texts)
        if not form.errors:
            form.add_error(None, run.reason or gettext("You gave exactly this before: there is nothing to send."))
        return self.render_to_response(self.get_context_data(form=form))


class AddView(PersonView):
    """Add a person."""

    page_title = _("Add a person")


class CorrectView(PersonView):
    """Correct a person who was supplied before; the form has the values that were supplied or sent last.

    The row is about this person, also if the name, the date of birth or the number is corrected.
    """

    model = Supply
    supply: Supply

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = Supply.objects.not_anonymised().filter(organisation__staff=request.user.pk)
        self.supply = get_object_or_404(own.select_related("organisation", "dossier"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.supply.dossier:
            AccessLogEntry.objects.note(request.user, AccessLogEntry.What.FORM, self.supply.dossier.reference)
        return super().get(request, *args, **kwargs)

    @property
    def possible_organisations(self) -> list[Organisation]:
        return [self.supply.organisation]

    def get_page_title(self) -> str:
        return self.supply.full_name or gettext("Correct a person")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = timezone.localdate()
        progressing: Any = Supply.objects.with_progress(day)
        progress = progressing.values("status", "talk_on").get(pk=self.supply.pk)
        return super().get_context_data(**kwargs) | {
            "status": Status(progress["status"]) if progress["status"] else None,
            "status_since": find_status_days([self.supply.dossier_id or 0]).get(self.supply.dossier_id or 0),
            "talk_on": progress["talk_on"],
            "notes": list_own_notes(self.supply),
            "note_url": reverse("dossiers_partner_note", args=[self.supply.pk]) if self.supply.dossier_id else "",
        }


class MendView(ImportRoleMixin, PersonView):
    """Correct a person whose row a coordinator returned with a note, or whom the partner took back."""

    role = PARTNER
    page_title = _("Mend and send again")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            run = self.get_run_to_change(kwargs["pk"], ImportRun.State.RETURNED, ImportRun.State.PREVIEWED)
        except StateChanged as changed:
            return self.explain_change(changed)
        if not run.by_hand or not run.clean_copy:
            raise Http404
        self.earlier_run = run
        self.supply = find_decided_supply(self.earlier_run)
        return super().dispatch(request, *args, **kwargs)

    def find_typed_texts(self) -> list[str]:
        """Return all that was typed into the form, by column."""
        typed = {name: ", ".join(self.request.POST.getlist(name)) for name in self.sheet}
        return [f"{self.sheet[name].column_name} {text}" for name, text in typed.items() if text.strip()]

    @property
    def possible_organisations(self) -> list[Organisation]:
        return [self.earlier_run.organisation] if self.earlier_run and self.earlier_run.organisation else []
