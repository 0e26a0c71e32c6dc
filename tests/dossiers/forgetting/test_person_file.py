"""The file with all data of a person has no data of others, and its export is logged."""

import io
import json
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.urls import reverse

from access_log.models import AccessLogEntry
from dossiers.backoffice.forgetting.person_history import RECORD_FIELDS
from dossiers.forgetting.anonymize import FORGOTTEN, anonymize_dossier
from dossiers.forgetting.retention_map import DELETED_WITH_DOSSIER, PERSON_MODELS
from dossiers.models import (
    CandidateLink,
    ClosingReason,
    ContactMoment,
    Dossier,
    EmployerInterest,
    Expense,
    Finding,
    FollowUp,
    ImportRun,
    KeptLonger,
    Organisation,
    OwnField,
    Placement,
    RuleCode,
    Status,
    Step,
    Supply,
)
from dossiers.models.placements.placement_steps import record_agreement, record_shared_data

from ..backoffice.pages import raw, text, url
from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from ..models.test_activity import make_finding
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import undo_import


@pytest.fixture
def filled_dossier(base_data, tmp_path, coordinator) -> Dossier:
    row = {"Extern nummer": "P77", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    Lists(tmp_path).apply(row, {**row, "Extern nummer": "P78", "Voornaam": "Omar", "Achternaam": "Said"})
    dossier = Dossier.objects.get(given_name="Selamawit")
    merge_dossiers(dossier, make_dossier(given_name="Selam", profession="bakker"), coordinator)
    able = make_ready_dossier()
    for name in ("status", "expectation_talk_on", "privacy_notice_on", "application_date", "in_reception"):
        setattr(dossier, name, getattr(able, name))
    dossier.document_expires_on = able.document_expires_on
    dossier.save()
    employer = make_employer(company_name="Kas aan de Vaart", contact_name="Henk de Fictie", email="henk@example.org")
    placement = make_placement(Step.INTERVIEW, dossier, make_interest(employer=employer))
    ContactMoment.objects.create(placement=placement, text="Belde over de fiets", held_on=today())
    make_finding(dossier=dossier, description="Geen bus om zes uur").save()
    FollowUp.objects.create(dossier=dossier, text="Fiets regelen", due_on=today())
    Expense.objects.create(dossier=dossier, category="guidance", description="Taalles", amount=1040)
    return Dossier.objects.get(pk=dossier.pk)


EVERYTHING = (
    *("Selamawit", "12-03-1990", "P77", "AZC Luttelgeest", "Kas aan de Vaart", "Belde over de fiets"),
    *(
        "Geen bus om zes uur",
        "Fiets regelen",
        "Taalles",
        "€ 1.040,00",
        "bakker",
        "lijst-1.csv, regel 2",
        "kennismaking",
    ),
)
OF_OTHERS = ("Henk de Fictie", "henk@example.org", "Omar", "P78")


def address(dossier: Dossier, format: str = "html") -> str:
    return reverse("dossiers_person_file", args=[dossier.pk, format])


def test_the_lines_of_lists_say_what_became_of_the_list(coordinator_client, base_data, tmp_path, coordinator):
    row = {"Extern nummer": "P77", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    lists = Lists(tmp_path)
    lists.apply(row)
    undo_import(lists.apply(row | {"Beroep": "kok"}), coordinator)
    lists.preview(row | {"Beroep": "bakker"})
    page = text(coordinator_client.get(address(Dossier.objects.get())))
    parts = page.split(" Regels van lijsten ")[1]
    assert "lijst-1.csv, regel 2 · verwerkt" in parts and "lijst-2.csv, regel 2 · ongedaan gemaakt" in parts
    assert "lijst-3.csv, regel 2 · klaar om te controleren" in parts


def test_the_file_names_lists_that_were_not_taken_over_and_may_hold_the_person(coordinator_client, base_data, tmp_path):
    row = {"Extern nummer": "P77", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    lists, title = Lists(tmp_path), "Lijsten die nog niet klaar zijn en deze persoon kunnen bevatten"
    lists.apply(row)
    dossier = Dossier.objects.get()
    assert page_part(coordinator_client, dossier, title).startswith("Niets.")
    lists.preview(row | {"Extern nummer": "P78", "Voornaam": "Selamawt", "Beroep": "kelner"})
    runs = [lists.preview(row), lists.preview(row | {"Voornaam": "Omar", "Achternaam": "Said"}), lists.preview(row)]
    ImportRun.objects.filter(pk__in=[run.pk for run in runs]).update(state=ImportRun.State.ASKING)
    ImportRun.objects.filter(pk=runs[2].pk).update(clean_copy="")
    part = page_part(coordinator_client, dossier, title).split(" Samengevoegd ")[0]
    assert "lijst-2.csv, regel 2 · klaar om te controleren kan over deze persoon gaan" in part
    assert "kelner" not in part and "lijst-4.csv" not in part
    assert "lijst-3.csv · wacht op een antwoord bevat de naam van deze persoon of van een naamgenoot" in part
    assert "lijst-5.csv · wacht op een antwoord is nog niet gelezen: wie erin staat, is niet bekend" in part


def page_part(client, dossier: Dossier, title: str) -> str:
    """Return the text of the section with this title."""
    return text(client.get(address(dossier))).split(f" {title} ")[1].split(" Brieven met een link ")[0]


def test_the_file_contains_all_data_of_the_person_and_no_data_of_others(filled_dossier, coordinator_client):
    page = text(coordinator_client.get(address(filled_dossier)))
    assert [phrase for phrase in EVERYTHING if phrase not in page] == []
    assert [phrase for phrase in OF_OTHERS if phrase in page] == []


def test_the_days_of_a_supply_are_those_on_which_it_was_taken_over(filled_dossier, coordinator_client):
    days = {"first_seen": datetime(2026, 3, 2, tzinfo=UTC), "last_seen": datetime(2026, 5, 4, tzinfo=UTC)}
    filled_dossier.supplies.update(**days)
    page = text(coordinator_client.get(address(filled_dossier)))
    assert "voor het eerst overgenomen op 02-03-2026, voor het laatst op 04-05-2026" in page


def test_the_file_has_the_history_of_a_merged_dossier_and_who_looked_at_it(base_data, coordinator, coordinator_client):
    OwnField.objects.create(record="dossiers", label="Schoenmaat", key="own_size", kind=OwnField.Kind.TEXT)
    stays, other = (
        make_dossier(given_name="Selam"),
        make_dossier(given_name="Selamawit", location="Geheimstad", languages=["ti"]),
    )
    other.location, other.extra = "Ens", {"own_size": "40"}
    other.save()
    coordinator_client.get(url(Dossier, "inspect", other.pk))
    merge_dossiers(stays, other, coordinator)
    page = text(coordinator_client.get(address(stays)))
    assert "Verblijfplaats: Geheimstad → Ens" in page and "Schoenmaat: 40" in page and "own_" not in page
    assert "Talen: Tigrinya" in page and "Status: aangemeld" in page
    assert AccessLogEntry.objects.filter(about=other.reference).count() == 1
    assert "bekeek" in page[page.index("Wie heeft gekeken") :]


def test_the_file_has_each_time_that_an_employer_was_told(base_data, coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas aan de Vaart"))
    placement = record_agreement(make_placement(interest=interest, begun=9), days_ago(9))
    title = "Wat werkgevers te horen kregen"
    assert page_part(coordinator_client, placement.dossier, title).startswith("Niets.")
    for day, profession in ((days_ago(8), "kelner"), (days_ago(4), "kok")):
        record_shared_data(placement, {"profession": profession}, day)
    assert page_part(coordinator_client, placement.dossier, title).startswith(
        f"{days_ago(4):%d-%m-%Y} Kas aan de Vaart. Beroep kok {days_ago(8):%d-%m-%Y} Kas aan de Vaart. Beroep kelner"
    )


def test_the_file_says_why_a_placement_ended(base_data, coordinator_client):
    reason = ClosingReason.objects.filter(side="placement").first()
    placement = make_placement(Step.ENDED)
    Placement.objects.filter(pk=placement.pk).update(end_reason=reason)
    assert f"Reden van het einde {reason.name}" in text(coordinator_client.get(address(placement.dossier)))


def test_the_file_has_what_a_report_said_before_it_was_changed(base_data, coordinator_client):
    dossier, other = make_dossier(), make_dossier()
    contact = ContactMoment.objects.create(dossier=dossier, text="Was ziek", held_on=today())
    contact.text = "Belde af"
    contact.save()
    page = text(coordinator_client.get(address(dossier)))
    assert "Waarover: Was ziek → Belde af" in page
    assert "Was ziek" not in text(coordinator_client.get(address(other)))


def test_the_file_has_reports_that_were_deleted(base_data, coordinator_client):
    dossier = make_dossier()
    contact = ContactMoment.objects.create(dossier=dossier, text="Wil liever niet", held_on=today())
    assert page_part(coordinator_client, dossier, "Eerdere en verwijderde teksten") == "Niets."
    coordinator_client.post(url(ContactMoment, "delete", contact.pk))
    part = page_part(coordinator_client, dossier, "Eerdere en verwijderde teksten")
    assert "Waarover: Wil liever niet" in part and "Verwijderd" in part


def test_the_file_has_no_version_of_a_report_from_when_it_was_about_somebody_else(base_data, coordinator_client):
    dossier, other = make_dossier(), make_dossier()
    contact = ContactMoment.objects.create(dossier=other, text="Ging over de ander", held_on=today())
    contact.text = "Over de ander"
    contact.save()
    contact.dossier, contact.text = dossier, "Over deze"
    contact.save()
    contact.text = "Nog over deze"
    contact.save()
    page = text(coordinator_client.get(address(dossier)))
    assert "Waarover: Over deze → Nog over deze" in page and "ver de ander" not in page
    page = text(coordinator_client.get(address(other)))
    assert "ver deze" not in page and "ver de ander" not in page


def test_the_file_has_nothing_of_somebody_who_was_merged_by_mistake(base_data, coordinator, coordinator_client):
    reza, hawa = make_dossier(given_name="Reza"), make_dossier(given_name="Hawa")
    contact = ContactMoment.objects.create(dossier=hawa, text="Hawa komt in januari", held_on=today())
    merge = merge_dossiers(reza, hawa, coordinator)
    contact.refresh_from_db()
    contact.text = "Hawa komt in februari"
    contact.save()
    undo_merge(merge, coordinator)
    assert "Hawa komt" not in text(coordinator_client.get(address(reza)))
    page = text(coordinator_client.get(address(hawa)))
    assert "Waarover: Hawa komt in januari → Hawa komt in februari" in page


def test_what_was_changed_between_a_merge_and_its_undo_is_shown_with_who_and_when(
    base_data, coordinator, coordinator_client, admin_user
):
    reza, hawa = make_dossier(given_name="Reza"), make_dossier(given_name="Hawa", phone="+31688880000")
    contact = ContactMoment.objects.create(dossier=hawa, text="Komt in januari", held_on=today())
    action = FollowUp.objects.create(dossier=hawa, text="Bellen", due_on=today())
    merge = merge_dossiers(reza, hawa, coordinator)
    for record, name, value in ((contact, "text", "Komt in maart"), (action, "text", "Mailen")):
        record.refresh_from_db()
        setattr(record, name, value)
        record._history_user = admin_user
        record.save()
    reza.refresh_from_db()
    reza.phone, reza.profession, reza._history_user = "+31611000006", "kok", admin_user
    reza.save()
    undo_merge(merge, coordinator)
    page = text(coordinator_client.get(address(reza)))
    assert f"Gewijzigd · {admin_user.username} Telefoon: niet getoond → 06 11000006; Beroep: kok" in page
    assert "06 88880000" not in page
    part = page_part(coordinator_client, hawa, "Eerdere en verwijderde teksten")
    changes = (
        f"Actie. Gewijzigd · {admin_user.username} Wat te doen: Bellen → Mailen",
        f"Contactmoment. Gewijzigd · {admin_user.username} Waarover: Komt in januari → Komt in maart",
    )
    assert [change for change in changes if change not in part] == [] and "ongedaan" not in part
    assert part.index(changes[0]) < part.index(changes[1])  # the last first


def test_a_correction_after_an_undone_merge_shows_nothing_of_the_other_person(
    base_data, coordinator, coordinator_client
):
    nadia = make_dossier(given_name="Nadia", phone="+31611000006", notes="Rijdt fiets")
    amina = make_dossier(given_name="Amina", phone="+31688880000", notes="Over Amina")
    nadia.location = "Ens"
    nadia.save()
    merge = merge_dossiers(nadia, amina, coordinator)
    nadia = Dossier.objects.get(pk=nadia.pk)
    nadia.phone, nadia.notes = "+31688880000", f"{nadia.notes}\nAmina heeft een baby"
    nadia.save()
    undo_merge(merge, coordinator)
    nadia = Dossier.objects.get(pk=nadia.pk)
    nadia.phone, nadia.notes = "+31611000006", "Rijdt fiets\nKan om acht uur"
    nadia.save()
    page = text(coordinator_client.get(address(nadia)))
    assert "06 88880000" not in page and "Amina" not in page.replace(amina.reference, "")
    assert "Telefoon: niet getoond → 06 11000006" in page and "Verblijfplaats: Ens" in page


def test_the_file_says_who_recorded_each_talk_finding_action_and_cost(filled_dossier, coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Ilse", "Voorbeeld"
    coordinator.save()
    page = text(coordinator_client.get(address(filled_dossier)))
    assert "vastgelegd door" not in page.casefold(), "no user recorded these"
    ContactMoment.objects.update(user=coordinator)
    for model in (Finding, FollowUp, Expense, Placement):
        model.history.filter(history_type="+").update(history_user=coordinator)
    page = text(coordinator_client.get(address(filled_dossier)))
    assert "Gesprek · vastgelegd door Ilse Voorbeeld Belde over de fiets" in page
    assert "belemmering: Taal. Vastgelegd door Ilse Voorbeeld" in page
    assert "Fiets regelen · vastgelegd door Ilse Voorbeeld open" in page
    assert "Taalles · vastgelegd door Ilse Voorbeeld € 1.040,00" in page
    assert "P-2026-0001: Kas aan de Vaart. Vastgelegd door Ilse Voorbeeld" in page


def test_what_a_rule_an_employer_or_the_person_recorded_has_no_name_of_a_user(
    base_data, coordinator_client, coordinator
):
    dossier = make_dossier()
    action = FollowUp.objects.create(dossier=dossier, text="Let op", due_on=today(), rule=RuleCode.WORK_RIGHT_LOST)
    make_finding(dossier=dossier, by_employer=True).save()
    ContactMoment.objects.create(dossier=dossier, kind=ContactMoment.Kind.OWN_PAGE, text="Zelf", held_on=today())
    action.history.update(history_user=coordinator)
    page = text(coordinator_client.get(address(dossier)))
    assert "Let op · vastgelegd door het systeem open" in page and "Eigen pagina Zelf" in page
    assert "Taal. Vastgelegd door de werkgever" in page


def test_a_user_has_the_full_name_in_each_part_of_the_file(base_data, coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Ilse", "Voorbeeld"
    coordinator.save()
    dossier, other = make_dossier(coordinator=coordinator), make_dossier(coordinator=coordinator)
    merge_dossiers(dossier, other, coordinator)
    KeptLonger.objects.create(dossier=dossier, until=today(), reason="Klacht", user=coordinator)
    CandidateLink.make(dossier, coordinator)
    AccessLogEntry.objects.create(user_name="vertrokken", what="read", about=dossier.reference)
    coordinator_client.get(address(dossier))
    page = text(coordinator_client.get(address(dossier)))
    assert "Begeleider: Ilse Voorbeeld" in page and coordinator.username not in page
    assert f"tot en met {today():%d-%m-%Y} · vastgelegd door Ilse Voorbeeld Klacht" in page
    assert "gemaakt · Ilse Voorbeeld" in page
    looks = page.split(" Wie heeft gekeken ")[1]
    assert "Ilse Voorbeeld" in looks and "vertrokken bekeek" in looks


def test_an_external_number_stands_once_in_what_an_organisation_supplied(filled_dossier, coordinator_client):
    title = "Wat organisaties aanleverden"
    part = page_part(coordinator_client, filled_dossier, title).split(" Gesprekken, ")[0]
    assert part.count("P77") == 1
    filled_dossier.supplies.update(external_id="P79")
    part = page_part(coordinator_client, filled_dossier, title).split(" Gesprekken, ")[0]
    assert "Extern nummer P79" in part and "Extern nummer P77" in part


def mentions_address(dossier: Dossier) -> str:
    return reverse("dossiers_person_mentions", args=[dossier.pk])


def test_the_file_says_that_texts_about_others_are_not_in_it(base_data, coordinator_client):
    page = raw(coordinator_client.get(address(dossier := make_dossier())))
    assert "een verslag over een ander" in page and mentions_address(dossier) in page


def test_sentences_that_name_somebody_else_with_a_dossier_are_shown_before_the_file_is_handed_over(
    base_data, coordinator_client, coordinator
):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan")
    make_dossier(given_name="Omar", family_name="Farahsan")
    make_dossier(given_name=coordinator.first_name or "Demo", family_name="Selam")
    report = "Kwam met de bus. Rijdt mee met Omar Farahsan naar Ens. Selam heeft een fiets."
    contact = ContactMoment.objects.create(dossier=selam, text=report, held_on=today())
    page = raw(coordinator_client.get(address(selam)))
    notice, paper = page.split("</nav>")
    assert "Lees dit voordat u het meegeeft" in notice and "not-printed" in notice
    assert "<td>Rijdt mee met <mark>Omar Farahsan</mark> naar Ens." in notice
    assert notice.count("<mark>") == 1, "neither the own name nor that of the coordinator"
    anchor = re.search(r'href="#(line-\d+-\d+)"', notice)[1]
    assert contact.text in re.search(rf'<tr id="{anchor}"[^>]*>(.*?)</tr>', paper, re.S)[1]


def test_a_name_that_is_typed_without_capitals_is_shown_too(base_data, coordinator_client):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan", profession="bakker")
    make_dossier(given_name="Rojhat", family_name="Bakker")
    ContactMoment.objects.create(dossier=selam, text="werkt als bakker. reist met rojhat mee.", held_on=today())
    notice, _paper = raw(coordinator_client.get(address(selam))).split("</nav>")
    assert "<td>reist met <mark>rojhat</mark> mee." in notice and notice.count("<mark>") == 1


def test_without_other_names_no_sentence_is_shown_to_read_first(base_data, coordinator_client):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan", profession="bakker")
    make_dossier(given_name="Omar", family_name="Bakker")
    ContactMoment.objects.create(dossier=selam, text="Is bakker, Omars zwager niet.", held_on=today())
    page = raw(coordinator_client.get(address(selam)))
    assert page.count("<mark>") == 1 and "<mark>Omars</mark>" in page
    ContactMoment.objects.all().delete()
    page = text(coordinator_client.get(address(make_dossier(given_name="Yonas", family_name="Testa"))))
    assert "In deze zinnen van het overzicht" not in page
    assert "Gezocht is naar namen van mensen met een dossier en van contactpersonen" in page
    assert "Naar anderen, zoals familie of een collega, is niet gezocht." in page


def list_marked(client, dossier: Dossier) -> list[str]:
    """Return what is marked in the sentences to read before the file of a person is handed over."""
    notice, paper = raw(client.get(address(dossier))).split("</nav>")
    assert "<mark>" not in paper
    return re.findall(r"<mark>(.*?)</mark>", notice)


def test_a_contact_of_an_employer_in_a_text_is_shown_before_the_file_is_handed_over(base_data, coordinator_client):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan")
    employer = make_employer(contact_name="Dhr. Piet de Qwint")
    EmployerInterest.objects.create(contact_given={"contact_name": "Wil Zuurveld"})
    note = "Piet de Qwint belde. Volgens de Qwint gaat het goed. Selam werkt hard."
    ContactMoment.objects.create(dossier=selam, text=note, held_on=today())
    assert list_marked(coordinator_client, selam) == ["Piet de Qwint", "de Qwint"]
    employer.contact_name = "Karin Obbel"
    employer.save()
    ContactMoment.objects.create(dossier=selam, text="Wil werken. Gesprek met Wil en Karin.", held_on=today())
    marked = list_marked(coordinator_client, selam)
    assert sorted(marked) == ["Karin", "Piet de Qwint", "Wil", "de Qwint"], "also who is the contact no more"


def test_a_forgotten_contact_and_the_company_of_a_placement_are_no_names_to_read_first(base_data, coordinator_client):
    employer = make_employer(company_name="Kas Qwint en zonen", contact_name="Piet Qwint")
    make_employer(contact_name=str(FORGOTTEN))
    selam = make_placement(interest=make_interest(employer=employer)).dossier
    ContactMoment.objects.create(dossier=selam, text="Is de afspraak vergeten.", held_on=today())
    assert list_marked(coordinator_client, selam) == []
    ContactMoment.objects.create(dossier=selam, text="Bij Kas Qwint en zonen sprak ik Qwint.", held_on=today())
    assert list_marked(coordinator_client, selam) == ["Qwint"]


def test_addresses_and_numbers_of_others_are_shown_before_the_file_is_handed_over(
    base_data, coordinator_client, coordinator
):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan", email="selam@example.org", phone="+31612345674")
    make_employer(contact_name="Piet Qwint")
    note = "Mail piet.qwint@kas.example of bel 0527-123456 (of 06 12 34 56 75). Afspraak 04-12-2026 10:00."
    ContactMoment.objects.create(dossier=selam, text=note, held_on=today())
    assert list_marked(coordinator_client, selam) == ["piet.qwint@kas.example", "0527-123456", "06 12 34 56 75"]


def test_the_own_address_and_number_of_a_person_are_not_to_read_first(base_data, coordinator_client, coordinator):
    selam = make_dossier(given_name="Selam", email="oud@example.org", phone="+31612345674")
    selam.email, selam.phone = "selam.qwint@example.org", "+31612345676"
    selam.save()
    make_employer(contact_name="Piet Qwint")
    note = f"Bereikbaar op Selam.Qwint@example.org, 06-12345676, eerst 0612345674. Mail {coordinator.email}."
    ContactMoment.objects.create(dossier=selam, text=note, held_on=today())
    assert coordinator.email and list_marked(coordinator_client, selam) == []


def test_the_number_of_somebody_who_was_merged_by_mistake_is_no_own_number(base_data, coordinator_client):
    selam, other = make_dossier(given_name="Selam"), make_dossier(given_name="Omar", phone="+31612345675")
    undo_merge(merge_dossiers(selam, other))
    ContactMoment.objects.create(dossier=selam, text="Zijn broer: 06-12345675", held_on=today())
    assert list_marked(coordinator_client, selam) == ["06-12345675", other.reference], "the history has the reference"


def test_references_of_other_people_are_shown_before_the_file_is_handed_over(base_data, coordinator_client):
    other = make_placement()
    selam = make_dossier(given_name="Selam")
    gone = make_dossier().reference
    Dossier.objects.get(reference=gone).delete()
    references = [other.dossier.reference, other.interest.reference, other.reference, gone]
    note = f"Zie {', '.join(references)} en {references[0].lower()}, afspraak 12-12-2026."
    ContactMoment.objects.create(dossier=selam, text=note, held_on=today())
    assert list_marked(coordinator_client, selam) == [*references, references[0].lower()]


def test_the_own_references_of_a_person_are_not_to_read_first(base_data, coordinator_client, coordinator):
    placement, merged, lapsed = make_placement(), make_dossier(), make_placement()
    selam = placement.dossier
    merge_dossiers(selam, merged, coordinator)
    lapsed.dossier = selam
    lapsed.save()
    lapsed.delete()
    own = [selam, merged, placement, placement.interest, lapsed, lapsed.interest]
    note = f"Zie {', '.join(record.reference for record in own)} en {selam.reference.lower()}."
    ContactMoment.objects.create(dossier=selam, text=note, held_on=today())
    assert list_marked(coordinator_client, selam) == []


def test_the_reference_of_a_placement_that_an_undone_merge_gave_back_is_of_another_person(
    base_data, coordinator_client, coordinator
):
    selam, placement = make_dossier(given_name="Selam"), make_placement()
    undo_merge(merge_dossiers(selam, placement.dossier, coordinator), coordinator)
    ContactMoment.objects.create(dossier=selam, text=f"Ging over {placement.reference}.", held_on=today())
    assert placement.reference in list_marked(coordinator_client, selam)


def test_the_file_says_how_many_texts_about_others_mention_the_person(base_data, coordinator_client):
    selam, other = make_dossier(given_name="Selam", family_name="Qoraxsan"), make_dossier(given_name="Omar")
    page = text(coordinator_client.get(address(selam)))
    assert "In teksten over anderen is deze persoon niet gevonden" in page
    assert "In deze zinnen van het overzicht" not in page
    ContactMoment.objects.create(dossier=other, text="Rijdt mee met Selam Qoraxsan.", held_on=today())
    page = coordinator_client.get(address(selam))
    notice, paper = raw(page).split("</nav>")
    assert "1 tekst over anderen noemt deze persoon" in paper and "niet gevonden" not in paper
    assert "1 tekst over anderen noemt deze persoon" in notice and notice.count(mentions_address(selam)) == 2


def test_the_texts_about_others_are_shown_with_their_sentence_while_the_dossier_is_open(base_data, coordinator_client):
    selam, other = make_dossier(given_name="Selam", family_name="Qoraxsan"), make_dossier(given_name="Omar")
    ContactMoment.objects.create(dossier=selam, text="Selam Qoraxsan zelf", held_on=today())
    contact = ContactMoment.objects.create(
        dossier=other, text="Komt met de bus. Rijdt mee met Selam Qoraxsan naar Ens. Heeft een fiets.", held_on=today()
    )
    page = coordinator_client.get(mentions_address(selam))
    assert "Rijdt mee met Selam Qoraxsan naar Ens." in text(page) and "Komt met de bus" not in text(page)
    assert url(ContactMoment, "inspect", contact.pk) in raw(page) and address(selam) in raw(page)
    assert "Qoraxsan zelf" not in text(page)
    entry = AccessLogEntry.objects.filter(about=selam.reference).get()
    assert (entry.what, entry.detail) == (AccessLogEntry.What.READ, "teksten over anderen die deze persoon noemen")


def test_a_text_about_others_says_whom_or_which_employer_its_record_is_about(base_data, coordinator_client):
    selam, other = make_dossier(given_name="Selam", family_name="Qoraxsan"), make_dossier(given_name="Omar")
    employer = make_employer(company_name="Kas aan de Vaart")
    about = {"text": "Kent Selam Qoraxsan.", "held_on": today()}
    for subject in ({"dossier": other}, {"employer": employer}):
        ContactMoment.objects.create(**subject, **about)
    Supply.objects.create(
        dossier=other, organisation=Organisation.objects.first(), values={"notes": "Broer van Selam Qoraxsan."}
    )
    page = text(coordinator_client.get(mentions_address(selam)))
    assert f"Contactmoment: gesprek {today():%d-%m-%Y} · {other.heading} (waarover)" in page
    assert f"{Organisation.objects.first()} · {other.heading} (" in page
    assert f"Contactmoment: gesprek {today():%d-%m-%Y} · Kas aan de Vaart (waarover)" in page


def test_the_page_says_how_many_texts_are_in_lists_that_the_user_may_not_see(base_data, coordinator_client, tmp_path):
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan")
    assert "Niets." in text(coordinator_client.get(mentions_address(selam)))
    row = {"Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "12-03-1990"}
    run = Lists(tmp_path).preview(row | {"Opmerkingen": "Broer van Selam Qoraxsan"})
    assert "Broer van Selam Qoraxsan" in text(coordinator_client.get(mentions_address(selam)))
    run.by_partner = run.with_partner = True
    run.save()
    page = text(coordinator_client.get(mentions_address(selam)))
    assert "Broer van" not in page and "Er is nog 1 tekst, in een record of een lijst die u niet mag zien." in page


def test_every_field_about_a_person_is_in_the_file_or_has_a_reason_not_to_be():
    not_shown = {
        *("id", "dossier", "employer", "interest", "placement"),  # whom it is about, named with each record
        *("reference", "archived_at", "created_at", "changed_at", "user", "noted_by", "confirmed_by", "confirmed_at"),
        *("organisation", "by_employer", "regulation"),  # who noted it, and a rule that it is about
        *("owner", "done_by", "rule", "occasion"),  # of staff, and of our own making
        "shared",  # in a section of its own
    }
    missing = {
        (model.__name__, field.name)
        for model, names in RECORD_FIELDS.items()
        for field in model._meta.concrete_fields
        if field.name not in {*names, *not_shown}
    }
    assert missing == set()
    labels = {model._meta.label for model in RECORD_FIELDS}
    in_other_sections = {"dossiers.Dossier", "dossiers.Supply", "dossiers.Merge", "dossiers.KeptLonger"}
    assert PERSON_MODELS.keys() | DELETED_WITH_DOSSIER.keys() == labels | in_other_sections | {"dossiers.CandidateLink"}


@pytest.mark.parametrize("format", ["xlsx", "json"])
def test_the_spreadsheet_and_the_json_have_the_same_content(filled_dossier, coordinator_client, format):
    response = coordinator_client.get(address(filled_dossier, format))
    body = b"".join(response.streaming_content)
    if format == "json":
        rows = [list(record.values()) for record in json.loads(body)]
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.values)
    whole = "\n".join(str(cell) for row in rows for cell in row)
    assert [phrase for phrase in EVERYTHING if phrase not in whole] == []
    assert [phrase for phrase in OF_OTHERS if phrase in whole] == []
    assert "no-store" in response["Cache-Control"]


def test_an_export_is_logged_and_listed_in_the_next_export(filled_dossier, coordinator_client):
    coordinator_client.get(address(filled_dossier))
    entry = AccessLogEntry.objects.get()
    assert (entry.user_name, entry.about, entry.what) == (
        "coordinator",
        filled_dossier.reference,
        AccessLogEntry.What.EXPORTED,
    )
    assert "alles wat over deze persoon bewaard is (html)" in entry.detail
    assert "alles wat over deze persoon bewaard is (html)" in text(coordinator_client.get(address(filled_dossier)))


def test_the_page_of_a_dossier_links_to_the_file_and_that_to_its_spreadsheet(filled_dossier, coordinator_client):
    page = raw(coordinator_client.get(url(Dossier, "inspect", filled_dossier.pk)))
    downloads = [address(filled_dossier, format) for format in ("xlsx", "json")]
    assert address(filled_dossier) in page and not any(download in page for download in downloads)
    notice = raw(coordinator_client.get(address(filled_dossier))).split("</nav>")[0]
    assert all(download in notice for download in downloads), "below what one has to read first"


def test_a_sentence_with_somebody_elses_name_leads_to_each_line_that_has_it(base_data, coordinator_client):
    make_dossier(given_name="Omar", family_name="Farahsan")
    selam = make_dossier(given_name="Selam", family_name="Qoraxsan", notes="Kent Omar Farahsan goed.")
    notice, paper = raw(coordinator_client.get(address(selam))).split("</nav>")
    assert notice.count("<mark>Omar Farahsan</mark>") == 2, "in the dossier, and after its label in the history"
    selam.notes = "Kent Omar Farahsan goed.\nWil in ploegen werken."
    selam.save()
    notice, paper = raw(coordinator_client.get(address(selam))).split("</nav>")
    anchors = set(re.findall(r'href="#(line-\d+-\d+)"', notice))
    naming_lines = set(re.findall(r'<tr id="(line-\d+-\d+)" class="names-others">', paper))
    assert anchors == naming_lines
    rows = re.findall(r'<tr id="(line-\d+-\d+)"[^>]*>(.*?)</tr>', paper, re.S)
    assert naming_lines == {anchor for anchor, row in rows if "Farahsan" in row}


def test_an_anonymized_person_has_no_file(filled_dossier, coordinator_client):
    filled_dossier.placements.update(status="ended")
    Dossier.objects.filter(pk=filled_dossier.pk).update(status=Status.WITHDRAWN)
    anonymize_dossier(filled_dossier.pk, None, "op verzoek")
    assert coordinator_client.get(address(filled_dossier)).status_code == 404
    assert coordinator_client.get(mentions_address(filled_dossier)).status_code == 404


@pytest.mark.parametrize("format", ["csv", "ods", "exe"])
def test_an_unknown_format_returns_404(filled_dossier, coordinator_client, format):
    assert coordinator_client.get(address(filled_dossier, format)).status_code == 404


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_only_coordinators_can_download_the_file_or_see_texts_about_others(filled_dossier, as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get(address(filled_dossier)).status_code == 404
    assert client.get(mentions_address(filled_dossier)).status_code == 404
    assert not AccessLogEntry.objects.exists()


def test_the_file_of_an_empty_dossier_says_that_there_is_nothing(coordinator_client, base_data):
    page = text(coordinator_client.get(address(make_dossier(date_of_birth=date(1990, 3, 12)))))
    assert "Bevindingen Niets." in page


def test_the_file_warns_of_another_dossier_that_may_be_of_the_same_person(coordinator_client):
    dossier = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12))
    same = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12))
    make_dossier(given_name="Omar", family_name="Said")
    warning = "Wat daarin staat, staat niet in dit overzicht."
    response = coordinator_client.get(reverse("dossiers_person_file", args=[dossier.pk, "html"]))
    assert warning in text(response) and url(Dossier, "inspect", same.pk) in raw(response)
    looks = AccessLogEntry.objects.filter(what=AccessLogEntry.What.LISTED)
    assert looks.get().about == f"dossiers die lijken op {dossier.reference}"
    same.delete()
    assert warning not in text(coordinator_client.get(reverse("dossiers_person_file", args=[dossier.pk, "html"])))
