"""Own fields: fields that coordinators add to a record; the record's `extra` has the values by the field's key."""

from collections import defaultdict
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models.days import validate_century
from dossiers.models.exports.formats import export_permissions
from dossiers.models.imports.import_profile import RecordKind
from dossiers.models.lists.names import find_similar_name
from dossiers.models.text_fields import CharField, JSONField
from dossiers.models.validators import refuse_forbidden_name, refuse_nationalities, refuse_private_numbers

PREFIX = "own_"  # reserved: no built-in field starts with it
MODELS = {RecordKind.DOSSIERS: "dossiers.Dossier", RecordKind.EMPLOYER_INTEREST: "dossiers.EmployerInterest"}
MAX_FIELDS = 40  # for each kind of record: an import writes all of them in one SQL expression
MAX_OWN_TEXT_LENGTH, MAX_CHOICE_LENGTH, MAX_CHOICES = 500, 100, 60
MAX_NUMBER = 999_999  # eight digits with decimals, so that a BSN, which has nine, never fits
DECIMALS = 2


class OwnFieldQuerySet(models.QuerySet["OwnField"]):
    def of(self, model: type[models.Model]) -> Self:
        """Return the own fields of a model; none if the model doesn't support them."""
        kinds = [kind for kind, label in MODELS.items() if label == model._meta.label]
        return self.filter(record=kinds[0]) if kinds else self.none()

    def in_use(self) -> Self:
        return self.filter(in_use=True)

    def counts(self) -> dict[int, int]:
        """Return {pk of the field: number of records with a value}, with one query for each kind of record."""
        counts: dict[int, int] = {}
        by_record: dict[str, dict[str, int]] = defaultdict(dict)
        for own in self:
            by_record[own.record][own.key] = own.pk
        for record, keys in by_record.items():
            counting = {key: models.Count("pk", filter=models.Q(extra__has_key=key)) for key in keys}
            counted = apps.get_model(MODELS[RecordKind(record)])._base_manager.aggregate(**counting)
            counts |= {pk: counted[key] for key, pk in keys.items()}
        return counts


