"""The page that asks which column is which field; the answers are remembered in the import profile of the sender."""

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers import privacy
from dossiers.backoffice.imports.mapping import MappingView
from dossiers.backoffice.imports.run_page import has_answers
from dossiers.backoffice.imports.same_list import get_same_list
from dossiers.models import FULL_NAMES, NAME_FIELDS, ImportRun
from dossiers.models.imports.import_profile import SPLIT_FIELDS, fields_of_column, split_target
from dossiers.models.imports.import_run import DRAFT
from dossiers.spreadsheets.imports.columns.columns import AS_ROWS, BESIDE, HIDDEN, column_choices
from dossiers.spreadsheets.imports.columns.drafts import ColumnDraft, get_draft, save_draft, set_draft
from dossiers.spreadsheets.imports.columns.samples import Sample, SampleColumn, get_sample
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import ENCODINGS, NO_HEADER
from dossiers.spreadsheets.resources import DIFFERS_BY_ROW, SheetField
from dossiers.tasks import read_otherwise

LEAVE_OUT = "-"
COLUMN = "column-"  # the names of the controls with the field of a column begin with this
QUESTION = "question-"  # the names of the controls with answers begin with this
SAVE_ONLY = "draft"  # the step that a script posts after each choice
ENCODING_NAMES = {  # most users do not know encodings by their code
    "utf-8": _("Unicode (UTF-8)"),
    "utf-8-sig": _("Unicode as Excel writes it (UTF-8 with a mark)"),
    "utf-16": _("Unicode (UTF-16)"),
    "cp1252": _("Western Europe, Windows (cp1252)"),
    "iso8859-1": _("Western Europe, older (Latin 1)"),
    "iso8859-15": _("Western Europe, with a euro sign (Latin 9)"),
    "cp850": _("Western Europe, DOS (cp850)"),
    "mac-roman": _("Western Europe, older Mac (Mac Roman)"),
    "cp1250": _("Central Europe, Windows (cp1250)"),
    "cp1254": _("Turkish, Windows (cp1254)"),
}
DELIMITERS = [(";", ";"), (",", ","), ("\t", "tab"), ("|", "|")]


def get_columns_version(run: ImportRun) -> str:
    """Return a text that is another one as soon as the list is read with other columns, or in another way."""
    decisions = [run.decided.get("columns", {}), run.decided.get("fixed", {}), run.choice]
    return sha256(json.dumps(decisions, sort_keys=True).encode()).hexdigest()[:12]


