from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PilotPagesConfig(AppConfig):
    name = "pilot_pages"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from dossiers.models.activity.email_text import TEXTS_ELSEWHERE
        from dossiers.site_identity import SOURCES
        from pilot_pages import checks  # noqa: F401  (registers itself)
        from pilot_pages.editing.emails import replace_wagtails_emails
        from pilot_pages.editing.moderation import create_workflow
        from pilot_pages.models import HomePage
        from pilot_pages.sign_up.emails import list_email_texts
        from pilot_pages.webhooks.receivers import connect_receivers

        connect_receivers()
        replace_wagtails_emails()
        TEXTS_ELSEWHERE.append(list_email_texts)
        SOURCES.append(HomePage.get_identity)
        # After the migrations, because the workflow needs the groups that they create.
        post_migrate.connect(create_workflow, dispatch_uid="pilot_pages.workflow")
