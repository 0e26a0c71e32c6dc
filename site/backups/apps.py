from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupsConfig(AppConfig):
    name = "backups"
    verbose_name = _("Backups")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backups.forgotten import append_event
        from dossiers.signals import personal_data_removed

        personal_data_removed.connect(append_event)
