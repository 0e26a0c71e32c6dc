from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = _("Dossiers")

    def ready(self) -> None:
        from django_tasks.signals import task_finished

        from dossiers.models.rights import apply_rights
        from dossiers.orphaned_work import on_task_finished

        # Permissions don't exist yet while migrations run. No sender: rights name other apps' permissions too, and
        # what is missing at one call is there at the last.
        post_migrate.connect(apply_rights, dispatch_uid="dossiers.rights")
        task_finished.connect(on_task_finished, dispatch_uid="dossiers.orphaned_work")
