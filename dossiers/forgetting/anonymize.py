"""Anonymizes a dossier, so that no stored data names or describes the person. This can't be undone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.forgetting import evaluations
from dossiers.forgetting.deletions import clear_deletions
from dossiers.forgetting.list_mentions import remove_from_headers_and_answers
from dossiers.forgetting.list_rows import find_dossiers, has_supply_of
from dossiers.forgetting.mention_decisions import Decided
from dossiers.forgetting.mention_removal import DELETED_NAME, FORGOTTEN_NAME, replace_mentions
from dossiers.forgetting.name_search import Named
from dossiers.forgetting.personal_data import (
    LINES,
    Person,
    get_lists_with_errors_only,
    get_unfinished_lists,
    remove_marks,
    remove_marks_from_query,
)
from dossiers.forgetting.retention_map import (
    DELETED_WITH_DOSSIER,
    PERSON_MODELS,
    SHARED_MODELS,
    build_empty_values,
    get_model,
    rewrite,
)
from dossiers.forgetting.same_person import Identity, find_deleted_dossiers, find_existing_dossiers
from dossiers.forgetting.undone_merges import clear_lists_about_others, clear_undone_merges
from dossiers.models import (
    CLOSED_STATUSES,
    BulkChange,
    BulkRow,
    Dossier,
    ExportRun,
    ImportRow,
    ImportRun,
    Placement,
    Supply,
)
from dossiers.models.deletion import DeletedRow, find_rows_to_store
from dossiers.models.imports.import_row import Action
from dossiers.models.lists.names import add_free_number
from dossiers.models.merges.merge import save_with_reason
from dossiers.signals import Removal, personal_data_removed

FORGOTTEN = _("(forgotten)")
NO_ANSWERS: Mapping[int, bool] = MappingProxyType({})
LOG_ACTION = "dossiers.anonymise"
MAX_REASON_LENGTH = 100  # characters; the limit of a reason in a history record


class AnonymizationRefused(Exception):
    """Raised if a person can't be anonymized; its text is the reason for people."""


def find_obstacle(dossier: Dossier, discard: Collection[int] = (), similar: Mapping[int, bool] = NO_ANSWERS) -> str:
    """Return why this dossier can't be anonymized now, as a text for people; empty if it can.

    `discard` has the keys of unfinished imports from which the person's rows may be removed. `similar` has the keys of
    rows that are only similar, and whether the user said that such a row is about this person.
    """
    if dossier.anonymised_at:
        return gettext("This dossier was anonymised already.")
    is_open = gettext("This dossier is open. Close it first.") if dossier.status not in CLOSED_STATUSES else ""
    references = dossier.placements.open().order_by("pk").values_list("reference", flat=True)
    if open_work := " ".join(filter(None, [is_open, describe_open_placements(references)])):
        return open_work
    return find_unread_list() or find_import_obstacle(Person(dossier), discard, similar)


def find_unread_list() -> str:
    """Return that a list was not read yet, so that it may bring anybody back; empty if there is none."""
    if not (run := ImportRun.objects.filter(state__in=ImportRun.UNREAD).select_related("organisation").first()):
        return ""
    if run.is_hidden_from_coordinators:
        words = gettext(
            "%(sender)s has a list that was not read yet: who is in it is not known. Ask %(sender)s to "
            "answer its questions or to throw it away."
        )
        return words % {"sender": run.organisation or run.user}
    words = gettext(
        "The list %(file)s (import %(number)d) was not read yet: who is in it is not known. Answer its "
        "questions or throw it away first."
    )
    return words % {"file": run.file_name, "number": run.pk}


def find_import_obstacle(person: Named, discard: Collection[int] = (), similar: Mapping[int, bool] = NO_ANSWERS) -> str:
    """Return why the person can't be removed from the imports now; the arguments are as in `find_obstacle`.

    A similar row that nobody judged is an obstacle, since it would become a new person once its dossier has no name.
    """
    if row := person.unfinished_rows.exclude(run__in=discard).select_related("run__organisation").first():
        return _describe_open_import(row.run)
    row = person.similar_rows.exclude(pk__in=similar).select_related("run__organisation").first()
    return _describe_similar_row(row) if row else ""


