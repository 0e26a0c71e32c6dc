"""The values that a partner organization supplied about a dossier."""

from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, When
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.contact_fields import build_phone_condition
from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.lists.organisation import Organisation
from dossiers.models.querysets import SearchableQuerySet
from dossiers.models.text_fields import CharField, JSONField


class SupplyQuerySet(SearchableQuerySet["Supply"]):
    similar_fields, name_attributes = ("given_name", "name_prefix", "family_name"), ("full_name",)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return all supplies if the user may view dossiers, else those of the organizations that employ the user."""
        if not isinstance(user, PermissionsMixin):
            return self.none()
        if user.has_perm("dossiers.view_dossier"):
            return self.all()
        own = self.not_anonymised().filter(organisation__in=Organisation.objects.of(user))
        return own if user.is_active else self.none()

    def not_anonymised(self) -> Self:
        """Return the supplies of which the dossier is not anonymized."""
        return self.filter(dossier__anonymised_at=None)

    def one_per_person(self) -> Self:
        """Return of each dossier the supply that an organization updated last; a merged one can have several."""
        same = Supply.objects.filter(organisation=OuterRef("organisation"), dossier=OuterRef("dossier"))
        is_later = Q(last_seen__gt=OuterRef("last_seen")) | Q(last_seen=OuterRef("last_seen"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(same.filter(is_later)))

    def with_progress(self, day: date) -> Self:
        """Annotate all that partner staff may see of the dossier: `status`, and `talk_on`, a future expectation talk.

        A talk of today is not to come any more once a contact moment records a talk with the candidate.
        The rows don't hold the dossier itself, so a page for partners can't show more of it by mistake.
        """
        talks = ContactMoment.objects.filter(dossier=OuterRef("dossier"), kind=ContactMoment.Kind.TALK, held_on=day)
        to_come = Q(dossier__expectation_talk_on__gt=day) | Q(dossier__expectation_talk_on=day) & ~Exists(talks)
        talk_on = Case(When(to_come, then=F("dossier__expectation_talk_on")), output_field=DateField())
        return self.annotate(status=F("dossier__status"), talk_on=talk_on)

    def with_search_texts(self) -> Self:
        return self.alias(**{name: KT(f"values__{name}") for name in (*self.similar_fields, "phone")})

    def search_conditions(self, word: str) -> list[Q]:
        """A word is part of a supplied name or of the organization's number, or the supplied telephone number in any
        spelling.
        """
        names = [Q(**{f"{name}__folded__contains": word}) for name in self.similar_fields]
        return [*names, Q(external_id__icontains=word), build_phone_condition("phone", word)]


def find_status_days(dossiers: Collection[int]) -> dict[int, date]:
    """Return {key: the day on which each of these dossiers got the status that it has}, as its history tells."""
    statuses: dict[int, str] = {}
    days: dict[int, date] = {}
    steps = Dossier.history.filter(id__in=dossiers).order_by("history_date", "history_id")
    for key, status, at in steps.values_list("id", "status", "history_date"):
        if statuses.get(key) != status:
            statuses[key], days[key] = status, timezone.localdate(at)
    return days


class Supply(models.Model):
    """An organization's own number for a dossier, and the value of each field that it supplied last."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("dossier"), null=True, blank=True, on_delete=models.CASCADE, related_name="supplies"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="supplies"
    )
    external_id = CharField(_("external number"), max_length=40, blank=True)
    values = JSONField(_("values given last"), default=dict, blank=True, editable=False)
    parts = JSONField(_("parts by column"), default=dict, blank=True, editable=False)
    """{field: [[column, its part of the value, whether the last list gave it]]} of fields that several columns fill."""
    first_seen = models.DateTimeField(_("first seen"), default=timezone.now, editable=False)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now, editable=False)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply")
        verbose_name_plural = _("supplies")
        ordering = ["organisation", "external_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="external_id_once_an_organisation",
                violation_error_message=_("This organisation already gave this number to somebody else."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.external_id})" if self.external_id else str(self.organisation)

    @property
    def full_name(self) -> str:
        return get_supplied_name(self.values)


def get_supplied_name(values: dict[str, Any]) -> str:
    """Return the full name in the values that an organisation supplied."""
    return " ".join(values[part] for part in ("given_name", "name_prefix", "family_name") if values.get(part))
