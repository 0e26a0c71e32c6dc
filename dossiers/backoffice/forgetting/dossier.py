"""Anonymising one dossier by hand, and keeping a closed dossier longer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages

from dates.format import format_date
from dates.forms import AdminDateField
from dossiers.backoffice.activity.quick_entry import DossierFormView
from dossiers.backoffice.activity.subjects import build_links, get_record_url
from dossiers.backoffice.imports.cells import format_cell
from dossiers.backoffice.labels import get_heading
from dossiers.backoffice.merges.merge import find_merges_to_undo
from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_dossier, find_obstacle
from dossiers.forgetting.deletions import DeletedText
from dossiers.forgetting.mentions import Mention, find_mentions, is_name_kept
from dossiers.forgetting.name_search import Named
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.preview import preview_person
from dossiers.forgetting.retention_map import PERSON_MODELS, build_empty_values, get_model
from dossiers.forgetting.same_person import find_separated_dossiers, find_separated_references
from dossiers.forgetting.undone_merges import find_left_values
from dossiers.models import (
    CLOSED_STATUSES,
    Dossier,
    EvaluationText,
    ImportRow,
    ImportRun,
    KeptLonger,
    RegulationTranslation,
    SavedView,
    Supply,
)
from dossiers.models.activity.related_records import HasSubjects
from dossiers.models.days import validate_year
from dossiers.models.deletion import DELETABLE
from dossiers.models.snapshots import rebuild_record
from dossiers.models.validators import refuse_private_numbers
from dossiers.reports.documents.letter import get_sections
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers
from dossiers.spreadsheets.resources import DossierResource

IDENTITY_FIELDS = ("given_name", "name_prefix", "family_name", "date_of_birth", "phone", "email", "location")
PERMISSIONS = ("dossiers.change_dossier", "dossiers.delete_dossier")


def list_similar_dossiers(dossier: Dossier, user: Any) -> list[tuple[str, str]]:
    """Return (heading, URL) of the dossiers that may be of the same person, as far as the user may see them."""
    visible = Dossier.objects.visible_to(user)
    similar_dossiers = find_similar_dossiers(dossier)
    return [(each.heading, get_record_url(each)) for each in similar_dossiers if visible.filter(pk=each.pk).exists()]


class ReferenceForm(forms.Form):
    """Requires the reference of the dossier as confirmation, so that the user checks which dossier it is."""

    reference = forms.CharField(label=_("Reference of this dossier"), max_length=16)

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        self.expected_reference = reference
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = _("Type %(reference)s to confirm.") % {"reference": reference}

    def clean_reference(self) -> str:
        typed = str(self.cleaned_data["reference"]).strip().upper()
        if typed != self.expected_reference:
            raise ValidationError(_("This is not the reference of this dossier. Nothing was done."))
        return typed


REPLACE, KEEP = "replace", "keep"
CHOICES = [(REPLACE, _("Replace the name by “…”")), (KEEP, _("Keep"))]
SAME, OTHER = "same", "other"
PERSON_CHOICES = [(SAME, _("This person: throw the line away")), (OTHER, _("Somebody else: the line stays"))]
MIN_FOR_ONE_ANSWER = 4  # from this number of texts on, there is one answer for all undecided texts
PERMISSION_MODELS = {
    "supply": "dossier",
    "keptlonger": "dossier",
    "evaluationtext": "evaluation",
    "regulationtranslation": "regulation",
}  # models that are visible with the permission on another model


class MentionsForm(forms.Form):
    """Asks for each text that names the person whether the name is replaced."""

    has_suggestions = True
    """Whether replacing is chosen beforehand in texts that almost certainly name the person."""

    def __init__(self, *args: Any, mentions: Sequence[Mention], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentions = mentions
        for mention in mentions:
            self.fields[mention.key] = forms.ChoiceField(
                label=_("What becomes of this text"),
                choices=CHOICES,
                widget=forms.RadioSelect,
                required=False,
                initial=REPLACE if mention.sure and self.has_suggestions else None,
            )
        if len(mentions) >= MIN_FOR_ONE_ANSWER:
            self.fields["rest"] = forms.ChoiceField(
                label=_("Texts above where you chose nothing"),
                choices=CHOICES,
                widget=forms.RadioSelect,
                required=False,
            )
        self.order_fields([*(mention.key for mention in mentions), "rest"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for mention in self.mentions:
            cleaned[mention.key] = cleaned.get(mention.key) or cleaned.get("rest")
            if not cleaned[mention.key] and mention.key not in self.errors:
                self.add_error(mention.key, _("Choose: does the name go from this text, or does it stay?"))
        return cleaned

    def decide(self, mentions: Sequence[Mention]) -> dict[str, bool]:
        """Return the decisions about these mentions, among which are those that the user may not see.

        Those are decided as in an automatic run, unless the user keeps the name in all others.
        """
        decisions = {mention.key: self.cleaned_data[mention.key] == REPLACE for mention in self.mentions}
        keeps_name = is_name_kept(self.mentions, decisions)
        return {mention.key: mention.sure and not keeps_name for mention in mentions} | decisions

    def rows(self) -> list[dict[str, Any]]:
        """Return each text with its sentences and its field, for the template."""
        return [describe_mention(mention) | {"field": self[mention.key]} for mention in self.mentions]


class OtherRecordsForm(MentionsForm):
    """The decisions about the texts, and about lines in unfinished lists of the person or of somebody similar."""

    def __init__(
        self, *args: Any, staged_rows: Sequence[ImportRow], similar_rows: Sequence[ImportRow], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staged_rows, self.similar_rows = staged_rows, similar_rows
        if staged_rows:
            refusal = _("Tick this, or finish or stop the list first: it would bring this person back.")
            self.fields["discard"] = forms.BooleanField(
                label=_("Throw these lines away; the rest of each list stays"), error_messages={"required": refusal}
            )
        for row in similar_rows:
            refusal = _("Choose: is this line about this person, or about somebody else?")
            self.fields[f"similar-{row.pk}"] = forms.ChoiceField(
                label=_("Who this is"),
                choices=PERSON_CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": refusal},
            )

    @property
    def similar(self) -> dict[int, bool]:
        """Whether each similar row is about this person, by key."""
        return {row.pk: self.cleaned_data[f"similar-{row.pk}"] == SAME for row in self.similar_rows}

    def describe_staged_rows(self) -> list[dict[str, str]]:
        return [
            {"what": describe_row(row), "url": reverse("dossiers_import", args=[row.run_id])}
            for row in self.staged_rows
        ]

    def describe_similar_rows(self) -> list[dict[str, Any]]:
        """Return each similar row with the values that identify its person, and its field, for the template."""
        fields = DossierResource(out_of_use=True).sheet_fields()
        return [
            {
                "what": describe_row(row),
                "url": reverse("dossiers_import", args=[row.run_id]),
                "values": [
                    (fields[name].column_name, format_cell(fields, name, row.given[name]))
                    for name in IDENTITY_FIELDS
                    if name in row.given
                ],
                "field": self[f"similar-{row.pk}"],
            }
            for row in self.similar_rows
        ]


class DeletionForm(OtherRecordsForm):
    """The decisions about other records; nothing is suggested, as what is replaced can't be restored."""

    has_suggestions = False


