"""Concurrent saves have the same result as consecutive saves."""

from functools import partial

import pytest

from dossiers.models import (
    Dossier,
    Employer,
    EmployerInterest,
    Finding,
    FindingCategory,
    Placement,
    SavedView,
    Sector,
)
from tests.concurrency import run_interleaved

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.placements import make_placement
from .bulk import press, preview
from .pages import form_data, text, url
from .test_apply import GOOD, apply_import_page, import_url, make_preview

pytestmark = pytest.mark.django_db(transaction=True)


def make_finding(**fields):
    return Finding.objects.create(
        category=FindingCategory.objects.first(), side="candidate", description="Taal", **fields
    )


MAKERS = {
    Dossier: (make_dossier, "profession"),
    Employer: (make_employer, "city"),
    EmployerInterest: (make_interest, "notes"),
    Placement: (make_placement, "notes"),
    Finding: (make_finding, "tried"),
}


def test_the_second_of_two_simultaneous_saves_is_refused_and_keeps_its_input(coordinator_client, as_user, admin):
    other_client = as_user(admin)
    for model, (make, field) in MAKERS.items():
        record = make()
        address = url(model, "edit", record.pk)
        first, second = form_data(coordinator_client.get(address)), form_data(other_client.get(address))
        late_response, quick_response = run_interleaved(
            partial(other_client.post, address, second | {field: "van de tweede"}),
            partial(coordinator_client.post, address, first | {field: "van de eerste"}),
        )
        assert (quick_response.status_code, late_response.status_code) == (302, 200), model
        assert "Iemand anders heeft dit intussen opgeslagen, of uzelf" in text(late_response), model
        assert "van de tweede" in late_response.content.decode(), model
        assert getattr(model.objects.get(pk=record.pk), field) == "van de eerste", model


def test_a_save_during_a_bulk_change_is_refused_and_keeps_its_input(coordinator_client, as_user, admin):
    dossier = make_dossier(location="Luttelgeest")
    change = preview(coordinator_client, Dossier, "location", "Ens")
    address = url(Dossier, "edit", dossier.pk)
    other_client = as_user(admin)  # else its login is what stops
    typed = form_data(other_client.get(address), profession="lasser")
    late_response, _page = run_interleaved(
        lambda: other_client.post(address, typed), lambda: press(coordinator_client, change)
    )
    assert late_response.status_code == 200
    assert "Iemand anders heeft" in text(late_response) and "lasser" in late_response.content.decode()
    assert Dossier.objects.get().location == "Ens"


@pytest.mark.parametrize("operation", ["apply", "undo"])
def test_a_save_during_an_import_or_its_undo_is_refused_and_keeps_its_input(
    coordinator_client, as_user, admin, operation
):
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    dossier = Dossier.objects.get()
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    if operation == "undo":
        apply_import_page(coordinator_client, run)
    address = url(Dossier, "edit", dossier.pk)
    other_client = as_user(admin)
    typed = form_data(other_client.get(address), profession="lasser")
    late_response, _page = run_interleaved(
        lambda: other_client.post(address, typed), lambda: coordinator_client.post(import_url(f"_{operation}", run))
    )
    assert late_response.status_code == 200
    assert "Iemand anders heeft" in text(late_response) and "lasser" in late_response.content.decode()
    assert Dossier.objects.get().family_name == ("Haile-Woldu" if operation == "apply" else "Haile")


def test_the_second_of_two_simultaneous_duplicates_gets_a_field_error(coordinator_client, as_user, admin):
    company = {"company_name": "Kas", "contact_name": "An", "email": "an@example.org", "kvk_number": "90000999"}
    for model, typed in ((Employer, company), (Sector, {"name": "Weven"})):
        address, before = url(model, "add"), model.objects.count()
        late_response, quick_response = run_interleaved(
            partial(as_user(admin).post, address, typed), partial(coordinator_client.post, address, typed)
        )
        assert (quick_response.status_code, late_response.status_code) == (302, 200), model
        assert late_response.context["form"].errors, model
        assert model.objects.count() == before + 1, model


def test_the_second_of_two_simultaneous_views_with_one_name_gets_an_error(coordinator_client, as_user, coordinator):
    add, typed = "/beheer/lists/dossier/views/add/?status=intake", {"name": "In gesprek"}
    other_client = as_user(coordinator)  # in another tab
    late_response, quick_response = run_interleaved(
        partial(other_client.post, add, typed), partial(coordinator_client.post, add, typed)
    )
    assert (quick_response.status_code, late_response.status_code) == (302, 200)
    assert "met die naam" in text(late_response)

    coordinator_client.post(add, {"name": "Anders"})
    first_url, second_url = (f"/beheer/views/{view.pk}/" for view in SavedView.objects.order_by("pk"))
    renamed = {"name": "Gesprekken"}
    late_response, quick_response = run_interleaved(
        partial(other_client.post, first_url, renamed), partial(coordinator_client.post, second_url, renamed)
    )
    assert (quick_response.status_code, late_response.status_code) == (302, 200)
    assert "met die naam" in text(late_response)
    assert {view.name for view in SavedView.objects.all()} == {"In gesprek", "Gesprekken"}


def test_the_second_of_two_simultaneous_new_dossiers_is_asked_about_the_duplicate(coordinator_client, as_user, admin):
    add = url(Dossier, "add")
    typed = {"given_name": "Selam", "family_name": "Tesfaye", "date_of_birth": "1995-04-12", "location": "Ens"}
    first, second = form_data(coordinator_client.get(add), **typed), form_data(as_user(admin).get(add), **typed)
    late_response, quick_response = run_interleaved(
        partial(as_user(admin).post, add, second), partial(coordinator_client.post, add, first)
    )
    assert (quick_response.status_code, late_response.status_code) == (302, 200)
    assert Dossier.objects.get().reference in text(late_response)
