"""Labels that Wagtail's Dutch catalog leaves in English; the project's catalog has precedence over Wagtail's."""

from django.utils.translation import gettext_lazy, gettext_noop
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm

LABELS = (gettext_noop("Bold"), gettext_noop("Italic"), gettext_noop("Email link"))


def label_bulk_actions() -> None:
    """Label the tick of the bulk actions on pages, which has none of Wagtail; called once, when the site starts."""
    DefaultPageForm.base_fields["include_descendants"].label = gettext_lazy("Include the pages below")
