"""The deleted dossiers of a person are forgotten with the person, and after 30 days in any case."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dates.format import format_date
from dossiers.forgetting.anonymize import anonymize_deleted, anonymize_dossier
from dossiers.forgetting.retention import forget
from dossiers.models import Deletion, Dossier, FollowUp, Retention, Status
from dossiers.spreadsheets.expiry import destroy_expired

from ..backoffice.pages import text, url
from ..models.factories import make_dossier
from ..models.merges import create_supply, merge_dossiers, undo_merge
from ..models.placements import today
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import undo_import

pytestmark = pytest.mark.usefixtures("base_data")

PHONE = "+31633330003"
HABTOM = {"given_name": "Habtom", "family_name": "Weldegiorgias", "date_of_birth": date(1979, 9, 9)}
LINE = {"Voornaam": "Habtom", "Achternaam": "Weldegiorgias", "Geboortedatum": "09-09-1979"}


def make_habtom(**fields: object) -> Dossier:
    return make_dossier(**{"status": Status.WITHDRAWN} | HABTOM | fields)


def delete(client, dossier: Dossier) -> Dossier:
    client.post(url(Dossier, "delete", dossier.pk))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    return dossier


def open_page(client, dossier: Dossier) -> str:
    return text(client.get(reverse("dossiers_anonymise", args=[dossier.pk])))


def is_gone(dossier: Dossier) -> bool:
    """Whether no history names the person and nobody can restore the dossier."""
    return is_gone_from_history(dossier) and not Deletion.objects.exclude(records=[]).exists()


def is_gone_from_history(dossier: Dossier) -> bool:
    names = Dossier.history.filter(id=dossier.pk).values_list("given_name", "family_name", "phone", "date_of_birth")
    return set(names) == {("", "", "", None)}


def test_forgetting_a_person_forgets_the_deleted_dossier_with_the_same_name_and_date_of_birth(coordinator_client):
    deleted = delete(coordinator_client, make_habtom(phone=PHONE, family_name="WELDEGIORGIÀS"))
    dossier = make_habtom()
    assert f"Ook verwijderd: {deleted.heading}, verwijderd op {format_date(today())}" in open_page(
        coordinator_client, dossier
    )
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    assert coordinator_client.post(address, {"reference": dossier.reference}).status_code == 302
    assert is_gone(deleted) and is_gone(dossier)
    assert "Habtom" not in text(coordinator_client.get(reverse("dossiers_deletions")))


def test_forgetting_finds_a_name_that_the_deleted_dossier_had_before(coordinator_client):
    dossier = make_habtom(name_prefix="van", phone=PHONE)
    dossier.given_name = "Hapton"
    dossier.save()
    delete(coordinator_client, dossier)
    anonymize_dossier(make_habtom().pk, None, "op verzoek")
    assert is_gone(dossier)


@pytest.mark.parametrize(
    "other", [{"given_name": "Omar"}, {"date_of_birth": date(1979, 9, 10)}, {"date_of_birth": None}]
)
def test_the_deleted_dossier_of_somebody_else_can_be_restored_after_forgetting(coordinator_client, other):
    deleted = delete(coordinator_client, make_habtom(phone=PHONE, **other))
    dossier = make_habtom(**{"date_of_birth": None} if other == {"date_of_birth": None} else {})
    assert "Ook verwijderd" not in open_page(coordinator_client, dossier)
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert Dossier.history.filter(id=deleted.pk, phone=PHONE).exists()


def test_forgetting_finds_a_deleted_dossier_by_the_number_that_an_organisation_gave(coordinator_client):
    deleted = make_habtom(given_name="Abtom", date_of_birth=None, phone=PHONE)
    create_supply(deleted, number="P77")
    delete(coordinator_client, deleted)
    stranger = make_dossier(phone="+31633330004")
    create_supply(stranger, organisation="Werkcorporatie", number="P77")
    delete(coordinator_client, stranger)
    dossier = make_habtom()
    create_supply(dossier, number="P77")
    page = open_page(coordinator_client, dossier)
    assert deleted.heading in page and stranger.heading not in page
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert not Dossier.history.filter(id=deleted.pk, phone=PHONE).exists()
    assert [record.key for deletion in Deletion.objects.all() for record in deletion.get_records()] == [stranger.pk]


@pytest.mark.parametrize("deletes_kept", [True, False])
def test_a_deleted_dossier_that_was_merged_with_it_for_a_while_is_named_and_can_be_forgotten_too(
    coordinator_client, deletes_kept
):
    kept, other = make_habtom(), make_habtom(given_name="Abtom", date_of_birth=date(1980, 1, 1), phone=PHONE)
    undo_merge(merge_dossiers(kept, other))
    other = Dossier.objects.get(reference=other.reference)
    deleted, dossier = (kept, other) if deletes_kept else (other, kept)
    delete(coordinator_client, deleted)
    page = open_page(coordinator_client, dossier)
    assert f"Vergeet dan ook dat dossier. {deleted.heading}" in page and "Ook verwijderd" not in page
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert is_gone_from_history(dossier) and Dossier.history.filter(id=deleted.pk, given_name=deleted.given_name)
    page = coordinator_client.get(reverse("dossiers_forget_deleted", args=[deleted.pk]))
    assert "Vergeet dan ook dat dossier" not in text(page)
    anonymize_deleted(deleted.pk, None, "op verzoek")
    assert is_gone(deleted)


def test_a_dossier_that_is_merged_into_that_of_a_namesake_stays(coordinator_client):
    namesake, other = make_habtom(given_name="Omar"), make_habtom(phone=PHONE)
    merge_dossiers(namesake, other)
    dossier = make_habtom()
    assert "Ook verwijderd" not in open_page(coordinator_client, dossier)
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert Dossier.history.filter(reference=other.reference, phone=PHONE).exists()


def test_forgetting_a_person_forgets_the_dossier_of_an_import_that_was_undone(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    undo_import(lists.apply(LINE | {"Telefoonnummer": "06 33330003"}, organisation="Werkcorporatie"))
    deleted = Dossier.history.latest("history_id").instance
    assert not Dossier.objects.exists() and Dossier.history.filter(phone=PHONE).exists()
    lists.apply(LINE)
    dossier = Dossier.objects.get()
    dossier.status = Status.WITHDRAWN
    dossier.save()
    assert f"Ook verwijderd: {deleted.heading}" in open_page(coordinator_client, dossier)
    anonymize_dossier(dossier.pk, None, "op verzoek")
    assert is_gone(deleted) and is_gone(dossier)


def test_deleting_a_dossier_leaves_the_earlier_deletion_of_a_duplicate_as_it_is(coordinator_client):
    first = delete(coordinator_client, make_habtom(phone=PHONE))
    delete(coordinator_client, make_habtom())
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.earliest("pk").pk]))
    assert Dossier.objects.get().reference == first.reference


def test_all_that_is_kept_of_a_person_includes_the_deleted_dossier_with_its_history(coordinator_client):
    deleted = make_habtom(phone=PHONE, profession="bakker")
    create_supply(deleted, number="P77")
    deleted.profession = "lasser"
    deleted.save()
    delete(coordinator_client, deleted)
    delete(coordinator_client, make_habtom(given_name="Omar"))
    dossier = make_habtom()
    page = text(coordinator_client.get(reverse("dossiers_person_file", args=[dossier.pk, "html"])))
    words = ("06 33330003", "bakker → lasser", "AZC Luttelgeest", "P77", f"{deleted.reference} verwijderd")
    assert [word for word in words if word not in page.partition("Verwijderde dossiers")[2]] == []
    assert "Omar" not in page


def test_the_page_of_forgetting_warns_of_another_dossier_that_may_be_of_the_same_person(coordinator_client):
    dossier, other = make_habtom(phone=PHONE), make_habtom(family_name="Weldegiorgis", status=Status.AVAILABLE)
    page = open_page(coordinator_client, dossier)
    assert (
        "Is dit dezelfde persoon?" in page and "dossier wordt hiermee niet vergeten" in page and other.heading in page
    )
    other.given_name, other.date_of_birth = "Omar", date(1980, 1, 1)
    other.save()
    assert "Is dit dezelfde persoon?" not in open_page(coordinator_client, dossier)


def run_after(days: int) -> list[str]:
    """Run what runs each night, so many days from now, and return the references of who was forgotten."""
    destroy_expired(timezone.now() + timedelta(days=days))
    return [reference for reference, _why in forget(today() + timedelta(days=days)).forgotten]


@pytest.mark.parametrize("months", [None, 24])
def test_the_history_of_a_deleted_dossier_goes_after_thirty_days_whatever_the_term(coordinator_client, months):
    Retention.objects.filter(pk=Retention.load().pk).update(months=months)
    deleted = delete(coordinator_client, make_habtom(phone=PHONE))
    assert run_after(30) == [] and Dossier.history.filter(phone=PHONE).exists()
    assert run_after(31) == [deleted.reference] and is_gone(deleted)
    assert run_after(32) == []


def test_the_history_of_a_deleted_dossier_also_goes_while_a_new_term_waits(coordinator_client):
    deleted = delete(coordinator_client, make_habtom(phone=PHONE))
    retention = Retention.load()
    retention.months = 6
    retention.save()
    assert run_after(31) == [deleted.reference] and is_gone(deleted)


def test_the_history_of_a_dossier_of_an_undone_import_goes_after_thirty_days(tmp_path):
    undo_import(Lists(tmp_path).apply(LINE | {"Telefoonnummer": "06 33330003"}))
    deleted = Dossier.history.latest("history_id").instance
    assert run_after(31) == [deleted.reference] and is_gone(deleted)


def test_the_thirty_days_count_from_the_last_deletion(coordinator_client):
    dossier = delete(coordinator_client, make_habtom(phone=PHONE))
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    Dossier.history.update(history_date=timezone.now() - timedelta(days=40))
    delete(coordinator_client, Dossier.objects.get(reference=dossier.reference))
    assert run_after(0) == [] and Dossier.history.filter(phone=PHONE).exists()


def test_who_has_another_dossier_stays_in_texts_when_the_history_of_a_deleted_one_goes(coordinator_client):
    deleted = delete(coordinator_client, make_habtom(phone=PHONE))
    make_habtom()
    action = FollowUp.objects.create(dossier=make_dossier(), text="Samen met Habtom Weldegiorgias", due_on=today())
    assert run_after(31) == [deleted.reference] and is_gone(deleted)
    action.refresh_from_db()
    assert action.text == "Samen met Habtom Weldegiorgias"


def test_a_later_deletion_of_the_same_person_can_still_be_restored_when_an_earlier_one_expires(coordinator_client):
    first = delete(coordinator_client, make_habtom(phone=PHONE))
    Dossier.history.update(history_date=timezone.now() - timedelta(days=40))
    Deletion.objects.all().delete()
    delete(coordinator_client, make_habtom())
    assert run_after(0) == [first.reference] and is_gone_from_history(first)
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    assert Dossier.objects.get().given_name == "Habtom"


def test_a_dossier_that_was_merged_into_a_deleted_one_can_come_back_with_it(coordinator_client):
    kept, other = make_habtom(), make_dossier(phone=PHONE)
    merge_dossiers(kept, other)
    Dossier.history.filter(reference=other.reference).update(history_date=timezone.now() - timedelta(days=40))
    delete(coordinator_client, kept)
    assert run_after(0) == [] and Dossier.history.filter(reference=other.reference, phone=PHONE).exists()


def test_the_page_of_the_term_says_that_deleted_dossiers_go_after_thirty_days(coordinator_client):
    page = text(coordinator_client.get(reverse("dossiers_term")))
    assert "die is verwijderd" in page and "na 30 dagen weg, wat de termijn ook is" in page


# --- Somebody without a dossier --------------------------------------------------------------------------------------

NOTHING = "Niets gevonden bij wat u hebt ingevuld"
TYPED = {"given_name": "habtom", "family_name": "Weldegiorgiás", "date_of_birth": "09-09-1979"}


def find_person(client, **values: str):
    return client.post(reverse("dossiers_find_deleted"), TYPED | values, follow=True)


def test_somebody_of_whom_every_dossier_was_deleted_is_forgotten_by_name_and_date_of_birth(coordinator_client):
    first = delete(coordinator_client, make_habtom(phone=PHONE))
    last = delete(coordinator_client, make_habtom())
    action = FollowUp.objects.create(dossier=make_dossier(), text="Samen met Habtom Weldegiorgias", due_on=today())
    assert "Iemand zonder dossier" in text(coordinator_client.get(reverse("dossiers_forgetting")))
    response = find_person(coordinator_client)
    page, address = text(response), response.request["PATH_INFO"]
    assert f"Ook verwijderd: {first.heading}" in page and "Samen met Habtom" in page
    (mention,) = response.context["form"].mentions
    answers = {"reference": last.reference, mention.key: "replace"}
    assert "is geanonimiseerd" in text(coordinator_client.post(address, answers, follow=True))
    action.refresh_from_db()
    assert is_gone(first) and is_gone(last) and "Habtom" not in action.text
    assert coordinator_client.get(address).status_code == 404
    assert NOTHING in text(find_person(coordinator_client))


def test_the_dossier_of_an_undone_import_is_found_and_that_of_somebody_else_is_not(coordinator_client, tmp_path):
    undo_import(Lists(tmp_path).apply(LINE))
    assert "Habtom Weldegiorgias" in text(find_person(coordinator_client))
    for values in ({"given_name": "Omar", "family_name": "Said"}, {"date_of_birth": "08-10-1980"}):
        assert NOTHING in text(find_person(coordinator_client, **values))


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({"family_name": "Heuvelmans-Öz"}, {"family_name": "Heuvelmans"}),
        ({"given_name": "Fatima Zahra", "family_name": "Oz"}, {"given_name": "Fatima", "family_name": "Anders"}),
        ({"name_prefix": "el", "family_name": "Amranison"}, {"family_name": "El-Amranison"}),
        ({}, {"given_name": "Weldegiorgias", "family_name": "Habtom"}),
        ({}, {"given_name": "Hapton", "family_name": "Weldegiorgis"}),
        ({}, {"date_of_birth": ""}),
        ({}, {"date_of_birth": "", "given_name": ""}),
        ({}, {"date_of_birth": "09-10-1979"}),
        ({"date_of_birth": None}, {}),
        ({"phone": PHONE}, {"phone": "06-33330003", "given_name": "", "family_name": "", "date_of_birth": ""}),
        ({"email": "habtom@example.org"}, {"email": "Habtom@example.org", "given_name": "H", "family_name": "W"}),
    ],
)
def test_a_dossier_that_was_spelled_otherwise_is_shown_to_choose(coordinator_client, stored, typed):
    deleted = delete(coordinator_client, make_habtom(**stored))
    response = find_person(coordinator_client, **typed)
    assert "Lijkt op: is dit de persoon?" in text(response) and deleted.heading in text(response)
    assert (
        f'href="{reverse("dossiers_forget_deleted", args=[Dossier.history.latest("history_id").id])}"'
        in response.content.decode()
    )
    assert f"verwijderd op {format_date(today())}" in text(response)


@pytest.mark.parametrize(
    "typed",
    [
        {"given_name": "Omar", "family_name": "Said"},
        {"given_name": "Omar", "date_of_birth": ""},
        {"given_name": "Omar", "date_of_birth": "09-09-1980"},
        {"given_name": "", "date_of_birth": "09-09-1980"},
    ],
)
def test_the_dossier_of_somebody_else_is_not_shown_to_choose(coordinator_client, typed):
    delete(coordinator_client, make_habtom(name_prefix="van"))
    assert NOTHING in text(find_person(coordinator_client, **typed))


def test_other_dossiers_that_look_alike_are_shown_beside_the_right_one(coordinator_client):
    deleted = delete(coordinator_client, make_habtom())
    other = delete(coordinator_client, make_habtom(given_name="Habtomay"))
    page = text(find_person(coordinator_client))
    right, alike = page.split("Lijkt op: is dit de persoon?")
    assert deleted.heading in right and other.heading in alike and other.heading not in right


def test_the_overview_says_that_people_without_a_dossier_are_not_counted(coordinator_client):
    delete(coordinator_client, make_habtom())
    response = find_person(coordinator_client)
    page = coordinator_client.post(
        response.request["PATH_INFO"], {"reference": Dossier.history.latest("history_id").reference}, follow=True
    )
    assert "Geanonimiseerd 0" in text(page)
    assert "mensen zonder dossier en contactpersonen van werkgevers tellen hier niet mee" in text(page)


def test_who_has_a_dossier_again_is_forgotten_there(coordinator_client):
    deleted, dossier = delete(coordinator_client, make_habtom(phone=PHONE)), make_habtom()
    response = find_person(coordinator_client)
    assert f"Deze persoon heeft een dossier: {dossier.reference}" in text(response)
    coordinator_client.post(response.request["PATH_INFO"], {"reference": deleted.reference})
    assert Dossier.history.filter(phone=PHONE).exists()


def test_the_page_of_a_deletion_leads_to_forgetting(coordinator_client):
    delete(coordinator_client, make_habtom())
    page = coordinator_client.get(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    key = Dossier.history.latest("history_id").id
    assert reverse("dossiers_forget_deleted", args=[key]) in page.content.decode()


def test_only_who_may_anonymise_forgets_somebody_without_a_dossier(
    as_user, coordinator_client, reader, editor, partner
):
    delete(coordinator_client, make_habtom())
    key = Dossier.history.latest("history_id").id
    for user in (reader, editor, partner):
        theirs = as_user(user)
        assert theirs.post(reverse("dossiers_find_deleted"), TYPED).status_code == 404
        assert theirs.get(reverse("dossiers_forget_deleted", args=[key])).status_code == 404
