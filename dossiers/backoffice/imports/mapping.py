"""Pages with questions about a list: the base of these pages, and those about parts of the file and unknown words.

The answers are remembered in the import profile of the sender.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.row_corrections import PreviewedMixin, reread
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.decisions import (
    STILL_UNKNOWN,
    Decisions,
    get_month_first,
    proposes_month_first,
)
from dossiers.spreadsheets.imports.file_parts import parts_of
from dossiers.spreadsheets.imports.parsed_rows import find_answer_problem
from dossiers.spreadsheets.imports.row_corrections import cell_reader
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import Refused, name_lines
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import fold
from dossiers.spreadsheets.values.dates import ORDERS

BLANK = "-"
LINES_SHOWN = 3  # beside a text that is asked about


class MappingView(ImportRoleMixin, AdminPageMixin, TemplateView):
    """Base of the pages with questions about an import; the file is read again after each answer."""

    header_icon = "upload"

    @cached_property
    def run(self) -> ImportRun:
        return self.get_run_to_change(self.kwargs["pk"], *ImportRun.OPEN)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            self.run.refuse(str(refusal))
            return redirect(self.role.url_names["run"], self.run.pk)

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_parent_pages(self) -> list[Link]:
        return self.role.get_parent_pages(self.run)

    def reread(self) -> HttpResponseRedirect:
        """Read the file again with the decisions so far, which replaces the rows of the preview."""
        reread(self.request, self.run)
        return redirect(self.role.url_names["run"], self.run.pk)


class PartView(PreviewedMixin, View):
    """Record whether parts of the file belong to the list, and read the file again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        readable = {part.key: part.is_readable for part in parts_of(run)}
        pairs = (text.partition(":") for text in request.POST.get("part", "").split())
        answers = {
            key: answer == "yes"
            for key, _colon, answer in pairs
            if key in readable and (answer == "no" or (answer == "yes" and readable[key]))
        }
        if answers:
            self.save_input(request, run)
            run.decided["parts"] = run.decided.get("parts", {}) | answers
            reread(request, run)
        return redirect(self.role.url_names["run"], pk)


