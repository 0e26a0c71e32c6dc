"""Describes who changed a record, or one of its fields, last since an import."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext

from admin_pages.users import get_actor_name
from dates.format import format_date
from dossiers.models import ImportRow, ImportRun, Merge, RecordKind
from dossiers.spreadsheets.field_histories import FieldHistory, fill_histories
from dossiers.spreadsheets.provenance import get_steps
from dossiers.spreadsheets.resources import EmployerResource
from dossiers.spreadsheets.undo.plan import Plan, record_resource
from dossiers.spreadsheets.undo.reasons import EDITED


def find_merges(run: ImportRun, keys: list[int]) -> dict[int, Merge]:
    """Return the merges of dossiers into others, by the key of the dossier that went.

    Those that were undone or made since the undo of the run are not among them.
    """
    if run.record != RecordKind.DOSSIERS or not keys:
        return {}
    until = run.undone_at or timezone.now()
    merges = Merge.objects.not_undone().filter(other_id__in=keys, applied_at__lt=until)
    return {merge.other_id: merge for merge in merges.select_related("kept", "user")}


def describe_last_changes(run: ImportRun, keys: list[int], merges: dict[int, Merge]) -> dict[int, str]:
    """Return a sentence about the last change of each record since the import, or about its merge, by id.

    Changes by the import itself are left out, those from its undo on, and those that were undone.
    """
    model: Any = record_resource(run)._meta.model
    until = run.undone_at or timezone.now()
    since = run.applied_at or until  # without it the process of the import was killed
    steps = get_steps(model, until).filter(id__in=keys, history_date__gt=since, is_undone=False)
    steps = steps.exclude(import_run=run)
    sentence = (
        gettext("Last change of the dossier: on %(day)s by %(who)s")
        if run.record == RecordKind.DOSSIERS
        else gettext("Last change of the employer interest: on %(day)s by %(who)s")
    )
    changes = {}
    for step in steps.select_related("history_user", "import_run").order_by("history_date", "history_id"):
        changes[step.id] = _describe_change(sentence, step.history_date, step.history_user, step.import_run)
    for key, merge in merges.items():
        changes[key] = gettext("Merged into %(reference)s on %(day)s by %(who)s") % {
            "reference": merge.kept.reference,
            "day": format_date(merge.applied_at),
            "who": get_actor_name(merge.user),
        }
    return changes


def describe_field_changes(plan: Plan, rows: list[ImportRow]) -> dict[int, dict[str, str]]:
    """Return a sentence about the last change of each field that was changed since, by row and field.

    For an import that was undone, these are the last changes before its undo.
    """
    histories: dict[int, dict[str, FieldHistory]] = {
        row.pk: {name: FieldHistory(None) for name, codes in plan.reasons.get(row.pk, {}).items() if EDITED in codes}
        for row in rows
    }
    resource = record_resource(plan.run)
    until = plan.run.undone_at
    fill_histories(resource, [(row.target_id or 0, histories[row.pk]) for row in rows], until)
    if resource.kind == RecordKind.EMPLOYER_INTEREST:
        fill_histories(EmployerResource(), [(row.employer_id or 0, histories[row.pk]) for row in rows], until)
    origins = [history.origin for fields in histories.values() for history in fields.values() if history.origin]
    users = User.objects.in_bulk([origin.user_id for origin in origins if origin.user_id])
    runs = ImportRun.objects.in_bulk([origin.run_id for origin in origins if origin.run_id])
    return {
        pk: {
            name: _describe_change(
                gettext("Changed last on %(day)s by %(who)s"),
                origin.at,
                users.get(origin.user_id or 0),
                runs.get(origin.run_id or 0),
            )
            for name, history in fields.items()
            if (origin := history.origin) and origin.run_id != plan.run.pk
        }
        for pk, fields in histories.items()
    }


def _describe_change(sentence: str, at: datetime, user: User | None, run: ImportRun | None) -> str:
    text = sentence % {"day": format_date(at), "who": get_actor_name(user)}
    return f"{text} ({run.file_name})" if run else text
