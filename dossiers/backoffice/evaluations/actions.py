"""Views that create, write, freeze, release and withdraw evaluations."""

import json
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages

from admin_pages.tabs import Tab
from dossiers.backoffice.evaluations.forms import EvaluationForm, WithdrawForm, WriteForm
from dossiers.backoffice.evaluations.permissions import RELEASE, WRITE, EvaluationPageMixin, get_evaluation_url
from dossiers.models import Evaluation, EvaluationText, Pilot
from dossiers.reports.documents.letter import FULL, PUBLIC, build_paper, get_sections
from dossiers.reports.evaluations import (
    TextConflict,
    choose_cases,
    copy_as_draft,
    delete,
    freeze,
    get_case_rows,
    get_full_reports,
    save_section,
    seen_at,
    withdraw,
)
from dossiers.reports.person_names import find_written_names
from dossiers.reports.release import NotAccepted, release
from dossiers.reports.release_checks import LABELS, NAME, NOTHING, Issue, find_issues
from dossiers.reports.versions import ChangedMeanwhile, Version, get_version, refuse_changes
from dossiers.reports.website import compare_figures, covers_pilot, get_evaluation_on_website, is_meant_for_website


class SettingsView(EvaluationPageMixin, FormView):
    """The form with the period and the reports of an evaluation."""

    template_name = "dossiers/evaluations/settings.html"
    form_class = EvaluationForm
    permission = WRITE
    requires_open = True
    action_title = _("Period and reports")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.evaluation}

    def form_valid(self, form: EvaluationForm) -> HttpResponse:
        was_frozen = bool(form.instance.frozen_at)
        try:
            saved = form.save()
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if was_frozen and not saved.frozen_at:
            messages.warning(self.request, gettext("Saved. The figures were of another period: freeze them again."))
        else:
            messages.success(self.request, gettext("Saved."))
        return redirect(get_evaluation_url(saved))


class NewView(SettingsView):
    """The form that creates an evaluation."""

    action_title = _("New evaluation")

    @cached_property
    def evaluation(self) -> Evaluation:
        return Evaluation(begin=Pilot.load().starts_on)


def _get_finding_key(value: str) -> str:
    """Return the id of the finding in the value of a checkbox."""
    return value.partition(".")[0]


