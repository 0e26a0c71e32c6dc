from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PilotPagesConfig(AppConfig):
    name = "pilot_pages"
    verbose_name = _("Public site")
