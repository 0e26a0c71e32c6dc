"""The content of a candidate's own page, and the effects of the answers."""

import re

import pytest
from django.conf import settings
from wagtail.models import Site

from dossiers.emails.base import send_email
from dossiers.forgetting.retention_map import DELETED_WITH_DOSSIER, PERSON_MODELS
from dossiers.models import (
    ClosingReason,
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    Placement,
    RecordMail,
    Status,
    Step,
)
from dossiers.models.activity.follow_up import CORRECTION, NO, WITHDRAW
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.candidate_page.languages import CandidateLanguage, get_languages, get_words
from dossiers.models.candidate_page.withdrawal import close_dossier, record_continuation, request_withdrawal
from dossiers.models.employers.withdrawal import withdraw_interest
from dossiers.models.placements.placement_steps import (
    StepRefused,
    record_agreement,
    record_shared_data,
    take_step,
    undo_last_step,
)
from pilot_pages.candidate.content import FIELDS
from pilot_pages.models import HomePage
from pilot_pages.site_settings import PilotSettings
from tests.dossiers.backoffice.pages import press, raw, text, url
from tests.dossiers.models.factories import make_employer, make_interest
from tests.dossiers.models.merges import create_supply
from tests.dossiers.models.own_fields import make_own_field
from tests.dossiers.models.placements import days_ago, get_end_reason, make_placement, today

from .letters import open_page, page_url

pytestmark = pytest.mark.usefixtures("base_data")
NOT_SHOWN = {"id", "reference", "given_name", "name_prefix", "family_name", "notes", "closing_reason"}
NOT_SHOWN |= {"created_at", "changed_at", "anonymised_at", "archived_at", "coordinator"}
NOT_SHOWN |= {"withdrawal_requested_on", "withdrawal_retracted_on", "withdrawal_retracted_by"}  # shown as sentences


def propose_candidate(dossier: Dossier, **fields) -> Placement:
    interest = make_interest(
        employer=make_employer(company_name="Kas aan de Vaart"), work_description="Tomaten plukken"
    )
    return make_placement(Step.PROPOSED, dossier, interest, **{"begun": 1} | fields)


NAMED_IN_LISTS = {
    "dossiers.Dossier": ("noti", "note"),
    "dossiers.Supply": ("kregen", "gave us|Given by"),
    "dossiers.Placement": ("voorstellen", "proposals"),
    "dossiers.ContactMoment": ("notities van gesprekken", "notes of talks"),
    "dossiers.Finding": ("om werk te vinden", "to find work"),
    "dossiers.Expense": ("welke kosten wij voor u maken", "which costs we pay for you"),
    "dossiers.Merge": ("gewijzigd", "changed"),
    "dossiers.FollowUp": ("nog moet gebeuren", "has to be done"),
    "dossiers.KeptLonger": ("waarom wij ze langer bewaren", "why we keep them longer"),
    "dossiers.CandidateLink": ("brief", "letter"),
}
"""Words by which the candidate's own page and the page for candidates name the data of each model, in Dutch and
English; the own page is itself what a letter opens."""

# --- Reading ---------------------------------------------------------------------------------------------------------


def test_every_field_of_a_dossier_is_either_shown_or_explicitly_excluded():
    fields = {field.name for field in Dossier._meta.get_fields() if not field.auto_created} | {"full_name", "id"}
    assert fields == {*FIELDS, *NOT_SHOWN, "extra"}
    assert {*FIELDS} <= get_words("nl").texts.keys()


@pytest.mark.parametrize(("place", "folder", "name"), [(0, "nl", "voor-kandidaten"), (1, "en", "for-candidates")])
def test_both_lists_for_candidates_name_all_data_that_are_kept(place, folder, name):
    assert NAMED_IN_LISTS.keys() == PERSON_MODELS.keys() | DELETED_WITH_DOSSIER.keys()
    public_page = " ".join((settings.FIXTURES_DIR / f"content/{folder}/040-{name}.yaml").read_text().split())
    own_page = " ".join(get_words(folder).texts.values())
    for model, words in NAMED_IN_LISTS.items():
        for page_text in (public_page, own_page):
            assert re.search(words[place], page_text, re.IGNORECASE), model
    for code in ("nl", "en", "ar", "ti"):
        assert get_words(code).missing == []


def test_the_page_shows_the_recorded_data_with_labels(candidate_and_key, page):
    create_supply(candidate_and_key[0], number="P1")
    shown = page()
    for line in (
        "Naam Selamawit Haile",
        "Geboortedatum 12-03-1990",
        "Telefoon 06 12345678",
        "Beroep kok",
        "Sectoren Horeca",
        "Waar u nu staat beschikbaar voor werk",
        "Mag u werken? alleen met een vergunning",
        "Rijbewijs niet ingevuld",
        "Wij kregen deze gegevens van AZC Luttelgeest",
        "Uw begeleider Anne de Vries",
    ):
        assert line in shown, line


