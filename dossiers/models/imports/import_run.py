"""An import: an uploaded list, from reading to undoing."""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.users import get_person_name
from dates.format import format_datetime
from dossiers import privacy
from dossiers.line_names import name_lines
from dossiers.models.change_set import NOT_UNDONE, StagedChangeSet
from dossiers.models.exports.formats import export_permissions
from dossiers.models.imports.import_profile import FALLBACK, FULL_NAMES, ImportProfile, RecordKind, fields_of_column
from dossiers.models.imports.import_row import OPEN_ACTIONS, WRITTEN_ACTIONS, Action, ImportRow, SupplyChangeCounts
from dossiers.models.imports.partner_submissions import PartnerSubmissionQuerySet
from dossiers.models.imports.typed_values import TYPED_FIELDS, TypedValues
from dossiers.models.lists.organisation import Organisation
from dossiers.models.text_fields import CharField, JSONField

NOT_WRITTEN = _(
    "Something went wrong while writing, so nothing was written. Import it again; if it goes wrong again, tell the "
    "administrator."
)
NOT_READ = _(
    "Something went wrong while reading this list, and nothing of it was stored. Upload it again; if it goes wrong "
    "again, tell the administrator."
)
NOT_READ_AGAIN = _(
    "Something went wrong while reading this list. Your decisions about it are kept. Choose “Go on with these columns” "
    "to read it again; if it goes wrong again, tell the administrator."
)


WHOLE_FIELDS = "whole_fields"  # key in ImportRun.asked: whether the list is an export of ours, see gives_whole_fields
BLANK_IS_NO = "blank_is_no"  # key in ImportRun.asked: [field whose column has only crosses, so that a blank means no]
DRAFT = "draft"  # key in ImportRun.decided: the choices on the page of columns, with which the list is not read yet
SAME_LINES = "same_lines"  # key in ImportRun.decided: a line has the same number as in the run that is continued


def private_storage() -> Storage:
    return storages["private"]


def upload_place(_run: "ImportRun | None" = None, _name: str = "") -> str:
    """Return a random file name: the original name may contain private data."""
    return f"uploads/{uuid4().hex}"


