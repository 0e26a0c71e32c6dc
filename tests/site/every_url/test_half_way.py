"""What a process that was killed may leave: each page tells how it stands, whatever is missing, and none breaks."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from dossiers.models import BulkChange, EmployerInterest, Evaluation, ExportRun, ImportRun, Merge
from pilot_pages.sign_up.links import make_token
from tests.site.every_url.addresses import addresses
from tests.site.every_url.answers import ask

GONE = "gone.csv"  # a name whose file was never written, or is destroyed already


def with_rows(run: ImportRun) -> None:
    run.upload = run.clean_copy = GONE


def before_reading(run: ImportRun) -> None:
    run.rows.all().delete()
    run.columns, run.format, run.decided, run.asked, run.warnings = [], {}, {}, {}, []
    run.upload = run.clean_copy = ""


def without_file(record: Any) -> None:
    vars(record)["file"] = GONE  # an image would look into it


def without_name_of_file(run: ExportRun) -> None:
    run.file = ""


def without_field(change: BulkChange) -> None:
    change.field = "own_gone"


def before_its_rows(change: BulkChange) -> None:
    change.rows.all().delete()
    change.query, change.given, change.applied_at = "", None, None


def without_contact(interest: EmployerInterest) -> None:
    interest.contact_given, interest.employer, interest.confirmed_at = {}, None, None


def not_in_english(evaluation: Evaluation) -> None:
    evaluation.frozen_in = evaluation.public_in = {}


def only_frozen(evaluation: Evaluation) -> None:
    evaluation.released_at = evaluation.public = None


def forgotten(merge: Merge) -> None:
    merge.forget()


LEFT: list[tuple[type[Model], str, tuple[str, ...], list[Callable[[Any], None]]]] = [
    (ImportRun, "coordinator", ("dossiers_import",), [with_rows, before_reading]),
    (ImportRun, "partner", ("dossiers_partner",), [with_rows, before_reading]),
    (ExportRun, "coordinator", ("dossiers_export",), [without_file, without_name_of_file]),
    (BulkChange, "coordinator", ("dossiers_bulk",), [without_field, before_its_rows]),
    (Evaluation, "coordinator", ("dossiers_evaluation",), [not_in_english, only_frozen]),
    (Merge, "coordinator", ("dossiers_merge", "wagtailsnippets_dossiers_dossier"), [forgotten]),
    (
        EmployerInterest,
        "coordinator",
        ("pilot_pages:", "dossiers_take_over", "wagtailsnippets_dossiers_employerinterest"),
        [without_contact],
    ),
    (get_document_model(), "editor", ("wagtaildocs", "wagtailapi:documents", "wagtail_serve"), [without_file]),
    (get_image_model(), "editor", ("wagtailimages", "wagtailapi:images", "wagtail_serve"), [without_file]),
]


def states_of(model: type[Model]) -> tuple[str, list[str]]:
    """The field that holds its state, and each state; one state without a name if it has no such field."""
    fields = {field.attname for field in model._meta.concrete_fields}
    field = next((name for name in ("state", "status") if name in fields), "")
    return field, [state for state, _name in model._meta.get_field(field).choices] if field else [""]


def leave(model: type[Model], break_it: Callable[[Any], None], field: str, state: str) -> None:
    """Break each record and put it in that state, past the rules of the model."""
    fields = {field.attname for field in model._meta.concrete_fields}
    for record in model._default_manager.all():
        break_it(record)
        values = {name: getattr(record, name) for name in fields - {model._meta.pk.attname}}
        model._default_manager.filter(pk=record.pk).update(**values | ({field: state} if field else {}))


@pytest.mark.parametrize(("model", "who", "names", "ways"), LEFT, ids=lambda value: getattr(value, "__name__", ""))
def test_no_page_breaks_on_what_a_killed_process_leaves(world, browsers, model, who, names, ways):
    sign_up = EmployerInterest.objects.get(pk=world["dossiers_take_over"]["pk"])
    world["pilot_pages"] = {"token": make_token(sign_up)}
    asked = [address for address in addresses(world) if address.name.startswith(names)]
    field, states = states_of(model)
    broken = []
    for break_it, state in product(ways, states):
        leave(model, break_it, field, state)
        broken += [
            f"{break_it.__name__} {state}: {method} {address.path}"
            for address in asked
            for method in ("get", "post")
            if ask(browsers[who], method, address.path, address.post).status >= 500
        ]
    assert asked and not broken, "\n".join(broken)
