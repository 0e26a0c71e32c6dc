import gc

from django.apps import AppConfig

from dossiers.signals import expired_data_due


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Site"

    def ready(self) -> None:
        from config import (
            atomic_file_cache,
            checks,  # noqa: F401  (registers itself)
            private_files,
            user_emails,
            user_names,
        )
        from config.wagtail_overrides import (
            alt_texts,
            deletion,
            documents,
            edit_forms,
            exports,
            labels,
            privacy,
            redirect_imports,
            redirects,
            search,
            workflows,
        )

        expired_data_due.connect(atomic_file_cache.delete_expired_entries)
        user_emails.refuse_shared_addresses()
        user_names.refuse_similar_names()
        labels.label_what_wagtail_does_not()
        private_files.restrict_to_owner(private_files.roots())
        private_files.set_temporary_folder()
        alt_texts.propose_only_descriptions()
        deletion.refuse_harmful_deletions()
        documents.redirect_former_addresses()
        edit_forms.prevent_overwriting()
        exports.escape_formulas()
        redirect_imports.refuse_workbooks()
        redirects.refuse_redirects_that_cannot_work()
        privacy.add_privacy_gate()
        search.leave_out_wagtails_search()
        workflows.keep_approval_of_pages()
        gc.freeze()  # the code stays, and to search it for garbage takes a third of each start
        gc.enable()