def find_obstacles(dossiers: Sequence[Dossier]) -> dict[int, str]:
    """Return {key: reason} of closed dossiers that can't be anonymized; a quick check without each person's imports."""
    keys = [dossier.pk for dossier in dossiers]
    rows = ImportRow.objects.filter(Q(target_id__in=keys) | has_supply_of(keys), run__in=get_unfinished_lists())
    listed = find_dossiers(rows.exclude(action=Action.ABSENT))
    placements = defaultdict(list)
    for key, reference in Placement.objects.open().filter(dossier__in=keys).values_list("dossier", "reference"):
        placements[key].append(reference)
    similar = ImportRow.objects.filter(run__in=get_unfinished_lists()).exclude(similar=[])
    keys_by_reference = {dossier.reference: dossier.pk for dossier in dossiers}
    reasons = {
        keys_by_reference[reference]: _describe_similar_row(row)
        for row in similar.select_related("run__organisation")
        for reference in row.similar
        if reference in keys_by_reference
    }
    reasons |= {key: _describe_open_import(row.run) for row, key in listed.items() if key in keys}
    return reasons | {key: describe_open_placements(references) for key, references in placements.items()}


def describe_open_placements(references: Iterable[str]) -> str:
    """Return that these placements have to end first; empty if there are none."""
    if not (names := list(references)):
        return ""
    text = ngettext(
        "Placement %(reference)s has not ended. End it first.",
        "Placements %(reference)s have not ended. End them first.",
        len(names),
    )
    return text % {"reference": get_text_list(names, gettext("and"))}


def _describe_open_import(run: ImportRun) -> str:
    if run.is_hidden_from_coordinators:
        text = gettext(
            "This person stands in a list that %(organisation)s has not sent yet. Ask %(organisation)s to send it or "
            "to throw it away."
        )
        return text % {"organisation": run.organisation}
    words = gettext("This person stands in import %(number)d, which is not finished. Finish or stop it first.")
    return words % {"number": run.pk}


def _describe_similar_row(row: ImportRow) -> str:
    if row.run.is_hidden_from_coordinators:
        return _describe_open_import(row.run)
    words = gettext(
        "Line %(line)s of import %(number)d may be about this person. Say there who it is, or stop the import."
    )
    return words % {"line": row.line_name, "number": row.run_id}


def anonymize_dossier(
    key: int,
    user: User | None,
    why: str | Promise,
    decisions: Mapping[str, bool] | None = None,
    discard: Collection[int] = (),
    similar: Mapping[int, bool] = NO_ANSWERS,
) -> Dossier:
    """Anonymize the person of a closed dossier; raises AnonymizationRefused.

    `why` is stored in the history. `decisions` says for each mention in other texts whether it is removed; with None,
    mention_removal.py decides. `discard` and `similar` are as in `find_obstacle`.
    """
    with transaction.atomic():
        dossier = Dossier.objects.get_locked(key)
        if reason := find_obstacle(dossier, discard, similar):
            raise AnonymizationRefused(reason)
        return anonymize_locked(dossier, user, why, decisions, similar)


def anonymize_locked(
    dossier: Dossier,
    user: User | None,
    why: str | Promise,
    decisions: Mapping[str, bool] | None = None,
    similar: Mapping[int, bool] = NO_ANSWERS,
) -> Dossier:
    """Anonymize the person of a dossier that is locked and has no obstacle; the arguments are as above."""
    anonymize_person(Person(dossier), user, decisions, similar)
    dossier = Dossier.objects.get(pk=dossier.pk)
    dossier.anonymised_at = timezone.now()
    save_with_reason(dossier, user, (gettext("Anonymised: %(why)s") % {"why": why})[:MAX_REASON_LENGTH])
    log(instance=dossier, action=LOG_ACTION, user=user, content_changed=True, data={"why": str(why)})
    return dossier


