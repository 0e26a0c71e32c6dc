"""Renders the widgets that forms have most of without templates.

A form of the backoffice has hundreds of inputs and options, and Django renders each with up to four templates inside
each other: a third of the time that the page takes.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Widget = dict[str, Any]
FOLDER = "django/forms/widgets"
INPUTS = ("input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox")


def joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (each part is escaped)


def write_attributes(attributes: dict[str, Any]) -> SafeString:
    return joined(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{conditional_escape(value)}"')
        for name, value in attributes.items()
        if value is not False
    )


def write_input(widget: Widget) -> SafeString:
    value = {} if widget["value"] is None else {"value": widget["value"]}
    return format_html(
        "<input{}>", write_attributes({"type": widget["type"], "name": widget["name"]} | value | widget["attrs"])
    )


def write_labeled_input(option: Widget) -> SafeString:
    if not option["wrap_label"]:
        return write_input(option)
    key = option["attrs"].get("id")
    target = write_attributes({"for": key} if key else {})
    return format_html("<label{}>{} {}</label>", target, write_input(option), localize(option["label"]))


def write_option(option: Widget) -> SafeString:
    attributes = write_attributes({"value": option["value"]} | option["attrs"])
    return format_html("<option{}>{}</option>", attributes, localize(option["label"]))


class FormRenderer(DjangoTemplates):
    """Renders like Django, but writes the widgets that forms have most of without templates."""

    def __init__(self) -> None:
        self.writers: dict[str, Callable[[Widget], SafeString]] = {
            f"{FOLDER}/select_option.html": write_option,
            f"{FOLDER}/checkbox_option.html": write_labeled_input,
            f"{FOLDER}/radio_option.html": write_labeled_input,
            f"{FOLDER}/select.html": self.write_select,
            f"{FOLDER}/checkbox_select.html": self.write_boxes,
            f"{FOLDER}/radio.html": self.write_boxes,
        } | {f"{FOLDER}/{name}.html": write_input for name in INPUTS}

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        writer = self.writers.get(template_name)
        return writer(context["widget"]) if writer else super().render(template_name, context, request)

    def write_options(self, options: list[Widget], start: str, end: str) -> SafeString:
        return joined(f"{start}{self.render(option['template_name'], {'widget': option})}{end}" for option in options)

    def write_select(self, widget: Widget) -> SafeString:
        groups = [(name, self.write_options(options, "\n  ", "")) for name, options, _index in widget["optgroups"]]
        return format_html(
            "<select{}>{}\n</select>",
            write_attributes({"name": widget["name"]} | widget["attrs"]),
            joined(
                format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, options) if name else options
                for name, options in groups
            ),
        )

    def write_boxes(self, widget: Widget) -> SafeString:
        groups = [
            (name, self.write_options(options, "<div>\n    ", "</div>"))
            for name, options, _index in widget["optgroups"]
        ]
        return format_html(
            "<div{}>{}\n</div>",
            write_attributes({name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}),
            joined(
                format_html("\n  <div><label>{}</label>{}\n  </div>", name, options) if name else options
                for name, options in groups
            ),
        )
