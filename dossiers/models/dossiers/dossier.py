"""The dossier of a candidate, and the rules for its values."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models
from django.db.models.lookups import In, IsNull
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.closing import ClosableRecord
from dossiers.models.contact_fields import LowerCaseEmailField, PhoneField, build_phone_condition
from dossiers.models.days import (
    not_before,
    subtract_years,
    validate_past,
    validate_permit_end,
    validate_start,
    validate_within_a_life,
    validate_year,
)
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.dossiers.levels import DutchLevel, EducationLevel
from dossiers.models.dossiers.surnames import MAX_PREFIX_LENGTH, split_surname
from dossiers.models.exports.formats import export_permissions
from dossiers.models.folded_text import Folded
from dossiers.models.history import DossierProvenance, history
from dossiers.models.lists.lists import ClosingReason, Sector
from dossiers.models.number_fields import PositiveSmallIntegerField
from dossiers.models.own_fields.own_values import ExtraField
from dossiers.models.querysets import SearchableQuerySet
from dossiers.models.reference import make_reference
from dossiers.models.search_terms import (
    build_date_condition,
    build_indexed_condition,
    has_letters,
    is_indexed,
    search_terms,
)
from dossiers.models.text_fields import CharField, TextField
from dossiers.models.withdrawal_fields import WANTS_TO_STOP, WithdrawalFields

ADULT_AGE = 18


def validate_adult(born: date) -> None:
    """Raise ValidationError if this date of birth is less than 18 years ago.

    The minimum age is a condition of UWV for a work permit, and the pilot's own condition for other work.
    """
    if born > subtract_years(timezone.localdate(), ADULT_AGE):
        raise ValidationError(_("A candidate is 18 or older. Check the year of birth."), code="too_young")


class Status(models.TextChoices):
    REGISTERED = "registered", _("registered")
    INTAKE = "intake", _("intake")
    AVAILABLE = "available", _("available")
    MATCHED = "matched", _("matched")
    WORKING = "working", _("at work with guidance")  # a candidate who works without guidance has the status `completed`
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")


PLACED_STATUSES = frozenset({Status.MATCHED, Status.WORKING})  # derived from the placements, see status_sync.py
# The statuses that staff can choose for a dossier with an open placement: guidance can end before the work does.
ALLOWED_STATUS_CHANGES = {
    Status.MATCHED: frozenset({Status.MATCHED}),
    Status.WORKING: frozenset({Status.WORKING, Status.COMPLETED}),
}
OPEN_PLACEMENT_ERROR = _("There is a placement still. End it first, then change the status.")
CHRONOLOGICAL_FIELDS = ("date_of_birth", "application_date", "decided_on", "document_expires_on")
BEFORE_APPLICATION_ERROR = _("This day is before the date of the asylum application. Check both.")
CLOSED_STATUSES = frozenset({Status.COMPLETED, Status.WITHDRAWN})
FOUND_WORK_REASON = "Werk gevonden"  # in fixtures/lists/; if staff rename it, it is like the other reasons


def get_closing_status(reason: str) -> Status:
    """Return the status that fits a closing reason: somebody who found work, and needs no guidance, is completed."""
    return Status.COMPLETED if reason == FOUND_WORK_REASON else Status.WITHDRAWN


class WorkRight(models.TextChoices):
    PERMIT_NEEDED = "permit_needed", _("only with a permit")
    FREE = "free", _("free to work")
    NONE = "none", _("no right to work")


class InReception(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown")


class Transport(models.TextChoices):
    NONE = "none", _("none")
    BICYCLE = "bicycle", _("bicycle")
    PUBLIC_TRANSPORT = "public_transport", _("public transport")
    CAR = "car", _("car")


# The names without spaces and hyphens, so that "almasri" finds "Al Masri".
JOINED_NAMES = models.Func(
    *("given_name", "name_prefix", "family_name"),
    template="REPLACE(REPLACE(%(expressions)s, ' ', ''), '-', '')",
    arg_joiner=" || ",
    output_field=models.TextField(),
)

# Concatenates the searched columns, so that one LIKE searches all of them: a search term has no spaces, so it can't
# match across two columns. A migration adds an index on exactly this expression, folded.
SEARCH_TEXT = models.Func(
    *("given_name", "name_prefix", "family_name", "reference", "profession", "email", JOINED_NAMES),
    template="(%(expressions)s)",
    arg_joiner=" || ' ' || ",
    output_field=models.TextField(),
)

# Whether nobody is looking after a dossier: it has no coordinator, or one whose login was switched off.
HAS_NO_COORDINATOR = models.Q(coordinator=None) | models.Q(coordinator__is_active=False)

# Whether a dossier is anonymised: it has no name left, and comes after those that have one.
IS_ANONYMISED = models.ExpressionWrapper(models.Q(anonymised_at__isnull=False), output_field=models.BooleanField())


class DossierQuerySet(SearchableQuerySet["Dossier"]):
    similar_fields, name_attributes, names_end_fields = ("searched",), ("full_name",), False

    def get_locked(self, key: int) -> "Dossier":
        """Return the current state of a dossier, locked until this transaction ends."""
        return self.select_for_update().get(pk=key)

    def open(self) -> Self:
        return self.exclude(status__in=CLOSED_STATUSES)

    def finished(self) -> Self:
        return self.filter(status__in=CLOSED_STATUSES)

    def not_anonymised(self) -> Self:
        return self.filter(anonymised_at=None)

    def seeking_work(self) -> Self:
        """Return the open dossiers of candidates who are not at work, who may work, and who don't want to stop."""
        seeking = self.open().exclude(status=Status.WORKING).exclude(work_right=WorkRight.NONE)
        return seeking.exclude(WANTS_TO_STOP)

    def wanting_to_stop(self) -> Self:
        """Return the open dossiers of candidates who asked to stop and of whom the outcome was not recorded yet."""
        return self.open().filter(WANTS_TO_STOP)

    def with_search_texts(self) -> Self:
        return self.alias(searched=SEARCH_TEXT)

    def search_conditions(self, word: str) -> list[models.Q]:
        """A word is part of a name, also without its spaces and hyphens, of the profession, the e-mail address, a
        supplier's number, the reference, or the reference of a dossier that was merged into this one. Or it is the
        telephone number or the date of birth, in any spelling without spaces. One or two letters are the beginning of
        a word, and a word of signs is none of these.
        """
        if not has_letters(word):
            return [build_indexed_condition("searched__folded", word)]
        return [
            build_indexed_condition("searched__folded", word),
            *(
                models.Q(models.Exists(records.filter(**{path: models.OuterRef("pk")})))
                for path, records in find_numbered_records(word)
            ),
            build_phone_condition("phone", word) | build_date_condition("date_of_birth", word),
        ]

    def search(self, text: str) -> Self:
        """Return the dossiers that match each word of the text.

        A UNION of a subquery per condition lets the database use an index for each; with an OR over three tables it
        would scan all dossiers.
        """
        dossiers, all_dossiers = self, self.model._default_manager.all().with_search_texts()
        for word in search_terms(text):
            conditions = filter(None, self.search_conditions(word))
            first, *rest = (all_dossiers.filter(condition).order_by().values("pk") for condition in conditions)
            dossiers = dossiers.filter(pk__in=first.union(*rest))
        return dossiers

    def search_rows(self, text: str) -> Self:
        """Return what `search` returns, of which PostgreSQL finds the first rows without finding all.

        An array lets it use an index for each condition of an OR, where it would read all dossiers for a subquery.
        """
        if connections[self.db].vendor != "postgresql":
            return self.search(text)
        dossiers = self.with_search_texts()
        for word in search_terms(text):
            condition = build_indexed_condition("searched__folded", word)
            if has_letters(word):
                condition |= build_phone_condition("phone", word) | build_date_condition("date_of_birth", word)
                for path, records in find_numbered_records(word):
                    condition |= models.Q(
                        models.Func(
                            *("pk", models.Subquery(records.order_by().values(path))),
                            template="%(expressions)s)",
                            arg_joiner=" = ANY (ARRAY",
                            output_field=models.BooleanField(),
                        )
                    )
            dossiers = dossiers.filter(condition)
        return dossiers

    def search_sample(self, text: str) -> Self:
        """Return some of the dossiers that `search` returns, those of people who are called so first."""
        is_called = models.Case(models.When(build_called_condition(search_terms(text)), then=0), default=1)
        return super().search_sample(text).order_by(is_called, *(self.model._meta.ordering or ()))

    def split_search(self, words: list[str]) -> Iterator[Self]:
        """Yield the dossiers of people who are called so, those with all words in their texts, and those with a word
        in a number or a date.

        With the words in one text the index has the few that hold two common names; with an OR over three tables the
        database would read all people with one of them.
        """
        yield self._with_words_in_texts(words).filter(build_called_condition(words))
        yield self._with_words_in_texts(words)
        common: list[tuple[str, models.Q]] = []
        for word in words:
            others = [other for other in words if other != word]
            for condition in filter(None, self.search_conditions(word)[1:]):
                keys = self.filter(condition).get_few_keys()
                if keys is None:
                    common.append((word, condition))
                    yield self._with_words_in_texts(others).filter(condition)
                elif keys:
                    yield self.filter(pk__in=keys)._match(others)
        if len({word for word, _condition in common}) > 1:
            for word, condition in common:
                yield self._match(other for other in words if other != word).filter(condition)

    def _with_words_in_texts(self, words: list[str]) -> Self:
        conditions = (build_indexed_condition("searched__folded", word) for word in words)
        return self.with_search_texts().filter(*conditions)

    def naming(self, word: str) -> Self:
        """Return the dossiers of which the name, also without its spaces and hyphens, or the reference has the word."""
        shown = models.Q(joined_names__folded__contains=word)
        for field in ("given_name", "name_prefix", "family_name", "reference"):
            shown |= models.Q(**{f"{field}__folded__contains": word})
        # The first condition follows from the second, and is the one that has an index.
        named = self.alias(joined_names=JOINED_NAMES).with_search_texts()
        return named.filter(build_indexed_condition("searched__folded", word)).filter(shown)


