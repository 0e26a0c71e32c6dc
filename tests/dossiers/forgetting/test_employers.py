"""The contact of an employer is removed some time after the last offer was closed; employer and offers stay."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.figures import BY_NAME, Scope
from dossiers.forgetting.anonymize import AnonymizationRefused
from dossiers.forgetting.employers import anonymize_contact
from dossiers.forgetting.retention import forget
from dossiers.models import (
    BulkRow,
    ContactMoment,
    Employer,
    EmployerInterest,
    FollowUp,
    ImportRow,
    ImportRun,
    InterestStatus,
    Placement,
    Retention,
    Step,
)
from dossiers.spreadsheets.expiry import destroy_expired

from ..backoffice.bulk import apply_change, change_url
from ..backoffice.pages import raw, text, url
from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import make_placement, today
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import INTERESTS, JOB, undo_import
from ..text_search import find_in_files, find_in_tables

pytestmark = pytest.mark.usefixtures("base_data")
CLOSED_ON = date(2026, 3, 15)


@pytest.fixture(autouse=True)
def employer_retention() -> None:
    Retention.objects.filter(pk=Retention.load().pk).update(employer_months=6)


def close_interest(interest: EmployerInterest, day: date = CLOSED_ON) -> EmployerInterest:
    interest.status = InterestStatus.CLOSED
    interest.save()
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    steps = interest.history.order_by("history_id")
    for step, earlier in zip(steps, reversed(range(len(steps))), strict=True):
        steps.filter(pk=step.pk).update(history_date=moment - timedelta(days=earlier))
    return interest


def make_offer(**fields) -> EmployerInterest:
    employer = make_employer(company_name="Kas aan de Vaart", contact_name="qzanneke", email="qzmail@example.org")
    return make_interest(employer=employer, notes="qznotes", answers={"Wie?": "qzanswer"}, **fields)


MARKS = ["qzanneke", "qzmail", "qznotes", "qzanswer", "qzcalled", "qzaction"]


def test_the_contact_is_removed_after_the_retention_period():
    interest = close_interest(make_offer())
    ContactMoment.objects.create(employer=interest.employer, text="qzcalled")
    FollowUp.objects.create(interest=interest, text="qzaction", due_on=today())
    assert len(find_in_tables(MARKS)) > len(MARKS)
    assert forget(date(2026, 9, 14)).forgotten == []
    assert len(forget(date(2026, 9, 15)).forgotten) == 1
    assert find_in_tables(MARKS) == []
    employer = Employer.objects.get()
    assert (employer.company_name, employer.contact_name, employer.email) == ("Kas aan de Vaart", "(vergeten)", "")
    assert forget(date(2026, 9, 16)).forgotten == []


def test_removing_a_contact_does_not_change_the_figures():
    interest = close_interest(make_offer(positions=3))
    ContactMoment.objects.create(employer=interest.employer, text="qzcalled")

    def read_figures():
        return {name: figure(Scope(today())).number for name, figure in BY_NAME.items()}

    before = read_figures()
    forget(today())
    assert read_figures() == before and before["places_offered"] == 3 and before["spoken_with"] == 1


def test_an_open_or_recently_closed_offer_retains_the_contact():
    interest = close_interest(make_offer())
    other = make_interest(employer=interest.employer)
    assert forget(today()).forgotten == []
    close_interest(other, today() - timedelta(days=20))
    assert forget(today()).forgotten == []
    assert Employer.objects.get().contact_name == "qzanneke"


def test_an_active_placement_retains_the_contact():
    placement = make_placement(Step.WORKING, interest=make_offer())
    EmployerInterest.objects.update(status=InterestStatus.CLOSED, changed_at=timezone.now() - timedelta(days=900))
    EmployerInterest.history.all().delete()
    assert forget(today()).forgotten == []
    placement.delete()
    assert len(forget(today()).forgotten) == 1


def make_old_employer() -> Employer:
    employer = make_employer(contact_name="qzanneke", email="qzmail@example.org")
    Employer.objects.filter(pk=employer.pk).update(changed_at=timezone.now() - timedelta(days=200))
    return employer


def test_the_contact_of_an_employer_without_an_offer_goes_long_after_the_last_change():
    make_employer()
    old = make_old_employer()
    assert [name for name, _why in forget(today()).forgotten] == [f"werkgever {old.pk}"]
    assert find_in_tables(MARKS) == []


def test_recent_work_with_an_employer_without_an_offer_retains_the_contact(coordinator_client):
    ContactMoment.objects.create(employer=make_old_employer(), text="Gebeld over de kas")
    FollowUp.objects.create(employer=make_old_employer(), text="Bellen over de kas", due_on=today())
    interest = close_interest(make_offer())
    Employer.objects.filter(pk=interest.employer.pk).update(changed_at=timezone.now() - timedelta(days=200))
    coordinator_client.post(url(EmployerInterest, "delete", interest.pk))  # and a deletion can be a mistake
    assert forget(today()).forgotten == []


def test_by_default_no_contact_is_removed():
    Retention.objects.update(employer_months=None)
    close_interest(make_offer())
    assert forget(today()).forgotten == []


def test_notes_about_a_candidate_are_not_removed_with_the_contact():
    placement = make_placement(Step.PROPOSED, interest=make_offer())
    dossier = placement.dossier
    ContactMoment.objects.create(employer=placement.interest.employer, dossier=dossier, text="Samen langsgeweest")
    placement.delete()
    close_interest(EmployerInterest.objects.get())
    forget(today())
    assert ContactMoment.objects.get().text == "Samen langsgeweest"


def test_the_contact_of_a_closed_unprocessed_sign_up_is_removed():
    sign_up = close_interest(make_sign_up(given={"contact_name": "qzanneke"}))
    assert (sign_up.reference in dict(forget(today()).forgotten)) and find_in_tables(MARKS) == []
    assert forget(today()).forgotten == []


def test_a_new_sign_up_restores_the_contact_of_the_employer():
    interest = close_interest(make_offer())
    Employer.objects.update(kvk_number="90000999")
    forget(today())
    employer = make_sign_up().take_over()
    assert employer.pk == interest.employer_id
    assert (employer.contact_name, employer.email) == ("Henk de Fictie", "henk@example.org")


def test_taking_over_a_sign_up_does_not_replace_an_existing_contact():
    Employer.objects.filter(pk=make_offer().employer_id).update(kvk_number="90000999")
    assert make_sign_up().take_over().contact_name == "qzanneke"


def test_removal_of_a_contact_is_announced_and_recorded_in_the_history(coordinator_client):
    interest = close_interest(make_offer())
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    assert "6 maanden na het sluiten van de laatste interesse" in page and "Kas aan de Vaart" in page
    forget(today())
    assert "De contactpersoon is vergeten" in text(
        coordinator_client.get(url(Employer, "history", interest.employer_id))
    )
    assert coordinator_client.get(url(Employer, "edit", interest.employer_id)).status_code == 200


ERASED = "Opgeslagen; gegevens van een vergeten persoon zijn gewist"


def test_the_pages_of_an_employer_and_its_interest_tell_that_the_contact_was_forgotten(coordinator_client, coordinator):
    interest = make_offer()
    employer = interest.employer
    employer.contact_name, interest.notes = "qzander", "qznotes twee"
    employer.save(), interest.save()
    close_interest(interest)
    for record in (employer, interest):
        page = text(coordinator_client.get(url(type(record), "inspect", record.pk)))
        assert "is vergeten" not in page and "Opgeslagen zonder wijziging" not in page
    forget_on_the_page(coordinator_client, employer)
    for record in (employer, interest):
        step = record.history.latest("history_id")
        assert (step.history_change_reason, step.history_user) == ("De contactpersoon is vergeten", coordinator)
        page = text(coordinator_client.get(url(type(record), "inspect", record.pk)))
        assert "De contactpersoon is vergeten" in page and "Opgeslagen zonder wijziging" not in page
        assert page.count(ERASED) == 1
        assert "De contactpersoon is vergeten" in text(coordinator_client.get(url(type(record), "history", record.pk)))
    employer.refresh_from_db()
    employer.save()
    assert "Opgeslagen zonder wijziging" in text(coordinator_client.get(url(Employer, "inspect", employer.pk)))


# --- The name in texts about others ----------------------------------------------------------------------------------


def make_offer_with_full_name() -> EmployerInterest:
    employer = make_employer(company_name="Kas aan de Vaart", contact_name="Zanneke Qwint", email="qz@example.org")
    return make_interest(employer=employer)


def test_automatic_removal_masks_the_full_name_and_email_in_texts_about_candidates():
    close_interest(make_offer_with_full_name())
    dossier = make_dossier(notes="Zanneke Qwint (QZ@example.org) belde. Zanneke is aardig.")
    forget(today())
    dossier.refresh_from_db()
    assert dossier.notes == "… (…) belde. Zanneke is aardig."
    assert find_in_tables(["Qwint"]) == []


def test_the_name_remains_in_texts_about_another_employer_with_the_same_contact():
    close_interest(make_offer_with_full_name())
    elsewhere = make_employer(company_name="Kas Twee", contact_name="Zanneke Qwint", email="qz2@example.org")
    call = ContactMoment.objects.create(employer=elsewhere, text="Zanneke Qwint gebeld")
    forget(today())
    call.refresh_from_db()
    assert call.text == "Zanneke Qwint gebeld"


def test_an_unrelated_employer_with_the_same_contact_does_not_prevent_masking():
    close_interest(make_offer_with_full_name())
    make_employer(company_name="Kas Twee", contact_name="Zanneke Qwint", email="qz2@example.org")
    call = ContactMoment.objects.create(interest=make_interest(), text="Zanneke Qwint of 06-12 34 56 75 gebeld")
    Employer.objects.filter(company_name="Kas aan de Vaart").update(phone="+31612345675")
    forget(today())
    call.refresh_from_db()
    assert call.text == "… of … gebeld"


def test_manual_removal_shows_the_texts_and_asks_which_to_mask(coordinator_client, as_user, reader):
    interest = make_offer_with_full_name()
    address = reverse("dossiers_forget_contact", args=[interest.employer_id])
    assert f"Interesse {interest.reference} is open. Sluit die eerst." in text(coordinator_client.get(address))
    coordinator_client.post(address)
    assert Employer.objects.get().email
    close_interest(interest)
    make_dossier(notes="Zanneke heeft gebeld.")
    response = coordinator_client.get(address)
    assert "Zanneke heeft gebeld." in text(response)
    (mention,) = response.context["form"].mentions
    assert "Kies: gaat de naam" in text(coordinator_client.post(address))
    assert as_user(reader).post(address, {mention.key: "replace"}).status_code == 404
    assert "De contactpersoon is vergeten." in text(
        coordinator_client.post(address, {mention.key: "replace"}, follow=True)
    )
    assert find_in_tables(["Zanneke", "Qwint"]) == []


def test_a_contact_who_can_not_be_forgotten_yet_leads_to_each_placement_and_interest_to_end(coordinator_client):
    interest = make_offer_with_full_name()
    placements = [make_placement(interest=interest) for _number in range(2)]
    address = reverse("dossiers_forget_contact", args=[interest.employer_id])
    page, words = raw(coordinator_client.get(address)), text(coordinator_client.get(address))
    references = " en ".join(placement.reference for placement in placements)
    assert f"Plaatsingen {references} zijn niet beëindigd. Beëindig die eerst." in words
    assert f"Interesse {interest.reference} is open. Sluit die eerst." in words
    assert "Kom daarna terug op deze pagina" in words
    for record in (*placements, interest):
        assert f'<a href="{url(type(record), "inspect", record.pk)}">{record.heading}</a>' in page
    Placement.objects.update(status=Step.ENDED, ended_on=today())
    close_interest(interest)
    assert "Kom daarna terug" not in text(coordinator_client.get(address))


def test_the_page_counts_beforehand_everything_that_goes_with_a_contact(coordinator_client):
    interest = close_interest(make_offer())
    employer = interest.employer
    close_interest(make_interest(employer=employer))  # of which nothing goes
    ContactMoment.objects.create(employer=employer, text="qzcalled")
    FollowUp.objects.create(interest=interest, text="qzaction", due_on=today())
    deleted = close_interest(make_interest(employer=employer))
    coordinator_client.post(url(EmployerInterest, "delete", deleted.pk))
    page = text(coordinator_client.get(reverse("dossiers_forget_contact", args=[employer.pk])))
    assert "1 werkgeversinteresse: opmerkingen, antwoorden, contactgegevens en eigen velden gaan weg" in page
    assert "1 contactmoment: de tekst gaat weg" in page and "1 actie: verwijderd" in page
    assert f"1 verwijderd gegeven: kan niet meer terug ({deleted.heading})" in page


def test_the_page_of_a_dossier_names_the_deleted_records_that_are_about_the_person(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile", status="withdrawn")
    action = FollowUp.objects.create(dossier=dossier, text="Bellen", due_on=today())
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    assert "verwijderd gegeven" not in text(coordinator_client.get(address))
    coordinator_client.post(url(FollowUp, "delete", action.pk))
    assert f"1 verwijderd gegeven: kan niet meer terug ({action.heading})" in text(coordinator_client.get(address))


def test_a_bulk_change_loses_the_lines_of_a_forgotten_contact_and_says_so(coordinator_client):
    employers = [make_employer(company_name=name) for name in ("Kas een", "Kas twee")]
    interests = [make_interest(employer=employer) for employer in employers]
    change = apply_change(coordinator_client, EmployerInterest, "status", InterestStatus.CLOSED)
    page = text(coordinator_client.get(reverse("dossiers_forget_contact", args=[employers[0].pk])))
    assert "1 regel van een bulkwijziging: verwijderd, en kan daarna niet meer ongedaan worden gemaakt" in page
    anonymize_contact(employers[0])
    lines = "Regels die hier niet meer staan, omdat de contactpersoon daarna is vergeten: 1"
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert lines in page and lines in text(coordinator_client.get(change_url(change)))
    assert "daarna gewijzigd" not in page and "Kas een" not in page and "Kas twee" in page
    assert f"Bulkwijziging {change.pk}" in text(
        coordinator_client.get(url(EmployerInterest, "inspect", interests[0].pk))
    )
    anonymize_contact(employers[1])
    page = text(coordinator_client.get(change_url(change, "undo/"), follow=True))
    assert "kan niet ongedaan worden gemaakt: de regels ervan zijn weg" in page


def test_a_list_of_which_every_contact_was_forgotten_says_so(coordinator_client, tmp_path):
    run = Lists(tmp_path).apply(JOB | {"Status": "gesloten"}, **INTERESTS)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    interest = EmployerInterest.objects.get()
    anonymize_contact(interest.employer)
    page = text(coordinator_client.get(reverse("dossiers_import_undo", args=[run.pk]), follow=True))
    assert "kan niet ongedaan worden gemaakt: de regels ervan zijn weg" in page
    assert run.file_name in text(coordinator_client.get(url(EmployerInterest, "inspect", interest.pk)))


def test_the_undo_of_a_list_says_that_the_interests_of_a_forgotten_contact_stay(coordinator_client, tmp_path):
    other = {"Bedrijf": "Kas Twee", "KvK": "01234568", "E-mail": "twee@kas.example"}
    run = Lists(tmp_path).apply(JOB | {"Status": "gesloten"}, JOB | other, **INTERESTS)
    EmployerInterest.objects.filter(employer__company_name="Kwekerij").update(status=InterestStatus.CLOSED)
    anonymize_contact(Employer.objects.get(company_name="Kwekerij"))
    stay = "De interesses ervan tellen hier niet mee; die er nog zijn, blijven bij ongedaan maken zoals ze zijn."
    assert stay in text(coordinator_client.get(reverse("dossiers_import_undo", args=[run.pk])))
    undo_import(run)
    assert stay in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert [interest.company_name for interest in EmployerInterest.objects.all()] == ["Kwekerij"]


# --- What is left of deleted records and of undone lists --------------------------------------------------------------

ADDRESSES = ["an@kwekerij.example", "nieuw@kwekerij.example"]


def forget_on_the_page(client, employer: Employer) -> str:
    """Forget the contact on its page, and return what the page said beforehand."""
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    page = text(client.get(address))
    assert "De contactpersoon is vergeten." in text(client.post(address, follow=True))
    return page


@pytest.fixture
def imported_contact(tmp_path):
    """Return the import of an employer and an interest, and a later one with another contact and another interest."""
    lists = Lists(tmp_path)
    first = lists.apply(JOB, **INTERESTS)
    more = {"Contactpersoon": "Qzanneke Qwint", "E-mail": "nieuw@kwekerij.example", "Werk": "Snoeien"}
    return first, lists.apply(JOB | more, **INTERESTS)


def test_undoing_a_list_leaves_no_contact_in_it_that_forgetting_does_not_find(
    coordinator_client, imported_contact, settings
):
    _first, second = imported_contact
    undo_import(second)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    page = forget_on_the_page(coordinator_client, Employer.objects.get())
    assert "2 importregels: verwijderd, met de kopie van de lijst" in page
    assert find_in_tables([*ADDRESSES, "Qwint"]) == find_in_files(settings.MEDIA_ROOT, ADDRESSES) == []
    assert "example" not in text(coordinator_client.get(reverse("dossiers_import", args=[second.pk])))


def test_the_page_names_the_lines_of_unfinished_lists_and_throws_them_away_if_they_are_ticked(
    coordinator_client, imported_contact, tmp_path
):
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    employer, lists = Employer.objects.get(), Lists(tmp_path)
    other = {"Bedrijf": "Kas Twee", "KvK": "01234568", "E-mail": "twee@kas.example"}
    runs = [lists.preview(JOB, JOB | other, **INTERESTS), lists.preview(JOB, **INTERESTS)]
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    page = text(coordinator_client.get(address))
    assert "Deze persoon staat in lijsten die nog niet klaar zijn 2" in page
    assert f"{runs[0]}, regel 2" in page and "2 importregels: verwijderd" in page
    page = text(coordinator_client.post(address))
    assert "Vink dit aan. Of maak de lijst eerst af, of stop ermee" in page
    assert Employer.objects.get(pk=employer.pk).email == employer.email and runs[0].rows.count() == 2
    assert "De contactpersoon is vergeten." in text(coordinator_client.post(address, {"discard": "on"}, follow=True))
    assert [row.given["email"] for row in ImportRow.objects.all()] == [other["E-mail"]]
    assert [ImportRun.objects.get(pk=run.pk).state for run in runs] == [
        ImportRun.State.PREVIEWED,
        ImportRun.State.REFUSED,
    ]


def test_a_contact_is_not_forgotten_while_a_list_with_it_is_being_written(
    coordinator_client, imported_contact, tmp_path
):
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    run = Lists(tmp_path).preview(JOB, **INTERESTS)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    employer = Employer.objects.get()
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    refusal = f"Deze persoon staat in import {run.pk} en die is niet klaar."
    assert refusal in text(coordinator_client.get(address))
    assert refusal in text(coordinator_client.post(address, {"discard": "on"}))
    with pytest.raises(AnonymizationRefused):
        anonymize_contact(employer)
    assert Employer.objects.get().email == employer.email


def test_deleting_the_interest_of_a_line_does_not_hide_the_line_from_forgetting(
    coordinator_client, imported_contact, settings
):
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    for interest in EmployerInterest.objects.all():
        coordinator_client.post(url(EmployerInterest, "delete", interest.pk))
    page = forget_on_the_page(coordinator_client, Employer.objects.get())
    assert "2 importregels: verwijderd, met de kopie van de lijst" in page
    assert find_in_tables([*ADDRESSES, "Qwint"]) == find_in_files(settings.MEDIA_ROOT, ADDRESSES) == []


def test_a_line_that_became_no_interest_goes_by_its_address(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(JOB | {"Plekken": "veel"}, JOB | {"E-mail": "ander@kwekerij.example"}, good_rows_only=True, **INTERESTS)
    EmployerInterest.objects.all().delete()
    Employer.objects.all().delete()
    employer = make_employer(email="an@kwekerij.example")
    elsewhere = make_employer(email="ander@kwekerij.example")
    ImportRow.objects.filter(given__email=elsewhere.email).update(employer_id=elsewhere.pk)
    anonymize_contact(employer)
    assert [row.given["email"] for row in ImportRow.objects.all()] == [elsewhere.email]


def test_forgetting_a_contact_clears_the_history_of_deleted_records(coordinator_client):
    interest = close_interest(make_offer())
    employer = interest.employer
    moment = ContactMoment.objects.create(employer=employer, text="qzcalled")
    action = FollowUp.objects.create(employer=employer, text="qzaction", due_on=today())
    for record in (moment, action, interest):
        coordinator_client.post(url(type(record), "delete", record.pk))
    forget_on_the_page(coordinator_client, employer)
    assert find_in_tables(MARKS) == []


def test_forgetting_a_contact_clears_the_bulk_change_of_a_deleted_interest(coordinator_client):
    interest = make_offer()
    apply_change(coordinator_client, EmployerInterest, "status", InterestStatus.CLOSED)
    coordinator_client.post(url(EmployerInterest, "delete", interest.pk))
    assert "1 regel van een bulkwijziging" in forget_on_the_page(coordinator_client, interest.employer)
    assert not BulkRow.objects.exists()


def test_a_sign_up_that_is_forgotten_leaves_no_line_with_its_address(tmp_path):
    sign_up = close_interest(make_sign_up(given={"email": "an@kwekerij.example"}))
    run = Lists(tmp_path).apply(JOB, **INTERESTS)
    undo_import(run)
    assert sign_up.reference in dict(forget(today()).forgotten)
    assert not ImportRow.objects.exists()


def forget_after(days: int) -> list[str]:
    """Run what runs each night, so many days from now, and return the names of what was forgotten."""
    destroy_expired(timezone.now() + timedelta(days=days))
    return [name for name, _why in forget(today() + timedelta(days=days)).forgotten]


@pytest.mark.parametrize("months", [None, 240])
def test_the_contact_of_a_deleted_employer_goes_after_thirty_days_whatever_the_term(coordinator_client, months):
    Retention.objects.update(employer_months=months)
    employer = close_interest(make_offer()).employer
    coordinator_client.post(url(Employer, "delete", employer.pk))
    assert forget_after(30) == [] and find_in_tables(MARKS)
    assert forget_after(31) == [f"werkgever {employer.pk}"] and find_in_tables(MARKS) == []
    assert Employer.history.latest("history_id").company_name == "Kas aan de Vaart"
    assert forget_after(32) == []


def test_the_contact_of_a_deleted_sign_up_goes_after_thirty_days(coordinator_client):
    sign_up = close_interest(make_sign_up(given={"contact_name": "qzanneke"}))
    coordinator_client.post(url(EmployerInterest, "delete", sign_up.pk))
    assert forget_after(30) == [] and find_in_tables(MARKS)
    assert forget_after(31) == [sign_up.reference] and find_in_tables(MARKS) == []


def test_the_contact_of_a_deleted_employer_that_exists_twice_stays_in_texts(coordinator_client):
    employer = make_employer(**SJOUKJE)
    other = make_employer(company_name="Kas Twee", **SJOUKJE | {"contact_name": "S. Hoekstra"})
    about = FollowUp.objects.create(dossier=make_dossier(), text="Sjoukje Hoekstra bellen", due_on=today())
    coordinator_client.post(url(Employer, "delete", employer.pk))
    assert forget_after(31) == [f"werkgever {employer.pk}"]
    about.refresh_from_db()
    other.refresh_from_db()
    assert (about.text, other.email) == ("Sjoukje Hoekstra bellen", "sjoukje@kas.example")
    assert not Employer.history.filter(contact_name="Sjoukje Hoekstra").exists()


# --- The e-mail address of the contact at other employers -------------------------------------------------------------


def forget_and_replace(client, employer: Employer) -> list[str]:
    """Forget the contact, replace it in every other text, and return of which texts the page asked it."""
    address = reverse("dossiers_forget_contact", args=[employer.pk])
    rows = client.get(address).context["form"].rows()
    answers = {row["mention"].key: "replace" for row in rows}
    assert "De contactpersoon is vergeten." in text(client.post(address, answers, follow=True))
    return sorted(row["what"] for row in rows)


def make_closed_offer(**contact) -> Employer:
    return close_interest(make_interest(employer=make_employer(**contact))).employer


SJOUKJE = {"contact_name": "Sjoukje Hoekstra", "email": "sjoukje@kas.example", "phone": "+31612345675"}


def test_the_address_goes_from_an_employer_whose_import_was_undone(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    job = JOB | {"Contactpersoon": "Sjoukje Hoekstra", "E-mail": "sjoukje@kas.example"}
    undo_import(lists.apply(job, **INTERESTS))
    lists.apply(job, **INTERESTS)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    forget_and_replace(coordinator_client, Employer.objects.get())
    assert find_in_tables(["sjoukje@", "Hoekstra"]) == []


def test_the_address_goes_from_an_employer_that_was_deleted_by_hand(coordinator_client):
    coordinator_client.post(url(Employer, "delete", make_closed_offer(**SJOUKJE).pk))
    forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))
    assert find_in_tables(["sjoukje@", "Hoekstra"]) == []


def test_the_address_of_the_contact_at_another_employer_is_asked_about(coordinator_client):
    elsewhere = make_closed_offer(company_name="Kas Twee", **SJOUKJE)
    asked = forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))
    assert asked == [f"Werkgever: Kas Twee ({field})" for field in ("contactpersoon", "e-mail", "telefoon")]
    elsewhere.refresh_from_db()
    assert (elsewhere.contact_name, elsewhere.email, elsewhere.phone) == ("…", "", "")
    assert "Mail schrijven" not in text(coordinator_client.get(url(Employer, "inspect", elsewhere.pk)))
    assert find_in_tables(["sjoukje@", "Hoekstra"]) == []


def test_only_the_same_address_or_one_with_the_surname_is_asked_about(coordinator_client):
    for email in ("s.hoekstra@kas.example", "jan.sjoukje@kas.example", "sjoukje@anders.example", "an@kas.example"):
        make_employer(company_name=f"Bedrijf {email[:2]}", contact_name="Henk", email=email)
    asked = forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))
    assert asked == ["Werkgever: Bedrijf s. (e-mail)"]
    stays = Employer.objects.filter(contact_name="Henk").exclude(email="").values_list("email", flat=True)
    assert {*stays} == {"jan.sjoukje@kas.example", "sjoukje@anders.example", "an@kas.example"}


def test_a_sign_up_with_the_address_of_the_contact_is_asked_about(coordinator_client):
    sign_up = make_sign_up(given={"contact_name": "Henk", "email": "sjoukje@kas.example"})
    assert len(forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))) == 1
    sign_up.refresh_from_db()
    assert (sign_up.contact_given["contact_name"], sign_up.contact_given["email"]) == ("Henk", "")


def test_the_line_of_another_employer_loses_the_address_with_it(coordinator_client, tmp_path):
    job = JOB | {"Contactpersoon": "Sjoukje Hoekstra", "E-mail": "sjoukje@kas.example", "Telefoon": "06 12345675"}
    Lists(tmp_path).apply(job, **INTERESTS)
    forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))
    values = ImportRow.objects.get().given
    assert (values["contact_name"], values["email"], values["phone"]) == ("…", "", "")


def test_the_address_of_a_person_with_a_dossier_is_asked_about_at_an_employer(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile", email="selam@example.org", status="withdrawn")
    same, family = make_employer(email="selam@example.org"), make_employer(email="haile@example.org")
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    mentions = coordinator_client.get(address).context["form"].mentions
    assert {(mention.record, mention.field, mention.sure) for mention in mentions} == {
        (same, "email", False),
        (family, "email", False),
    }


def test_a_contact_without_an_address_can_still_be_forgotten(coordinator_client):
    elsewhere = make_closed_offer(contact_name="Henk", email="sjoukje@kas.example")
    forget_and_replace(coordinator_client, make_closed_offer(**SJOUKJE))
    elsewhere.refresh_from_db()
    assert (elsewhere.contact_name, elsewhere.email) == ("Henk", "")
    assert dict(forget(date(2026, 9, 16)).forgotten).keys() == {f"werkgever {elsewhere.pk}"}
    assert forget(date(2026, 9, 17)).forgotten == []


def test_the_page_of_a_contact_names_what_is_not_looked_through(coordinator_client):
    employer = make_closed_offer(**SJOUKJE)
    page = text(coordinator_client.get(reverse("dossiers_forget_contact", args=[employer.pk])))
    assert "Dit wordt niet doorzocht" in page and "Verstuurde e-mails" in page
    assert "Voornamen van contactpersonen van werkgevers, ook in hun e-mailadressen" in page
