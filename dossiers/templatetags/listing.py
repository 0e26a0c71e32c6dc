"""Template tags of lists."""

from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

register = template.Library()


@register.simple_tag(takes_context=True)
def labeled_cell(context: template.Context, cell: Any) -> SafeString:
    """Return the HTML of a table cell with the label of its column, which a narrow screen shows beside the value.

    A plain cell is written here: most cells are, and a template for each costs more than all else on the page.
    """
    column = cell.column
    if column.cell_template_name == Column.cell_template_name:
        value = column.get_cell_context_data(cell.instance, context)["value"]
        text = "" if value is None else render_value_in_context(value, context)
        classes = format_html(' class="{}"', column.classname) if column.classname else ""
        return format_html('<td data-label="{}"{}>{}</td>', column.label, classes, mark_safe(text))  # noqa: S308
    html: SafeString = cell.render_html(context)
    if isinstance(column, BulkActionsCheckboxColumn):
        return html
    return mark_safe(html.replace("<td", format_html('<td data-label="{}"', column.label), 1))  # noqa: S308
