"""Registration of Wagtail hooks."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from config.api import key_pages
from config.logins.revocation import end_logins_of_deactivated_users
from config.system import views as system
from config.wagtail_overrides import deletion

hooks.register("register_admin_urls", key_pages.urls)
hooks.register("register_admin_urls", system.urls)
hooks.register("register_settings_menu_item", system.system_menu_item)
hooks.register("before_delete_page", deletion.refuse_deletion_of_first_pages)
hooks.register("before_bulk_action", deletion.refuse_bulk_deletion_of_first_pages)
hooks.register("after_bulk_action", end_logins_of_deactivated_users)


@hooks.register("register_account_menu_item")
def security_item(_request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Login and security"),
        "help_text": _("Your password, your second factor and your recovery codes."),
    }


@hooks.register("register_account_menu_item")
def keys_item(_request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("api_keys"),
        "label": _("API keys"),
        "help_text": _("With a key a program asks and changes in your name."),
    }


@hooks.register("construct_help_menu")
def remove_english_help(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Remove Wagtail's manual and release notes, which are on another site, in English, and about the bare Wagtail."""
    items[:] = [item for item in items if item.name in ("guide", "keyboard-shortcuts-trigger")]


@hooks.register("insert_global_admin_js")
def load_form_scripts() -> str:
    """Load the scripts after Wagtail's date picker and before the first field that uses it."""
    names = ("dates-as-typed", "early-typing", "form-version", "sent-forms")
    return format_html_join("", '<script src="{}"></script>', ((static(f"backoffice/{name}.js"),) for name in names))
