"""Search finds records in which each word occurs."""

from datetime import date

import pytest

from dossiers.models import (
    ContactMoment,
    Cost,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    Organisation,
    Placement,
    Supply,
)

from .factories import make_dossier, make_employer, make_interest, make_sign_up
from .placements import make_placement, make_ready_dossier, today


@pytest.fixture
def selam(base_data) -> Dossier:
    dossier = make_dossier(
        given_name="Selam", name_prefix="van", family_name="Haile", profession="lasser", email="sh@example.org"
    )
    Supply.objects.create(
        dossier=dossier, organisation=Organisation.objects.named("AZC Luttelgeest"), external_id="P1017"
    )
    make_dossier(given_name="Tesfay", family_name="Woldu", profession="kok")
    return dossier


@pytest.mark.parametrize(
    "words",
    ["selam", "HAILE", "sel hai", "haile selam", "van", "lass", "sh@example", "P1017", "p101", " selam  lasser "],
)
def test_a_dossier_is_found_by_part_of_its_name_profession_address_or_number(selam, words):
    assert list(Dossier.objects.search(words)) == list(Dossier.objects.search_rows(words)) == [selam]


@pytest.mark.parametrize("words", ["3-7-1991", "03-07-1991", "1991-07-03", "selam 3-7-1991", "3-7-1991 lasser"])
def test_a_dossier_is_found_by_its_date_of_birth(selam, words):
    Dossier.objects.filter(pk=selam.pk).update(date_of_birth=date(1991, 7, 3))
    assert list(Dossier.objects.search(words)) == [selam]
    assert not Dossier.objects.search("4-7-1991")


@pytest.mark.parametrize("words", ["almasri", "Al Masri", "al masri", "abdulrahman", "AlMasri abdul"])
def test_a_name_is_found_with_and_without_its_spaces_and_hyphens(base_data, words):
    made = [
        make_dossier(given_name="Abdul Rahman", name_prefix="Al", family_name="Masri"),
        make_dossier(given_name="Abdul-Rahman", family_name="Al-Masri"),
    ]
    make_dossier(given_name="Samer", family_name="Masri")
    assert {*Dossier.objects.search(words)} == {*made}


def test_a_dossier_is_found_by_its_reference(selam):
    assert list(Dossier.objects.search(selam.reference.lower())) == [selam]


@pytest.mark.parametrize("words", ["selam woldu", "xyz", "selam kok", "%", "_"])
def test_a_word_without_matches_finds_no_dossier(selam, words):
    assert list(Dossier.objects.search(words)) == []


def test_an_empty_search_finds_all_dossiers(selam):
    assert Dossier.objects.search("  ").count() == 2


def test_a_dossier_with_several_numbers_is_found_once(selam):
    Supply.objects.create(dossier=selam, organisation=Organisation.objects.named("Werkcorporatie"), external_id="P1017")
    assert list(Dossier.objects.search("P1017")) == [selam]


@pytest.mark.parametrize(
    ("words", "matches"), [("va", True), ("s h", True), ("sh p1", True), ("la", True), ("ai", False)]
)
def test_one_or_two_letters_find_the_beginning_of_a_word(selam, words, matches):
    assert list(Dossier.objects.search(words)) == ([selam] if matches else [])


def test_a_sample_holds_all_of_a_few_in_order_and_a_part_of_many(base_data, monkeypatch):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", 3)
    made = [
        make_dossier(given_name=name, family_name="Haile", profession="kok") for name in ("Biniam", "Abel", "Luwam")
    ]
    assert [*Dossier.objects.search_sample("haile")] == [made[1], made[0], made[2]]
    assert [*Dossier.objects.search_sample("abel haile")] == [made[1]]
    make_dossier(given_name="Selam", family_name="Haile")
    assert Dossier.objects.search_sample("haile").count() == 3


def test_who_is_called_as_the_letters_stands_on_top_of_more_people_than_a_sample_holds(base_data, monkeypatch):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", 3)
    for name in ("Selam", "Selamawit", "Anselm", "Selma"):
        make_dossier(given_name=name, family_name="Abel")
    by_family_name = make_dossier(given_name="Wim", family_name="Sél")
    by_given_name = make_dossier(given_name="Sel", family_name="Zon")
    assert [*Dossier.objects.search_sample("sel")][:2] == [by_family_name, by_given_name]
    for text in ("sel zon", "zon SEL"):
        assert [*Dossier.objects.search_sample(text)] == [by_given_name], text


@pytest.mark.parametrize("text", ["abdul rahman", "haile abdul rahman", "abdul rahman van haile"])
def test_a_whole_name_of_several_words_stands_on_top(base_data, monkeypatch, text):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", 3)
    for number in range(5):
        make_dossier(given_name="Abdulrahman", name_prefix="van", family_name=f"Haile {number}")
    called = make_dossier(given_name="Abdul Rahman", name_prefix="van", family_name="Haile")
    assert Dossier.objects.search_sample(text)[0] == called


