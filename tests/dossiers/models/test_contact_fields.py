"""Contact details are stored in one style, whatever style they are typed in."""

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import Dossier, Employer
from dossiers.models.contact_fields import format_phone


def clean(model, name, value):
    return model._meta.get_field(name).clean(value, None)


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06 12345678", "06-12 34 56 78", "0031612345678", "+31 6 12345678", "31612345678", "612345678",
        "(06) 12.34.56.78", "tel:+31612345678", "+31 (0)6 12345678", 612345678, "Tel.nr. 06 12345678",
        "mobiel: 0612345678", "T 06 12345678", "'0612345678", "\u202a+31 6 12345678\u202c", "06 12345678;",
    ],
)  # fmt: skip
def test_a_mobile_number_typed_in_any_style_is_stored_as_e164(typed):
    assert clean(Dossier, "phone", typed) == "+31612345678"


@pytest.mark.parametrize("typed", ["0527 123456", "+31 527 123456", "31527123456", "0031 527 123456"])
def test_a_landline_number_is_stored_as_e164(typed):
    assert clean(Dossier, "phone", typed) == "+31527123456"


def test_a_lost_zero_is_restored_unless_the_nine_digits_may_be_a_bsn():
    assert clean(Dossier, "phone", "527 123 457") == "+31527123457"
    for typed in ("527 123 456", "527,123,456", "(527)123-456", "612345671", 612345671):  # pass the eleven-test
        with pytest.raises(ValidationError, match="met de 0 ervoor"):
            clean(Dossier, "phone", typed)
    assert clean(Dossier, "phone", "06 12345671") == "+31612345671"


@pytest.mark.parametrize("typed", ["BSN 111222333", "bsn 0111222333", "BSN: 06 12345678", "burgerservicenr 123"])
def test_a_number_after_a_word_for_bsn_is_no_telephone_number(typed):
    with pytest.raises(ValidationError, match=r"\(BSN\)\. Dat bewaren wij niet") as refusal:
        clean(Dossier, "phone", typed)
    assert not any(map(str.isdigit, str(refusal.value)))


def test_a_number_from_abroad_keeps_its_country():
    assert clean(Dossier, "phone", "+49 1511 2345678") == "+4915112345678"
    assert clean(Dossier, "phone", "0049 1511 2345678") == "+4915112345678"


@pytest.mark.parametrize("typed", ["12", "06 1234", "geen", "06 123456789012", "+999 12345678", "0"])
def test_an_invalid_telephone_number_is_refused_and_quoted(typed):
    with pytest.raises(ValidationError, match="telefoonnummer") as refusal:
        clean(Dossier, "phone", typed)
    assert f"“{typed}”" in str(refusal.value)


@pytest.mark.parametrize(
    "typed",
    ["zus Mulu: 06 12345678", "karim@example.org / 06 12345678", "06 12345678 ext 3", "06 12345678 #2", "06 12345678?"],
)
def test_a_number_with_something_else_beside_it_is_refused_so_that_nothing_gets_lost(typed):
    with pytest.raises(ValidationError, match="is geen telefoonnummer"):
        clean(Dossier, "phone", typed)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+31612345678", "06 12345678"),
        ("+31527123456", "0527 123 456"),
        ("+4915112345678", "+49 1511 2345678"),
        ("", ""),
        ("06 12", "06 12"),
    ],
)
def test_a_stored_number_is_shown_as_people_write_it(stored, shown):
    assert format_phone(stored) == shown


@pytest.mark.parametrize("typed", ["Selam@Example.ORG", "  selam@example.org "])
def test_an_e_mail_address_is_stored_in_lower_case_without_blanks(typed):
    assert clean(Dossier, "email", typed) == "selam@example.org"


@pytest.mark.parametrize("typed", ["geen mail", "selam@", "selam@example", "a@b@c.nl"])
def test_an_invalid_e_mail_address_is_refused_and_quoted(typed):
    with pytest.raises(ValidationError, match="e-mailadres") as refusal:
        clean(Dossier, "email", typed)
    assert f"“{typed}”" in str(refusal.value)


@pytest.mark.parametrize("typed", ["8300AA", "8300 aa", " 8300  AA "])
def test_a_postcode_is_stored_as_four_digits_a_space_and_two_capitals(typed):
    assert clean(Employer, "postcode", typed) == "8300 AA"


@pytest.mark.parametrize("typed", ["0300 AA", "830 AA", "8300 A1", "8300", "8300 AAA"])
def test_an_invalid_postcode_is_refused(typed):
    with pytest.raises(ValidationError, match="postcode"):
        clean(Employer, "postcode", typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("90000001", "90000001"), ("01234567", "01234567"), (90000001, "90000001"), ("9000 0001", "90000001")],
)
def test_a_kvk_number_is_stored_as_its_eight_digits(typed, stored):
    assert clean(Employer, "kvk_number", typed) == stored


@pytest.mark.parametrize(
    "typed", ["12345", "123456", "1234567", 1234567, "123456789", "KVK12345", "1234567a", "１２３４５６７８"]
)
def test_an_invalid_kvk_number_is_refused(typed):
    with pytest.raises(ValidationError, match="KvK"):
        clean(Employer, "kvk_number", typed)


@pytest.mark.parametrize(
    ("model", "name"), [(Dossier, "phone"), (Dossier, "email"), (Employer, "postcode"), (Employer, "kvk_number")]
)
def test_contact_details_that_are_not_required_may_stay_empty(model, name):
    assert clean(model, name, "") == ""
