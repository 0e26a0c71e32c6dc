"""Lists that coordinators edit."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.exports.formats import export_permissions
from dossiers.models.lists.names import DistinctNameMixin, EnglishNameMixin
from dossiers.models.text_fields import CharField, SlugField, TextField
from dossiers.models.validators import refuse_forbidden_name
from page_cache.models import ShownOnPages


class Sector(DistinctNameMixin, EnglishNameMixin, ShownOnPages):
    """A sector of the labor market."""

    name = CharField(_("name"), max_length=60, unique=True)
    name_en = CharField(
        _("name in English"), max_length=60, blank=True, help_text=_("On the English sign-up form. Empty: the name.")
    )

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        permissions = export_permissions("sector")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClosingReason(DistinctNameMixin, models.Model):
    """Why a dossier or an employer's interest was closed, or a placement ended."""

    distinct_within = ("side",)

    class Side(models.TextChoices):
        CANDIDATE = "candidate", _("dossier")
        EMPLOYER = "employer", _("employer interest")
        PLACEMENT = "placement", _("placement")

    side = models.CharField(_("belongs to"), max_length=10, choices=Side.choices)
    name = CharField(_("name"), max_length=100, validators=[refuse_forbidden_name])

    class Meta:
        verbose_name = _("closing reason")
        verbose_name_plural = _("closing reasons")
        permissions = export_permissions("closingreason")
        ordering = ["side", "name"]
        constraints = [models.UniqueConstraint(fields=["side", "name"], name="closing_reason_once_a_side")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse another side for a reason in use: the forms of its records would not offer it any more."""
        super().clean()
        if type(self)._default_manager.filter(pk=self.pk).exclude(side=self.side).exists() and self.is_used:
            raise ValidationError({"side": _("This reason is in use, so this can't change. Add a new reason instead.")})

    @property
    def is_used(self) -> bool:
        return any(
            relation.related_model._base_manager.filter(**{relation.field.name: self.pk}).exists()
            for relation in self._meta.related_objects
        )


class FindingCategory(DistinctNameMixin, EnglishNameMixin, models.Model):
    """A category of barriers or opportunities, by which findings are counted."""

    distinct_within = ("kind",)

    class Kind(models.TextChoices):
        BARRIER = "barrier", _("barrier")
        OPPORTUNITY = "opportunity", _("opportunity")

    class Heading(models.TextChoices):
        REGULATION = "regulation", _("regulation")
        CONTEXT = "context", _("context")
        PERSON = "person", _("person")
        NONE = "", _("no heading")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    heading = models.CharField(_("heading"), max_length=12, choices=Heading.choices, blank=True)
    code = SlugField(_("code"), max_length=40, unique=True)
    name = CharField(_("name"), max_length=120, validators=[refuse_forbidden_name])
    name_en = CharField(
        _("name in English"),
        max_length=120,
        blank=True,
        validators=[refuse_forbidden_name],
        help_text=_("Where an English employer tells how it goes. Empty: the name."),
    )
    advice = TextField(_("advice for new policy"), blank=True)

    class Meta:
        verbose_name = _("category of findings")
        verbose_name_plural = _("categories of findings")
        permissions = export_permissions("findingcategory")
        ordering = ["kind", "heading", "name"]

    def __str__(self) -> str:
        return self.name