class ForgetForm(OtherRecordsForm, ReferenceForm):
    """The decisions about other records, and the reference as confirmation."""


def may_see_mention(user: Any, mention: Mention) -> bool:
    record = mention.record.run if isinstance(mention.record, ImportRow) else mention.record
    if isinstance(record, ImportRun | SavedView):
        return type(record).objects.visible_to(user).filter(pk=record.pk).exists()
    name = get_model(mention.label)._meta.model_name
    return bool(user.has_perm(f"dossiers.view_{PERMISSION_MODELS.get(name, name)}"))


def describe_mention(mention: Mention) -> dict[str, Any]:
    """Return a mention with the name and the address of its record, for the templates."""
    record = mention.record
    if isinstance(record, ImportRow):
        what = describe_row(record)
    else:
        model = get_model(mention.label)
        field: Any = model._meta.get_field(mention.field)
        kind = capfirst(str(model._meta.verbose_name))
        heading = describe_deleted_record(mention.deleted) if mention.deleted else describe_record(record)
        what = f"{kind}: {heading} ({field.verbose_name})"  # "Finding: barrier (text)"
    url = get_deletion_url(mention.deleted) if mention.deleted else get_mention_url(record)
    return {"what": what, "url": url, "mention": mention}


def get_deletion_url(deleted: DeletedText) -> str:
    """Return the address of the page that restores a deleted record; empty if it has none."""
    is_listed = deleted.deletion.model in DELETABLE
    return reverse("dossiers_deletion_undo", args=[deleted.deletion.pk]) if is_listed else ""


