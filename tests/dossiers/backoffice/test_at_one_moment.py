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
from .test_apply import GOOD, apply, page_of, previewed

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


def test_the_second_of_two_who_save_at_once_is_told_and_loses_nothing(coordinator_client, as_user, admin):
    other = as_user(admin)
    for model, (make, field) in MAKERS.items():
        record = make()
        address = url(model, "edit", record.pk)
        first, second = form_data(coordinator_client.get(address)), form_data(other.get(address))
        late, quick = run_interleaved(
            partial(other.post, address, second | {field: "van de tweede"}),
            partial(coordinator_client.post, address, first | {field: "van de eerste"}),
        )
        assert (quick.status_code, late.status_code) == (302, 200), model
        assert "Iemand anders heeft" in text(late), model
        assert "van de tweede" in late.content.decode(), model
        assert getattr(model.objects.get(pk=record.pk), field) == "van de eerste", model


def test_who_saves_while_a_bulk_change_is_applied_reads_what_it_changed(coordinator_client, as_user, admin):
    dossier = make_dossier(location="Luttelgeest")
    change = preview(coordinator_client, Dossier, "location", "Ens")
    address = url(Dossier, "edit", dossier.pk)
    other = as_user(admin)  # else its login is what stops
    typed = form_data(other.get(address), profession="lasser")
    late, _done = run_interleaved(lambda: other.post(address, typed), lambda: press(coordinator_client, change))
    assert late.status_code == 200
    assert "Iemand anders heeft" in text(late) and "lasser" in late.content.decode()
    assert Dossier.objects.get().location == "Ens"


@pytest.mark.parametrize("way", ["apply", "undo"])
def test_who_saves_while_an_import_is_applied_or_undone_reads_what_it_changed(coordinator_client, as_user, admin, way):
    apply(coordinator_client, previewed(coordinator_client, GOOD))
    dossier = Dossier.objects.get()
    run = previewed(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    if way == "undo":
        apply(coordinator_client, run)
    address = url(Dossier, "edit", dossier.pk)
    other = as_user(admin)
    typed = form_data(other.get(address), profession="lasser")
    late, _done = run_interleaved(
        lambda: other.post(address, typed), lambda: coordinator_client.post(page_of(f"_{way}", run))
    )
    assert late.status_code == 200
    assert "Iemand anders heeft" in text(late) and "lasser" in late.content.decode()
    assert Dossier.objects.get().family_name == ("Haile-Woldu" if way == "apply" else "Haile")


def test_of_two_who_add_the_same_at_once_the_second_is_told_which_field(coordinator_client, as_user, admin):
    company = {"company_name": "Kas", "contact_name": "An", "email": "an@example.org", "kvk_number": "90000999"}
    for model, typed in ((Employer, company), (Sector, {"name": "Weven"})):
        address, before = url(model, "add"), model.objects.count()
        late, quick = run_interleaved(
            partial(as_user(admin).post, address, typed), partial(coordinator_client.post, address, typed)
        )
        assert (quick.status_code, late.status_code) == (302, 200), model
        assert late.context["form"].errors, model
        assert model.objects.count() == before + 1, model


def test_of_two_who_save_a_view_under_one_name_at_once_the_second_is_told(coordinator_client, as_user, coordinator):
    add, typed = "/beheer/lists/dossier/views/add/?status=intake", {"name": "In gesprek"}
    other = as_user(coordinator)  # in another tab
    late, quick = run_interleaved(partial(other.post, add, typed), partial(coordinator_client.post, add, typed))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "met die naam" in text(late)

    coordinator_client.post(add, {"name": "Anders"})
    one, another = (f"/beheer/views/{view.pk}/" for view in SavedView.objects.order_by("pk"))
    renamed = {"name": "Gesprekken"}
    late, quick = run_interleaved(partial(other.post, one, renamed), partial(coordinator_client.post, another, renamed))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "met die naam" in text(late)
    assert {view.name for view in SavedView.objects.all()} == {"In gesprek", "Gesprekken"}


def test_of_two_who_add_one_person_at_once_the_second_is_asked(coordinator_client, as_user, admin):
    add = url(Dossier, "add")
    typed = {"given_name": "Selam", "family_name": "Tesfaye", "date_of_birth": "1995-04-12", "location": "Ens"}
    first, second = form_data(coordinator_client.get(add), **typed), form_data(as_user(admin).get(add), **typed)
    late, quick = run_interleaved(
        partial(as_user(admin).post, add, second), partial(coordinator_client.post, add, first)
    )
    assert (quick.status_code, late.status_code) == (302, 200)
    assert Dossier.objects.get().reference in text(late)
