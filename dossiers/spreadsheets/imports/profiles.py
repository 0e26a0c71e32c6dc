"""Stores how an organisation's lists are read, so that users answer each question once."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from django.utils.text import capfirst

from dossiers.models import ImportProfile, ImportRun, Organisation, OwnField, RecordKind
from dossiers.spreadsheets.imports.columns.columns import build_target
from dossiers.spreadsheets.imports.decisions import Decisions, keep_remembered
from dossiers.spreadsheets.imports.file_parts.facts import (
    SHEETS,
    TABLES_BESIDE,
    TITLE,
    asks_whether_sheets_are_one_list,
    find_titles,
)
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.values import fold

COLUMNS = ""  # in place of the field of a word
NUMBERS = re.compile(r"\d+")


def find_profile(record: str, organisation: Organisation | None) -> ImportProfile | None:
    return ImportProfile.objects.filter(record=record, organisation=organisation).first()


def save_profile(run: ImportRun) -> ImportProfile:
    """Add the decisions about this list to the profile of its organisation.

    The columns of an export of ours say nothing about those of the lists that the organisation sends.
    """
    profile, _created = ImportProfile.objects.get_or_create(
        record=run.record, organisation=run.organisation, defaults={"name": default_profile_name(run)}
    )
    decided = Decisions.about(run)
    if not run.gives_whole_fields:
        left_out = {header: field for header, field in decided.columns.items() if field is None}
        profile.columns |= left_out | _get_named_columns(run)
    profile.values |= {name: keep_remembered(words) for name, words in decided.words.items()}
    if (answer := _get_answer_about_sheets(run)) is not None:
        profile.sheets_as_one = answer
    profile.save()
    return profile


def forget_answers(run: ImportRun) -> None:
    """Remove the answers from the profile that only this list gave, when it is undone.

    An answer of another list in force stays, or comes back in its place.
    """
    profile, answers = find_profile(run.record, run.organisation), get_answers(run)
    about_sheets = _get_answer_about_sheets(run)
    if not profile or not (answers or about_sheets is not None):
        return
    states = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
    others = ImportRun.objects.filter(record=run.record, organisation=run.organisation, state__in=states)
    of_others: dict[tuple[str, str], str | None] = {}
    of_undone: set[tuple[tuple[str, str], str | None]] = set()
    others_about_sheets = None
    runs = [run, *others.exclude(pk=run.pk).only("columns", "decided", "asked", "state", "applied_at")]
    for other in sorted(runs, key=lambda other: (other.applied_at or other.created_at, other.pk)):
        if other.pk == run.pk or other.state == ImportRun.State.UNDONE:
            of_undone |= get_answers(other).items()
            continue
        if (answer := _get_answer_about_sheets(other)) is not None:
            others_about_sheets = answer
        # A later list has its columns by the answers that an undone list gave, unless it answers them itself.
        named = {(COLUMNS, key): target for key, target in _get_named_columns(other).items()}
        of_others |= dict(named.items() - of_undone) | get_answers(other)
    for (name, key), meaning in answers.items():
        known = profile.columns if name == COLUMNS else profile.values.get(name, {})
        if key in known and known[key] == meaning:
            del known[key]
            known |= {key: of_others[name, key]} if (name, key) in of_others else {}
    profile.values = {name: words for name, words in profile.values.items() if words}
    if about_sheets is not None and profile.sheets_as_one == about_sheets:
        profile.sheets_as_one = others_about_sheets
    profile.save()


def _get_answer_about_sheets(run: ImportRun) -> bool | None:
    """Return what was answered about sheets of the same shape; None if the list has none."""
    answer: bool | None = run.decided.get("parts", {}).get(SHEETS)
    return answer if asks_whether_sheets_are_one_list(run) else None


def add_earlier_answers(run: ImportRun, parts: Sequence[Part]) -> list[Part]:
    """Return the parts with what users answered about the same parts of earlier lists of this sender.

    A part with a title is the same as one with that title, and a part without one as one of its kind. The last list
    that had the part counts, also for whether its title was added to the remarks.
    """
    titles = find_titles(run.asked)
    subjects = {
        part.key: _describe_subject(part.key, titles)
        for part in parts
        if part.answer is None and part.is_readable and not (part.is_older or part.sheets)
    }
    if not subjects:
        return [*parts]
    applied = ImportRun.objects.filter(
        record=run.record, organisation=run.organisation_id, state=ImportRun.State.APPLIED, decided__has_key="parts"
    )
    earlier_runs = applied.exclude(pk=run.pk).order_by("-applied_at")
    facts = earlier_runs.values_list("decided__parts", "asked__sections", f"asked__{TABLES_BESIDE}")
    earlier_answers: dict[tuple[str, str | None], str] = {}
    for answers_by_key, sections, tables in facts.iterator():
        earlier_titles = find_titles({"sections": sections, TABLES_BESIDE: tables})
        answers: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for key, answer in answers_by_key.items():
            answers[_describe_subject(key, earlier_titles)].add("yes" if answer else "no")
        for subject in answers.keys() - earlier_answers.keys():
            earlier_answers[subject] = answers[subject].pop() if len(answers[subject]) == 1 else ""
        if earlier_answers.keys() >= set(subjects.values()):
            break
    return [
        replace(
            part,
            earlier_answer=earlier_answers.get(subjects[part.key], ""),
            title=part.title
            and replace(
                part.title, answer=earlier_answers.get(_describe_subject(part.title.key, titles), "yes") == "yes"
            ),
        )
        if part.key in subjects
        else part
        for part in parts
    ]


def _describe_subject(key: str, titles: dict[str, str]) -> tuple[str, str | None]:
    """Return the kind of a part and its title, without the numbers that differ from week to week; None without one."""
    title = titles.get(key.removeprefix(TITLE))
    return key.partition("-")[0], fold(NUMBERS.sub(" ", title)) if title else None


def get_answers(run: ImportRun) -> dict[tuple[str, str], str | None]:
    """Return what users answered about this list and its profile remembers, by (field, word) or (COLUMNS, header)."""
    columns = {} if run.gives_whole_fields else run.decided.get("columns", {})
    words = run.decided.get("words", {})
    answers = {
        (name, word): meaning for name, meanings in words.items() for word, meaning in keep_remembered(meanings).items()
    }
    return answers | {(COLUMNS, key): target for key, target in columns.items()}


def _get_named_columns(run: ImportRun) -> dict[str, str]:
    """Return the target of each column with a header, by its key; none of an export of ours."""
    if run.gives_whole_fields:
        return {}
    return {
        column["key"]: build_target(column["field"], column.get("mode", ""))
        for column in run.columns
        if column["header"] and column["field"]
    }


def default_profile_name(run: ImportRun) -> str:
    """Return a name that no other profile has; an organisation may have the former name of another one."""
    record = str(RecordKind(run.record).label)
    name = f"{run.organisation.name[:90]}: {record}" if run.organisation else capfirst(record)
    numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(name for name in numbered if not ImportProfile.objects.filter(name=name).exists())


def forget_left_out(own: OwnField) -> None:
    """Remove the decisions to leave out columns with the label of a new own field, since they have a field now."""
    for profile in ImportProfile.objects.filter(record=own.record):
        left = {
            header for header, field in profile.columns.items() if field is None and fold(header) == fold(own.label)
        }
        if left:
            profile.columns = {header: field for header, field in profile.columns.items() if header not in left}
            profile.save(update_fields=["columns"])