def get_mention_url(record: Any) -> str:
    """Return the address of the page about a record; empty if it has none."""
    if isinstance(record, ImportRow):
        return reverse("dossiers_import", args=[record.run_id])
    if isinstance(record, ImportRun):
        return reverse("dossiers_import", args=[record.pk])
    if isinstance(record, SavedView):
        return reverse("dossiers_view", args=[record.pk])
    if isinstance(record, RegulationTranslation):
        return get_record_url(record.regulation)
    return get_record_url(record) if record and hasattr(record, "snippet_viewset") else ""


class AsksAboutPersonMixin(View):
    """A form that asks about the texts and the lines of unfinished lists that are about a person.

    It asks only about those that the user may see.
    """

    mentions: Any
    """The texts of other records that hold the person's name, each as a `Mention`."""

    @property
    def person(self) -> Named:
        raise NotImplementedError

    @cached_property
    def staged_rows(self) -> list[ImportRow]:
        """The person's lines, without lists that are being written now."""
        return self._filter_visible(self.person.unfinished_rows)

    @cached_property
    def similar_rows(self) -> list[ImportRow]:
        """The lines that may be about the person."""
        return self._filter_visible(self.person.similar_rows)

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = [mention for mention in self.mentions if may_see_mention(self.request.user, mention)]
        rows = {"staged_rows": self.staged_rows, "similar_rows": self.similar_rows}
        return super().get_form_kwargs() | {"mentions": shown} | rows  # type: ignore[misc]

    def _filter_visible(self, rows: QuerySet[ImportRow]) -> list[ImportRow]:
        runs = ImportRun.objects.visible_to(self.request.user).filter(state__in=ImportRun.STAGED)
        return list(rows.filter(run__in=runs).select_related("run").order_by("run", "line"))

    @property
    def lists_with_rows(self) -> set[int]:
        return {row.run_id for row in self.staged_rows}

    @property
    def rows_to_judge(self) -> dict[int, bool]:
        """The similar rows, as answers that find no obstacle in them before the user answers."""
        return dict.fromkeys([row.pk for row in self.similar_rows], False)


def describe_record(record: Any) -> str:
    """Return the heading of a record with the records that it is about, or with the section of an evaluation."""
    if record is None:
        return gettext("deleted")
    if isinstance(record, EvaluationText):
        title = get_sections(record.evaluation).get(record.section, record.section)
        return f"{record.evaluation}: {title}"
    if isinstance(record, Supply) and record.dossier:
        return f"{record} · {record.dossier.heading}"
    subjects = record.subjects if isinstance(record, HasSubjects) else []
    return " · ".join(map(get_heading, [record, *subjects]))


def describe_deleted_record(deleted: DeletedText) -> str:
    day = format_date(cast(datetime, deleted.deletion.applied_at))
    return gettext("%(name)s, deleted on %(day)s") % {"name": deleted.name, "day": day}


def describe_row(row: ImportRow) -> str:
    return gettext("List that is not finished: %(list)s, line %(line)s") % {"list": row.run, "line": row.line_name}


def _get_url(dossier: Dossier) -> str:
    """Return the address of a dossier's page, or of forgetting it if it was deleted."""
    is_deleted = dossier._state.adding
    return reverse("dossiers_forget_deleted", args=[dossier.pk]) if is_deleted else get_record_url(dossier)


def link_separated_dossiers(dossier: Dossier, user: Any) -> SafeString:
    """Return links to the dossiers that still live and were merged with this one until that was undone."""
    references = find_separated_references({dossier.reference})
    return build_links(Dossier.objects.visible_to(user).not_anonymised().filter(reference__in=references))


