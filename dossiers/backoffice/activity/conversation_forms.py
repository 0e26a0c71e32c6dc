"""The form that records what was said, what is done next, and a finding."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.backoffice.activity.contacts import ContactForm
from dossiers.backoffice.activity.findings import FindingForm
from dossiers.backoffice.activity.next_action import NextActionForm
from dossiers.backoffice.activity.subjects import get_subject_name
from dossiers.backoffice.multi_form import MultiForm
from dossiers.models import ContactMoment, Finding, FollowUp
from dossiers.models.dossiers.conversations import record_talk


class TalkContactForm(ContactForm):
    """Asks what was said, with a candidate whether it was the expectation talk, and about a placement with whom."""

    CANDIDATE, EMPLOYER = "candidate", "employer"

    with_whom = forms.ChoiceField(
        label=_("With whom"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose with whom it was.")},
    )
    expectation = forms.BooleanField(
        label=_("This was the expectation talk"),
        required=False,
        help_text=_("What taking part means, and that it says nothing about the decision of the IND."),
    )
    notice = forms.BooleanField(label=_("The privacy notice was given"), required=False)
    field_order = ("with_whom", "kind", "held_on", "text", "expectation", "notice")

    class Meta:
        model = ContactMoment
        fields = ("kind", "held_on", "text")
        error_messages = {"text": {"required": _("Write down what was said.")}}
        labels = {"kind": _("How"), "text": _("What was said")}
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        self.fields["text"].widget.attrs["autofocus"] = True
        self.fields["held_on"].show_hidden_initial = False  # today is no input: Wagtail's field would not send it along
        if not (self.instance.dossier and self.for_user.has_perm("dossiers.change_dossier")):
            del self.fields["expectation"], self.fields["notice"]
        if placement := self.instance.placement:
            names = {self.CANDIDATE: placement.dossier.full_name, self.EMPLOYER: placement.interest.company_name}
            self.fields["with_whom"].choices = list(names.items())
        else:
            del self.fields["with_whom"]

    def save(self, commit: bool = True) -> ContactMoment:
        """Save the contact moment, and the days of a candidate's talk; may raise ValidationError."""
        contact, data = self.instance, self.cleaned_data
        if data.get("with_whom") == self.CANDIDATE:
            contact.dossier = contact.placement.dossier
        elif data.get("with_whom") == self.EMPLOYER:
            contact.employer = contact.placement.interest.employer
        if data.get("expectation") or data.get("notice"):
            record_talk(contact, expectation=data["expectation"], notice=data["notice"])
        else:
            contact.save()
        return contact


class TalkFindingForm(FindingForm):
    """A finding that may be left out: it is validated and saved only if something was filled in."""

    prefix = "finding"

    class Meta:
        model = Finding
        fields = ("category", "side", "description")
        error_messages = {
            "category": {"required": _("Choose the category.")},
            "side": {"required": _("Choose at whose side it was.")},
            "description": {"required": _("Write down what happened.")},
        }
        widgets = {"category": forms.Select, "description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        del self.fields["as_draft"]


class TalkForm(MultiForm):
    """The parts that the user may add, and a checkbox for each open action of the record that is done now."""

    done = forms.ModelMultipleChoiceField(
        queryset=FollowUp.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, record: Model, user: User, actions: QuerySet[FollowUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        done: Any = self.fields["done"]
        done.queryset = actions
        about: dict[str, Any] = {get_subject_name(record): record}
        call = ContactMoment(kind=ContactMoment.Kind.CALL, user=user, **about)
        forms_and_records: list[tuple[Any, Any]] = [
            (TalkContactForm, call),
            (NextActionForm, FollowUp(owner=user, **about)),
            (TalkFindingForm, Finding(noted_by=user, **about)),
        ]
        self.parts = {
            name: form_class(*args, instance=instance, for_user=user)
            for form_class, instance in forms_and_records
            if user.has_perm(f"dossiers.add_{(name := instance._meta.model_name)}")
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("done") and not any(part.has_changed() for part in self.parts.values()):
            self.add_error(None, _("Nothing was filled in yet. Write down what was said or what is to be done."))
        return cleaned

    def save(self) -> list[Any]:
        """Save and log the parts that were filled in, and return their records; may raise ValidationError."""
        records = [part.save() for part in self.parts.values() if part.has_changed()]
        for record in records:
            if isinstance(record, Finding):
                record.confirm(self.user)
            log(instance=record, action="wagtail.create", user=self.user, content_changed=True)
        return records
