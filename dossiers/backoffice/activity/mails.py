"""The page that writes a mail about a record: to whom, on what occasion, with a preview before it is sent."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.log_actions import log

from admin_pages.tabs import Tab
from admin_pages.users import get_person_name
from dates.format import format_date
from dossiers.backoffice.activity.conversations import TALKS_ABOUT, ConversationView
from dossiers.backoffice.activity.name_questions import ask_about_names
from dossiers.backoffice.activity.subjects import get_edit_url, get_record_url, get_subject_name, may_write_mails
from dossiers.backoffice.labels import NOTHING
from dossiers.backoffice.placements.next_steps import describe_missing
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.emails.records import (
    CANDIDATE,
    OCCASIONS,
    SIGNED_UP,
    OtherEmail,
    ProposalEmail,
    Recipient,
    RecordEmail,
    find_recipients,
)
from dossiers.forgetting.personal_data import build_pattern
from dossiers.models import ContactMoment, Dossier, EmailText, Employer, EmployerInterest, Placement, RecordMail, Step
from dossiers.models.activity.email_text import PLACEHOLDER
from dossiers.models.placements.placement_steps import find_sharing_requirements
from dossiers.models.placements.shared_lines import format_shared_line
from dossiers.models.text_fields import normalize_line_ends
from dossiers.models.validators import refuse_private_numbers
from dossiers.reports.person_names import find_written_names

MAX_SUBJECT_LENGTH = 200
NOT_SHARED = _(
    "The employer was not told about this candidate, or may hear nothing any more: %(names)s. Take out what is about "
    "the candidate, or tick that it may stay."
)
FORM_ID_LENGTH = 32  # of the mask of a CSRF token, see config.repeated_forms


class RecordMailForm(WagtailAdminModelForm):
    """The subject and the text of a mail; of a proposal, the text has each line of the data that is shared."""

    subject = forms.CharField(label=_("Subject"), max_length=MAX_SUBJECT_LENGTH, validators=[refuse_private_numbers])
    field_order = ("subject", "text")

    class Meta:
        model = ContactMoment
        fields = ("text",)
        labels = {"text": _("Text")}
        error_messages = {"text": {"required": _("Write the text of the mail.")}}
        widgets = {"text": forms.Textarea(attrs={"rows": 16})}

    def __init__(
        self, *args: Any, shared_lines: list[str], unshared_candidates: QuerySet[Dossier], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shared_lines = shared_lines
        if self.is_bound:
            texts = [str(self[name].value() or "") for name in self.field_order]
            ask_about_names(self, find_personal_texts(texts, unshared_candidates), NOT_SHARED)

    def clean_subject(self) -> str:
        return self._refuse_placeholders(" ".join(self.cleaned_data["subject"].split()))  # it has no line breaks

    def clean_text(self) -> str:
        text = self._refuse_placeholders(normalize_line_ends(self.cleaned_data["text"]))
        lines = {line.strip() for line in text.splitlines()}
        if left_out := [line for line in self.shared_lines if line not in lines]:
            refusal = gettext(
                "This mail is recorded as what the employer was told, so these lines must stay as they are in the "
                "dossier: %(lines)s."
            )
            raise ValidationError(refusal % {"lines": "; ".join(left_out)})
        return text

    @staticmethod
    def _refuse_placeholders(text: str) -> str:
        if blanks := dict.fromkeys(match[0] for match in PLACEHOLDER.finditer(text)):
            raise ValidationError(gettext("Fill in what still stands in braces: %s.") % ", ".join(blanks))
        return text


class RecordMailView(ConversationView):
    """Write a mail, look at it, and send it; it is kept as a contact moment.

    Mailing a proposal is one of the ways to tell an employer about a candidate, so it has the same requirements, and is
    recorded when it is sent.
    """

    form_class = RecordMailForm
    template_name = "dossiers/activity/mail.html"
    page_title = _("Write a mail")
    header_icon = "mail"

    def is_permitted(self) -> bool:
        return may_write_mails(self.request.user)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def recipients(self) -> list[Recipient]:
        return list(find_recipients(self.record))

    @cached_property
    def recipient(self) -> Recipient:
        """The recipient in the query string, or the first one with an address."""
        if key := self.request.GET.get("to"):
            chosen = next((each for each in self.recipients if each.key == key), None)
            if chosen is None:
                raise Http404
            return chosen
        return next((each for each in self.recipients if each.address), self.recipients[0])

    @cached_property
    def occasions(self) -> list[type[RecordEmail]]:
        is_proposal = isinstance(self.record, Placement) and self.recipient.is_employer
        return [occasion for occasion in OCCASIONS if is_proposal or occasion is not ProposalEmail]

    @cached_property
    def occasion(self) -> type[RecordEmail]:
        name = self.request.GET.get("occasion")
        return next((occasion for occasion in self.occasions if occasion.name == name), OtherEmail)

    @property
    def is_proposal(self) -> bool:
        return self.occasion is ProposalEmail

    @cached_property
    def shared_lines(self) -> list[str]:
        """The data that a proposal shares, a line for each field that is filled in."""
        rows = SharedList.from_dossier(self.record.dossier).rows if self.is_proposal else []
        return [format_shared_line(label, text) for label, text in rows if text != NOTHING]

    @cached_property
    def unshared_candidates(self) -> QuerySet[Dossier]:
        """The candidates of the employer who is written to, about whom the employer may hear nothing now."""
        if not self.recipient.is_employer or self.is_proposal:
            return Dossier.objects.none()
        employer = self.record if isinstance(self.record, Employer) else self.interest.employer
        placements = Placement.objects.filter(interest__employer=employer) if employer else self.interest.placements
        known: dict[int, bool] = {}
        for placement in placements.select_related("dossier", "interest"):
            known[placement.dossier_id] = known.get(placement.dossier_id, False) or not is_unshared(placement)
        return Dossier.objects.filter(pk__in=[key for key, is_known in known.items() if not is_known])

    def describe_unshared(self) -> str:
        """Return why the employer who is written to may hear nothing about the candidate of this placement."""
        if not (isinstance(self.record, Placement) and self.recipient.is_employer and is_unshared(self.record)):
            return ""
        missing = find_sharing_requirements(self.record, timezone.localdate())
        reason = gettext("Write nothing about %(name)s to the employer. Missing: %(missing)s.")
        names = {"name": self.record.dossier.full_name, "missing": "; ".join(describe_missing(missing))}
        return reason % names if missing else ""

    def find_obstacles(self) -> list[tuple[str, str, str]]:
        """Return (reason, URL, label of the link) of what prevents this mail."""
        obstacles = []
        if not self.recipient.address:
            reason = gettext("There is no e-mail address for %(name)s.") % {"name": self.recipient.name}
            obstacles.append((reason, get_edit_url(self.recipient.source), gettext("Fill in the address")))
        if not self.user.email:
            reason = gettext("You have no e-mail address yourself, so nobody could answer you.")
            obstacles.append((reason, reverse("wagtailadmin_account"), gettext("To your account")))
        if self.is_proposal and (missing := find_sharing_requirements(self.record, timezone.localdate())):
            reason = gettext("The employer can't be told anything yet. Missing: %(missing)s.")
            text = reason % {"missing": "; ".join(describe_missing(missing))}
            obstacles.append((text, get_record_url(self.record), gettext("To the placement")))
        if self.is_proposal and (waiting := self.record.proposal_mails.waiting_proposals().first()):
            reason = gettext("A mail that tells the employer about this candidate waits to be sent already.")
            obstacles.append((reason, get_record_url(waiting.contact), gettext("To that mail")))
        return obstacles

    def get_initial(self) -> dict[str, Any]:
        text = EmailText.objects.get(kind=self.occasion.name)
        subject, intro, closing = text.fill_placeholders(self.get_values())
        return {"subject": subject[:MAX_SUBJECT_LENGTH], "text": "\n\n".join(filter(None, (intro, closing)))}

    def get_values(self) -> dict[str, str]:
        """Return the values of the placeholders, as far as the record has them."""
        record = self.record
        values = {"naam": self.recipient.name, "coordinator": get_person_name(self.user)}
        if not isinstance(record, Dossier):
            values["bedrijf"] = record.company_name if isinstance(record, Employer) else self.interest.company_name
        if self.interest:
            values["werk"] = self.interest.work_description
        if isinstance(record, Placement):
            values["vergunning"] = describe_permit(record)
            values["dag"] = format_date(record.interview_on) if record.interview_on else ""
        values["gegevens"] = "\n".join(self.shared_lines)
        return {name: value for name, value in values.items() if value}

    @property
    def interest(self) -> Any:
        record = self.record
        return record if isinstance(record, EmployerInterest) else getattr(record, "interest", None)

    def get_form_kwargs(self) -> dict[str, Any]:
        about = {get_subject_name(self.record): self.record}
        contact = ContactMoment(kind=ContactMoment.Kind.MAIL, user=self.user, **about)
        if isinstance(self.record, Placement) and self.recipient.key == CANDIDATE:
            contact.dossier = self.record.dossier
        elif isinstance(self.record, Placement) and self.recipient.is_employer:
            contact.employer = self.record.interest.employer
        own = {"instance": contact, "for_user": self.user, "shared_lines": self.shared_lines}
        own["unshared_candidates"] = self.unshared_candidates
        return super().get_form_kwargs() | own

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = {"to": self.recipient.key, "occasion": self.occasion.name}
        form_id = self.request.POST.get("form-id") or self.request.POST.get("csrfmiddlewaretoken", "")[:FORM_ID_LENGTH]
        return context | {
            "recipient": self.recipient,
            "recipients": self.build_tabs("to", [(each.key, describe(each)) for each in self.recipients], chosen),
            "occasions": self.build_tabs("occasion", [(each.name, each.occasion) for each in self.occasions], chosen),
            "obstacles": self.find_obstacles(),
            "unshared": "" if self.is_proposal else self.describe_unshared(),
            "is_proposal": self.is_proposal,
            "form_id": form_id,
            "sends": True,
        }

    @staticmethod
    def build_tabs(parameter: str, labels: list[tuple[str, Any]], chosen: dict[str, str]) -> list[Tab]:
        """Return a tab for each choice, whose URL keeps the other choice."""
        tabs = []
        for name, label in labels:
            query = "&".join(f"{key}={value}" for key, value in (chosen | {parameter: name}).items())
            tabs.append(Tab(f"?{query}", label, name == chosen[parameter]))
        return tabs

    def form_valid(self, form: RecordMailForm) -> HttpResponse:
        if self.find_obstacles():
            return self.form_invalid(form)
        if "preview" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, preview=self.build_message(form)))
        return super().form_valid(form)

    def build_message(self, form: RecordMailForm) -> EmailMultiAlternatives:
        words = form.cleaned_data["subject"], form.cleaned_data["text"]
        return self.occasion.compose(self.recipient, self.user, *words).build()

    def save_form(self, form: RecordMailForm, user: User) -> str:
        contact: ContactMoment = form.save(commit=False)
        contact.text = RecordMail.join_words(form.cleaned_data["subject"], form.cleaned_data["text"])
        contact.save()
        log(instance=contact, action="wagtail.create", user=user, content_changed=True)
        proposal = self.record if self.is_proposal else None
        mail = RecordMail.objects.create(contact=contact, recipient=self.recipient.key, proposal=proposal)
        self.occasion.enqueue(mail.pk)
        sentence = gettext("The mail to %(name)s is being sent. Under “Contact” you see whether that worked.")
        return sentence % {"name": self.recipient.name}


def is_unshared(placement: Placement) -> bool:
    """Whether the employer was not told about the candidate, or may hear nothing any more."""
    return placement.shared_on is None or placement.stopped_on is not None


def find_personal_texts(texts: list[str], dossiers: QuerySet[Dossier]) -> list[str]:
    """Return the names, telephone numbers and e-mail addresses of these people in the texts, as written."""
    contact = {value for dossier in dossiers for value in (dossier.phone, dossier.email) if value}
    pattern = build_pattern(contact)
    details = [match[0] for text in texts for match in pattern.finditer(text)] if pattern else []
    return [*find_written_names(texts, dossiers), *dict.fromkeys(details)]


def describe(recipient: Recipient) -> str:
    is_person = recipient.company not in ("", recipient.name)
    text = f"{recipient.name} ({recipient.company})" if is_person else recipient.name
    return gettext("Signed up by: %(name)s") % {"name": text} if recipient.key == SIGNED_UP else text


def describe_permit(placement: Placement) -> str:
    """Return how it stands with the permit, within a sentence; empty if none is needed."""
    if not placement.needs_permit:
        return ""
    steps = (Step.PERMIT_GRANTED, _("granted on %s")), (Step.PERMIT_REQUESTED, _("requested on %s"))
    for step, text in steps:
        if day := placement.get_step_date(step):
            return str(text) % format_date(day)
    return gettext("not requested yet")


def urls() -> list[URLPattern]:
    return [
        path(f"mails/{name}/<int:pk>/", RecordMailView.as_view(model=model), name=f"dossiers_mail_{name}")
        for name, model in TALKS_ABOUT.items()
    ]