class AnonymiseView(AsksAboutPersonMixin, DossierFormView):
    """Show what is erased and which texts name the person, and anonymize after confirmation. It can't be undone."""

    form_class = ForgetForm
    template_name = "dossiers/forgetting/forget.html"
    page_title = _("Anonymise")
    header_icon = "bin"
    button = _("Anonymise for good")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm("dossiers.change_dossier") and not request.user.has_perm("dossiers.delete_dossier"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Person:
        return Person(self.dossier)

    @cached_property
    def obstacle(self) -> str:
        return find_obstacle(self.dossier, self.lists_with_rows, self.rows_to_judge)

    @cached_property
    def mentions(self) -> list[Mention]:
        return [] if self.obstacle else find_mentions(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reference": self.dossier.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fields: Any = Dossier._meta
        chosen = PERSON_MODELS["dossiers.Dossier"]
        order = [field.name for field in (*fields.concrete_fields, *fields.many_to_many)]

        def labels(names: frozenset[str]) -> list[str]:
            return [str(fields.get_field(name).verbose_name) for name in sorted(names - {"id"}, key=order.index)]

        filled = self._find_filled(dict.fromkeys(chosen.kept))
        keeps = labels(filled | {"sectors"} if self.dossier.sectors.exists() else filled)
        context = super().get_context_data(**kwargs)
        offered: defaultdict[int, set[str]] = defaultdict(set)  # the fields of other dossiers that the form asks about
        for mention in context["form"].mentions:
            if isinstance(mention.record, Dossier) and not mention.earlier:
                offered[mention.record.pk].add(mention.field)
        return context | {
            "refusal": self.obstacle,
            "open_placements": [
                (get_record_url(placement), get_heading(placement))
                for placement in self.dossier.placements.open().select_related("interest__employer").order_by("pk")
            ],
            "empties": labels(self._find_filled(build_empty_values("dossiers.Dossier", ""))),
            "keeps": keeps,
            "similar": list_similar_dossiers(self.dossier, self.request.user),
            "deleted_dossiers": self.person.deleted_dossiers,
            "merged_dossiers": self._list_merged_dossiers(),
            "separated_dossiers": find_separated_dossiers(self.person.references, self.person.keys),
            "separated_links": link_separated_dossiers(self.dossier, self.request.user),
            "going": preview_person(self.person, cast(User, self.request.user)),
            "left_values": [
                (other, _get_url(other), labels(frozenset(names)))
                for other, left_names in find_left_values(self.person.references)
                if (names := set(left_names) - offered[other.pk])
            ],
        }

    def _list_merged_dossiers(self) -> list[tuple[str, datetime | None, str]]:
        """Return (heading, moment, URL of the undo or "") of each dossier that was merged into this one."""
        urls = {merge.pk: url for merge, url in find_merges_to_undo(self.request.user, self.dossier.pk)}
        return [
            (
                rebuild_record(Dossier, merge.snapshot).heading if merge.snapshot else merge.reference,
                merge.applied_at,
                urls.get(merge.pk, ""),
            )
            for merge in self.dossier.merges.not_undone()
        ]

    def _find_filled(self, empty_values: dict[str, Any]) -> frozenset[str]:
        """Return the fields that have a value, given the value of each field if it is empty."""
        return frozenset(
            name for name, empty in empty_values.items() if getattr(self.dossier, name) not in (None, "", empty)
        )

    def form_valid(self, form: Any) -> HttpResponse:
        decisions = form.decide(self.mentions)
        try:
            user = cast(User, self.request.user)
            anonymize_dossier(self.dossier.pk, user, gettext("by hand"), decisions, self.lists_with_rows, form.similar)
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("%(reference)s was anonymised.") % {"reference": self.dossier})
        return redirect(get_record_url(self.dossier))


class KeepLongerForm(forms.Form):
    """The day until which a dossier is kept, and the reason."""

    until = AdminDateField(label=_("Keep until"), validators=[validate_year])
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), validators=[refuse_private_numbers]
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return until


class KeepLongerView(DossierFormView):
    """Keep a closed dossier longer, for instance because of a complaint."""

    form_class = KeepLongerForm
    page_title = _("Keep longer")
    header_icon = "history"
    explanation = _("Only for a reason that holds: a complaint, an objection, an audit. After that day it goes.")

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        if self.dossier.status not in CLOSED_STATUSES:
            raise ValidationError(_("This dossier is open, and is kept anyway."))
        KeptLonger.objects.create(dossier=self.dossier, user=user, **data)
        return gettext("Kept until %(day)s.") % {"day": format_date(data["until"])}
