"""The page with the questions that a read list leaves open, and the answer to a single one on the preview.

The answers about words are remembered in the import profile of the sender.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.imports.mapping import MappingView
from dossiers.backoffice.imports.question_fields import (
    PART_PREFIX,
    PartQuestion,
    Question,
    WordQuestion,
    find_questions,
    read_answers_about_titles,
)
from dossiers.backoffice.imports.row_corrections import (
    PreviewedMixin,
    check_current,
    reread,
    warn_of_other_values,
)
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.facts import SHEETS
from dossiers.spreadsheets.imports.file_parts.parts import get_parts_by_key
from dossiers.spreadsheets.imports.newer_values.overwritten import is_about_newer

MAX_LABEL_LENGTH = 80


class PartView(PreviewedMixin, View):
    """Record whether parts of the file belong to the list, and read the file again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        if not check_current(request, run):
            return redirect(self.role.url_names["run"], pk)
        parts = get_parts_by_key(run)
        answers, changed = {}, []
        for key, answer, was in (f"{text}::".split(":")[:3] for text in request.POST.get("part", "").split()):
            part = parts.get(key)
            if part is None and is_about_newer(key):
                warn_of_other_values(request)
            if part is None or answer not in ("yes", "no") or (answer == "yes" and not part.is_readable):
                continue
            if was and was.strip("-") != part.answer_code and answer != part.answer_code:
                changed.append(part.words)
            else:
                answers[key] = answer == "yes"
        if changed:
            warn_of_other_answers(request, changed)
        if answers:
            self.save_input(request, run)
            taken = [parts[key] for key, answer in answers.items() if answer]
            answer_parts(run, parts.values(), answers | read_answers_about_titles(request.POST, taken))
            reread(request, run)
        return redirect(self.role.url_names["run"], pk)


def warn_of_other_answers(request: HttpRequest, labels: list[str]) -> None:
    """Say of which questions another answer was given meanwhile, which stays."""
    names = "; ".join(Truncator(label.rstrip(".")).chars(MAX_LABEL_LENGTH) for label in labels)
    text = gettext("Answered otherwise meanwhile, maybe by you in another tab: %(questions)s")
    stays = gettext("That answer stays. Change it if it is not right.")
    messages.warning(request, f"{text % {'questions': names}}. {stays}")


class QuestionsView(MappingView):
    """Ask what a read list leaves open; earlier answers can be changed, and a refused one stays in its field."""

    template_name = "dossiers/imports/questions.html"
    page_title = _("Questions about this list")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.questions: list[Question] | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not check_current(request, self.run):
            return redirect(self.role.url_names["run"], self.run.pk)
        return super().get(request, *args, **kwargs)

    def find_typed_texts(self) -> list[str]:
        posted = self.request.POST
        return [text for name in posted if name.endswith("-text") for text in posted.getlist(name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questions = self.questions or find_questions(self.run)
        log_import_access(self.request, self.run)
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "has_remembered": any(question.is_remembered for question in questions),
            "has_repeated": not all(isinstance(question, WordQuestion) for question in questions),
            "has_sheets": SHEETS in self.run.asked,
            "open": [question for question in questions if question.is_open],
            "answered": [question for question in questions if not question.is_open],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not check_current(request, self.run):
            return redirect(self.role.url_names["run"], self.run.pk)
        self.questions = questions = find_questions(self.run)
        for question in questions:
            question.read(request.POST)
        if any(question.refusal for question in questions):
            return self.render_to_response(self.get_context_data())
        names = {question.name for question in questions if isinstance(question, PartQuestion)}
        if any(
            name.startswith(PART_PREFIX)
            and is_about_newer(name.removeprefix(PART_PREFIX))
            and name not in names
            and answer != request.POST.get(f"was-{name}", "")
            for name, answer in request.POST.items()
        ):
            warn_of_other_values(request)
        if changed := [question.label for question in questions if question.is_answered_otherwise]:
            warn_of_other_answers(request, changed)
        for question in questions:
            if not question.is_answered_otherwise:
                question.save(self.run)
        return self.reread()
