"""Labels that Wagtail's Dutch catalog leaves in English; the project's catalog has precedence over Wagtail's."""

from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop
from wagtail.admin.forms import choosers
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm
from wagtail.admin.views.pages.search import SearchView
from wagtail.models.pages import PAGE_PERMISSION_TYPES, Page
from wagtail.sites.views import IndexView as SiteListView
from wagtail.users.forms import PagePermissionsForm
from wagtail.users.templatetags import wagtailusers_tags

LABELS = (
    gettext_noop("Bold"),
    gettext_noop("Italic"),
    gettext_noop("Email link"),
    gettext_noop("Can export as csv"),
    gettext_noop("Can export as json"),
    gettext_noop("Can export as ods"),
    gettext_noop("Can export as xlsx"),
)
SITE_COLUMNS = {
    "port": gettext_lazy("Port"),
    "site_name": gettext_lazy("Site name"),
    "root_page": gettext_lazy("Root page"),
}
"""Labels of the columns to which Wagtail gives none: it shows their names in the code."""
LINK_FORMS = (
    choosers.AnchorLinkChooserForm,
    choosers.EmailLinkChooserForm,
    choosers.ExternalLinkChooserForm,
    choosers.PhoneLinkChooserForm,
)
LINK_FIELDS = {
    "email_address": gettext_lazy("Email address"),
    "phone_number": gettext_lazy("Phone number"),
    "link_text": gettext_lazy("Link text"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text of the e-mail"),
}
PERMISSION_ACTIONS = {
    "add": gettext_lazy("may add"),
    "change": gettext_lazy("may change"),
    "delete": gettext_lazy("may delete"),
}


def label_what_wagtail_does_not() -> None:
    """Label the columns of the list of sites, the ticks of the form of a group, the tick of the bulk actions on pages,
    the fields of links, and the number of pages that a search finds; called once, when the site starts."""
    SearchView.verbose_name_plural = Page._meta.verbose_name_plural
    for column in SiteListView.columns:
        column.label = SITE_COLUMNS.get(column.name, column.label)
    for form in LINK_FORMS:
        for name, field in form.base_fields.items():
            field.label = LINK_FIELDS.get(name, field.label)
    DefaultPageForm.base_fields["include_descendants"].label = gettext_lazy("Include the pages below")
    page_permissions = {f"{action}_page": label for action, _short, label in PAGE_PERMISSION_TYPES}
    PagePermissionsForm.base_fields["permissions"].label_from_instance = lambda permission: page_permissions.get(
        permission.codename, permission.name
    )
    template = "wagtailusers/groups/includes/formatted_permissions.html"
    wagtailusers_tags.register.inclusion_tag(template, name="format_permissions")(name_permissions)


def name_permissions(permission_bound_field: Any) -> dict[str, Any]:
    """Implement Wagtail's tag `format_permissions`, in which a tick has the English name from the database."""
    context: dict[str, Any] = wagtailusers_tags.format_permissions(permission_bound_field)
    for permissions in context["object_perms"]:
        for action, label in PERMISSION_ACTIONS.items():
            if action in permissions:
                permissions[action]["perm"].name = f"{permissions['object']}: {label}"
    return context
