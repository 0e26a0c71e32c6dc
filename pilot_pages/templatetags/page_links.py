"""A template filter for the links to a page from other pages."""

from django import template
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

register = template.Library()


@register.filter
def live_pages_with_links(page: Page) -> PageQuerySet:
    """Return the other pages of the site with a link, a card or a button to this page, in the order of the tree."""
    references = ReferenceIndex.get_references_to(page).filter(
        base_content_type=ReferenceIndex._get_base_content_type(Page)
    )
    page_ids = {int(page_id) for page_id in references.values_list("object_id", flat=True)} - {page.pk}
    return Page.objects.live().filter(pk__in=page_ids).order_by("path")