def find_obstacle_of_deleted(
    person: Person, discard: Collection[int] = (), similar: Mapping[int, bool] = NO_ANSWERS
) -> str:
    """Return why the person of a deleted dossier can't be anonymized now; the arguments are as in `find_obstacle`."""
    if existing := find_existing_dossiers(Identity(person.keys)).first():
        words = gettext("This person has a dossier: %(reference)s. Anonymise that, and the deleted one goes with it.")
        return words % {"reference": existing.reference}
    return find_unread_list() or find_import_obstacle(person, discard, similar)


def anonymize_deleted(
    key: int,
    user: User | None,
    why: str,
    decisions: Mapping[str, bool] | None = None,
    discard: Collection[int] = (),
    similar: Mapping[int, bool] = NO_ANSWERS,
) -> None:
    """Anonymize the person of a deleted dossier, who has no other; raises AnonymizationRefused.

    The arguments are as in `anonymize_dossier`.
    """
    with transaction.atomic():
        person = Person.deleted(key)
        if reason := find_obstacle_of_deleted(person, discard, similar):
            raise AnonymizationRefused(reason)
        anonymize_person(person, user, decisions, similar)
        # without a title, the log would store the name
        title, data = person.dossier.reference, {"why": why}
        log(instance=person.dossier, action=LOG_ACTION, title=title, user=user, content_changed=True, data=data)


def clear_deleted(key: int) -> None:
    """Anonymize the person of a dossier that can't be restored any more; raises AnonymizationRefused.

    If there is another dossier of that person, or one that can be restored, only the history of this one is cleared.
    """
    with transaction.atomic():
        person = Person.deleted(key, with_deleted=False)
        identity = Identity(person.keys)
        if find_existing_dossiers(identity).exists() or find_deleted_dossiers(identity):
            _clear_records(person)
            return
        if reason := find_unread_list() or find_import_obstacle(person):
            raise AnonymizationRefused(reason)
        anonymize_person(person, None)


def remove_from_other_records(
    dossier: Dossier,
    user: User | None,
    decisions: Mapping[str, bool] | None,
    discard: Collection[int] = (),
    similar: Mapping[int, bool] = NO_ANSWERS,
) -> list[DeletedRow]:
    """Remove the person of a dossier that is deleted next from texts about others, imports and bulk changes.

    Returns the rows of imports to store with the dossier, so that they come back with it. The history of the dossier
    keeps the name until the retention term has passed. Raises AnonymizationRefused; `decisions`, `discard` and
    `similar` are as in `anonymize_dossier`.
    """
    with transaction.atomic():
        person = Person(dossier, with_deleted=False)
        remove_name_elsewhere(person, user, decisions, DELETED_NAME)  # this locks the lists that may still be applied
        if reason := find_import_obstacle(person, discard, similar):
            raise AnonymizationRefused(reason)
        import_rows = find_rows_to_store(person.own_rows)
        _clean_imports(person, similar)
    return import_rows


def refuse_undecided(decided: Decided) -> None:
    """Raise AnonymizationRefused if there are mentions without a decision."""
    if decided.undecided:
        raise AnonymizationRefused(
            gettext("Another text that names this person was added or changed meanwhile. Look again.")
        )


def remove_name_elsewhere(
    person: Person,
    user: User | None,
    decisions: Mapping[str, bool] | None = None,
    action: str = FORGOTTEN_NAME,
) -> Decided:
    """Remove the person's name from the texts about others and from frozen evaluations, as decided for each text.

    Raises AnonymizationRefused; `decisions` and `action` are as in mention_removal.py.
    """
    decided = replace_mentions(person, decisions, user, action)
    refuse_undecided(decided)
    evaluations.redact_evaluations(person, decided, str(FORGOTTEN))
    return decided


