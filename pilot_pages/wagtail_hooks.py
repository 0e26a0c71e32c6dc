"""Registration of Wagtail hooks."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry

from pilot_pages.editing import (
    draft_notices,
    menu_defaults,
    moderation,
    rule_places,
    unpublishing,
    workflow_cancellation,
)
from pilot_pages.editing.dead_links import build_dead_links_menu_item
from pilot_pages.editing.failed_searches import build_unfound_words_menu_item
from pilot_pages.editing.home_panel import add_editor_dashboard
from pilot_pages.editing.log_actions import register_log_actions
from pilot_pages.editing.page_check import add_check_button
from pilot_pages.editing.urls import build_identity_menu_item, build_to_check_menu_item, urls
from pilot_pages.models.sign_up import exclude_sign_up_pages
from pilot_pages.rich_text_links import LivePageLinkHandler
from pilot_pages.translations import editor_notices, log_actions, publish_checks, views
from pilot_pages.webhooks.backoffice.viewset import WebhookViewSet

hooks.register("filter_form_submissions_for_user", exclude_sign_up_pages)
hooks.register("register_admin_urls", urls)
hooks.register("register_reports_menu_item", build_to_check_menu_item)
hooks.register("register_settings_menu_item", build_identity_menu_item)
hooks.register("register_reports_menu_item", build_dead_links_menu_item)
hooks.register("register_reports_menu_item", build_unfound_words_menu_item)
hooks.register("construct_homepage_panels", add_editor_dashboard)
hooks.register("register_page_header_buttons", add_check_button)
hooks.register("register_log_actions", register_log_actions)
hooks.register("before_edit_page", moderation.before_editing)
hooks.register("after_edit_page", moderation.after_editing)
hooks.register("after_create_page", draft_notices.after_saving)
hooks.register("after_edit_page", draft_notices.after_saving)
hooks.register("construct_page_action_menu", workflow_cancellation.arrange_action_menu)
hooks.register("before_delete_snippet", rule_places.refuse_deletion)
hooks.register("before_bulk_action", rule_places.refuse_bulk_deletion)
hooks.register("after_publish_page", menu_defaults.after_publishing)
hooks.register("before_unpublish_page", unpublishing.before_unpublishing)
hooks.register("after_unpublish_page", unpublishing.after_unpublishing)
hooks.register("before_publish_page", publish_checks.before_publishing)
hooks.register("before_edit_page", editor_notices.before_editing)
hooks.register("construct_homepage_panels", editor_notices.add_outdated_panel)
hooks.register("register_admin_urls", views.urls)
hooks.register("register_log_actions", log_actions.register_log_actions)
hooks.register("register_admin_viewset", WebhookViewSet)


@hooks.register("insert_global_admin_css")
def webhook_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/webhooks.css"))


@hooks.register("insert_editor_js")
def field_in_sight() -> str:
    return format_html('<script src="{}"></script>', static("backoffice/field-in-sight.js"))


@hooks.register("insert_editor_js")
def autosave() -> str:
    return format_html('<script src="{}"></script>', static("backoffice/autosave.js"))


@hooks.register("register_rich_text_features", order=10)  # after Wagtail's own handler, which it replaces
def replace_page_links(features: FeatureRegistry) -> None:
    features.register_link_type(LivePageLinkHandler)
