"""A column that holds several fields is one question, with rows that show how it would be split."""

from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, EmployerInterest, ImportProfile, ImportRun

from .pages import press, text
from .partners.lists import UPLOAD
from .partners.lists import page_url as partner_page
from .test_apply import import_url
from .test_column_choices import BORN, get_choices, get_question, upload_list
from .test_uploading import upload

HEAD = "Voornaam;Achternaam;Geboortedatum"
CONTACT = (
    f"{HEAD};Contact",
    f"Omar;Abdi;{BORN};06-12345678",
    f"Selam;Haile;{BORN};06-12345679 / selam@example.org (broer)",
    f"Aron;Woldu;{BORN};aron@example.org",
)
SPLIT = {"question-split-contact_details": "split"}
EMPLOYERS = "Bedrijf;Contactpersoon;E-mail;Soort werk;Adres\n" + (
    "Kas 1;Sara;sara@example.org;Oogsten;Dorpsstraat 1, 8308 AB Nagele\nKas 2;Omar;o@example.org;Snijden;achter de kerk"
)


def test_contact_details_are_one_question_that_shows_how_three_rows_would_be_split(coordinator_client) -> None:
    page = coordinator_client.get(upload_list(coordinator_client, *CONTACT))
    assert "In kolom “Contact” lijkt meer dan één veld te staan." in text(page)
    question, codes = get_question(page)
    assert "Wat staat er in “Contact”? Regel Contact Telefoon E-mail Opmerkingen" in question
    assert "3 06-12345679 / selam@example.org (broer) 06-12345679 selam@example.org broer" in question
    assert codes == ["split", "mobile", "remark", "leave"] and get_choices(page).items() >= SPLIT.items()
    assert ImportRun.objects.get().counts()["new"] == 0


def test_an_answered_split_is_read_can_be_corrected_and_is_asked_once_a_sender(coordinator_client) -> None:
    page = coordinator_client.post(
        upload_list(coordinator_client, *CONTACT), get_columns("contact_details") | SPLIT, follow=True
    )
    assert "Contact → Telefoon, E-mail" in text(page)
    run = ImportRun.objects.get()
    row = run.rows.get(line=3)
    assert (row.given["phone"], row.given["notes"]) == ("+31612345679", "Contact: broer")
    page = coordinator_client.get(import_url("", run), {"edit": row.pk})
    typed = {f'[name="cell-{row.pk}-phone"]': "0527-123456"}
    press(coordinator_client, page, "Alles importeren", typed)
    run.refresh_from_db()
    assert run.state == "applied" and ImportProfile.objects.get().columns["Contact"] == "contact_details"
    assert Dossier.objects.get(given_name="Selam").phone == "+31527123456"
    upload_list(coordinator_client, f"{HEAD};Contact", f"Sara;Abdi;{BORN};06-12345670 / sara@example.org")
    later = ImportRun.objects.latest("pk")
    assert later.state == "previewed" and later.rows.get(action="new").given["email"] == "sara@example.org"


def get_columns(target: str) -> dict[str, str]:
    names = ("given_name", "family_name", "date_of_birth", target)
    return {f"column-{index}": name for index, name in enumerate(names)}


def test_contact_details_that_stay_whole_become_a_remark(coordinator_client) -> None:
    address, whole = upload_list(coordinator_client, *CONTACT), {"question-split-contact_details": "remark"}
    coordinator_client.post(address, get_columns("contact_details") | whole)
    row = ImportRun.objects.get().rows.get(line=2)
    assert row.given["notes"] == "Contact: 06-12345678" and "phone" not in row.given


def test_a_split_without_an_answer_is_not_read(coordinator_client) -> None:
    address = upload_list(coordinator_client, *CONTACT)
    page = coordinator_client.post(address, get_columns("contact_details"))
    assert "Beantwoord eerst de vraag over “Contact”." in text(page)
    assert ImportRun.objects.get().state == "asking"