def test_the_page_shows_the_custom_fields_of_the_coordinators(candidate_and_key, page):
    for label, kind in (("Maat", "text"), ("Gezien op", "date"), ("VCA", "yes_no"), ("Weg", "text"), ("Leeg", "text")):
        make_own_field(label, kind, in_use=label not in ("Weg", "Leeg"))
    make_own_field("Schoenmaat", "number")
    extra = {"own_maat": "42", "own_gezien_op": "2026-03-01", "own_vca": True, "own_weg": "x", "own_schoenmaat": 42.5}
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(extra=extra)
    shown = page()
    assert "Schoenmaat 42,5" in shown and "Schoenmaat 42.5" in page("en")
    assert "Maat 42" in shown and "Gezien op 01-03-2026" in shown and "VCA ja" in shown
    assert "Weg x" in shown and "Leeg" not in shown  # a disabled field shows its stored value only


def test_the_page_promises_neither_work_nor_an_asylum_decision(page):
    shown = page()
    assert "Wij kunnen geen werk beloven." in shown
    assert "Meedoen zegt niets over het besluit van de IND." in shown


def test_the_page_does_not_show_the_notes_of_staff(candidate_and_key, page):
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(notes="Twijfelt nog")
    ContactMoment.objects.create(dossier=candidate_and_key[0], text="Lang gesprek")
    shown = page()
    assert "Twijfelt" not in shown and "Lang gesprek" not in shown
    assert "Wilt u alles lezen? Vraag het aan uw begeleider." in shown


def test_the_page_lists_the_data_shared_with_each_employer_and_the_date(candidate_and_key, page):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    assert "Geen werkgever heeft iets over u gehoord." in page()
    record_shared_data(placement, {"given_name": "Selamawit", "profession": "kok"}, today())
    shown = page()
    assert f"Kas aan de Vaart, op {today():%d-%m-%Y}" in shown
    assert "Voornaam Selamawit" in shown


def test_the_page_lists_each_time_that_an_employer_was_told_the_last_first(candidate_and_key, page):
    placement = record_agreement(propose_candidate(candidate_and_key[0], begun=9), days_ago(9))
    record_shared_data(placement, {"profession": "kelner"}, days_ago(8))
    elsewhere = make_interest(employer=make_employer(company_name="Bakkerij Zuid"))
    other = record_agreement(make_placement(Step.PROPOSED, candidate_and_key[0], elsewhere, begun=9), days_ago(9))
    record_shared_data(other, {"profession": "bakker"}, days_ago(6))
    record_shared_data(placement, {"profession": "kok"}, days_ago(4))
    shown = page().partition("Wat werkgevers over u hoorden")[2]
    sharings = [
        f"Kas aan de Vaart, op {days_ago(4):%d-%m-%Y} Beroep kok",
        f"Bakkerij Zuid, op {days_ago(6):%d-%m-%Y} Beroep bakker",
        f"Kas aan de Vaart, op {days_ago(8):%d-%m-%Y} Beroep kelner",
    ]
    assert shown.strip().startswith(" ".join(sharings))


def test_the_page_shows_only_the_company_name_of_an_employer(candidate_and_key, page, client):
    propose_candidate(candidate_and_key[0])
    employer = make_employer()
    interest = candidate_and_key[0].placements.get().interest
    shown = raw(client.get(page_url(candidate_and_key[1], "pagina/"))) if page() else ""
    assert "Kas aan de Vaart" in shown
    assert interest.employer.contact_name not in shown and interest.employer.email not in shown
    assert employer.company_name not in shown


def test_a_proposal_says_how_many_hours_and_where(candidate_and_key, page):
    propose_candidate(candidate_and_key[0])
    placement = candidate_and_key[0].placements.get()
    Employer.objects.filter(pk=placement.interest.employer_id).update(city="Espel")
    EmployerInterest.objects.filter(pk=placement.interest_id).update(hours_per_week=8)
    assert "(betaald werk) · 8 uur per week · Espel" in page() and "· 8 hours a week · Espel" in page("en")
    Placement.objects.filter(pk=placement.pk).update(hours_per_week=6)
    assert "· 6 uur per week · Espel" in page()
    Placement.objects.filter(pk=placement.pk).update(hours_per_week=None)
    Employer.objects.update(city="")
    EmployerInterest.objects.update(hours_per_week=None)
    assert "(betaald werk) ·" not in page() and "None" not in page()


def test_markup_in_a_recorded_value_is_escaped(candidate_and_key, page, client):
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(profession="<script>alert(1)</script>")
    page()
    assert "<script>alert" not in raw(client.get(page_url(candidate_and_key[1], "pagina/")))


@pytest.mark.parametrize("number", [1, 8])
def test_the_number_of_queries_does_not_depend_on_the_number_of_proposals(
    candidate_and_key, client, number, django_assert_max_num_queries
):
    for index in range(number):
        make_placement(Step.PROPOSED, candidate_and_key[0], make_interest(work_description=f"Werk {index}"), begun=1)
    open_page(client, candidate_and_key[1])
    with django_assert_max_num_queries(16):  # three of them for contact details that are not filled in
        client.get(page_url(candidate_and_key[1], "pagina/"))


