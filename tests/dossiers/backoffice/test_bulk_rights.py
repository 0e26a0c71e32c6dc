"""Tests of the permissions for bulk changes and for exports of a selection."""

import pytest
from django.contrib.auth.models import Permission

from access_log.models import AccessLogEntry
from dossiers.models import BulkChange, Dossier, Employer

from ..models.factories import make_dossier, make_interest
from .bulk import apply_change, change_url, get_values, list_url, press, preview
from .pages import text, url

# Who may


def test_a_colleague_can_undo_an_applied_change_but_not_see_a_preview(coordinator_client, as_user, colleague):
    make_dossier(location="Luttelgeest")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    colleague_client = as_user(colleague)
    assert (
        colleague_client.get(change_url(change)).status_code
        == colleague_client.post(change_url(change, "apply/")).status_code
        == 404
    )
    press(coordinator_client, change)
    assert "Dossiers: Verblijfplaats" in text(colleague_client.get("/beheer/bulk-changes/"))
    press(colleague_client, change, "undo/")
    assert (change.undone_by, get_values()) == (colleague, ["Luttelgeest"])


def test_a_user_with_only_view_permission_is_offered_no_bulk_changes(as_user, make_user, base_data):
    make_dossier()
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_dossier"]))
    client = as_user(clerk)
    page = client.get(url(Dossier, "list"))
    assert page.context["tick_actions"] == []
    for page_url in (list_url(Dossier, id="all"), list_url(Dossier, "export", id="all")):
        assert client.post(page_url, {"field": "location", "to_location": "x"}).status_code in (302, 403)
        assert client.get(page_url).status_code in (302, 403)
    assert not BulkChange.objects.exists()
    assert client.get("/beheer/bulk-changes/").status_code == 404


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_find_no_bulk_changes(coordinator_client, as_user, request, role):
    make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    client = as_user(request.getfixturevalue(role))
    pages = [change_url(change, part) for part in ("", "apply/", "undo/", "progress/")]
    for page_url in (
        *pages,
        list_url(Dossier, id="all"),
        list_url(Dossier, "export", id="all"),
        "/beheer/bulk-changes/",
    ):
        for response in (client.get(page_url), client.post(page_url)):
            assert response.status_code in (404, 405)
    assert get_values() == ["Emmeloord"]


def test_employers_cannot_be_changed_in_bulk(coordinator_client):
    interest = make_interest()
    actions = coordinator_client.get(url(Employer, "list")).context["tick_actions"]
    assert [str(action.label) for action in actions] == ["Exporteren…", "Archiveren…", "Verwijderen…"]
    assert coordinator_client.get(list_url(Employer, id=interest.employer_id)).status_code in (302, 403)


# Taking out


def test_selected_records_are_exported_after_a_preview_and_logged(coordinator_client, coordinator):
    first, second = make_dossier(phone="+31612345678"), make_dossier()
    page = coordinator_client.get(list_url(Dossier, "export", id=[first.pk], columns="phone"))
    assert "1 dossier" in text(page) and "06 12345678" in text(page) and second.reference not in text(page)
    (file,) = [file_url for label, file_url in page.context["files"] if "csv" in label]
    body = b"".join(coordinator_client.get(file).streaming_content).decode()
    assert first.reference in body and second.reference not in body
    entry = AccessLogEntry.objects.filter(what=AccessLogEntry.What.EXPORTED).latest("at")
    assert (entry.count, entry.user_name) == (1, coordinator.get_username())
    assert "aangevinkte regels" in entry.detail


def test_all_matching_records_are_exported_with_all_fields(coordinator_client):
    for status in ("intake", "available"):
        make_dossier(status=status, profession="kok")
    page = coordinator_client.get(list_url(Dossier, "export", id="all", status="intake"))
    choice = coordinator_client.post(page.context["all_fields_url"], {"format": "csv", "columns": "all"})
    body = b"".join(coordinator_client.get(choice.url).streaming_content).decode()
    assert body.count("kok") == 1
