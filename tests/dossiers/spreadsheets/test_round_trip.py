"""An exported list is imported as unchanged, whatever the values of its records."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dossiers import privacy
from dossiers.models import Dossier, Employer, EmployerInterest, Organisation, Sector, Supply
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.imports.columns.columns import Headers
from dossiers.spreadsheets.reader import Choice
from dossiers.spreadsheets.resources import RESOURCES, DossierResource, EmployerInterestResource
from dossiers.spreadsheets.values.base import is_formula_error
from dossiers.spreadsheets.writer import FORMATS

from .imports import AZC, Lists, preview
from .reader_files import read

AWKWARD = [
    "=1+1", "'=1", "''", "+31 6", "-", "@x", "'s-Hertogenbosch", "007", "0031612", "1e5", "TRUE", "waar", "1-1-1990",
    "12:30", "a;b,c|d\te", 'zei "ja"', "twee  spaties", "Żółć 😀 👩‍🌾",
    "عامل", "_x0041_", "&amp; <b>", "x" * 100, "Totaal", "sep=;",
]  # fmt: skip
LONG = ["regel een\r\nregel twee", "een\n\n\ndrie", "a  b\r\n  c", "é" * 30_000, "=som\n'=som", "\t=1"]
SIGNS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


def strip_text(text: str) -> str:
    """Strip a text as a form does."""
    return text.strip()


words = (
    (st.sampled_from(AWKWARD) | st.text(SIGNS, max_size=100))
    .map(strip_text)
    .filter(lambda t: not privacy.check_text(t) and not is_formula_error(t))
)
names = words.filter(bool)
notes = words | st.sampled_from(LONG)
YEAR = date.today().year
days = st.dates(date(YEAR - 9, 1, 1), date(YEAR + 1, 12, 31)) | st.none()
SECTORS = ["Hout, bouw/sloop", "Bouw", "Zorg", "Zorg & welzijn", "=1"]
person = st.fixed_dictionaries(
    {
        "given_name": names, "name_prefix": words.map(lambda t: t[:30].strip()), "family_name": names,
        "date_of_birth": st.dates(date(YEAR - 99, 1, 1), date(2000, 12, 31)), "location": words, "profession": words,
        "languages": st.lists(st.sampled_from(["ar", "ti", "nl"]), unique=True).map(sorted),
        "in_reception": st.sampled_from(["", "yes", "unknown"]), "dutch_level": st.sampled_from(["", "A0", "B1"]),
        "education_level": st.sampled_from(["", "none", "vocational"]), "transport": st.sampled_from(["", "none"]),
        "work_right": st.sampled_from(["", "free", "none"]), "hours_per_week": st.sampled_from([None, 1, 40]),
        "phone": st.sampled_from(["", "+31612345678", "+4915112345678"]), "email": st.sampled_from(["", "a@b.example"]),
        "driving_licence": st.sampled_from([None, True, False]), "notes": notes,
        "status": st.sampled_from(["registered", "matched", "working", "completed"]),
        "available_from": days, "application_date": st.dates(date(2001, 1, 1), date(YEAR - 1, 12, 31)) | st.none(),
    }
)  # fmt: skip
job = st.fixed_dictionaries(
    {
        "work_description": words, "positions": st.sampled_from([1, 500]), "notes": notes, "start_date": days,
        "hours_per_week": st.sampled_from([None, 1, 40]), "transport_offered": st.sampled_from([None, True, False]),
        "status": st.sampled_from(["new", "closed"]), "working_languages": st.sampled_from([[], ["ar", "nl"]]),
    }
)  # fmt: skip
company = st.fixed_dictionaries(
    {"company_name": names, "contact_name": names, "city": words.map(lambda t: t[:80].strip())}
)
few_examples = settings(max_examples=10)


def assert_unchanged_in_each_format(export: Export, record: str, folder: Path, count: int) -> None:
    """Write the export in each format, read it and assert that every line is unchanged."""
    for format in ("xlsx", "csv", "ods"):
        path = folder / f"uit.{format}"
        with path.open("wb") as file:
            FORMATS[format].write(export, file)
        run = preview(path, record)
        changed_rows = list(run.rows.exclude(action="unchanged").values("line", "action", "changes", "errors"))
        assert (run.state, run.reason, changed_rows, run.rows.count()) == ("previewed", "", [], count), format


@few_examples
@given(people=st.lists(st.tuples(person, st.lists(st.sampled_from(SECTORS), unique=True)), min_size=1, max_size=8))
def test_exported_dossiers_are_imported_as_unchanged(
    lists: Lists, people: list[tuple[dict[str, Any], list[str]]]
) -> None:
    with transaction.atomic():
        sectors = {name: Sector.objects.get_or_create(name=name)[0] for name in SECTORS}
        azc = Organisation.objects.named(AZC)
        for number, (values, names) in enumerate(people):
            dossier = Dossier(**values)
            dossier.clean_fields()
            dossier.save()
            dossier.sectors.set([sectors[name] for name in names])
            Supply.objects.create(dossier=dossier, organisation=azc, external_id=f"00{number}")
        for organisation in (None, azc):
            export = Export(DossierResource(), Dossier.objects.order_by("pk"), organisation=organisation)
            assert_unchanged_in_each_format(export, "dossiers", lists.folder, len(people))
        transaction.set_rollback(True)


def test_a_text_that_is_the_word_that_empties_a_field_stays_when_its_export_is_imported(lists: Lists) -> None:
    dossier = Dossier(given_name="Omar", family_name="Abdi", date_of_birth=date(1990, 1, 1))
    dossier.profession, dossier.location, dossier.notes = "Leegmaken", "(leegmaken)", "leegmaken"
    dossier.save()
    employer = Employer.objects.create(company_name="Bakker", contact_name="A", email="a@b.example", city="leegmaken")
    EmployerInterest.objects.create(employer=employer, work_description="Plukken", notes="leegmaken")
    for resource, records in (
        (DossierResource(), Dossier.objects),
        (EmployerInterestResource(), EmployerInterest.objects),
    ):
        export = Export(resource, records.order_by("pk"))
        assert_unchanged_in_each_format(export, resource.kind, lists.folder, 1)


@few_examples
@example(companies=[({"company_name": "Totaal", "contact_name": "A", "city": ""}, [{"work_description": "Plukken"}])])
@given(companies=st.lists(st.tuples(company, st.lists(job, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_exported_interests_are_imported_as_unchanged(
    lists: Lists, companies: list[tuple[dict[str, Any], list[dict]]]
) -> None:
    with transaction.atomic():
        for number, (values, offers) in enumerate(companies):
            employer = Employer.objects.create(**values, email=f"a{number}@b.example", kvk_number=f"0000000{number}")
            for offer in offers:
                EmployerInterest.objects.create(employer=employer, **offer)
        export = Export(EmployerInterestResource(), EmployerInterest.objects.order_by("pk"))
        assert_unchanged_in_each_format(export, "employer_interest", lists.folder, EmployerInterest.objects.count())
        transaction.set_rollback(True)


# CSV files in any encoding and with any delimiter

DETECTED = ("utf-8", "utf-8-sig", "utf-16", "cp1252")  # detected without a choice of the user
CHOSEN = ("iso8859-15", "cp850", "mac-roman", "cp1250", "cp1254")
AS_TEXT = [text for text in (*AWKWARD, "één", "Müller", "Łódź", "İzmir") if not text.startswith("sep=")]


def printable_characters(encoding: str) -> st.SearchStrategy[str]:
    """Return the characters that a cell in this encoding can contain, except control characters."""
    if encoding.startswith("utf"):
        return st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
    signs = (bytes([code]).decode(encoding, "ignore") for code in range(256))
    return st.sampled_from([sign for sign in signs if sign and sign.isprintable()])


def can_encode(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


@pytest.mark.parametrize("record", RESOURCES)
@pytest.mark.parametrize("encoding", [*DETECTED, *CHOSEN])
@settings(max_examples=6)
@given(data=st.data(), delimiter=st.sampled_from(";,\t|"))
def test_a_csv_with_our_columns_is_read_back_unchanged_in_any_encoding(
    base_data, tmp_path, record, encoding, data, delimiter
) -> None:
    header = [field.column_name for field in RESOURCES[record]().sheet_fields().values()]
    cell = st.sampled_from([text for text in AS_TEXT if can_encode(text, encoding)]) | st.text(
        printable_characters(encoding), max_size=20
    )
    rows = data.draw(
        st.lists(st.lists(cell.map(str.strip), min_size=len(header) - 1, max_size=len(header) - 1), max_size=6)
    )
    lines = [[f"P{number}", *row] for number, row in enumerate(rows)] + [["P99", *["é"] * (len(header) - 1)]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *lines])
    path = tmp_path / "lijst.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assume(encoding in ("utf-8", "utf-8-sig", "utf-16") or not is_utf_8(path))
    choice = Choice() if encoding in DETECTED else Choice(encoding=encoding)
    table = read(path, choice, Headers(RESOURCES[record]()).known)
    assert (table.header, table.format.delimiter, table.format.encoding) == (header, delimiter, encoding)
    assert table.cells == [[cell or None for cell in line] for line in lines]


def is_utf_8(path: Path) -> bool:
    """Return whether the bytes are valid UTF-8 too, so that the encoding can't be detected."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@example(["Hout, bouw/sloop", "Bouw"])
@given(st.lists(st.sampled_from(SECTORS), unique=True))
def test_sector_names_with_commas_are_split_correctly(base_data, chosen: list[str]) -> None:
    with transaction.atomic():
        for name in SECTORS:
            Sector.objects.get_or_create(name=name)
        widget = DossierResource().sheet_fields()["sectors"].widget
        assert widget.clean(widget.render(sorted(chosen)) or "Zorg") == (sorted(chosen) or ["Zorg"])
        transaction.set_rollback(True)
