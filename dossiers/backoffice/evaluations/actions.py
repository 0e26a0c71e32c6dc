"""Making, writing, freezing, releasing and withdrawing evaluations."""

from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages

from dossiers.backoffice.evaluations.forms import EvaluationForm, WithdrawForm, WriteForm
from dossiers.backoffice.evaluations.permissions import RELEASE, WRITE, Evaluations, address
from dossiers.models import Evaluation, EvaluationText, Pilot
from dossiers.reports.documents.letter import FULL, PUBLIC, paper, sections
from dossiers.reports.evaluations import (
    TextConflict,
    begin_again,
    choose_cases,
    delete,
    freeze,
    full_reports,
    seen_at,
    withdraw,
    words_of_cases,
    write,
)
from dossiers.reports.release import NotAccepted, release
from dossiers.reports.release_checks import NOTHING, Issue, find_issues


class SettingsView(Evaluations, FormView):
    """Which period and which reports."""

    template_name = "dossiers/evaluations/settings.html"
    form_class = EvaluationForm
    right = WRITE
    only_open = True
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
        return redirect(address(saved))


class NewView(SettingsView):
    action_title = _("New evaluation")

    @cached_property
    def evaluation(self) -> Evaluation:
        return Evaluation(begin=Pilot.load().starts_on)


def _key(value: str) -> str:
    """Of the finding whose box has this value."""
    return value.partition(".")[0]


