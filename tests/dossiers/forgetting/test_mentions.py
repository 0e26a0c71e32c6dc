"""Texts about others that name the person are shown with their sentences, and kept or replaced as the user chooses."""

import json
import re
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_dossier, find_obstacles
from dossiers.forgetting.employers import Contact
from dossiers.forgetting.mentions import Mention, cut_sentences, find_mentions
from dossiers.forgetting.personal_data import Person, build_pattern
from dossiers.forgetting.retention_map import FREE_TEXT_FIELDS, MODELS_WITHOUT_PEOPLE, SHARED_MODELS, TEXTS_NOT_SEARCHED
from dossiers.models import (
    BulkChange,
    BulkRow,
    ClosingReason,
    ContactMoment,
    Dossier,
    EmployerInterest,
    Evaluation,
    EvaluationText,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    ImportProfile,
    ImportRun,
    KeptLonger,
    Milestone,
    OwnField,
    Placement,
    SavedView,
    Sector,
    Status,
    Step,
    Supply,
)
from dossiers.models.lists.names import DistinctNameMixin, add_free_number
from dossiers.models.lists.organisation import Organisation
from dossiers.privacy.normalization import strip_accents
from dossiers.reports.evaluations import freeze
from dossiers.spreadsheets.imports import staging

from ..backoffice.pages import text
from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, make_ready_dossier
from ..models.test_activity import make_finding
from ..spreadsheets.imports import Lists
from ..text_search import find_in_tables
from .test_anonymize import make_closed_dossier

pytestmark = pytest.mark.usefixtures("base_data")


def make_contact(words: str, **about) -> ContactMoment:
    return ContactMoment.objects.create(text=words, **about or {"employer": make_employer()})


def get_mentions(dossier: Dossier) -> list[Mention]:
    return find_mentions(Person(dossier))


