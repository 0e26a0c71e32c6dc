"""Tests of the recognition of a BSN or a V-number, in a column and in a text."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.nl import bsn

from dossiers.privacy import (
    PERHAPS_A_BSN,
    bsn_in_text,
    check_text,
    confirmed,
    forbidden_column,
    masked,
    possible_bsns,
    refused,
)
from dossiers.privacy.numbers import NUMBER_OF

BSN, ANOTHER, SHORT = "123456782", "111222333", "012345672"  # made up; they pass the eleven-test
NO_BSN = "123456789"


@st.composite
def bsns(draw):
    digits = draw(st.integers(1_000_000, 99_999_999).map("{:08d}".format).filter(lambda text: check_digit(text) < 10))
    return digits + str(check_digit(digits))


def check_digit(digits):
    return sum((9 - place) * int(digit) for place, digit in enumerate(digits)) % 11


ENDS_AS_ANOTHER_NUMBER = re.compile(
    rf"(?:(?:euro?|tel|telefoon|phone|mobiel|mobile|mob|gsm|whatsapp|fax)(?:nummer|nr|number)?|{NUMBER_OF}.{{0,9}})\W*$",
    re.IGNORECASE,
)
words = st.text(st.characters(categories=["Lu", "Ll", "Po", "Zs"], exclude_characters=".,:/€"), max_size=20)


@given(bsns(), words, words)
def test_a_bsn_is_found_in_any_sentence(number, before, behind):
    assume(not ENDS_AS_ANOTHER_NUMBER.search(before) and not behind.casefold().lstrip().startswith("eur"))
    text = f"{before} {number} {behind}"
    assert bsn_in_text(text) == number
    assert check_text(text)
    assert number not in masked(text)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(["+316", "00316", "06", "+31 6", "0031 6", "06-", "06 "]))
def test_a_telephone_number_is_not_a_bsn(number, beginning):
    text = f"Bel {beginning}{number} na vijf uur"
    assert bsn_in_text(text) is None
    assert masked(text) == text


@given(st.integers(100_000_000, 999_999_999).map(str))
def test_nine_digits_are_a_bsn_if_and_only_if_they_pass_the_eleven_test(number):
    assert (bsn_in_text(f"nummer {number}.") is not None) == bsn.is_valid(number)


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        f"BSN{BSN}",
        f"bsn: {BSN}, rijbewijs B",
        f"({BSN})",
        f"{BSN}.0",
        "BSN is 1234 56 782",
        "burgerservicenummer 123.456.782",
        "nummer 1234.56.782",
        "BSN 12345672",  # the leading zero is lost
        f"wonen samen: {NO_BSN} en {BSN}",
        f"+31612345678 {BSN}",
        *(f"{before}{BSN}" for before in ("kamer 12,", "1.", "punt 5.", "52.", "0,")),
        "١٢٣٤٥٦٧٨٢",
    ],
)
def test_a_bsn_in_free_text_is_refused(text):
    assert check_text(text) is not None
    assert BSN not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Wil graag leren; heeft fiets",
        NO_BSN,
        f"+31 {BSN}",
        f"+31 (0){BSN}",
        f"0031-{BSN}",
        f"+963 {BSN}",
        f"5{BSN}",
        f"{BSN}1",
        f"NL00BANK0{BSN}",
        f"1.{BSN[:3]}.{BSN[3:6]}.{BSN[6:]}",
        "1.170.561,48",
        "000000000",
        "8312 AB, 12-10-2026, 24 uur",
    ],
)
def test_a_part_of_another_number_is_not_a_bsn(text):
    assert check_text(text) is None
    assert masked(text) == text


# Spellings of a number that passes the eleven-test and is not a telephone number.
IN_GROUPS = [
    "Zijn nummer is 170 561 483 bekend",
    "Zijn nummer is 170-561-483 bekend",
    "Zijn nummer is 170/561/483 bekend",
    "Zijn nummer is 170.561.483 bekend",
    "Zijn nummer is 170 - 561 - 483 bekend",
    "Zijn nummer is 170\u00a0561\u2009483 bekend",
    "Zijn nummer is 1705 61 483 bekend",
    "Zijn nummer is 1 7 0 5 6 1 4 8 3 bekend",
    "Zijn nummer is 0170 561 483 bekend",
    "Zijn nummer is 0170561483 bekend",
    "sinds 12-10-2026: 170 561 483",
    "tel 170561483",
    "tel. 170 561 483",
    "Telefoonnummer: 170561483",
    "order 170561483",
    "Ons ordernummer is 170561483 van vorige week",
    "factuurnr.: 170561483",
    "Kenmerk 170561483",
    "referentie: 170561483",
    "klantnummer #170561483",
    "uw inkoopordernummer: 170561483",
    "€ 170561483",
    "€ 170.561.483",
    "170561483 euro",
    "170561483,50",
    *(f"Zijn nummer is 170{sign}561{sign}483 bekend" for sign in ",_:*'\n"),
    *(f"Zijn nummer is 170 561{sign}483 bekend" for sign in ("\n", "\r\n", " \r\n ", "\u00ad", "\u200b", "\u2060")),
    "Zijn nummer is 1705\r\n61483 bekend",
    *(f"Zijn nummer is 1705{sign}61483 bekend" for sign in ("_", "·", " · ", "'", "|", "~", "•")),
    "Zijn nummer is 17056148_3 bekend",
    "Zijn nummer is 170_561·483 bekend",
    "Zijn nummer is 00170561483 bekend",
    "Zijn nummer is 000 170 561 483 bekend",
    "Zijn nummer is (170)561483 bekend",
    "Zijn nummer is (170) 561 483 bekend",
    "Zijn nummer is 170(561)483 bekend",
    "Zijn nummer is 170 561 (483) bekend",
    "Zijn nummer is [170] {561} 483 bekend",
    *(f"punt 5{sign}170 561 483" for sign in ".,"),
    "punt 5.170,561,483",
]
BEHIND_A_WORD = [
    "BSN nummer: 170 561 483",
    "BSN nr. 170.561.483",
    "BSN is: 170-561-483",
    "bsn-nummer 170/561/483",
    "bsn nummer 170561483",
    "B.S.N. 170 561 483",
    "Burger service nummer is 1705.61.483",
    "burgerservicenummer van hem, dat staat vast, is 170 561 483",
    "BSN 0170 561 483",
    "BSN 170 561 483 3x gebeld",
    "BSN tel 170561483",
    "BSN € 170561483",
    "BSN, ook ordernummer 170561483",
    "order van bsn 170561483",
    "sofi-nummer 170 561 483",
    "citizen service number 170 561 483",
    "bsn nr 12345672",
    *(f"BSN: 170{gap}561{gap}483" for gap in (",", ", ", "_", ":", "\n", " | ")),
    "BSN (170) 561 483",
    "BSN 1-7-0-5-6-1-4-8-3",
    "BSN 1705·61483",
    "BSN 00170561483",
    *(f"BSN: 170{sign}561{sign}483" for sign in ("=", "\\", "#", "&", " en ", " + ", "...", " -- ", " and ", ", dan ")),
    "BSN-nummer zijn vrouw is 170&561&483",
    "BSN: 12,170561483",
    "BSN: 12, 170-561-483",
    "BSN 1 170 561 483",
    "BSN 12-10-2026 170 561 483",
    "B S N 170 561 483",
    "b - s - n: 170 561 483",
    "B S N-nummer 170 561 483",
    "BSN van de vrouw van deze kandidaat, die sinds vorig jaar in het dorp woont, is 170 561 483",
    "BSN staat in de brief van 12-10-2026 aan de gemeente, op blz. 3 onder nr. 2, en is 170561,483",
    # with a typing mistake
    "BSN 170561484",
    "bsn: 17056148",
    "BSN 170 561 484",
    "BSN 1705.61.484",
    "BSN van hem is 170561484",
    "sofi-nummer 170561484, 3x gebeld",
]


@pytest.mark.parametrize("text", IN_GROUPS)
def test_nine_digits_that_may_be_another_number_are_doubtful(text):
    assert refused(text) is None
    assert len(possible_bsns(text)) == 1
    assert check_text(text) is PERHAPS_A_BSN
    assert "170" not in masked(text) and "***" in masked(text)
    assert masked(text, doubtful=False) == text


@pytest.mark.parametrize("text", BEHIND_A_WORD)
def test_every_spelling_after_a_word_for_bsn_is_refused(text):
    assert refused(text) is not None
    assert "561" not in masked(text, doubtful=False).replace(" ", "")
    assert "***" in masked(text, doubtful=False)


def test_a_number_in_a_later_sentence_than_the_word_for_bsn_is_asked_about():
    text = "Zijn BSN staat bij de gemeente en hoort niet hier in dit dossier. Ons ordernummer is 170 561 483"
    assert refused(text) is None
    assert possible_bsns(text) == ["170 561 483"]


def test_a_number_confirmed_to_be_no_bsn_is_not_doubtful():
    text = "dossier 170 561 483 en 111-222-333"
    assert possible_bsns(text) == ["170 561 483", "111-222-333"]
    with confirmed(lambda: ["170 561 483"]):
        assert possible_bsns(text) == ["111-222-333"]
        with confirmed(lambda: ["111-222-333"]):
            assert check_text(text) is None
    with confirmed(lambda: ["170 561 483"]):
        assert refused("BSN 170 561 483") is not None


@pytest.mark.parametrize(
    "text",
    [
        "bel 06 12 34 56 78 of 0513 633 633",
        "bsn onbekend, tel 0612345678",
        "bsn onbekend, KvK 90001234, dossier 123456789",
        "BSN 12-10-2026",
        "BSN 2025-2026, 8312 AB",
        "BSN: 06 1234 5678, 0513 633 633, +31612345679",
        "bsn € 12.345.678,90",
        "BSN volgt. Ordernummers zoals dat van vorige week gaan per mail. Het gaat om 12-3-4 en verder",
        "BSN volgt, geboren 12-10-2026, 5 kinderen",  # the nine digits pass
        "BSN onbekend, bel +31 (170) 561483 of +31 170 561 483, IBAN NL91 ABNA 0417 1643 00",
        "B. S. Nijland, tel 0513 633 633, KvK 90001234",
        "00491701234567 of 0032 470 12 34 56",
        "0032 2 505 05 05",
        "van 08:30 - 17:00, 12|13|14, 31_12_2026",
        "Sofia 06 12345672",
        "van 12-10-2026 tot 30-11-2026",
        "2026-10-12 12",
        "bedrag 1.234.567,89",
        "KvK 90001234, 8312 AB",
        "NL91 ABNA 0417 1643 00",
        "+31 170 561 483",
        "+963 170 561 483",
        "0031 170 561 483",
        "112,113,115 en 170,561,483,000",
        "kamers 170, 561, 483",
        "(0123) 456782, (0513) 633 633, (06) 12345678",
        "+32 (0)2 505 05 05, +31 (170) 561483",
    ],
)
def test_a_telephone_number_a_date_or_an_amount_is_not_doubtful(text):
    assert check_text(text) is None
    assert masked(text) == text


def test_tel_within_another_word_does_not_announce_a_telephone_number():
    assert bsn_in_text(f"hotel {BSN}") == BSN


@pytest.mark.parametrize(
    "text", [f"recorder {BSN}", f"de order kwam van {BSN}", f"{BSN} is mijn order", f"nummer {BSN}"]
)
def test_a_bsn_without_a_preceding_word_for_order_is_refused(text):
    assert refused(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("V-nummer 2812345678", "v2812345678", "V-nr.: 281.234.5678", "vreemdelingennummer 28123456"),
        *("V 281 234 5678", "V: 281-234-5678", "IND-nummer 2812345678", "IND nr: 281 234 5678"),
        *("Z-nummer 281.234.5678", "znr 2812345678", "Z nummer: 28123456"),
        *("V 28.12345.678", "v: 2812.345.678", "(Z) 28.123.45678"),
        *("V 281.234.5678", "V: 281.234.5678", "v. 281.234.5678", "(V) 281.234.5678", "Z: 281.234.5678"),
    ],
)
def test_a_v_number_in_free_text_is_refused_and_masked(text):
    assert "V-" in str(check_text(text))
    assert masked(f"gezien: {text}, klopt") == f"gezien: {text[: text.index('28')]}***, klopt"


@pytest.mark.parametrize(
    "text",
    [
        *("dhr. V. 0612345678", "tv2812345678", "KvK 90001234", "2812345678", "zaak Z-2026123456"),
        *("dhr. V. 061.234.5678", "tv 281.234.5678", "V 281.234.567", "V 281.234.56789", "v: 28.123.4567"),
        *("V. 06.12345.678", "V 12.05.2026 14", "v 28.12.34.5678", "V 281.2345.678.9", "tv 28.12345.678"),
    ],
)
def test_ten_digits_without_the_letter_v_are_accepted(text):
    assert check_text(text) is None


def test_only_the_numbers_are_masked():
    assert masked(f"“{BSN},{ANOTHER}” is geen datum") == "“***,***” is geen datum"
    assert masked(f"BSN {BSN} en V{2812345678}") == "BSN *** en V***"


def test_the_message_does_not_repeat_the_number():
    assert BSN not in str(check_text(BSN))


@pytest.mark.parametrize(
    "cells",
    [
        [BSN, ANOTHER, SHORT],
        [123456782, 111222333, 12345672],
        [123456782.0, "111222333.0", Decimal("123456782")],
        ["1234.56.782", "111 222 333", " 123456782 "],
        [BSN, None, "", "onbekend", ANOTHER, BSN],
        [BSN] * 9 + [NO_BSN],
    ],
)
def test_a_column_of_bsns_is_refused_by_its_content(cells):
    assert forbidden_column(cells)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [BSN, ANOTHER],  # fewer than three
        [BSN] * 8 + [NO_BSN],  # fewer than nine in ten
        ["90000101", "90000102", "90000103"],
        [True, True, True],
        [date(2026, 1, 1)] * 3,
        ["10.11.2005", "01-09-2005", "15.04.2005"],  # a date, though its digits pass
        ["+31123456782", "+31111222333", "+31123456782"],
        [12345678.2] * 3,
        ["123456782 of 111222333"] * 3,
    ],
)
def test_a_column_without_enough_bsns_is_accepted(cells):
    assert not forbidden_column(cells)


@given(st.lists(bsns(), min_size=3), st.sampled_from([str, int, float]))
def test_bsns_are_recognized_in_cells_of_any_type(numbers, kind):
    assert forbidden_column(map(kind, numbers))
