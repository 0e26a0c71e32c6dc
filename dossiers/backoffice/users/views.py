"""The views of users: the list with the status of each, the invitation, and the changes of a status."""

from datetime import datetime
from functools import cached_property
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.users.views.users import CreateView, EditView, IndexView
from wagtail.users.views.users import UserFilterSet as WagtailUserFilterSet

from admin_pages.pages import TitledFormMixin
from admin_pages.users import get_person_name
from dates.format import format_datetime
from dossiers.backoffice.labels import NOTHING
from dossiers.backoffice.user_warnings import warn_about_user
from dossiers.backoffice.users.invitations import BLOCK, UNBLOCK, describe_invitation, invite
from dossiers.models.user_status import (
    HAS_NO_PASSWORD,
    UserStatus,
    get_invitation_times,
    get_link_end,
    get_status,
    with_status,
)

USERS = "wagtailusers_users"
Actions = list[tuple[str | Promise, str, str]]


def find_actions(user: User, status: UserStatus, actor: Any) -> Actions:
    """Return (label, icon, URL) of each change of the status that the actor may make."""
    names: dict[str, tuple[str | Promise, str]] = {}
    if status == UserStatus.INVITED and actor.has_perm("auth.add_user"):
        names["invite_again"] = (_("Send the invitation again"), "mail")
    if may_change_status(actor, user):
        if status == UserStatus.INVITED:
            names["block"] = (_("Revoke the invitation"), "lock")
        elif status == UserStatus.ACTIVE:
            names["block"] = (_("Block"), "lock")
        else:
            names["unblock"] = (_("Let in again"), "lock-open")
    return [(*shown, reverse(f"{USERS}:{name}", args=[user.pk])) for name, shown in names.items()]


def may_change_status(actor: Any, user: User) -> bool:
    """Whether the actor may block this user; nobody locks out oneself, and only administrators an administrator."""
    may_change = actor.has_perm("auth.change_user") and actor.has_perm("auth.add_user")
    return may_change and actor.pk != user.pk and (actor.is_superuser or not user.is_superuser)


