"""Which imports the owner of a key works on: coordinators on all, partner staff on those of their organisation."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dossiers.api.permissions import owner
from dossiers.models import ImportRun, Organisation
from web_api.problems import Problem


def own_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    return Organisation.objects.of(owner(request))


def is_coordinator(request: HttpRequest, right: str = "view") -> bool:
    return owner(request).has_perm(f"dossiers.{right}_importrun")


def runs(request: HttpRequest) -> QuerySet[ImportRun]:
    """Those that the owner may see; raises PermissionDenied for who imports nothing."""
    if is_coordinator(request):
        imports = ImportRun.objects.visible_to(owner(request))
    elif own_organisations(request).exists():
        imports = ImportRun.objects.uploaded_by_staff_of(own_organisations(request))
    else:
        raise PermissionDenied
    return imports.select_related("organisation", "profile", "user")


def run_of(request: HttpRequest, number: int) -> ImportRun:
    return get_object_or_404(runs(request), pk=number)


def in_hand(request: HttpRequest, number: int) -> ImportRun:
    """One that the owner may decide about now; raises Problem for one that is in other hands."""
    run = run_of(request, number)
    coordinator = is_coordinator(request)
    if coordinator and not is_coordinator(request, "add"):
        raise PermissionDenied
    if coordinator == run.with_partner:
        raise Problem(409, _("This list is in other hands now. Read it again."))
    return run


def shows_lines(request: HttpRequest, run: ImportRun) -> bool:
    """A partner's own lines are theirs until a coordinator opens them, and then they tell of dossiers."""
    return is_coordinator(request) != run.with_partner
