"""Tests of the permissions for bulk changes and for exports of a selection."""

import pytest
from django.contrib.auth.models import Permission

from access_log.models import AccessLogEntry
from dossiers.models import BulkChange, Dossier, Employer

from ..models.factories import make_dossier, make_interest
from .bulk import apply_change, change_url, get_values, list_url, press, preview
from .pages import text, url

# Who may


def test_a_colleague_sees_what_was_done_and_undoes_it_but_not_a_preview(coordinator_client, as_user, colleague):
    make_dossier(location="Luttelgeest")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    other = as_user(colleague)
    assert other.get(change_url(change)).status_code == other.post(change_url(change, "apply/")).status_code == 404
    press(coordinator_client, change)
    assert "Dossiers: Verblijfplaats" in text(other.get("/beheer/bulk-changes/"))
    press(other, change, "undo/")
    assert (change.undone_by, get_values()) == (colleague, ["Luttelgeest"])


def test_who_may_only_read_changes_nothing_and_is_offered_nothing(as_user, make_user, base_data):
    make_dossier()
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_dossier"]))
    client = as_user(clerk)
    page = client.get(url(Dossier, "list"))
    assert page.context["tick_actions"] == []
    for where in (list_url(Dossier, id="all"), list_url(Dossier, "export", id="all")):
        assert client.post(where, {"field": "location", "to_location": "x"}).status_code in (302, 403)
        assert client.get(where).status_code in (302, 403)
    assert not BulkChange.objects.exists()
    assert client.get("/beheer/bulk-changes/").status_code == 404


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_others_find_none_of_it(coordinator_client, as_user, request, role):
    make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    client = as_user(request.getfixturevalue(role))
    pages = [change_url(change, part) for part in ("", "apply/", "undo/", "progress/")]
    for where in (*pages, list_url(Dossier, id="all"), list_url(Dossier, "export", id="all"), "/beheer/bulk-changes/"):
        for response in (client.get(where), client.post(where)):
            assert response.status_code in (404, 405)
    assert get_values() == ["Emmeloord"]


def test_employers_are_changed_one_by_one(coordinator_client):
    interest = make_interest()
    actions = coordinator_client.get(url(Employer, "list")).context["tick_actions"]
    assert [str(action.label) for action in actions] == ["Exporteren…", "Verwijderen…"]
    assert coordinator_client.get(list_url(Employer, id=interest.employer_id)).status_code in (302, 403)


# Taking out


def test_what_is_ticked_goes_out_after_a_look_at_it_and_is_noted(coordinator_client, coordinator):
    first, second = make_dossier(phone="+31612345678"), make_dossier()
    page = coordinator_client.get(list_url(Dossier, "export", id=[first.pk], columns="phone"))
    assert "1 dossier" in text(page) and "06 12345678" in text(page) and second.reference not in text(page)
    (file,) = [where for label, where in page.context["files"] if "csv" in label]
    body = b"".join(coordinator_client.get(file).streaming_content).decode()
    assert first.reference in body and second.reference not in body
    look = AccessLogEntry.objects.filter(what=AccessLogEntry.What.EXPORTED).latest("at")
    assert (look.count, look.user_name) == (1, coordinator.get_username())
    assert "aangevinkte regels" in look.detail


def test_all_that_fit_go_out_also_with_all_fields(coordinator_client):
    for status in ("intake", "available"):
        make_dossier(status=status, profession="kok")
    page = coordinator_client.get(list_url(Dossier, "export", id="all", status="intake"))
    choice = coordinator_client.post(page.context["all_fields_url"], {"format": "csv", "columns": "all"})
    body = b"".join(coordinator_client.get(choice.url).streaming_content).decode()
    assert body.count("kok") == 1
