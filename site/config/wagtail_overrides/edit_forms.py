"""Protection of every edit form of the backoffice against overwriting what somebody else saved meanwhile."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.generic import EditView
from wagtail.admin.views.pages.edit import EditView as PageEditView

from admin_pages.users import get_person_name
from config.logins.ended_sessions import get_form_id
from config.repeated_forms import REMEMBERED_FOR
from dossiers.backoffice.conflicts import describe_later_changes
from dossiers.backoffice.forms import PreventsOverwriting

RELATED_NAMES = {
    "auth.group": ("page_permissions", "collection_permissions", "site_permissions"),
    "wagtailcore.workflow": ("workflow_tasks", "workflow_pages", "workflow_content_types"),
}
"""Relations that Wagtail's page of a record edits in forms of their own."""


def prevent_overwriting() -> None:
    """Patch the edit view that snippets, settings, users and the rest share, and the one of pages.

    Called once, when the site starts.
    """
    original_method = EditView.get_form

    def get_form(view: Any, form_class: Any = None) -> Any:
        form_class = form_class or view.get_form_class()
        if not issubclass(form_class, PreventsOverwriting):
            names = {"related_names": RELATED_NAMES.get(form_class._meta.model._meta.label_lower, ())}
            form_class = type(form_class)(form_class.__name__, (PreventsOverwriting, form_class), names)
        form = original_method(view, form_class)
        if get_form_id(view.request):
            form.saved_version = cache.get(_build_key(view.request), "")
        return form

    EditView.get_form = get_form
    original_post = EditView.post

    def post(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = original_post(view, request, *args, **kwargs)
        changed_at = getattr(view.object, "changed_at", None)
        if response.status_code == 302 and changed_at and get_form_id(request):
            cache.set(_build_key(request), changed_at.isoformat(), REMEMBERED_FOR.total_seconds())
        return response

    EditView.post = post
    original_form_invalid = EditView.form_invalid

    def form_invalid(view: Any, form: Any) -> HttpResponse:
        if form.has_conflict:
            _show_current_version(view, form)
        response: HttpResponse = original_form_invalid(view, form)
        return response

    EditView.form_invalid = form_invalid
    original_page_post = PageEditView.post

    def post_page(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if view.expects_json_response or view.page.alias_of_id or view.locked_for_user or not view.is_out_of_date:
            return original_page_post(view, request, *args, **kwargs)
        return refuse_outdated_page_form(view, request)

    PageEditView.post = post_page


def _build_key(request: HttpRequest) -> str:
    text = repr((request.user.pk, request.path, get_form_id(request)))
    return f"edit-form:{salted_hmac('config.wagtail_overrides.edit_forms', text, algorithm='sha256').hexdigest()}"


def _show_current_version(view: Any, form: Any) -> None:
    """Add messages about what somebody else saved, with a link to the form of it."""
    changes = describe_later_changes(view.object, form.data.get("seen_at", ""))
    *others, last = changes or [_("This form shows an older version.")]
    for change in others:
        messages.warning(view.request, change)
    button = messages.button(view.request.get_full_path(), _("Open the current version"), new_window=True)
    messages.warning(view.request, last, buttons=[button])


def refuse_outdated_page_form(view: Any, request: HttpRequest) -> HttpResponse:
    """Show the form again, as it was sent, with who saved the page meanwhile.

    Wagtail compares revisions itself, but refuses only an autosave: a browser learns of a newer revision by a request
    every ten seconds. The form that is shown now names the newer revision, so it replaces that one when sent again;
    until then it saves nothing by itself.
    """
    view.form = view.form_class(
        request.POST,
        request.FILES,
        instance=view.page,
        subscription=view.subscription,
        parent_page=view.parent,
        for_user=request.user,
    )
    view.form.is_valid()  # as Wagtail does before it shows a form again: this fills the page with what was typed
    view.has_unsaved_changes, view.autosave_enabled = True, False
    text = _(
        "%(change)s Nothing of this form was saved; what you typed still stands in it. See what changed. If you then "
        "press the button again, your version replaces that one."
    )
    shown = request.POST.get("overwrite_revision_id") or request.POST.get("loaded_revision_id")
    if view.page.revisions.filter(pk=shown).exclude(pk=view.latest_revision.pk).exists():
        url = reverse("wagtailadmin_pages:revisions_compare", args=[view.page.pk, shown, view.latest_revision.pk])
    else:  # the revision that the form showed is gone
        url = reverse("wagtailadmin_pages:view_draft", args=[view.page.pk])
    button = messages.button(url, _("See what changed"), new_window=True)
    messages.error(request, text % {"change": _describe_latest_revision(view, request)}, buttons=[button])
    return view.render_to_response(view.get_context_data())


def _describe_latest_revision(view: Any, request: HttpRequest) -> str:
    """Return who saved or published the latest revision, and when."""
    revision = view.latest_revision
    is_published = view.real_page_record.live_revision_id == revision.pk
    moment = date_format(timezone.localtime(revision.created_at), "DATETIME_FORMAT")
    if revision.user == request.user:
        text = (
            _("You published this page in another window on %(moment)s, after this form was opened.")
            if is_published
            else _("You saved this page in another window on %(moment)s, after this form was opened.")
        )
        return text % {"moment": moment}
    text = (
        _("%(name)s published this page on %(moment)s, after you opened this form.")
        if is_published
        else _("%(name)s saved this page on %(moment)s, after you opened this form.")
    )
    name = get_person_name(revision.user, _("Somebody"))
    return text % {"name": name, "moment": moment}
