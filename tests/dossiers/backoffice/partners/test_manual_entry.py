"""Tests of adding and correcting one person in a form."""

import re
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from access_log.models import AccessLogEntry
from dossiers.models import Dossier, ImportRun, Supply

from ...models.factories import make_dossier
from ..pages import form_data, press, raw, text
from .lists import ADD, LISTS, PERSON, SELAM, UPLOAD, page_url, send_list


def open_and_return(coordinator_client, run: ImportRun) -> None:
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt het jaar?"})


def test_one_person_is_sent_at_once(partner_client, coordinator):
    partner_client.post(ADD, PERSON | {"languages": ["ti", "en"], "driving_licence": "ja", "phone": "06 12345678"})
    run = ImportRun.objects.get()
    assert (run.state, run.by_hand, run.counts()["new"]) == ("sent", True, 1)
    assert run.rows.get().given == {
        "given_name": "Omar",
        "family_name": "Said",
        "date_of_birth": "1985-02-01",
        "external_id": "P7",
        "languages": ["en", "ti"],
        "driving_licence": True,
        "phone": "+31612345678",
    }
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("field", "value"), [("date_of_birth", "31-02-1985"), ("hours_per_week", "80"), ("notes", "BSN 123456782")]
)
def test_an_invalid_value_is_shown_at_its_field_and_nothing_is_stored(partner_client, field, value):
    response = partner_client.post(ADD, PERSON | {field: value})
    assert response.context["form"].errors[field]
    assert not ImportRun.objects.exists()
    assert mail.outbox == []


def test_a_bsn_in_the_notes_stays_in_the_field_and_is_not_sent(partner_client):
    response = partner_client.post(ADD, PERSON | {"notes": "Belt graag, BSN 123456782"})
    assert response.context["form"].errors["notes"] == [
        "Hier staat een burgerservicenummer (BSN). Dat bewaren wij niet. Haal het weg. Er is nog niets verstuurd."
    ]
    assert "BSN 123456782" in raw(response)
    assert not ImportRun.objects.exists()


def test_a_refused_form_begins_with_a_summary_that_leads_to_the_errors(partner_client):
    assert "form-problems" not in raw(partner_client.get(ADD))
    response = partner_client.post(ADD, PERSON | {"hours_per_week": "80"})
    assert "Nog niet verstuurd: 1 fout." in text(response)
    summary = raw(response).partition('role="alert" tabindex="-1" autofocus')[2].partition("<form")[0]
    assert 'href="#id_hours_per_week"' in summary and 'id="id_hours_per_week"' in raw(response)


def test_what_is_wrong_with_other_fields_hides_no_bsn(partner_client):
    wrong = {"family_name": "", "notes": "BSN 123456782", "phone": "111222333", "location": "170 561 483 bis"}
    response = partner_client.post(ADD, PERSON | wrong | {"date_of_birth": "31-02-1985"})
    errors = response.context["form"].errors
    assert errors.keys() == {"family_name", "date_of_birth", "notes", "phone", "location"}
    assert "met de 0 ervoor" in errors["phone"][0] and "is geen BSN" in errors["location"][0]


def test_the_pages_describe_the_privacy_gate_correctly(partner_client):
    for form_url in (ADD, UPLOAD):
        shown = text(partner_client.get(form_url))
        assert "herkennen wij alleen een BSN of V-nummer" in shown
        assert "bewaard" not in shown and "nooit opgeslagen" not in shown


def test_the_form_has_no_municipal_fields(partner_client):
    field_names = set(partner_client.get(ADD).context["form"].fields)
    assert {"given_name", "profession", "sectors"} <= field_names
    assert not field_names & {"reference", "status", "coordinator", "expectation_talk_on", "closing_reason"}


