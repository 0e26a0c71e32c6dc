"""Tests of the permissions to see and to change a placement."""

import pytest
from django.contrib.auth.models import Permission

from dossiers.models import Placement, Step

from ..models.placements import make_placement, make_ready_dossier
from .pages import raw, text, url
from .test_placements import get_status, placement_url

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def viewer_client(as_user, make_user):
    user = make_user("onlooker")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_placement"]))
    return as_user(user)


PAGES = ("inspect", "edit", "delete", "history", "usage", "step", "agreed", "tell", "back")


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_other_users_cannot_see_or_change_placements(as_user, request, role):
    placement = make_placement(Step.INTERVIEW, make_ready_dossier(given_name="Selamawit", family_name="Hailemariam"))
    client = as_user(request.getfixturevalue(role))
    before = Placement.objects.values().get()
    addresses = [url(Placement, name, placement.pk) for name in PAGES]
    addresses += [url(Placement, name) for name in ("list", "board", "add")]
    addresses.append(f"{url(Placement, 'add')}?dossier={placement.dossier_id}&interest={placement.interest_id}")
    for address in addresses:
        for response in (client.get(address), client.post(address, {"step": "permit_requested", "kind": "paid"})):
            assert response.status_code in (302, 403, 404), address
            assert response.status_code != 302 or response.url == "/beheer/", address
            assert "Hailemariam" not in raw(response)
    assert Placement.objects.values().get() == before
    assert "/beheer/placements/" not in raw(client.get("/beheer/"))


def test_a_user_with_only_view_permission_sees_no_buttons_and_is_refused(viewer_client):
    placement = make_placement(Step.INTERVIEW)
    page = text(viewer_client.get(placement_url(placement)))
    assert placement.dossier.full_name in page
    assert "” vastleggen" not in page
    for name in ("step", "agreed", "tell", "back"):
        response = viewer_client.post(
            url(Placement, name, placement.pk),
            {"step": "permit_requested", "seen_at": placement.changed_at.isoformat()},
        )
        assert response.url == "/beheer/"
    assert get_status(placement) == Step.INTERVIEW
    assert viewer_client.get(url(Placement, "add")).url == "/beheer/"


@pytest.mark.parametrize("name", PAGES)
def test_a_missing_placement_is_not_found(coordinator_client, name):
    assert coordinator_client.get(url(Placement, name, 999)).status_code == 404