def list_text_fields(model) -> set[str]:
    """Return the fields of a model in which somebody can write."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField | JSONField) and not field.choices
    }


def test_every_text_field_is_searched_or_has_a_reason_why_not():
    without_people = MODELS_WITHOUT_PEOPLE.keys() - FREE_TEXT_FIELDS
    others = {
        label: list_text_fields(apps.get_model(label)) for label in without_people if label.startswith("dossiers.")
    }
    for model in apps.get_app_config("dossiers").get_models():
        label, texts = model._meta.label, list_text_fields(model)
        if label.startswith("dossiers.Historical"):
            continue
        searched = set(FREE_TEXT_FIELDS.get(label, "").split())
        not_searched = {name for names in TEXTS_NOT_SEARCHED.get(label, {}) for name in names.split()}
        masked = SHARED_MODELS[label].all if label in SHARED_MODELS else set()
        assert searched | not_searched <= texts and not searched & not_searched, label
        assert texts <= searched | not_searched | masked | others.get(label, set()), label


JSON_KEYS = {"values": "profession", "contact_given": "city", "answers": "Wie kent u?", "extra": "x_vraag"}


LISTS_AS_DELIVERED = [
    f"dossiers.{name}"
    for name in (
        *("Sector", "ClosingReason", "Organisation", "Regulation", "RegulationTranslation", "GlossaryTerm"),
        *("ActionRule", "EmailText"),
    )
]


def fill_searched_fields(records: dict[str, Any], name: str) -> set[tuple[str, str]]:
    """Write the name in each text that is searched, and return (label, field) of these."""
    places = {(label, field) for label, fields in FREE_TEXT_FIELDS.items() for field in fields.split()}
    for label, field in places:
        value: Any = "+31612345675" if field == "phone" else f"bij {name}"
        records_of_model = type(records[label])._base_manager.filter(pk=records[label].pk)
        records_of_model.update(**{field: {JSON_KEYS[field]: value} if field in JSON_KEYS else value})
    return places


def make_searched_records(owner: Any) -> dict[str, Any]:
    """Create a record of each model of which texts are searched, by label; none is about the person."""
    other = make_dossier(given_name="Robel", family_name="Berhe")
    placement = make_placement(Step.PROPOSED, make_ready_dossier(given_name="Yonas", family_name="Tesfay"))
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["findings"])
    finding = make_finding(dossier=other)
    finding.save()
    records = [
        *(other, placement, placement.interest, placement.interest.employer, evaluation, finding, finding.category),
        Supply.objects.create(dossier=other, organisation=Organisation.objects.named("AZC Luttelgeest")),
        make_contact("Gebeld", dossier=other),
        FollowUp.objects.create(dossier=other, text="Bel", due_on=date(2026, 12, 1)),
        Expense.objects.create(dossier=other, description="Reis", amount=1, category="incidental"),
        KeptLonger.objects.create(dossier=other, until=date(2026, 12, 1), reason="Klacht"),
        EvaluationText.objects.create(evaluation=evaluation, section="summary", text="Kort"),
        Milestone.objects.create(title="Start", planned_on=date(2026, 12, 1)),
        OwnField.objects.create(record="dossiers", label="Mentor", kind=OwnField.Kind.CHOICE, choices=["Ja", "Nee"]),
        ImportProfile.objects.create(name="AZC", record="dossiers"),
        ImportRun.objects.create(record="dossiers", file_name="lijst.csv", state=ImportRun.State.UNDONE),
        SavedView.objects.create(kind="dossier", name="Lijst", query="status=closed", owner=owner),
        *(apps.get_model(label).objects.first() for label in LISTS_AS_DELIVERED),
    ]
    return {record._meta.label: record for record in records}


@pytest.mark.parametrize("spelling", ["Selamawit Haile", "S\u00c9LAMAWIT HAI\u0308LE\u0301"])
def test_the_name_is_found_shown_and_removed_in_every_text_of_every_record(coordinator_client, coordinator, spelling):
    dossier, records = make_closed_dossier(phone="+31612345675"), make_searched_records(coordinator)
    assert records.keys() == FREE_TEXT_FIELDS.keys()
    places = fill_searched_fields(records, spelling)
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    response = coordinator_client.get(address)
    shown = {(mention.label, mention.field): mention for mention in response.context["form"].mentions}
    assert shown.keys() == places
    assert {place for place, mention in shown.items() if not mention.sure} == {
        *(("dossiers.Employer", name) for name in ("company_name", "contact_name", "email", "phone")),
        *(("dossiers.Organisation", "name"), ("dossiers.Sector", "name"), ("dossiers.Sector", "name_en")),
    }
    links = [row["url"] for row in response.context["form"].rows() if row["url"]]
    assert len(set(links)) == len(records) - 5, "four have no page, and a translation has that of its rule"
    assert {coordinator_client.get(link).status_code for link in links} == {200}
    coordinator_client.post(address, {"reference": dossier.reference, "rest": "replace"})
    assert find_in_tables([spelling.split()[1], json.dumps(spelling.split()[1])[1:-1]]) == []


def list_distinct_texts() -> list[tuple[Any, str]]:
    """Return (model, field) of the texts that can lose a name and that must differ between the rows of a model."""
    searched = [(label, field) for label, fields in FREE_TEXT_FIELDS.items() for field in fields.split()]
    masked = [(label, field) for label, chosen in SHARED_MODELS.items() for field in chosen.masked]
    texts = []
    for model, field in sorted({(apps.get_model(label), field) for label, field in (*searched, *masked)}, key=str):
        unique = [names for names in model._meta.constraints if isinstance(names, UniqueConstraint)]
        words = set(re.findall(r"\w+", str([(names.fields, names.expressions) for names in unique])))
        is_name = issubclass(model, DistinctNameMixin) and field == "name"
        if model._meta.get_field(field).unique or field in words or is_name:
            texts.append((model, field))
    return texts


OTHERWISE_UNIQUE = {
    FindingCategory: lambda number: {"code": f"code-{number}"},
    ImportProfile: lambda number: {"organisation": Organisation.objects.create(name=f"Locatie {number}")},
    OwnField: lambda number: {"key": f"own_veld_{number}"},
}


def test_names_of_which_only_the_name_of_a_person_differed_get_a_number(coordinator):
    dossier, records = make_closed_dossier(), make_searched_records(coordinator)
    texts, rows = list_distinct_texts(), []
    assert {(OwnField, "label"), (ClosingReason, "name"), (SavedView, "name"), (Sector, "name")} <= {*texts}
    for model, field in texts:
        for number, name in enumerate(
            ("Vriend Haile", "vriénd  Selamawit Haile", "Vriend … 2", "Vriend SELAMAWIT HAILE")
        ):
            row = copy(records[model._meta.label])
            row.pk, row._state.adding = None, True
            for other, value in {field: name, **OTHERWISE_UNIQUE.get(model, lambda _number: {})(number)}.items():
                setattr(row, other, value)
            row.save()
            rows.append((row, field))
    anonymize_dossier(dossier.pk, None, "verzoek", {mention.key: True for mention in get_mentions(dossier)})
    names = [strip_accents(getattr(type(row).objects.get(pk=row.pk), field)) for row, field in rows]
    numbered = sorted(" ".join(name.split()) for name in names)
    assert numbered == sorted(["vriend ...", "vriend ... 2", "vriend ... 3", "vriend ... 4"] * len(texts))


def test_a_name_of_the_greatest_length_gives_its_end_for_a_number():
    Sector.objects.create(name="x" * 60)
    assert add_free_number(Sector(), "name", "x" * 60) == "x" * 58 + " 2"


FOLDED = {
    ("Ozgur", "Yilmazer"): "Özgür Yılmazer|Yılmazer|YILMAZER|Yilmázer|Yïlmazer|Ozgür Yilmazér|özgür",
    ("Sükrü", "Çeliköz"): "Şükrü Çeliköz|Sukru Celikoz|ŞÜKRÜ CELIKOZ",
    ("Jorgen", "Weiss"): "Jørgen Weiß|Jørgen WEIẞ|JÖRGEN weiss|Jo\u0308rgen Weis\u0327s",
    ("Æsa", "Þórsdóttir"): "aesa thorsdottir|ÆSA THÓRSDOTTIR",
}


@pytest.mark.parametrize("name", FOLDED)
def test_a_name_is_found_with_and_without_its_diacritics(name):
    dossier, other = make_closed_dossier(given_name=name[0], family_name=name[1]), make_dossier(family_name="Berhe")
    spellings = FOLDED[name].split("|")
    for spelling in spellings:
        make_contact(f"Gesproken met {spelling}, belde.", dossier=other)
    stays = make_contact("Gesproken met Yilmaz, Weissen en Aesaa.", dossier=other)
    shown = {mention.sentences[0][1] for mention in get_mentions(dossier)}
    assert shown == set(spellings), "as it is spelled in the text"
    anonymize_dossier(dossier.pk, None, "met de hand", {mention.key: True for mention in get_mentions(dossier)})
    texts = set(ContactMoment.objects.exclude(pk=stays.pk).values_list("text", flat=True))
    assert texts == {"Gesproken met …, belde."}
    stays.refresh_from_db()
    assert "…" not in stays.text


def test_a_name_that_is_a_common_word_but_for_its_diacritics_counts_only_where_it_is_written_as_a_name():
    dossier = make_closed_dossier(given_name="Ali", family_name="Dağ")
    ordinary, written = ("Belt elke dag.", "Dag allemaal"), ("Dağ belde.", "Met dağ gebeld.", "Gebeld met Dag.")
    for words in (*ordinary, *written):
        make_contact(words)
    assert {mention.record.text for mention in get_mentions(dossier)} == set(written)


def test_a_namesake_is_one_with_and_without_diacritics():
    dossier, namesake = make_closed_dossier(family_name="Celik"), make_dossier(given_name="Sara", family_name="Çelik")
    moment = make_contact("Mevrouw Çelik gesproken", dossier=namesake)
    anonymize_dossier(dossier.pk, None, "termijn")
    moment.refresh_from_db()
    assert moment.text == "Mevrouw Çelik gesproken"


def test_a_company_a_place_or_a_trade_keeps_its_name_if_the_person_is_forgotten_automatically():
    dossier = make_closed_dossier(given_name="Selamawit", family_name="Kampen")
    company = make_employer(company_name="Kampen Kassen", city="Kampen")
    other = make_dossier(family_name="Berhe", location="Kampen", profession="kok bij Kampen")
    anonymize_dossier(dossier.pk, None, "termijn")
    company.refresh_from_db(), other.refresh_from_db()
    assert (company.company_name, company.city, other.location) == ("Kampen Kassen", "Kampen", "Kampen")
    assert other.profession == "kok bij …"


def test_a_contact_of_an_employer_keeps_the_same_name_and_number_unless_the_user_chooses_otherwise():
    dossier = make_closed_dossier(phone="+31612345675")
    number = {"contact_name": "Sélamawit Haile", "phone": dossier.phone}
    stays, goes = make_employer(**number), make_employer(company_name="Kas Twee", **number)
    make_employer(contact_name="Selamawit Bakker")
    goes.contact_name = "Henk de Fictie"
    goes.save()
    sign_up = make_sign_up(given=number)
    mentions = get_mentions(dossier)
    places = {(employer, name) for employer in (stays, goes) for name in ("contact_name", "phone")}
    assert {(mention.record, mention.field) for mention in mentions} == places | {(sign_up, "contact_given")}
    assert not any(mention.sure for mention in mentions)
    decisions = {mention.key: mention.record != stays for mention in mentions}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)
    for record in (stays, goes, sign_up):
        record.refresh_from_db()
    assert (stays.contact_name, stays.phone) == ("Sélamawit Haile", "+31612345675")
    assert (goes.contact_name, goes.phone) == ("Henk de Fictie", "")
    assert set(goes.history.values_list("contact_name", "phone")) == {("…", ""), ("Henk de Fictie", "")}
    assert (sign_up.contact_given["contact_name"], sign_up.contact_given["phone"]) == ("…", "")


def test_copies_of_a_text_follow_the_decision_about_it():
    dossier = make_closed_dossier()
    goes, stays = (make_ready_dossier(family_name=name, profession="kok bij Haile") for name in ("Berhe", "Tesfay"))
    for other in (goes, stays):
        placement = make_placement(Step.PROPOSED, other)
        Placement.objects.filter(pk=placement.pk).update(shared={"given_name": "Haile", "profession": "kok bij Haile"})
        merge_dossiers(other, make_dossier(family_name="Said", notes="Zus van Haile"))
        change = BulkChange.objects.create(kind="dossier", field="location")
        BulkRow.objects.create(change=change, record_id=other.pk, seen_at=timezone.now(), old="bij Haile")
    decisions = {mention.key: mention.pk != stays.pk for mention in get_mentions(dossier)}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)
    copies = {
        other.pk: str(
            [
                *other.placements.values_list("shared", flat=True),
                *other.merges.values_list("snapshot", "changes"),
                *BulkRow.objects.filter(record_id=other.pk).values_list("old", flat=True),
            ]
        )
        for other in (goes, stays)
    }
    assert copies[goes.pk].count("Haile") == 1, "the own first name"
    assert copies[stays.pk].count("Haile") >= 4


def test_an_initial_does_not_end_the_sentence_that_is_shown():
    dossier = make_closed_dossier()
    make_contact("Komt morgen. Goran fietst met S. Haile naar de kas. Verder niets.")
    assert [mention.sentences for mention in get_mentions(dossier)] == [
        (("Goran fietst met S. ", "Haile", " naar de kas."),)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bel over Haile op tel. 06 12345678 na zes uur.",
        "Volgens Mr. Jansen en mevr. Bakker komt Haile morgen.",
        "Haile spreekt o.a. Arabisch en bijv. Tigrinya.",
        "Dhr. Haile woont op nr. 12 i.v.m. de verhuizing.",
        "Sprak bv. met Haile, dhr. de Vries enz. over de kas.",
    ],
)
def test_an_abbreviation_does_not_end_the_sentence_that_is_shown(sentence):
    dossier = make_closed_dossier()
    make_contact(f"Komt morgen. {sentence} Verder niets.")
    assert ["".join(part) for mention in get_mentions(dossier) for part in mention.sentences] == [sentence]


@pytest.mark.parametrize("before", ["Werkt bij Kas BV.", "Heeft een hotel.", "Wil een dag vrij!", "belde niet terug."])
def test_a_word_that_ends_like_an_abbreviation_does_end_the_sentence(before):
    dossier = make_closed_dossier()
    make_contact(f"{before} Haile komt morgen.")
    assert [mention.sentences for mention in get_mentions(dossier)] == [(("", "Haile", " komt morgen."),)]


def test_each_mention_is_found_with_its_sentence_but_not_within_another_word():
    dossier, other = (
        make_closed_dossier(),
        make_dossier(family_name="Berhe", notes="Reist mee met Selamawit  Haile. Kookt goed."),
    )
    make_contact("Gebeld over Haile: komt maandag.\nVerder niets.")
    make_contact("De Hailemariams komen, en Selamawitje ook.")
    FollowUp.objects.create(employer=make_employer(), text="Vraag Hailes fiets", due_on=date(2026, 12, 1))
    make_finding(tried="Haile’s werkgever gebeld").save()
    make_interest(notes="Wil Selamawit houden", answers={"Wie kent u?": "mevrouw HAILE"})
    Supply.objects.create(
        dossier=other, organisation=Organisation.objects.named("AZC Luttelgeest"), values={"notes": "nicht van Haile"}
    )
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["findings"])
    EvaluationText.objects.create(evaluation=evaluation, section="summary", text="Haile heeft werk.")
    mentions = {(mention.label.split(".")[1], mention.field): mention for mention in get_mentions(dossier)}
    assert set(mentions) == {
        *(("Dossier", "notes"), ("ContactMoment", "text"), ("FollowUp", "text"), ("Finding", "tried")),
        *(("EmployerInterest", "notes"), ("EmployerInterest", "answers"), ("Supply", "values")),
        ("EvaluationText", "text"),
    }
    assert mentions["Dossier", "notes"].sentences == (("Reist mee met ", "Selamawit  Haile", "."),)
    assert mentions["ContactMoment", "text"].sentences == (("Gebeld over ", "Haile", ": komt maandag."),)
    assert not mentions["EmployerInterest", "notes"].sure  # a first name alone
    assert mentions["EmployerInterest", "answers"].sure


def test_a_sentence_with_several_names_is_shown_once_with_each_of_them_marked():
    text = "Belde. Haile reist met Selam en haar zus Haile. Selam heeft een fiets"
    places = [match.span() for match in re.finditer("Haile|Selam", text)]
    assert list(cut_sentences(text, places)) == [
        ("", "Haile", " reist met ", "Selam", " en haar zus ", "Haile", "."),
        ("", "Selam", " heeft een fiets"),
    ]


def test_a_name_with_diacritics_is_found_in_upper_and_lower_case():
    dossier = make_closed_dossier(given_name="Élodie", family_name="Çelik")
    make_contact("Gesproken met ÇELIK.")
    make_interest(answers={"Wie?": "élodie"})
    assert len(get_mentions(dossier)) == 2


GLUED = {
    "Zie selamawit_haile.pdf": "Zie ….pdf",
    "Zie Haile_06 en CV_Haile_2026": "Zie …_06 en CV_…_2026",
    "Account SelamawitHaile, SÉLAMAWIT_HAÏLE": "Account …, …",
    "Haile Selamawit Haile belde": "… belde",
    "Haileselamawit, selamawithaile en XSelamawitHaile": "…, … en …",
}


def test_a_name_is_found_where_it_is_glued_to_something():
    dossier, other = make_closed_dossier(), make_dossier(family_name="Berhe")
    stays = make_contact("Hailetu, Tenhaile en XHaile", dossier=other)
    moments = {make_contact(words, dossier=other): becomes for words, becomes in GLUED.items()}
    anonymize_dossier(dossier.pk, None, "met de hand", {mention.key: True for mention in get_mentions(dossier)})
    for moment, becomes in moments.items():
        moment.refresh_from_db()
        assert moment.text == becomes
    stays.refresh_from_db()
    assert "…" not in stays.text


def test_names_beside_each_other_become_one_sign_in_a_bulk_change_too():
    dossier = make_closed_dossier()
    change = BulkChange.objects.create(kind="dossier", field="location", given="Huis van Selamawit  Haile")
    asked = {"own_haile": "blijft", "Haile_06": "gaat", "selamawit_haile": "gaat"}
    run = ImportRun.objects.create(asked=asked, state=ImportRun.State.PREVIEWED)
    anonymize_dossier(dossier.pk, None, "termijn")
    change.refresh_from_db(), run.refresh_from_db()
    assert (change.given, run.asked) == ("Huis van …", {"own_haile": "blijft"})


BORN = date(1990, 3, 4)


@pytest.mark.parametrize(
    "spelling",
    ["4-3-1990", "04-03-1990", "4/3/90", "04.03.1990", "4 maart 1990", "4 MRT. 1990", "4 - 3 - '90", "٤-٣-١٩٩٠"],
)
def test_the_date_of_birth_goes_from_a_text_that_names_the_person(spelling):
    dossier = make_closed_dossier(date_of_birth=BORN)
    contact = make_contact(f"Twijfelt over Haile, geb. {spelling}.")
    (mention,) = get_mentions(dossier)
    assert [name for sentence in mention.sentences for name in sentence[1::2]] == ["Haile", spelling]
    anonymize_dossier(dossier.pk, None, "termijn", {mention.key: True})
    contact.refresh_from_db()
    assert contact.text == "Twijfelt over …, geb. …."
    assert not contact.history.filter(text__contains=spelling).exists()


@pytest.mark.parametrize("other", ["14-3-1990", "4-3-1991", "4-3-19901", "5 maart 1990", "4 mei 1990", "1990"])
def test_another_date_stays_in_a_text_that_names_the_person(other):
    dossier = make_closed_dossier(date_of_birth=BORN)
    contact = make_contact(f"Sprak Haile, {other}")
    anonymize_dossier(dossier.pk, None, "termijn")
    contact.refresh_from_db()
    assert contact.text == f"Sprak …, {other}"


def test_the_same_date_of_birth_of_somebody_else_stays():
    dossier = make_closed_dossier(date_of_birth=BORN)
    contact = make_contact("Amal Nuur, geboren 4-3-1990, komt mee")
    namesake = make_dossier(given_name="Amal", family_name="Nuur", date_of_birth=BORN)
    assert get_mentions(dossier) == []
    anonymize_dossier(dossier.pk, None, "termijn")
    contact.refresh_from_db(), namesake.refresh_from_db()
    assert (contact.text, namesake.date_of_birth) == ("Amal Nuur, geboren 4-3-1990, komt mee", BORN)


def test_automatic_anonymization_masks_unambiguous_names_only():
    dossier = make_closed_dossier()
    sure = make_contact("Selamawit Haile gesproken, +31612345678")
    first_name = make_contact("Selamawit van de receptie gesproken")
    namesake = make_contact("Mevrouw Haile gesproken", dossier=make_dossier(given_name="Sara", family_name="Haile"))
    earlier = make_contact("Haile gesproken")
    earlier.text = "Gesproken"
    earlier.save()
    anonymize_dossier(dossier.pk, None, "termijn")
    for contact in (sure, first_name, namesake, earlier):
        contact.refresh_from_db()
    assert sure.text == "… gesproken, +31612345678"
    assert first_name.text == "Selamawit van de receptie gesproken"
    assert namesake.text == "Mevrouw Haile gesproken"
    assert earlier.history.filter(text__contains="Haile").count() == 0
    assert sure.history.filter(text__contains="Haile").count() == 0


def test_automatic_anonymization_masks_the_name_in_texts_about_another_dossier():
    dossier = make_closed_dossier()
    moment = make_contact("Samen met Selamawit Haile", dossier=make_dossier(given_name="Robel", family_name="Berhe"))
    anonymize_dossier(dossier.pk, None, "termijn")
    moment.refresh_from_db()
    assert moment.text == "Samen met …"


def test_the_user_decides_for_each_text_whether_the_name_is_masked(coordinator_client):
    dossier = make_closed_dossier()
    go, stay = make_contact("Haile was er. Goed gesprek."), make_contact("Selamawit van de receptie belde.")
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    response = coordinator_client.get(address)
    page = text(response)
    assert "Teksten over anderen waarin de naam staat 2" in page
    assert "Haile was er." in page and "Selamawit van de receptie belde." in page and "Goed gesprek" not in page
    form = response.context["form"]
    keys = {mention.pk: mention.key for mention in form.mentions}
    assert [form[keys[contact.pk]].initial for contact in (go, stay)] == ["replace", None]
    data = {"reference": dossier.reference, keys[go.pk]: "replace"}
    assert "Kies: gaat de naam uit deze tekst weg, of blijft hij?" in text(coordinator_client.post(address, data))
    assert Dossier.objects.not_anonymised().exists() and "Haile" in ContactMoment.objects.get(pk=go.pk).text
    coordinator_client.post(address, data | {keys[stay.pk]: "keep"})
    assert not Dossier.objects.not_anonymised().exists()
    assert ContactMoment.objects.get(pk=go.pk).text == "… was er. Goed gesprek."
    assert ContactMoment.objects.get(pk=stay.pk).text == "Selamawit van de receptie belde."
    assert find_in_tables(["Haile"]) == []


@pytest.mark.parametrize(("choice", "name"), [("keep", "Haile"), ("replace", "…")])
def test_the_name_of_a_view_and_of_a_list_goes_or_stays_as_the_user_chose(
    coordinator_client, coordinator, django_user_model, choice, name
):
    dossier, other = make_closed_dossier(), django_user_model.objects.create_user("collega")
    for owner in (coordinator, other):
        SavedView.objects.create(kind="dossier", name="Familie Haile uit Ens", query="q=1", owner=owner)
    ImportRun.objects.create(
        record="dossiers",
        file_name="lijst Selamawit Haile.xlsx",
        returned_word="Is dit Haile?",
        columns=[{"header": "Groep Haile", "field": None, "index": 0}],
        state=ImportRun.State.UNDONE,
    )
    page = text(coordinator_client.get(address := reverse("dossiers_anonymise", args=[dossier.pk])))
    assert "Weergave: Familie Haile uit Ens (naam)" in page and "Import: lijst Selamawit Haile.xlsx" in page
    assert page.count("Familie Haile uit Ens (naam)") == 1, "not that of a colleague"
    assert "Zonder vraag: de naam in kolomkoppen" in page and "blijft daar staan als u de achternaam" in page
    keys = [mention.key for mention in get_mentions(dossier)]
    coordinator_client.post(address, {"reference": dossier.reference} | dict.fromkeys(keys, choice))
    run = ImportRun.objects.get()
    assert Dossier.objects.get(pk=dossier.pk).anonymised_at
    assert {view.name for view in SavedView.objects.all()} == {f"Familie {name} uit Ens"}
    assert (run.returned_word, run.columns[0]["header"]) == (f"Is dit {name}?", f"Groep {name}")
    assert run.file_name == ("lijst Selamawit Haile.xlsx" if choice == "keep" else "lijst ….xlsx")


def test_a_first_name_that_stays_does_not_keep_the_full_name_elsewhere():
    dossier = make_closed_dossier()
    moment = make_contact("Selamawit van de receptie belde.")
    profile = ImportProfile.objects.create(name="AZC", record="dossiers", values={"sectors": {"bij Haile": "Horeca"}})
    anonymize_dossier(dossier.pk, None, "verzoek", {mention.key: False for mention in get_mentions(dossier)})
    assert ContactMoment.objects.get(pk=moment.pk).text == "Selamawit van de receptie belde."
    assert ImportProfile.objects.get(pk=profile.pk).values == {"sectors": {}}


def test_a_text_changed_after_the_page_was_opened_stops_the_anonymization(coordinator_client):
    dossier, moment = make_closed_dossier(), make_contact("Haile belde.")
    (mention,) = get_mentions(dossier)
    ContactMoment.objects.filter(pk=moment.pk).update(text="Haile belde over haar zus.")
    with pytest.raises(AnonymizationRefused, match="intussen een andere tekst met deze naam"):
        anonymize_dossier(dossier.pk, None, "met de hand", {mention.key: True})
    assert Dossier.objects.not_anonymised().exists()
    assert ContactMoment.objects.get().text == "Haile belde over haar zus."


def test_the_remaining_texts_can_be_decided_with_a_single_answer(coordinator_client):
    dossier = make_closed_dossier()
    for number in range(5):
        make_contact(f"Selamawit belde {number} keer.")
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    coordinator_client.get(address)
    coordinator_client.post(address, {"reference": dossier.reference, "rest": "replace"})
    assert set(ContactMoment.objects.values_list("text", flat=True)) == {
        f"… belde {number} keer." for number in range(5)
    }


def test_masking_an_answer_of_an_employer_preserves_the_question():
    dossier = make_closed_dossier()
    interest = make_interest(answers={"Wie kent u?": "Haile"})
    anonymize_dossier(dossier.pk, None, "termijn")
    assert EmployerInterest.objects.get(pk=interest.pk).answers == {"Wie kent u?": "…"}


def get_log_label(record) -> str:
    """Return the label of the record in its entry of the log."""
    entries = ModelLogEntry.objects.filter(content_type__model=record._meta.model_name, action="wagtail.edit")
    return entries.get(object_id=record.pk).label


def test_log_labels_are_masked_where_the_name_was_masked_in_the_record():
    dossier = make_closed_dossier()
    goes, stays = (Evaluation.objects.create(title=f"{number} van Haile", reports=["findings"]) for number in (1, 2))
    renamed = Milestone.objects.create(title="Gesprek met Haile", planned_on=date(2026, 12, 1))
    company = make_employer(company_name="Haile Kassen")
    for record in (goes, stays, renamed, company):
        log(instance=record, action="wagtail.edit", title=str(record))
    Milestone.objects.filter(pk=renamed.pk).update(title="Gesprek")
    decisions = {mention.key: mention.record not in (stays, company) for mention in get_mentions(dossier)}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)
    assert [get_log_label(record) for record in (goes, stays, renamed)] == ["1 van …", "2 van Haile", "Gesprek met …"]
    assert get_log_label(company) == "Haile Kassen", "as that company is called"


def test_a_frozen_edition_follows_the_decision_about_its_finding(coordinator):
    dossier = make_closed_dossier()
    stays, goes = (
        Finding.objects.create(
            category=FindingCategory.objects.first(),
            side="candidate",
            description=f"{words} komt te laat",
            solved_on=timezone.localdate(),
            confirmed_at=timezone.now(),
        )
        for words in ("Mevrouw Haile van de receptie", "Selamawit")
    )
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["findings"], begin=date(2026, 1, 1))
    freeze(evaluation, coordinator)
    decisions = {mention.key: mention.pk == goes.pk for mention in get_mentions(dossier)}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)
    evaluation.refresh_from_db()
    edition = str(evaluation.frozen)
    assert stays.description in edition and "… komt te laat" in edition
    assert goes.description not in edition


def test_the_rows_of_an_applied_import_follow_the_decision_about_their_text(tmp_path):
    dossier = make_closed_dossier()
    lines = [
        {"Extern nummer": f"P{number}", "Voornaam": name, "Achternaam": "Haile", "Geboortedatum": "01-02-1991"}
        | {"Opmerkingen": f"{name} reist mee met Selamawit Haile."}
        for number, name in enumerate(("Robel", "Yonas"))
    ]
    goes, stays = lines
    run = Lists(tmp_path).apply(*lines)
    robel = Dossier.objects.get(given_name="Robel")
    decisions = {mention.key: "Robel" in str(mention.sentences) for mention in get_mentions(dossier)}
    anonymize_dossier(dossier.pk, None, "met de hand", decisions)
    texts = [str((row.given, row.changes, row.supply_before)) for row in run.rows.order_by("line")]
    assert goes["Opmerkingen"] not in texts[0] and "Robel reist mee met …." in texts[0]
    assert "Haile" in texts[0], "their own family name"
    assert stays["Opmerkingen"] in texts[1]
    run.refresh_from_db()
    assert not run.clean_copy
    assert Dossier.objects.get(pk=robel.pk).notes == "Robel reist mee met …."


def restage(run) -> list[dict]:
    """Stage the rows again, as after another answer of the user, and return their values."""
    staging.stage(run, None)
    return [row.given for row in run.rows.order_by("line")]


def test_the_text_of_a_row_in_an_unfinished_import_is_shown_and_masked_as_decided(
    coordinator_client, tmp_path, django_capture_on_commit_callbacks
):
    dossier = make_closed_dossier()
    company = {"Extern nummer": "P1", "Voornaam": "Robel", "Achternaam": "Haile", "Geboortedatum": "01-02-1991"}
    run = Lists(tmp_path).preview(
        company | {"Opmerkingen": "Reist mee met Selamawit Haile."},
        company | {"Extern nummer": "P2", "Voornaam": "Yonas", "Opmerkingen": "Broer van Selamawit."},
        company | {"Extern nummer": "P3", "Voornaam": "Sara", "Opmerkingen": "Kookt graag."},
    )
    goes, stays = get_mentions(dossier)
    assert [goes.sure, stays.sure] == [False, False], "of their own family name"
    address, clean_copy = reverse("dossiers_anonymise", args=[dossier.pk]), run.clean_copy.path
    page = text(coordinator_client.get(address))
    assert f"Lijst die nog niet klaar is: {run}, regel 2" in page and "Reist mee met Selamawit Haile ." in page
    with django_capture_on_commit_callbacks(execute=True):
        coordinator_client.post(address, {"reference": dossier.reference, goes.key: "replace", stays.key: "keep"})
    assert not Dossier.objects.not_anonymised().exists()
    run.refresh_from_db()
    notes = ["Reist mee met ….", "Broer van Selamawit.", "Kookt graag."]
    assert [row.given["notes"] for row in run.rows.order_by("line")] == notes
    assert not Path(clean_copy).exists()
    assert [values["notes"] for values in restage(run)] == notes
    assert [row.given["family_name"] for row in run.rows.all()] == ["Haile"] * 3


def test_a_name_that_is_a_common_word_counts_only_where_it_is_written_as_a_name():
    dossier = make_closed_dossier(given_name="Jan", family_name="Meer")
    ordinary = ("Wil meer uren.", "Meer uren graag. Meer niet!", "Let op: Meer weten?", "Hij werkt niet\nMeer volgt")
    written = (
        "Gebeld met Meer.",
        "Dhr. Meer belde.",
        "Spreek jan  meer.",
        "Meer, Jan: komt.",
        "De fiets van MEERS zus",
    )
    for words in (*ordinary, *written):
        make_contact(words)
    assert {mention.record.text for mention in get_mentions(dossier)} == set(written)
    anonymize_dossier(dossier.pk, None, "met de hand", {mention.key: True for mention in get_mentions(dossier)})
    texts = set(ContactMoment.objects.values_list("text", flat=True))
    assert set(ordinary) <= texts
    assert {"Gebeld met ….", "Dhr. … belde.", "Spreek ….", "…: komt."} <= texts


def test_a_long_name_is_found_inside_a_longer_word_and_a_user_decides():
    dossier = make_closed_dossier(given_name="Farah", family_name="Qoraxsan")
    glued = "Woont in het Qoraxsanhuis."
    for words in (glued, "Het Farahhuis is dicht.", "Bel familieqoraxsan@example.org", "Qoraxsans broer belde."):
        make_contact(words)
    mentions = {mention.record.text: mention for mention in get_mentions(dossier)}
    assert {text: mention.sure for text, mention in mentions.items()} == {
        glued: False,
        "Bel familieqoraxsan@example.org": False,
        "Qoraxsans broer belde.": True,
    }
    anonymize_dossier(dossier.pk, None, "met de hand", {mention.key: True for mention in mentions.values()})
    assert set(ContactMoment.objects.values_list("text", flat=True)) == {
        "Woont in het ….",
        "Het Farahhuis is dicht.",
        "Bel …@example.org",
        "… broer belde.",
    }


@pytest.mark.parametrize(("choice", "name"), [("keep", "Selamawit Haile"), ("replace", "…")])
def test_unsent_imports_of_partners_are_not_shown_and_follow_the_choice_for_all_other_texts(
    coordinator_client, tmp_path, choice, name
):
    dossier = make_closed_dossier()
    company = {"Bedrijf": "Kas", "Plekken": 1, "Contactpersoon": "An", "E-mail": "an@example.org"}
    lists = Lists(tmp_path)
    lists.preview(company | {"Werk": "Zoals Selamawit Haile"}, record="employer_interest")
    draft = {"by_partner": True, "with_partner": True}
    row = {"Extern nummer": "P1", "Voornaam": "Robel", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991"}
    unsent = lists.preview(row | {"Opmerkingen": "Kent Selamawit Haile"}, **draft)
    interest, supply = sorted(get_mentions(dossier), key=lambda mention: mention.pk)
    page = text(coordinator_client.get(address := reverse("dossiers_anonymise", args=[dossier.pk])))
    assert "Zoals Selamawit Haile" in page and "Kent" not in page
    coordinator_client.post(address, {"reference": dossier.reference, interest.key: choice})
    assert not Dossier.objects.not_anonymised().exists()
    assert supply.sure and unsent.rows.get().given["notes"] == f"Kent {name}"
    assert interest.record.run.rows.get().given["work_description"] == f"Zoals {name}"


def test_a_person_who_is_only_absent_from_an_unfinished_list_is_forgotten_without_a_question_about_it(
    coordinator_client, tmp_path
):
    own = {"Extern nummer": "P1", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    other = {"Extern nummer": "P2", "Voornaam": "Robel", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991"}
    lists = Lists(tmp_path)
    lists.apply(own)
    run, dossier = lists.preview(other), Dossier.objects.get()
    Dossier.objects.update(status=Status.WITHDRAWN)
    assert run.rows.get(action="absent").target_id == dossier.pk and not find_obstacles([dossier])
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    assert str(run) not in text(coordinator_client.get(address))
    coordinator_client.post(address, {"reference": dossier.reference})
    run.refresh_from_db()
    assert Dossier.objects.get().anonymised_at and [row.action for row in run.rows.all()] == ["new"]
    assert (run.state, run.forgotten_rows) == ("previewed", 0) and run.clean_copy


def test_the_row_of_the_person_in_an_unfinished_import_is_deleted_after_confirmation(
    coordinator_client, tmp_path, django_capture_on_commit_callbacks
):
    dossier = make_closed_dossier()
    own = {"Extern nummer": "P1", "Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
    other = {"Extern nummer": "P2", "Voornaam": "Robel", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991"}
    lists = Lists(tmp_path)
    run, alone = lists.preview(own, other), lists.preview(own)
    with pytest.raises(AnonymizationRefused, match=f"import {run.pk} |import {alone.pk} "):
        anonymize_dossier(dossier.pk, None, "termijn")
    address, agreed = reverse("dossiers_anonymise", args=[dossier.pk]), {"reference": dossier.reference}
    page = text(coordinator_client.get(address))
    assert "Deze persoon staat in lijsten die nog niet klaar zijn 2" in page
    assert f"{run}, regel 2" in page and f"{alone}, regel 2" in page
    assert "maak de lijst eerst af" in text(coordinator_client.post(address, agreed))
    assert Dossier.objects.not_anonymised().exists() and run.rows.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        coordinator_client.post(address, agreed | {"discard": "on"})
    assert not Dossier.objects.not_anonymised().exists()
    run.refresh_from_db(), alone.refresh_from_db()
    assert (run.state, alone.state) == ("previewed", "refused")
    assert [values["given_name"] for values in restage(run)] == ["Robel"]
    assert find_in_tables(["Selamawit"]) == []


SPELLINGS = (
    *("+31612345675", "06 12345675", "0612345675", "06-12345675", "06-12 34 56 75", "(06) 12345675", "06/12345675"),
    *("0031 6 12345675", "+31 (0)6 12345675", "(+31) 6.12.34.56.75", "06 – 12\u00a034\u00a056\u00a075", "31612345675"),
    *("(0031) (0) 6-12345675", "612345675", "+31\u20116\u201112345675", "06 (12345675)"),
    *("12345675", "12 34 56 75"),
    *("٠٦١٢٣٤٥٦٧٥", "٠٦-١٢٣٤٥٦٧٥", "۰۶ ۱۲۳۴۵۶۷۵", "+۳۱ (۰)۶ ۱۲۳۴ ۵۶۷۵", "０６-１２３４５６７５", "06 ١٢٣٤٥٦٧٥"),
)
OTHER_NUMBERS = (
    "112345675",
    "123456750",
    "06 12345676",
    "06 123456750",
    "1612345675",
    "061234567",
    "06 1234 en dan 5675",
    *("٠٦١٢٣٤٥٦٧٦", "٠٦١٢٣٤٥٦٧٥٠", "۱۱۲۳۴۵۶۷۵"),
)
BRACKETED = {
    "Bilal (06 12345675)": "Bilal (…)",
    "Bilal (+31 (0)6 12345675)": "Bilal (…)",
    "Bilal ((06) 12345675) om 2 uur": "Bilal (…) om 2 uur",
    "Bilal (06 12345675) 2 dagen": "Bilal (…) 2 dagen",
    "Bilal (06 12345675 of 06 12345675)": "Bilal (… of …)",
    "Bilal (06 12345675 (thuis))": "Bilal (… (thuis))",
    "Bilal (06 12345675": "Bilal (…",
    "Bilal (mobiel: 06 (12345675))": "Bilal (mobiel: …)",
    "Bilal (tel. 06-12345675)": "Bilal (tel. …)",
}


def test_a_telephone_number_is_found_in_every_spelling():
    pattern, landline, abroad, short = map(
        build_pattern, (["+31612345675"], ["+31527123456"], ["+4915112345678"], ["+2904567"])
    )
    assert [pattern.sub("…", f"Bel {number}, na zessen") for number in SPELLINGS] == ["Bel …, na zessen"] * len(
        SPELLINGS
    )
    assert [number for number in OTHER_NUMBERS if pattern.search(f"Bel {number}.")] == []
    assert [pattern.sub("…", f"Bel {text}.") for text in BRACKETED] == [f"Bel {text}." for text in BRACKETED.values()]
    assert all(map(landline.search, ("0527-123456", "(0527) 12 34 56", "tel0527/123456thuis", "+31 527 123456")))
    assert all(map(abroad.search, ("+49 1511 2345678", "0049 (0)1511-2345678", "01511/2345678")))
    assert short.search("+290 4567") and not short.search("Bus 4567")


def test_every_spelling_of_a_current_or_former_number_is_masked_everywhere(tmp_path):
    dossier = make_closed_dossier(phone="+31527123456")
    dossier.phone = "+31612345675"
    dossier.save()
    for number in SPELLINGS:
        make_contact(f"Gebeld op {number}.")
    stays = make_contact("Bel 06 12345676 of ٠٦١٢٣٤٥٦٧٦, niet 0527 12 34 57, op 12-3-2026 om 4.56 uur: 75 euro.")
    offered = make_contact("Haile: (06) 12345675 of 0527-123456")
    interest = make_interest(
        answers={"Wie belt u?": "06\u00a012 34\u201156\n75", "En thuis?": "٠٦١٢٣٤٥٦٧٥"}, notes="Eerst 0527/12 34 56"
    )
    earlier = make_contact("Bel 06-12345675")
    earlier.text = "Gebeld"
    earlier.save()
    milestone = Milestone.objects.create(title="Bel 06 12345675", planned_on=date(2026, 12, 1))
    log(instance=milestone, action="wagtail.edit", title=str(milestone))
    row = {"Extern nummer": "P1", "Voornaam": "Robel", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991"}
    lists = Lists(tmp_path)
    waiting = lists.preview(row | {"Opmerkingen": "Zelfde toestel: 06–12 34 56 75"})
    applied = lists.apply(row | {"Opmerkingen": "Zelfde toestel: ۰۶\u00a0۱۲۳۴۵۶۷۵"})
    assert len(mentions := get_mentions(dossier)) == len(SPELLINGS) + 8
    assert [mention for mention in mentions if not mention.sure] == []
    anonymize_dossier(dossier.pk, None, "termijn")
    stays.refresh_from_db(), offered.refresh_from_db(), interest.refresh_from_db()
    called = ContactMoment.objects.filter(text__startswith="Gebeld op")
    assert set(called.values_list("text", flat=True)) == {"Gebeld op …."} and called.count() == len(SPELLINGS)
    assert "06 12345676" in stays.text and "0527 12 34 57" in stays.text and "…" not in stays.text
    assert offered.text == "…: … of …"
    assert (interest.answers, interest.notes) == ({"Wie belt u?": "…", "En thuis?": "…"}, "Eerst …")
    assert [step.text for step in earlier.history.order_by("history_id")] == ["Bel …", "Gebeld", "Gebeld"]
    assert get_log_label(milestone) == "Bel …"
    assert [run.rows.get().given["notes"] for run in (waiting, applied)] == ["Zelfde toestel: …"] * 2
    waiting.refresh_from_db()
    assert [values["notes"] for values in restage(waiting)] == ["Zelfde toestel: …"]


@pytest.mark.parametrize("surname", [("van der", "Meer"), ("", "van der Meer")])
def test_a_surname_is_found_with_and_without_its_prefix(surname):
    dossier = make_closed_dossier(given_name="Karin", name_prefix=surname[0], family_name=surname[1])
    make_contact("Mevrouw van der Meer belde. Karin Meer ook. Mevr. Meer niet.")
    [mention] = get_mentions(dossier)
    assert mention.sure
    assert [name for sentence in mention.sentences for name in sentence[1::2]] == ["van der Meer", "Karin Meer", "Meer"]


HYPHENATED = ("Mevrouw Yilmazson kwam", "Demirelson belde", "YILMAZSON DEMIRELSON", "yilmazson\u2011demirelson")


@pytest.mark.parametrize("words", HYPHENATED)
def test_each_half_of_a_name_with_a_hyphen_is_found(words):
    dossier = make_closed_dossier(given_name="Fatma", family_name="Yilmazson-Demirelson")
    make_contact(words)
    decisions = {mention.key: True for mention in get_mentions(dossier)}
    anonymize_dossier(dossier.pk, None, "op verzoek", decisions)
    left = ContactMoment.objects.get().text
    assert "yilmaz" not in left.lower() and "demirel" not in left.lower()


def test_each_half_of_the_name_of_a_contact_with_a_hyphen_is_found():
    employer = make_employer(contact_name="Lieke Jansmaat-Wisseldaal")
    make_contact("Mevrouw Wisseldaal belde")
    assert [mention.field for mention in find_mentions(Contact.of(employer))] == ["text"]


def test_the_name_goes_from_the_parts_of_a_supplied_text_with_the_text(coordinator):
    dossier, _records = make_closed_dossier(), make_searched_records(coordinator)
    text = "Opm: zus van Selamawit Haile"
    supplies = Supply.objects.exclude(dossier=dossier)
    supplies.update(values={"notes": text}, parts={"notes": [["opm", text, True, ""]]})
    anonymize_dossier(dossier.pk, None, "verzoek", {mention.key: True for mention in get_mentions(dossier)})
    assert "Haile" not in str(list(supplies.values_list("values", "parts")))