@pytest.mark.parametrize("limit", [1, 100])
@pytest.mark.parametrize(
    "text",
    [
        *("sel", "selam haile", "haile lass", "selam woldu", "ha p1", "selam p1017", "p10 0600", "0600000125 3-7-1991"),
        *("3-7-1991 p1017 selam", "p1017 0600000125 haile", "p1017 xyz", "tes 06000", "0600 p10 1-1-1980", "d-2", "-"),
    ],
)
def test_a_sample_finds_words_wherever_they_are_if_and_only_if_the_search_does(selam, monkeypatch, text, limit):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", limit)
    monkeypatch.setattr(
        "dossiers.models.querysets.SearchableQuerySet.get_few_keys", lambda _records: None
    ) if not limit else None
    Dossier.objects.filter(pk=selam.pk).update(date_of_birth=date(1991, 7, 3), phone="+31600000125")
    other = make_dossier(given_name="Tesfay", family_name="Abdi", phone="+31600000126")
    azc = Organisation.objects.named("AZC Luttelgeest")
    Supply.objects.create(dossier=other, organisation=azc, external_id="P1018")
    matching, sample = [*Dossier.objects.search(text)], [*Dossier.objects.search_sample(text)]
    assert [*Dossier.objects.search_rows(text)] == matching
    assert sample == matching if limit == 100 else bool(sample) == bool(matching) and {*sample} <= {*matching}


@pytest.mark.parametrize(
    ("word", "matches"), [("o'b", True), ("o'", True), ("'b", False), ("d-2", True), ("l-a", False), ("---", False)]
)
def test_signs_between_letters_are_searched_from_the_beginning_of_a_word(base_data, word, matches):
    obrien = make_dossier(given_name="Al-Amin", family_name="O'Brien")
    for search in (Dossier.objects.search, Dossier.objects.search_sample, Dossier.objects.search_rows):
        assert [*search(word)] == ([obrien] if matches else []), search


def test_an_employer_is_found_by_name_contact_place_address_or_kvk_number(db):
    kas = make_employer(
        company_name="Kas Zon", contact_name="Anneke", city="Ens", email="k@example.org", kvk_number="90000123"
    )
    make_employer(company_name="Bakker", email="b@example.org")
    for words in ("kas", "anneke ens", "k@example", "0123"):
        assert list(Employer.objects.search(words)) == [kas], words
    assert not Employer.objects.search("kas bakker").exists()


def test_an_interest_is_found_by_work_reference_and_company(db):
    employer_interest = make_interest(
        work_description="Tomaten plukken", employer=make_employer(company_name="Kas Zon", city="Ens")
    )
    signed_up = make_sign_up(work_description="Lassen")
    for words, interest in (
        ("tomat", employer_interest),
        ("zon ens", employer_interest),
        (employer_interest.reference, employer_interest),
        ("plukkerij", signed_up),
        ("lassen", signed_up),
    ):
        assert list(EmployerInterest.objects.search(words)) == [interest], words
    assert not EmployerInterest.objects.search("lassen zon").exists()


@pytest.mark.parametrize("model", [ContactMoment, Expense, Finding, FollowUp], ids=lambda model: model.__name__)
def test_a_record_is_found_by_the_names_and_references_that_its_row_shows(selam, model):
    fields = {
        ContactMoment: {"text": "Gebeld"},
        Expense: {"description": "Reiskosten", "category": Cost.INCIDENTAL, "amount": 10},
        Finding: {"description": "Wacht lang", "category": FindingCategory.objects.first()},
        FollowUp: {"text": "Bellen", "due_on": today()},
    }[model]
    other = make_placement(
        dossier=make_ready_dossier(given_name="Amanuel", family_name="Testmans", profession="lasser")
    )
    of_interest = make_interest(employer=make_employer(company_name="Zonnevis", email="z@example.org"))
    subjects = {"dossier": selam, "placement": other, "interest": of_interest, "employer": of_interest.employer}
    records = {name: model.objects.create(**fields, **{name: subject}) for name, subject in subjects.items()}

    def search(words: str) -> set[str]:
        hits = set(model.objects.search(words))
        return {name for name, record in records.items() if record in hits}

    assert search("van haile") == search(selam.reference) == {"dossier"}
    assert search("testmans") == search(other.reference.lower()) == search("amanuel") == {"placement"}
    assert search(other.interest.company_name) == {"placement"}
    assert search("zonnevis") == {"interest", "employer"}
    assert search(of_interest.reference) == {"interest"}
    assert search("lasser") == search("sh@example") == set()  # the row does not show it
    assert search(next(iter(fields.values())).split()[0]) == set(subjects)