def find_numbered_records(word: str) -> tuple[tuple[str, models.QuerySet[Any]], ...]:
    """Return the supplies and merges that have the word in their number, with the names of their keys of a dossier."""
    numbered = {"external_id__icontains" if is_indexed(word) else "external_id__istartswith": word}
    merges = apps.get_model("dossiers", "Merge").objects.not_undone().filter(reference__icontains=word)
    return ("dossier", apps.get_model("dossiers", "Supply").objects.filter(**numbered)), ("kept", merges)


def build_called_condition(words: list[str]) -> models.Q:
    """Return the condition that the given name or the family name is these words, or that each is a part of them."""
    text = " ".join(words)
    parts = [" ".join(words[start:end]) for start, end in combinations(range(len(words) + 1), 2)]
    # The index of family names begins with this column, and serves a query only if that has a condition on it.
    is_indexed = In(IS_ANONYMISED, [False, True])
    return (
        models.Q(given_name__folded=text)
        | models.Q(is_indexed, family_name__folded=text)
        | models.Q(is_indexed, family_name__folded__in=parts, given_name__folded__in=parts)
    )


def build_naming_condition(path: str, word: str) -> models.Q:
    """Return the condition that the dossier at this path of another model is one of `Dossier.objects.naming(word)`.

    To find the few records about people with a common name, the database would read all those people. A subquery that
    is compared with NULL leaves it no choice but to read the dossier of each record.
    """
    named = Dossier.objects.naming(word)
    texts = Dossier.objects.with_search_texts().filter(build_indexed_condition("searched__folded", word))
    if texts.get_few_keys() is not None:
        return models.Q(**{f"{path}__in": named.values("pk")})
    own = models.Subquery(named.filter(pk=models.OuterRef(path)).order_by().values("pk"))
    return models.Q(IsNull(own, False))


