"""Each form of the response of a mail server is read."""

from time import monotonic

import pytest

from dossiers.incoming_lists.imap_responses import parse_mail, parse_responses
from dossiers.incoming_lists.mailbox import decode
from dossiers.incoming_lists.senders import find_first_sender, strip_markup

ENVELOPE = '(NIL "x" (("J" NIL "Jan" "AZC.nl")) NIL NIL NIL NIL NIL NIL "<1@azc.nl>")'


def parse(structure: str):
    (values,) = parse_responses([f"1 (UID 5 ENVELOPE {ENVELOPE} BODYSTRUCTURE {structure})".encode()])
    return parse_mail(values)


def test_a_mail_that_is_nothing_but_a_list_has_one_part():
    mail = parse('("text" "csv" ("name" "lijst.csv" "charset" "utf-8") NIL NIL "BASE64" 100 2 NIL NIL NIL NIL)')
    (part,) = mail.parts
    assert (mail.uid, mail.senders) == ("5", ("jan@azc.nl",))
    assert (part.number, part.kind, part.encoding, part.size) == ("1", "text/csv", "base64", 100)
    assert part.file_name == "lijst.csv"


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ('"filename" "a \\"b\\" \\\\ c.xlsx"', 'a "b" \\ c.xlsx'),
        ('"filename" "=?utf-8?q?lijst_=C3=A9.xlsx?="', "lijst é.xlsx"),
        ('"filename*" "utf-8\'\'lijst%20%C3%A9.xlsx"', "lijst é.xlsx"),
        ('"filename*0*" "iso-8859-1\'\'lij%E9" "filename*1" "st.xlsx"', "lijést.xlsx"),
        ('"filename*" "no-such-charset\'\'lijst.xlsx"', "lijst.xlsx"),
        ('"filename" "=?no-such-charset?q?lijst?="', "=?no-such-charset?q?lijst?="),
        ("", ""),
    ],
)
def test_the_name_of_an_attachment_is_decoded(parameters, name):
    disposition = f'("attachment" ({parameters}))' if parameters else "NIL"
    part = f'("application" "octet-stream" NIL NIL NIL "base64" 4 NIL {disposition} NIL NIL)'
    assert parse(f'({part}{part} "mixed" NIL NIL NIL NIL)').parts[1].file_name == name


def test_values_that_come_as_literals_are_put_in_their_place():
    response = [
        (b"1 (UID 5 ENVELOPE (NIL {3}", b'"(\n'),
        (b" NIL NIL NIL NIL NIL NIL NIL {7}", b"<1@azc>"),
        b') BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1))',
        b"2 (FLAGS (\\Seen))",
    ]
    first, second = parse_responses(response)
    assert (first[b"ENVELOPE"][1], first[b"ENVELOPE"][9], second) == (b'"(\n', b"<1@azc>", {b"FLAGS": [b"\\Seen"]})
    assert parse_mail(first).senders == ()


@pytest.mark.parametrize(
    "structure", ["NIL", "()", "(NIL)", '("text")', "(" * 90 + ")" * 90, '("a" "b" (1 2 3) 4 5 6 "x")']
)
def test_a_description_that_can_not_be_read_is_refused(structure):
    with pytest.raises(ValueError):
        parse(structure)


@pytest.mark.parametrize("response", [b"1 (UID 5))", b'1 (UID "5)', b"1 (UID)"])
def test_a_response_that_can_not_be_read_is_refused(response):
    with pytest.raises(ValueError):
        list(parse_responses([response]))


def test_a_list_is_decoded_with_and_without_its_last_signs():
    assert decode(b"YWJj\r\nZA==\r\n", "base64") == decode(b"YWJjZA", "base64") == b"abcd"
    assert decode(b"a=3Bb", "quoted-printable") == decode(b"a;b", "8bit") == b"a;b"
    with pytest.raises(ValueError):
        decode(b"YW!j", "base64")


@pytest.mark.parametrize("text", ["\n" * 65_536, "van:" * 16_384, "<" * 65_536, "From: " + "a" * 65_536, "> " * 32_768])
def test_no_text_of_a_mail_keeps_the_worker_busy(text, db):
    begun = monotonic()
    assert find_first_sender(strip_markup(text)) == find_first_sender(text) == ()
    assert monotonic() - begun < 2
