"""The form of a page refuses to overwrite what was saved or published after it was shown."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from dossiers.models.rights import AUTHORS, COMMUNICATIONS
from pilot_pages.editing.moderation import create_workflow

from .test_moderation import add, fields, written

PUBLISH, SUBMIT = {"action-publish": "yes"}, {"action-submit": "yes"}
APPROVE = {"action-workflow-action": "yes", "workflow-action-name": "approve"}
REFUSED = "Er is niets van dit formulier opgeslagen"
HIDDEN = ("loaded_revision_id", "loaded_revision_created_at")


@pytest.fixture
def bram(log_in: Callable[..., Client]) -> Client:
    """A second client of communications staff."""
    return log_in("bram", COMMUNICATIONS, first_name="Bram", last_name="Proefstra")


def get_edit_url() -> str:
    return reverse("wagtailadmin_pages:edit", args=[written().pk])


def read_hidden_fields(response: Any) -> dict[str, str]:
    """Return what Wagtail's form sends of the revision that it shows."""
    form = BeautifulSoup(response.content, "html.parser").select_one("form[data-edit-form]")
    assert form
    return {name: str(control["value"]) for name in HIDDEN if (control := form.select_one(f"[name={name}]"))}


def open_form(client: Client) -> dict[str, str]:
    return read_hidden_fields(client.get(get_edit_url()))


def send(client: Client, hidden: dict[str, str], title: str, action: dict[str, str], **changes: str) -> Any:
    return client.post(get_edit_url(), fields(title=title, **action, **changes) | hidden, follow=True)


def autosave(client: Client, hidden: dict[str, str], title: str) -> Any:
    return client.post(get_edit_url(), fields(title=title) | hidden, headers={"Accept": "application/json"})


def test_a_form_that_was_opened_before_a_publication_is_refused_until_it_is_sent_again(
    anna: Client, bram: Client
) -> None:
    add(anna, **PUBLISH)
    first, second, of_bram = open_form(anna), open_form(anna), open_form(bram)
    assert "is gepubliceerd" in send(anna, first, "Eerste venster", PUBLISH).content.decode()
    refused = send(anna, second, "Tweede venster", PUBLISH)
    html = refused.content.decode()
    assert REFUSED in html
    assert "U hebt deze pagina in een ander venster gepubliceerd" in html
    assert reverse("wagtailadmin_pages:revisions_compare", args=[written().pk, *read_revisions()]) in html
    assert 'value="Tweede venster"' in html
    assert "w-autosave#save" not in html, "nothing is saved before the button is pressed again"
    assert written().title == "Eerste venster"
    by_bram = send(bram, of_bram, "Van Bram", {}).content.decode()
    assert "Anna de Boer heeft deze pagina gepubliceerd op" in by_bram
    assert written().get_latest_revision_as_object().title == "Eerste venster"
    assert "is gepubliceerd" in send(anna, read_hidden_fields(refused), "Tweede venster", PUBLISH).content.decode()
    assert written().title == "Tweede venster"


def read_revisions() -> list[int]:
    """Return the keys of the last two revisions."""
    return list(written().revisions.order_by("pk").values_list("pk", flat=True))[-2:]


def test_what_the_window_itself_saved_is_no_conflict_and_an_autosave_of_another_is(anna: Client, bram: Client) -> None:
    add(anna, **PUBLISH)
    first, second = open_form(anna), open_form(bram)
    saved = autosave(anna, first, "Zelf opgeslagen").json()
    refused = send(bram, second, "Van Bram", PUBLISH).content.decode()
    assert "Anna de Boer heeft deze pagina opgeslagen op" in refused
    own = first | {"overwrite_revision_id": str(saved["revision_id"])}
    assert "is gepubliceerd" in send(anna, own, "Zelf gepubliceerd", PUBLISH).content.decode()
    assert written().title == "Zelf gepubliceerd"
    assert REFUSED in send(anna, own, "Nog eens", {}).content.decode(), "the browser's back button shows the old form"


def test_an_approval_is_refused_if_the_author_saved_meanwhile(anna: Client, log_in: Callable[..., Client]) -> None:
    create_workflow()
    kees = log_in("kees", AUTHORS, first_name="Kees")
    add(anna)
    send(kees, open_form(kees), "Van Kees", SUBMIT)
    hidden = open_form(anna)
    page = written().get_latest_revision_as_object()
    page.title = "Later van Kees"
    page.save_revision(user=kees.user)  # type: ignore[attr-defined]
    assert REFUSED in send(anna, hidden, "Van Kees", APPROVE).content.decode()
    assert not written().live
    send(anna, open_form(anna), "Later van Kees", APPROVE)
    assert written().live
    assert written().title == "Later van Kees"
