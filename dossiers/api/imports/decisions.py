"""Decisions about an import before it is applied: they are validated and saved, and then the list is read again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import privacy
from dossiers.api.imports.schemas import ImportDecision, PartnerDecision
from dossiers.models import NAME_FIELDS, ImportProfile, ImportRun
from dossiers.models.imports.import_profile import fields_of_column, split_target
from dossiers.spreadsheets.imports.columns.columns import column_targets, find_unclear_fields
from dossiers.spreadsheets.imports.decisions import ABOUT_CELLS, TO_REMARKS
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.parts import get_parts_by_key
from dossiers.spreadsheets.imports.parsed_rows import find_answer_problem, may_be_remark
from dossiers.spreadsheets.imports.row_corrections import recheck_outdated_rows
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.resources import DIFFERS_BY_ROW
from dossiers.spreadsheets.values.base import EMPTYING_WORD
from dossiers.tasks import read_import
from web_api.problems import Problem
from web_api.validation import find_errors

DECISIONS = (*ABOUT_CELLS, "parts")


def save_decisions(run: ImportRun, body: dict[str, Any], *, coordinator: bool) -> None:
    """Save the decisions and read the list again; raises Problem with all errors, and then saves nothing."""
    wrong = find_errors(ImportDecision if coordinator else PartnerDecision, body)
    decisions = {name: value for name, value in body.items() if name not in wrong}
    if "parts" in decisions and not recheck_outdated_rows(run):
        raise Problem(409, _("Something was changed meanwhile. Check all lines again, and answer then."))
    fields = {n: f for n, f in resource_for(run).sheet_fields().items() if f.in_use and n not in run.barred}
    if coordinator:
        run.policy = decisions.get("policy", run.policy)
        if "profile" in decisions:
            profile = decisions["profile"]
            run.profile = ImportProfile.objects.filter(name=profile, record=run.record).first()
            if profile is not None and run.profile is None:
                wrong["profile"] = [_("There is no import profile with this name for such lists.")]
    for name in DECISIONS:
        if name in decisions:
            _apply_decision(run, name, decisions[name], fields, wrong)
    if wrong:
        raise Problem.of_fields(wrong)
    with transaction.atomic():
        if not run.keep_decisions():
            raise Problem(409, _("This list is not open for decisions any more. Read it again."))
        read_import.enqueue(run.pk)
    run.refresh_from_db()


def _apply_decision(
    run: ImportRun, name: str, choice: dict[str, Any], fields: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    if name == "columns":
        targets = column_targets(resource_for(run))
        fields = {target: None for target in targets if split_target(target)[0] not in run.barred}
    if name == "parts":
        fields = get_parts_by_key(run)
    problems = [problem for key, value in choice.items() if (problem := _find_problem(run, name, key, value, fields))]
    if name == "columns":
        chosen = {split_target(target)[0] for target in choice.values() if target is not None}
        names = [name for field in chosen for name in fields_of_column(field) if name in NAME_FIELDS]
        if find_unclear_fields(choice.values()) or len(names) != len(set(names)):
            problems.append(
                _("Only one column can be of a field, unless the others say how they fill it, as in “phone:fallback”.")
            )
    if problems:
        wrong[name] = list(dict.fromkeys(problems))
    elif name == "words":
        words = run.decided.setdefault("words", {})
        for field, meanings in choice.items():
            words[field] = words.get(field, {}) | meanings
    elif name == "parts":
        answer_parts(run, fields.values(), choice)
    elif name == "fixed":
        run.fill_in_all_lines(run.decided.get(name, {}) | choice)
    else:
        run.decided[name] = run.decided.get(name, {}) | choice


def _find_problem(run: ImportRun, name: str, key: str, value: Any, fields: dict[str, Any]) -> str:
    """Return what is wrong with one decision as a text for people; empty if it is valid."""
    field = value if name == "columns" else key
    if field is not None and field not in fields:
        return _("There is no field “%(name)s” in such a list.") % {"name": field}
    if name == "words" and fields[key].has_typed_answers:
        # Only a text that is asked about is stored.
        asked = {*run.asked.get("words", {}).get(key, {}), *run.asked.get("answered_words", {}).get(key, [])}
        if not value.keys() <= asked:
            return _("Answer only the questions about this list.")
        problems = (
            find_answer_problem(fields[key], text)
            for word, text in value.items()
            if text is not None and not (text == TO_REMARKS and may_be_remark(fields[key], word))
        )
        return next(filter(None, problems), "")
    if name == "words":
        options = [word for word, _label in fields[key].widget.settable_options()]
        options += [EMPTYING_WORD] if fields[key].may_be_emptied else []
        suggested = {word: dict(fields[key].widget.suggest_answers(word)) for word in value}
        if any(
            text is not None and text not in options and text not in suggested[word] for word, text in value.items()
        ):
            return _("Choose from: %(known)s.") % {"known": ", ".join(options)}
    if name == "parts" and value and not fields[key].is_readable:
        return _("This part can't be read with the columns of the list. It can only be left out.")
    if name == "fixed" and fields[key].differs_by_row:
        return str(DIFFERS_BY_ROW % {"field": fields[key].column_name})
    if name == "fixed" and (private := privacy.check_text(value)):
        return str(private)
    return ""
