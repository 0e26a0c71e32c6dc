"""The menu of a row of a list."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.widgets.button import BaseButton, ButtonWithDropdown

LINK = (
    '<a href="{}" class=""><svg class="icon icon-{} icon" aria-hidden="true"><use href="#icon-{}"></use></svg> {}</a>'
)
MENU = """
<div data-controller="w-dropdown" class="w-dropdown">
    <button type="button" class="w-dropdown__toggle w-dropdown__toggle--icon" data-w-dropdown-target="toggle"
            aria-label="{}">
        <svg class="icon icon-dots-horizontal w-dropdown__toggle-icon" aria-hidden="true">
            <use href="#icon-dots-horizontal"></use>
        </svg>
    </button>
    <div data-w-dropdown-target="content" class="w-dropdown__content" hidden>{}</div>
</div>
"""


class RowMenu(BaseButton):
    """A menu that looks like that of Wagtail, which renders six hundred templates for a page of fifty rows."""

    def __init__(self, menu: ButtonWithDropdown) -> None:
        super().__init__()
        self.menu = menu

    def render_html(self, parent_context: Any = None) -> SafeString:
        links = sorted(self.menu.dropdown_buttons)
        parts = ((link.url, link.icon_name, link.icon_name, link.label) for link in links)
        return format_html(MENU, self.menu.aria_label, format_html_join("", LINK, parts))