def test_a_placement_is_found_by_each_part_of_the_name(base_data):
    names = {"given_name": "Selam", "name_prefix": "van", "family_name": "Haile"}
    placement = make_placement(dossier=make_ready_dossier(**names))
    make_placement(dossier=make_ready_dossier(family_name="Testmans"))
    assert list(Placement.objects.search("selam van haile")) == [placement]


@pytest.mark.parametrize("text", ["se", "selam", "selam zon", "haile selam", "d-2 selam"])
def test_a_placement_is_found_by_a_name_that_more_people_have_than_a_sample_holds(base_data, monkeypatch, text):
    monkeypatch.setattr("dossiers.models.querysets.MAX_OF_CONDITION", 1)
    for name in ("Selam", "Selamawit", "Haile"):
        make_dossier(given_name=name, family_name="Haile", profession="lasser")
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile", profession="lasser")
    placement = make_placement(dossier=dossier, interest=make_interest(employer=make_employer(company_name="Kas Zon")))
    assert [*Placement.objects.search(text)] == [*Placement.objects.search_sample(text)] == [placement]
    assert not Placement.objects.search("lasser").exists()


@pytest.mark.parametrize("words", ["fictie", "HENK de fictié", "henk@example.org", "fictie tomaten"])
def test_an_interest_is_found_by_the_name_and_e_mail_of_who_signed_up(base_data, words):
    linked, waiting = make_sign_up(employer=make_employer()), make_sign_up(status="new")
    make_sign_up(given={"contact_name": "Jan Bos", "email": "jan@kas.example"})
    for search in (EmployerInterest.objects.search, EmployerInterest.objects.search_sample):
        assert {*search(words)} == {linked, waiting}


NUMBERS = ("0527 000 102", "0527000102", "+31527000102", "+31 (0)527 000 102", "0031527000102", "0527-000 102")


@pytest.mark.parametrize("number", [*NUMBERS, "527000102", "0527 00", "(0527) 000 102"])
def test_a_telephone_number_is_found_in_any_spelling(base_data, number):
    for phone in ("+31527000102", "+31612345678"):
        employer = make_employer(company_name=f"Kas {phone}", phone=phone)
        make_interest(employer=employer)
        make_sign_up(given={"phone": phone})
        Supply.objects.create(
            dossier=make_dossier(phone=phone),
            organisation=Organisation.objects.named("AZC Luttelgeest"),
            values={"phone": phone, "family_name": "Haile"},
        )
    assert [employer.phone for employer in Employer.objects.search(number)] == ["+31527000102"]
    assert [dossier.phone for dossier in Dossier.objects.search(number)] == ["+31527000102"]
    assert [supply.values["phone"] for supply in Supply.objects.search(number)] == ["+31527000102"]
    interests = EmployerInterest.objects.search(number)
    phones = [
        interest.employer.phone if interest.employer else interest.contact_given["phone"] for interest in interests
    ]
    assert phones == ["+31527000102"] * 2


@pytest.mark.parametrize("number", ["06 0000 0125", "+31600000125", "0600 000", "0527-000102", "haile 0600000125"])
def test_a_placement_is_found_by_the_telephone_number_of_its_candidate_or_employer(base_data, number):
    dossier = make_ready_dossier(family_name="Haile", phone="+31600000125")
    placement = make_placement(dossier=dossier, interest=make_interest(employer=make_employer(phone="+31527000102")))
    other = make_interest(employer=make_employer(phone="+31527000302"))
    make_placement(dossier=make_ready_dossier(family_name="Haile", phone="+31600900126"), interest=other)
    for search in (Placement.objects.search, Placement.objects.search_sample, Placement.objects.search_rows):
        assert [*search(number)] == [placement], search


def test_a_telephone_number_is_found_beside_a_name(base_data):
    selam = make_dossier(given_name="Selam", phone="+31600000125")
    make_dossier(given_name="Tesfay", phone="+31600000125")
    for words in ("selam 06 00000125", "06 0000 0125 selam"):
        assert list(Dossier.objects.search(words)) == [selam], words
    assert not Dossier.objects.search("06 00000126").exists()


@pytest.mark.parametrize("words", ["8315cx", "8315 CX", "8315CX kas", "8315"])
def test_a_postcode_is_found_with_and_without_a_space(db, words):
    kas = make_employer(company_name="Kas", postcode="8315 CX")
    make_employer(company_name="Kas", postcode="8316 CX")
    interest = make_interest(employer=kas)
    sign_up = make_sign_up(given={"company_name": "Kas Zon", "postcode": "8315 CX"})
    make_sign_up(given={"postcode": "8315 AZ"} if words != "8315" else {"postcode": "8301 AZ"})
    assert list(Employer.objects.search(words)) == [kas]
    assert set(EmployerInterest.objects.search(words)) == {interest, sign_up}