def test_a_correction_starts_from_the_supplied_values(partner_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    partner_client.post(form_url, form_data(partner_client.get(form_url), profession="ober"))
    row = ImportRun.objects.get().rows.get()
    assert (row.action, row.changes) == ("changed", {"profession": ["kok", "ober"]})


def test_a_correction_keeps_the_external_number(partner_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    partner_client.post(form_url, form_data(partner_client.get(form_url), profession="ober", external_id="P99"))
    assert ImportRun.objects.get().rows.get().given["external_id"] == "P1"


@pytest.mark.parametrize("number", ["", "P1"])
def test_a_corrected_birth_date_and_name_reach_the_dossier_of_the_person(
    partner_client, coordinator_client, supply, number
):
    Supply.objects.filter(pk=supply.pk).update(external_id=number)
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    corrected = {"date_of_birth": "12-03-1991", "given_name": "Selamawit"}
    partner_client.post(form_url, form_data(partner_client.get(form_url), **corrected))
    run = ImportRun.objects.get()
    changes = {"given_name": ["Selam", "Selamawit"], "date_of_birth": ["1990-03-12", "1991-03-12"]}
    row = run.rows.get()
    assert (row.action, row.changes) == ("changed", changes), "compared with what was supplied, not with the dossier"
    assert supply.dossier.reference not in raw(partner_client.get(page_url("list", run)))

    open_and_return(coordinator_client, run)
    partner_client.post(page_url("mend", run), form_data(partner_client.get(page_url("mend", run)), notes="Zie boven"))
    assert run.rows.get().changes == changes | {"notes": ["", "Zie boven"]}
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    row = run.rows.get()
    assert (row.action, row.target_id, row.supply_id) == ("changed", supply.dossier_id, supply.pk)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    dossier, supplied = Dossier.objects.get(), Supply.objects.get()
    assert (dossier.pk, str(dossier.date_of_birth), dossier.given_name) == (
        supply.dossier_id,
        "1991-03-12",
        "Selamawit",
    )
    assert supplied.values["date_of_birth"] == "1991-03-12"


def test_a_number_that_was_lacking_can_be_sent_by_itself(partner_client, supply):
    Supply.objects.filter(pk=supply.pk).update(external_id="")
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    page = partner_client.post(form_url, form_data(partner_client.get(form_url), external_id="P9"), follow=True)
    assert ImportRun.objects.get().state == ImportRun.State.SENT, text(page)


def test_a_correction_cannot_take_the_number_of_somebody_else(partner_client, supply, azc):
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P2", values={"given_name": "Omar"})
    Supply.objects.filter(pk=supply.pk).update(external_id="")
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    response = partner_client.post(form_url, form_data(partner_client.get(form_url), external_id="P2"))
    assert response.context["form"].errors["external_id"] and not ImportRun.objects.exists()
    partner_client.post(form_url, form_data(partner_client.get(form_url), external_id="P3", phone="0612345678"))
    assert ImportRun.objects.get().rows.get().action == "changed"


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ({"family_name": "Jansen"}, ("de", "Jansen")),
        ({"family_name": "Jansen", "name_prefix": ""}, ("", "Jansen")),
        ({"family_name": "van der Meer", "name_prefix": ""}, ("van der", "Meer")),
    ],
)
def test_a_corrected_family_name_has_the_prefix_that_the_form_shows(partner_client, supply, typed, after):
    known = {"name_prefix": "de", "family_name": "Vries"}
    Supply.objects.filter(pk=supply.pk).update(values=supply.values | known)
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    partner_client.post(form_url, form_data(partner_client.get(form_url), **typed))
    surname = known | {name: new for name, (_old, new) in ImportRun.objects.get().rows.get().changes.items()}
    assert (surname["name_prefix"], surname["family_name"]) == after


