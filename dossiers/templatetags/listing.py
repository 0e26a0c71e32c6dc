"""Template tags of lists."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn

register = template.Library()


@register.simple_tag(takes_context=True)
def labeled_cell(context: template.Context, cell: Any) -> SafeString:
    """Return the HTML of a table cell with the label of its column, which a narrow screen shows beside the value."""
    html: SafeString = cell.render_html(context)
    if isinstance(cell.column, BulkActionsCheckboxColumn):
        return html
    return mark_safe(html.replace("<td", format_html('<td data-label="{}"', cell.column.label), 1))  # noqa: S308