def anonymize_person(
    person: Person,
    user: User | None,
    decisions: Mapping[str, bool] | None = None,
    similar: Mapping[int, bool] = NO_ANSWERS,
) -> None:
    """Anonymize a person of whom nothing is an obstacle; the arguments are as in `anonymize_dossier`."""
    decided = remove_name_elsewhere(person, user, decisions)
    clear_undone_merges(person)
    _clean_imports(person, similar)
    clear_lists_about_others(person)
    forget_uploads()
    forget_searches()
    if not decided.is_name_kept:
        _mask_texts(person)
    for run in ExportRun.objects.filter(kind=ExportRun.Kind.DOSSIERS).exclude(state=ExportRun.State.GONE):
        if not run.busy:  # one in progress expires within a day; users can request the others again
            run.destroy()
    # The log labels of supplies contain the external number; those of deleted supplies may be this person's.
    entries = ModelLogEntry.objects.filter(content_type__app_label="dossiers", content_type__model="supply")
    logged = Supply.objects.filter(pk__in=set(entries.values_list("object_id", flat=True)))
    others = logged.exclude(pk__in=[supply.pk for supply in person.supplies]).values_list("pk", flat=True)
    entries.exclude(object_id__in=map(str, others)).update(label=str(FORGOTTEN))
    clear_deletions(person)
    _clear_records(person)
    personal_data_removed.send(None, action=Removal.ANONYMIZED, model=Dossier._meta.label, keys=person.keys)


def _clear_records(person: Person) -> None:
    """Clear the records about the person with their histories; delete those that have no purpose without the person."""
    actions = person.steps("dossiers.FollowUp").values_list("id", flat=True)
    find_bulk_rows("dossier", person.keys).delete()
    find_bulk_rows("followup", set(actions)).delete()
    for label in DELETED_WITH_DOSSIER:
        person.records(label).delete()
        if hasattr(get_model(label), "history"):
            person.steps(label).delete()  # including the record that the deletion just created
    for label in PERSON_MODELS:
        nothing = build_empty_values(label, str(FORGOTTEN))
        if hasattr(get_model(label), "history"):
            steps = person.steps(label)
            steps.exclude(import_run=None).update(history_change_reason=None)  # it may have the sender's number
            steps.update(**nothing, import_run=None, import_line=None)
        rewrite(person.records(label), **nothing)
    _clear_merged_references(person)


def _clear_merged_references(person: Person) -> None:
    """Let the history and the log of the dossier name no other dossier of the person, which was merged into it."""
    references = person.references - {person.dossier.reference}
    for label in PERSON_MODELS:
        if hasattr(get_model(label), "history"):
            for reference in references:
                steps = person.steps(label).filter(history_change_reason__endswith=f" {reference}")
                steps.update(
                    history_change_reason=Replace(
                        "history_change_reason", Value(reference), Value(gettext("another dossier"))
                    )
                )
    entries = ModelLogEntry.objects.get_for_model(Dossier).filter(object_id__in=map(str, person.keys))
    entries.filter(data__reference__in=references).update(data={})


def find_bulk_rows(kind: str, keys: Collection[int]) -> QuerySet[BulkRow]:
    """Return the lines of bulk changes of these records, of a kind such as "dossier"."""
    return BulkRow.objects.filter(change__kind=kind, record_id__in=keys)


