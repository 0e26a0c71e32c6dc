"""Tests of deletion: a confirmation with counts, limited to the filtered list."""

import gzip
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from dossiers.backoffice import deletion
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Deletion,
    Dossier,
    Employer,
    EmployerInterest,
    Evaluation,
    Expense,
    FindingCategory,
    FollowUp,
    ImportProfile,
    ImportRow,
    ImportRun,
    InterestStatus,
    Organisation,
    Placement,
    RecordKind,
    SavedView,
    Sector,
    Status,
    Step,
    Supply,
)

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import make_placement, make_ready_dossier
from ..models.test_activity import make_finding
from ..spreadsheets.imports import PERSON, Lists
from ..spreadsheets.undo import INTERESTS, JOB, undo_import
from ..text_search import find_in_files
from .pages import raw, text, url


def bulk_delete_url(model, **query) -> str:
    address = reverse("wagtail_bulk_action", args=["dossiers", model._meta.model_name, "delete"])
    return f"{address}?{urlencode(query | {'next': url(model, 'list')}, doseq=True)}"


def confirm(client, address: str):
    """Press the button of the confirmation page."""
    return client.post(address, {"seen": client.get(address).context["form"]["seen"].value()})


def test_deletion_asks_for_confirmation_and_counts_related_records(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    for organisation in Organisation.objects.all()[:2]:
        Supply.objects.create(dossier=dossier, organisation=organisation)
    page = text(coordinator_client.get(url(Dossier, "delete", dossier.pk)))
    assert "Selam Haile" in page
    assert "2 aanleveringen" in page
    assert Dossier.objects.exists()
    response = coordinator_client.post(url(Dossier, "delete", dossier.pk))
    assert response.status_code == 302
    assert not Dossier.objects.exists()
    assert not Supply.objects.exists()


def test_deleting_an_employer_counts_its_closed_interests(coordinator_client):
    interest = make_interest(status=InterestStatus.CLOSED)
    assert "1 werkgeversinteresse" in text(coordinator_client.get(url(Employer, "delete", interest.employer.pk)))
    make_interest(employer=interest.employer, status=InterestStatus.CLOSED)
    assert "2 werkgeversinteresses" in text(coordinator_client.get(url(Employer, "delete", interest.employer.pk)))


@pytest.mark.parametrize(
    ("make_open", "words", "instead"),
    [
        (lambda employer: make_interest(employer=employer), "1 open interesse.", "Sluit"),
        (lambda employer: make_action(employer=employer), "1 openstaande actie.", "Archiveer"),
        (
            lambda employer: make_action(interest=make_interest(employer=employer, status=InterestStatus.CLOSED)),
            "1 openstaande actie.",
            "Archiveer",
        ),
    ],
)
def test_an_employer_for_whom_something_is_open_is_not_deleted(coordinator_client, make_open, words, instead):
    employer, unused_employer = make_employer(), make_employer()
    make_open(employer)
    address = url(Employer, "delete", employer.pk)
    for response in (coordinator_client.get(address, follow=True), coordinator_client.post(address, follow=True)):
        page = text(response)
        assert words in page and "kan niet worden verwijderd" in page and instead in page
    many = bulk_delete_url(Employer, id=[employer.pk, unused_employer.pk])
    assert f"{employer.heading}: {words[:-1]}" in text(coordinator_client.get(many))
    confirm(coordinator_client, many)
    assert [*Employer.objects.all()] == [employer]


def test_a_mistaken_employer_is_deleted_after_its_interest(coordinator_client):
    interest = make_interest()
    make_action(interest=interest)
    address = url(Employer, "delete", interest.employer.pk)
    assert "Was het een vergissing? Verwijder dan eerst de interesses." in text(
        coordinator_client.post(address, follow=True)
    )
    coordinator_client.post(url(EmployerInterest, "delete", interest.pk))
    coordinator_client.post(address)
    assert not Employer.objects.exists()


def make_action(**about):
    return FollowUp.objects.create(text="Bellen", due_on="2026-12-01", **about)


def make_contact(**about):
    return ContactMoment.objects.create(text="Gebeld", **about)


def make_saved_finding(**about):
    make_saved_finding = make_finding(**about)
    make_saved_finding.save()
    return make_saved_finding


def make_expense(**about):
    return Expense.objects.create(category="guidance", description="Reiskosten", amount=10, **about)


@pytest.mark.parametrize("model", [Dossier, EmployerInterest, Employer])
@pytest.mark.parametrize("make", [make_contact, make_saved_finding, make_expense, None])
def test_a_record_with_work_on_it_is_not_deleted(coordinator_client, model, make):
    placement = make_placement(Step.WORKING) if make is None else None
    if placement:
        record = {
            Dossier: placement.dossier,
            EmployerInterest: placement.interest,
            Employer: placement.interest.employer,
        }[model]
        words = "1 plaatsing"
    else:
        record = {Dossier: make_dossier, EmployerInterest: make_interest, Employer: make_employer}[model]()
        make(**{{Dossier: "dossier", EmployerInterest: "interest", Employer: "employer"}[model]: record})
        words = {make_contact: "1 contactmoment", make_saved_finding: "1 bevinding", make_expense: "1 uitgave"}[make]
    instead = "Archiveer" if model is Employer and make else "Sluit"  # an employer for whom nothing is open is finished
    unused_record = {Dossier: make_dossier, EmployerInterest: make_interest, Employer: make_employer}[model]()
    address = url(model, "delete", record.pk)
    for response in (coordinator_client.get(address, follow=True), coordinator_client.post(address, follow=True)):
        page = text(response)
        assert words in page and "kan niet worden verwijderd" in page and instead in page
        assert (f'href="/beheer/dossiers/{record.pk}/merge/"' in raw(response)) == (model is Dossier)
    many = bulk_delete_url(model, id=[record.pk, unused_record.pk])
    assert words in text(coordinator_client.get(many))
    confirm(coordinator_client, many)
    assert model.objects.filter(pk=record.pk).exists() and not model.objects.filter(pk=unused_record.pk).exists()
    if placement:
        assert Placement.objects.get().status == Step.WORKING


def test_a_shared_placement_can_be_ended_but_not_deleted(coordinator_client):
    placement = make_placement(Step.INTERVIEW)
    assert "Beëindig" in text(coordinator_client.post(url(Placement, "delete", placement.pk), follow=True))
    confirm(coordinator_client, bulk_delete_url(Placement, id=[placement.pk]))
    assert Placement.objects.exists()


def test_deleting_a_mistaken_proposal_gives_the_dossier_its_former_status_and_says_so(coordinator_client):
    dossier = make_ready_dossier(status="registered")
    placement = make_placement(dossier=dossier)
    page = text(coordinator_client.get(url(Placement, "delete", placement.pk)))
    assert f"De status wordt “aangemeld”: {dossier.reference}." in page
    assert f"“aangemeld”: {dossier.reference}." in text(
        coordinator_client.get(bulk_delete_url(Placement, id=[placement.pk]))
    )
    coordinator_client.post(url(Placement, "delete", placement.pk))
    dossier.refresh_from_db()
    assert dossier.status == "registered"


def test_after_a_placement_that_ended_a_mistaken_proposal_leaves_the_dossier_available(coordinator_client):
    dossier = make_ready_dossier(status="intake")
    mistaken = make_placement(dossier=dossier)
    make_placement(Step.ENDED, dossier=dossier)
    coordinator_client.post(url(Placement, "delete", mistaken.pk))
    dossier.refresh_from_db()
    assert dossier.status == "available"


@pytest.mark.parametrize("many", [False, True])
def test_deleting_a_placement_updates_the_status_of_the_dossier(coordinator_client, many):
    placement = make_placement()
    assert Dossier.objects.get().status == Status.MATCHED
    confirm(coordinator_client, bulk_delete_url(Placement, id=[placement.pk])) if many else coordinator_client.post(
        url(Placement, "delete", placement.pk)
    )
    assert not Placement.objects.exists()
    assert Dossier.objects.get().status == Status.AVAILABLE


def test_deletion_without_related_records_shows_no_counts(coordinator_client):
    page = text(coordinator_client.get(url(Dossier, "delete", make_dossier(sectors=["Zorg"]).pk)))
    assert "aanlevering" not in page
    assert "sector" not in page.lower()


def test_only_selected_records_are_deleted(coordinator_client):
    first, second, third = make_dossier(), make_dossier(), make_dossier()
    address = bulk_delete_url(Dossier, id=[first.pk, second.pk])
    page = text(coordinator_client.get(address))
    assert first.heading in page
    assert second.heading in page
    assert third.heading not in page
    assert confirm(coordinator_client, address).status_code == 302
    assert list(Dossier.objects.all()) == [third]


@pytest.mark.parametrize("query", [{"status": "intake"}, {"q": "selam"}])
def test_all_selects_only_the_filtered_or_searched_list(coordinator_client, query):
    make_dossier(given_name="Selam", status="intake")
    other_dossier = make_dossier(given_name="Tesfay", status="available")
    address = bulk_delete_url(Dossier, id="all", **query)
    assert other_dossier.heading not in text(coordinator_client.get(address))
    confirm(coordinator_client, address)
    assert list(Dossier.objects.all()) == [other_dossier]


@pytest.mark.parametrize("version", ["", "0", "as it was"])
def test_a_changed_selection_is_shown_again_and_not_deleted(coordinator_client, version):
    make_dossier(status="intake")
    address = bulk_delete_url(Dossier, id="all", status="intake")
    if version == "as it was":
        version = coordinator_client.get(address).context["form"]["seen"].value()
    late = make_dossier(status="intake")
    page = coordinator_client.post(address, {"seen": version})
    assert "intussen veranderd" in text(page)
    assert late.heading in text(page)
    assert Dossier.objects.count() == 2
    coordinator_client.post(address, {"seen": page.context["form"]["seen"].value()})
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("query", [{"status": "flying"}, {"sectors": 99999}, {"schoenmaat": "42"}])
def test_all_selects_nothing_if_a_filter_does_not_exist(coordinator_client, query):
    make_dossier()
    address = bulk_delete_url(Dossier, id="all", **query)
    assert "niets te verwijderen" in text(coordinator_client.get(address))
    confirm(coordinator_client, address)
    assert Dossier.objects.exists()


@pytest.mark.parametrize("model", [Dossier, EmployerInterest, Employer, Placement])
def test_no_list_has_wagtails_select_all(coordinator_client, model):
    make_placement()
    page = raw(coordinator_client.get(url(model, "list")))
    assert 'name="id" value="all"' in page
    assert "data-bulk-action" not in page and "bulk-actions.js" not in page


def test_an_empty_selection_is_refused_with_a_message(coordinator_client):
    make_dossier()
    assert "Vink eerst een regel aan" in text(coordinator_client.get(bulk_delete_url(Dossier), follow=True))


def test_all_selects_no_invisible_record(coordinator_client):
    make_sign_up()
    hidden = make_sign_up(status=InterestStatus.UNCONFIRMED)
    confirm(coordinator_client, bulk_delete_url(EmployerInterest, id="all"))
    assert list(EmployerInterest.objects.all()) == [hidden]
    assert coordinator_client.get(bulk_delete_url(EmployerInterest, id=hidden.pk)).status_code == 404


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
@pytest.mark.parametrize(("model", "make"), [(Dossier, make_dossier), (Employer, make_employer)])
def test_other_users_can_not_delete_or_see_names(as_user, request, role, model, make):
    record = make()
    client = as_user(request.getfixturevalue(role))
    for address in (
        bulk_delete_url(model, id=record.pk),
        bulk_delete_url(model, id="all"),
        url(model, "delete", record.pk),
    ):
        for response in (client.get(address), client.post(address)):
            assert response.status_code in (302, 403, 404)
            assert record.heading not in text(response)
            assert str(record) not in text(response)
    assert model.objects.filter(pk=record.pk).exists()


def delete_records(client, records, many: bool):
    """Delete rows of an editable list, one on its own page or many by selection."""
    model = type(records[0])
    address = (
        bulk_delete_url(model, id=[record.pk for record in records]) if many else url(model, "delete", records[0].pk)
    )
    return client.post(address, follow=True)


@pytest.mark.parametrize("many", [False, True])
def test_a_sector_of_an_evaluation_is_not_deleted(coordinator_client, many):
    used_record, unused_record = Sector.objects.all()[:2]
    Evaluation.objects.create(title="Zorg", sector=used_record)
    page = delete_records(coordinator_client, [used_record, unused_record] if many else [used_record], many)
    assert page.status_code == 200 and "nog in gebruik: 1 evaluatie." in text(page)
    assert "verwijderd." not in text(page)
    assert set(Sector.objects.all()) >= {used_record, unused_record}


@pytest.mark.parametrize("many", [False, True])
def test_an_organisation_with_supplies_is_not_deleted(coordinator_client, many):
    used_record = Organisation.objects.first()
    for _number in range(2):
        Supply.objects.create(dossier=make_dossier(), organisation=used_record)
    Evaluation.objects.create(title="Eén partner", organisation=used_record)
    ImportRun.objects.create(record=RecordKind.DOSSIERS, organisation=used_record, file_name="lijst.xlsx")
    page_text = text(delete_records(coordinator_client, [used_record], many))
    assert "1 evaluatie, 1 import en 2 aanleveringen" in page_text
    assert Organisation.objects.filter(pk=used_record.pk).exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_category_with_findings_is_not_deleted(coordinator_client, coordinator, many):
    finding = make_finding("taal")
    finding.save()
    assert "nog in gebruik: 1 " in text(delete_records(coordinator_client, [finding.category], many))
    assert FindingCategory.objects.filter(pk=finding.category_id).exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_row_whose_records_would_silently_lose_it_is_not_deleted(coordinator_client, many):
    sector, chosen = Sector.objects.all()[:2]
    reason = ClosingReason.objects.filter(side="candidate").first()
    Employer.objects.create(company_name="Bakkerij", sector=sector)
    make_dossier().sectors.add(chosen)
    Dossier.objects.update(closing_reason=reason)
    for row, words in ((sector, "1 werkgever"), (chosen, "1 dossier"), (reason, "1 dossier")):
        page = text(coordinator_client.get(url(type(row), "delete", row.pk), follow=True))
        assert f"nog in gebruik: {words}" in page and "Ja, verwijderen" not in page
        assert "keer gebruikt" not in text(coordinator_client.get(url(type(row), "edit", row.pk)))
        assert f"nog in gebruik: {words}" in text(delete_records(coordinator_client, [row], many))
        assert type(row).objects.filter(pk=row.pk).exists()
    profile = ImportProfile.objects.create(name="Lijst", record=RecordKind.DOSSIERS)
    ImportRun.objects.create(record=RecordKind.DOSSIERS, file_name="lijst.xlsx", profile=profile)
    delete_records(coordinator_client, [profile], many)
    assert not ImportProfile.objects.exists()  # it is not needed once its list is imported


@pytest.mark.parametrize("many", [False, True])
def test_an_unused_sector_is_deleted(coordinator_client, many):
    sector = Sector.objects.create(name="Ruimtevaart")
    page = text(coordinator_client.get(url(Sector, "delete", sector.pk)))
    assert "Ja, verwijderen" in page and "0 plaatsen" not in page
    delete_records(coordinator_client, [sector], many)
    assert not Sector.objects.filter(pk=sector.pk).exists()


def test_deletion_asks_whether_to_remove_the_name_from_each_text(coordinator_client):
    dossier, other = make_dossier(given_name="Selam", family_name="Haile"), make_dossier(family_name="Berhe")
    replaced_contact, kept_contact = (make_contact(employer=make_employer()) for _number in range(2))
    ContactMoment.objects.filter(pk=replaced_contact.pk).update(text="Selam Haile begint maandag. Verder niets.")
    ContactMoment.objects.filter(pk=kept_contact.pk).update(text="Selam van de receptie gesproken.")
    address = url(Dossier, "delete", dossier.pk)
    response = coordinator_client.get(address)
    assert "Selam Haile begint maandag." in text(response) and "Verder niets" not in text(response)
    keys = {mention.pk: mention.key for mention in response.context["form"].mentions}
    answer = {keys[replaced_contact.pk]: "replace"}
    assert "Kies: gaat de naam uit deze tekst weg, of blijft hij?" in text(coordinator_client.post(address, answer))
    assert (
        "Haile" in ContactMoment.objects.get(pk=replaced_contact.pk).text
        and Dossier.objects.filter(pk=dossier.pk).exists()
    )
    many = bulk_delete_url(Dossier, id=[dossier.pk, other.pk])
    page = coordinator_client.get(many)
    assert "Verwijder deze apart" in text(page) and f'href="{address}"' in raw(page)
    confirm(coordinator_client, many)
    assert list(Dossier.objects.all()) == [dossier]
    coordinator_client.post(address, answer | {keys[kept_contact.pk]: "keep"})
    assert not Dossier.objects.exists()
    texts = set(ContactMoment.objects.values_list("text", flat=True))
    assert texts == {"… begint maandag. Verder niets.", "Selam van de receptie gesproken."}


LOST = "Dit komt niet terug als u het ongedaan maakt"


def test_the_page_says_before_a_deletion_what_does_not_come_back(coordinator_client, tmp_path):
    Lists(tmp_path).apply(PERSON)
    dossier, unknown = Dossier.objects.get(), make_dossier()
    assert LOST not in text(coordinator_client.get(url(Dossier, "delete", unknown.pk)))
    page = text(coordinator_client.get(url(Dossier, "delete", dossier.pk)))
    copies = "De kopieën die van de imports hieronder zijn bewaard, en regels daarvan die niet zijn geïmporteerd."
    assert f"{LOST} {copies}" in page and "Is dit dossier een vergissing?" not in page
    many = text(coordinator_client.get(bulk_delete_url(Dossier, id=[dossier.pk, unknown.pk])))
    assert "De kopieën, en regels die niet zijn geïmporteerd, komen dan niet terug." in many
    ContactMoment.objects.create(employer=make_employer(), text="Selam Haile belde.")
    response = coordinator_client.get(url(Dossier, "delete", dossier.pk))
    assert "Is dit dossier een vergissing? Kies dan “Laten staan”." in text(response) and copies in text(response)
    assert "Waar al iets gekozen is" not in text(response)
    (mention,) = response.context["form"].mentions
    assert response.context["form"][mention.key].initial is None, "what can't be restored is not chosen beforehand"


def test_the_page_says_that_a_name_goes_from_texts_that_the_user_may_not_see(coordinator_client, make_user):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    view = SavedView.objects.create(name="Voor Selam Haile", kind="dossier", owner=make_user("collega"))
    assert "Teksten over anderen" not in (page := text(coordinator_client.get(url(Dossier, "delete", dossier.pk))))
    assert f"{LOST} De volledige naam in teksten die u niet mag zien" in page
    coordinator_client.post(url(Dossier, "delete", dossier.pk))
    view.refresh_from_db()
    assert view.name == "Voor …"


@pytest.mark.parametrize("model", [ContactMoment, Dossier, Employer])
def test_the_history_of_another_record_says_that_a_name_was_removed(coordinator_client, coordinator, model):
    dossier, other = make_dossier(given_name="Selam", family_name="Haile"), make_dossier(notes="Broer: Selam Haile.")
    record = {
        Dossier: lambda: other,
        Employer: lambda: make_employer(city="Selam Haile"),
        ContactMoment: lambda: ContactMoment.objects.create(dossier=other, text="Selam Haile belde."),
    }[model]()
    address = url(Dossier, "delete", dossier.pk)
    mentions = coordinator_client.get(address).context["form"].mentions
    coordinator_client.post(address, {mention.key: "replace" for mention in mentions})
    reason = "De naam van een verwijderde persoon is weggehaald"
    step = record.history.latest("history_id")
    assert (step.history_change_reason, step.history_user) == (reason, coordinator)
    assert reason in text(coordinator_client.get(url(Dossier, "history", other.pk)))
    assert reason in text(coordinator_client.get(url(model, "history", record.pk)))
    if model is not ContactMoment:
        assert reason in text(coordinator_client.get(url(model, "inspect", record.pk)))


def test_a_text_that_keeps_the_name_has_nothing_in_its_history(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    moment = ContactMoment.objects.create(employer=make_employer(), text="Selam Haile belde.")
    address = url(Dossier, "delete", dossier.pk)
    (mention,) = coordinator_client.get(address).context["form"].mentions
    coordinator_client.post(address, {mention.key: "keep"})
    assert moment.history.count() == 1
    assert "weggehaald" not in text(coordinator_client.get(url(ContactMoment, "history", moment.pk)))


@pytest.mark.parametrize("many", [False, True])
def test_deletion_removes_only_the_lines_of_the_person_from_imports(coordinator_client, tmp_path, many):
    lists = Lists(tmp_path)
    other = {"Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1991"}
    applied = lists.apply(PERSON, other)
    dossier = Dossier.objects.get(family_name="Haile")
    duplicate = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=dossier.date_of_birth)
    waiting = None if many else lists.preview(PERSON, other | {"Beroep": "kok"})
    address = bulk_delete_url(Dossier, id=[duplicate.pk]) if many else url(Dossier, "delete", duplicate.pk)
    confirm(coordinator_client, address) if many else coordinator_client.post(address, {"discard": "on"})
    assert applied.rows.count() == 2, "the line belongs to the dossier that it made"
    address = bulk_delete_url(Dossier, id=[dossier.pk]) if many else url(Dossier, "delete", dossier.pk)
    page = text(coordinator_client.get(address))
    if waiting:
        assert applied.file_name in page and "regels over deze persoon" in page
        assert f"{waiting.file_name}" in page and "regel 2" in page
        assert f"{LOST} De regels over deze persoon in lijsten die niet klaar zijn." in page
        assert (
            "Vink dit aan" in text(coordinator_client.post(address)) and Dossier.objects.filter(pk=dossier.pk).exists()
        )
        coordinator_client.post(address, {"discard": "on"})
        waiting.refresh_from_db()
        assert [row.given["family_name"] for row in waiting.rows.all()] == ["Said"]
        with gzip.open(waiting.clean_copy.open("rb"), "rt") as copy:
            assert "Haile" not in (lines := copy.read()) and "Said" in lines
    else:
        assert "regels over deze personen" in page
        confirm(coordinator_client, address)
    assert list(Dossier.objects.values_list("family_name", flat=True)) == ["Said"]
    applied.refresh_from_db()
    assert [row.given["family_name"] for row in applied.rows.all()] == ["Said"] and not applied.clean_copy


@pytest.mark.parametrize("many", [False, True])
def test_deleting_an_employer_names_the_lists_with_its_contact_and_clears_them(
    coordinator_client, tmp_path, settings, many
):
    lists = Lists(tmp_path)
    other = JOB | {"Bedrijf": "Bakkerij", "KvK": "", "E-mail": "bo@bakkerij.example"}
    applied = lists.apply(JOB, JOB | {"Werk": "Snoeien"}, other, **INTERESTS)
    waiting = lists.preview(JOB | {"Plekken": "9"}, **INTERESTS)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    employer = Employer.objects.get(company_name="Kwekerij")
    address = bulk_delete_url(Employer, id=[employer.pk]) if many else url(Employer, "delete", employer.pk)
    page = text(coordinator_client.get(address))
    if many:
        assert "De regels over deze werkgevers" in page
    else:
        assert "Imports waarin deze werkgever staat 2" in page
        assert applied.file_name in page and waiting.file_name in page
    confirm(coordinator_client, address) if many else coordinator_client.post(address)
    applied.refresh_from_db()
    assert [row.given["email"] for row in ImportRow.objects.all()] == ["bo@bakkerij.example"]
    assert applied.forgotten_rows == 1 and not applied.clean_copy
    assert find_in_files(settings.MEDIA_ROOT, ["an@kwekerij.example"]) == []
    assert "1 werkgever in deze import is verwijderd" in text(
        coordinator_client.get(reverse("dossiers_import", args=[applied.pk]))
    )


@pytest.mark.parametrize("many", [False, True])
def test_the_lines_of_an_employer_come_back_with_it(coordinator_client, tmp_path, many):
    run = Lists(tmp_path).apply(JOB, JOB | {"Werk": "Snoeien"}, **INTERESTS)
    EmployerInterest.objects.all().delete()
    employer = Employer.objects.get()
    address = bulk_delete_url(Employer, id=[employer.pk]) if many else url(Employer, "delete", employer.pk)
    confirm(coordinator_client, address) if many else coordinator_client.post(address)
    assert not run.rows.exists()
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    run.refresh_from_db()
    assert run.rows.count() == 2 and run.forgotten_rows == 0
    assert undo_import(run).state == ImportRun.State.UNDONE and not Employer.objects.exists()


def test_an_import_that_was_undone_meanwhile_left_the_employer_that_comes_back(coordinator_client, tmp_path):
    other = JOB | {"Bedrijf": "Bakkerij", "KvK": "", "E-mail": "bo@bakkerij.example"}
    run = Lists(tmp_path).apply(JOB, other, **INTERESTS)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    coordinator_client.post(url(Employer, "delete", Employer.objects.get(company_name="Kwekerij").pk))
    undo_import(run)
    address = reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk])
    assert "Wat die heeft ingevuld, komt mee terug en blijft staan." in text(coordinator_client.get(address))
    coordinator_client.post(address)
    assert Employer.objects.get().company_name == "Kwekerij"
    assert coordinator_client.get(reverse("dossiers_import", args=[run.pk])).status_code == 200


