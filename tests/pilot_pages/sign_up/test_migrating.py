"""What an installation with pages finds after `migrate`."""

from importlib import import_module

from django.apps import apps
from django.db import connection

from pilot_pages.models import GuidancePage, SignUpPage

TEXTS = ("next_mail_subject", "next_mail_text", "gone_mail_subject", "gone_mail_text")
MIGRATION = import_module("pilot_pages.migrations.0002_sign_up_in_depth")


def test_the_next_edit_of_a_sign_up_page_has_the_texts_that_were_added(content: SignUpPage) -> None:
    revision = content.save_revision()
    for name in TEXTS[1:]:
        del revision.content[name]
    revision.content["next_mail_subject"] = "Eigen woorden"
    revision.save()
    other = GuidancePage.objects.first().save_revision()
    other.refresh_from_db()
    before = dict(other.content)
    MIGRATION.fill_revisions(apps, connection.schema_editor())
    page = SignUpPage.objects.get().get_latest_revision_as_object()
    assert page.next_mail_subject == "Eigen woorden"
    assert all(getattr(page, name) for name in TEXTS)
    page.full_clean()
    other.refresh_from_db()
    assert other.content == before


def test_it_runs_with_the_columns() -> None:
    functions = [getattr(one, "code", None) for one in MIGRATION.Migration.operations]
    assert MIGRATION.fill_revisions in functions
