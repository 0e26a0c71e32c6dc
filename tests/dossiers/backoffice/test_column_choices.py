"""The page of columns keeps what was chosen, and asks what its columns mean together."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.profiles import save_profile
from dossiers.spreadsheets.resources import RESOURCES

from ..spreadsheets.reader_files import FileMaker
from .pages import press, text, url
from .test_uploading import upload

BORN = "28-03-1990"
PRIVATE = {"fixed-field": "", "fixed-value": "123456782"}


def upload_list(client, *lines: str) -> str:
    """Upload a list and return the address of its page of columns."""
    upload(client, SimpleUploadedFile("lijst.csv", "\n".join(lines).encode()))
    return reverse("dossiers_import_columns", args=[ImportRun.objects.latest("pk").pk])


def get_choices(page) -> dict[str, str]:
    """Return what is filled in on a page, by the name of the control."""
    soup = BeautifulSoup(page.content, "html.parser")
    chosen = {}
    for option in soup.select("select[name] option[selected]"):
        chosen[option.find_parent("select")["name"]] = option.get("value", option.text)
    chosen |= {control["name"]: control["value"] for control in soup.select("input[type=radio][checked]")}
    if values := [control.get("value", "") for control in soup.select("input[name=fixed-value]")]:
        chosen["fixed-value"] = values[0]
    return chosen


def test_a_list_without_names_of_columns_is_not_said_to_have_unknown_ones(coordinator_client) -> None:
    rows = [f"Selam;Haile;{BORN};06-12001006", f"Omar;Abdi;{BORN};06-12001007", f"Aron;Woldu;{BORN};06-12001008"]
    page = coordinator_client.get(upload_list(coordinator_client, *rows))
    assert "Deze lijst heeft geen namen van kolommen. Controleer wat hier als voorstel is ingevuld" in text(page)
    assert "Geen enkele kolom" not in text(page) and get_choices(page)["column-2"] == "date_of_birth"


def test_a_list_of_placements_says_that_these_are_made_elsewhere(coordinator_client) -> None:
    sentence = "Staan er plaatsingen in deze lijst?"
    head, row = "Kandidaat;Werkgever;Startdatum plaatsing", "Omar Abdi;Kas 1;01-02-2027"
    assert sentence in text(coordinator_client.get(upload_list(coordinator_client, head, row)))
    upload_list(coordinator_client, f"{head};Geboortedatum", f"{row};{BORN}")
    run = ImportRun.objects.latest("pk")
    assert run.counts()["new"] == 1 and sentence in str(run.warnings)
    upload_list(coordinator_client, "Naam;Geboortedatum;Datum uitplaatsing", f"Omar Abdi;{BORN};01-02-2027")
    assert sentence not in str(ImportRun.objects.latest("pk").warnings)


def test_a_refused_choice_loses_none_of_the_other_choices_also_after_a_reload(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Mens;Roepnaam;Geboren;Kleur", f"Omar Abdi;Omar;{BORN};kok")
    chosen = {
        "column-0": "full_name",
        "column-1": "given_name",
        "column-2": "date_of_birth",
        "column-3": "profession",
        "fixed-field": "location",
        "fixed-value": "AZC Dronten",
    }
    refused = coordinator_client.post(address, chosen)
    assert "Maar één kolom kan dit zijn: Volledige naam, Voornaam." in text(refused)
    for page in (refused, coordinator_client.get(address)):
        assert get_choices(page).items() >= chosen.items()
    coordinator_client.post(address, chosen | {"column-1": "-"})
    row = ImportRun.objects.get().rows.get()
    assert (row.given["profession"], row.given["location"]) == ("kok", "AZC Dronten")
    assert "draft" not in ImportRun.objects.get().decided


def test_a_choice_is_saved_when_it_is_made_and_does_not_change_the_preview(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum;Kleur", f"Omar;Abdi;{BORN};kok")
    saved = coordinator_client.post(address, {"step": "draft", "column-3": "profession"} | PRIVATE)
    assert saved.status_code == 204
    page = coordinator_client.get(address)
    assert get_choices(page)["column-3"] == "profession" and get_choices(page)["fixed-value"] == "***"
    assert "123456782" not in str(ImportRun.objects.get().decided)
    assert "profession" not in ImportRun.objects.get().rows.get().given
    ImportRun.objects.update(state=ImportRun.State.APPLIED)
    assert coordinator_client.post(address, {"step": "draft", "column-3": "-"}).status_code != 204
    assert ImportRun.objects.get().decided["draft"]["fields"]["3"] == "profession"


def test_the_choices_stay_if_the_first_line_is_a_person_after_all(coordinator_client) -> None:
    address = upload_list(coordinator_client, f"Selam;Haile;{BORN};A7", f"Omar;Abdi;{BORN};B8", f"Aron;Woldu;{BORN};C9")
    chosen = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    first = {"first_line": "row"} if "first_line" in coordinator_client.get(address).content.decode() else {}
    coordinator_client.post(address, chosen | (first or {"step": "draft"}))
    coordinator_client.post(address, {"step": "reading", "header_row": "1"})
    assert get_choices(coordinator_client.get(address)).items() >= chosen.items()


def test_a_value_for_all_lines_is_said_with_the_columns_and_holds_for_this_list_only(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum;Beroep", f"Omar;Abdi;{BORN};")
    assert "Geldt alleen voor deze lijst" in text(coordinator_client.get(address))
    columns = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    columns["column-3"] = "profession"
    fixed = {"fixed-field": ["in_reception", "profession"], "fixed-value": ["ja", "kok"]}
    page = text(coordinator_client.post(address, columns | fixed, follow=True))
    assert "alle regels → In de opvang: ja" in page and "Beroep → Beroep (lege cellen: kok)" in page


def test_no_name_address_or_number_is_the_same_for_all_lines(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum", f"Omar;Abdi;{BORN}")
    soup = BeautifulSoup(coordinator_client.get(address).content, "html.parser")
    offered = {option["value"] for option in soup.select("select[name=fixed-field] option")}
    assert offered >= {"location", "in_reception", "notes"}
    assert offered.isdisjoint({"given_name", "name_prefix", "family_name", "email", "phone"})
    columns = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    fixed = {"fixed-field": "email", "fixed-value": "info@example.org"}
    refused = coordinator_client.post(address, columns | fixed)
    assert "E-mail verschilt per persoon of bedrijf en kan niet voor alle regels hetzelfde zijn." in text(refused)
    assert get_choices(refused).items() >= fixed.items(), "what was typed can be seen and taken out"
    coordinator_client.post(address, columns | {"fixed-field": "location", "fixed-value": "AZC Urk"})
    assert ImportRun.objects.get().decided["fixed"] == {"location": "AZC Urk"}


def test_no_company_contact_or_number_of_it_is_the_same_for_all_lines(db) -> None:
    fields = RESOURCES["employer_interest"]().sheet_fields()
    differing = {name for name, field in fields.items() if field.differs_by_row}
    assert differing == {"company_name", "kvk_number", "contact_name", "email", "phone"}


@pytest.mark.parametrize("typed", ["AZC Dronten", "***"])
def test_a_value_without_its_field_is_asked_about(coordinator_client, typed: str) -> None:
    address = upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum", f"Omar;Abdi;{BORN}")
    columns = {"column-0": "given_name", "column-1": "family_name", "column-2": "date_of_birth"}
    field = "location" if typed == "***" else ""
    page = coordinator_client.post(address, columns | {"fixed-field": field, "fixed-value": typed})
    assert ("Geef aan bij welk veld" if not field else "zonder ***") in text(page)
    assert get_choices(page)["fixed-value"] == typed


def get_question(page, number: int = 0) -> tuple[str, list[str]]:
    """Return the text of a question about columns, and the codes of its answers."""
    question = BeautifulSoup(page.content, "html.parser").select("fieldset.import-question")[number]
    return " ".join(question.get_text(" ").split()), [
        control["value"] for control in question.select("input[type=radio]")
    ]


PHONES = f"Voornaam;Achternaam;Geboortedatum;Tel vast;Mobiel\nOmar;Abdi;{BORN};0321-123456;\n" + (
    f"Selam;Haile;{BORN};0321-123456;06-12345678\nAron;Woldu;{BORN};;06-12345679"
)


def test_two_columns_for_one_field_are_one_question_with_rows_that_show_it(coordinator_client) -> None:
    address = upload_list(coordinator_client, *PHONES.splitlines())
    page = coordinator_client.get(address)
    assert "betekenen hetzelfde" in text(page) and get_choices(page)["column-4"] == "phone"
    question, codes = get_question(page)
    assert "“Tel vast” en “Mobiel” zijn allebei “Telefoon”. Wat telt?" in question
    assert "3 0321-123456 06-12345678" in question and "komt bij “Opmerkingen” te staan" in question
    assert codes == ["first-3", "first-4", "mobile"]
    chosen = {f"column-{index}": name for index, name in enumerate(("given_name", "family_name", "date_of_birth"))}
    chosen |= {"column-3": "phone", "column-4": "phone"}
    page = coordinator_client.post(address, chosen)
    assert "Beantwoord eerst de vraag over “Tel vast” en “Mobiel”" in text(page) and "Kies een antwoord." in text(page)
    answer = {"question-columns-phone": "first-4"}
    page = coordinator_client.post(address, chosen | answer, follow=True)
    assert "Tel vast → Telefoon (waar dat nog leeg is)" in text(page)
    assert "wat in geen ander veld past → Opmerkingen" in text(page)
    row = ImportRun.objects.get().rows.get(line=3)
    assert (row.given["phone"], row.given["notes"]) == ("+31612345678", "Tel vast: 0321-123456")
    assert get_choices(coordinator_client.get(address)).items() >= (chosen | answer).items()
    assert "Tel vast = Telefoon (waar dat nog leeg is)" in get_profile_columns(coordinator_client)


def test_two_columns_with_the_same_header_are_told_apart_by_their_letter(coordinator_client) -> None:
    header = "Voornaam;Achternaam;Geboortedatum;Telefoon;Telefoon"
    address = upload_list(coordinator_client, header, f"Omar;Abdi;{BORN};0321-123456;06-12345678")
    page = coordinator_client.get(address)
    question, _codes = get_question(page)
    assert "“Telefoon” en “Telefoon (kolom E)” zijn allebei “Telefoon”. Wat telt?" in question
    assert "“Telefoon” telt; waar die leeg is “Telefoon (kolom E)”" in question
    assert "“Telefoon (kolom E)” telt; waar die leeg is “Telefoon”" in question
    headings = BeautifulSoup(page.content, "html.parser").select("th")
    assert sum(heading.text == "Telefoon (kolom E)" for heading in headings) == 2, (
        "beside the question and in the table"
    )


def get_profile_columns(client) -> str:
    profile = save_profile(ImportRun.objects.get())
    form = client.get(url(type(profile), "edit", profile.pk)).context["form"]
    typed = form["columns_text"].value()
    data = form_data_of(form) | {"columns_text": typed}
    client.post(url(type(profile), "edit", profile.pk), data)
    before = profile.columns
    profile.refresh_from_db()
    assert profile.columns == before
    return typed


def form_data_of(form) -> dict[str, str]:
    return {bound.html_name: bound.value() or "" for bound in form}


def test_several_numbers_in_a_cell_are_one_question(coordinator_client) -> None:
    address = upload_list(
        coordinator_client,
        "Voornaam;Achternaam;Geboortedatum;Telefoon",
        *(f"Omar{n};Abdi;{BORN};06-1234567{n}" for n in range(1, 9)),
        *(f"Aron{n};Woldu;{BORN};06-1234567{n}" for n in range(1, 9)),
        f"Selam;Haile;{BORN};0321-123456 / 06-12345678",
    )
    page = coordinator_client.get(address)
    question, codes = get_question(page)
    assert "18 0321-123456 / 06-12345678" in question and codes == ["first", "mobile"]
    assert "06-12345671" not in question, "a cell with one number is not asked about"
    assert "question-numbers-phone" not in get_choices(page)
    names = ("given_name", "family_name", "date_of_birth", "phone")
    chosen = {f"column-{index}": name for index, name in enumerate(names)}
    coordinator_client.post(address, chosen | {"question-numbers-phone": "mobile"})
    row = ImportRun.objects.get().rows.get(line=18)
    assert (row.given["phone"], row.given["notes"]) == ("+31612345678", "Telefoon: 0321-123456")


@pytest.mark.parametrize(("answer", "field"), [("theirs", "external_id"), ("leave", None), ("ours", "reference")])
def test_numbers_that_are_not_our_references_are_asked_about(coordinator_client, answer: str, field) -> None:
    lines = ("Voornaam;Achternaam;Geboortedatum;Kenmerk", f"Omar;Abdi;{BORN};AZC-17", f"Aron;Woldu;{BORN};AZC-18")
    address = upload_list(coordinator_client, *lines)
    question, codes = get_question(coordinator_client.get(address))
    assert "Van wie zijn de nummers in “Kenmerk”?" in question and "AZC-17" in question
    assert codes == ["theirs", "leave", "ours"]
    names = ("given_name", "family_name", "date_of_birth", "reference")
    chosen = {f"column-{index}": name for index, name in enumerate(names)}
    coordinator_client.post(address, chosen)
    assert ImportRun.objects.get().state == ImportRun.State.ASKING
    coordinator_client.post(address, chosen | {"question-whose-reference": answer})
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.PREVIEWED and run.decided["columns"]["Kenmerk"] == field
    row = run.rows.get(line=2)
    assert bool(row.errors) == (answer == "ours") and row.given.get("external_id") == (
        "AZC-17" if field == "external_id" else None
    )


def test_references_of_ours_are_not_asked_about(coordinator_client) -> None:
    upload_list(coordinator_client, "Voornaam;Achternaam;Geboortedatum;Kenmerk", f"Omar;Abdi;{BORN};D-2026-0001")
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED


def test_the_page_names_the_sheet_that_is_read_also_while_its_columns_are_asked(coordinator_client, tmp_path) -> None:
    people = [["Voornaam", "Achternaam", "Dag", "Kleur"], ["Selam", "Haile", BORN, "A"]]
    path = FileMaker(tmp_path).book({"Toelichting": [["Lijst van juli"]], "Bewoners LTG": people})
    upload(coordinator_client, SimpleUploadedFile("lijst.xlsx", path.read_bytes()))
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING
    page = coordinator_client.get(reverse("dossiers_import_columns", args=[run.pk]))
    assert get_choices(page)["sheet"] == "Bewoners LTG"
    press(coordinator_client, page, "Zo inlezen")
    page = coordinator_client.get(reverse("dossiers_import_columns", args=[run.pk]))
    assert get_choices(page)["sheet"] == "Bewoners LTG" and "Selam" in text(page)


# Suggestions by the cells of a column

UNKNOWN = ["Voornaam;Achternaam;Wanneer;Toestel;Moers;Dag;Akkoord"]
CELLS = [
    "Omar;Abdi;01-02-1980;06 12345678;Tigrinya, Engels;01-09-2026;ja",
    "Selam;Haile;28-03-1990;0612345679;Amhaars;01-10-2026;nee",
    "Rahel;Woldu;05-05-1991;0612345670;Arabisch;zsm;ja",
    "Meron;Tesfay;07-07-1992;geen;Somali;01-10-2026;ja",
    "Amina;Noor;22-07-1995;+31612345672;Dari;01-11-2026;ja",
]


def get_suggestions(page) -> dict[str, str]:
    """Return the suggestions of a page by the header of their column."""
    rows = BeautifulSoup(page.content, "html.parser").select("tbody tr:has(select, button)")
    elements = {row.th.text: row.select_one("button, .import-reference") for row in rows if row.th}
    return {header: " ".join(element.text.split()) for header, element in elements.items() if element}


def test_a_column_with_an_unknown_header_is_suggested_by_its_cells_and_taken_only_when_pressed(
    coordinator_client,
) -> None:
    address = upload_list(coordinator_client, *UNKNOWN, *CELLS)
    page = coordinator_client.get(address)
    assert get_suggestions(page) == {
        "Wanneer": "Lijkt op: Geboortedatum (5 van 5 cellen)",
        "Toestel": "Lijkt op: Telefoon (4 van 5 cellen)",
        "Moers": "Lijkt op: Talen (5 van 5 cellen)",
    }
    assert "column-2" not in get_choices(page)
    page = press(coordinator_client, page, "Lijkt op: Geboortedatum")
    assert get_choices(page)["column-2"] == "date_of_birth" and not ImportRun.objects.get().rows.exists()
    assert get_suggestions(page)["Wanneer"] == "Voorstel: kijk of dit klopt (5 van 5 cellen lijken erop)"
    press(coordinator_client, page, "Verder met deze kolommen")
    row = ImportRun.objects.get().rows.get(line=2)
    assert row.given == {"given_name": "Omar", "family_name": "Abdi", "date_of_birth": "1980-02-01"}


def test_what_all_cells_of_a_list_without_a_header_look_like_is_filled_in_to_be_checked(coordinator_client) -> None:
    people = [line for line in CELLS if "geen" not in line]
    page = coordinator_client.get(upload_list(coordinator_client, *people))
    chosen = {name: field for name, field in get_choices(page).items() if name.startswith("column-")}
    assert chosen == {"column-2": "date_of_birth", "column-3": "phone", "column-4": "languages"}
    assert get_suggestions(page)["Kolom 4"] == "Voorstel: kijk of dit klopt (4 van 4 cellen lijken erop)"
    assert not ImportRun.objects.get().rows.exists()


def test_cells_that_fit_several_fields_or_a_field_that_has_a_column_are_not_suggested(coordinator_client) -> None:
    lines = [
        "Voornaam;Achternaam;Telefoon;Wat;Nummer;Eens",
        *(f"A{n};B{n};061234567{n};geen;1234567{n};x" for n in "123"),
    ]
    assert get_suggestions(coordinator_client.get(upload_list(coordinator_client, *lines))) == {}
    lines = ["Voornaam;Achternaam;Telefoon;Bereik", *(f"A{n};B{n};061234567{n};061234568{n}" for n in "123")]
    assert get_suggestions(coordinator_client.get(upload_list(coordinator_client, *lines))) == {}


def test_contact_details_of_employers_are_suggested_by_their_cells(coordinator_client) -> None:
    numbers = enumerate(("69599084", "68750110", "90004760"), start=1)
    lines = ["Bedrijf;K;P;M", *(f"Bouw {n};{kvk};83{n}0 AB;b{n}@voorbeeld.nl" for n, kvk in numbers)]
    file = SimpleUploadedFile("l.csv", "\n".join(lines).encode())
    coordinator_client.post(
        reverse("dossiers_import_upload", args=["employer_interest"]), {"file": file, "policy": "update"}
    )
    address = reverse("dossiers_import_columns", args=[ImportRun.objects.get().pk])
    assert get_suggestions(coordinator_client.get(address)) == {
        "K": "Lijkt op: KvK-nummer (3 van 3 cellen)",
        "P": "Lijkt op: Postcode (3 van 3 cellen)",
        "M": "Lijkt op: E-mail (3 van 3 cellen)",
    }


def test_a_column_that_only_counts_the_lines_stays_left_out_when_another_column_is_changed(coordinator_client) -> None:
    rows = [f"{number};{name};Haile;{BORN};rood" for number, name in enumerate(("Selam", "Omar", "Aron"), start=1)]
    address = upload_list(coordinator_client, "Nr;Voornaam;Achternaam;Geboortedatum;Kleur", *rows)
    page = coordinator_client.get(address)
    assert "column-0" not in get_choices(page) and get_choices(page)["column-1"] == "given_name"
    press(coordinator_client, page, "Verder met deze kolommen", {'[name="column-4"]': "notes"})
    run = ImportRun.objects.latest("pk")
    assert "notes" in run.fields and "external_id" not in run.fields


def test_a_column_that_only_counts_the_lines_is_left_out_on_the_page_that_asks_about_another(
    coordinator_client,
) -> None:
    rows = [f"{number};{name};{BORN}" for number, name in enumerate(("Selam", "Omar", "Aron"), start=1)]
    page = coordinator_client.get(upload_list(coordinator_client, "Nr;Voornaam;Kleur", *rows))
    assert ImportRun.objects.latest("pk").state == "asking"
    assert "column-0" not in get_choices(page)


def get_form(page) -> dict[str, str]:
    """Return what the form with the columns posts, as it is filled in."""
    version = BeautifulSoup(page.content, "html.parser").select_one("input[name=version]")["value"]
    return {name: value for name, value in get_choices(page).items() if name.startswith("column-")} | {
        "version": version,
        "step": "columns",
    }


def test_columns_that_were_chosen_otherwise_in_another_tab_are_not_chosen_back_unseen(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Mens;Geboren;Kleur", f"Omar Abdi;{BORN};kok")
    form = get_form(coordinator_client.get(address)) | {"column-0": "full_name", "column-1": "date_of_birth"}
    coordinator_client.post(address, form | {"column-2": "profession"})
    assert ImportRun.objects.get().rows.get().given["profession"] == "kok"
    page = coordinator_client.post(address, form | {"column-2": "location"}, follow=True)
    assert "De kolommen van deze lijst zijn intussen anders gekozen, misschien door uzelf in een ander tabblad" in text(
        page
    )
    assert ImportRun.objects.get().rows.get().given["profession"] == "kok"
    assert get_choices(page)["column-2"] == "location", "what was chosen here is not lost"
    coordinator_client.post(address, get_form(page))
    assert ImportRun.objects.get().rows.get().given["location"] == "kok"


def test_the_same_choice_in_another_tab_is_no_conflict(coordinator_client) -> None:
    address = upload_list(coordinator_client, "Mens;Geboren;Kleur", f"Omar Abdi;{BORN};kok")
    form = get_form(coordinator_client.get(address))
    chosen = {"column-0": "full_name", "column-1": "date_of_birth", "column-2": "profession"}
    for _tab in range(2):
        page = coordinator_client.post(address, form | chosen, follow=True)
        assert "intussen anders gekozen" not in text(page)
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED


def test_an_old_tab_that_shows_another_sheet_reads_nothing(coordinator_client) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Januari"
    book.create_sheet("Februari")
    for sheet, header in (("Januari", "Kleur"), ("Februari", "Plaats")):
        for row in (["Mens", "Geboren", header], ["Omar Abdi", BORN, "kok"]):
            book[sheet].append(row)
    book.save(file := io.BytesIO())
    upload(coordinator_client, SimpleUploadedFile("l.xlsx", file.getvalue()))
    address = reverse("dossiers_import_columns", args=[ImportRun.objects.get().pk])
    form = get_form(coordinator_client.get(address))
    coordinator_client.post(address, {"sheet": "Februari"})
    page = coordinator_client.post(
        address,
        form | {"column-0": "full_name", "column-1": "date_of_birth", "column-2": "profession"},
        follow=True,
    )
    assert "intussen anders gekozen" in text(page) and ImportRun.objects.get().choice == {"sheet": "Februari"}
    assert ImportRun.objects.get().state == ImportRun.State.ASKING


def test_a_second_column_for_a_field_is_asked_about_though_earlier_lists_had_only_the_first(coordinator_client) -> None:
    head, *rows = PHONES.splitlines()
    upload_list(coordinator_client, head.removesuffix(";Mobiel"), f"Nur;Aziz;{BORN};0321-123450")
    save_profile(ImportRun.objects.get())
    page = coordinator_client.get(upload_list(coordinator_client, head, *rows))
    question, codes = get_question(page)
    assert "“Tel vast” en “Mobiel” zijn allebei “Telefoon”. Wat telt?" in question
    assert codes == ["first-3", "first-4", "mobile"]
    choices = get_choices(page)
    assert (choices["column-3"], choices["column-4"]) == ("phone", "phone")


def test_the_columns_of_an_earlier_list_without_a_header_are_only_proposed_for_the_next_one(coordinator_client) -> None:
    names = {f"column-{index}": name for index, name in enumerate(("given_name", "family_name", "date_of_birth"))}
    coordinator_client.post(
        upload_list(coordinator_client, *(f"Omar;{name};{BORN}" for name in ("Abdi", "Noor"))), names
    )
    save_profile(ImportRun.objects.get())
    address = upload_list(coordinator_client, *(f"{name};Selam;{BORN}" for name in ("Haile", "Woldu")))
    page = coordinator_client.get(address)
    assert "in een eerdere lijst: kijk of ze in deze lijst in dezelfde volgorde staan" in text(page)
    assert names.items() <= get_choices(page).items()
    coordinator_client.post(address, names | {"column-0": "family_name", "column-1": "given_name"})
    rows = ImportRun.objects.latest("pk").rows.order_by("line")
    assert [row.given["family_name"] for row in rows] == ["Haile", "Woldu"]