class WriteView(Evaluations, FormView):
    """One section: its text, and beside it the tables as others will read them."""

    template_name = "dossiers/evaluations/write.html"
    form_class = WriteForm
    right = WRITE
    only_open = True

    @cached_property
    def section(self) -> str:
        if self.kwargs["section"] not in sections(self.evaluation):
            raise Http404
        return str(self.kwargs["section"])

    @property
    def action_title(self) -> str:
        return sections(self.evaluation)[self.section]

    @cached_property
    def text(self) -> EvaluationText | None:
        return self.evaluation.texts.filter(section=self.section).first()

    @cached_property
    def cases(self) -> list[tuple[str, str]]:
        """(value of the box, the words): the value holds a mark of the words, so that a tick counts for those alone."""
        reports = (report for report in full_reports(self.evaluation) if report.name == self.section)
        cases = {
            key: f"{row.label}: {' '.join(str(cell.value) for cell in row.cells if cell.value)}"
            for key, row in words_of_cases(reports).items()
        }
        return [(f"{key}.{sha256(words.encode()).hexdigest()[:12]}", words) for key, words in cases.items()]

    def get_form_kwargs(self) -> dict[str, Any]:
        text = self.text.text if self.text else ""
        ticked = [value for value, _words in self.cases if _key(value) in self.evaluation.cases]
        initial = {"text": text, "seen_at": seen_at(self.text), "cases": ticked}
        return super().get_form_kwargs() | {"cases": self.cases, "initial": initial}

    def form_valid(self, form: WriteForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            write(self.evaluation, self.section, data["text"], self.request.user, data["seen_at"])  # type: ignore[arg-type]
            if self.cases:
                choose_cases(self.evaluation, map(_key, data["cases"]))
        except TextConflict as other:
            return self.shown_beside(form, other.text)
        except ValidationError as error:
            form.add_error("text", ValidationError(error.messages))
            return self.form_invalid(form)
        messages.success(self.request, gettext("“%(section)s” is saved.") % {"section": self.action_title})
        names = list(sections(self.evaluation))
        following = names[names.index(self.section) + 1 :]
        leave = "leave" in self.request.POST or not following
        return redirect(address(self.evaluation) if leave else address(self.evaluation, "write", following[0]))

    def shown_beside(self, form: WriteForm, other: EvaluationText) -> HttpResponse:
        """What somebody else wrote, beside what was typed here: nothing is lost, and the next save counts."""
        messages.error(self.request, gettext("Somebody else saved this section meanwhile. Nothing is lost: see below."))
        data = self.request.POST.copy()
        data["seen_at"] = seen_at(other) if other.pk else ""
        again = WriteForm(data, cases=self.cases)
        return self.render_to_response(self.get_context_data(form=again, other=other))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = next((part for part in paper(self.evaluation, PUBLIC).parts if part.name == self.section), None)
        return super().get_context_data(**kwargs) | {
            "evaluation": self.evaluation,
            "tables": part.tables if part else [],
            "tabs": [
                (title, address(self.evaluation, "write", name), name == self.section)
                for name, title in sections(self.evaluation).items()
            ],
            "full_url": address(self.evaluation, "read", FULL),
        }


class EvaluationActionView(Evaluations, View):
    """Base of what is done with one press; a refusal is told on the evaluation's page."""

    right = WRITE
    done: Any = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.do()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(address(self.evaluation))

    def do(self) -> HttpResponse:
        raise NotImplementedError

    def told(self, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return redirect(address(self.evaluation))


class Asking(EvaluationActionView, TemplateView):
    """Asks once, and says what will happen."""

    template_name = "dossiers/evaluations/ask.html"
    button: Any = ""
    dangerous = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "evaluation": self.evaluation,
            "what_happens": self.what_happens(),
            "button": self.button,
            "dangerous": self.dangerous,
            "back_url": address(self.evaluation),
        }

    def what_happens(self) -> list[str]:
        raise NotImplementedError


class FreezeView(EvaluationActionView):
    only_open = True

    def do(self) -> HttpResponse:
        freeze(self.evaluation, self.request.user)  # type: ignore[arg-type]
        return self.told(gettext("The figures are frozen: what changes from now on is not in them."))


class ReleaseView(Asking):
    """Shows what is to be mended or accepted; releases once each of them is."""

    template_name = "dossiers/evaluations/release.html"
    right = RELEASE
    only_open = True
    action_title = _("Release")
    button = _("Release it in my name")

    def what_happens(self) -> list[str]:
        return [
            gettext("Readers and communications can read the edition for others from then on."),
            gettext("Your name stands in it. Nothing in it can be changed any more: it can only be withdrawn."),
        ]

    @property
    def session_key(self) -> str:
        """Under which the ticks of this user stay when they leave the page to mend a text."""
        return f"accepted-{self.evaluation.pk}"

    @cached_property
    def accepted(self) -> set[str]:
        """Of exactly these words: an issue in other words has another key."""
        if self.request.method == "POST":
            return set(self.request.POST.getlist("accepted"))
        return set(self.request.session.get(self.session_key, ()))

    @cached_property
    def issues(self) -> list[Issue]:
        return find_issues(self.evaluation) if self.evaluation.frozen_at else []

    def where_to_mend(self, issue: Issue) -> str:
        if issue.section and issue.kind != NOTHING:
            return address(self.evaluation, "write", issue.section)
        return address(self.evaluation, "settings")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = sections(self.evaluation)
        lines = [
            (
                issue,
                names.get(issue.section, self.evaluation.title),
                self.where_to_mend(issue),
                issue.key in self.accepted,
            )
            for issue in self.issues
        ]
        return super().get_context_data(**kwargs) | {
            "lines": lines,
            "open": sum(not accepted for *_line, accepted in lines) if self.request.method == "POST" else 0,
        }

    def do(self) -> HttpResponse:
        self.request.session[self.session_key] = [issue.key for issue in self.issues if issue.key in self.accepted]
        leave = self.request.POST.get("leave")
        if leave in (address(self.evaluation), *map(self.where_to_mend, self.issues)):
            return redirect(leave)
        if leave is not None:  # it was mended meanwhile
            return redirect(address(self.evaluation, "release"))
        try:
            release(self.evaluation, self.request.user, self.accepted)  # type: ignore[arg-type]
        except NotAccepted:
            return self.render_to_response(self.get_context_data())
        return self.told(gettext("Released."))


class WithdrawView(Asking, FormView):
    right = RELEASE
    form_class = WithdrawForm
    action_title = _("Withdraw")
    button = _("Withdraw it")
    dangerous = True

    def what_happens(self) -> list[str]:
        return [
            gettext("Nobody but coordinators can read it from then on."),
            gettext("Whoever has it as a file keeps it."),
        ]

    def do(self) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        withdraw(self.evaluation, self.request.user, form.cleaned_data["because"])  # type: ignore[arg-type]
        return self.told(gettext("Withdrawn."))


class AgainView(EvaluationActionView):
    def do(self) -> HttpResponse:
        new = begin_again(self.evaluation)
        messages.success(self.request, gettext("A new draft with the same choices and texts. Freeze its figures."))
        return redirect(address(new))


class DeleteView(Asking):
    right = "dossiers.delete_evaluation"
    only_open = True
    action_title = _("Delete")
    button = _("Delete it")
    dangerous = True

    def what_happens(self) -> list[str]:
        return [gettext("The evaluation goes, with its texts and frozen figures. This can't be undone.")]

    def do(self) -> HttpResponse:
        delete(self.evaluation)
        messages.success(self.request, gettext("Deleted."))
        return redirect(reverse("dossiers_evaluations"))
