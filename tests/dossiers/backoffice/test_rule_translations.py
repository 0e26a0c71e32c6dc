"""The translations of a rule in the backoffice: its form, their approval, and the list."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Regulation, RegulationTranslation
from tests.dossiers.backoffice.test_exports import rows

from .pages import form_data, text, url

ARABIC = {"title_ar": "مدة الانتظار", "statement_ar": "مضى على طلب اللجوء {value} أشهر أو أكثر."}
SHOWN, OUTDATED, NOT_APPROVED = RegulationTranslation.State


@pytest.fixture
def rule(base_data: None) -> Regulation:
    return Regulation.objects.get(key="wachttijd")


def edit(client: Client, rule: Regulation, **changes: str) -> Any:
    """Submit the form of the rule with these changes."""
    address = url(Regulation, "edit", rule.pk)
    return client.post(address, form_data(client.get(address), **changes), follow=True)


def get_translation(rule: Regulation, language: str) -> RegulationTranslation:
    return RegulationTranslation.objects.get(regulation=rule, language=language)


def approve(client: Client, translation: RegulationTranslation, name: str, mark: str = "") -> Any:
    address = reverse("dossiers_approve_rule_translation", args=[translation.pk])
    data = {"ar-name": name, "mark": mark or translation.hash_texts()}
    return client.post(address, data, follow=True)


def test_a_rule_without_a_text_in_a_language_says_so(coordinator_client: Client, rule: Regulation) -> None:
    page = text(coordinator_client.get(url(Regulation, "edit", rule.pk)))
    assert "Engels op de site" in page
    assert "Arabisch nog geen tekst Vul de vertaling hieronder in, bij “Arabisch”." in page
    assert "Tigrinya nog geen tekst" in page


def test_a_translation_that_staff_can_not_read_is_a_draft_until_a_named_person_approved_it(
    coordinator_client: Client, rule: Regulation
) -> None:
    edit(coordinator_client, rule, **ARABIC)
    translation = get_translation(rule, "ar")
    page = text(coordinator_client.get(url(Regulation, "edit", rule.pk)))
    assert "Arabisch nog niet goedgekeurd" in page and ARABIC["statement_ar"] in page
    refused = approve(coordinator_client, translation, " ")
    assert "Niet goedgekeurd: vul de naam in" in text(refused) and get_translation(rule, "ar").state == NOT_APPROVED
    page = text(approve(coordinator_client, translation, "Samira  Haddad"))
    assert "Arabisch op de site" in page and "Goedgekeurd door Samira Haddad op" in page
    assert get_translation(rule, "ar").state == SHOWN
    history = text(coordinator_client.get(url(Regulation, "history", rule.pk)))
    assert "Arabisch goedgekeurd door Samira Haddad" in history


def test_each_text_has_one_field(coordinator_client: Client, rule: Regulation) -> None:
    html = coordinator_client.get(url(Regulation, "edit", rule.pk)).content.decode()
    for code in ("en", "ar", "ti"):
        assert [html.count(f'name="{name}_{code}"') for name in Regulation.TEXTS] == [1] * 5
    assert (html.count('name="still_fits_en"'), html.count('name="still_fits_ar"')) == (1, 0), "there is none in Arabic"


def test_words_that_were_changed_meanwhile_are_not_approved(coordinator_client: Client, rule: Regulation) -> None:
    edit(coordinator_client, rule, **ARABIC)
    seen = get_translation(rule, "ar").hash_texts()
    edit(coordinator_client, rule, title_ar="عنوان آخر")
    page = text(approve(coordinator_client, get_translation(rule, "ar"), "Samira Haddad", seen))
    assert "Niet goedgekeurd: er zijn intussen woorden veranderd" in page
    assert get_translation(rule, "ar").state == NOT_APPROVED


def test_an_english_text_needs_no_approval_and_can_not_get_one(coordinator_client: Client, rule: Regulation) -> None:
    english = get_translation(rule, "en")
    address = reverse("dossiers_approve_rule_translation", args=[english.pk])
    data = {"en-name": "Samira Haddad", "mark": english.hash_texts()}
    assert "Niet goedgekeurd" in text(coordinator_client.post(address, data, follow=True))
    assert not english.approvals.exists()


@pytest.mark.parametrize("role", ["reader", "partner"])
def test_other_users_can_not_approve(as_user: Any, request: Any, coordinator_client: Client, rule, role: str) -> None:
    edit(coordinator_client, rule, **ARABIC)
    response = approve(as_user(request.getfixturevalue(role)), get_translation(rule, "ar"), "Samira Haddad")
    assert response.status_code in (302, 403, 404) or response.redirect_chain
    assert get_translation(rule, "ar").state == NOT_APPROVED


def test_a_changed_dutch_text_makes_the_english_text_outdated_until_somebody_says_that_it_fits(
    coordinator_client: Client, rule: Regulation
) -> None:
    saved = text(edit(coordinator_client, rule, statement="De aanvraag loopt {value} maanden of langer."))
    assert "De vertaling in het Engels is verouderd" in saved
    assert get_translation(rule, "en").state == OUTDATED
    assert "Engels: verouderd" in text(coordinator_client.get(url(Regulation, "list")))
    assert "Engels verouderd" in text(coordinator_client.get(url(Regulation, "edit", rule.pk)))
    saved = text(edit(coordinator_client, rule, still_fits_en="on"))
    assert "verouderd" not in saved
    assert get_translation(rule, "en").state == SHOWN
    assert "verouderd" not in text(coordinator_client.get(url(Regulation, "list")))


def test_a_text_that_is_changed_with_the_dutch_one_is_not_outdated(
    coordinator_client: Client, rule: Regulation
) -> None:
    saved = edit(
        coordinator_client, rule, statement="Het duurt {value} maanden.", statement_en="It takes {value} months."
    )
    assert "verouderd" not in text(saved)
    assert get_translation(rule, "en").state == SHOWN


def test_a_form_that_changes_no_text_changes_no_translation(coordinator_client: Client, rule: Regulation) -> None:
    before = list(RegulationTranslation.objects.values())
    edit(coordinator_client, rule, confidence="L")
    assert list(RegulationTranslation.objects.values()) == before


def test_a_translation_with_an_error_is_refused_at_its_field_and_what_was_typed_is_kept(
    coordinator_client: Client, rule: Regulation
) -> None:
    response = edit(coordinator_client, rule, **ARABIC | {"statement_ar": "مضى 6 أشهر."}, title_ti="ትግርኛ")
    errors = response.context["form"].errors
    assert set(errors) == {"statement_ar", "statement_ti"}
    assert "مضى 6 أشهر." in response.content.decode()
    assert not RegulationTranslation.objects.exclude(language="en").exists()


def test_a_private_number_in_a_translation_is_refused(coordinator_client: Client, rule: Regulation) -> None:
    response = edit(coordinator_client, rule, explanation_en="Ask for 123456782.")
    assert set(response.context["form"].errors) == {"explanation_en"}


def test_an_emptied_translation_is_taken_away(coordinator_client: Client, rule: Regulation) -> None:
    empty = {f"{name}_en": "" for name in Regulation.TEXTS}
    saved = text(edit(coordinator_client, rule, **empty))
    assert "Engelse pagina’s tonen deze regel in het Nederlands" in saved
    assert not RegulationTranslation.objects.filter(regulation=rule).exists()


def test_a_new_rule_can_be_written_in_each_language_at_once(coordinator_client: Client, base_data: None) -> None:
    address = url(Regulation, "add")
    dutch = {"key": "proef", "title": "Proef", "statement": "Zo is het."}
    texts = dutch | {"title_en": "Test", "statement_en": "So it is."}
    response = coordinator_client.post(address, form_data(coordinator_client.get(address), **texts))
    assert response.status_code == 302
    assert get_translation(Regulation.objects.get(key="proef"), "en").state == SHOWN


def test_a_form_that_was_opened_before_somebody_else_changed_a_translation_is_refused(
    coordinator_client: Client, rule: Regulation
) -> None:
    address = url(Regulation, "edit", rule.pk)
    opened = form_data(coordinator_client.get(address), title="Anders")
    edit(coordinator_client, rule, title_en="Another title")
    assert coordinator_client.post(address, opened).status_code == 200
    assert get_translation(rule, "en").title == "Another title"


def test_an_exported_rule_has_its_texts_in_each_language(coordinator_client: Client, rule: Regulation) -> None:
    edit(coordinator_client, rule, **ARABIC)
    exported = rows(coordinator_client.get(url(Regulation, "export", "csv")))
    row = next(row for row in exported if row["Sleutel"] == rule.key)
    assert row["In een zin (Engels)"] == get_translation(rule, "en").statement
    assert row["Titel (Arabisch)"] == ARABIC["title_ar"]
