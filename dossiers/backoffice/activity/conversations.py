"""The page that records a talk about a record, with what is done next and a finding, and the page that leads to it."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dates.format import format_date
from dossiers.backoffice.activity.conversation_forms import TalkContactForm, TalkFindingForm, TalkForm
from dossiers.backoffice.activity.follow_ups import describe_completion
from dossiers.backoffice.activity.next_action import NextActionForm
from dossiers.backoffice.activity.quick_entry import RecordFormView
from dossiers.backoffice.activity.subjects import (
    build_links,
    get_record_url,
    get_talk_url,
    is_anonymised,
    may_record_talks,
)
from dossiers.backoffice.activity.timeline import Entry, build_action_entry
from dossiers.backoffice.activity.withdrawal import get_outcome_url
from dossiers.backoffice.record_top import list_contact_details
from dossiers.backoffice.search.results import Group, find_records, find_similar
from dossiers.backoffice.search.views import SearchView
from dossiers.concurrency import SavesInTurn
from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, FollowUp, Placement
from dossiers.models.placements.placement_steps import get_locked_placement


@dataclass(frozen=True)
class OpenAction:
    """An open action beside the form; one with an `outcome_url` is done once its outcome is recorded there."""

    action: FollowUp
    entry: Entry
    outcome_url: str
    is_ticked: bool


class ConversationView(SavesInTurn, RecordFormView):
    """Base of a form that records a contact with whom a record is about, unless the person was anonymised."""

    model: Any = None  # the URL has it

    def get_queryset(self) -> Any:
        records = super().get_queryset()
        path_to_person = {Dossier: "", Placement: "dossier__"}.get(self.model)
        return records if path_to_person is None else records.filter(**{f"{path_to_person}anonymised_at": None})

    def wait_for_turn(self) -> None:
        """Lock the record and its candidate, so that nothing is saved about a person who is anonymised meanwhile."""
        key = self.kwargs["pk"]
        if self.model is not Placement:
            self.model._base_manager.select_for_update().filter(pk=key).first()
        elif self.get_queryset().filter(pk=key).exists():
            get_locked_placement(key)


class TalkView(ConversationView):
    """Record what was said about a record, what is done next, and a finding; tick off what is done."""

    form_classes = (TalkContactForm, NextActionForm, TalkFindingForm)
    template_name = "dossiers/activity/conversation.html"
    page_title = _("Record a talk")
    header_icon = "comment"

    def is_permitted(self) -> bool:
        return may_record_talks(self.request.user)

    @cached_property
    def actions(self) -> Any:
        return FollowUp.objects.visible_to(self.request.user).about(self.record).distinct().order_by("due_on", "pk")

    @property
    def may_mark_done(self) -> bool:
        return self.request.user.has_perm("dossiers.change_followup")

    def get_form(self, form_class: Any = None) -> TalkForm:
        data = [self.request.POST] if self.request.method == "POST" else []
        actions = self.actions if self.may_mark_done else FollowUp.objects.none()
        return TalkForm(*data, record=self.record, user=cast(User, self.request.user), actions=actions)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        ticked = {str(key) for key in context["form"]["done"].value() or ()}
        actions = [
            OpenAction(action, build_action_entry(action), get_outcome_url(action), str(action.pk) in ticked)
            for action in self.actions.open().with_subjects().select_related("owner")
        ]
        contacts = list_contact_details(self.record)
        return context | {"contacts": contacts, "actions": actions, "may_mark_done": self.may_mark_done}

    def save_form(self, form: TalkForm, user: User) -> str:
        sentences: list[str] = []
        if records := form.save():
            sentences.append(format_html(gettext("Saved: {}."), build_links(records)))
        sentences += describe_kept_days(records, form)
        sentences += mark_done(form.cleaned_data["done"], user)
        return format_html_join(" ", "{}", ((sentence,) for sentence in sentences))


def mark_done(actions: Any, user: User) -> list[str]:
    """Mark the actions as done, and return a sentence about them and about each that was done meanwhile."""
    sentences, done = [], []
    for action in FollowUp.objects.filter(pk__in=actions).select_for_update(of=("self",)):
        if action.is_done:
            sentences.append(describe_completion(action))
        elif not action.needs_outcome:
            action.mark_done(user)
            log(instance=action, action="wagtail.edit", user=user, content_changed=True)
            done.append(action.text)
    return [*([gettext("Done: %(action)s.") % {"action": ", ".join(done)}] if done else []), *sentences]


def describe_kept_days(records: list[Any], form: TalkForm) -> list[str]:
    """Return a sentence for each day of the dossier that was earlier than the talk, and therefore stays."""
    contact = next((record for record in records if isinstance(record, ContactMoment)), None)
    if contact is None or contact.dossier is None:
        return []
    ticked = form.parts["contactmoment"].cleaned_data
    texts = {
        "expectation": (
            contact.dossier.expectation_talk_on,
            _(
                "The expectation talk was recorded earlier, on %(day)s, and that day stays. If it is wrong, change it "
                "in the dossier."
            ),
        ),
        "notice": (
            contact.dossier.privacy_notice_on,
            _(
                "That the privacy notice was given was recorded earlier, on %(day)s, and that day stays. If it is "
                "wrong, change it in the dossier."
            ),
        ),
    }
    return [
        str(text) % {"day": format_date(day)}
        for name, (day, text) in texts.items()
        if ticked.get(name) and day < contact.held_on
    ]


def get_start_url(record: Any) -> str:
    """Return where a found record leads: one of a person who was anonymised to its own page, which says so."""
    return get_record_url(record) if is_anonymised(record) else get_talk_url(record)


class TalkStartView(SearchView):
    """Search for whom a talk is about; a result leads to the form that records it."""

    template_name = "dossiers/activity/conversation_start.html"
    page_title = _("Record a talk")
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_record_talks(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def groups(self) -> list[Group]:
        groups = (find(self.request, self.text, get_start_url) for find in (find_records, find_similar))
        return next(filter(None, groups), []) if self.text else []


TALKS_ABOUT = {"dossier": Dossier, "employer": Employer, "interest": EmployerInterest, "placement": Placement}


def urls() -> list[URLPattern]:
    return [
        path("talks/", TalkStartView.as_view(), name="dossiers_talk_start"),
        *(
            path(f"talks/{name}/<int:pk>/", TalkView.as_view(model=model), name=f"dossiers_talk_{name}")
            for name, model in TALKS_ABOUT.items()
        ),
    ]
