"""Measures the pages that a coordinator opens, with a given number of dossiers."""

from datetime import timedelta
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Max, QuerySet
from django.db.models.functions import Mod
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.measured.ours import timed
from config.logins.second_factor import mark_as_shown
from dossiers.models import Dossier, Employer, EmployerInterest, Placement, Status, Step, Supply
from dossiers.models.rights import COORDINATORS
from dossiers.reports.cached_counts import warm_cache

USER = "bench"
EVERY = 100  # one in so many dossiers has a placement
TIMES = 4


def fill(path: str, copies: int) -> dict[str, Any]:
    """Import a list, then copy all that it left `copies - 1` times, each with names and numbers of its own."""
    timed([path])
    _add_half_a_year()
    step = Dossier.objects.aggregate(last=Max("pk"))["last"]
    own = {"reference": "reference || '-' || n", "family_name": "family_name || '-' || n"}
    moved = {"dossier_id": f"dossier_id + n * {step}"}
    _copy(Dossier, copies, step, own)
    _copy(Dossier.sectors.through, copies, step * 10, moved)
    _copy(Supply, copies, step, moved | {"external_id": "external_id || '-' || n"})
    _copy(Dossier.history.model, copies, step * 10, {"id": f"id + n * {step}", **own})
    _copy(Placement, copies, step, moved | {"reference": own["reference"]})
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"dossiers": Dossier.objects.count()}


def _add_half_a_year() -> None:
    """Set statuses and days and add placements, as if the pilot had been running for half a year."""
    today = timezone.localdate()
    colleague = get_user_model().objects.get(username=USER)
    for ending, status in enumerate((Status.INTAKE, Status.AVAILABLE, Status.AVAILABLE, Status.WITHDRAWN)):
        for model in (Dossier, Dossier.history.model):
            _some(model, 10, ending).update(status=status, expectation_talk_on=today - timedelta(days=40))
    Dossier.objects.exclude(pk__in=_some(Dossier, EVERY, 1)).update(coordinator=colleague)
    placed = list(_some(Dossier, EVERY, 5))
    firm = Employer.objects.create(company_name="Kas", contact_name="Anneke", email="kas@example.org")
    offers = EmployerInterest.objects.bulk_create(
        EmployerInterest(reference=f"W-{dossier.pk}", employer=firm, work_description="Tomaten plukken", positions=500)
        for dossier in placed[::10]
    )
    days = {"proposed_on": today - timedelta(days=60), "working_on": today - timedelta(days=30)}
    Placement.objects.bulk_create(
        Placement(
            reference=f"P-{dossier.pk}", dossier=dossier, interest=offers[place // 10], status=Step.WORKING, **days
        )
        for place, dossier in enumerate(placed)
    )
    _some(Dossier, EVERY, 5).update(status=Status.WORKING)


def _some(model: Any, one_in: int, ending: int) -> QuerySet:
    """Return one in so many of the imported records: those whose key divided by `one_in` leaves `ending`."""
    return model.objects.alias(left=Mod("id", one_in)).filter(left=ending)


def _copy(model: Any, copies: int, step: int, own: dict[str, str]) -> None:
    columns = {field.column: f'"{field.column}"' for field in model._meta.concrete_fields}
    key = model._meta.pk.column
    taken = columns | {key: f"{columns[key]} + n * {step}"} | {name: own[name] for name in columns.keys() & own}
    quoted = ", ".join(columns.values())
    numbers = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s)"
    with connection.cursor() as cursor:
        if copies > 1:
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({quoted}) {numbers}'
                f' SELECT {", ".join(taken.values())} FROM "{model._meta.db_table}" CROSS JOIN copies',
                [copies - 1],
            )


def pages() -> dict[str, dict[str, float]]:
    """Return the seconds of the first request, of the fastest later one, and the number of queries, by page."""
    client = _log_in()
    warm_cache()  # as the worker does when it starts, and each morning
    listed = reverse("wagtailsnippets_dossiers_dossier:list")
    dossier = Dossier.objects.open().latest("pk")
    addresses = {
        "list": listed,
        "filtered list": f"{listed}?status=available&dutch_level=A2&work_right=permit_needed",
        "name search": f"{listed}?q=selamab+haile",
        "dossier page": reverse("wagtailsnippets_dossiers_dossier:inspect", args=[dossier.pk]),
        "placements": reverse("wagtailsnippets_dossiers_placement:list"),
        "desk": reverse("wagtailadmin_home"),
    }
    for name in ("findings", "funnel", "lead-times", "retention"):
        addresses[f"report {name}"] = reverse("dossiers_report", args=[name])
    figures = {}
    for name, address in addresses.items():
        took = []
        for _time in range(TIMES):
            with CaptureQueriesContext(connection) as asked:
                begin = perf_counter()
                response = client.get(address)
                took.append(perf_counter() - begin)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
        figures[name] = {"first": took[0], "seconds": min(took[1:]), "queries": len(asked)}
    return figures


def searches() -> dict[str, dict[str, float]]:
    """Return the quickest seconds and the number of results of each text that is searched in the box of each page."""
    client = _log_in()
    dossier = Dossier.objects.not_anonymised().latest("pk")
    name = dossier.given_name.lower()
    texts = (
        "haile",  # a tenth of the people
        f"{name} {dossier.family_name.lower()}",
        name[:3],
        name[1] + name[0] + name[2:],  # two letters changed places
        "alnasri",
        dossier.phone,
        f"{dossier.date_of_birth:%d-%m-%Y}",
        dossier.reference,
        "anneke",
        "geenenkele",
    )
    figures = {}
    for text in texts:
        seconds = []
        for _time in range(TIMES):
            begin = perf_counter()
            response = client.get(reverse("dossiers_search_results"), {"q": text})
            seconds.append(perf_counter() - begin)
        figures[text] = {"seconds": min(seconds), "results": response.content.count(b"<li>")}
    return figures


def _log_in() -> Client:
    """Return the client of a coordinator, after a first page, with which a process loads what it loads once."""
    user = get_user_model().objects.get_or_create(username=USER)[0]
    user.groups.set(Group.objects.filter(name=COORDINATORS))
    client = Client(headers={"host": urlsplit(settings.BASE_URL).netloc})
    client.force_login(user)
    session = client.session
    mark_as_shown(session)
    session.save()
    client.get(reverse("wagtailadmin_explore_root"))
    return client