class WriteView(EvaluationPageMixin, FormView):
    """The form of one section: its text, next to the tables of the public edition."""

    template_name = "dossiers/evaluations/write.html"
    form_class = WriteForm
    permission = WRITE
    requires_open = True

    @cached_property
    def section(self) -> str:
        if self.kwargs["section"] not in get_sections(self.evaluation):
            raise Http404
        return str(self.kwargs["section"])

    @property
    def action_title(self) -> str:
        return get_sections(self.evaluation)[self.section]

    @cached_property
    def text(self) -> EvaluationText | None:
        return self.evaluation.texts.filter(section=self.section).first()

    @cached_property
    def cases(self) -> list[tuple[str, str]]:
        """Return (value, text) of each finding that can be published.

        The value contains a hash of the text, so that a tick is only valid for exactly this text.
        """
        reports = (report for report in get_full_reports(self.evaluation) if report.name == self.section)
        cases = {
            key: f"{row.label}: {' '.join(str(cell.value) for cell in row.cells if cell.value)}"
            for key, row in get_case_rows(reports).items()
        }
        return [(f"{key}.{sha256(words.encode()).hexdigest()[:12]}", words) for key, words in cases.items()]

    def get_form_kwargs(self) -> dict[str, Any]:
        text = self.text.text if self.text else ""
        ticked = [value for value, _words in self.cases if _get_finding_key(value) in self.evaluation.cases]
        initial = {"text": text, "seen_at": seen_at(self.text), "cases": ticked}
        return super().get_form_kwargs() | {"cases": self.cases, "initial": initial}

    def form_valid(self, form: WriteForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            save_section(self.evaluation, self.section, data["text"], self.request.user, data["seen_at"])  # type: ignore[arg-type]
            if self.cases:
                choose_cases(self.evaluation, map(_get_finding_key, data["cases"]))
        except TextConflict as other:
            return self.render_conflict(form, other.text)
        except ValidationError as error:
            form.add_error("text", ValidationError(error.messages))
            return self.form_invalid(form)
        messages.success(self.request, gettext("“%(section)s” is saved.") % {"section": self.action_title})
        names = find_written_names([data["text"]])
        for name in names:
            if not any(name in longer for longer in names if longer != name):
                messages.warning(self.request, str(LABELS[NAME]) % {"found": name})
        sections = list(get_sections(self.evaluation))
        following = sections[sections.index(self.section) + 1 :]
        leave = "leave" in self.request.POST or not following
        return redirect(
            get_evaluation_url(self.evaluation) if leave else get_evaluation_url(self.evaluation, "write", following[0])
        )

    def render_conflict(self, form: WriteForm, other: EvaluationText) -> HttpResponse:
        """Render the form again with the text that somebody else saved; saving it once more overwrites that text."""
        messages.error(
            self.request,
            gettext(
                "Somebody else saved this section meanwhile, or you did in another tab. Nothing is lost: see below."
            ),
        )
        data = self.request.POST.copy()
        data["seen_at"] = seen_at(other) if other.pk else ""
        again = WriteForm(data, cases=self.cases)
        return self.render_to_response(self.get_context_data(form=again, other=other))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = next((part for part in build_paper(self.evaluation, PUBLIC).parts if part.name == self.section), None)
        return super().get_context_data(**kwargs) | {
            "evaluation": self.evaluation,
            "tables": part.tables if part else [],
            "tabs": [
                Tab(get_evaluation_url(self.evaluation, "write", name), title, name == self.section)
                for name, title in get_sections(self.evaluation).items()
            ],
            "full_url": get_evaluation_url(self.evaluation, "read", FULL),
        }


class EvaluationActionView(EvaluationPageMixin, View):
    """Base of an action without a form; a refusal is shown on the page of the evaluation."""

    permission = WRITE

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.perform()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(get_evaluation_url(self.evaluation))

    def perform(self) -> HttpResponse:
        raise NotImplementedError

    def redirect_with_success(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return redirect(get_evaluation_url(self.evaluation))


class ConfirmedActionView(EvaluationActionView, TemplateView):
    """Base of an action that asks for confirmation and states the consequences.

    The page submits the version of the evaluation that it showed; if that changed since, the page is shown again.
    """

    template_name = "dossiers/evaluations/ask.html"
    button: Any = ""
    dangerous = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                refuse_changes(self.evaluation, self.read_seen_version())
                return super().post(request, *args, **kwargs)
        except Evaluation.DoesNotExist:
            raise Http404 from None
        except ChangedMeanwhile as error:
            return self.render_changed_page(error.parts)

    def render_changed_page(self, parts: list[str]) -> HttpResponse:
        """Render the page again with what changed; redirect if the change made the action impossible."""
        text = gettext(
            "Nothing is done yet. Since you opened this page this has changed: %(parts)s. Read it, then choose."
        )
        changed = text % {"parts": get_text_list(parts, gettext("and"))}
        self.evaluation.refresh_from_db()
        if refusal := self.get_state_refusal():
            messages.error(self.request, f"{changed} {refusal}")
            return redirect(get_evaluation_url(self.evaluation))
        return self.render_to_response(self.get_context_data(changed=changed))

    def read_seen_version(self) -> Version:
        """Return the submitted version; empty, which is no version, if our page did not write it."""
        try:
            version = json.loads(self.request.POST.get("seen", ""))
        except ValueError:
            return {}
        return version if isinstance(version, dict) else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = get_version(self.evaluation)  # before the rest of the page is read
        return super().get_context_data(**kwargs) | {
            "evaluation": self.evaluation,
            "seen": json.dumps(version),
            "what_happens": self.get_consequences(),
            "button": self.button,
            "dangerous": self.dangerous,
            "back_url": get_evaluation_url(self.evaluation),
        }

    def get_consequences(self) -> list[str]:
        raise NotImplementedError


class FreezeView(EvaluationActionView):
    """Freeze the figures of an evaluation."""

    requires_open = True

    def perform(self) -> HttpResponse:
        freeze(self.evaluation, self.request.user)  # type: ignore[arg-type]
        return self.redirect_with_success(gettext("The figures are frozen: what changes from now on is not in them."))


class ReleaseView(ConfirmedActionView):
    """Show the issues that must be corrected or accepted, and release the evaluation once they are."""

    template_name = "dossiers/evaluations/release.html"
    permission = RELEASE
    requires_open = requires_frozen = True
    action_title = _("Release")
    button = _("Release it in my name")

    def get_consequences(self) -> list[str]:
        return [
            gettext("Readers and communications can read the edition for others from then on."),
            gettext("Your name stands in it. Nothing in it can be changed any more: it can only be withdrawn."),
        ]

    @property
    def session_key(self) -> str:
        """Return the session key of the accepted issues, which are stored while the user corrects a text."""
        return f"accepted-{self.evaluation.pk}"

    @cached_property
    def accepted_keys(self) -> set[str]:
        """Return the keys of the accepted issues; a key depends on the exact text of the issue."""
        if self.request.method == "POST":
            return set(self.request.POST.getlist("accepted"))
        return set(self.request.session.get(self.session_key, ()))

    @property
    def website_key(self) -> str:
        """Return the session key of the choice for the website, which is stored while the user corrects a text."""
        return f"on-website-{self.evaluation.pk}"

    @cached_property
    def on_website(self) -> bool:
        """Whether the website is to show the figures; unless chosen, only those of the whole pilot, up to date."""
        if self.request.method == "POST":
            return "on_website" in self.request.POST
        return bool(self.request.session.get(self.website_key, is_meant_for_website(self.evaluation)))

    @cached_property
    def issues(self) -> list[Issue]:
        return find_issues(self.evaluation)

    def get_correction_url(self, issue: Issue) -> str:
        if issue.section and issue.kind != NOTHING:
            return get_evaluation_url(self.evaluation, "write", issue.section)
        return get_evaluation_url(self.evaluation, "settings")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        names = get_sections(self.evaluation)
        lines = [
            (
                issue,
                names.get(issue.section, self.evaluation.title),
                self.get_correction_url(issue),
                issue.key in self.accepted_keys,
            )
            for issue in self.issues
        ]
        return context | {
            "lines": lines,
            "open": sum(not accepted for *_line, accepted in lines) if self.request.method == "POST" else 0,
            "on_website": self.on_website,
            "covers_pilot": covers_pilot(self.evaluation),
            "website": compare_figures(get_evaluation_on_website(), self.evaluation),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request.session[self.session_key] = [issue.key for issue in self.issues if issue.key in self.accepted_keys]
        self.request.session[self.website_key] = self.on_website
        leave = self.request.POST.get("leave")
        if leave in (get_evaluation_url(self.evaluation), *map(self.get_correction_url, self.issues)):
            return redirect(leave)
        if leave is not None:  # the issue was corrected in the meantime
            return redirect(get_evaluation_url(self.evaluation, "release"))
        del self.issues  # a colleague may change the texts until the evaluation is locked
        return super().post(request, *args, **kwargs)

    def perform(self) -> HttpResponse:
        try:
            release(self.evaluation, self.request.user, self.accepted_keys, on_website=self.on_website)  # type: ignore[arg-type]
        except NotAccepted:
            return self.render_to_response(self.get_context_data())
        if self.on_website:
            return self.redirect_with_success(gettext("Released. The website shows these figures now."))
        return self.redirect_with_success(gettext("Released. The figures on the website stay as they were."))


class WithdrawView(ConfirmedActionView, FormView):
    """Withdraw a released evaluation, with a reason."""

    permission = RELEASE
    requires_released = True
    form_class = WithdrawForm
    action_title = _("Withdraw")
    button = _("Withdraw it")
    dangerous = True

    def get_consequences(self) -> list[str]:
        return [
            gettext("Nobody but coordinators can read it from then on."),
            gettext("Whoever has it as a file keeps it."),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = get_evaluation_on_website()
        changes = shown == self.evaluation
        after = get_evaluation_on_website(without=self.evaluation)
        return context | {
            "asks_about_website": True,
            "website": compare_figures(shown, after) if changes else None,
        }

    def perform(self) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        withdraw(self.evaluation, self.request.user, form.cleaned_data["because"])  # type: ignore[arg-type]
        return self.redirect_with_success(gettext("Withdrawn."))


class BeginAgainView(EvaluationActionView):
    """Create a new draft with the settings and texts of an evaluation."""

    def perform(self) -> HttpResponse:
        new = copy_as_draft(self.evaluation)
        messages.success(self.request, gettext("A new draft with the same choices and texts. Freeze its figures."))
        return redirect(get_evaluation_url(new))


class DeleteView(ConfirmedActionView):
    """Delete an evaluation that is not released."""

    permission = "dossiers.delete_evaluation"
    requires_open = True
    action_title = _("Delete")
    button = _("Delete it")
    dangerous = True

    def get_consequences(self) -> list[str]:
        return [gettext("The evaluation goes, with its texts and frozen figures. This can't be undone.")]

    def perform(self) -> HttpResponse:
        delete(self.evaluation)
        messages.success(self.request, gettext("Deleted."))
        return redirect(reverse("dossiers_evaluations"))
