from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Site"

    def ready(self) -> None:
        from config import checks, wagtails_exports  # noqa: F401  (checks registers itself)

        wagtails_exports.escape_formulas()
