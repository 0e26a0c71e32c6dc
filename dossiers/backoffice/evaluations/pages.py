"""One evaluation, and how others read it."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.views.generic import TemplateView, View

from access_log.models import AccessLogEntry
from dossiers.backoffice.evaluations.permissions import RELEASE, Evaluations, address, may_open
from dossiers.figures.labels import belonging_to, period
from dossiers.models import Evaluation
from dossiers.reports.documents.letter import AROUND, EDITIONS, PUBLIC, paper, sections
from dossiers.reports.documents.pdf import pdf
from dossiers.reports.documents.word import word
from dossiers.reports.evaluations import changed_by_freezing, scope_of
from dossiers.spreadsheets.exports.downloads import file_name

FORMATS = {
    "pdf": (pdf, "application/pdf"),
    "docx": (word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
MOST_CHANGES = 50


class EvaluationView(Evaluations, TemplateView):
    """For who writes it: how far it is and what can be done; for who reads it: the letter."""

    def get_template_names(self) -> list[str]:
        return ["dossiers/evaluations/page.html" if self.writes else "dossiers/evaluations/letter.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"evaluation": self.evaluation}
        return context | (self.for_writers() if self.writes else letter(self.evaluation, PUBLIC, self.request))

    def for_writers(self) -> dict[str, Any]:
        evaluation = self.evaluation
        texts = {text.section: text for text in evaluation.texts.select_related("changed_by")}
        scope, changes = scope_of(evaluation), changed_by_freezing(evaluation)
        return {
            "period": period(scope),
            "parts": belonging_to(scope),
            "sections": [
                (title, address(evaluation, "write", name), texts.get(name))
                for name, title in sections(evaluation).items()
            ],
            "around": AROUND,
            "changes": changes[:MOST_CHANGES],
            "more_changes": len(changes) - MOST_CHANGES,
            "editions": editions(evaluation, self.request),
            "may_release": self.request.user.has_perm(RELEASE),
            "urls": {
                page: address(evaluation, page)
                for page in ("settings", "freeze", "release", "withdraw", "again", "delete")
            },
        }


class LetterView(Evaluations, TemplateView):
    """An edition as it will be read."""

    template_name = "dossiers/evaluations/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | letter(self.evaluation, self.kwargs["edition"], self.request)


def letter(evaluation: Evaluation, edition: str, request: HttpRequest) -> dict[str, Any]:
    if not may_open(request.user, edition):
        raise Http404
    return {
        "evaluation": evaluation,
        "paper": paper(evaluation, edition),
        "editions": editions(evaluation, request),
        "edition": edition,
    }


def editions(evaluation: Evaluation, request: HttpRequest) -> list[dict[str, Any]]:
    """Those that the user may read, with the addresses of the page and of the files."""
    return [
        {
            "name": edition,
            "url": address(evaluation, "read", edition),
            "files": [(format.upper(), address(evaluation, "file", edition, format)) for format in FORMATS],
        }
        for edition in EDITIONS
        if evaluation.frozen_at and may_open(request.user, edition)
    ]


class FileView(Evaluations, View):
    """An edition as PDF or Word; who took it is noted."""

    def get(self, request: HttpRequest, pk: int, edition: str, format: str) -> HttpResponseBase:
        evaluation = self.evaluation
        if format not in FORMATS or not may_open(request.user, edition) or not evaluation.frozen_at:
            raise Http404
        make, content_type = FORMATS[format]
        made = paper(evaluation, edition)
        AccessLogEntry.objects.note(
            request.user, AccessLogEntry.What.EXPORTED, evaluation.title, len(made.parts), f"{format} · {edition}"
        )
        name = file_name(
            evaluation.title if edition == PUBLIC else f"{evaluation.title} {gettext('With full counts')}", format
        )
        response = FileResponse([make(made)], content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
