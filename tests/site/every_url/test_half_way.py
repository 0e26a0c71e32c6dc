"""No page raises an error on the incomplete records that a killed process may leave."""

from collections.abc import Callable, Iterable
from itertools import cycle, islice, product
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from dossiers.models import BulkChange, EmployerInterest, Evaluation, ExportRun, ImportRun, Merge
from pilot_pages.sign_up.links import make_token
from tests.conftest import LoggedIn
from tests.site.every_url.addresses import list_addresses
from tests.site.every_url.answers import ask

GONE = "gone.csv"  # a name whose file was never written, or is destroyed already


def lose_files(run: ImportRun) -> None:
    run.upload = run.clean_copy = GONE


def lose_rows(run: ImportRun) -> None:
    run.rows.all().delete()
    run.columns, run.format, run.decided, run.asked, run.warnings = [], {}, {}, {}, []
    run.upload = run.clean_copy = ""


def lose_file(record: Any) -> None:
    vars(record)["file"] = GONE  # an image would look into it


def lose_file_name(run: ExportRun) -> None:
    run.file = ""


def lose_field(change: BulkChange) -> None:
    change.field = "own_gone"


def lose_changed_rows(change: BulkChange) -> None:
    change.rows.all().delete()
    change.query, change.given, change.applied_at = "", None, None


def lose_contact(interest: EmployerInterest) -> None:
    interest.contact_given, interest.employer, interest.confirmed_at = {}, None, None


def lose_english_figures(evaluation: Evaluation) -> None:
    evaluation.frozen_in = evaluation.public_in = {}


def lose_release(evaluation: Evaluation) -> None:
    evaluation.released_at = evaluation.public = None


def forget_merge(merge: Merge) -> None:
    merge.forget()


LEFT: list[tuple[type[Model], str, tuple[str, ...], list[Callable[[Any], None]]]] = [
    (ImportRun, "coordinator", ("dossiers_import",), [lose_files, lose_rows]),
    (ImportRun, "partner", ("dossiers_partner",), [lose_files, lose_rows]),
    (ExportRun, "coordinator", ("dossiers_export",), [lose_file, lose_file_name]),
    (BulkChange, "coordinator", ("dossiers_bulk",), [lose_field, lose_changed_rows]),
    (Evaluation, "coordinator", ("dossiers_evaluation",), [lose_english_figures, lose_release]),
    (Merge, "coordinator", ("dossiers_merge", "wagtailsnippets_dossiers_dossier"), [forget_merge]),
    (
        EmployerInterest,
        "coordinator",
        ("pilot_pages:", "dossiers_take_over", "wagtailsnippets_dossiers_employerinterest"),
        [lose_contact],
    ),
    (get_document_model(), "editor", ("wagtaildocs", "wagtailapi:documents", "wagtail_serve"), [lose_file]),
    (get_image_model(), "editor", ("wagtailimages", "wagtailapi:images", "wagtail_serve"), [lose_file]),
]


def get_states(model: type[Model]) -> tuple[str, list[str]]:
    """Return the name of the state field and its values, or one empty state for a model without that field."""
    fields = {field.attname for field in model._meta.concrete_fields}
    field = next((name for name in ("state", "status") if name in fields), "")
    return field, [state for state, _name in model._meta.get_field(field).choices] if field else [""]


def break_records(model: type[Model], break_it: Callable[[Any], None], field: str, state: str) -> None:
    """Break each record and set its state, without the validation of the model."""
    fields = {field.attname for field in model._meta.concrete_fields}
    for record in model._default_manager.all():
        break_it(record)
        values = {name: getattr(record, name) for name in fields - {model._meta.pk.attname}}
        model._default_manager.filter(pk=record.pk).update(**values | ({field: state} if field else {}))


def find_failures(
    world: dict[str, dict[str, Any]],
    browser: LoggedIn,
    model: type[Model],
    names: tuple[str, ...],
    broken_states: Iterable[tuple[Callable[[Any], None], str]],
) -> list[str]:
    """Break the records in each of these ways and states, and return the requests that fail."""
    sign_up = EmployerInterest.objects.get(pk=world["dossiers_take_over"]["pk"])
    world["pilot_pages"] = {"token": make_token(sign_up)}
    asked = [address for address in list_addresses(world) if address.name.startswith(names)]
    assert asked
    field, _states = get_states(model)
    failures = []
    for break_it, state in broken_states:
        with transaction.atomic():
            break_records(model, break_it, field, state)
            failures += [
                f"{break_it.__name__} {state}: {method} {address.path}"
                for address in asked
                for method in ("get", "post")
                if ask(browser, method, address.path, address.post).status >= 500
            ]
            transaction.set_rollback(True)
    return failures


each_model = pytest.mark.parametrize(
    ("model", "who", "names", "ways"), LEFT, ids=lambda value: getattr(value, "__name__", "")
)


@each_model
def test_no_page_fails_on_records_left_by_a_killed_process(world, browsers, model, who, names, ways):
    """Each way and each state occurs, but not each state in each way."""
    _field, states = get_states(model)
    count = max(len(ways), len(states))
    broken_states = islice(zip(cycle(ways), cycle(states), strict=False), count)
    failures = find_failures(world, browsers[who], model, names, broken_states)
    assert not failures, "\n".join(failures)


@pytest.mark.exhaustive
@each_model
def test_no_page_fails_on_records_left_in_any_state(world, browsers, model, who, names, ways):
    _field, states = get_states(model)
    failures = find_failures(world, browsers[who], model, names, product(ways, states))
    assert not failures, "\n".join(failures)
