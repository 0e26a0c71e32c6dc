"""Stores how an organisation's lists are read, so that users answer each question once."""

from itertools import count

from django.utils.text import capfirst

from dossiers.models import ImportProfile, ImportRun, Organisation, OwnField, RecordKind
from dossiers.spreadsheets.imports.columns import build_target
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.values import fold


def find_profile(record: str, organisation: Organisation | None) -> ImportProfile | None:
    return ImportProfile.objects.filter(record=record, organisation=organisation).first()


def save_profile(run: ImportRun) -> ImportProfile:
    """Add the decisions about this list to the profile of its organisation."""
    profile, _created = ImportProfile.objects.get_or_create(
        record=run.record, organisation=run.organisation, defaults={"name": default_profile_name(run)}
    )
    decided = Decisions.about(run)
    named = {
        column["key"]: build_target(column["field"], column.get("mode", ""))
        for column in run.columns
        if column["header"] and column["field"]
    }
    profile.columns |= {header: field for header, field in decided.columns.items() if field is None} | named
    profile.values |= decided.words
    profile.save()
    return profile


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