class RunQuerySet(PartnerSubmissionQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return all imports for coordinators, except unsent ones of partners; for partner staff their own."""
        if not isinstance(user, PermissionsMixin) or not user.is_active:
            return self.none()
        if user.has_perm("dossiers.view_importrun"):
            return self.shown_to_coordinators()
        return self.filter(organisation__in=Organisation.objects.of(user))

    def uploaded_by_staff_of(self, organisations: models.QuerySet[Organisation]) -> Self:
        """Return the imports that these organizations uploaded on the pages for partners."""
        return self.filter(by_partner=True, organisation__in=organisations)

    def with_nothing_new(self) -> Self:
        """Annotate `nothing_new`: whether the organization had supplied all of an applied list before.

        A list with values that were withheld may give something new, although nothing changed.
        """
        others = (Action.NEW, Action.CHANGED, Action.SKIPPED)
        known = Q(counts_for_sender__unchanged__gt=0, **{f"counts_for_sender__{action}": 0 for action in others})
        rows = ImportRow.objects.filter(run=OuterRef("pk"))
        nothing_new = known & ~models.Exists(rows.changing_supplies()) & ~models.Exists(rows.exclude(withheld={}))
        return self.annotate(nothing_new=models.ExpressionWrapper(nothing_new, models.BooleanField()))

    def returned_to(self, organisations: models.QuerySet[Organisation]) -> Self:
        """Return the lists that came back to these organizations, until they or their replacements are sent again."""
        back = (ImportRun.State.RETURNED, ImportRun.State.READING, *ImportRun.OPEN)
        returned = self.uploaded_by_staff_of(organisations).filter(with_partner=True, state__in=back)
        replaced = ImportRun.objects.filter(continues=OuterRef("pk")).exclude(sent_at=None)
        return returned.exclude(returned_word="").exclude(models.Exists(replaced)).order_by("-sent_at")


class ImportRun(TypedValues, StagedChangeSet):
    """An import of one uploaded list."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    class State(models.TextChoices):
        READING = "reading", _("being read")
        ASKING = "asking", _("waits for an answer")
        REFUSED = "refused", _("refused")
        PREVIEWED = "previewed", _("previewed")
        SENT = "sent", _("sent by a partner, to be judged")
        RETURNED = "returned", _("returned to the partner")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    OPEN = (State.ASKING, State.PREVIEWED)  # for decisions
    STAGED = (State.PREVIEWED, State.SENT, State.RETURNED)  # was read, and may still be applied
    UNREAD = (State.READING, State.ASKING)  # has no rows yet, only the uploaded file or its sanitized copy
    BUSY = (State.READING, State.APPLYING, State.UNDOING)

    class Policy(models.TextChoices):
        UPDATE = "update", _("Add new ones and update what changed")
        FILL = "fill", _("Add new ones and fill only what is empty")
        NEW = "new", _("Only add new ones")

    record = models.CharField(_("list of"), max_length=20, choices=RecordKind.choices)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), null=True, blank=True, on_delete=models.PROTECT
    )
    profile = models.ForeignKey(
        ImportProfile, verbose_name=_("import profile"), null=True, blank=True, on_delete=models.SET_NULL
    )
    file_name = CharField(_("file"), max_length=255)
    upload = models.FileField(storage=private_storage, upload_to=upload_place, blank=True, max_length=255)
    policy = models.CharField(_("what to do"), max_length=6, choices=Policy.choices, default=Policy.UPDATE)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READING)
    choice = JSONField(_("how to read it"), default=dict)  # sheet, header_row, encoding, delimiter, as corrected
    decided = JSONField(_("decisions"), default=dict)  # columns, fixed, words, month_first, lines: see decisions.py
    asked = JSONField(_("questions"), default=dict)  # words: {field: {text: lines}}; dates: [field]
    sample = JSONField(_("first rows"), default=dict)  # of the upload, as long as that is there: see samples.py
    clean_copy = models.FileField(storage=private_storage, upload_to="clean", blank=True, max_length=255)
    continues = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="continued_by",
    )
    same_list = models.ForeignKey(
        "self", verbose_name=_("same list as"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The list with the same rows that was imported before, as found when this one was read."""
    format = JSONField(_("format"), default=dict)
    columns = JSONField(_("columns"), default=list)
    warnings = JSONField(_("warnings"), default=list)
    forgotten_rows = models.PositiveIntegerField(_("lines of forgotten people"), default=0, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        permissions = export_permissions("importrun")
        ordering = ["-created_at"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.file_name = privacy.masked(self.file_name)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.file_name} ({format_datetime(self.created_at)})"

    @property
    def description(self) -> str:
        """The name of the file, with the sender and the moment of the import or else of the upload."""
        parts = [
            str(self.organisation or get_person_name(self.user)),
            format_datetime(self.applied_at or self.created_at),
        ]
        return f"{self.file_name} ({', '.join(filter(None, parts))})"

    @property
    def fields(self) -> list[str]:
        """The fields that have a column in the list; a family name fills the prefix too, which it may begin with."""
        filled = [name for column in self.columns if column["field"] for name in fields_of_column(column["field"])]
        names = list(dict.fromkeys(filled))
        if "family_name" in names and "name_prefix" not in names:
            names.insert(names.index("family_name"), "name_prefix")
        return names

    @property
    def column_indexes(self) -> dict[str, int]:
        """The index of the first column that fills each field; -1 for a fixed value, which stands in no column."""
        indexes: dict[str, int] = {}
        for column in sorted(self.columns, key=lambda column: column.get("mode") == FALLBACK):
            for name in fields_of_column(column["field"]) if column["field"] else ():
                indexes.setdefault(name, column["index"])
        return indexes

    @property
    def gives_whole_fields(self) -> bool:
        """Whether it is an export of ours, of which each cell is the whole field and not what the sender gave of it."""
        return bool(self.asked.get(WHOLE_FIELDS))

    def select_edited_values(self, values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """Return what a row of a known record says: in an export of ours only the values that change the record."""
        if not self.gives_whole_fields:
            return values
        return {name: value for name, value in values.items() if name in {*changes, "reference", "external_id"}}

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets that are read as one list; empty for a list on a single sheet."""
        return [name for name, _header_row in self.format.get("joined", ())]

    def name_lines(self, lines: Sequence[int]) -> str:
        """Return the numbers of lines as text, with their sheets if the list has several."""
        return name_lines(lines, self.sheets)

    @property
    def splits_names(self) -> bool:
        """Whether the list has full names in one column."""
        return any(column["field"] in FULL_NAMES for column in self.columns)

    @property
    def worth_sending(self) -> bool:
        """Whether a coordinator has something to review: a row is new, changed or absent, or changes a supply."""
        news = self.rows.filter(action__in=(*WRITTEN_ACTIONS, Action.ABSENT))
        return news.exists() or self.rows.changing_supplies().exists()

    @property
    def has_undo_data(self) -> bool:
        return self.rows.exists()

    @property
    def lost_everybody(self) -> bool:
        return self.forgotten_rows > 0 and not self.wrote_something

    @property
    def wrote_something(self) -> bool:
        """Whether it wrote a record, or what its sender supplies about somebody."""
        written = Q(action__in=WRITTEN_ACTIONS) | (Q(action=Action.ABSENT) & ~Q(changes={}))
        written |= Q(action=Action.UNCHANGED, supply_before__isnull=False)
        return self.rows.filter(written).exists() or self.rows.changing_supplies().exists()

    @property
    def applied_continuation(self) -> "ImportRun | None":
        """The import of the same list that was applied later, if it has an effect now."""
        in_force = self.continued_by.filter(state__in=(self.State.APPLYING, self.State.APPLIED, self.State.UNDOING))
        return in_force.exclude(applied_at__lt=self.applied_at).first() if self.applied_at else None

    @property
    def applied_continuations(self) -> "list[ImportRun]":
        """The later imports of the same list that have an effect now, the last first: in the order to undo them."""
        later = self.applied_continuation
        return [*later.applied_continuations, later] if later else []

    @property
    def lists_to_undo_first(self) -> "list[ImportRun]":
        """Return the lists that are undone before this one, the last first, if this one was continued.

        These are its continuations, and all later lists with people that one of these added.
        """
        continuations = self.applied_continuations
        if not continuations:
            return []
        rows = ImportRow.objects.exclude(target_id=None)
        added = rows.filter(run__in=[self, *continuations], action=Action.NEW).values("target_id")
        holding = rows.filter(action__in=(Action.CHANGED, Action.UNCHANGED), target_id__in=added).values("run")
        later = ImportRun.objects.filter(record=self.record, state=self.State.APPLIED, applied_at__gt=self.applied_at)
        runs = {*continuations, *later.filter(pk__in=holding)}
        runs |= {run for each in runs.difference(continuations) for run in each.lists_to_undo_first}
        now = timezone.now()  # of one that is being applied
        return sorted(runs, key=lambda run: (run.applied_at or now, run.pk), reverse=True)

    @property
    def open_continuation(self) -> "ImportRun | None":
        """The later import that leaves the lines of this one alone and is not applied yet."""
        waiting = (self.State.READING, *self.OPEN)
        return self.continued_by.filter(state__in=waiting, decided__has_key=SAME_LINES).first()

    @property
    def can_continue(self) -> bool:
        """Whether its list can be read again, which is possible as long as the sanitized copy is kept."""
        return self.state == self.State.APPLIED and bool(self.clean_copy) and self.find_continuation() is None

    def find_continuation(self) -> "ImportRun | None":
        """Return the later import of the same list, unless that was refused or undone."""
        return self.continued_by.exclude(state__in=(self.State.REFUSED, self.State.UNDONE)).first()

    @property
    def is_undecided(self) -> bool:
        """Whether coordinators can still decide on the lines with an error or an open choice of an applied import."""
        later = self.find_continuation()
        return later.state != self.State.APPLIED if later else self.can_continue

    def find_undecided_rows(self) -> models.QuerySet[ImportRow]:
        """Return the rows with an error or an open choice on which coordinators can still decide."""
        return self.rows.filter(action__in=OPEN_ACTIONS) if self.is_undecided else self.rows.none()

    def find_undo_refusal(self) -> str:
        refusal = super().find_undo_refusal()
        if not refusal and (later_runs := self.lists_to_undo_first):
            words = gettext("This list was continued. Undo first, in this order: %(lists)s.")
            refusal = words % {"lists": "; ".join(run.description for run in later_runs)}
        if not refusal and (later := self.open_continuation):
            if later.is_hidden_from_coordinators:
                words = gettext(
                    "This list is being continued in %(list)s. %(organisation)s is still working on that one: import "
                    "it, or return it, once it is sent."
                )
            elif later.returned_word:
                words = gettext(
                    "This list is being continued in %(list)s. Import that one first, or return it to the partner."
                )
            else:
                words = gettext("This list is being continued in %(list)s. Import or discard that one first.")
            refusal = words % {"list": later.description, "organisation": later.organisation}
        return refusal

    def keep_decisions(self) -> bool:
        """Save the decisions and set the state READING; return False if the state was changed meanwhile."""
        runs = type(self)._default_manager.filter(pk=self.pk, state__in=self.OPEN, with_partner=self.with_partner)
        with transaction.atomic():
            if not runs.update(state=self.State.READING):
                return False
            self.state = self.State.READING
            self.save()
        return True

    def counts(self) -> dict[str, int]:
        """Return the number of rows for each action, including 0."""
        return self.rows.count_actions()

    def get_preview_version(self) -> str:
        """Return a text that is another one as soon as a decision or the result of lines is another one."""
        decisions = {name: decision for name, decision in self.decided.items() if name not in ("word", DRAFT)}
        return sha256(json.dumps([decisions, self.counts()], sort_keys=True).encode()).hexdigest()[:12]

    def count_supply_changes(self) -> SupplyChangeCounts:
        """Return how many rows of known people add a supply or change its number."""
        return SupplyChangeCounts(
            **self.rows.changing_supplies().aggregate(
                added=Count("pk", filter=Q(number_before=None)),
                renumbered=Count("pk", filter=~Q(number_before=None)),
                of_unchanged=Count("pk", filter=Q(action=Action.UNCHANGED)),
            )
        )

    def forget_upload(self) -> None:
        """Delete the original file; the rest of the import has passed the privacy gate."""
        if self.upload:
            self.upload.delete(save=False)
            self.upload = ""
            self.sample = {}

    def forget_lines(self) -> None:
        """Delete what was decided about the lines, but for which of their fields a coordinator filled in."""
        typed = {
            line: sorted(fields) for line in self.decided["lines"] if (fields := self.find_typed_fields(int(line)))
        }
        self.decided |= {TYPED_FIELDS: typed}
        del self.decided["lines"]

    def forget_clean(self) -> None:
        if self.clean_copy:
            self.clean_copy.delete(save=False)
            self.clean_copy = ""

    def read_clean_copy(self) -> Iterator[str]:
        """Yield the number and the cells of each line, as JSON text; nothing if the file is gone."""
        name, storage = self.clean_copy.name, self.clean_copy.storage
        if name and storage.exists(name):
            with gzip.open(storage.open(name), "rt", encoding="utf-8") as lines:
                next(lines)  # the header
                yield from lines

    def rewrite_clean_copy(
        self,
        change: Callable[[int, list[Any]], list[Any] | None],
        change_header: Callable[[list[str]], list[str]] = list,
    ) -> None:
        """Replace the cells of each line by what `change` returns for its number and cells; None removes the line.

        The run is not saved. The old file is deleted when the transaction is committed.
        """
        old, storage = self.clean_copy.name, self.clean_copy.storage
        if not old or not storage.exists(old):
            return
        with tempfile.TemporaryFile() as raw:
            with gzip.open(storage.open(old)) as lines, gzip.open(raw, "wb", compresslevel=1) as out:
                header = change_header(json.loads(lines.readline()))
                out.write(json.dumps(header, ensure_ascii=False).encode() + b"\n")
                for number, cells in map(json.loads, lines):
                    if (changed := change(number, cells)) is not None:
                        out.write(json.dumps([number, changed], ensure_ascii=False).encode() + b"\n")
            raw.seek(0)
            self.clean_copy.save(f"{self.pk}.jsonl.gz", File(raw), save=False)
        transaction.on_commit(partial(storage.delete, old))

    def release(self) -> None:
        """Leave a busy state after a crash, so that the user can start again or discard the import."""
        if self.state == self.State.READING and self.clean_copy:
            self.rows.all().delete()
            self.state, self.reason = self.State.ASKING, str(NOT_READ_AGAIN)
        elif self.state == self.State.READING:
            self.refuse(str(NOT_READ))  # a file that was never read completely may have crashed the worker
        elif self.state == self.State.APPLYING:
            self.state, self.reason = self.State.PREVIEWED, str(NOT_WRITTEN)
        elif self.state == self.State.UNDOING:
            self.state, self.reason, self.undone_by = self.State.APPLIED, str(NOT_UNDONE), None
        self.save()

    def refuse(self, reason: str) -> None:
        """Reject the file and delete all data that was read from it."""
        self.forget_upload()
        self.forget_clean()
        self.rows.all().delete()
        self.state, self.reason = self.State.REFUSED, reason
        self.save()
