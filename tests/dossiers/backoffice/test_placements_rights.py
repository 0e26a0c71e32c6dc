"""Tests of the permissions to see and to change a placement."""

import pytest
from django.contrib.auth.models import Permission

from dossiers.models import Placement, Step

from ..models.placements import make_placement, make_ready_dossier
from .pages import raw, text, url
from .test_placements import page_of, status

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def onlooker(as_user, make_user):
    user = make_user("onlooker")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_placement"]))
    return as_user(user)


PAGES = ("inspect", "edit", "delete", "history", "usage", "step", "agreed", "tell", "back")


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_others_see_and_change_nothing(as_user, request, role):
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


def test_who_may_only_look_sees_no_button_and_is_refused(onlooker):
    placement = make_placement(Step.INTERVIEW)
    page = text(onlooker.get(page_of(placement)))
    assert placement.dossier.full_name in page
    assert "Leg “" not in page
    for name in ("step", "agreed", "tell", "back"):
        response = onlooker.post(
            url(Placement, name, placement.pk),
            {"step": "permit_requested", "seen_at": placement.changed_at.isoformat()},
        )
        assert response.url == "/beheer/"
    assert status(placement) == Step.INTERVIEW
    assert onlooker.get(url(Placement, "add")).url == "/beheer/"


@pytest.mark.parametrize("name", PAGES)
def test_a_placement_that_never_was_is_not_found(coordinator_client, name):
    assert coordinator_client.get(url(Placement, name, 999)).status_code == 404
