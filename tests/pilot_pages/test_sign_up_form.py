"""The validation of the sign-up form and its response."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.html import escape

from dossiers.models import EmployerInterest, InterestStatus, Sector
from pilot_pages.models import SignUpPage, SignUpQuestion
from pilot_pages.models.sign_up import QUESTION_TYPES
from pilot_pages.sign_up.spam import TOO_FAST
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch, stamp_of

SignUp = Callable[..., Any]


def test_the_sign_up_is_stored_with_the_contact_details_as_given(sign_up: SignUp) -> None:
    sector = Sector.objects.get(name="Landbouw")
    sign_up(sector=str(sector.pk))
    interest = EmployerInterest.objects.get()
    assert interest.status == InterestStatus.UNCONFIRMED
    assert interest.employer is None
    assert interest.contact_given == {
        "company_name": "Kassenbouw De Wit",
        "kvk_number": "01234567",
        "contact_name": "Anna de Wit",
        "email": "anna@dewit.example",
        "phone": "+31612345678",
        "postcode": "8315 AB",
        "city": "Luttelgeest",
        "sector": "Landbouw",
    }
    assert (interest.positions, interest.hours_per_week) == (3, 32)
    assert interest.start_date == date(2027, 3, 1)
    assert not EmployerInterest.objects.confirmed().exists()


def test_a_coordinator_can_take_over_a_sign_up(sign_up: SignUp) -> None:
    sign_up()
    employer = EmployerInterest.objects.get().take_over()
    assert (employer.company_name, employer.email) == ("Kassenbouw De Wit", "anna@dewit.example")


def test_the_form_redirects_to_a_url_without_the_email_address(client: Client, sign_up: SignUp) -> None:
    response = sign_up()
    assert response.status_code == 302
    assert "dewit" not in response.url
    page = client.get(response.url)
    assert "anna@dewit.example" in page.content.decode()
    client.get(response.url)
    assert EmployerInterest.objects.count() == 1


def test_submitting_the_same_form_twice_stores_one_sign_up(sign_up: SignUp) -> None:
    stamp = stamp_of(timedelta(minutes=1))
    assert sign_up(stamp=stamp).status_code == sign_up(stamp=stamp).status_code == 302
    assert EmployerInterest.objects.count() == len(mail.outbox) == 1


def test_correcting_the_email_address_sends_a_new_email(sign_up: SignUp) -> None:
    sign_up(email="ana@dewit.example")
    sign_up(email="anna@dewit.example")
    assert [message.to for message in mail.outbox] == [["ana@dewit.example"], ["anna@dewit.example"]]


def test_a_known_email_address_gets_the_same_response(client: Client, content: SignUpPage, form_data: Any) -> None:
    first = client.post(content.url, form_data())
    again = client.post(content.url, form_data(positions="4"))
    assert (first.status_code, first.url) == (again.status_code, again.url)


def test_no_cookie_is_set_before_the_form_is_opened(client: Client, content: SignUpPage) -> None:
    client.get("/")
    assert not client.cookies


NO_PHONE = "“%(value)s” is not a telephone number. Write it as 06 12345678, or with + and the country code."
NO_BSN = "This text holds a citizen service number (BSN). That is not kept here: take it out."
ERRORS = [
    ("company_name", "", "Write the name of your company."),
    ("email", "anna@", "“%(value)s” is not an e-mail address. Write it as name@example.org."),
    ("kvk_number", "12", "“%(value)s” is not a KvK number. It has eight digits."),
    ("phone", "bel maar", NO_PHONE),
    ("postcode", "Emmeloord", "“%(value)s” is not a postcode. Write four digits and two letters, for example 8300 AA."),
    ("positions", "drie", "Write a whole number from 1 to 500."),
    ("positions", "501", "Write a whole number from 1 to 500."),
    ("positions", "1.000", "Write a whole number from 1 to 500."),
    ("positions", "2.0", "Write a whole number from 1 to 500."),
    ("positions", "36 uur", "Write a whole number from 1 to 500."),
    ("hours_per_week", "36.0", "Write a whole number from 1 to 40."),
    ("hours_per_week", "41", "Write a whole number from 1 to 40."),
    ("start_date", "31-02-2027", "This date does not exist. Write day-month-year, for example 28-02-2027."),
    ("start_date", "01-03-2020", "This day is over. Write today or a later day."),
    ("work_description", "Vraag naar BSN 111222333.", NO_BSN),
]


@pytest.mark.parametrize(("name", "typed", "message"), ERRORS)
def test_an_error_is_shown_at_its_field_and_above_the_form_with_the_input(
    sign_up: SignUp, name: str, typed: str, message: str
) -> None:
    response = sign_up(**{name: typed})
    html = compact_html(response)
    assert response.status_code == 200
    assert f'<a class="utrecht-link utrecht-link--html-a" href="#id_{name}">' in html
    assert html.count(dutch(message).replace("%(value)s", typed)) == 2
    assert f'id="id_{name}_error"' in html
    assert 'aria-invalid="true"' in html
    assert f"<title>{dutch('Error:')}" in html
    assert typed in html
    assert "Tomaten plukken" in html or name == "work_description"
    assert not EmployerInterest.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("typed", ["36", " 36 ", "36 uur", "36 Hours"])
def test_the_hours_may_have_their_unit_behind_them(sign_up: SignUp, typed: str) -> None:
    sign_up(hours_per_week=typed)
    assert EmployerInterest.objects.get().hours_per_week == 36


def test_the_error_of_a_long_text_gives_its_length_and_preserves_the_text(sign_up: SignUp) -> None:
    html = sign_up(work_description="x" * 501).content.decode()
    assert html.count("501)") == 2
    assert "x" * 501 in html
    assert not EmployerInterest.objects.exists()


def test_an_invalid_date_is_refused_at_its_field_and_shown_again(sign_up: SignUp) -> None:
    for typed in ("31-02-2027", "2027-W01-1", "1 maart", "01-03"):
        html = sign_up(start_date=typed).content.decode()
        assert f'<input type="text" name="start_date" value="{typed}"' in html
        assert 'id="id_start_date_error"' in html
    assert not EmployerInterest.objects.exists()


def test_no_field_is_one_from_which_a_browser_sends_nothing_if_it_cannot_read_it(
    client: Client, content: SignUpPage
) -> None:
    for field_type, _label in QUESTION_TYPES:
        SignUpQuestion.objects.create(page=content, label=field_type, field_type=field_type, choices="bus\nfiets")
    html = client.get(content.url).content.decode()
    types = set(re.findall(r'<input[^>]* type="([a-z-]+)"', html))
    assert types == {"text", "email", "tel", "url", "hidden", "radio", "checkbox", "search"}
    assert dutch("Day-month-year, for example 28-02-2027.") in html.split('id="id_question_date"')[0][-400:]


@pytest.mark.parametrize(
    ("typed", "stored"), [("12,5", "12.5"), ("12.5", "12.5"), (" 1250 ", "1250"), ("1.250", None), ("zo'n 3", None)]
)
def test_the_number_of_a_question_has_a_decimal_comma_and_is_refused_if_it_is_unclear(
    content: SignUpPage, sign_up: SignUp, typed: str, stored: str | None
) -> None:
    SignUpQuestion.objects.create(page=content, label="Uurloon", field_type="number", required=False)
    html = sign_up(question_uurloon=typed).content.decode()
    if stored:
        assert EmployerInterest.objects.get().answers == {"Uurloon": stored}
    else:
        assert html.count(dutch("Write a number, for example 1250 or 12,5.")) == 2
        assert f'value="{escape(typed)}"' in html
        assert not EmployerInterest.objects.exists()


@pytest.mark.parametrize("typed", ["2027-03-01", "01-03-2027", "1-3-2027", "1/3/2027"])
def test_a_date_may_have_the_notation_of_a_browser_or_of_a_person(sign_up: SignUp, typed: str) -> None:
    sign_up(start_date=typed)
    assert EmployerInterest.objects.get().start_date == date(2027, 3, 1)


def test_markup_in_a_field_is_escaped(sign_up: SignUp) -> None:
    html = sign_up(company_name="<script>alert(1)</script>", email="").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_filled_in_honeypot_is_refused(sign_up: SignUp) -> None:
    html = sign_up(website="http://koop.example").content.decode()
    assert dutch("Leave the field “Leave this field empty” empty. It is there to stop programs.") in html
    assert not EmployerInterest.objects.exists()


def test_a_form_submitted_too_fast_is_refused_once_and_can_then_be_corrected_and_sent(sign_up: SignUp) -> None:
    response = sign_up(stamp=stamp_of(timedelta(seconds=1)), email="anna")
    assert dutch(str(TOO_FAST)) in response.content.decode()
    assert not EmployerInterest.objects.exists()
    response = sign_up(stamp=response.context["form"]["stamp"].value(), positions="0")
    assert dutch("Write a whole number from 1 to 500.") in response.content.decode()
    assert dutch(str(TOO_FAST)) not in response.content.decode()
    assert sign_up(stamp=response.context["form"]["stamp"].value()).status_code == 302
    assert EmployerInterest.objects.count() == 1


@pytest.mark.parametrize("stamp", ["", "nagemaakt", stamp_of(timedelta(hours=25))], ids=["none", "forged", "old"])
def test_a_form_with_an_expired_or_forged_stamp_gets_a_new_stamp(client: Client, sign_up: SignUp, stamp: str) -> None:
    response = sign_up(stamp=stamp)
    assert dutch("This form was open for too long. Check it and send it again.") in response.content.decode()
    fresh_stamp = response.context["form"]["stamp"].value()
    assert fresh_stamp not in ("", stamp)
    assert not EmployerInterest.objects.exists()
    assert sign_up(stamp=fresh_stamp).status_code == 302, "not refused again, now for being sent at once"


@pytest.fixture
def questions(content: SignUpPage) -> SignUpPage:
    SignUpQuestion.objects.create(page=content, label="Email", field_type="singleline", required=True, sort_order=1)
    SignUpQuestion.objects.create(
        page=content, label="Vervoer", field_type="radio", choices="bus\nfiets", required=False, sort_order=2
    )
    return content


def test_a_question_labeled_email_does_not_overwrite_the_core_field(questions: SignUpPage, sign_up: SignUp) -> None:
    sign_up(question_email="Nooit", question_vervoer="fiets")
    interest = EmployerInterest.objects.get()
    assert interest.contact_given["email"] == "anna@dewit.example"
    assert interest.answers == {"Email": "Nooit", "Vervoer": "fiets"}
    assert mail.outbox[0].to == ["anna@dewit.example"]


def test_the_list_of_errors_names_each_question(sign_up: SignUp) -> None:
    html = compact_html(sign_up(positions="0", hours_per_week="36,5", company_name=""))
    for name, problem in (
        ("company_name", "Bedrijf: Vul de naam van uw bedrijf in."),
        ("positions", "Voor hoeveel mensen? Vul een heel getal in van 1 tot en met 500."),
        ("hours_per_week", "Uren per week: Vul een heel getal in van 1 tot en met 40."),
    ):
        assert f'href="#id_{name}">{problem}</a>' in html


def test_a_required_question_of_an_editor_must_be_answered(questions: SignUpPage, sign_up: SignUp) -> None:
    html = compact_html(sign_up())
    assert 'href="#id_question_email">Email: Beantwoord deze vraag.</a>' in html


@pytest.mark.parametrize("step", [{}, {"stap": "5"}])
def test_an_answer_to_a_question_that_was_renamed_since_is_shown_once_more_before_it_is_kept(
    client: Client, content: SignUpPage, sign_up: SignUp, step: dict[str, str]
) -> None:
    def find_digest(html: str) -> str:
        return re.search(r'name="questions_shown" value="([^"]*)"', html)[1]

    question = SignUpQuestion.objects.create(page=content, label="Hebt u vervoer?", field_type="singleline")
    changed = dutch("A question of this form was changed while you filled it in. Look at your answers once more.")
    shown = find_digest(client.get(content.url).content.decode())
    question.label = "Betaalt u het vervoer?"
    question.save()
    html = sign_up(question_hebt_u_vervoer="Ja, een busje", questions_shown=shown, **step).content.decode()
    assert changed in html
    assert "Betaalt u het vervoer?" in html and "Ja, een busje" in html
    assert not EmployerInterest.objects.exists()
    sign_up(question_hebt_u_vervoer="Nee", questions_shown=find_digest(html), **step)
    assert EmployerInterest.objects.get().answers == {"Betaalt u het vervoer?": "Nee"}


def test_no_form_submission_of_wagtail_is_stored(sign_up: SignUp) -> None:
    from wagtail.contrib.forms.models import FormSubmission

    sign_up()
    assert not FormSubmission.objects.exists()
    assert not SignUpPage.objects.get().get_submissions().exists()


@pytest.mark.parametrize(
    "words",
    [{"help_text": "Ook uw nationaliteit."}, {"choices": "bus,Afkomst\nfiets"}, {"choices": "fiets\r\n123456782"},
     {"choices": "Moslim\nChristen"}, {"choices": "Syrië,Eritrea"}, {"help_text": "Ook voor Syriërs."},
     {"help_text": "Zoals 123456782."}, {"default_value": "123456782"}, {"label": "Is 123456782 van u?"}],
)  # fmt: skip
def test_the_other_texts_of_a_question_may_not_ask_for_forbidden_data(
    content: SignUpPage, words: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        SignUpQuestion(page=content, field_type="radio", **{"label": "Vervoer", "choices": "bus,fiets"} | words).clean()
    assert list(refused.value.message_dict) == list(words)
    assert "123456782" not in str(refused.value)
    SignUpQuestion(page=content, label="Vervoer", help_text="Bus?", field_type="radio", choices="a,b").clean()


def test_an_editor_may_not_ask_for_a_bsn(content: SignUpPage) -> None:
    with pytest.raises(ValidationError) as refused:
        SignUpQuestion(page=content, label="Uw BSN", field_type="singleline").full_clean()
    assert "label" in refused.value.message_dict
    SignUpQuestion(page=content, label="Uw vervoer", field_type="singleline").full_clean()


@pytest.mark.parametrize("name", ["choices", "default_value"])
def test_the_texts_of_a_question_have_a_maximum_length(content: SignUpPage, name: str) -> None:
    question = SignUpQuestion(page=content, label="Vervoer", field_type="multiline", **{name: "a" * 32_768})
    with pytest.raises(ValidationError, match="32768 tekens"):
        question.full_clean()


@pytest.mark.parametrize("kind", ["radio", "dropdown", "checkboxes"])
@pytest.mark.parametrize("choices", ["", " \r\n", "Ja\r\n"])
def test_a_question_without_choices_is_refused(content: SignUpPage, kind: str, choices: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SignUpQuestion(page=content, label="Komt de bus?", field_type=kind, choices=choices).clean()
    assert set(refused.value.message_dict) == {"choices"}
    SignUpQuestion(page=content, label="Komt de bus?", field_type=kind, choices="Ja\r\nNee").clean()
    SignUpQuestion(page=content, label="Komt de bus?", field_type="singleline", choices=choices).clean()
