from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotPagesConfig(AppConfig):
    name = "pilot_pages"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from pilot_pages import checks  # noqa: F401  (registers itself)
