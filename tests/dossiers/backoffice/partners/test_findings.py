"""Tests of findings that a partner reports, and of the partner's home panel."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import Dossier, Finding, FindingCategory, Status, Supply

from ...models.factories import make_dossier
from ..pages import raw, text, url

HOME = reverse("wagtailadmin_home")


def note_url(supply) -> str:
    return reverse("dossiers_partner_note", args=[supply.pk])


def make_finding_data(**fields) -> dict[str, str]:
    category = FindingCategory.objects.get(code="vervoer")
    return {"category": category.pk, "side": "candidate", "description": "Geen bus naar de kas.", "tried": ""} | fields


def test_a_finding_of_a_partner_is_a_draft_until_it_is_confirmed(
    partner_client, supply, partner, coordinator_client, coordinator
):
    person = reverse("dossiers_partner_correct", args=[supply.pk])
    assert note_url(supply) in raw(partner_client.get(person))
    title = raw(partner_client.get(note_url(supply))).partition("</title>")[0]
    assert "Belemmering of kans doorgeven" in title and "Selam Haile" in title
    response = partner_client.post(note_url(supply), make_finding_data(), follow=True)
    finding = Finding.objects.get()
    assert (finding.dossier, finding.organisation, finding.noted_by) == (supply.dossier, supply.organisation, partner)
    assert finding.is_draft and "nog niet bevestigd" in text(response)
    finding.confirm(coordinator)
    assert "bevestigd" in text(partner_client.get(person))


def test_a_partner_sees_no_text_of_a_coordinator(partner_client, supply, coordinator):
    partner_client.post(note_url(supply), make_finding_data())
    Finding.objects.update(description="Geheim van de gemeente", result="Ook geheim")
    shown = text(partner_client.get(reverse("dossiers_partner_correct", args=[supply.pk])))
    assert "Vervoer naar het werk Geen bus" in shown.replace("een begeleider heeft het nog niet bevestigd ", "")
    assert "eheim" not in shown


def test_a_partner_reads_that_what_they_passed_on_was_not_taken_over(
    partner_client, supply, coordinator_client, other_organisation
):
    person = reverse("dossiers_partner_correct", args=[supply.pk])
    for description in ("Geen bus naar de kas.", "Geen fiets."):
        partner_client.post(note_url(supply), make_finding_data(description=description))
    Finding.objects.filter(description="Geen fiets.").get().save()
    finding = Finding.objects.get(description="Geen bus naar de kas.")
    finding.description = "Geheim van de gemeente"
    finding.save()
    coordinator_client.post(url(Finding, "delete", finding.pk))
    assert [left.description for left in Finding.objects.all()] == ["Geen fiets."]
    day = f"{timezone.localdate():%d-%m-%Y}"
    shown = text(partner_client.get(person))
    assert f"niet overgenomen op {day} Geen bus naar de kas." in shown and "eheim" not in shown
    assert "een begeleider heeft het nog niet bevestigd Geen fiets." in shown
    Finding.history.filter(id=finding.pk).update(organisation=other_organisation[0].organisation)
    assert "niet overgenomen" not in text(partner_client.get(person)), "others do not read it"


def test_what_a_partner_passed_on_and_was_not_taken_over_is_forgotten_with_the_person(partner_client, supply):
    partner_client.post(note_url(supply), make_finding_data())
    Finding.objects.get().delete()
    assert Finding.history.filter(description="Geen bus naar de kas.").count() == 2
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(supply.dossier_id, None, "gevraagd")
    assert not Finding.history.filter(description="Geen bus naar de kas.").exists()


@pytest.mark.parametrize(
    "fields", [{"category": ""}, {"side": "nobody"}, {"description": ""}, {"description": "BSN 123456782"}]
)
def test_an_invalid_finding_is_refused_and_keeps_its_input(partner_client, supply, fields):
    response = partner_client.post(note_url(supply), make_finding_data(tried="Wel getypt") | fields)
    assert response.status_code == 200 and "Wel getypt" in raw(response)
    assert not Finding.objects.exists()


def test_a_refused_finding_keeps_its_labels_and_shows_all_errors_at_once(partner_client, supply):
    response = partner_client.post(note_url(supply), make_finding_data(category="", description="BSN 123456782"))
    assert response.context["form"].errors.keys() == {"category", "description"}
    shown = text(response)
    assert "Nog niet verstuurd: 2 fouten." in shown and 'href="#id_category"' in raw(response)
    assert "Description" not in shown and "Tried" not in shown and "Zonder namen" in shown


def test_a_partner_must_confirm_only_names_of_their_own_people(partner_client, supply):
    Dossier.objects.filter(pk=supply.dossier_id).update(given_name="Samer")
    make_dossier(given_name="Yonas")
    refused = partner_client.post(note_url(supply), make_finding_data(description="Samer heeft geen fiets."))
    assert "“Samer” is een naam van iemand met een dossier" in text(refused) and not Finding.objects.exists()
    partner_client.post(
        note_url(supply), make_finding_data(description="Samer heeft geen fiets.", names_confirmed=["Samer"])
    )
    partner_client.post(note_url(supply), make_finding_data(description="Yonas heeft geen fiets."))
    assert Finding.objects.count() == 2, "others have no dossier, for all that a partner can see"


def test_findings_about_other_or_unapplied_people_are_not_found(partner_client, supply, other_organisation, azc):
    waiting = Supply.objects.create(organisation=azc, external_id="P2", values={"given_name": "Nieuw"})
    for stranger in (other_organisation[0], waiting):
        assert partner_client.post(note_url(stranger), make_finding_data()).status_code == 404
    assert note_url(waiting) not in raw(partner_client.get(reverse("dossiers_partner_correct", args=[waiting.pk])))
    assert not Finding.objects.exists()


def test_a_partner_sees_no_findings_of_others_about_the_same_person(partner_client, supply, coordinator):
    category = FindingCategory.objects.get(code="vooroordeel")
    Finding.objects.create(category=category, side="employer", description="x", dossier=supply.dossier)
    assert (
        "Vooroordeel"
        not in text(partner_client.get(reverse("dossiers_partner_correct", args=[supply.pk]))).partition("Hoe het")[2]
    )


def test_the_home_page_of_a_partner_shows_the_status_of_their_people(partner_client, supply, other_organisation):
    page = partner_client.get(HOME)
    assert "Aangemeld 1" in text(page), "not that of another organisation"
    assert f"{reverse('dossiers_partner_people')}?status=registered" in raw(page)
    assert "Er staat geen verwachtingengesprek gepland." in text(page) and "afspraak" not in text(page)
    Dossier.objects.filter(pk=supply.dossier_id).update(expectation_talk_on=timezone.localdate() + timedelta(days=2))
    assert "Met 1 persoon staat een verwachtingengesprek gepland." in text(partner_client.get(HOME))
    person = text(partner_client.get(reverse("dossiers_partner_correct", args=[supply.pk])))
    assert "Er staat een verwachtingengesprek gepland op" in person
