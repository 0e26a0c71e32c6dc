"""The operations on imports; a partner's list is sent to a coordinator instead of applied."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from dossiers.api.audit import log_import_lines
from dossiers.api.imports.decisions import save_decisions
from dossiers.api.imports.permissions import (
    can_see_rows,
    get_editable_run,
    get_own_organisations,
    get_run,
    get_runs,
    is_coordinator,
)
from dossiers.api.imports.schemas import Import, ImportDecision, ImportRow, Policy, SentRecords
from dossiers.api.imports.serializers import serialize_run
from dossiers.api.permissions import owner
from dossiers.models import Action, ImportRun, Organisation, RecordKind
from dossiers.models.change_set import NotApplied, NotUndone
from dossiers.spreadsheets.imports import apply as imports_apply
from dossiers.spreadsheets.imports.decisions import find_blocking_dates
from dossiers.spreadsheets.imports.file_parts.parts import has_open_question
from dossiers.spreadsheets.imports.report import serialize_rows
from dossiers.spreadsheets.imports.uploads import MAX_BYTES, TOO_LARGE, create_run
from dossiers.tasks import apply_import, read_import, send_list, undo_import
from web_api.pagination import Paging, page_of
from web_api.problems import Problem
from web_api.request_bodies import JsonBody
from web_api.schemas import WITH_A_KEY, Page, problems
from web_api.translation import gettext_lazy

router = Router(tags=["imports"])
SINGLE_RUN_ERRORS = (*WITH_A_KEY, 404, 409)
FORM_FIELDS = {"record", "organisation", "policy"}  # the form fields besides the file


@router.get(
    "/imports",
    summary=gettext_lazy("List imports"),
    response={200: Page[Import], 304: None, **problems(*WITH_A_KEY, 404)},
)
def list_imports(request: HttpRequest, response: HttpResponse, paging: Query[Paging]) -> dict[str, Any]:
    imports = get_runs(request).order_by("-created_at", "-pk")
    return page_of(request, response, paging, imports, lambda those: [serialize_run(request, run) for run in those])


@router.post(
    "/imports",
    summary=gettext_lazy("Upload a list"),
    description=gettext_lazy(
        "A spreadsheet of 20 MB at most. It is read, nothing of it is written yet: follow it by its address until "
        "its state is previewed. `organisation` says who sends it, for dossiers."
    ),
    response={201: Import, **problems(*WITH_A_KEY, 400, 413)},
)
def upload(
    request: HttpRequest,
    response: HttpResponse,
    file: File[UploadedFile],
    record: Form[SentRecords] = "dossiers",
    organisation: Form[str] = "",
    policy: Form[Policy] = "update",
) -> Status[Any]:
    if unknown := set(request.POST) - FORM_FIELDS:
        raise Problem.of_fields({name: [_("There is no field with this name.")] for name in sorted(unknown)})
    if file.size is None or file.size > MAX_BYTES:
        raise Problem(413, str(TOO_LARGE))
    by_partner = not is_coordinator(request, "add")
    if by_partner and (record != RecordKind.DOSSIERS or not get_own_organisations(request).exists()):
        raise PermissionDenied
    sender = None
    if record == RecordKind.DOSSIERS:
        known = get_own_organisations(request) if by_partner else Organisation.objects.all()
        named = known.filter(name__iexact=organisation.replace("\0", "").strip())
        sender = known.get() if by_partner and not organisation and known.count() == 1 else named.first()
        if sender is None:
            raise Problem.of_fields({"organisation": [_("Name the organisation that sends this list.")]})
    with transaction.atomic():
        run = create_run(
            record,
            sender,
            file,
            user=owner(request),
            policy=ImportRun.Policy.UPDATE if by_partner else policy,
            by_partner=by_partner,
            with_partner=by_partner,
        )
        read_import.enqueue(run.pk)
    run.refresh_from_db()
    response["Location"] = f"{request.path}/{run.pk}"
    return Status(201, serialize_run(request, run))


@router.get(
    "/imports/{int:number}",
    summary=gettext_lazy("Follow an import"),
    response={200: Import, 304: None, **problems(*WITH_A_KEY, 404)},
)
def read_run(request: HttpRequest, number: int) -> dict[str, Any]:
    return serialize_run(request, get_run(request, number))


@router.get(
    "/imports/{int:number}/rows",
    summary=gettext_lazy("The lines of an import"),
    description=gettext_lazy(
        "`line` is the number of the row in the list, to which `similar_lines` refer. In a list that stands on several "
        "sheets of a workbook, or in a second `table` beside the first, it is larger than `line_on_sheet`, which is "
        "the line on the `sheet`."
    ),
    response={200: Page[ImportRow], 304: None, **problems(*SINGLE_RUN_ERRORS)},
)
def read_rows(
    request: HttpRequest,
    response: HttpResponse,
    number: int,
    paging: Query[Paging],
    action: Literal["new", "changed", "unchanged", "similar", "error", "skipped"] | None = None,
) -> dict[str, Any]:
    run = get_run(request, number)
    if not can_see_rows(request, run):
        raise Problem(409, _("This list is in other hands now. Read it again."))
    rows: Any = run.rows.exclude(action=Action.ABSENT).order_by("line", "pk")
    log_import_lines(request, run)
    if action:
        rows = rows.filter(action=action)
    return page_of(request, response, paging, rows, lambda those: list(serialize_rows(run, those)))


@router.patch(
    "/imports/{int:number}",
    summary=gettext_lazy("Decide about a list, and read it anew"),
    description=gettext_lazy(
        "Which field each header is (null leaves it out), values for all lines, what unknown words mean (null reads "
        "them as a blank cell, “leegmaken” empties the field; in a column of numbers or dates it is the text to "
        "read instead, and “*” adds the word to the remarks), and whether the month comes first in the dates of a "
        "field. Columns and words are remembered of the "
        "sender once the list is applied. "
        "`parts` says of rows above the header, hidden rows and columns, rows that are struck through or in a color, "
        "single cells that are struck through, a second table below or beside the list, rows below a title and other "
        "sheets of the same shape whether they belong to it; with `title-` before its key, whether the title of a part "
        "is added to the remarks of its rows. It also says whether a list that is older than an imported one replaces "
        "values (false: it fills only what is empty), and whether older values replace newer ones. "
        "`questions.parts` of a list that waits has the keys. Several columns can fill one "
        "field: `phone:fallback` where it is still empty, `notes:join` and `notes:labelled` as one text; `phone:first`"
        " and `phone:mobile` say which number in a cell counts. What does not count becomes a remark. "
        "`questions.columns` of a list that waits has the answers to choose from."
    ),
    response={200: Import, **problems(*SINGLE_RUN_ERRORS, 400, 413, 415)},
)
def change_run(request: HttpRequest, number: int, body: JsonBody[ImportDecision]) -> dict[str, Any]:
    run = get_editable_run(request, number)
    save_decisions(run, body, coordinator=not run.with_partner)
    return serialize_run(request, run)


@router.post(
    "/imports/{int:number}/apply",
    summary=gettext_lazy("Write what the preview shows"),
    response={202: Import, **problems(*SINGLE_RUN_ERRORS)},
)
def apply(request: HttpRequest, response: HttpResponse, number: int, good_rows_only: bool = False) -> Status[Any]:
    run = _get_coordinator_run(request, number)
    with _errors_as_problems(NotApplied), transaction.atomic():
        imports_apply.claim(run, good_rows_only)
        apply_import.enqueue(run.pk, owner(request).pk)
    return _answer_accepted(request, response, run)


@router.post(
    "/imports/{int:number}/undo",
    summary=gettext_lazy("Take an applied import back"),
    response={202: Import, **problems(*SINGLE_RUN_ERRORS)},
)
def undo(request: HttpRequest, response: HttpResponse, number: int) -> Status[Any]:
    run = _get_coordinator_run(request, number)
    with _errors_as_problems(NotUndone), transaction.atomic():
        run.claim_undo(owner(request))
        undo_import.enqueue(run.pk)
    return _answer_accepted(request, response, run)


@router.post(
    "/imports/{int:number}/send",
    summary=gettext_lazy("Send a list of partner staff to the coordinators"),
    response={202: Import, **problems(*SINGLE_RUN_ERRORS)},
)
def send(request: HttpRequest, response: HttpResponse, number: int) -> Status[Any]:
    if is_coordinator(request):
        raise PermissionDenied
    run = get_editable_run(request, number)
    if has_open_question(run):
        raise Problem(
            409, _("Say first what to do with the rows, columns or tables of this file that are asked about.")
        )
    if dates := find_blocking_dates(run):
        raise Problem(409, imports_apply.describe_blocking_dates(run, dates))
    if not run.worth_sending:
        raise Problem(409, _("There is nothing to send: no line is new or changed."))
    if not send_list(run, owner(request)):
        raise Problem(409, _("This list was sent already."))
    return _answer_accepted(request, response, run)


def _get_coordinator_run(request: HttpRequest, number: int) -> ImportRun:
    """Return an import that the owner of the key may apply or undo; raises PermissionDenied if not a coordinator."""
    if not is_coordinator(request, "add"):
        raise PermissionDenied
    return get_editable_run(request, number)


@contextmanager
def _errors_as_problems(error: type[Exception]) -> Iterator[None]:
    """Turn this error of the import into a Problem with status 409."""
    try:
        yield
    except error as reason:
        raise Problem(409, str(reason)) from None


def _answer_accepted(request: HttpRequest, response: HttpResponse, run: ImportRun) -> Status[Any]:
    run.refresh_from_db()
    response["Location"] = f"/api/pilot/imports/{run.pk}"
    return Status(202, serialize_run(request, run))