class WordsView(MappingView):
    """Ask the meaning of unknown words and of ambiguous dates; earlier answers about the list can be changed.

    The meaning of a text that is no number or date is typed; a refused answer stays in its field.
    """

    template_name = "dossiers/imports/words.html"
    page_title = _("Questions about this list")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refused: dict[tuple[str, str], tuple[str, str]] = {}
        """{(field, word): (what was typed, why it is refused)}"""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fields = resource_for(self.run).sheet_fields()
        words = [
            {
                "field": name,
                "label": fields[name].column_name,
                "words": self._get_questions(name, fields[name]),
                "is_typed": fields[name].has_typed_answers,
            }
            for name in self._find_word_fields(fields)
        ]
        self._add_lines([field for field in words if field["is_typed"]])
        dates = [
            self._get_date_question(name, fields[name])
            for key in ("dates", "answered_dates")
            for name in self.run.asked.get(key, [])
        ]
        return super().get_context_data(**kwargs) | {"run": self.run, "words": words, "dates": dates}

    def _get_date_question(self, name: str, field: SheetField) -> dict[str, Any]:
        """Return the orders of day and month that can be chosen for a column, and the one to fill in."""
        separators = self._get_separators(name)
        is_open = name in self.run.asked.get("dates", [])
        is_proposed = is_open and not separators and proposes_month_first(self.run)
        order: bool | str = (separators or is_proposed) if is_open else get_month_first(self.run, name)
        options = [("day", gettext("day first: 03-04")), ("month", gettext("month first: 04-03"))]
        if separators:
            label = gettext("the month first in dates with %(separators)s, and the day first in other dates")
            options.insert(0, ("separators", label % {"separators": " ".join(separators)}))
        chosen = "separators" if isinstance(order, str) else "month" if order else "day"
        posted = self.request.POST.get(f"date-{name}")
        mixed = self.run.asked.get("mixed_dates", {}).get(name)
        lines = {key: name_lines(mixed[key]) for key in ORDERS} if mixed else None
        return {
            "name": name,
            "label": field.column_name,
            "options": options,
            "chosen": posted or (chosen if not mixed or separators or not is_open else ""),
            "is_proposed": is_proposed,
            "lines": lines,
        }

    def _get_separators(self, name: str) -> str:
        """Return the separators of the dates with the month first, as the list shows them or the user said before."""
        known = Decisions.about(self.run).month_first.get(name)
        mixed = self.run.asked.get("mixed_dates", {}).get(name)
        return mixed["month_first_separators"] if mixed else known if isinstance(known, str) else ""

    def _find_word_fields(self, fields: dict[str, SheetField]) -> list[str]:
        asked = self.run.asked.get("words", {}).keys() | self.run.asked.get("answered_words", {}).keys()
        counts = self.run.asked.get("word_counts", {})
        names = [name for name in fields if name in asked]
        return sorted(names, key=lambda name: -max(counts.get(name, {}).values(), default=0))

    def _add_lines(self, fields: list[dict[str, Any]]) -> None:
        """Add the first lines with each unanswered text to the questions of these fields."""
        if not fields:
            return
        reader = cell_reader(self.run)
        lines = reader.find_lines_of_texts(self.run, {field["field"] for field in fields})
        for field in fields:
            get_key = reader.columns[field["field"]].get_key
            for question in field["words"]:
                numbers = lines.get((field["field"], get_key(question["word"])), [])
                more = ["…"] if len(numbers) > LINES_SHOWN else []
                question["lines"] = ", ".join([*map(str, numbers[:LINES_SHOWN]), *more])

    def _get_questions(self, name: str, field: SheetField) -> list[dict[str, Any]]:
        """Return the words of a field, each with its meaning so far and its options; `count` is None if answered.

        An earlier answer can be something that is not offered any more.
        """
        answers, labels = Decisions.about(self.run).words.get(name, {}), dict(field.widget.options())
        counts = self.run.asked.get("words", {}).get(name, {})
        answered = [word for word in self.run.asked.get("answered_words", {}).get(name, []) if word in answers]
        questions = []
        first_counts = self.run.asked.get("word_counts", {}).get(name, {})
        # Ordered here, since PostgreSQL does not keep the order of keys in JSON.
        for word in sorted({*counts, *answered}, key=lambda word: (-first_counts.get(word, 0), fold(word), word)):
            meaning = answers.get(word, STILL_UNKNOWN)
            meaning = BLANK if meaning is None else meaning
            options = field.widget.settable_options()
            text = "" if meaning == BLANK else meaning
            text, refusal = self.refused.get((name, word), (text, ""))
            if not field.has_typed_answers and meaning not in (STILL_UNKNOWN, BLANK, *dict(options)):
                options = [*options, (meaning, labels.get(meaning, meaning))]
            questions.append(
                {
                    "word": word,
                    "count": counts.get(word),
                    "meaning": meaning,
                    "options": options,
                    "text": text,
                    "refusal": refusal,
                }
            )
        return questions

    @staticmethod
    def _find_refusal(field: SheetField, meaning: str | None, text: str) -> str:
        if meaning == BLANK:
            return gettext("Choose “leave empty” or write an answer, not both.")
        return find_answer_problem(field, text)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        words = self.run.decided.setdefault("words", {})
        fields = resource_for(self.run).sheet_fields()
        for name in self._find_word_fields(fields):
            posted = request.POST.getlist(f"{name}-word")
            meanings = dict(zip(posted, request.POST.getlist(name), strict=False))
            texts = dict(zip(posted, request.POST.getlist(f"{name}-text"), strict=False))
            for question in self._get_questions(name, fields[name]):
                word = question["word"]
                meaning, allowed = meanings.get(word), [STILL_UNKNOWN, BLANK, *dict(question["options"])]
                text = texts.get(word, "").strip() if fields[name].has_typed_answers else ""
                if text and (refusal := self._find_refusal(fields[name], meaning, text)):
                    self.refused[name, word] = (text, refusal)
                elif text:
                    meaning, allowed = text, [text]
                if meaning in allowed:
                    words.setdefault(name, {})[word] = None if meaning == BLANK else meaning
        if self.refused:
            return self.render_to_response(self.get_context_data())
        order = self.run.decided.setdefault("month_first", {})
        for name in (*self.run.asked.get("dates", []), *self.run.asked.get("answered_dates", [])):
            answer = request.POST.get(f"date-{name}")
            if answer in ("day", "month"):
                order[name] = answer == "month"
            elif answer == "separators" and (separators := self._get_separators(name)):
                order[name] = separators
        return self.reread()
