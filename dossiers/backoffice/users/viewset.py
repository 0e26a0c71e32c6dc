"""Wagtail's users, with invitations."""

from typing import Any

from django.urls import URLPattern, path
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from dossiers.backoffice.users.forms import InvitationForm, UserEditForm
from dossiers.backoffice.users.views import (
    BlockView,
    EditUserView,
    InviteAgainView,
    InviteView,
    UnblockView,
    UserFilterSet,
    UserListView,
)

STATUS_CHANGES = {"invite-again": InviteAgainView, "block": BlockView, "unblock": UnblockView}


class UserViewSet(WagtailUserViewSet):
    index_view_class = UserListView
    add_view_class = InviteView
    edit_view_class = EditUserView
    filterset_class = UserFilterSet

    def get_form_class(self, for_update: bool = False) -> Any:
        return UserEditForm if for_update else InvitationForm

    def get_urlpatterns(self) -> list[URLPattern]:
        converter = self.pk_path_converter
        changes = [
            path(
                f"<{converter}:pk>/{name}/",
                view.as_view(permission_policy=self.permission_policy),
                name=name.replace("-", "_"),
            )
            for name, view in STATUS_CHANGES.items()
        ]
        return [*super().get_urlpatterns(), *changes]
