"""Wagtail's users with the views of this project, as Wagtail's documentation says to replace them."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "dossiers.backoffice.users.viewset.UserViewSet"