def _clean_imports(person: Person, similar: Mapping[int, bool]) -> None:
    """Delete the person's rows in imports, the decisions about them, and the clean copies with these rows.

    An import keeps only the number of the rows that it lost. The clean copy of an import that may be read again, since
    it is unfinished or has rows that can still be decided, loses only these rows. The copy of a list that the person
    is absent from stays. Similar rows that are about somebody else stay.
    """
    discarded = person.similar_rows.filter(pk__in=[key for key, is_person in similar.items() if is_person])
    rows = ImportRow.objects.filter(
        pk__in={*person.rows.values_list("pk", flat=True), *discarded.values_list("pk", flat=True)}
    )
    steps = person.steps("dossiers.Dossier").exclude(import_run=None).exclude(import_line=None)
    written = set(steps.values_list("import_run", "import_line"))
    matched = ImportRow.objects.filter(run__in={key for key, _number in written}, target_id__in=person.keys)
    written -= set(matched.exclude(pk__in=rows.values("pk")).values_list("run", "line"))
    lines: dict[int, set[int]] = {key: set() for key in rows.values_list("run", flat=True)}
    for key, number in (*written, *rows.exclude(action=Action.ABSENT).values_list("run", "line")):
        lines.setdefault(key, set()).add(number)
    unfinished = set(get_unfinished_lists().filter(pk__in=lines).values_list("pk", flat=True))
    useless = set(get_lists_with_errors_only().filter(pk__in=lines).values_list("pk", flat=True))
    counts = Counter(rows.exclude(action=Action.ABSENT).values_list("run", flat=True))
    rows.delete()
    _keep_similar_rows(person, lines)
    for run in ImportRun.objects.filter(pk__in=lines):
        gone = lines[run.pk]
        if not gone:  # the person is only absent from this list
            continue
        run.forgotten_rows += counts[run.pk]
        if counts[run.pk] and not run.rows.exists():
            run.counts_for_sender = dict.fromkeys(run.counts_for_sender, 0)
        remove_lines(run, gone, is_unfinished=run.pk in unfinished)
        run.save()
        if run.pk in useless:
            why = gettext("Nothing of this list could be imported, and somebody in it was forgotten. Upload it again.")
            run.refuse(why)
        elif run.pk in unfinished and not run.rows.exclude(action=Action.ABSENT).exists():
            run.refuse(gettext("The only person in this list was forgotten."))


def remove_lines(run: ImportRun, lines: Collection[int], *, is_unfinished: bool) -> None:
    """Remove these lines from the decisions about an import and from its files; the run is not saved."""
    for line in lines:
        run.decided.get(LINES, {}).pop(str(line), None)
    run.forget_upload()
    if is_unfinished or run.find_undecided_rows().exists():
        run.rewrite_clean_copy(lambda number, cells: None if number in lines else cells)
    else:
        run.forget_clean()


def forget_uploads() -> None:
    """Delete the files of lists that were read, since nobody knows who is on the sheets that were not chosen."""
    for run in ImportRun.objects.filter(state__in=ImportRun.STAGED).exclude(upload=""):
        run.forget_upload()
        run.save(update_fields=["upload", "sample"])


def _keep_similar_rows(person: Person, lines: dict[int, set[int]]) -> None:
    """Remove the person and the deleted lines (by import) from the lists of whom the other rows are similar to."""
    for row in person.similar_rows:
        gone = person.references | lines.get(row.run_id, set())
        row.similar = [similar for similar in row.similar if similar not in gone]
        if row.action == Action.SIMILAR and not row.similar:
            row.action = Action.NEW
        row.save(update_fields=["similar", "action"])
    for row in ImportRow.objects.filter(run__in=lines, action=Action.SIMILAR).select_related("run"):
        if row.run.state == ImportRun.State.APPLIED:
            row.similar = [similar for similar in row.similar if similar not in lines[row.run_id]]
            row.save(update_fields=["similar"])


def forget_searches() -> None:
    """Delete the searches that are stored: a word that was searched may be any part of a name or a number."""
    for change in BulkChange.objects.filter(state=BulkChange.State.PREVIEWED).exclude(query=""):
        if QueryDict(change.query).get("q"):
            change.forget()
    for run in ExportRun.objects.exclude(query=""):
        if QueryDict(run.query).get("q") and not run.busy:
            run.destroy()


def _mask_texts(person: Person) -> None:
    """Mask the person's name in headers, decisions and filters of shared records, which users are not asked about."""
    if person.marks is None:
        return
    for run in ImportRun.objects.exclude(clean_copy="").select_related("profile"):
        remove_from_headers_and_answers(run, person.marks)
    for label, chosen in SHARED_MODELS.items():
        model, names = get_model(label), chosen.masked
        if not names:
            continue
        for record in model._default_manager.exclude(**dict.fromkeys(names, "")).only(*names):
            before = {name: getattr(record, name) for name in names}
            after = {
                name: (remove_marks_from_query if name == "query" else remove_marks)(value, person.marks)
                for name, value in before.items()
            }
            for name, value in after.items():
                if isinstance(value, str) and value != before[name]:
                    after[name] = add_free_number(record, name, value)
            if after != before:
                rewrite(model._default_manager.filter(pk=record.pk), **after)
