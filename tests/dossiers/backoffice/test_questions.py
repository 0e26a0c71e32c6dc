"""All that a read list leaves open is asked on one page, and answered with one form."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl.styles import Font

from dossiers.models import Dossier, ImportProfile, ImportRun, Organisation
from dossiers.spreadsheets.imports.file_parts.parts import parts_of

from ..spreadsheets.imports import apply, decide_on_older_values
from .pages import press, text
from .partners.lists import page_url
from .partners.test_older_lists import edit_dossier
from .test_apply import import_url
from .test_uploading import upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum", "Niveau Nederlands", "Beschikbaar vanaf"]
PEOPLE = [
    ["Selam", "Haile", "03/04/1990", "beetje", "zsm"],
    ["Omar", "Abdi", "01/02/1980", "B1", "zsm"],
    ["Feven", "Tesfay", "05/06/1991", "beetje", "zsm"],
    ["Amira", "Nassar", "07/08/1992", "A2", "zsm"],
    ["Baran", "Rojhat", "09/10/1993", "A2", ""],
]
EMPLOYER_HEADER = ["Bedrijf", "KvK", "Contactpersoon", "E-mail", "Werk"]
EMPLOYER = ["Bakkerij", "01234567", "Ria", "ria@bakkerij.example", "Bakken"]
WAITING = ["Navid", "Ahmadi", "11/12/1994", "A1", ""]


def make_file(*rows: list[str], hidden: tuple[int, ...] = (), struck: tuple[str, ...] = ()) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for line in hidden:
        book.active.row_dimensions[line].hidden = True
    for cell in struck:
        book.active[cell].font = Font(strike=True)
    book.save(file := io.BytesIO())
    return SimpleUploadedFile("lijst.xlsx", file.getvalue())


def make_list() -> SimpleUploadedFile:
    good = ["Yusuf", "Kaya", "03/03/1988", "B1", ""]
    return make_file(HEADER, *PEOPLE, good, [], ["Wachtlijst"], HEADER, WAITING, hidden=(5, 6))


def test_another_sheet_can_be_chosen_twice(coordinator_client):
    book = openpyxl.Workbook()
    for title, rows in (("Overzicht", PEOPLE), ("Lopend", [WAITING])):
        sheet = book.create_sheet(title)
        for row in (HEADER, *rows):
            sheet.append(row)
    del book["Sheet"]
    book.save(file := io.BytesIO())
    upload(coordinator_client, SimpleUploadedFile("lijst.xlsx", file.getvalue()))
    address = import_url("_columns", ImportRun.objects.get())
    for _time in range(2):
        page = coordinator_client.post(address, {"sheet": "Lopend", "was-part-sheets": ""}, follow=True)
        selects = BeautifulSoup(page.content, "html.parser").select("select[name^=column-]")
        chosen = [select.select_one("option[selected]")["value"] for select in selects]
        assert chosen == ["given_name", "family_name", "date_of_birth", "dutch_level", "available_from"]


def get_questions(page) -> list[str]:
    return [" ".join(legend.text.split()) for legend in BeautifulSoup(page.content, "html.parser").select("legend")]


def build_answers(run: ImportRun, **answers: str) -> dict[str, str]:
    """Return the form with its preset answers, except those given; parts are named as in the form."""
    names = {"dutch_level": "A1", "available_from": "-", "hidden_rows": "yes", "section": "no"} | answers
    (section,) = (f"section-{section['line']}" for section in run.asked["sections"])
    return {
        "dutch_level-word": "beetje",
        "dutch_level-was": "",
        "dutch_level": names["dutch_level"],
        "available_from-word": "zsm",
        "available_from-was": "",
        "available_from": names["available_from"],
        "was-part-hidden_rows": "",
        "part-hidden_rows": names["hidden_rows"],
        f"was-part-{section}": "",
        f"part-{section}": names["section"],
        "was-date-date_of_birth": "",
        "date-date_of_birth": "day",
    }


@pytest.fixture
def run(coordinator_client) -> ImportRun:
    upload(coordinator_client, make_list())
    return ImportRun.objects.get()


def get_chosen(client, run: ImportRun, kind: str) -> list[str]:
    """Return which answers to the question about a part of the file are chosen on the page."""
    page = BeautifulSoup(client.get(import_url("_questions", run)).content, "html.parser")
    return [radio["value"] for radio in page.select(f"input[type=radio][name^='part-{kind}'][checked]")]


def test_the_answer_about_a_part_is_chosen_again_for_the_next_list_of_the_sender(coordinator_client, coordinator, run):
    def upload_next() -> ImportRun:
        upload(coordinator_client, make_file(HEADER, *PEOPLE[:3], [], ["Wachtlijst"], HEADER, WAITING, hidden=(3,)))
        return ImportRun.objects.latest("pk")

    assert get_chosen(coordinator_client, run, "section") == []
    coordinator_client.post(import_url("_questions", run), build_answers(run, hidden_rows="yes", section="no"))
    run.refresh_from_db()
    apply(run)
    following = upload_next()
    assert get_chosen(coordinator_client, following, "section") == ["no"]
    assert get_chosen(coordinator_client, following, "hidden_rows") == ["yes"]
    page = text(coordinator_client.get(import_url("_questions", following)))
    assert "Gekozen zoals bij de vorige lijst van deze afzender. Kijk of het klopt." in page
    assert "Er zijn nog" in text(coordinator_client.get(import_url("", following))), "it is still asked"
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDONE)
    assert get_chosen(coordinator_client, following, "section") == []
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportRun.State.APPLIED, organisation=Organisation.objects.named("Werkcorporatie")
    )
    assert get_chosen(coordinator_client, following, "section") == []


def test_a_list_of_employers_has_no_sender_whose_last_list_is_spoken_of(coordinator_client):
    header = ["Bedrijf", "Contactpersoon", "E-mail"]
    rows = [[f"Bouwbedrijf {name}", f"Jan {name}", f"jan.{name}@example.org"] for name in ("Aa", "Be", "Ce")]
    for _time in range(2):
        file = make_file(header, *rows, hidden=(3,))
        upload(coordinator_client, file, record="employer_interest")
        run = ImportRun.objects.latest("pk")
        shown = text(coordinator_client.get(import_url("_questions", run)))
        coordinator_client.post(import_url("_questions", run), {"part-hidden_rows": "no"})
        run.refresh_from_db()
        apply(run)
    assert "Gekozen zoals bij de vorige lijst van deze soort. Kijk of het klopt." in shown
    assert "afzender" not in shown


def answer_part(client, title: str, answer: str) -> None:
    """Import a list with a second table below this title, of which the answer is given on the page of questions."""
    upload(client, make_file(HEADER, *PEOPLE, [], *([[title]] if title else []), HEADER, WAITING))
    run = ImportRun.objects.latest("pk")
    form = build_answers(run, section=answer)
    client.post(import_url("_questions", run), form)
    run.refresh_from_db()
    apply(run)


def get_chosen_for_title(client, title: str) -> list[str]:
    """Return which answer is chosen about a second table below this title in the next list."""
    upload(client, make_file(HEADER, *PEOPLE[:3], [], *([[title]] if title else []), HEADER, WAITING))
    return get_chosen(client, ImportRun.objects.latest("pk"), "section")


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_answer_about_a_part_says_nothing_about_a_part_with_another_title(coordinator_client, answer):
    answer_part(coordinator_client, "Nieuw deze week", answer)
    assert get_chosen_for_title(coordinator_client, "Gestopt, niet meer benaderen!") == []
    assert get_chosen_for_title(coordinator_client, "") == [], "nor about one without a title"
    shown = text(coordinator_client.get(import_url("_questions", ImportRun.objects.latest("pk"))))
    assert "Gekozen zoals bij de vorige lijst" not in shown
    assert get_chosen_for_title(coordinator_client, "Nieuw deze week") == [answer]


def test_a_title_is_the_same_whatever_its_case_punctuation_and_numbers(coordinator_client):
    answer_part(coordinator_client, "Nieuw, week 12 (16-03-2027)", "yes")
    assert get_chosen_for_title(coordinator_client, "NIEUW  week 9: 1/3/2028") == ["yes"]
    assert get_chosen_for_title(coordinator_client, "Weg, week 12") == []


def test_each_title_keeps_its_own_answer_also_from_a_list_before_the_last(coordinator_client):
    answer_part(coordinator_client, "Nieuw deze week", "yes")
    answer_part(coordinator_client, "Gestopt, niet meer benaderen!", "no")
    answer_part(coordinator_client, "", "yes")
    assert get_chosen_for_title(coordinator_client, "Nieuw deze week") == ["yes"]
    assert get_chosen_for_title(coordinator_client, "Gestopt; niet meer benaderen") == ["no"]
    assert get_chosen_for_title(coordinator_client, "") == ["yes"]


def test_all_questions_stand_on_one_page_with_their_rows_first_those_about_most_rows(coordinator_client, run):
    preview = coordinator_client.get(import_url("", run))
    assert "Er zijn nog 5 vragen over deze lijst. 4 daarvan moet u beantwoorden voordat u kunt importeren." in text(
        preview
    )
    assert "Ook importeren" not in text(preview), "questions stand in one place"
    page = coordinator_client.get(import_url("_questions", run))
    assert "Antwoorden over woorden worden onthouden voor de volgende lijsten van deze afzender" in text(page)
    assert get_questions(page) == [
        "Geboortedatum (6 regels)",
        "“zsm” bij Beschikbaar vanaf (3 regels)",
        "2 rijen zijn in het bestand verborgen: regel 5, 6. Hoort dit bij de lijst?",
        "“beetje” bij Niveau Nederlands (2 regels)",
        "Op regel 10 begint een tweede tabel, “Wachtlijst”: 1 rij. Hoort dit bij de lijst?",
    ]
    shown = text(page)
    assert "2 Selam Haile 3 april 1990 4 maart 1990" in shown, "a date in both readings"
    assert "2 Selam Haile beetje" in shown and "6 Baran Rojhat 09-10-1993 A2" in shown
    assert "11 Navid Ahmadi 11-12-1994 A1" in shown


def test_the_way_to_the_questions_is_the_main_button_as_long_as_the_import_waits_for_them(coordinator_client, run):
    def get_main_buttons() -> list[str]:
        soup = BeautifulSoup(coordinator_client.get(import_url("", run)).content, "html.parser")
        return [" ".join(button.text.split()) for button in soup.select("#import-state .button:not(.button-secondary)")]

    assert get_main_buttons() == ["Beantwoorden"]
    coordinator_client.post(import_url("_questions", run), build_answers(run))
    assert get_main_buttons() == ["Alles importeren (6)"]


@pytest.mark.parametrize(("record", "header"), [("dossiers", HEADER[:3]), ("employer_interest", EMPLOYER_HEADER)])
def test_the_import_button_waits_for_the_single_question_above_it(coordinator_client, record, header):
    rows = (
        (["Yusuf", "Kaya", "23-03-1988"], PEOPLE[1][:3])
        if record == "dossiers"
        else (EMPLOYER, [*EMPLOYER[:-1], "Inpakken"])
    )
    page = upload(coordinator_client, make_file(header, *rows, hidden=(3,)), record, follow=True)
    assert "Hoort dit bij de lijst? Importeren kan pas na uw antwoord." in text(page)
    soup = BeautifulSoup(page.content, "html.parser")
    [button] = soup.select("#import-state button[disabled]")
    assert button.text.split()[:2] == ["Alles", "importeren"]
    assert soup.find(id=button["aria-describedby"]).text.strip() == "Importeren kan pas na uw antwoord."
    [link] = soup.select("#import-state .import-actions .button:not(.button-secondary)")
    assert (link.text.strip(), link["href"]) == ("Beantwoorden", f"#{button['aria-describedby']}")
    page = press(coordinator_client, page, "Dit deel weglaten")
    assert "Importeren kan pas" not in text(page)
    press(coordinator_client, page, "Alles importeren (1)")
    assert ImportRun.objects.get().state == ImportRun.State.APPLIED


def test_a_partner_cannot_press_the_button_to_send_before_the_answer(as_user, partner):
    client = as_user(partner)
    file = make_file(HEADER[:3], PEOPLE[0][:3], PEOPLE[1][:3], hidden=(3,))
    client.post(reverse("dossiers_partner_upload"), {"file": file})
    page = client.get(page_url("list", ImportRun.objects.get()))
    assert "Hoort dit bij de lijst? Versturen kan pas na uw antwoord." in text(page)
    press(client, press(client, page, "Dit deel weglaten"), "Versturen")
    assert ImportRun.objects.get().state == ImportRun.State.SENT


def test_one_form_answers_all_questions_and_then_the_list_can_be_imported(coordinator_client, run):
    page = coordinator_client.get(import_url("", run))
    page = press(coordinator_client, page, "Alleen de goede regels", is_disabled=True)
    assert "Er is nog niets geïmporteerd." in text(page) and len(get_questions(page)) == 5
    page = coordinator_client.post(import_url("_questions", run), build_answers(run), follow=True)
    assert "vragen over deze lijst" not in text(page) and "Antwoorden over deze lijst wijzigen" in text(page)
    assert "Weggelaten: Op regel 10 begint een tweede tabel" in text(page)
    press(coordinator_client, page, "Alles importeren (6)")
    assert dict(Dossier.objects.values_list("given_name", "dutch_level"))["Feven"] == "A1"
    assert Dossier.objects.count() == 6


def test_a_question_that_gets_no_answer_stays_open_and_the_others_are_answered(coordinator_client, run):
    page = coordinator_client.post(import_url("_questions", run), build_answers(run, section=""), follow=True)
    assert "Er is nog één vraag over deze lijst. Importeren kan pas na uw antwoord." in text(page)
    page = press(coordinator_client, page, "Alles importeren (6)", is_disabled=True)
    assert "Geef eerst aan wat er moet gebeuren" in text(page) and not Dossier.objects.exists()
    assert get_questions(page)[0].startswith("Op regel 10 begint een tweede tabel")


def test_another_answer_in_another_tab_stays_and_is_named(coordinator_client, run):
    second_tab = build_answers(run, hidden_rows="no", dutch_level="B2", available_from="", section="yes")
    coordinator_client.post(import_url("_questions", run), build_answers(run, section=""))
    shown = text(coordinator_client.post(import_url("_questions", run), second_tab, follow=True))
    assert "Intussen anders beantwoord, misschien door uzelf in een ander tabblad:" in shown
    assert "2 rijen zijn in het bestand verborgen: regel 5, 6; “beetje” bij Niveau Nederlands." in shown
    assert "“zsm”" not in shown.partition("Dat antwoord blijft staan.")[0], "the second tab said nothing about it"
    run.refresh_from_db()
    assert run.decided["words"] == {"dutch_level": {"beetje": "A1"}, "available_from": {"zsm": None}}
    assert set(run.decided["parts"].values()) == {True}, "the answer that nobody gave before is taken"


def test_another_answer_about_a_single_part_in_another_tab_stays_and_is_named(coordinator_client):
    page = upload(
        coordinator_client,
        make_file(HEADER[:3], ["Selam", "Haile", "23/04/1990"], PEOPLE[1][:3], hidden=(3,)),
        follow=True,
    )
    press(coordinator_client, page, "Ook importeren")
    shown = text(press(coordinator_client, page, "Dit deel weglaten"))
    assert "Intussen anders beantwoord" in shown and "Dit wordt ook geïmporteerd." in shown
    assert ImportRun.objects.get().counts()["new"] == 2


def test_titles_are_answered_for_all_at_once_or_one_by_one(coordinator_client):
    titles = {"AZC Urk": PEOPLE[1], "AZC Ede": PEOPLE[3], "Wachtlijst": PEOPLE[4]}
    rows = [row for title, person in titles.items() for row in ([title], person[:4])]
    upload(coordinator_client, make_file(HEADER[:4], PEOPLE[0][:4], *rows))
    run = ImportRun.objects.get()
    questions = import_url("_questions", run)
    words = {"dutch_level-word": "beetje", "dutch_level": "A1"}
    assert "Tussen de regels van deze lijst staan titels" in " ".join(get_questions(coordinator_client.get(questions)))
    coordinator_client.post(questions, words | {"titles": "yes"})
    assert run.counts()["new"] == 4
    key = max(ImportRun.objects.get().decided["parts"], key=lambda key: int(key.partition("-")[2]))
    coordinator_client.post(questions, words | {"titles": "", f"part-{key}": "no"})
    assert run.rows.get(action="skipped").given["given_name"] == "Baran"


def test_the_answer_about_all_titles_is_chosen_again_beside_each_title_of_the_next_list(coordinator_client):
    rows = [row for title, person in zip("ABC", PEOPLE[1:4], strict=False) for row in ([f"AZC {title}"], person[:4])]
    words = {"dutch_level-word": "beetje", "dutch_level": "A1"}
    for people in ([PEOPLE[0][:4]], [PEOPLE[0][:4], PEOPLE[4][:4]]):
        upload(coordinator_client, make_file(HEADER[:4], *people, *rows))
        run = ImportRun.objects.latest("pk")
        page = coordinator_client.get(import_url("_questions", run))
        if len(people) == 1:
            assert "Gekozen zoals bij de vorige lijst" not in text(page)
            coordinator_client.post(
                import_url("_questions", run), words | {"titles": "no", "date-date_of_birth": "day"}
            )
            run.refresh_from_db()
            apply(run)
    assert text(page).count("Gekozen zoals bij de vorige lijst van deze afzender.") == 3


CLEAR = [[*person[:2], f"{day}/04/1990"] for person, day in zip((*PEOPLE, WAITING), range(20, 26), strict=True)]


def get_marked_buttons(page) -> list[str]:
    buttons = [" ".join(button.text.split()) for button in BeautifulSoup(page.content, "html.parser").select("button")]
    return [button for button in buttons if "zoals bij de vorige lijst" in button]


@pytest.mark.parametrize("answer", ["Ook importeren", "Dit deel weglaten"])
def test_the_button_on_the_preview_that_was_chosen_for_the_last_list_says_so(coordinator_client, answer):
    page = upload(coordinator_client, make_file(HEADER[:3], *CLEAR[:3], hidden=(3,)), follow=True)
    assert get_marked_buttons(page) == []
    page = press(coordinator_client, page, answer)
    assert get_marked_buttons(page) == [], "it is answered"
    press(coordinator_client, page, "Alles importeren")
    page = upload(coordinator_client, make_file(HEADER[:3], *CLEAR[:4], hidden=(4,)), follow=True)
    assert get_marked_buttons(page) == [f"{answer} (zoals bij de vorige lijst)"]
    assert len(parts_of(run := ImportRun.objects.latest("pk"))) == 1 and parts_of(run)[0].answer is None
    page = press(coordinator_client, page, get_marked_buttons(page)[0])
    assert parts_of(ImportRun.objects.latest("pk"))[0].answer is (answer == "Ook importeren")


def test_one_button_answers_about_all_titles_on_the_preview_as_for_the_last_list(coordinator_client):
    def upload_titles(*titles: str):
        rows = [row for title, person in zip(titles, CLEAR[2:], strict=False) for row in ([title], person)]
        page = upload(coordinator_client, make_file(HEADER[:3], *CLEAR[:2], *rows), follow=True)
        return page, ImportRun.objects.latest("pk")

    page, run = upload_titles("Nieuw, week 12", "Gestopt, niet meer benaderen!", "Wachtlijst")
    new, stopped, waiting = (part.key for part in parts_of(run))
    button = f"[value='{new}:yes:-']"
    assert BeautifulSoup(page.content, "html.parser").select_one(button) and get_marked_buttons(page) == []
    for key, answer in ((new, "yes"), (stopped, "no"), (waiting, "yes")):
        coordinator_client.post(import_url("_part", run), {"part": f"{key}:{answer}:-"})
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Alles importeren")
    page, run = upload_titles("Nieuw, week 13", "Gestopt, niet meer benaderen!", "Later", "Wachtlijst")
    assert get_marked_buttons(page) == [
        "Ook importeren (zoals bij de vorige lijst)",
        "Dit deel weglaten (zoals bij de vorige lijst)",
        "Ook importeren (zoals bij de vorige lijst)",
        "Alles zoals bij de vorige lijst",
    ]
    press(coordinator_client, page, "Alles zoals bij de vorige lijst")
    assert [part.answer for part in parts_of(ImportRun.objects.get(pk=run.pk))] == [True, False, None, True]


def test_a_word_for_a_date_is_asked_again_in_the_next_list_unless_it_was_left_empty(coordinator_client):
    def upload_next() -> ImportRun:
        words = ["maart", "maart", "zsm", "zsm"]
        rows = [[*person, word] for person, word in zip(CLEAR, words, strict=False)]
        upload(coordinator_client, make_file([*HEADER[:3], "Beschikbaar vanaf"], *rows))
        return ImportRun.objects.latest("pk")

    run = upload_next()
    questions = import_url("_questions", run)
    shown = text(coordinator_client.get(questions))
    assert "Een datum die u invult, geldt alleen voor deze lijst." in shown
    assert "wat u invult; anders een fout" in shown, "it is no error once a date is filled in"
    words = {"available_from-word": ["maart", "zsm"], "available_from-text": ["01-03-2027", ""]}
    coordinator_client.post(questions, words | {"available_from": ["", "-"]})
    assert run.rows.get(line=2).given["available_from"] == "2027-03-01"
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Alles importeren")
    assert ImportProfile.objects.get().values == {"available_from": {"zsm": None}}
    following = upload_next()
    assert following.asked["words"] == {"available_from": {"maart": 2}}
    ImportProfile.objects.update(values={"available_from": {"maart": "1 maart 2027", "zsm": None}})
    assert upload_next().asked["words"] == {"available_from": {"maart": 2}}, "as remembered in former times"


def test_a_single_range_is_answered_with_its_lowest_or_highest_number_or_left_empty(coordinator_client):
    upload(coordinator_client, make_file([*HEADER[:3], "Uren"], [*CLEAR[0], "32-36"], [*CLEAR[1], "24"]))
    run = ImportRun.objects.latest("pk")
    questions = import_url("_questions", run)

    def read_select() -> tuple[list[str], str]:
        page = BeautifulSoup(coordinator_client.get(questions).content, "html.parser")
        options = {" ".join(option.text.split()): option for option in page.select("[name=hours_per_week] option")}
        chosen = next((label for label, option in options.items() if option.has_attr("selected")), "")
        assert page.select_one("[name=hours_per_week-text]")["value"] == ""
        return [*options][1:], chosen

    assert read_select()[0] == [
        "niet invullen",
        "niet invullen, en bij Opmerkingen zetten",
        "32 (laagste)",
        "36 (hoogste)",
    ]
    word = {"hours_per_week-word": ["32-36"]}
    both = word | {"hours_per_week": ["32"], "hours_per_week-text": ["34"]}
    assert "Kies uit de lijst of vul een antwoord in, niet allebei." in text(coordinator_client.post(questions, both))
    for answer, hours, label in (("36", 36, "36 (hoogste)"), ("32", 32, "32 (laagste)"), ("-", None, "niet invullen")):
        coordinator_client.post(questions, word | {"hours_per_week": [answer], "hours_per_week-text": [""]})
        assert run.rows.get(line=2).given.get("hours_per_week") == hours
        assert read_select()[1] == label


def test_the_preview_says_which_remembered_answers_it_used_and_the_cells_show_the_words_of_the_list(coordinator_client):
    def upload_hours(*hours: str):
        rows = [[*person, cell] for person, cell in zip(CLEAR, hours, strict=False)]
        page = upload(coordinator_client, make_file([*HEADER[:3], "Uren"], *rows), follow=True)
        return page, ImportRun.objects.latest("pk")

    def get_hours(page) -> list[str]:
        cells = BeautifulSoup(page.content, "html.parser").select("td[data-label='Uren per week']")
        return [" ".join(cell.text.split()) for cell in cells]

    page, run = upload_hours("fulltime", "fulltime", "32-36", "32-36", "weet niet", "weet niet")
    words = {"hours_per_week-word": ["fulltime", "32-36", "weet niet"], "hours_per_week-text": ["38", "32", ""]}
    page = coordinator_client.post(
        import_url("_questions", run), words | {"hours_per_week": ["", "", "-"]}, follow=True
    )
    assert "van een eerdere lijst" not in text(page), "they are answers about this list"
    assert get_hours(page)[:3] == ["38 In de lijst: “fulltime”"] * 2 + ["32 In de lijst: “32-36”"]
    press(coordinator_client, page, "Alles importeren")

    page, run = upload_hours("fulltime", "24", "32-36", "Fulltime", "fulltime", "weet niet")
    (details,) = (
        details
        for details in BeautifulSoup(page.content, "html.parser").select("dl.import-facts details")
        if "eerdere lijst" in details.text
    )
    assert " ".join(details.text.split()) == (
        "3 antwoorden van een eerdere lijst gebruikt “32-36” → 32 (1 regel), “fulltime” → 38 (3 regels),"
        " “weet niet” → niet invullen (1 regel). Wijzig ze"
    )
    assert details.a["href"] == import_url("_questions", run)
    shown = get_hours(coordinator_client.get(import_url("", run), {"action": "unchanged"}))
    shown += get_hours(coordinator_client.get(import_url("", run), {"action": "changed"}))
    assert sum("In de lijst: “fulltime”" in cell for cell in shown) == 3
    coordinator_client.post(
        import_url("_questions", run),
        {"hours_per_week-word": ["fulltime"], "hours_per_week-text": ["36"], "hours_per_week": [""]},
    )
    shown = text(coordinator_client.get(import_url("", run)))
    assert "antwoorden van een eerdere lijst" not in shown.replace("2 antwoorden van een eerdere lijst", "")
    assert "“fulltime” →" not in shown


def test_the_page_of_questions_promises_to_remember_answers_about_words_only_if_it_asks_about_some(coordinator_client):
    rows = (HEADER[:3], *CLEAR[:3], [], ["Wachtlijst"], HEADER[:3], CLEAR[3])
    upload(coordinator_client, make_file(*rows, hidden=(3,)))
    shown = text(coordinator_client.get(import_url("_questions", ImportRun.objects.get())))
    assert "Hoort dit bij de lijst?" in shown and "onthouden" not in shown
    assert "Over delen van het bestand en over de volgorde van datums wordt bij elke lijst opnieuw gevraagd." in shown
    assert "andere tabbladen" not in shown


def test_the_page_of_questions_says_that_the_answer_about_other_sheets_is_remembered(coordinator_client):
    book = openpyxl.load_workbook(make_list())
    sheet = book.create_sheet("Lopend")
    for row in (HEADER, WAITING):
        sheet.append(row)
    book.save(file := io.BytesIO())
    upload(coordinator_client, SimpleUploadedFile("lijst.xlsx", file.getvalue()))
    shown = text(coordinator_client.get(import_url("_questions", ImportRun.objects.get())))
    assert "Alleen het antwoord over andere tabbladen wordt onthouden." in shown


def test_hidden_columns_are_asked_with_their_cells(coordinator_client):
    book = openpyxl.load_workbook(make_list())
    book.active.column_dimensions["D"].hidden = True
    book.save(file := io.BytesIO())
    upload(coordinator_client, SimpleUploadedFile("l.xlsx", file.getvalue()))
    shown = text(coordinator_client.get(import_url("_questions", ImportRun.objects.get())))
    assert "1 kolom is in het bestand verborgen: Niveau Nederlands." in shown
    assert "3 Omar Abdi B1" in shown


def test_newer_values_are_asked_about_between_the_other_questions_with_both_values(coordinator_client, coordinator):
    selam, omar = ["Selam", "Haile", "23/04/1990", "A1"], ["Omar", "Abdi", "21/02/1980", "B1"]
    press(
        coordinator_client,
        upload(coordinator_client, make_file(HEADER[:4], selam, omar), follow=True),
        "Alles importeren",
    )
    edit_dossier(coordinator, dutch_level="B2")
    upload(coordinator_client, make_file(HEADER[:4], selam, omar, ["Feven", "Tesfay", "25/06/1991", "beetje"]))
    run = ImportRun.objects.latest("pk")
    questions = import_url("_questions", run)
    page = coordinator_client.get(questions)
    assert len(get_questions(page)) == 2 and "2 Selam Haile Niveau Nederlands B2 A1" in text(page)
    (part,) = parts_of(run)
    answers = {f"part-{part.key}": "no", "dutch_level-word": "beetje", "dutch_level": "A2"}
    press(coordinator_client, coordinator_client.post(questions, answers, follow=True), "Alles importeren")
    levels = {"Selam": "B2", "Omar": "B1", "Feven": "A2"}
    assert dict(Dossier.objects.values_list("given_name", "dutch_level")) == levels


def test_a_partner_answers_the_same_page_and_reads_what_sending_waits_for(as_user, partner):
    client = as_user(partner)
    client.post(reverse("dossiers_partner_upload"), {"file": make_list()})
    run = ImportRun.objects.get()
    page = client.get(page_url("list", run))
    assert "Er zijn nog 5 vragen over deze lijst. 2 daarvan moet u beantwoorden voordat u kunt versturen." in text(page)
    page = press(client, page, "Versturen", is_disabled=True)
    assert "Geef eerst aan wat er moet gebeuren" in text(page) and len(get_questions(page)) == 5
    page = client.post(page_url("questions", run), build_answers(run), follow=True)
    press(client, page, "Versturen")
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT


def test_what_was_typed_for_a_list_that_is_read_meanwhile_is_named(coordinator_client, run):
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLIED)
    answers = build_answers(run) | {"available_from-text": "01-12-2026"}
    shown = text(coordinator_client.post(import_url("_questions", run), answers, follow=True))
    assert "Wat u typte is niet bewaard: “01-12-2026”." in shown


def test_one_question_about_values_and_text_offers_answers_that_fit_both(coordinator_client, coordinator):
    head = "Voornaam;Achternaam;Geboortedatum;Extern nummer;Telefoon;Opmerkingen"
    lines = [f"{head}\nSelam;Haile;28-03-1990;P1;06 12001006;Notitie {number}" for number in (8, 9)]
    first, second = (SimpleUploadedFile("lijst.csv", line.encode()) for line in lines)
    press(coordinator_client, upload(coordinator_client, first, follow=True), "Alles importeren")
    dossier = Dossier.objects.get()
    dossier._history_user = coordinator
    dossier.phone, dossier.notes = "+31655550001", "Notitie 8\nBelt liever 's avonds"
    dossier.save()
    preview = upload(coordinator_client, second, follow=True)
    questions = coordinator_client.get(import_url("_questions", ImportRun.objects.latest("pk")))
    refusal = "Wat er nu staat, blijft staan. In een tekst kunnen alleen de regels van de afzender veranderen."
    for page in map(text, (preview, questions)):
        assert "Blijft dat zo?" in page and "Nieuwere gegevens houden" not in page
        assert "Laten zoals het is" in page and "Overnemen uit deze lijst" in page
        assert f"Als u het laat staan: {refusal}" in page
    assert "2 Selam Haile Telefoon" in text(questions) and "2 Selam Haile Opmerkingen Notitie 8" in text(questions)
    page = text(press(coordinator_client, preview, "Laten zoals het is"))
    outcome = "Zoals het was: 1 gegeven. Gewijzigd: alleen regels van de afzender, in 1 tekst."
    assert f"Wat er nu staat, blijft staan. {outcome}" in page and "Als u het laat staan" not in page


def test_a_later_question_shows_only_the_newer_values_that_it_decides_on(coordinator_client, coordinator):
    selam = ["Selam", "Haile", "23/04/1990", "A1", "21/02/2027"]
    press(coordinator_client, upload(coordinator_client, make_file(HEADER, selam), follow=True), "Alles importeren")
    edit_dossier(coordinator, dutch_level="B2")
    upload(coordinator_client, make_file(HEADER, selam))
    run = ImportRun.objects.latest("pk")
    decide_on_older_values(run, use_older=True)
    edit_dossier(coordinator, available_from="2027-03-22")
    page = coordinator_client.get(import_url("_questions", run))
    questions = BeautifulSoup(page.content, "html.parser").select("fieldset.import-question")
    later, earlier = (" ".join(question.get_text(" ").split()) for question in questions)
    assert "Beschikbaar vanaf 22-03-2027 21-02-2027" in later and "B2" not in later
    assert "Niveau Nederlands B2 A1" in earlier and "22-03-2027" not in earlier


@pytest.mark.parametrize("answer", ["", "yes", "no"])
def test_the_table_below_a_question_has_the_newer_values_of_everybody_whom_the_question_names(
    coordinator_client, coordinator, answer
):
    names = ["Abel", "Bruk", "Chala", "Dawit", "Eyob", "Fikru"]
    people = [[name, f"Familie {name}", "23/04/1990", "A1"] for name in names]
    preview = upload(coordinator_client, make_file(HEADER[:4], *people), follow=True)
    press(coordinator_client, preview, "Alles importeren")
    for dossier in Dossier.objects.all():
        dossier._history_user, dossier.dutch_level = coordinator, "B2"
        dossier.save()
    upload(coordinator_client, make_file(HEADER[:4], *people))
    run = ImportRun.objects.latest("pk")
    if answer:
        decide_on_older_values(run, use_older=answer == "yes")
    page = coordinator_client.get(import_url("_questions", run))
    (question,) = BeautifulSoup(page.content, "html.parser").select("fieldset.import-question")
    table = " ".join(question.table.get_text(" ").split())
    words = " ".join(question.get_text(" ").split()).replace(table, "")
    named = [[f"Familie {name}" in shown for name in names] for shown in (words, table)]
    assert named == [[True] * 5 + [False]] * 2 and "en nog 1" in words
    assert table.count("Niveau Nederlands B2 A1") == 5


def test_answers_about_a_list_of_employers_are_remembered_for_lists_of_this_kind_as_it_has_no_sender(
    coordinator_client,
):
    head = ["Bedrijf", "Contactpersoon", "E-mail", "Werk", "Plekken", "Status"]
    file = make_file(head, ["Kwekerij", "An", "an@kwekerij.example", "Oogsten", "4", "misschien"])
    upload(coordinator_client, file, record="employer_interest")
    shown = text(coordinator_client.get(import_url("_questions", ImportRun.objects.get())))
    assert "onthouden voor de volgende lijsten van deze soort, zodra" in shown and "afzender" not in shown


def test_a_button_of_a_line_in_a_tab_from_before_the_list_was_read_again_says_so(coordinator_client, run):
    row = run.rows.get(line=7)
    coordinator_client.post(import_url("_questions", run), build_answers(run))
    address = reverse("dossiers_import_line", args=[run.pk, row.pk])
    shown = text(coordinator_client.post(address, {"what": "leave_out"}, follow=True))
    assert "Deze lijst is intussen opnieuw ingelezen. Daarom is met die regel niets gedaan." in shown
    assert not run.rows.filter(line=7, left_out=True).exists()


def test_a_word_in_a_column_of_dates_can_be_left_empty_and_added_to_the_remarks(coordinator_client, run):
    url, answers = import_url("_questions", run), build_answers(run)
    page = BeautifulSoup(coordinator_client.get(url).content, "html.parser")
    options = {option["value"]: " ".join(option.text.split()) for option in page.select("[name=available_from] option")}
    typed = "wat u invult; anders een fout"
    assert options == {"": typed, "-": "niet invullen", "*": "niet invullen, en bij Opmerkingen zetten"}
    assert not page.select("[name=dutch_level] option[value='*']"), "which has its own levels to choose from"
    both = coordinator_client.post(url, answers | {"available_from": "*", "available_from-text": "01-03-2027"})
    assert "niet allebei" in both.content.decode()
    coordinator_client.post(url, answers | {"available_from": "*"})
    assert run.rows.get(given__given_name="Selam").given["notes"] == "Beschikbaar vanaf: zsm"
    page = BeautifulSoup(coordinator_client.get(url).content, "html.parser")
    assert page.select_one("[name=available_from] option[selected]")["value"] == "*"
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Alles importeren")
    upload(coordinator_client, make_file(HEADER, *PEOPLE))
    sentence = "“zsm” → niet invullen, en bij Opmerkingen zetten"
    assert sentence in coordinator_client.get(import_url("", ImportRun.objects.latest("pk"))).content.decode()


def test_the_buttons_about_cells_that_are_struck_through_say_what_they_do(coordinator_client):
    file = make_file(HEADER[:3], *CLEAR[:3], struck=("B3",))
    page = upload(coordinator_client, file, follow=True)
    run = ImportRun.objects.latest("pk")
    answers = ["De doorgestreepte cellen ook importeren", "De doorgestreepte cellen overslaan"]
    for shown in (text(page), text(coordinator_client.get(import_url("_questions", run)))):
        assert "Tellen deze cellen mee?" in shown and "Hoort dit bij de lijst?" not in shown
        assert all(answer in shown for answer in answers) and "Dit deel weglaten" not in shown
    press(coordinator_client, page, answers[1])
    assert [part.answer for part in parts_of(ImportRun.objects.get(pk=run.pk))] == [False]
