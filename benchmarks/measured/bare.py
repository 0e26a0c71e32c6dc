"""Django's bare bulk_create of all that an import leaves: nothing read, nothing looked up, nothing checked."""

from collections.abc import Iterable
from itertools import islice
from time import perf_counter
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from benchmarks.measured.left import left
from benchmarks.measured.ours import ORGANISATION
from benchmarks.people import Person, people
from dossiers.models import Dossier, Organisation, Sector, Supply

BATCH = 5_000
HISTORY: Any = Dossier.history.model
COPIED = [field.attname for field in Dossier._meta.concrete_fields]


def timed(rows: int) -> dict[str, Any]:
    """Insert what an import of as many new rows leaves, the people made beforehand."""
    made = list(people(rows))
    user = get_user_model().objects.get_or_create(username="bench")[0]
    begin = perf_counter()
    with transaction.atomic():
        source = iter(enumerate(made, start=1))
        while batch := list(islice(source, BATCH)):
            _insert(batch, user)
    return {"seconds": perf_counter() - begin, "left": left()}


def _insert(batch: list[tuple[int, Person]], user: Any) -> None:
    organisation, sectors = Organisation.objects.named(ORGANISATION), dict(Sector.objects.values_list("name", "pk"))
    at, kind = timezone.now(), ContentType.objects.get_for_model(Dossier)
    dossiers = Dossier.objects.bulk_create(
        Dossier(
            reference=f"D-2026-{number:04d}",
            given_name=person.given_name,
            family_name=person.family_name,
            date_of_birth=person.born,
            phone=person.phone,
            email=person.email,
            languages=",".join(person.languages),
            dutch_level=person.dutch,
            education_level=person.education,
            profession=person.profession,
            hours_per_week=person.hours,
            available_from=person.available,
            driving_licence={"1": True, "0": False}.get(person.licence),
            notes=person.notes,
        )
        for number, person in batch
    )
    pairs = [(dossier, person) for dossier, (_number, person) in zip(dossiers, batch, strict=True)]
    _create(
        Dossier.sectors.through,
        ({"dossier_id": d.pk, "sector_id": sectors[name]} for d, person in pairs for name in person.sectors),
    )
    _create(
        Supply,
        (
            {"dossier_id": d.pk, "organisation": organisation, "external_id": p.number, "values": p.as_supplied()}
            for d, p in pairs
        ),
    )
    _create(
        HISTORY,
        (
            {name: getattr(d, name) for name in COPIED}
            | {"history_type": "+", "history_date": at, "history_user": user, "sector_names": ", ".join(p.sectors)}
            for d, p in pairs
        ),
    )
    entry = {"content_type": kind, "action": "wagtail.create", "user": user, "timestamp": at, "content_changed": True}
    _create(ModelLogEntry, (entry | {"label": d.reference, "object_id": str(d.pk)} for d, _person in pairs))


def _create(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    model._default_manager.bulk_create([model(**row) for row in rows])
