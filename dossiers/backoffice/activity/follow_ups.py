"""Actions in the backoffice: tasks with a due date and an owner."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.log_actions import log

from admin_pages.users import get_actor_name
from dates.format import format_date
from dossiers.backoffice.activity.subjects import SUBJECTS_PANEL, CreateFromRecordView, SubjectsColumn, get_list_url
from dossiers.backoffice.activity.withdrawal import get_outcome_url
from dossiers.backoffice.columns import DateColumn, PersonColumn
from dossiers.backoffice.forms import coordinator_choices
from dossiers.backoffice.records import VisibleListView, VisibleViewSet
from dossiers.backoffice.redirects import redirect_back
from dossiers.filters import FollowUpFilterSet
from dossiers.models import FollowUp


class FollowUpForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinator_choices(self, "owner")


class FollowUpCreateView(CreateFromRecordView):
    def get_initial_form_instance(self) -> FollowUp:
        """Return an action that is owned by the current user."""
        action: FollowUp = super().get_initial_form_instance()
        action.owner = cast(User, self.request.user)
        return action


class DoneColumn(Column):
    """A button that marks an action as done, or the day on which it was done."""

    cell_template_name = "dossiers/activity/done_cell.html"

    def get_cell_context_data(self, instance: FollowUp, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        # The results after filtering come from a URL without the rest of the page, so request.path is not the list.
        back = f"{get_list_url(FollowUp)}?{request.GET.urlencode()}"
        return context | {"csrf_token": get_token(request), "back": back, "outcome_url": get_outcome_url(instance)}

    def get_sheet_value(self, instance: FollowUp) -> Any:
        """Return the value for a spreadsheet."""
        return timezone.localdate(instance.done_at) if instance.done_at else None


def get_state(action: FollowUp) -> str:
    if action.is_done:
        return gettext("done")
    return gettext("due") if action.due_on <= timezone.localdate() else gettext("planned")


class FollowUpListView(VisibleListView):
    default_ordering = "due_on"
    more_columns = ("rule", "done_by", "done_note", "created_at")

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().with_subjects().select_related("owner", "done_by")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Put open actions first, unless another order is chosen."""
        if self.ordering == self.default_ordering:
            return queryset.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")
        return super().order_queryset(queryset)

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_title_column("text"),
            DateColumn("due_on", label=_("Day"), sort_key="due_on"),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=get_state,
                primary=lambda action: get_state(action) == gettext("due"),
            ),
            SubjectsColumn("subjects", label=_("About")),
            PersonColumn("owner", label=_("Owner"), sort_key="owner__first_name"),
            DoneColumn("done_at", label=_("Done")),
        ]


class FollowUpViewSet(VisibleViewSet):
    model = FollowUp
    add_to_admin_menu = True
    menu_order = 135
    icon = "tasks"
    menu_label = _("Actions")
    base_url_path = "actions"
    add_view_class = FollowUpCreateView
    index_view_class = FollowUpListView
    filterset_class = FollowUpFilterSet
    inspect_view_fields = [
        "text",
        "due_on",
        "owner",
        "dossier",
        "employer",
        "interest",
        "placement",
        "done_at",
        "done_by",
        "done_note",
        "rule",
    ]
    edit_handler = ObjectList(
        [FieldPanel("text"), FieldRowPanel([FieldPanel("due_on"), FieldPanel("owner")]), SUBJECTS_PANEL],
        base_form_class=FollowUpForm,
    )


@require_POST
@transaction.atomic  # with a lock, so that saving does not restore the data of a person who is anonymised concurrently
def toggle_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an action as done, or reopen it if `undo` is posted; redirect to the previous page.

    An action that needs an outcome stays open: its user is sent to the form that records the outcome.
    """
    if not request.user.has_perm("dossiers.change_followup"):
        raise PermissionDenied
    action = get_object_or_404(FollowUp.objects.visible_to(request.user).select_for_update(), pk=pk)
    if request.POST.get("undo"):
        action.reopen()
        messages.success(request, gettext("Open again: %(action)s.") % {"action": action.text})
    elif outcome_url := get_outcome_url(action):
        messages.warning(request, gettext("This action is done once you record the outcome. Fill it in here."))
        return redirect(outcome_url)
    elif action.is_done:
        messages.info(request, describe_completion(action))
        return redirect_back(request, get_list_url(FollowUp))
    else:
        action.mark_done(cast(User, request.user))
        messages.success(request, gettext("Done: %(action)s.") % {"action": action.text})
    log(instance=action, action="wagtail.edit", user=request.user, content_changed=True)
    return redirect_back(request, get_list_url(FollowUp))


def describe_completion(action: FollowUp) -> str:
    """Return who did an action, and on which day, or that it lapsed."""
    words = {"action": action.text, "day": format_date(timezone.localdate(action.done_at))}
    if action.has_lapsed:
        return gettext("“%(action)s” lapsed on %(day)s: %(why)s") % (words | {"why": action.done_note})
    text = gettext("“%(action)s” was done already, by %(who)s on %(day)s.")
    return text % (words | {"who": get_actor_name(action.done_by)})
