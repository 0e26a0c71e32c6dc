from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Site"

    def ready(self) -> None:
        from config import checks, private_files, wagtails_exports, wagtails_imports  # noqa: F401  (checks registers itself)

        private_files.close_to_others(private_files.roots())
        private_files.keep_temporary_files()
        wagtails_exports.escape_formulas()
        wagtails_imports.refuse_workbooks()