def test_a_person_in_an_unfinished_list_is_not_deleted_unseen(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON)
    dossier, waiting = Dossier.objects.get(), lists.preview(PERSON | {"Beroep": "kok"})
    many = bulk_delete_url(Dossier, id=[dossier.pk])
    assert "Verwijder deze apart" in text(coordinator_client.get(many))
    confirm(coordinator_client, many)
    ImportRun.objects.filter(pk=waiting.pk).update(state=ImportRun.State.APPLYING)
    for response in (
        coordinator_client.get(address := url(Dossier, "delete", dossier.pk), follow=True),
        coordinator_client.post(address, follow=True),
    ):
        assert f"import {waiting.pk}" in text(response)
    assert Dossier.objects.exists() and waiting.rows.exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_person_who_is_only_absent_from_lists_is_deleted_and_these_keep_their_copy(
    coordinator_client, tmp_path, many
):
    lists, sent_by_partner = Lists(tmp_path), {"by_partner": True, "with_partner": True}
    first = lists.apply(PERSON | {"Extern nummer": "P1"})
    dossier, other = Dossier.objects.get(), {"Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1991"}
    others = lists.apply(other | {"Extern nummer": "P2"}), lists.preview(other, **sent_by_partner)
    assert all(run.rows.filter(action="absent").exists() for run in others)
    address = bulk_delete_url(Dossier, id=[dossier.pk]) if many else url(Dossier, "delete", dossier.pk)
    page = text(coordinator_client.get(address))
    if many:
        assert "Verwijder deze apart" not in page
        confirm(coordinator_client, address)
    else:
        assert "Imports waarin deze persoon staat 1" in page
        coordinator_client.post(address)
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    first.refresh_from_db()
    assert not first.clean_copy
    for run in others:
        run.refresh_from_db()
        assert run.clean_copy and not run.rows.filter(action="absent").exists()


def test_a_text_added_meanwhile_is_asked_about_before_deletion(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile")
    address = url(Dossier, "delete", dossier.pk)
    assert coordinator_client.get(address).context["form"].mentions == []
    make_contact(employer=make_employer(contact_name="Selam Haile"))
    ContactMoment.objects.update(text="Selam Haile belde.")
    assert "Selam Haile belde." in text(coordinator_client.post(address))
    assert Dossier.objects.exists()


def test_more_dossiers_than_can_be_searched_for_are_not_deleted_at_once(coordinator_client, monkeypatch):
    monkeypatch.setattr(deletion, "MAX_DOSSIERS", 2)
    address = bulk_delete_url(Dossier, id=[make_dossier().pk for _number in range(3)])
    assert "Ten hoogste 2 dossiers" in text(coordinator_client.get(address))
    coordinator_client.post(address)
    assert Dossier.objects.count() == 3
