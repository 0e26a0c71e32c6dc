"""Translations of rules: when they are shown, and what they may not say."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dossiers.models import Regulation, RegulationTranslation

ARABIC = {"title": "مدة الانتظار", "statement": "مضى على طلب اللجوء {value} أشهر أو أكثر."}
SHOWN, OUTDATED, NOT_APPROVED = RegulationTranslation.State


@pytest.fixture
def rule(base_data: None) -> Regulation:
    return Regulation.objects.get(key="wachttijd")


def translate(rule: Regulation, language: str = "ar", **texts: str) -> RegulationTranslation:
    return RegulationTranslation(
        regulation=rule, language=language, original_mark=rule.hash_texts(), **(ARABIC | texts)
    )


def get_english(rule: Regulation) -> RegulationTranslation:
    return RegulationTranslation.objects.get(regulation=rule, language="en")


def test_every_rule_that_the_site_starts_with_has_a_valid_english_text_that_is_shown(base_data: None) -> None:
    assert RegulationTranslation.objects.filter(language="en").count() == Regulation.objects.count()
    for translation in RegulationTranslation.objects.all():
        translation.full_clean()
        assert translation.state == SHOWN
    assert not RegulationTranslation.objects.exclude(language="en").exists()


@pytest.mark.parametrize(
    "change",
    [{"statement": "Anders: {value} maanden."}, {"title": "Anders"}, {"explanation": "Want."}, {"source": "b.nl"}],
)
def test_a_translation_is_outdated_once_the_dutch_text_is_changed(rule: Regulation, change: dict[str, str]) -> None:
    for name, text in change.items():
        setattr(rule, name, text)
    rule.save()
    assert get_english(rule).state == OUTDATED


def test_another_value_of_a_rule_makes_no_translation_outdated(rule: Regulation) -> None:
    rule.value = "3"
    rule.save()
    assert get_english(rule).state == SHOWN


def test_a_translation_that_staff_can_not_read_is_shown_once_somebody_approved_it(rule: Regulation, editor) -> None:
    translation = translate(rule)
    translation.save()
    assert translation.state == NOT_APPROVED
    translation.approve("Samira Haddad", editor)
    assert (translation.state, translation.approval.approved_by) == (SHOWN, "Samira Haddad")
    translation.statement = "غير ذلك: {value}."
    assert translation.state == NOT_APPROVED
    translation.statement = ARABIC["statement"]
    assert translation.state == SHOWN, "approved texts stay approved"


def test_an_approval_does_not_hold_for_another_dutch_text(rule: Regulation, editor) -> None:
    translation = translate(rule)
    translation.save()
    translation.approve("Samira Haddad", editor)
    rule.statement = "De asielaanvraag loopt langer dan {value} maanden."
    rule.save()
    assert translation.state == OUTDATED
    translation.original_mark = rule.hash_texts()
    assert translation.state == NOT_APPROVED


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("statement", "مضى على طلب اللجوء 6 أشهر.", "{value}"),
        ("statement", "مضى {waarde} أشهر.", "{waarde}"),
        ("statement", "مضى {value} أشهر، وليس ٣.", "getal 3"),
        ("statement", "{value} ፫", "getal 3"),
        ("title", "مدة 6 أشهر", "getal 6"),
        ("explanation", "منذ 2024.", "getal 2024"),
    ],
)
def test_a_translation_with_another_figure_than_the_dutch_text_is_refused(
    rule: Regulation, name: str, text: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        translate(rule, **{name: text}).full_clean()
    assert set(refusal.value.message_dict) == {name}
    assert words in refusal.value.messages[0]


def test_a_translation_with_the_figures_of_the_dutch_text_is_accepted(rule: Regulation) -> None:
    translate(rule).full_clean()
    rule.explanation = "Volgens artikel 6 lid 2 van 12-6-2026."
    translate(rule, explanation="المادة ٦ (٢)، 12-6-2026").full_clean()


def test_an_english_text_with_another_amount_or_unit_is_refused(base_data: None) -> None:
    rule = Regulation(key="proef", title="Proef", value="5", unit="months", statement="Na vijf maanden.")
    for statement in ("After four months.", "After 5 months.", "After {value} weeks."):
        with pytest.raises(ValidationError) as refusal:
            translate(rule, "en", title="Test", statement=statement).full_clean(exclude=["regulation"])
        assert set(refusal.value.message_dict) == {"statement"}
    for statement in ("After five months.", "After {value} months."):
        translate(rule, "en", title="Test", statement=statement).full_clean(exclude=["regulation"])


def test_a_changed_english_text_is_to_be_checked_again_but_one_that_staff_can_not_read_is_not(
    rule: Regulation, editor
) -> None:
    rule.mark_checked(editor)
    translate(rule).save()
    rule.refresh_from_db()
    assert rule.checked_on == timezone.localdate()
    english = get_english(rule)
    english.title = "Another title"
    english.save()
    assert english.regulation.checked_on == timezone.localdate()
    english.statement = "It takes {value} months."
    english.save()
    rule.refresh_from_db()
    assert (rule.checked_on, rule.checked_by) == (None, None)