def test_a_column_of_numbers_with_addresses_among_them_is_asked_about_too(coordinator_client) -> None:
    rows = [f"Omar;Abdi;{BORN};06-12345678 omar@example.org", f"Aron;Woldu;{BORN};06-12345679 aron@example.org"]
    page = coordinator_client.get(upload_list(coordinator_client, f"{HEAD};Telefoon", *rows))
    question, codes = get_question(page)
    assert "Wat staat er in “Telefoon”?" in question and "Niet splitsen: alles is “Telefoon”" in question
    assert codes == ["split", "mobile", "field", "remark", "leave"]


def test_a_header_that_names_both_fields_is_asked_about_with_the_split(coordinator_client) -> None:
    rows = [f"Omar;Abdi;{BORN};06-12345678", f"Aron;Woldu;{BORN};"]
    for header in ("Telefoon / e-mail", "E-mail of telefoon", "Mail/mobiel"):
        page = coordinator_client.get(upload_list(coordinator_client, f"{HEAD};{header}", *rows))
        assert f"Wat staat er in “{header}”?" in get_question(page)[0]


def test_remarks_with_contact_details_and_streets_without_a_place_are_not_asked_about(coordinator_client) -> None:
    rows = [f"Omar;Abdi;{BORN};bel 06-12345678;Dorpsstraat 1", f"Aron;Woldu;{BORN};mail aron@example.org;Kerkweg 2"]
    upload_list(coordinator_client, f"{HEAD};Opmerkingen;Adres", *rows)
    run = ImportRun.objects.get()
    assert run.state == "previewed" and run.rows.get(line=2).given["notes"] == "bel 06-12345678"


def test_an_address_is_not_split_if_postcode_and_place_have_their_own_columns(coordinator_client) -> None:
    head, *rows = EMPLOYERS.splitlines()
    lines = "\n".join([f"{head};Postcode;Plaats", *(f"{row};8308 AB;Nagele" for row in rows)])
    upload(coordinator_client, SimpleUploadedFile("kassen.csv", lines.encode()), "employer_interest")
    assert ImportRun.objects.get().state == "previewed"


def test_the_address_of_an_employer_is_split_and_what_cannot_be_is_an_error_or_a_remark(coordinator_client) -> None:
    file = SimpleUploadedFile("kassen.csv", EMPLOYERS.encode())
    upload(coordinator_client, file, "employer_interest")
    run = ImportRun.objects.get()
    address = import_url("_columns", run)
    question, codes = get_question(coordinator_client.get(address))
    assert "2 Dorpsstraat 1, 8308 AB Nagele 8308 AB Nagele Dorpsstraat 1" in question
    assert codes == ["split", "whole", "remark", "leave"]
    names = ("company_name", "contact_name", "email", "work_description", "address")
    columns = {f"column-{index}": name for index, name in enumerate(names)}
    page = coordinator_client.post(address, columns | {"question-split-address": "split"}, follow=True)
    assert "Niets in “Adres” is voor dit veld herkend" in text(page)
    coordinator_client.post(address, columns | {"question-split-address": "whole"})
    assert run.counts() | {"new": 2, "error": 0} == run.counts()
    coordinator_client.post(import_url("_apply", run))
    notes = dict(EmployerInterest.objects.values_list("employer__city", "notes"))
    assert notes == {"Nagele": "Adres: Dorpsstraat 1", "": "Adres: achter de kerk"}


def test_a_partner_is_asked_about_contact_details_too(as_user, partner) -> None:
    client = as_user(partner)
    client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.csv", "\n".join(CONTACT).encode())})
    run = ImportRun.objects.get()
    address = partner_page("columns", run)
    assert get_question(client.get(address))[1] == ["split", "mobile", "remark", "leave"]
    client.post(address, get_columns("contact_details") | SPLIT)
    assert run.rows.get(line=3).given["notes"] == "Contact: broer"
