"""Limits the imports of a key: coordinators see all, partner staff those of their own organization."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dossiers.api.permissions import owner
from dossiers.models import ImportRun, Organisation
from web_api.problems import Problem


def get_own_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    return Organisation.objects.of(owner(request))


def is_coordinator(request: HttpRequest, right: str = "view") -> bool:
    return owner(request).has_perm(f"dossiers.{right}_importrun")


def get_runs(request: HttpRequest) -> QuerySet[ImportRun]:
    """Return the imports that the owner of the key may see; raises PermissionDenied if the owner can't import."""
    if is_coordinator(request):
        imports = ImportRun.objects.visible_to(owner(request))
    elif get_own_organisations(request).exists():
        imports = ImportRun.objects.uploaded_by_staff_of(get_own_organisations(request))
    else:
        raise PermissionDenied
    return imports.select_related("organisation", "profile", "user")


def get_run(request: HttpRequest, number: int) -> ImportRun:
    return get_object_or_404(get_runs(request), pk=number)


def get_editable_run(request: HttpRequest, number: int) -> ImportRun:
    """Return an import that the owner may change; raises Problem if the other side (partner, coordinator) has it."""
    run = get_run(request, number)
    coordinator = is_coordinator(request)
    if coordinator and not is_coordinator(request, "add"):
        raise PermissionDenied
    if coordinator == run.with_partner:
        raise Problem(409, _("This list is in other hands now. Read it again."))
    return run


def can_see_rows(request: HttpRequest, run: ImportRun) -> bool:
    """Whether the owner may see the rows: only the partner until a coordinator opens the list, then only coordinators.

    From that moment the rows are compared with dossiers, which partners may not see.
    """
    return is_coordinator(request) != run.with_partner
