"""Of one dossier: anonymising it by hand, and keeping it longer."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from dossiers.backoffice.activity.quick_entry import QuickView
from dossiers.backoffice.activity.subjects import page_of
from dossiers.forgetting.anonymize import NotForgotten, anonymise, in_the_way, preview
from dossiers.forgetting.mentions import Mention, find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import OF_A_PERSON, model_of
from dossiers.models import CLOSED_STATUSES, Dossier, KeptLonger
from dossiers.models.days import validate_year
from dossiers.models.validators import refuse_private_numbers


class ReferenceForm(forms.Form):
    """Typed, not ticked: who does this has looked at which dossier it is."""

    reference = forms.CharField(label=_("Reference of this dossier"), max_length=16)

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        self.wanted = reference
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = _("Type %(reference)s to confirm.") % {"reference": reference}

    def clean_reference(self) -> str:
        typed = str(self.cleaned_data["reference"]).strip().upper()
        if typed != self.wanted:
            raise ValidationError(_("This is not the reference of this dossier. Nothing was done."))
        return typed


REPLACE, KEEP = "replace", "keep"
CHOICES = [(REPLACE, _("Replace the name by “…”")), (KEEP, _("Keep"))]
MANY = 4  # texts, from which on one answer for the rest saves work
RIGHTS = {"supply": "dossier", "keptlonger": "dossier", "evaluationtext": "evaluation"}  # seen with that record


class MentionsForm(forms.Form):
    """Asks of each text about others that names the person whether the name goes."""

    def __init__(self, *args: Any, mentions: Sequence[Mention], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentions = mentions
        for mention in mentions:
            self.fields[mention.key] = forms.ChoiceField(
                label=_("What becomes of this text"),
                choices=CHOICES,
                widget=forms.RadioSelect,
                required=False,
                initial=REPLACE if mention.sure else None,
            )
        if len(mentions) >= MANY:
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

    @property
    def decisions(self) -> dict[str, bool]:
        return {mention.key: self.cleaned_data[mention.key] == REPLACE for mention in self.mentions}

    def rows(self) -> list[dict[str, Any]]:
        """Each text with its sentences and its question, as the page shows them."""
        return [
            {
                "what": _heading(mention),
                "url": page_of(mention.record) if mention.record and hasattr(mention.record, "snippet_viewset") else "",
                "mention": mention,
                "field": self[mention.key],
            }
            for mention in self.mentions
        ]


class ForgetForm(MentionsForm, ReferenceForm):
    """Both."""


def may_see(user: Any, mention: Mention) -> bool:
    name = model_of(mention.label)._meta.model_name
    return bool(user.has_perm(f"dossiers.view_{RIGHTS.get(name, name)}"))


def _heading(mention: Mention) -> str:
    """ "Contact moment: call 12-03-2026 (text)"."""
    model = model_of(mention.label)
    column = mention.field.partition(".")[2]
    field: Any = (Dossier if column else model)._meta.get_field(column or mention.field)
    kind = capfirst(str(model._meta.verbose_name))
    record = mention.record
    name = gettext("deleted") if record is None else getattr(record, "heading", str(record))
    return f"{kind}: {name} ({field.verbose_name})"


class AnonymiseView(QuickView):
    """Says what goes and what stays, shows the texts of others that name the person, asks for the reference, and does
    it. There is no way back."""

    form_class = ForgetForm
    template_name = "dossiers/forgetting/one.html"
    page_title = _("Anonymise")
    header_icon = "bin"
    button = _("Anonymise for good")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm("dossiers.change_dossier") and not request.user.has_perm("dossiers.delete_dossier"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def mentions(self) -> list[Mention]:
        return [] if in_the_way(self.dossier) else find_mentions(Person(self.dossier))

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = [mention for mention in self.mentions if may_see(self.request.user, mention)]
        return super().get_form_kwargs() | {"reference": self.dossier.reference, "mentions": shown}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fields: Any = Dossier._meta
        chosen = OF_A_PERSON["dossiers.Dossier"]
        order = [field.name for field in fields.concrete_fields]

        def labels(names: frozenset[str]) -> list[str]:
            return [str(fields.get_field(name).verbose_name) for name in sorted(names - {"id"}, key=order.index)]

        return super().get_context_data(**kwargs) | {
            "refusal": in_the_way(self.dossier),
            "empties": labels(chosen.emptied),
            "keeps": [*labels(chosen.kept), str(fields.get_field("sectors").verbose_name)],
            "going": preview(self.dossier),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        # What the user may not see is decided as it is in a run by itself.
        decisions = {mention.key: mention.sure for mention in self.mentions} | form.decisions
        try:
            anonymise(self.dossier.pk, cast(User, self.request.user), gettext("by hand"), decisions)
        except NotForgotten as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("%(reference)s was anonymised.") % {"reference": self.dossier})
        return redirect(page_of(self.dossier))


class KeepForm(forms.Form):
    until = forms.DateField(label=_("Keep until"), widget=AdminDateInput, validators=[validate_year])
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), validators=[refuse_private_numbers]
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return until


class KeepView(QuickView):
    """A closed dossier that is still needed, such as for a complaint: until when, and why."""

    form_class = KeepForm
    page_title = _("Keep longer")
    header_icon = "history"
    explanation = _("Only for a reason that holds: a complaint, an objection, an audit. After that day it goes.")

    def record(self, data: dict[str, Any], user: User) -> str:
        if self.dossier.status not in CLOSED_STATUSES:
            raise ValidationError(_("This dossier is open, and is kept anyway."))
        KeptLonger.objects.create(dossier=self.dossier, user=user, **data)
        return gettext("Kept until %(day)s.") % {"day": f"{data['until']:%d-%m-%Y}"}
