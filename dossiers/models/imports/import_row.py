"""A row of an import, with the effect of applying it."""

from typing import NamedTuple, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.dossiers.supply import Supply
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.imports.import_profile import RecordKind
from dossiers.models.text_fields import JSONField


class Action(models.TextChoices):
    """The effect of applying the import on a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    SIMILAR = "similar", _("similar")
    ERROR = "error", _("errors")
    SKIPPED = "skipped", _("skipped")
    ABSENT = "absent", _("no longer in the list")


WRITTEN_ACTIONS = (Action.NEW, Action.CHANGED)
RECORD_ACTIONS = (*WRITTEN_ACTIONS, Action.UNCHANGED)  # of rows that are about a record, or become one
OPEN_ACTIONS = (Action.ERROR, Action.SIMILAR)
NOT_TAKEN_OVER = (Action.SKIPPED, *OPEN_ACTIONS)

# The keys in ImportRow.kept of a record that an undo left entirely and of a supply that it left, next to the names of
# fields, and the reason for what was deleted before the undo.
LEFT, SUPPLY, GONE = "record", "supply", "gone"


class SupplyChangeCounts(NamedTuple):
    """The numbers of rows of known people that change what the organization supplies."""

    added: int
    renumbered: int
    of_unchanged: int  # rows that change no value of the dossier itself


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def count_actions(self) -> dict[str, int]:
        """Return the number of rows for each action, including 0."""
        counts = dict(self.order_by().values_list("action").annotate(models.Count("pk")))
        return {action.value: counts.get(action.value, 0) for action in Action}

    def left_alone(self) -> Self:
        """Return the rows that change nothing because a coordinator decided that other values stay."""
        return self.filter(action=Action.UNCHANGED).exclude(withheld={})

    def closing(self) -> Self:
        """Return the rows that close a dossier or interest which was open."""
        closed = [*Dossier.closed_statuses, *EmployerInterest.closed_statuses]
        closing = self.filter(action=Action.CHANGED, changes__status__1__in=closed)
        return closing.exclude(changes__status__0__in=closed)

    def changing_supplies(self) -> Self:
        """Return the rows of known people that add a supply, or change the organization's number in one.

        They are annotated with `number_before`, the organization's number before the import, which is that of another
        supply if the row adds one beside it; None if the organization did not supply the person.
        """
        supplied = Supply.objects.filter(pk=OuterRef("supply_id")).values("external_id")
        of_sender = Supply.objects.filter(organisation=OuterRef("run__organisation"), dossier=OuterRef("target_id"))
        applied_at = Coalesce(OuterRef("run__applied_at"), timezone.now(), output_field=models.DateTimeField())
        earlier = of_sender.filter(first_seen__lt=applied_at).order_by("-last_seen", "-pk").values("external_id")[:1]
        text = models.TextField()
        numbers = KT("supply_before__external_id"), Subquery(supplied), Subquery(earlier)
        number_before = Coalesce(*numbers, output_field=text)
        number_after = Coalesce(KT("given__external_id"), F("number_before"), output_field=text)
        # A row that gives only our reference adds no supply, and one without a number leaves the number as it is.
        adds = Q(number_before=None) & (Q(given__has_key="external_id") | ~Q(given__has_key="reference"))
        # A supply that was deleted after the preview is added again, unless its dossier was deleted too.
        is_there = Q(models.Exists(Dossier.objects.filter(pk=OuterRef("target_id"))))
        adds &= Q(supply_id=None) | Q(is_there, run__applied_at=None)
        renumbers = Q(number_before__isnull=False) & ~Q(number_after=F("number_before"))
        known = self.filter(run__record=RecordKind.DOSSIERS, action__in=(Action.CHANGED, Action.UNCHANGED))
        numbered = known.annotate(number_before=number_before).alias(number_after=number_after)
        return numbered.filter(adds | renumbers)


class ImportRow(models.Model):
    """One row of a list: its values, its errors, and what applying will do."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    # without an index of its own, because both indexes below start with it
    run = models.ForeignKey("dossiers.ImportRun", on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    action = models.CharField(_("action"), max_length=9, choices=Action.choices)
    given = JSONField(_("values"), default=dict)
    """{field: value as the record stores it}, without blank cells. An empty value empties the field."""
    changes = JSONField(_("changes"), default=dict)  # field: [old, new]
    parts = JSONField(_("parts by column"), default=dict)
    """{field: [[column, its part of the value, whether the row gives it]]} of fields that several columns fill."""
    errors = JSONField(_("errors"), default=dict)  # field: [message]
    bad = JSONField(_("cells in error"), default=dict)  # {field: original text}
    withheld = JSONField(_("newer values stay"), default=dict)
    """{field: value of the list} of the values that a coordinator decided not to take over."""
    similar = JSONField(_("similar to"), default=list)  # references of records, and numbers of other lines
    target_id = models.BigIntegerField(null=True)  # key of the matched dossier or interest
    target_changed_at = models.DateTimeField(null=True)  # its `changed_at` at the preview
    supply_id = models.BigIntegerField(null=True)  # dossiers: key of the Supply that it updates
    employer_id = models.BigIntegerField(null=True)  # interests: key of the employer
    number = models.PositiveIntegerField(null=True)  # number in the reference of a new record
    double = models.BooleanField(default=False)  # another row matches the same record or may be of the same person
    left_out = models.BooleanField(default=False)  # a coordinator excluded the row
    supply_before = JSONField(null=True)  # former values, parts, external_id and last_seen of the Supply
    kept = JSONField(null=True)  # the fields that an undo left, with reasons

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("import line")
        verbose_name_plural = _("import lines")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["run", "line", "action"], name="a_line_once_a_run")]
        indexes = [models.Index(fields=["run", "action", "line"], name="row_by_action")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"

    @property
    def line_name(self) -> str:
        """The number of the line as text, with its sheet if the list has several."""
        return self.run.name_lines([self.line])

    @property
    def similar_references(self) -> list[str]:
        """The references of the dossiers that may be of the same person."""
        return [similar for similar in self.similar if isinstance(similar, str)]

    @property
    def similar_lines(self) -> list[int]:
        """The other lines of the list that may be about the same person."""
        return [similar for similar in self.similar if isinstance(similar, int)]