def test_the_page_and_its_door_say_which_municipality_they_are_of(candidate_and_key, page, client, content):
    home = HomePage.find_live("nl")
    home.site_owner = "Gemeente Voorbeeld"
    home.save_revision().publish()
    for shown in (page(), text(client.get(page_url("aaaa-bbbb-cccc-dddd")))):
        assert "Gemeente Voorbeeld" in shown.split("Nederlands")[0]


def test_the_page_has_the_same_contact_details_as_the_letter(candidate_and_key, page, client):
    contact = {"contact_phone": "+31527123456", "contact_email": "werk@example.nl"}
    assert "Hoe u ons bereikt" not in page()
    PilotSettings.objects.update_or_create(site=Site.objects.get(), defaults=contact)
    for shown in (page(), text(client.get(page_url("aaaa-bbbb-cccc-dddd")))):
        assert "Hoe u ons bereikt 0527 123 456 werk@example.nl" in shown
    assert "Vraag het aan uw begeleider." in page()
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(coordinator=None)
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    shown = page()
    assert "Vraag het aan de gemeente." in shown and "De gemeente neemt contact met u op." in shown
    assert "uw begeleider" not in shown.lower().replace("uw begeleider nog niet bekend", "")
    assert "Ask the municipality." in page("en") and "ontact}" not in page("en")


# --- Saying something -------------------------------------------------------------------------------------------------


def test_a_correction_creates_an_action_for_the_coordinator(candidate_and_key, page, client, coordinator_client):
    before = Dossier.objects.filter(pk=candidate_and_key[0].pk).values().get()
    response = client.post(
        page_url(candidate_and_key[1], "verbetering/"), {"text": "Ik heb 06 99 88 77 66 als nummer"}, follow=True
    )
    assert "Wij hebben uw bericht." in text(response)
    action = FollowUp.objects.get()
    assert (action.owner, action.due_on, action.dossier) == (
        candidate_and_key[0].coordinator,
        today(),
        candidate_and_key[0],
    )
    assert action.text == "De kandidaat vraagt om een verbetering: “Ik heb 06 99 88 77 66 als nummer”"
    contact = ContactMoment.objects.get()
    assert contact.text.endswith("Ik heb 06 99 88 77 66 als nummer") and contact.get_kind_display() == "eigen pagina"
    offered = raw(coordinator_client.get(url(ContactMoment, "add")))
    assert 'value="mail"' in offered and 'value="page"' not in offered
    assert 'value="page"' in raw(coordinator_client.get(url(ContactMoment, "edit", contact.pk)))
    assert action.text in text(coordinator_client.get("/beheer/"))
    assert Dossier.objects.filter(pk=candidate_and_key[0].pk).values().get() == before


def test_a_long_correction_is_stored_completely(candidate_and_key, page, client):
    client.post(page_url(candidate_and_key[1], "verbetering/"), {"text": "woord " * 300})
    assert len(FollowUp.objects.get().text) <= 250
    assert ContactMoment.objects.get().text.count("woord") == 300


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("  ", "Schrijf eerst wat er anders moet."),
        ("a" * 2001, "Dit is te lang."),
        ("mijn bsn is 123456782", "Hier staat een BSN of V-nummer."),
    ],
)
def test_an_invalid_correction_is_refused_with_an_explanation(candidate_and_key, page, client, typed, answer):
    response = client.post(page_url(candidate_and_key[1], "verbetering/"), {"text": typed})
    assert answer in text(response)
    assert not FollowUp.objects.exists() and not ContactMoment.objects.exists()


@pytest.mark.parametrize(("answer", "sentence"), [("yes", "zegt ja tegen voorstel"), ("no", "zegt nee tegen voorstel")])
def test_an_answer_to_a_proposal_creates_an_action_and_records_no_agreement(
    candidate_and_key, page, client, answer, sentence
):
    placement = propose_candidate(candidate_and_key[0])
    assert "Kas aan de Vaart" in page()
    client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": answer})
    action = FollowUp.objects.get()
    assert sentence in action.text and placement.reference in action.text
    assert (action.placement, action.owner) == (placement, candidate_and_key[0].coordinator)
    placement.refresh_from_db()
    assert placement.candidate_agreed_on is None and placement.status == Step.PROPOSED


def test_the_page_does_not_suggest_that_an_employer_has_data_before_it_is_shared(candidate_and_key, page):
    """A candidate is matched from the first proposal on, of which the employer hears after their yes."""
    propose_candidate(candidate_and_key[0])
    text = page()
    assert "Geen werkgever heeft iets over u gehoord." in text
    assert "er is een voorstel voor werk" in text and "voorgesteld aan een werkgever" not in text