class ColumnsView(MappingView):
    """Choose the field of each column, values for all rows and, while the file is stored, how to read it.

    Each choice is kept when it is made, or else when it is posted, also if the list can't be read with it.
    """

    template_name = "dossiers/imports/columns.html"
    page_title = _("Columns of this list")

    @cached_property
    def sample(self) -> Sample:
        return get_sample(self.run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        resource = resource_for(self.run)
        fields = resource.sheet_fields()
        draft = get_draft(self.run)
        fixed = draft.fixed if draft else [*Decisions.about(self.run).fixed.items()]
        targets = draft.fields if draft else {}
        questions = self.sample.find_questions(self.run, targets, draft.answers if draft else {})
        columns = [
            (column, split_target(targets.get(column.column.index, column.target) or "")[0])
            for column in self.sample.columns
        ]
        taken = {chosen for _column, chosen in columns}
        return super().get_context_data(**{"is_refused": False} | kwargs) | {
            "run": self.run,
            "same_list": get_same_list(self.run),
            "sample": self.sample,
            "draft": draft,
            "version": get_columns_version(self.run),
            "has_answers": has_answers(self.run, parts_of(self.run)),
            "questions": questions,
            "asked": {column.index for question in questions for column in question.columns},
            "columns": [
                (column, chosen, self._get_suggestion(column, chosen, taken, fields)) for column, chosen in columns
            ],
            "fixable_fields": [
                (name, field.column_name)
                for name, field in fields.items()
                if field.in_use and (not field.differs_by_row or name in dict(fixed))
            ],
            "column_choices": column_choices(resource).items(),
            "required": [fields[name].column_name for name in resource.required_fields()],
            "fixed": [*fixed, ("", "")],
            "encodings": [(name, ENCODING_NAMES[name]) for name in ENCODINGS],
            "delimiters": DELIMITERS,
        }

    @staticmethod
    def _get_suggestion(
        column: SampleColumn, chosen: str, taken: Collection[str], fields: Mapping[str, SheetField]
    ) -> str:
        """Return what the cells of a column look like; "" if nothing, or if another field was chosen."""
        suggestion = column.suggestion
        if not suggestion or (chosen or suggestion.field) != suggestion.field:
            return ""
        if not chosen and suggestion.field in taken:
            return ""
        words = gettext("Suggestion: check whether this is right (%(fits)d of %(filled)d cells look like it)")
        if not chosen:
            words = gettext("Looks like: %(field)s (%(fits)d of %(filled)d cells)")
        label = fields[suggestion.field].column_name
        return words % {"field": label, "fits": suggestion.fits, "filled": suggestion.filled}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The other form of the page, and the buttons with a sheet on other pages, have no columns.
        has_columns = any(name.startswith(COLUMN) for name in request.POST)
        draft = self._get_posted_draft() if has_columns else None
        if "suggested" in request.POST and draft:
            draft.fields |= {
                column.column.index: column.suggestion.field
                for column in self.sample.columns
                if column.suggestion and str(column.column.index) == request.POST["suggested"]
            }
            save_draft(self.run, draft)
            return redirect(self.role.url_names["columns"], self.run.pk)
        if request.POST.get("step") == SAVE_ONLY and draft:
            return HttpResponse(status=204 if save_draft(self.run, draft) else 409)
        if draft and self._is_chosen_otherwise(draft, request.POST.get("version", "")):
            meanwhile = gettext(
                "The columns of this list were chosen otherwise meanwhile, maybe by you in another tab, and the list "
                "was read that way. What you chose stands below. Choose “Go on with these columns” to read it like "
                "this."
            )
            messages.warning(request, meanwhile)
            save_draft(self.run, draft)
            return redirect(self.role.url_names["columns"], self.run.pk)
        if response := self._reread_otherwise(request, draft):
            return response
        if draft is None:
            return redirect(self.role.url_names["run"], self.run.pk)
        for question in self.sample.find_questions(self.run, draft.fields, draft.answers):
            if answer := question.find_answer(draft.answers.get(question.name, "")):
                draft.fields |= answer.targets
        if refusal := self._find_refusal(draft):
            messages.error(request, refusal)
            save_draft(self.run, draft)
            return self.render_to_response(self.get_context_data(is_refused=True))
        self.run.decided.pop(DRAFT, None)
        self.run.decided["columns"] = self._get_columns(draft.fields)
        self.run.fill_in_all_lines(dict(draft.fixed))
        return self.reread()

    def _get_columns(self, fields: Mapping[int, str | None]) -> dict[str, str | None]:
        """Return the decisions about the columns, by their key."""
        return {
            column.column.key: fields[column.column.index]
            for column in self.sample.columns
            if column.column.index in fields
            # Leaving out a skipped column is no decision, as it may be visible next time.
            and not (column.column.dropped in (HIDDEN, BESIDE, AS_ROWS) and fields[column.column.index] is None)
        }

    def _is_chosen_otherwise(self, draft: ColumnDraft, version: str) -> bool:
        """Whether the list was read with other choices after the page was shown, than those that are posted."""
        if version in ("", get_columns_version(self.run)):
            return False
        fields = dict(draft.fields)
        for question in self.sample.find_questions(self.run, draft.fields, draft.answers):
            if answer := question.find_answer(draft.answers.get(question.name, "")):
                fields |= answer.targets
        decided = self.run.decided.get("columns", {}), self.run.decided.get("fixed", {})
        return (self._get_columns(fields), dict(draft.fixed)) != decided

    def _find_refusal(self, draft: ColumnDraft) -> str:
        """Return why the list can't be read with these choices; empty if it can."""
        resource = resource_for(self.run)
        known, labels = resource.sheet_fields(), column_choices(resource)
        if self.sample.is_header_doubtful and draft.first_line != "header":
            return gettext("Say first whether the list begins with names of columns or with a person.")
        questions = self.sample.find_questions(self.run, draft.fields, draft.answers)
        if unanswered := [question for question in questions if not question.chosen]:
            columns = "; ".join(question.headers for question in unanswered)
            return gettext("Answer the question about %(columns)s.") % {"columns": columns}
        chosen = [split_target(target)[0] for target in draft.fields.values() if target]
        twice = {field for field in chosen if field in SPLIT_FIELDS and chosen.count(field) > 1}
        names = [field for field in chosen if set(NAME_FIELDS).intersection(fields_of_column(field))]
        if len(names) > 1 and not {*names}.isdisjoint(FULL_NAMES):
            twice |= {*names}
        if twice:
            fields = ", ".join(str(labels[name]) for name in sorted(twice))
            return gettext("Only one column can be: %(fields)s. Leave the others out.") % {"fields": fields}
        if not chosen:
            return gettext("Choose a field for at least one column.")
        return _find_refusal_of_values(draft.fixed, known)

    def _reread_otherwise(self, request: HttpRequest, draft: ColumnDraft | None) -> HttpResponseRedirect | None:
        """Enqueue reading the file with another sheet, encoding, delimiter or header row, if one is chosen."""
        if not self.run.upload:
            return None
        names = ("sheet", "encoding", "delimiter")
        choice: dict[str, Any] = {name: request.POST[name] for name in names if request.POST.get(name)}
        row = str(NO_HEADER) if request.POST.get("first_line") == "row" else request.POST.get("header_row", "")
        if row.isascii() and row.isdigit():
            choice["header_row"] = int(row)
        if choice in ({}, self.run.choice):
            return None
        if draft:
            set_draft(self.run, draft)
        before = self.run.state
        with transaction.atomic():
            if self.run.keep_decisions():
                read_otherwise.enqueue(self.run.pk, choice, before)
            else:
                messages.error(request, gettext("This list is not open for decisions any more. Read it again."))
        return redirect(self.role.url_names["run"], self.run.pk)

    def _get_posted_draft(self) -> ColumnDraft:
        posted, resource = self.request.POST, resource_for(self.run)
        labels, known = column_choices(resource), resource.sheet_fields()
        before = get_draft(self.run)
        fields: dict[int, str | None] = {}
        for column in self.sample.columns:
            index = column.column.index
            target = before.fields.get(index) if before else column.target
            chosen = posted.get(f"{COLUMN}{index}", LEAVE_OUT)
            if column.column.header and target and split_target(target)[0] == chosen:
                fields[index] = target  # with the way in which the column fills it
            elif column.column.header:
                fields[index] = chosen if chosen in labels else None
        pairs = zip(posted.getlist("fixed-field"), posted.getlist("fixed-value"), strict=False)
        fixed = [(name if name in known else "", text.strip()) for name, text in pairs if text.strip()]
        answers = {name: posted[name] for name in posted if name.startswith(QUESTION)}
        return ColumnDraft(fields, fixed, posted.get("first_line", ""), answers)


def _find_refusal_of_values(fixed: Iterable[tuple[str, str]], known: Mapping[str, SheetField]) -> str:
    """Return why these values for all lines are refused; empty if they are not."""
    for name, text in fixed:
        if name not in known:
            return gettext("Say which field “%(text)s” is for.") % {"text": privacy.masked(text)}
        if known[name].differs_by_row:
            return str(DIFFERS_BY_ROW % {"field": known[name].column_name})
        if privacy.MASK in text:
            return gettext("Write the value of %(field)s without ***.") % {"field": known[name].column_name}
        if wrong := privacy.check_text(text):
            return f"{known[name].column_name}: {wrong}"
    return ""
