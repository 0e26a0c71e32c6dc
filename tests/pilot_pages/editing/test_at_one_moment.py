"""An autosave during an approval, which must not undo it."""

from typing import Any

import pytest
from django.urls import reverse

from dossiers.models.rights import AUTHORS
from pilot_pages.content.loader import load_content
from pilot_pages.editing.moderation import create_workflow
from tests.concurrency import run_interleaved
from tests.conftest import LoggedIn

from .test_moderation import add, answer, fields, written


@pytest.mark.django_db(transaction=True)
def test_a_draft_saved_during_an_approval_does_not_change_the_approved_page(make_user: Any, editor: Any) -> None:
    load_content(["nl"])
    create_workflow()
    author, anna = LoggedIn(), LoggedIn()
    author.force_login(make_user("kees", AUTHORS))
    anna.force_login(editor)
    add(author, **{"action-submit": "yes"})
    edit = reverse("wagtailadmin_pages:edit", args=[written().pk])
    late, _approved = run_interleaved(
        lambda: anna.post(edit, fields(title="Nieuwer"), headers={"Accept": "application/json"}),
        lambda: answer(anna, "approve"),
    )
    assert late.json()["success"]
    assert written().live
    assert written().title == "Wat als het werk ophoudt?"