class Dossier(ClosableRecord, WithdrawalFields):
    """A candidate.

    It has no field for nationality, ethnicity, religion, health, asylum motive, BSN or V-number, and never gets one.
    """

    wagtail_reference_index_ignore = True  # no page refers to a dossier, and indexing would queue a task at each save

    REFERENCE_PREFIX = "D"
    closed_statuses = CLOSED_STATUSES
    open_with_reason_error = _("An open dossier has no closing reason. Close the dossier, or leave this empty.")

    reference = models.CharField(_("reference"), max_length=16, unique=True, editable=False)
    given_name = CharField(_("given name"), max_length=100)
    name_prefix = CharField(_("name prefix"), max_length=MAX_PREFIX_LENGTH, blank=True)
    family_name = CharField(_("family name"), max_length=100)
    date_of_birth = models.DateField(  # required by forms and imports; null after anonymization
        _("date of birth"), db_index=True, null=True, validators=[validate_adult, validate_within_a_life]
    )
    phone = PhoneField(_("telephone"), blank=True)
    email = LowerCaseEmailField(_("e-mail"), blank=True)
    location = CharField(_("location"), max_length=100, blank=True)
    in_reception = models.CharField(
        _("in reception"), max_length=7, choices=InReception.choices, default=InReception.UNKNOWN, blank=True
    )
    languages = LanguagesField(_("languages"), blank=True)
    dutch_level = models.CharField(_("level of Dutch"), max_length=2, choices=DutchLevel.choices, blank=True)
    education_level = models.CharField(
        _("level of education"), max_length=15, choices=EducationLevel.choices, blank=True
    )
    profession = CharField(_("profession"), max_length=100, blank=True)
    sectors = models.ManyToManyField(Sector, verbose_name=_("sectors"), blank=True)
    hours_per_week = PositiveSmallIntegerField(
        _("hours per week"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    available_from = models.DateField(_("available from"), null=True, blank=True, validators=[validate_start])
    application_date = models.DateField(
        _("date of the asylum application"), null=True, blank=True, validators=[validate_within_a_life]
    )
    work_right = models.CharField(
        _("right to work"), max_length=13, choices=WorkRight.choices, default=WorkRight.PERMIT_NEEDED, blank=True
    )
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True, validators=[validate_within_a_life])
    document_expires_on = models.DateField(
        _("document valid until"), null=True, blank=True, validators=[validate_permit_end]
    )
    driving_licence = models.BooleanField(_("driving licence"), null=True, blank=True)
    transport = models.CharField(_("transport"), max_length=16, choices=Transport.choices, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REGISTERED)
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("coordinator"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="dossiers",
    )
    expectation_talk_on = models.DateField(_("expectation talk"), null=True, blank=True, validators=[validate_year])
    privacy_notice_on = models.DateField(_("privacy notice given"), null=True, blank=True, validators=[validate_past])
    closing_reason = models.ForeignKey(
        ClosingReason,
        verbose_name=_("closing reason"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        limit_choices_to={"side": ClosingReason.Side.CANDIDATE},
    )
    notes = TextField(_("notes"), blank=True)
    extra = ExtraField(_("own fields"))
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = DossierQuerySet.as_manager()
    history = history(bases=(DossierProvenance,))

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        permissions = export_permissions("dossier")
        ordering = [IS_ANONYMISED, Folded("family_name"), Folded("given_name"), "pk"]
        indexes = [
            models.Index(IS_ANONYMISED, Folded("family_name"), Folded("given_name"), "id", name="dossier_by_name"),
            models.Index(Folded("given_name"), name="dossier_by_given_name"),
            models.Index(fields=["-changed_at"], name="dossier_by_change"),
            models.Index(fields=["status", "work_right", "dutch_level", "archived_at"], name="dossier_by_status"),
            models.Index(fields=["document_expires_on"], name="dossier_by_document"),
            models.Index(fields=["expectation_talk_on"], name="dossier_by_talk"),
            models.Index(fields=["phone"], name="dossier_by_phone"),
            models.Index(fields=["email"], name="dossier_by_email"),
        ]

    def __str__(self) -> str:
        """Return only the reference: this text is written to logs, where no personal name belongs."""
        return self.reference

    @property
    def full_name(self) -> str:
        if self.anonymised_at:
            return gettext("anonymised")
        return " ".join(filter(None, [self.given_name, self.name_prefix, self.family_name]))

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED_STATUSES

    @property
    def heading(self) -> str:
        """The title of a page about this dossier."""
        return f"{self.reference} · {self.full_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.reference:
            self.reference = make_reference(self.REFERENCE_PREFIX)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Apply the rules that forms, imports and the API share; raises ValidationError with errors by field."""
        for field in ("given_name", "family_name", "name_prefix"):
            setattr(self, field, " ".join((getattr(self, field) or "").split()))
        self.name_prefix, self.family_name = split_surname(self.name_prefix, self.family_name)
        before = (
            type(self).objects.filter(pk=self.pk).only("status", "anonymised_at", "closing_reason").first()
            if self.pk
            else None
        )
        if before and before.anonymised_at:
            raise ValidationError(_("This dossier was anonymised. Nothing of it can be changed."))
        stored = before.status if before else None
        is_placed = stored in CLOSED_STATUSES and self.placements.open().exists()
        errors = self.find_errors(stored, {"status": self.status}, is_placed)
        errors |= self.find_date_errors({name: getattr(self, name) for name in CHRONOLOGICAL_FIELDS})
        errors |= self.clean_closing_reason(before)
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def find_errors(stored_status: str | None, values: Mapping[str, Any], is_placed: bool) -> dict[str, str | Promise]:
        """Return the errors by field if a dossier with `stored_status` (None for a new one) gets these values.

        With `is_placed` the dossier has an open placement; a closed dossier with one can't be opened again.
        """
        status = values.get("status")
        if is_placed and stored_status and status and Dossier.is_opened(stored_status, status):
            return {"status": OPEN_PLACEMENT_ERROR}
        if status in PLACED_STATUSES and status != stored_status:
            return {"status": _("This status follows from a placement. Make a placement instead.")}
        if stored_status in PLACED_STATUSES and status and status not in ALLOWED_STATUS_CHANGES[Status(stored_status)]:
            return {"status": OPEN_PLACEMENT_ERROR}
        return {}

    @staticmethod
    def find_date_errors(values: Mapping[str, Any]) -> dict[str, str | Promise]:
        """Return the errors by field if the values of CHRONOLOGICAL_FIELDS contradict each other.

        The values are all dates, or all ISO texts.
        """
        born, applied = values.get("date_of_birth"), values.get("application_date")
        order = {
            "application_date": not_before(born, applied, _("This day is before the date of birth. Check both.")),
            "decided_on": not_before(applied, values.get("decided_on"), BEFORE_APPLICATION_ERROR),
            "document_expires_on": not_before(applied, values.get("document_expires_on"), BEFORE_APPLICATION_ERROR),
        }
        return {name: message for name, message in order.items() if message}

    def record_sectors_in_history(self) -> None:
        """Copy the sector names to the latest history record: a form saves them after the dossier itself."""
        names = ", ".join(self.sectors.values_list("name", flat=True))
        latest = type(self).history.filter(id=self.pk).order_by("-history_id").values("pk")[:1]
        type(self).history.filter(pk__in=list(latest.values_list("pk", flat=True))).update(sector_names=names)
