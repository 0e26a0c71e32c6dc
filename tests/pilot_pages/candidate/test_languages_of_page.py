"""The languages of a candidate's page, and the completeness of their texts."""

import os
from shutil import copytree

import pytest
import yaml
from django.urls import reverse

from dossiers.models import Dossier, Placement
from dossiers.models.candidate_page.languages import CandidateLanguage, get_languages, get_offered_languages, get_words
from pilot_pages.candidate.content import CandidateContent
from tests.dossiers.backoffice.pages import raw, text

from .letters import open_page, page_url

pytestmark = pytest.mark.usefixtures("base_data")


def test_dutch_and_english_are_offered_and_an_unapproved_translation_is_not(client, candidate_and_key):
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]
    page = client.get(page_url(candidate_and_key[1], taal="ar"))
    assert 'lang="nl"' in raw(page) and "taal=ar" not in raw(page)


def test_the_english_page_is_entirely_in_english(page):
    shown = page("en")
    for line in (
        "Your data",
        "We can't promise work.",
        "Where you are now available for work",
        "Given by not filled in",
    ):
        assert line in shown
    assert not [dutch for dutch in ("Uw ", "Wij ", "niet ingevuld") if dutch in shown]


def test_a_list_of_languages_has_the_writing_direction_of_the_page(candidate_and_key):
    candidate_and_key[0].languages = ["ar", "nl"]
    for code, mark, names in (
        ("nl", "\u200e", ("Arabisch", "Nederlands")),
        ("ar", "\u200f", ("العربيّة", "Nederlands")),
    ):
        recorded = dict(CandidateContent(candidate_and_key[0], get_words(code)).list_recorded_data())
        assert recorded[get_words(code).texts["languages"]] == f"{mark}\u2068{names[0]}\u2069, \u2068{names[1]}\u2069"


def test_a_dutch_or_english_page_has_the_names_of_languages_in_its_own_language(candidate_and_key):
    candidate_and_key[0].languages = ["am", "en", "ti"]
    for code, names in (("nl", "Amhaars, Engels, Tigrinya"), ("en", "Amharic, English, Tigrinya")):
        recorded = dict(CandidateContent(candidate_and_key[0], get_words(code)).list_recorded_data())
        languages = recorded[get_words(code).texts["languages"]]
        assert "".join(sign for sign in languages if sign not in "\u200e\u2068\u2069") == names


def test_an_english_browser_gets_the_english_page(client, candidate_and_key):
    page = client.get(f"/mijn-gegevens/{candidate_and_key[1]}/", headers={"accept-language": "en-GB,en;q=0.8"})
    assert "What is your date of birth?" in text(page)


@pytest.mark.parametrize("language", get_languages(), ids=lambda language: language.code)
def test_every_language_has_all_texts(language):
    assert language.missing == []
    assert {name: set(codes) for name, codes in language.choices.items()} == {
        name: set(codes) for name, codes in get_words("nl").choices.items()
    }


def test_every_choice_has_a_translated_label():
    for name, codes in get_words("nl").choices.items():
        field = Placement._meta.get_field(name) if name == "kind" else Dossier._meta.get_field(name)
        if field.choices:
            assert {value for value, _label in field.choices} == set(codes), name


def test_a_right_to_left_language_is_offered_after_its_approval(client, candidate_and_key, coordinator_client):
    address_of_languages = reverse("dossiers_candidate_languages")
    arabic = get_words("ar")
    coordinator_client.post(address_of_languages, {"code": "ar", "mark": arabic.mark, "ar-name": "Samira Haddad, tolk"})
    assert "Gecontroleerd door Samira Haddad, tolk" in text(coordinator_client.get(address_of_languages))
    page = raw(client.get(page_url(candidate_and_key[1], taal="ar")))
    assert '<html lang="ar" dir="rtl"' in page and arabic.texts["door_title"] in page
    shown = raw(open_page(client, candidate_and_key[1]).get(page_url(candidate_and_key[1], "pagina/", "ar")))
    assert arabic.texts["recorded_title"] in shown
    assert arabic.fill("letter_until", day="09-12-2026").count("\u206809-12-2026\u2069") == 1  # not turned around


def test_a_changed_text_withdraws_the_approval_of_the_language(coordinator_client, monkeypatch):
    arabic = get_words("ar")
    coordinator_client.post(
        reverse("dossiers_candidate_languages"), {"code": "ar", "mark": "another", "ar-name": "Samira"}
    )
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]
    coordinator_client.post(
        reverse("dossiers_candidate_languages"), {"code": "ar", "mark": arabic.mark, "ar-name": "Samira"}
    )
    assert [language.code for language in get_offered_languages()] == ["nl", "en", "ar"]
    from dataclasses import replace

    from dossiers.models.candidate_page import languages as candidate_page_languages

    real = candidate_page_languages.get_words
    changed = lambda code: replace(real(code), mark="x") if code == "ar" else real(code)  # noqa: E731
    monkeypatch.setattr(candidate_page_languages, "get_words", changed)
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]


