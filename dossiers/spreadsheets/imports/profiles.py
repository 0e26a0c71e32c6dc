"""What is remembered about a sender's lists, so that it is asked once."""

from itertools import count

from django.utils.text import capfirst

from dossiers.models import ImportProfile, ImportRun, Organisation, OwnField, RecordKind
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.values import fold


def remembered(record: str, organisation: Organisation | None) -> ImportProfile | None:
    return ImportProfile.objects.filter(record=record, organisation=organisation).first()


def remember(run: ImportRun) -> ImportProfile:
    """Keep how this list's columns were read; what was known of other lists of the sender stays."""
    profile, _created = ImportProfile.objects.get_or_create(
        record=run.record, organisation=run.organisation, defaults={"name": default_name(run)}
    )
    decided = Decisions.about(run)
    named = {column["key"]: column["field"] for column in run.columns if column["header"] and column["field"]}
    profile.columns |= {header: field for header, field in decided.columns.items() if field is None} | named
    profile.values |= decided.words
    profile.fixed |= decided.fixed
    profile.month_first |= decided.month_first
    profile.save()
    return profile


def default_name(run: ImportRun) -> str:
    """A name that no other profile has: an organisation may have got the former name of another one."""
    record = str(RecordKind(run.record).label)
    name = f"{run.organisation.name[:90]}: {record}" if run.organisation else capfirst(record)
    numbered = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(name for name in numbered if not ImportProfile.objects.filter(name=name).exists())


def offer_again(own: OwnField) -> None:
    """Forget that columns of this name were left out: now there is a field for them."""
    for profile in ImportProfile.objects.filter(record=own.record):
        left = {
            header for header, field in profile.columns.items() if field is None and fold(header) == fold(own.label)
        }
        if left:
            profile.columns = {header: field for header, field in profile.columns.items() if header not in left}
            profile.save(update_fields=["columns"])
