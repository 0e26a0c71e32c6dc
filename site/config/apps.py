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
            wagtail_alt_texts,
            wagtail_deletion,
            wagtail_documents,
            wagtail_edit_forms,
            wagtail_exports,
            wagtail_labels,
            wagtail_privacy,
            wagtail_redirect_imports,
            wagtail_redirects,
            wagtail_search,
            wagtail_workflows,
        )

        expired_data_due.connect(atomic_file_cache.delete_expired_entries)
        user_emails.refuse_shared_addresses()
        user_names.refuse_similar_names()
        wagtail_labels.label_what_wagtail_does_not()
        private_files.restrict_to_owner(private_files.roots())
        private_files.set_temporary_folder()
        wagtail_alt_texts.propose_only_descriptions()
        wagtail_deletion.refuse_harmful_deletions()
        wagtail_documents.redirect_former_addresses()
        wagtail_edit_forms.prevent_overwriting()
        wagtail_exports.escape_formulas()
        wagtail_redirect_imports.refuse_workbooks()
        wagtail_redirects.refuse_redirects_that_cannot_work()
        wagtail_privacy.add_privacy_gate()
        wagtail_search.leave_out_wagtails_search()
        wagtail_workflows.keep_approval_of_pages()
        gc.freeze()  # the code stays, and to search it for garbage takes a third of each start
        gc.enable()
