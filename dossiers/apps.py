from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_delete
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = _("Dossiers")

    def ready(self) -> None:
        from django_tasks.signals import task_finished

        from dossiers.emails import (  # noqa: F401 (registers the kinds)
            daily_digest,
            exports,
            invitations,
            partner_lists,
            passwords,
            records,
        )
        from dossiers.forgetting.own_fields import forget_values
        from dossiers.models import OwnField
        from dossiers.models.folded_text import create_sqlite_functions
        from dossiers.models.lists.base_lists import add_email_texts
        from dossiers.models.rights import apply_rights
        from dossiers.orphaned_work import on_task_finished

        # Permissions don't exist yet while migrations run. The signal is sent once for each app that has models; the
        # rights name permissions of several, which are all there at the last one.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(apply_rights, sender=last, dispatch_uid="dossiers.rights")
        post_migrate.connect(add_email_texts, sender=self, dispatch_uid="dossiers.email_texts")
        connection_created.connect(create_sqlite_functions, dispatch_uid="dossiers.sqlite_function")
        pre_delete.connect(forget_values, sender=OwnField, dispatch_uid="dossiers.forget_own_field")
        task_finished.connect(on_task_finished, dispatch_uid="dossiers.orphaned_work")
