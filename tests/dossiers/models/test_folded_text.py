"""Names are searched without regard to capitals and diacritics, the same way on each database."""

from django.db import connection

from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, Finding, Placement, Supply
from dossiers.models.lists.organisation import Organisation
from dossiers.privacy.normalization import strip_accents
from tests.dossiers.models.factories import make_dossier, make_employer, make_interest, make_sign_up
from tests.dossiers.models.placements import make_placement, make_ready_dossier
from tests.dossiers.models.test_activity import make_finding


def test_a_search_of_dossiers_disregards_diacritics(base_data):
    written = {name: make_dossier(family_name=name) for name in ("Çelik", "ÖNAL", "Şahin", "Łoś", "Strauß", "Onal")}
    for text, names in {
        "celik": ["Çelik"],
        "ÇELİK": ["Çelik"],
        "onal": ["ÖNAL", "Onal"],
        "Önal": ["ÖNAL", "Onal"],
        "sahin": ["Şahin"],
        "los": ["Łoś"],
        "strauss": ["Strauß"],
        "celík sahin": [],
    }.items():
        assert set(Dossier.objects.search(text)) == {written[name] for name in names}, text
    assert list(Dossier.objects.naming("celik")) == [written["Çelik"]]
    given_name = written["Çelik"].given_name
    assert list(Dossier.objects.search(f"celik {given_name}")) == [written["Çelik"]]


def test_a_search_in_texts_disregards_diacritics(base_data):
    moment = ContactMoment.objects.create(text="Özgür Yılmazer belde", employer=make_employer())
    finding = make_finding(tried="Yïlmazer gebeld")
    finding.save()
    assert list(ContactMoment.objects.search("yilmazer ozgur")) == [moment]
    assert list(Finding.objects.search("YILMAZER")) == [finding]
    assert not ContactMoment.objects.search("yilmazers").exists()


def test_a_search_takes_signs_of_patterns_as_they_are(base_data):
    dossier = make_dossier(profession="100%_kok")
    assert list(Dossier.objects.search("0%_Kok")) == [dossier]
    assert not Dossier.objects.search("1%kok").exists()


def test_a_search_finds_a_name_in_each_way_in_which_it_was_written(base_data):
    dossier = make_dossier(family_name="Çelik")
    Dossier.objects.filter(pk=dossier.pk).update(family_name="Şahin")
    assert list(Dossier.objects.search("sahin")) == [dossier] and not Dossier.objects.search("celik").exists()
    dossier.family_name = "Önal"
    Dossier.objects.bulk_update([dossier], ["family_name"])
    assert list(Dossier.objects.search("onal")) == [dossier]
    Dossier.objects.filter(pk=dossier.pk).update(family_name="")
    assert not Dossier.objects.search("onal").exists()


def test_a_search_of_other_records_disregards_diacritics_in_names(base_data):
    employer = make_employer(company_name="Étoile Café", contact_name="Renée", city="'s-Hertogenbosch")
    assert list(Employer.objects.search("etoile renee")) == [employer]
    placement = make_placement(
        dossier=make_ready_dossier(family_name="Çelik"), interest=make_interest(employer=employer)
    )
    assert list(Placement.objects.search("celik etoile")) == [placement]
    sign_up = make_sign_up(given={"company_name": "Blåbær"})
    assert list(EmployerInterest.objects.search("cafe")) == [placement.interest]
    assert list(EmployerInterest.objects.search("blabaer")) == [sign_up]
    organisation = Organisation.objects.create(name="Partner")
    supply = Supply.objects.create(organisation=organisation, values={"family_name": "Önal"}, external_id="X1")
    assert list(Supply.objects.search("onal x1")) == [supply]


def test_each_database_folds_as_strip_accents_does(db):
    codes = [*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00)]
    words = [f"A{chr(code)}" for code in codes]
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute("SELECT fold_text(%s)", [word])
            assert cursor.fetchone() == (strip_accents(word),), word
