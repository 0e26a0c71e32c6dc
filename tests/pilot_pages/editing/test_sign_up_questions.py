"""The questions that editors add to the sign-up."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from pilot_pages.models import SignUpPage
from pilot_pages.models.sign_up import SignUpQuestion
from tests.dossiers.models.own_fields import make_own_field


@pytest.mark.parametrize(
    ("field_type", "answer", "accepted"),
    [
        ("date", "31-02-2026", False), ("date", "28-02-2026", True), ("number", "veel", False), ("number", "3", True),
        ("email", "info", False), ("url", "geen", False), ("dropdown", "trein", False), ("dropdown", "fiets", True),
        ("radio", "trein", False), ("checkboxes", "fiets, trein", False), ("checkboxes", "fiets, bus", True),
        ("singleline", "x" * 300, False), ("multiline", "Wij bellen u.", True),
    ],
)  # fmt: skip
def test_a_default_answer_must_be_valid_for_its_question(field_type: str, answer: str, accepted: bool) -> None:
    question = SignUpQuestion(label="Hoe?", field_type=field_type, choices="fiets\nbus", default_value=answer)
    if accepted:
        question.clean()
        return
    with pytest.raises(ValidationError) as refused:
        question.clean()
    assert set(refused.value.message_dict) == {"default_value"}


def test_questions_of_one_form_have_different_labels(anna: Client, content: SignUpPage) -> None:
    make_own_field("Parkeren", record="employer_interest")
    labels = [" e-MAILadres", "Vervoer?", "Ver  voer", "KvK nummer", "Lunch", "Telefoon", "Uren per week?", "parkeren"]
    labels += ["Contactpersoon", "Wanneer belt u het liefst?"]
    questions = [{"label": label, "field_type": "singleline", "ORDER": "1"} for label in labels]
    form = {field.name: getattr(content, field.attname) or "" for field in content._meta.concrete_fields}
    form |= {name: rich_text(f"<p>{name}</p>") for name in ("privacy_text", "confirmed_text")}
    form |= {"body": streamfield([]), "comments": inline_formset([]), "form_fields": inline_formset(questions)}
    response = anna.post(reverse("wagtailadmin_pages:edit", args=[content.pk]), nested_form_data(form))
    page_form = response.context["form"]
    assert [set(question.errors) for question in page_form.formsets["form_fields"].forms] == [
        {"label"}, set(), {"label"}, {"label"}, set(), {"label"}, {"label"}, {"label"}, {"label"}, set(),
    ]  # fmt: skip
    assert not page_form.errors
    html = response.content.decode()
    assert "Een andere vraag van dit formulier heet" in html
    assert "“Telefoon” is de naam van een veld van de werkgever of van de interesse" in html
