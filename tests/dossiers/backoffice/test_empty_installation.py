"""An empty installation says what to do first, and each empty list what belongs in it."""

from typing import Any

import pytest
from django.urls import reverse

from dossiers.backoffice.action_rules import FIXED
from dossiers.backoffice.listing.empty_lists import EMPTY_LISTS
from dossiers.backoffice.menu import VIEWSETS, EmployersGroup
from dossiers.models import Dossier, EmployerInterest
from dossiers.models.rights import COORDINATORS

from ..models.factories import make_dossier, make_interest
from .pages import raw, text

HOME = reverse("wagtailadmin_home")
MODELS = [
    viewset.model
    for viewset in (*VIEWSETS, *EmployersGroup.items)
    if viewset is not EmployersGroup and viewset.model not in FIXED
]


def get_list(client: Any, model: Any, **query: str) -> Any:
    return client.get(reverse(model.snippet_viewset.get_url_name("list")), query)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_empty_list_says_what_belongs_in_it_and_how_to_begin(admin_client, model) -> None:
    model._default_manager.all().delete()
    words, starts = EMPTY_LISTS[model._meta.model_name]
    page = get_list(admin_client, model)
    assert str(words) in text(page)
    for start in starts:
        assert f'href="{start.url}"' in raw(page)
        assert admin_client.get(start.url).status_code == 200


def test_a_list_that_a_filter_leaves_empty_is_not_called_empty(coordinator_client) -> None:
    make_dossier()
    words = str(EMPTY_LISTS["dossier"][0])
    assert words not in text(get_list(coordinator_client, Dossier, q="niemand"))
    assert words not in text(get_list(coordinator_client, Dossier, status="working"))


def test_the_first_page_of_an_empty_installation_has_three_steps(coordinator_client) -> None:
    page = coordinator_client.get(HOME)
    for words in ("Begin hier", "Lijst importeren", "Collega uitnodigen", "Contactgegevens invullen"):
        assert words in text(page), words
    assert f'href="{reverse("dossiers_import_upload", args=["dossiers"])}"' in raw(page)
    assert "Vraag het een beheerder" in text(page), "who may add no users"


def test_an_administrator_gets_a_link_to_each_step(admin_client) -> None:
    page = raw(admin_client.get(HOME))
    for url in (
        reverse("wagtailusers_users:add"),
        reverse("wagtailsettings:edit", args=["pilot_pages", "pilotsettings"]),
    ):
        assert f'href="{url}"' in page and admin_client.get(url, follow=True).status_code == 200


def test_the_steps_go_once_there_are_candidates_or_a_colleague(coordinator_client, make_user) -> None:
    make_user("collega", COORDINATORS)
    assert "Collega uitnodigen" not in text(coordinator_client.get(HOME))
    make_dossier()
    assert "Begin hier" not in text(coordinator_client.get(HOME))


@pytest.mark.parametrize("role", ["editor", "reader", "partner"])
def test_who_works_with_no_candidates_sees_no_steps(role, request, as_user) -> None:
    assert "Begin hier" not in text(as_user(request.getfixturevalue(role)).get(HOME))


def test_who_may_not_add_a_record_is_not_told_to(as_user, make_user) -> None:
    from django.contrib.auth.models import Permission

    user = make_user("kijker")
    names = ("view_employerinterest", "access_admin")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    page = get_list(as_user(user), EmployerInterest)
    assert str(EMPTY_LISTS["employerinterest"][0]) in text(page) and "Nieuw aanbod" not in raw(page)
    make_interest()
    assert str(EMPTY_LISTS["employerinterest"][0]) not in text(get_list(as_user(user), EmployerInterest))
