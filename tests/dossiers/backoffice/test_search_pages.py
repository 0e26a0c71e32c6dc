"""A list that is searched counts and pages through a limited number of rows, in the order of the whole list."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from dossiers.models import Dossier, Employer, Status
from tests.dossiers.models.factories import make_dossier, make_employer

from .pages import text, url
from .test_lists import get_full_names


@pytest.fixture
def seven_cooks(base_data, monkeypatch) -> None:
    """Make seven people in no order of name; the first of them is anonymised."""
    monkeypatch.setattr("dossiers.backoffice.listing.search_pages.MAX_COUNTED", 4)
    for name in ("", "Woldu", "Şahin", "Abdi", "Haile", "Çelik", "Tekle"):
        make_dossier(given_name=name and "Selam", family_name=name, profession="kok", status=Status.INTAKE)
    Dossier.objects.filter(family_name="").update(anonymised_at=timezone.now())
    make_dossier(family_name="Bakker", profession="lasser")


def test_a_search_with_more_results_than_it_counts_says_so_and_lists_the_first(coordinator_client, seven_cooks):
    response = coordinator_client.get(url(Dossier, "list"), {"q": "kok"})
    assert get_full_names(response) == ["Selam Abdi", "Selam Çelik", "Selam Haile", "Selam Şahin"]
    page = text(response)
    assert "Er zijn meer dan 4 resultaten" in page and "De eerste 4 staan hier." in page
    assert "Alle resultaten (meer dan 4)" in page and "Meer dan 4 dossiers" in page


def test_a_search_with_as_many_results_as_it_counts_tells_their_number(coordinator_client, seven_cooks, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.listing.search_pages.MAX_COUNTED", 6)
    page = text(coordinator_client.get(url(Dossier, "list"), {"q": "selam", "status": "intake"}))
    assert "Er zijn 6 resultaten" in page and "Alle 6 resultaten" in page and "meer dan" not in page


@pytest.mark.parametrize("counted", [1, 3, 5, 6, 10])
@pytest.mark.parametrize("query", ["kok", "se", "s&status=intake", "d-2", "selam+kok", "xyz"])
@pytest.mark.parametrize(
    "ordering", ["", "family_name", "-family_name", "reference", "-reference", "profession", "coordinator__first_name"]
)
def test_pages_of_a_search_are_parts_of_the_whole_list(admin, seven_cooks, monkeypatch, counted, query, ordering):
    monkeypatch.setattr("dossiers.backoffice.listing.search_pages.MAX_COUNTED", counted)
    list_view = Dossier.snippet_viewset.build_list_view(admin, QueryDict(f"q={query}&ordering={ordering}"))
    whole = list_view.get_queryset()
    paginator = list_view.get_paginator(whole, 2)
    paged = [dossier for page in paginator for dossier in page.object_list]
    assert paged == [*whole[:counted]]
    assert paginator.has_more == (len(whole) > counted)


def test_pages_of_employers_are_parts_of_the_whole_list(admin, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.listing.search_pages.MAX_COUNTED", 2)
    zon, abel, etoile = (make_employer(company_name=f"{name} Kas") for name in ("Zon", "Abel", "Étoile"))
    list_view = Employer.snippet_viewset.build_list_view(admin, QueryDict("q=kas"))
    whole = list_view.get_queryset()
    paginator = list_view.get_paginator(whole, 1)
    assert [*paginator.page(1).object_list, *paginator.page(2).object_list] == [abel, etoile]
    assert paginator.has_more and [*whole] == [abel, etoile, zon]
