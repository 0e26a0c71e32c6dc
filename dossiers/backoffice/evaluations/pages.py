"""The page of an evaluation, its letter in two editions, and the downloads of the letter."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from access_log.models import AccessLogEntry
from dossiers.backoffice.evaluations.permissions import (
    RELEASE,
    EvaluationPageMixin,
    get_evaluation_url,
    may_read_edition,
)
from dossiers.figures.labels import get_part_names, slugify_scope
from dossiers.models import Evaluation
from dossiers.reports.documents.letter import AROUND, EDITIONS, PUBLIC, build_paper, get_sections
from dossiers.reports.documents.pdf import render_pdf
from dossiers.reports.documents.word import render_word
from dossiers.reports.evaluations import describe_period, find_changes_by_freezing, get_scope
from dossiers.reports.website import get_evaluation_on_website

FORMATS = {
    "pdf": (render_pdf, "application/pdf"),
    "docx": (render_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
MAX_CHANGES_SHOWN = 50


class EvaluationView(EvaluationPageMixin, TemplateView):
    """The page of an evaluation: its state and the possible actions for writers, the letter for readers."""

    def get_template_names(self) -> list[str]:
        return ["dossiers/evaluations/page.html" if self.can_write else "dossiers/evaluations/letter.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"evaluation": self.evaluation}
        return context | (
            self.get_writer_context() if self.can_write else get_letter_context(self.evaluation, PUBLIC, self.request)
        )

    def get_writer_context(self) -> dict[str, Any]:
        evaluation = self.evaluation
        texts = {text.section: text for text in evaluation.texts.select_related("changed_by")}
        scope, changes = get_scope(evaluation), find_changes_by_freezing(evaluation)
        return {
            "period": describe_period(evaluation),
            "parts": get_part_names(scope),
            "sections": [
                (title, get_evaluation_url(evaluation, "write", name), texts.get(name))
                for name, title in get_sections(evaluation).items()
            ],
            "around": AROUND,
            "changes": changes[:MAX_CHANGES_SHOWN],
            "more_changes": len(changes) - MAX_CHANGES_SHOWN,
            "editions": list_editions(evaluation, self.request),
            "is_on_website": evaluation == get_evaluation_on_website(),
            "may_release": self.request.user.has_perm(RELEASE),
            "urls": {
                page: get_evaluation_url(evaluation, page)
                for page in ("settings", "freeze", "release", "withdraw", "again", "delete")
            },
        }


class LetterView(EvaluationPageMixin, TemplateView):
    """An edition of the letter."""

    template_name = "dossiers/evaluations/letter.html"
    requires_frozen = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | get_letter_context(
            self.evaluation, self.kwargs["edition"], self.request
        )


def get_letter_context(evaluation: Evaluation, edition: str, request: HttpRequest) -> dict[str, Any]:
    if not may_read_edition(request.user, edition):
        raise Http404
    return {
        "evaluation": evaluation,
        "paper": build_paper(evaluation, edition),
        "editions": list_editions(evaluation, request),
        "edition": edition,
    }


def list_editions(evaluation: Evaluation, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the editions that the user may read, with the URLs of the page and of the files."""
    return [
        {
            "name": edition,
            "url": get_evaluation_url(evaluation, "read", edition),
            "files": [(format.upper(), get_evaluation_url(evaluation, "file", edition, format)) for format in FORMATS],
        }
        for edition in EDITIONS
        if evaluation.frozen_at and may_read_edition(request.user, edition)
    ]


class FileView(EvaluationPageMixin, View):
    """Download an edition as PDF or Word, and write that to the access log."""

    def get(self, request: HttpRequest, pk: int, edition: str, format: str) -> HttpResponseBase:
        evaluation = self.evaluation
        if format not in FORMATS or not may_read_edition(request.user, edition) or not evaluation.frozen_at:
            raise Http404
        make, content_type = FORMATS[format]
        document = build_paper(evaluation, edition)
        detail = gettext("Word") if format == "docx" else format.upper()
        detail += f", {gettext('for others') if edition == PUBLIC else gettext('with full counts')}"
        AccessLogEntry.objects.note(
            request.user, AccessLogEntry.What.EXPORTED, evaluation.title, len(document.parts), detail
        )
        title = evaluation.title if edition == PUBLIC else f"{evaluation.title} {gettext('With full counts')}"
        name = f"{slugify(title)}_{slugify_scope(get_scope(evaluation))}.{format}"
        response = FileResponse([make(document)], content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