def test_the_page_remembers_a_yes_and_says_what_comes_next(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    page()
    client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": "yes"})
    said = f"U hebt ja gezegd op {today():%d-%m-%Y}."
    assert f"{said} Uw begeleider neemt contact met u op." in page()
    FollowUp.objects.get().resolve("gebeld")
    assert said in page() and "neemt contact met u op" not in page()
    placement.refresh_from_db()
    placement = record_agreement(placement, today())
    assert f"{said} Uw begeleider kan nu over u vertellen aan de werkgever." in page()
    record_shared_data(placement, {"given_name": "Selamawit"}, today())
    assert said in page() and "kan nu over u vertellen" not in page()


def test_the_page_shows_the_answer_and_how_to_change_it(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    asked = page()
    assert "Ja, dat mag" in asked and "Nee, liever niet" in asked and "U hebt ja gezegd" not in asked
    say = {"yes": f"U hebt ja gezegd op {today():%d-%m-%Y}.", "no": f"U hebt nee gezegd op {today():%d-%m-%Y}."}
    for answer, other_answer, button_label in (
        ("yes", "no", "Nee, liever niet"),
        ("no", "yes", "Ja, dat mag"),
        ("yes", "no", "Nee,"),
    ):
        client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": answer})
        shown = page()
        assert say[answer] in shown and "Denkt u er nu anders over?" in shown and button_label in shown
        assert say[other_answer] not in shown
    assert not FollowUp.objects.open().filter(text__contains="zegt nee").exists()
    assert FollowUp.objects.open().get().text.endswith("Leg het akkoord vast.")
    assert "You said yes on" in page("en")


def test_a_candidate_can_visibly_withdraw_a_recorded_agreement(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": "no"})
    said_no = FollowUp.objects.get()
    said_no.mark_done(candidate_and_key[0].coordinator)
    assert "U hebt nee gezegd" in page()
    record_agreement(placement, today(), changed_mind=True)
    assert "op dat u op" in page() and "toch ja hebt gezegd." in page() and "De werkgever hoort niets" not in page()
    client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": "no"})
    assert "De werkgever hoort niets over u." in page()
    assert Placement.objects.get().is_declined and FollowUp.objects.open().count() == 1


def test_the_page_shows_that_a_correction_and_a_wish_to_stop_were_sent(candidate_and_key, page, client):
    client.post(page_url(candidate_and_key[1], "verbetering/"), {"text": "Mijn nummer is anders"})
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    shown = page()
    assert f"U schreef ons op {today():%d-%m-%Y}. Uw begeleider kijkt ernaar." in shown
    assert f"U hebt op {today():%d-%m-%Y} gezegd dat u wilt stoppen." in shown
    assert "Ja, ik wil stoppen met het project" not in shown
    for action in FollowUp.objects.all():
        action.mark_done(candidate_and_key[0].coordinator)
    shown = page()
    assert "Uw begeleider heeft ernaar gekeken." in shown
    assert "gezegd dat u wilt stoppen." in shown and "Ja, ik wil stoppen met het project" not in shown


def test_the_page_shows_the_outcome_of_a_wish_to_stop(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    assert "Dan stellen wij u niet meer voor" in page()
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    shown = page()
    assert "Wij stellen u niet meer voor, en vertellen werkgevers niets meer over u." in shown
    assert "Ja, dat mag" not in shown and "Nee, liever niet" not in shown
    record_continuation(candidate_and_key[0], ContactMoment(kind="call", user=candidate_and_key[0].coordinator))
    shown = page()
    assert f"Daarna is opgeschreven dat u op {today():%d-%m-%Y} hebt gezegd dat u doorgaat." in shown
    assert "Ja, ik wil stoppen met het project" in shown and "Ja, dat mag" in shown
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    stops = ClosingReason.objects.filter(side="candidate").first()
    close_dossier(candidate_and_key[0], stops, ContactMoment(kind="call", user=candidate_and_key[0].coordinator))
    shown = page()
    assert "Wij zoeken geen werk meer voor u." in shown and "Ja, ik wil stoppen met het project" not in shown


def test_a_proposal_does_not_go_on_after_the_wish_to_stop(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": "yes"})
    assert "U hebt ja gezegd op" in page() and "Alleen met uw ja vertellen wij" in page()
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    shown = page()
    assert "Dit voorstel gaat niet door, omdat u wilt stoppen. De werkgever hoort niets over u." in shown
    assert "Waar u nu staat u wilt stoppen" in shown
    assert "Where you are now you want to stop" in page("en")
    contradictions = ("Alleen met uw ja", "U hebt ja gezegd op", "Denkt u er nu anders over?", "een voorstel voor werk")
    for contradiction in contradictions:
        assert contradiction not in shown


def test_a_proposal_that_the_employer_heard_of_does_not_go_on_after_the_wish_to_stop(candidate_and_key, page, client):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    record_shared_data(placement, {"given_name": "Selamawit"}, today())
    assert "Wilt u dit werk toch niet?" in page()
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    shown = page()
    assert f"heeft op {today():%d-%m-%Y} over u gehoord. Dit voorstel gaat niet door" in shown
    assert "Wilt u dit werk toch niet?" not in shown and "U hebt ja gezegd op" not in shown


@pytest.mark.parametrize("how", ["withdraws", "is closed"])
def test_the_page_does_not_ask_for_a_yes_to_an_employer_who_does_not_go_on(candidate_and_key, page, client, how):
    placement, key = propose_candidate(candidate_and_key[0]), candidate_and_key[1]
    assert "Ja, dat mag" in page()
    if how == "withdraws":
        withdraw_interest(placement.interest)
    else:
        EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    answer_url, actions = page_url(key, f"voorstel/{placement.pk}/"), FollowUp.objects.exclude(occasion=WITHDRAW)
    shown = page()
    assert "Dit voorstel gaat nu niet verder. Dat komt door de werkgever. De werkgever hoort niets over u." in shown
    assert "Ja, dat mag" not in shown and "Alleen met uw ja" not in shown
    shown = text(client.post(answer_url, {"answer": "yes"}, follow=True))
    assert "Daarom hebben wij uw ja niet opgeschreven." in shown and "U hebt ja gezegd" not in shown
    assert not actions.exists()
    shown = text(client.post(answer_url, {"answer": "no"}, follow=True))
    assert "Wij hebben uw nee." in shown and "Ja, dat mag" not in shown and actions.get().occasion == NO


def test_the_page_says_that_a_proposal_stopped_after_the_employer_heard_of_the_candidate(candidate_and_key, page):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    record_shared_data(placement, {"given_name": "Selamawit"}, today())
    withdraw_interest(placement.interest)
    assert "over u gehoord. Dit voorstel gaat nu niet verder. Dat komt door de werkgever." in page()


def test_sending_the_same_answer_twice_creates_one_action(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    for _press in range(2):
        client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": "yes"})
    assert FollowUp.objects.count() == 1


def test_an_employer_has_heard_nothing_as_long_as_the_mail_waits(candidate_and_key, page):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    written = ContactMoment.objects.create(kind="mail", text="Voorstel\n\nBeroep: kok", placement=placement)
    mail = RecordMail.objects.create(contact=written, recipient="employer", proposal=placement)
    assert "Geen werkgever heeft iets over u gehoord." in page() and "Deze werkgever heeft op" not in page()
    send_email.call("mail_proposal", [mail.pk])
    assert f"Deze werkgever heeft op {today():%d-%m-%Y} over u gehoord." in page()


def test_a_proposal_cannot_be_answered_after_data_was_shared_with_the_employer(candidate_and_key, page, client):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    assert f"U hebt ja gezegd op {today():%d-%m-%Y}." in page()
    record_shared_data(placement, {"given_name": "Selamawit"}, today())
    shown = page()
    assert f"Deze werkgever heeft op {today():%d-%m-%Y} over u gehoord." in shown
    assert "er is een voorstel voor werk" in shown and "Er is nu geen voorstel." not in shown
    assert "Nee, liever niet" not in shown and "Denkt u er nu anders over?" not in shown


def test_a_no_that_comes_after_the_employer_was_told_reaches_the_coordinator(candidate_and_key, page, client):
    placement, key = record_agreement(propose_candidate(candidate_and_key[0]), today()), candidate_and_key[1]
    answer_url = page_url(key, f"voorstel/{placement.pk}/")
    page()  # the buttons are on the page that the candidate has open
    record_shared_data(placement, {"given_name": "Selamawit"}, today())
    shown = text(client.post(answer_url, {"answer": "no", "text": "Te ver"}, follow=True))
    assert "Wij hebben uw nee. Maar deze werkgever heeft al over u gehoord." in shown
    assert f"Daarna hebt u op {today():%d-%m-%Y} nee gezegd. Uw begeleider neemt contact met u op." in shown
    assert "Wij hebben uw bericht." in shown and "De werkgever hoort niets over u." not in shown
    action = FollowUp.objects.get(occasion=NO)
    assert action.text.endswith(f"{placement.reference}, maar de werkgever heeft al over de kandidaat gehoord. Bel.")
    assert (action.placement, action.owner) == (placement, candidate_and_key[0].coordinator)
    assert Placement.objects.get().candidate_agreed_on == today(), "what was told was told with a yes"
    shown = text(client.post(answer_url, {"answer": "yes"}, follow=True))
    assert "nee gezegd" not in shown and "Wij hebben uw ja." in shown
    assert not FollowUp.objects.open().filter(occasion=NO).exists()


def test_an_employer_who_was_told_just_before_the_no_is_recorded_after_it(
    candidate_and_key, page, client, coordinator_client
):
    placement, key = record_agreement(propose_candidate(candidate_and_key[0]), today()), candidate_and_key[1]
    tell_url = url(Placement, "tell", placement.pk)
    opened = coordinator_client.get(tell_url)
    client.post(page_url(key, f"voorstel/{placement.pk}/"), {"answer": "no"})
    button = "Vastleggen: de werkgever was al ingelicht voordat het nee kwam"
    refused = press(coordinator_client, opened, "Vastleggen: de werkgever is zo ingelicht")
    assert "Er is niets als gedeeld vastgelegd" in text(refused) and button in text(refused)
    assert "Vertel het aan" not in text(refused) and "Vertel nu niets meer." in text(refused)
    assert "Was de werkgever daarvoor al ingelicht?" in text(
        coordinator_client.get(url(Placement, "inspect", placement.pk))
    )
    FollowUp.objects.get(occasion=NO).resolve("Gebeld.", candidate_and_key[0].coordinator)
    done = press(coordinator_client, coordinator_client.get(tell_url), button)
    assert f"Wat de werkgever hoorde op {today():%d-%m-%Y}" in text(done) and "Selamawit" in text(done)
    assert f"Deze werkgever heeft op {today():%d-%m-%Y} over u gehoord. Daarna hebt u op" in page()
    reloaded = text(client.get(f"{page_url(key, 'pagina/')}&gezegd=sent_no&voorstel={placement.pk}"))
    assert "De werkgever hoort niets over u." not in page() + reloaded
    action = FollowUp.objects.get(occasion=NO)
    assert action.text.endswith("maar de werkgever heeft al over de kandidaat gehoord. Bel.") and not action.is_done
    assert "voordat het nee of de wens om te stoppen kwam" in text(
        coordinator_client.get(url(Placement, "history", placement.pk))
    )


def test_an_employer_who_was_told_just_before_the_wish_to_stop_is_recorded_after_it(
    candidate_and_key, page, coordinator_client
):
    placement = record_agreement(propose_candidate(candidate_and_key[0]), today())
    request_withdrawal(candidate_and_key[0])
    press(
        coordinator_client,
        coordinator_client.get(url(Placement, "tell", placement.pk)),
        "Vastleggen: de werkgever was al ingelicht voordat de wens om te stoppen kwam",
    )
    assert f"Deze werkgever heeft op {today():%d-%m-%Y} over u gehoord." in page()


def test_nothing_is_recorded_as_told_before_an_agreement_or_after_the_no(candidate_and_key):
    placement = propose_candidate(candidate_and_key[0])
    values = {"given_name": "Selamawit"}
    record_answer(placement, agrees=False)
    with pytest.raises(StepRefused, match="akkoord van de kandidaat"):
        record_shared_data(placement, values, today(), was_told_before=True)
    placement = record_agreement(placement, today(), changed_mind=True)
    record_answer(placement, agrees=False)
    Placement.objects.update(candidate_declined_on=days_ago(1))
    with pytest.raises(StepRefused, match="mag niets meer worden verteld"):
        record_shared_data(placement, values, today(), was_told_before=True)
    assert not Placement.objects.get().shared_on


def test_an_answer_to_a_proposal_that_ended_comes_back_to_the_page_and_a_no_is_kept(candidate_and_key, page, client):
    placement, key = record_agreement(propose_candidate(candidate_and_key[0]), today()), candidate_and_key[1]
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    answer_url = page_url(key, f"voorstel/{placement.pk}/")
    shown = text(client.post(answer_url, {"answer": "yes"}, follow=True))
    assert "Dit voorstel gaat niet verder. Daarom hebben wij uw ja niet opgeschreven." in shown
    assert not FollowUp.objects.exists()
    shown = text(client.post(answer_url, {"answer": "no"}, follow=True))
    assert "Wij hebben uw nee. Dit voorstel was al gestopt." in shown
    assert FollowUp.objects.get().text.endswith(
        f"voorstel {placement.reference}, dat al was beëindigd. Bel als dat nodig is."
    )
    assert undo_last_step(placement).is_declined, "nothing is told if the end is taken back"
    assert "Dit voorstel was al gestopt." not in text(
        client.get(page_url(key, "pagina/") + "&gezegd=sent_no_ended&voorstel=" + str(placement.pk))
    )


def test_a_no_to_a_proposal_that_was_deleted_is_kept(candidate_and_key, page, client):
    address = page_url(candidate_and_key[1], "voorstel/0/")
    assert "Daarom hebben wij uw ja niet opgeschreven." in text(client.post(address, {"answer": "yes"}, follow=True))
    assert not FollowUp.objects.exists()
    assert "Dit voorstel was al gestopt." in text(client.post(address, {"answer": "no"}, follow=True))
    assert FollowUp.objects.get().text.startswith("De kandidaat zegt nee tegen een voorstel dat is verwijderd.")


def test_the_wish_to_stop_of_a_candidate_who_stopped_already_is_answered(candidate_and_key, page, client):
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(status=Status.COMPLETED)
    response = client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"}, follow=True)
    assert "Wij zoeken geen werk meer voor u. U hoeft niet te stoppen." in text(response)


def test_a_reloaded_confirmation_does_not_confirm_an_answer_that_was_changed(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    open_page(client, candidate_and_key[1])
    yes, no = (
        client.post(page_url(candidate_and_key[1], f"voorstel/{placement.pk}/"), {"answer": answer})["Location"]
        for answer in ("yes", "no")
    )
    again, now = text(client.get(yes)), text(client.get(no))
    assert "Wij hebben uw ja." not in again and "U hebt nee gezegd" in again
    assert "Wij hebben uw nee." in now
    assert "Wij weten dat u wilt stoppen." not in text(
        client.get(page_url(candidate_and_key[1], "pagina/") + "&gezegd=sent_withdraw")
    )


@pytest.mark.parametrize("status", [Status.MATCHED, Status.AVAILABLE])
def test_the_status_and_the_proposals_do_not_contradict_each_other(candidate_and_key, page, status):
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(status=status)  # as an import can leave it
    shown = page()
    assert "Er is nu geen voorstel." in shown and "er is een voorstel voor werk" not in shown
    assert "beschikbaar voor werk" in shown


def test_a_candidate_cannot_answer_the_proposal_of_another_candidate(candidate_and_key, page, client):
    other = make_placement(Step.PROPOSED, begun=1)
    for answer in ("yes", "no"):
        response = client.post(page_url(candidate_and_key[1], f"voorstel/{other.pk}/"), {"answer": answer}, follow=True)
        assert response.status_code == 200 and other.reference not in text(response)
    assert not FollowUp.objects.filter(placement=other).exists() and not Placement.objects.get().is_declined


def test_stopping_requires_a_confirmation(candidate_and_key, page, client):
    response = client.post(page_url(candidate_and_key[1], "stoppen/"))
    assert "Zet eerst een vinkje" in text(response) and not FollowUp.objects.exists()
    response = client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"}, follow=True)
    assert "Wij weten dat u wilt stoppen." in text(response)
    assert FollowUp.objects.get().text.startswith("De kandidaat wil stoppen met de pilot.")
    candidate_and_key[0].refresh_from_db()
    assert candidate_and_key[0].status == Status.AVAILABLE


def test_a_yes_sent_after_the_wish_to_stop_is_not_recorded(candidate_and_key, page, client):
    placement = propose_candidate(candidate_and_key[0])
    client.post(page_url(candidate_and_key[1], "stoppen/"), {"sure": "yes"})
    answer_url = page_url(candidate_and_key[1], f"voorstel/{placement.pk}/")
    response = text(client.post(answer_url, {"answer": "yes"}, follow=True))
    assert "Wij weten dat u wilt stoppen." in response and "Wij hebben uw ja" not in response
    assert not FollowUp.objects.filter(placement=placement).exists()
    assert "Wij hebben uw nee" in text(client.post(answer_url, {"answer": "no"}, follow=True))


def test_a_candidate_who_stopped_is_not_asked_to_stop_again(candidate_and_key, page):
    assert "Wilt u stoppen?" in page()
    Dossier.objects.filter(pk=candidate_and_key[0].pk).update(status=Status.WITHDRAWN)
    assert "Wilt u stoppen?" not in page() and "Waar u nu staat gestopt" in page()


def test_every_button_of_the_page_submits_the_text_in_the_box(candidate_and_key, page, client):
    propose_candidate(candidate_and_key[0])
    page()
    shown = raw(client.get(page_url(candidate_and_key[1], "pagina/")))
    buttons = re.findall(r"<button[^>]*formaction[^>]*>", shown)
    assert [re.search(r"/(\w+)/(?:\d+/)?(?:\?taal=\w+)?\"", button)[1] for button in buttons] == [
        *("pagina", "pagina", "voorstel", "voorstel", "verbetering", "stoppen", "sluiten")
    ]
    for control in (*buttons, *re.findall(r"<(?:textarea|input type=\"checkbox\")[^>]*>", shown)):
        assert 'form="answers"' in control
    assert shown.count("<form ") == 1
    default_button = re.search(r"<button[^>]*form=\"answers\"[^>]*>", shown)[0]
    assert "hidden" in default_button and "formaction" not in default_button
    shown = raw(client.post(page_url(candidate_and_key[1], "pagina/"), {"text": "Te ver", "sure": "yes"}))
    assert ">Te ver</textarea>" in shown and 'form="answers" checked' in shown
    assert not FollowUp.objects.exists()


def test_switching_the_language_preserves_the_typed_text_and_sends_nothing(candidate_and_key, page, client):
    page()
    english = next(
        button
        for button in re.findall(r"<button[^>]*>", raw(client.get(page_url(candidate_and_key[1], "pagina/"))))
        if 'lang="en"' in button
    )
    address = re.search(r'formaction="([^"]+)"', english)[1]
    shown = raw(client.post(address, {"taal": "nl", "text": "Mijn nummer is anders", "sure": "yes"}))
    assert '<html lang="en"' in shown and ">Mijn nummer is anders</textarea>" in shown
    assert 'form="answers" checked' in shown and 'name="taal" value="en"' in shown
    assert "nothing is sent yet and your text stays" in shown
    assert not FollowUp.objects.exists() and not ContactMoment.objects.exists()
    assert client.post(address, {"taal": "nl"})["Location"] == page_url(candidate_and_key[1], "pagina/", "en")


@pytest.mark.parametrize("language", [words.code for words in get_languages()])
def test_the_text_in_the_box_is_sent_with_every_answer(candidate_and_key, page, client, language, coordinator):
    words = get_words(language)
    CandidateLanguage.approve(words, "Samira Haddad", coordinator)
    words = words.naming_contact(has_coordinator=True)
    placement, key = propose_candidate(candidate_and_key[0]), candidate_and_key[1]
    page()
    typed = {"text": "Mijn nummer is anders"}
    for path, answer, text_name in (
        (f"voorstel/{placement.pk}/", {"answer": "yes"}, "sent_yes"),
        (f"voorstel/{placement.pk}/", {"answer": "no"}, "sent_no"),
        ("stoppen/", {"sure": "yes"}, "sent_withdraw"),
    ):
        shown = text(client.post(page_url(key, path, language), typed | answer, follow=True))
        assert words.texts[text_name] in shown and words.texts["sent_correction"] in shown
    shown = text(client.post(page_url(key, "sluiten/", language), typed, follow=True))
    municipality = get_words(language).naming_contact(has_coordinator=False)
    assert municipality.texts["sent_correction"] in shown and municipality.texts["door_title"] in shown
    assert ContactMoment.objects.filter(text__endswith="Mijn nummer is anders").count() == 4
    messages = FollowUp.objects.filter(occasion=CORRECTION).values_list("text", flat=True).order_by("pk")
    assert [*messages] == [
        "De kandidaat schreef bij het antwoord: “Mijn nummer is anders”",
        "De kandidaat vraagt om een verbetering: “Mijn nummer is anders”",
    ]


def test_a_refused_text_stays_in_the_box_while_the_answer_is_confirmed(candidate_and_key, page, client):
    placement, key = propose_candidate(candidate_and_key[0]), candidate_and_key[1]
    page()
    refused = {"text": "mijn bsn is 123456782"}
    response = client.post(page_url(key, f"voorstel/{placement.pk}/"), refused | {"answer": "no"})
    for part in ("Wij hebben uw nee.", "Hier staat een BSN of V-nummer.", "mijn bsn is 123456782"):
        assert part in text(response)
    assert "mijn bsn is 123456782" in text(client.post(page_url(key, "sluiten/"), refused))
    assert "Selamawit Haile" in page()
    response = client.post(page_url(key, "stoppen/"), {"text": "Mijn nummer is anders"})
    assert "Zet eerst een vinkje" in text(response) and "Mijn nummer is anders" in text(response)
    assert FollowUp.objects.count() == 1 and not ContactMoment.objects.exists()


@pytest.mark.parametrize("typed", ["", "mijn bsn is 123456782"])
def test_an_answer_is_confirmed_at_its_proposal_and_the_buttons_keep_their_places(
    candidate_and_key, page, client, typed
):
    placement, key = propose_candidate(candidate_and_key[0]), candidate_and_key[1]
    make_placement(Step.PROPOSED, candidate_and_key[0], make_interest(work_description="Ander werk"), begun=0)
    page()
    for answer, confirmation in (("yes", "Wij hebben uw ja."), ("no", "Wij hebben uw nee.")):
        answered = {"answer": answer, "text": typed}
        shown = raw(client.post(page_url(key, f"voorstel/{placement.pk}/"), answered, follow=True))
        proposals = re.findall(r"<article.*?</article>", shown, re.DOTALL)
        assert [confirmation in proposal for proposal in proposals] == [True, False]
        assert shown.count(confirmation) == 1
        for proposal in proposals:
            assert re.findall(r'name="answer" value="(\w+)"', proposal) == ["yes", "no"]
        assert len(re.findall(" autofocus", shown)) == 1


def test_a_text_is_stored_even_if_the_proposal_no_longer_exists(candidate_and_key, page, client):
    page()
    response = client.post(
        page_url(candidate_and_key[1], "voorstel/0/"), {"answer": "no", "text": "Te ver"}, follow=True
    )
    assert "Wij hebben uw bericht." in text(response) and "Dit voorstel was al gestopt." in text(response)


def test_the_number_of_messages_of_a_candidate_is_limited_each_day(candidate_and_key, page, client):
    for number in range(25):
        response = client.post(page_url(candidate_and_key[1], "verbetering/"), {"text": f"bericht {number}"})
    assert "U hebt vandaag veel gestuurd." in text(response)
    assert FollowUp.objects.count() == 20


def test_an_action_is_in_dutch_when_the_page_was_in_another_language(candidate_and_key, page, client):
    client.post(page_url(candidate_and_key[1], "stoppen/", "en"), {"sure": "yes", "taal": "en"})
    assert FollowUp.objects.get().text.startswith("De kandidaat wil stoppen")
