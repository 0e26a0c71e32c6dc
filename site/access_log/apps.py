from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessLogConfig(AppConfig):
    name = "access_log"
    verbose_name = _("Who looked")
    default_auto_field = "django.db.models.BigAutoField"
