"""Template tags of lists."""

from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

register = template.Library()


@register.simple_tag
def column_labels(table: Any) -> dict[str, SafeString]:
    """Return the attribute with the label of each column, which a narrow screen shows beside the value."""
    return {
        name: SafeString("")
        if isinstance(column, BulkActionsCheckboxColumn)
        else format_html(' data-label="{}"', column.label)
        for name, column in table.columns.items()
    }


@register.simple_tag(takes_context=True)
def labeled_cells(context: template.Context, row: Any, labels: dict[str, SafeString]) -> SafeString:
    """Return the HTML of the cells of a row, each with its label."""
    return mark_safe("".join(labeled_cell(context, row[name], label) for name, label in labels.items()))  # noqa: S308


def labeled_cell(context: template.Context, cell: Any, label: SafeString) -> SafeString:
    """Return the HTML of a cell.

    A plain cell is written here: most cells are, and a template for each costs more than all else on the page.
    """
    column = cell.column
    if column.cell_template_name == Column.cell_template_name:
        value = column.get_cell_context_data(cell.instance, context)["value"]
        text = "" if value is None else render_value_in_context(value, context)
        classes = format_html(' class="{}"', column.classname) if column.classname else ""
        return format_html("<td{}{}>{}</td>", label, classes, mark_safe(text))  # noqa: S308
    return mark_safe(cell.render_html(context).replace("<td", f"<td{label}", 1))  # noqa: S308