def test_an_unchanged_correction_is_not_sent(partner_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    response = partner_client.post(form_url, form_data(partner_client.get(form_url)))
    assert response.context["form"].non_field_errors()
    assert not ImportRun.objects.exists()


def test_a_returned_person_is_corrected_in_the_form(partner_client, coordinator_client):
    partner_client.post(ADD, PERSON)
    run = ImportRun.objects.get()
    open_and_return(coordinator_client, run)
    form_url = page_url("mend", run)
    assert partner_client.post(page_url("reopen", run)).url == form_url
    assert "Klopt het jaar?" in text(partner_client.get(form_url))
    response = partner_client.post(form_url, form_data(partner_client.get(form_url), date_of_birth="31-02-1986"))
    assert response.context["form"].errors["date_of_birth"]
    run.refresh_from_db()
    assert run.state == "returned"
    partner_client.post(form_url, form_data(partner_client.get(form_url), date_of_birth="01-02-1986"))
    run.refresh_from_db()
    assert (run.state, run.rows.get().given["date_of_birth"]) == ("sent", "1986-02-01")


def correct(client, supply: Supply, **typed: str) -> Any:
    """Send the form of a person as a browser would, after typing in some of its fields."""
    page = client.get(reverse("dossiers_partner_correct", args=[supply.pk]))
    fields = {f"[name={name}]": value for name, value in typed.items()}
    return press(client, page, "Versturen", fields)


def open_and_apply(coordinator_client, run: ImportRun) -> None:
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))


def test_only_the_changed_fields_of_a_known_person_are_sent(partner_client, coordinator_client, supply):
    Supply.objects.filter(pk=supply.pk).update(
        values=supply.values | {"phone": "+31611111111", "driving_licence": True}
    )
    Dossier.objects.filter(pk=supply.dossier_id).update(phone="+31622222222", hours_per_week=20)
    sent = correct(partner_client, supply, hours_per_week="32")
    run = ImportRun.objects.get()
    assert run.rows.get().given == {"external_id": "P1", "hours_per_week": 32}
    assert "Selam Haile" in text(sent), "the list of one person names it, although the name was not sent"
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert run.rows.get().changes == {"hours_per_week": [20, 32]}, "what staff corrected meanwhile stays"


def test_the_form_shows_what_was_sent_last_also_if_that_was_taken_over_before_an_older_change(
    partner_client, coordinator_client, supply
):
    correct(partner_client, supply, profession="bakker", phone="06 20000002")
    correct(partner_client, supply, profession="ober")
    open_and_apply(coordinator_client, ImportRun.objects.latest("pk"))
    page = partner_client.get(reverse("dossiers_partner_correct", args=[supply.pk]))
    form, shown = page.context["form"], text(page)
    assert (form["profession"].value(), form["phone"].value()) == ("ober", "06 20000002")
    assert "stuurde u: Beroep bakker ; dat is ouder dan wat u daarna stuurde en wat is overgenomen." in shown
    assert "stuurde u: Telefoon 06 20000002 ; een begeleider kijkt er nog naar." in shown


def test_the_form_begins_with_a_change_that_waits_and_names_it(partner_client, coordinator_client, supply):
    correct(partner_client, supply, phone="06 20000002")
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    first = ImportRun.objects.get()
    for opened in (False, True):
        if opened:
            coordinator_client.post(reverse("dossiers_import_open", args=[first.pk]))
        page = partner_client.get(form_url)
        assert page.context["form"]["phone"].value() == "06 20000002"
        assert "stuurde u: Telefoon 06 20000002 ; een begeleider kijkt er nog naar." in text(page)
        assert page_url("list", first) in raw(page)
    correct(partner_client, supply, hours_per_week="32")
    second = ImportRun.objects.latest("pk")
    assert second.rows.get().given == {"external_id": "P1", "hours_per_week": 32}
    for run in (first, second):
        open_and_apply(coordinator_client, run)
    dossier = Dossier.objects.get()
    assert (dossier.phone, dossier.hours_per_week) == ("+31620000002", 32)
    assert "kijkt er nog naar" not in text(partner_client.get(form_url))


