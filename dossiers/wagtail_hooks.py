"""Registers the backoffice with Wagtail, and does nothing else."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from dossiers.backoffice import menu
from dossiers.backoffice.deleting import DeleteRecords
from dossiers.backoffice.demo import demo_notice, demo_style
from dossiers.backoffice.exports import tell_of_ended_exports

for viewset in menu.VIEWSETS:
    register_snippet(viewset)

hooks.register("register_bulk_action", DeleteRecords, order=100)  # after Wagtail's own, which it replaces
hooks.register("register_admin_urls", menu.admin_urls)
hooks.register("register_admin_menu_item", menu.imports_menu_item)
hooks.register("construct_main_menu", tell_of_ended_exports)
hooks.register("insert_global_admin_css", demo_style)
hooks.register("demo_notice", demo_notice)  # our own hook, called by site/templates/wagtailadmin


@hooks.register("insert_global_admin_css")
def styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("dossiers/backoffice.css"))
