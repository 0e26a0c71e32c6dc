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
from tests.at_once import overtaken

from ..models.making import make_dossier, make_employer, make_interest
from ..models.placed import placed
from .bulk import press, preview
from .pages import filled_in, text, url
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
    Placement: (placed, "notes"),
    Finding: (make_finding, "tried"),
}


def test_the_second_of_two_who_save_at_once_is_told_and_loses_nothing(desk, as_user, admin):
    other = as_user(admin)
    for model, (make, field) in MAKERS.items():
        record = make()
        address = url(model, "edit", record.pk)
        first, second = filled_in(desk.get(address)), filled_in(other.get(address))
        late, quick = overtaken(
            partial(other.post, address, second | {field: "van de tweede"}),
            partial(desk.post, address, first | {field: "van de eerste"}),
        )
        assert (quick.status_code, late.status_code) == (302, 200), model
        assert "Iemand anders heeft" in text(late), model
        assert "van de tweede" in late.content.decode(), model
        assert getattr(model.objects.get(pk=record.pk), field) == "van de eerste", model


def test_who_saves_while_a_bulk_change_is_applied_reads_what_it_changed(desk, as_user, admin):
    dossier = make_dossier(location="Luttelgeest")
    change = preview(desk, Dossier, "location", "Ens")
    address = url(Dossier, "edit", dossier.pk)
    other = as_user(admin)  # else its login is what stops
    typed = filled_in(other.get(address), profession="lasser")
    late, _done = overtaken(lambda: other.post(address, typed), lambda: press(desk, change))
    assert late.status_code == 200
    assert "Iemand anders heeft" in text(late) and "lasser" in late.content.decode()
    assert Dossier.objects.get().location == "Ens"


@pytest.mark.parametrize("way", ["apply", "undo"])
def test_who_saves_while_an_import_is_applied_or_undone_reads_what_it_changed(desk, as_user, admin, way):
    apply(desk, previewed(desk, GOOD))
    dossier = Dossier.objects.get()
    run = previewed(desk, "Selam;Haile-Woldu;12-03-1990;P1")
    if way == "undo":
        apply(desk, run)
    address = url(Dossier, "edit", dossier.pk)
    other = as_user(admin)
    typed = filled_in(other.get(address), profession="lasser")
    late, _done = overtaken(lambda: other.post(address, typed), lambda: desk.post(page_of(f"_{way}", run)))
    assert late.status_code == 200
    assert "Iemand anders heeft" in text(late) and "lasser" in late.content.decode()
    assert Dossier.objects.get().family_name == ("Haile-Woldu" if way == "apply" else "Haile")


def test_of_two_who_add_the_same_at_once_the_second_is_told_which_field(desk, as_user, admin):
    company = {"company_name": "Kas", "contact_name": "An", "email": "an@example.org", "kvk_number": "90000999"}
    for model, typed in ((Employer, company), (Sector, {"name": "Weven"})):
        address, before = url(model, "add"), model.objects.count()
        late, quick = overtaken(partial(as_user(admin).post, address, typed), partial(desk.post, address, typed))
        assert (quick.status_code, late.status_code) == (302, 200), model
        assert late.context["form"].errors, model
        assert model.objects.count() == before + 1, model


def test_of_two_who_save_a_view_under_one_name_at_once_the_second_is_told(desk, as_user, coordinator):
    add, typed = "/beheer/lists/dossier/views/add/?status=intake", {"name": "In gesprek"}
    other = as_user(coordinator)  # in another tab
    late, quick = overtaken(partial(other.post, add, typed), partial(desk.post, add, typed))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "met die naam" in text(late)

    desk.post(add, {"name": "Anders"})
    one, another = (f"/beheer/views/{view.pk}/" for view in SavedView.objects.order_by("pk"))
    renamed = {"name": "Gesprekken"}
    late, quick = overtaken(partial(other.post, one, renamed), partial(desk.post, another, renamed))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert "met die naam" in text(late)
    assert {view.name for view in SavedView.objects.all()} == {"In gesprek", "Gesprekken"}


def test_of_two_who_add_one_person_at_once_the_second_is_asked(desk, as_user, admin):
    add = url(Dossier, "add")
    typed = {"given_name": "Selam", "family_name": "Tesfaye", "date_of_birth": "1995-04-12", "location": "Ens"}
    first, second = filled_in(desk.get(add), **typed), filled_in(as_user(admin).get(add), **typed)
    late, quick = overtaken(partial(as_user(admin).post, add, second), partial(desk.post, add, first))
    assert (quick.status_code, late.status_code) == (302, 200)
    assert Dossier.objects.get().reference in text(late)