def test_an_uploaded_list_that_waits_is_named_until_it_is_decided_on(partner_client, coordinator_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    run = send_list(partner_client, SELAM.replace("kok", "ober"))
    page = partner_client.get(form_url)
    assert page.context["form"]["profession"].value() == "ober" and "stuurde u: Beroep ober" in text(page)
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    shown = text(partner_client.get(form_url))
    assert "stuurde u een lijst met een wijziging van deze persoon: lijst.csv" in shown and "bakker" not in shown
    open_and_return(coordinator_client, run)
    assert "stuurde u" not in text(partner_client.get(form_url))


def test_a_change_that_waits_can_be_put_back(partner_client, coordinator_client, supply):
    correct(partner_client, supply, profession="ober")
    correct(partner_client, supply, profession="kok")
    first, second = ImportRun.objects.order_by("pk")
    assert (second.state, second.rows.get().given["profession"]) == ("sent", "kok")
    correct(partner_client, supply)
    assert ImportRun.objects.count() == 2, "nothing is sent that is the same as what was sent last"
    for run in (first, second):
        open_and_apply(coordinator_client, run)
    assert Dossier.objects.get().profession == "kok"


def test_what_changed_behind_an_open_form_is_not_sent_back(partner_client, supply):
    form_url = reverse("dossiers_partner_correct", args=[supply.pk])
    page = partner_client.get(form_url)
    Supply.objects.filter(pk=supply.pk).update(values=supply.values | {"profession": "ober"})
    press(partner_client, page, "Versturen", {"[name=hours_per_week]": "32"})
    assert ImportRun.objects.get().rows.get().given.keys() == {"external_id", "hours_per_week"}


def test_an_emptied_field_is_told_at_the_field_and_nothing_is_sent(partner_client, supply):
    values = supply.values | {"notes": "Zoekt een kamer.", "driving_licence": True}
    Supply.objects.filter(pk=supply.pk).update(values=values)
    refused = correct(partner_client, supply, notes="", driving_licence="", hours_per_week="32")
    message = "Een leeg veld zegt niets nieuws: “%s” zou blijven staan. "
    assert refused.context["form"].errors == {
        "notes": [message % "Zoekt een kamer." + "Schrijf wat nu klopt, of “leegmaken” als het gewist moet worden."],
        "driving_licence": [message % "ja" + "Geef op wat nu klopt."],
    }
    assert message % "Zoekt een kamer." in text(refused) and not ImportRun.objects.exists()
    correct(partner_client, supply, notes="Zoekt een huis.", hours_per_week="32")
    assert ImportRun.objects.get().rows.get().given.keys() == {"external_id", "hours_per_week", "notes"}


def test_a_field_is_emptied_by_the_word_as_in_a_list(partner_client, coordinator_client, supply):
    Supply.objects.filter(pk=supply.pk).update(values=supply.values | {"phone": "+31612345678"})
    Dossier.objects.update(phone="+31612345678", hours_per_week=24)
    refused = correct(partner_client, supply, family_name="leegmaken")
    assert "kan dit veld niet leegmaken" in text(refused) and not ImportRun.objects.exists()
    correct(partner_client, supply, phone="leegmaken", hours_per_week="(Leegmaken)")
    run = ImportRun.objects.get()
    assert run.rows.get().given == {"external_id": "P1", "phone": "", "hours_per_week": None}
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    page = coordinator_client.get(reverse("dossiers_import", args=[run.pk]), {"action": "changed"})
    assert "06 12345678 → wordt leeg" in text(page) and "24 → wordt leeg" in text(page)


def test_a_returned_correction_sends_only_what_was_typed(partner_client, coordinator_client, supply):
    correct(partner_client, supply, profession="ober", hours_per_week="32")
    run = ImportRun.objects.get()
    open_and_return(coordinator_client, run)
    page = partner_client.get(page_url("mend", run))
    assert page.context["form"]["family_name"].value() == "Haile"
    press(partner_client, page, "Versturen", {"[name=profession]": "kok", "[name=location]": "Luttelgeest"})
    sent = {"external_id": "P1", "hours_per_week": 32, "location": "Luttelgeest"}
    assert (run.rows.get().given, ImportRun.objects.get().state) == (sent, "sent")


def test_people_typed_by_hand_are_told_apart_in_the_lists(partner_client, coordinator_client, supply):
    for name, number in (("Omar", "P7"), ("Rahel", "P8")):
        partner_client.post(ADD, PERSON | {"given_name": name, "external_id": number})
    correct(partner_client, supply, hours_per_week="32")
    own, imports = text(partner_client.get(LISTS)), text(coordinator_client.get(reverse("dossiers_imports")))
    home = text(coordinator_client.get(reverse("wagtailadmin_home")))
    reference = supply.dossier.reference
    people = (("Omar Said", "P7, nieuw"), ("Rahel Said", "P8, nieuw"), ("Selam Haile", f"{reference}, wijziging"))
    for name, label in people:
        assert f"Eén persoon, met de hand: {name}" in own
        assert imports.count(f"Eén persoon, met de hand: {label}") == 2, "among those that wait, and in the list"
        assert name not in imports
    assert re.findall("AZC Luttelgeest: Eén persoon, met de hand: (.*?) ,", home) == [label for _name, label in people]
    assert AccessLogEntry.objects.filter(about="Onze lijsten", count=3).exists()

    run = ImportRun.objects.latest("pk")
    open_and_apply(coordinator_client, run)
    assert f"met de hand: {reference}" in text(coordinator_client.get(reverse("dossiers_imports")))
    run.rows.all().delete()
    Dossier.objects.update(anonymised_at=timezone.now())
    shown = text(partner_client.get(LISTS)) + text(coordinator_client.get(reverse("dossiers_imports")))
    assert "Selam" not in shown and "hand: P1" not in shown and reference not in shown


def test_the_partner_is_told_what_becomes_of_a_remark(partner_client, supply):
    added = correct(partner_client, supply, notes="Belt na 18u")
    assert "Uw opmerking komt erbij in het dossier." in text(added)
    Supply.objects.filter(pk=supply.pk).update(values=supply.values | {"notes": "Belt na 18u"})
    ImportRun.objects.all().delete()
    replaced = text(correct(partner_client, supply, notes="Belt na 17u"))
    assert "Belt na 18u → Belt na 17u Uw opmerking vervangt de vorige" in replaced and "Niet tonen" not in replaced


@pytest.mark.parametrize(
    ("dossier_notes", "typed", "expected"),
    [
        (
            "Zoekt werk in de keuken\nIs vaak te laat.\nBelt na 18u",
            "Zoekt werk in de keuken\nBelt na 17u",
            "Zoekt werk in de keuken\nIs vaak te laat.\nBelt na 17u",
        ),
        (
            "Zoekt werk in de keuken, niet in de afwas\nBelt na 18u",
            "Zoekt werk in de keuken\nBelt na 17u",
            "Zoekt werk in de keuken, niet in de afwas\nBelt na 17u",
        ),
        (
            "Zoekt werk in de keuken\nIs vaak te laat.\nBelt na 18u",
            "Zoekt werk in de bediening\nBelt na 17u\nFietst",
            "Zoekt werk in de bediening\nIs vaak te laat.\nBelt na 17u\nFietst",
        ),
        (
            "Zoekt werk in de keuken\nIs vaak te laat.\nBelt na 18u",
            "Zoekt werk in de keuken",
            "Zoekt werk in de keuken\nIs vaak te laat.",
        ),
        (
            "Is vaak te laat.\nBelt na 18 uur",
            "Zoekt werk in de keuken\nBelt na 17u",
            "Is vaak te laat.\nBelt na 18 uur\nBelt na 17u",
        ),
    ],
)
def test_a_changed_line_of_the_remarks_replaces_only_that_line_in_the_dossier(
    partner_client, coordinator_client, supply, dossier_notes, typed, expected
):
    remarks = "Zoekt werk in de keuken\nBelt na 18u"
    Supply.objects.filter(pk=supply.pk).update(values=supply.values | {"notes": remarks})
    Dossier.objects.update(notes=dossier_notes)
    correct(partner_client, supply, notes=typed)
    open_and_apply(coordinator_client, ImportRun.objects.get())
    assert Dossier.objects.get().notes == expected
    assert Supply.objects.get().values["notes"] == typed