class UserFilterSet(WagtailUserFilterSet):
    status = ChoiceFilter(
        choices=UserStatus.choices,
        method="filter_status",
        label=_("Status"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.filters["is_active"]
        self.filters["group"].label = _("Role")

    def filter_status(self, users: QuerySet, _name: str, value: str) -> QuerySet:
        return with_status(users).filter(status=value)


def describe_roles(user: Any) -> str:
    """Return the roles with the organisations, such as "Partners (AZC Luttelgeest)"."""
    roles = [gettext("Administrator")] if user.is_superuser else [group.name for group in user.groups.all()]
    organisations = ", ".join(organisation.name for organisation in user.organisations.all())
    return " ".join(filter(None, [", ".join(roles) or NOTHING, f"({organisations})" if organisations else ""]))


class UserListView(IndexView):
    add_item_label = _("Invite a colleague")

    @cached_property
    def columns(self) -> list[Column]:
        columns = [column for column in super().columns if column.name not in ("is_active", "is_superuser")]
        roles = Column("roles", accessor=describe_roles, label=_("Role"))
        status = Column("status", accessor=self.render_status, label=_("Status"), sort_key="status")
        return [*columns[:-1], roles, status, columns[-1]]

    def render_status(self, user: Any) -> SafeString:
        label = UserStatus(user.status).label
        note = self.get_note(user)
        return format_html('{}<div class="help">{}</div>', label, note) if note else format_html("{}", label)

    def get_note(self, user: Any) -> str:
        """Return when the link of an invited user ends, or that an active user has no second factor."""
        if user.status == UserStatus.ACTIVE and not user.has_second_factor:
            return gettext("no second factor yet")
        if user.status != UserStatus.INVITED or user.pk not in self.invitation_times:
            return ""
        until = get_link_end(self.invitation_times[user.pk])
        text = gettext("link until %(until)s") if until > timezone.now() else gettext("link ended on %(until)s")
        return text % {"until": format_datetime(until)}

    @cached_property
    def invitation_times(self) -> dict[int, datetime]:
        return get_invitation_times(User.objects.filter(HAS_NO_PASSWORD, is_active=True))

    def get_base_queryset(self) -> QuerySet:
        second_factor = Authenticator.objects.filter(user=OuterRef("pk"))
        users: QuerySet = with_status(super().get_base_queryset()).annotate(has_second_factor=Exists(second_factor))
        return users.prefetch_related("groups", "organisations")

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        actions = find_actions(instance, UserStatus(instance.status), self.request.user)
        buttons = [Button(label, url=url, icon_name=icon, priority=12) for label, icon, url in actions]
        return [*super().get_list_more_buttons(instance), *buttons]


class InviteView(TitledFormMixin, CreateView):
    """Creates a user and sends the invitation."""

    page_title = _("Invite a colleague")
    submit_button_label = _("Invite")
    submit_button_active_label = _("Inviting…")
    error_message = _("The invitation was not sent: something in the form is not right yet.")
    header_icon = "mail"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"may_invite_administrators": self.request.user.is_superuser}

    def save_instance(self) -> User:
        user: User = super().save_instance()
        invite(user, self.request.user)
        return user

    def get_success_message(self, instance: User) -> str:
        return describe_sent_invitation(instance)

    def form_invalid(self, form: Any) -> HttpResponse:
        user = form.existing_user
        if user:
            actions = find_actions(user, get_status(user), self.request.user)
            buttons = [messages.button(url, label) for label, _icon, url in actions if not url.endswith("/block/")]
            if self.request.user.has_perm("auth.change_user"):
                buttons.append(messages.button(reverse(f"{USERS}:edit", args=[user.pk]), gettext("Open this user")))
            messages.warning(
                self.request, gettext("%(user)s is a user already.") % {"user": get_person_name(user)}, buttons=buttons
            )
        response: HttpResponse = super().form_invalid(form)
        return response


class EditUserView(EditView):
    def save_instance(self) -> User:
        """Send an invited user whose address changed another link, since the earlier one ended."""
        user: User = super().save_instance()
        if "email" in self.form.changed_data and get_status(user) == UserStatus.INVITED:
            invite(user, self.request.user)
            messages.success(self.request, describe_sent_invitation(user))
        return user


def describe_sent_invitation(user: User) -> str:
    until = get_link_end(get_invitation_times([user])[user.pk])
    return gettext("%(user)s gets an e-mail at %(address)s with a link that works until %(until)s.") % {
        "user": get_person_name(user),
        "address": user.email,
        "until": format_datetime(until),
    }


class StatusChangeView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks for confirmation, and changes the status of a user."""

    template_name = "dossiers/users/change_status.html"
    header_icon = "user"
    permission_required = "add"
    model = User
    statuses: tuple[UserStatus, ...]  # from which the change can be made
    button_label: str | Promise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.user = get_object_or_404(User, pk=kwargs["pk"])
        self.status = get_status(self.user)
        if not self.is_allowed():
            raise PermissionDenied
        if self.status not in self.statuses:
            text = gettext("%(user)s is now: %(status)s. Nothing was changed.")
            messages.warning(request, text % {"user": get_person_name(self.user), "status": self.status.label})
            return redirect(f"{USERS}:index")
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def is_allowed(self) -> bool:
        return may_change_status(self.request.user, self.user)

    def get_page_title(self) -> str:
        return str(self.button_label)

    def get_page_subtitle(self) -> str:
        return get_person_name(self.user)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(f"{USERS}:index"), "label": gettext("Users")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_question(self) -> str:
        raise NotImplementedError

    def apply(self) -> None:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"question": self.get_question(), "button_label": self.button_label}
        return super().get_context_data(**kwargs) | words

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        self.apply()
        return redirect(f"{USERS}:index")

    def send_invitation(self) -> None:
        invite(self.user, self.request.user)
        messages.success(self.request, describe_sent_invitation(self.user))


class InviteAgainView(StatusChangeView):
    """Sends another link to a user who was invited; the earlier link ends."""

    statuses = (UserStatus.INVITED,)
    button_label = _("Send the invitation again")

    def is_allowed(self) -> bool:
        return True  # the e-mail goes to the user's own address

    def get_question(self) -> str:
        text = gettext("%(user)s is %(status)s. A new link goes to %(address)s; the earlier one then works no longer.")
        return text % {
            "user": get_person_name(self.user),
            "status": describe_invitation(self.user),
            "address": self.user.email,
        }

    def apply(self) -> None:
        self.send_invitation()


class BlockView(StatusChangeView):
    """Deactivates a user, which ends sessions, keys, and the link of an invitation (config.logins.revocation)."""

    statuses = (UserStatus.INVITED, UserStatus.ACTIVE)

    @property
    def button_label(self) -> str:  # type: ignore[override]
        return gettext("Revoke the invitation") if self.status == UserStatus.INVITED else gettext("Block")

    def get_question(self) -> str:
        names = {"user": get_person_name(self.user)}
        if self.status == UserStatus.INVITED:
            return gettext("The link that %(user)s got then works no longer. You can invite again later.") % names
        text = gettext(
            "%(user)s can then no longer log in, and is logged out everywhere. Keys of the API and of the calendar "
            "end. What %(user)s did stays in the history. You can undo this, except for the keys."
        )
        return text % names

    def apply(self) -> None:
        self.user.is_active = False
        self.user.save(update_fields=["is_active"])
        log(self.user, BLOCK, user=self.request.user)
        messages.success(self.request, gettext("%(user)s is blocked.") % {"user": get_person_name(self.user)})
        warn_about_user(self.request, self.user)


class UnblockView(StatusChangeView):
    """Activates a user; one who never had a password is invited again."""

    statuses = (UserStatus.BLOCKED,)
    button_label = _("Let in again")

    def get_question(self) -> str:
        names = {"user": get_person_name(self.user), "address": self.user.email}
        if self.user.has_usable_password():
            return gettext("%(user)s can then log in again with the same password and the same roles.") % names
        return gettext("%(user)s never chose a password, and gets a new invitation at %(address)s.") % names

    def apply(self) -> None:
        log(self.user, UNBLOCK, user=self.request.user)
        if not self.user.has_usable_password():
            self.send_invitation()
            return
        self.user.is_active = True
        self.user.save(update_fields=["is_active"])
        messages.success(self.request, gettext("%(user)s can log in again.") % {"user": get_person_name(self.user)})
        warn_about_user(self.request, self.user)
