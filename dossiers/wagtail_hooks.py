"""Registers the backoffice with Wagtail, and does nothing else."""

from functools import partial

from django.db import models
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from dates.forms import AdminDateField
from dossiers.backoffice import menu, menu_pages
from dossiers.backoffice.access_log import access_log_menu_item
from dossiers.backoffice.account import daily_digest_panel
from dossiers.backoffice.action_rules import FIXED, FixedRows
from dossiers.backoffice.dashboard.panel import add_dashboard_panel
from dossiers.backoffice.deleted_records import deletions_menu_item, register_restore_action
from dossiers.backoffice.deletion import DeleteListRows, DeleteRecords
from dossiers.backoffice.demo_notice import demo_notice, demo_style
from dossiers.backoffice.evaluations.home_panel import add_released_evaluations_panel
from dossiers.backoffice.evaluations.log_actions import register_log_actions as register_evaluation_log_actions
from dossiers.backoffice.evaluations.permissions import evaluations_menu_item
from dossiers.backoffice.exports import notify_finished_exports
from dossiers.backoffice.forgetting.log_actions import register_log_actions as register_forgetting_log_actions
from dossiers.backoffice.forgetting.menu import forgetting_menu_item, languages_menu_item
from dossiers.backoffice.forgetting.term import term_permission
from dossiers.backoffice.forms import AmountField
from dossiers.backoffice.gone_records import register_log_actions as register_erasure_log_actions
from dossiers.backoffice.guide.views import guide_menu_item
from dossiers.backoffice.merges.list_views import register_log_actions
from dossiers.backoffice.own_fields.viewset import DeleteOwnFields
from dossiers.backoffice.partners import menu as partners_menu
from dossiers.backoffice.placements.log_actions import register_log_actions as register_placements_log_actions
from dossiers.backoffice.reports.menu import report_menu_items
from dossiers.backoffice.rule_checks import register_log_actions as register_checking_log_actions
from dossiers.backoffice.rule_translations import register_log_actions as register_translation_log_actions
from dossiers.backoffice.search.views import search_box, search_script
from dossiers.backoffice.user_deletion import refuse_bulk_deletion, refuse_deletion
from dossiers.backoffice.user_warnings import warn_about_user, warn_about_users
from dossiers.backoffice.users.invitations import register_log_actions as register_user_log_actions

register_form_field_override(models.DecimalField, override={"form_class": AmountField, "localize": True})
register_form_field_override(models.DateField, override={"form_class": AdminDateField})
for model in FIXED:
    register_permission_policy(model, FixedRows(model))
for viewset in menu.VIEWSETS:
    register_snippet(viewset)

hooks.register("register_bulk_action", DeleteRecords, order=100)  # after Wagtail's own, which it replaces
hooks.register("register_bulk_action", DeleteListRows, order=100)
hooks.register("register_bulk_action", DeleteOwnFields, order=100)
hooks.register("before_delete_user", refuse_deletion)
hooks.register("before_bulk_action", refuse_bulk_deletion)
hooks.register("after_create_user", warn_about_user)
hooks.register("after_edit_user", warn_about_user)
hooks.register("after_bulk_action", warn_about_users)
hooks.register("register_admin_urls", menu.admin_urls)
hooks.register("register_admin_menu_item", menu_pages.today_menu_item)
hooks.register("register_admin_menu_item", menu.imports_menu_item)
hooks.register("register_reports_menu_item", menu.budget_menu_item)
hooks.register("register_reports_menu_item", evaluations_menu_item)
hooks.register("register_reports_menu_item", access_log_menu_item)
hooks.register("register_reports_menu_item", deletions_menu_item)
hooks.register("register_settings_menu_item", forgetting_menu_item)
hooks.register("register_settings_menu_item", languages_menu_item)
hooks.register("register_help_menu_item", guide_menu_item)
for report_item in report_menu_items():
    hooks.register("register_reports_menu_item", report_item)
hooks.register("construct_main_menu", notify_finished_exports)
hooks.register("register_log_actions", register_log_actions)
hooks.register("register_log_actions", register_checking_log_actions)
hooks.register("register_log_actions", register_translation_log_actions)
hooks.register("register_log_actions", register_placements_log_actions)
hooks.register("register_log_actions", register_forgetting_log_actions)
hooks.register("register_log_actions", register_erasure_log_actions)
hooks.register("register_log_actions", register_user_log_actions)
hooks.register("register_log_actions", register_restore_action)
hooks.register("register_permissions", term_permission)
hooks.register("register_log_actions", register_evaluation_log_actions)
for item in partners_menu.ITEMS:
    hooks.register("register_admin_menu_item", item)
hooks.register("register_admin_urls", partners_menu.urls)
hooks.register("construct_main_menu", partners_menu.hide_other_menu_items)
for name in menu_pages.PAGES:
    hooks.register(f"construct_{name}_menu", partial(menu_pages.keep_submenu, name))
hooks.register("construct_main_menu", menu_pages.shorten_menu)
hooks.register("construct_homepage_panels", add_dashboard_panel)
hooks.register("construct_homepage_panels", add_released_evaluations_panel)
hooks.register("construct_homepage_panels", partners_menu.add_partner_panel)
hooks.register("register_account_settings_panel", daily_digest_panel)
hooks.register("search_box", search_box)  # our own hook, called by site/templates/wagtailadmin
hooks.register("insert_global_admin_js", search_script)
hooks.register("insert_global_admin_css", demo_style)
hooks.register("demo_notice", demo_notice)  # our own hook, called by site/templates/wagtailadmin


@hooks.register("insert_global_admin_css")
def styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("dossiers/backoffice.css"))
