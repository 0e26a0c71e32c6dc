"""A notice that a page is not in any menu, shown when it is first published."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page

from pilot_pages.models import HomePage, PilotPage


def after_publishing(request: HttpRequest, page: Page) -> None:
    """Implement Wagtail's hook `after_publish_page`: show the notice on the first publication."""
    page = Page.objects.get(pk=page.pk).specific
    if isinstance(page, HomePage) or not isinstance(page, PilotPage):
        return
    is_first_publication = page.live and page.first_published_at == page.last_published_at
    has_menu = page.get_ancestors().type(HomePage).live().exists()
    if not is_first_publication or not has_menu or page.show_in_menus or page.show_in_footer:
        return
    _content, tab, *_more = page.get_edit_handler().children  # its name depends on the language of the backoffice
    properties = f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}#tab-{tab.clean_name}"
    messages.info(
        request,
        gettext("This page stands in no menu yet. To change that, tick “Show in menus” among its properties."),
        buttons=[messages.button(properties, gettext("To its properties"))],
    )