class OwnField(models.Model):
    """An own field; its label may change, but its key never: values, import profiles and histories refer to it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        CHOICE = "choice", _("choice")
        FLAG = "yes_no", _("yes or no")

    record = models.CharField(_("belongs to"), max_length=20, choices=RecordKind.choices)
    label = CharField(
        _("name"),
        max_length=60,
        validators=[refuse_forbidden_name],
        help_text=_("As it stands above a column of a list. Nothing about health, religion or origin."),
    )
    key = models.CharField(_("key"), max_length=60, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    choices = JSONField(
        _("choices"), default=list, blank=True, help_text=_("For a field of the kind choice: one a line.")
    )
    help_text = CharField(
        _("explanation"),
        max_length=200,
        blank=True,
        validators=[refuse_forbidden_name],
        help_text=_("Stands under the field in the form, and in the template for a list."),
    )
    required = models.BooleanField(
        _("required"),
        default=False,
        help_text=_("Asked when somebody saves the form, and of each new line of a list."),
    )
    order = models.PositiveSmallIntegerField(_("place"), default=10, help_text=_("A lower number comes first."))
    in_list = models.BooleanField(_("a column of the list"), default=False)
    in_use = models.BooleanField(
        _("in use"), default=True, help_text=_("Out of use it is hidden everywhere. The values stay.")
    )

    objects = OwnFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        permissions = export_permissions("ownfield")
        ordering = ["record", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "key"], name="own_field_once_a_key"),
            models.UniqueConstraint(fields=["record", "label"], name="own_field_once_a_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if not self.key:
            # No word of the label, because a key stays if the name of a forgotten person is taken out of the label.
            self.key = f"{PREFIX}{self.pk}"
            super().save(update_fields=["key"])

    def clean(self) -> None:
        self.label = " ".join(self.label.split())
        self.choices = [" ".join(str(choice).split()) for choice in self.choices]
        others = type(self).objects.filter(record=self.record).exclude(pk=self.pk)
        if find_similar_name(self.label, others.values_list("label", flat=True)):
            raise ValidationError({"label": _("There is a field of this name already. Choose another name.")})
        if self._state.adding and others.count() >= MAX_FIELDS:
            raise ValidationError(_("There are %(most)d fields already. Delete one first.") % {"most": MAX_FIELDS})
        self._clean_choices()
        is_flag = self.kind == self.Kind.FLAG  # then the label tells what is chosen
        try:
            refuse_nationalities([self.label] if is_flag else self.choices, f"{self.label} {self.help_text}")
        except ValidationError as error:
            raise ValidationError({"label" if is_flag else "choices": error}) from error
        if self._state.adding:
            return
        # No change may make the values of records invalid.
        stored = type(self).objects.get(pk=self.pk)
        if self.record != stored.record:
            raise ValidationError({"record": _("This can't change. Make a new field for the other record.")})
        if self.kind != stored.kind and (count := self.used()):
            text = _(
                "%(count)d records have a value of the kind that it was. Make a new field and take this one out of use."
            )
            raise ValidationError({"kind": ValidationError(text, params={"count": count})})
        gone = [choice for choice in stored.choices if choice not in self.choices]
        held = [(choice, count) for choice in gone if (count := self.holding(choice).count())]
        if held:
            text = _("Still chosen, so it can't go: %(held)s. Give those records another choice first.")
            listed = ", ".join(f"“{choice}” ({count})" for choice, count in held)
            raise ValidationError({"choices": ValidationError(text, params={"held": listed})})

    def _clean_choices(self) -> None:
        if self.kind != self.Kind.CHOICE:
            self.choices = []
            return
        if not self.choices or len(self.choices) > MAX_CHOICES:
            text = _("Write down from 1 to %(most)d choices, one a line.")
            raise ValidationError({"choices": ValidationError(text, params={"most": MAX_CHOICES})})
        for choice in self.choices:
            if len(choice) > MAX_CHOICE_LENGTH:
                text = _("“%(choice)s” is too long: %(most)d characters at most.")
                raise ValidationError(
                    {"choices": ValidationError(text, params={"choice": choice, "most": MAX_CHOICE_LENGTH})}
                )
            try:
                refuse_private_numbers(choice)
                refuse_forbidden_name(choice)
            except ValidationError as error:
                raise ValidationError({"choices": error}) from error

    @property
    def model(self) -> Any:
        """The model to which the field belongs."""
        return apps.get_model(MODELS[RecordKind(self.record)])

    def holding(self, value: Any) -> models.QuerySet[Any]:
        """Return the records that have this value."""
        records: models.QuerySet[Any] = self.model._base_manager.filter(**{f"extra__{self.key}": value})
        return records

    def used(self) -> int:
        """Return the number of records with a value."""
        return int(self.model._base_manager.filter(extra__has_key=self.key).count())

    def as_model_field(self) -> models.Field:
        """Return an equivalent model field, which validates values as a built-in field does."""
        options: dict[str, Any] = {"help_text": self.help_text, "blank": not self.required}
        label = capfirst(self.label)
        field: models.Field
        if self.kind == self.Kind.NUMBER:
            limits = [MinValueValidator(-MAX_NUMBER), MaxValueValidator(MAX_NUMBER)]
            digits = len(str(MAX_NUMBER)) + DECIMALS
            field = models.DecimalField(
                label, max_digits=digits, decimal_places=DECIMALS, null=True, validators=limits, **options
            )
        elif self.kind == self.Kind.DATE:
            field = models.DateField(label, null=True, validators=[validate_century], **options)
        elif self.kind == self.Kind.FLAG:
            field = models.BooleanField(label, null=True, **options)
        elif self.kind == self.Kind.CHOICE:
            pairs = [(choice, choice) for choice in self.choices]
            field = CharField(label, max_length=MAX_CHOICE_LENGTH, choices=pairs, **options)
        else:
            field = CharField(label, max_length=MAX_OWN_TEXT_LENGTH, **options)
        field.set_attributes_from_name(self.key)
        field.model = self.model
        return field