def test_an_approval_without_a_name_is_refused_at_the_field_of_the_name(coordinator_client):
    address = reverse("dossiers_candidate_languages")
    approval = {"code": "ar", "mark": get_words("ar").mark, "ar-name": " "}
    refused = coordinator_client.post(address, approval)
    assert "Niet goedgekeurd: vul de naam in van wie de vertaling controleerde." in text(refused)
    assert raw(refused).count('aria-invalid="true"') == 1
    assert "wordt niet aangeboden" not in text(refused)
    coordinator_client.post(address, approval | {"ar-name": "Samira"})
    coordinator_client.post(address, approval)
    assert [language.code for language in get_offered_languages()] == ["nl", "en", "ar"]


@pytest.mark.parametrize("number", ["bsn 123456782", "V-nummer 1234567890"])
def test_an_approval_by_a_name_with_a_private_number_is_refused_at_its_field(coordinator_client, number):
    address = reverse("dossiers_candidate_languages")
    approval = {"code": "ar", "mark": get_words("ar").mark, "ar-name": f"Samira {number}"}
    refused = coordinator_client.post(address, approval)
    assert "Dat bewaren wij niet. Haal het weg." in text(refused) and raw(refused).count('aria-invalid="true"') == 1
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]


def test_a_button_withdraws_the_approval_of_a_language(coordinator_client):
    address = reverse("dossiers_candidate_languages")
    coordinator_client.post(address, {"code": "ar", "mark": get_words("ar").mark, "ar-name": "Samira"})
    assert raw(coordinator_client.get(address)).count('name="withdraw"') == 1
    withdrawn = coordinator_client.post(address, {"code": "ar", "withdraw": "yes"}, follow=True)
    assert "العربية wordt niet aangeboden." in text(withdrawn)
    assert 'name="withdraw"' not in raw(withdrawn)
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]


@pytest.fixture
def half_persian(settings, tmp_path, base_data):
    """An incomplete translation into Persian, beside the complete ones."""
    copytree(settings.FIXTURES_DIR / "candidate", tmp_path / "candidate")
    begun = {"name": "فارسی", "direction": "rtl", "texts": {"title": "اطلاعات شما"}, "choices": {}}
    (tmp_path / "candidate" / "fa.yaml").write_text(yaml.safe_dump(begun))
    settings.FIXTURES_DIR = tmp_path


@pytest.mark.usefixtures("half_persian")
@pytest.mark.parametrize("code", ["fa", "nl", "xx"])
def test_an_incomplete_or_built_in_language_cannot_be_approved(coordinator_client, code):
    mark = get_words(code).mark if code != "xx" else ""
    coordinator_client.post(
        reverse("dossiers_candidate_languages"), {"code": code, "mark": mark, f"{code}-name": "Samira"}
    )
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]


@pytest.mark.usefixtures("half_persian")
def test_the_backoffice_names_what_is_not_translated(coordinator_client):
    shown = text(coordinator_client.get(reverse("dossiers_candidate_languages")))
    assert "teksten zijn nog niet vertaald, of anders dan de Nederlandse" in shown
    assert "Wat is uw geboortedatum?" in shown.split("Lees de teksten")[-2] and "betaald werk" in shown


@pytest.mark.parametrize(
    ("key", "dutch"),
    [("leave", "Sluit mijn pagina. Wij bewaren niets."), ("stopped", "Wij zoeken geen werk."), ("about", "Antwoord")],
)
def test_a_translation_that_lacks_a_sentence_or_a_place_of_the_dutch_text_is_not_offered(
    settings, tmp_path, coordinator, coordinator_client, key, dutch
):
    copytree(settings.FIXTURES_DIR / "candidate", tmp_path / "candidate")
    settings.FIXTURES_DIR = tmp_path
    CandidateLanguage.approve(get_words("ti"), "Samira Haddad", coordinator)
    assert [language.code for language in get_offered_languages()] == ["nl", "en", "ti"]
    path = tmp_path / "candidate" / "nl.yaml"
    content = yaml.safe_load(path.read_text())
    content["texts"][key] = dutch
    path.write_text(yaml.safe_dump(content))
    os.utime(path, (1, 1))  # the file may be written within the same tick of the clock
    assert get_words("ti").missing == [key]
    assert [language.code for language in get_offered_languages()] == ["nl", "en"]
    shown = text(coordinator_client.get(reverse("dossiers_candidate_languages")))
    assert (
        f"1 tekst is nog niet vertaald, of anders dan de Nederlandse. Eerst vertalen, dan controleren. {dutch}" in shown
    )


def test_tigrinya_has_a_name_although_django_does_not_know_the_language():
    from django.utils.translation import get_language_info

    assert get_language_info("ti")["name_local"] == get_words("ti").name
