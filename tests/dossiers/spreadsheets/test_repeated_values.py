"""Tests of lists that give a value again which the record had before, and which was replaced since."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Organisation, Sector
from dossiers.models.change_set import NotApplied
from dossiers.models.rights import COORDINATORS
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.absent import CONTACT, choose_all
from dossiers.spreadsheets.imports.decisions import TO_REMARKS
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings, parts_of
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.warnings import collect_warnings

from ..backoffice.pages import press, text
from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from .imports import AZC, PERSON, WERKCORPORATIE, apply, decide_on_older_values, preview
from .test_export_of_joined_columns import export
from .undo import undo_import

SELAM = PERSON | {"Extern nummer": "A1", "Telefoon": "06 12001006", "Opmerkingen": "Notitie 7"}
PHONE, TYPED_PHONE = "+31612001006", "+31655550001"


@pytest.fixture
def dossier(lists) -> Dossier:
    lists.apply(SELAM)
    return Dossier.objects.get()


def edit(record, user=None, **values) -> None:
    record = type(record).objects.get(pk=record.pk)
    record._history_user = user
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_older), None)


@pytest.mark.parametrize(("use_older", "phone"), [(False, TYPED_PHONE), (True, PHONE)])
def test_a_list_that_repeats_what_a_coordinator_changed_asks_which_values_count(
    lists, dossier, coordinator, use_older, phone
):
    edit(dossier, coordinator, phone=TYPED_PHONE, notes="Notitie 7\nBelt liever 's avonds")
    run = lists.preview(SELAM | {"Beroep": "kok"})
    question = find_question(run)
    assert question and "Selam Haile (Telefoon, Opmerkingen)" in question.words
    assert "herhaalt oudere gegevens" in question.words
    with pytest.raises(NotApplied, match="Kies eerst of de gegevens van de dossiers"):
        apply(run)
    decide_on_older_values(run, use_older=use_older)
    assert find_question(run).answer is use_older
    assert apply(run).state == "applied"
    dossier.refresh_from_db()
    assert (dossier.phone, dossier.profession) == (phone, "kok")
    assert dossier.notes == ("Notitie 7" if use_older else "Notitie 7\nBelt liever 's avonds")


def test_a_new_value_of_the_sender_is_no_repetition(lists, dossier, coordinator):
    edit(dossier, coordinator, phone=TYPED_PHONE)
    question = find_question(lists.preview(SELAM | {"Telefoon": "06 12001007"}))
    assert question and "herhaalt" not in question.words


def test_text_of_a_coordinator_is_not_removed_by_a_new_remark_without_asking(lists, dossier, coordinator):
    lists.apply(SELAM | {"Opmerkingen": "Notitie 8"})
    edit(dossier, coordinator, notes="Notitie 8\nBelt liever 's avonds")
    question = find_question(lists.preview(SELAM | {"Opmerkingen": "Notitie 9"}))
    assert question and "zou tekst van coordinator verwijderen: Selam Haile (Opmerkingen)" in question.words


@pytest.mark.parametrize(
    ("use_older", "notes", "sentence"),
    [
        (
            False,
            "Notitie 9\nBelt liever 's avonds",
            "Wat anderen schreven, blijft staan. Gewijzigd: alleen regels van de afzender, in 1 tekst.",
        ),
        (True, "Notitie 9", ""),
    ],
)
def test_the_answer_about_text_calls_nothing_older(lists, dossier, coordinator, use_older, notes, sentence):
    lists.apply(SELAM | {"Opmerkingen": "Notitie 8"})
    edit(dossier, coordinator, notes="Notitie 8\nBelt liever 's avonds")
    run = decide_on_older_values(lists.preview(SELAM | {"Opmerkingen": "Notitie 9"}), use_older=use_older)
    assert find_question(run).is_text_only and "ouder" not in find_question(run).words
    warnings = " ".join(part_warnings(run))
    assert warnings.endswith(sentence) and "ouder" not in warnings and "nieuwer" not in warnings
    apply(run)
    dossier.refresh_from_db()
    assert dossier.notes == notes


def test_a_remark_of_another_sender_is_there_once_after_the_text_of_a_coordinator_stays(lists, dossier, coordinator):
    lists.apply(PERSON | {"Opmerkingen": "Heeft een fiets"}, organisation=WERKCORPORATIE)
    edit(dossier, coordinator, notes="Notitie 7\nHeeft een fiets\nBelt liever 's avonds")
    apply(decide_on_older_values(lists.preview(SELAM | {"Opmerkingen": "Notitie 8"}), use_older=False))
    dossier.refresh_from_db()
    assert dossier.notes == "Notitie 8\nHeeft een fiets\nBelt liever 's avonds"


@pytest.mark.parametrize("job", [{}, {"Beroep": "kok"}], ids=["text only", "beside a value"])
@pytest.mark.parametrize("use_older", [False, True])
def test_a_repeated_older_remark_does_not_remove_text_of_a_coordinator_without_saying_so(
    lists, dossier, coordinator, client, job, use_older
):
    older = SELAM | {"Opmerkingen": "Notitie 7\nwil in de zorg"} | job
    lists.apply(older)
    dossier.refresh_from_db()
    edit(dossier, coordinator, notes=f"{dossier.notes}\nMIJN TEKST")
    newer = SELAM | {"Opmerkingen": "Notitie 7\nwil in de zorg\nheeft fiets"}
    apply(decide_on_older_values(lists.preview(newer | dict.fromkeys(job, "ober")), use_older=False))
    dossier.refresh_from_db()
    notes = dossier.notes
    assert "MIJN TEKST" in notes and "heeft fiets" in notes
    run = lists.preview(older)
    question = find_question(run)
    assert "herhaalt oudere gegevens" in question.words
    assert "1 regel van deze lijst zou tekst van coordinator verwijderen: Selam Haile (Opmerkingen)." in question.words
    client.force_login(coordinator)
    page = client.get(reverse("dossiers_import", args=[run.pk]))
    assert re.search(r"herhaalt een ouder gegeven: .* ; verwijdert tekst van coordinator", text(page))
    press(client, page, "Overnemen uit deze lijst" if use_older else "Laten zoals het is")
    run.refresh_from_db()
    assert "tekst van coordinator verwijderen" in find_question(run).words
    if not use_older:
        assert part_warnings(run)[0].endswith("(Opmerkingen). Wat er nu staat, blijft staan.")
    apply(run)
    dossier.refresh_from_db()
    assert dossier.notes == ("Notitie 7\nwil in de zorg" if use_older else notes)


def test_the_first_remark_of_another_sender_is_added_below_without_asking(lists, dossier):
    other = PERSON | {"Opmerkingen": "Heeft een rijbewijs nodig"}
    for notes in ("Heeft een rijbewijs nodig", "Heeft een rijbewijs"):
        run = lists.preview(other | {"Opmerkingen": notes}, organisation=WERKCORPORATIE)
        assert not find_question(run)
        apply(run)
        dossier.refresh_from_db()
        assert dossier.notes == f"Notitie 7\n{notes}", "a corrected remark replaces that of the same sender only"
    assert lists.preview(SELAM).rows.get().changes == {}, "the first sender repeats a remark that still stands"
    lists.apply(SELAM | {"Opmerkingen": "Notitie 8"})
    dossier.refresh_from_db()
    assert dossier.notes == "Notitie 8\nHeeft een rijbewijs"


def test_a_list_without_a_sender_does_not_remove_the_remark_of_a_sender_without_asking(lists, dossier):
    own_list = PERSON | {"Kenmerk": dossier.reference, "Opmerkingen": "Kan maandag beginnen"}
    question = find_question(lists.preview(own_list, organisation=None))
    assert question and f"zou tekst van {AZC} verwijderen: Selam Haile (Opmerkingen)" in question.words


def test_a_value_that_only_others_gave_before_is_an_ordinary_change_of_another_sender(lists, dossier):
    edit(dossier, profession="kok")
    lists.apply(SELAM | {"Beroep": "kapper"})
    other = PERSON | {"Beroep": "kok"}
    assert not find_question(lists.preview(other, organisation=WERKCORPORATIE))
    lists.apply(other, organisation=WERKCORPORATIE)
    assert find_question(lists.preview(SELAM | {"Beroep": "kapper"})), "this sender gave it before"


def test_a_value_that_the_dossier_had_already_is_repeated_by_its_sender(lists, dossier, coordinator):
    edit(dossier, coordinator, profession="kok")
    lists.apply(SELAM | {"Beroep": "kok"})
    edit(dossier, coordinator, profession="ober")
    assert find_question(lists.preview(SELAM | {"Beroep": "kok"}))


def test_each_changed_value_of_somebody_else_has_its_source(lists, dossier, coordinator):
    edit(dossier, coordinator, profession="kapper")
    run = lists.preview(
        PERSON | {"Telefoon": "06 12001007", "Beroep": "kok", "Opmerkingen": "Notitie 8"}, organisation=WERKCORPORATIE
    )
    [row] = run.rows.all()
    sources = NewerValues(run).find_sources([row])[dossier.pk]
    assert {name: source.author for name, source in sources.items()} == {
        "phone": AZC,
        "profession": coordinator.get_full_name() or coordinator.username,
    }
    own = lists.preview(SELAM | {"Telefoon": "06 12001007"})
    assert NewerValues(own).find_sources(own.rows.all())[dossier.pk] == {}


def test_the_line_about_somebody_who_was_absent_is_not_removed_without_asking(lists, dossier):
    run = lists.preview(PERSON | {"Voornaam": "Omar", "Extern nummer": "A2"})
    choose_all(run, CONTACT)
    apply(run)
    dossier.refresh_from_db()
    assert "niet meer in de lijst" in dossier.notes
    assert find_question(lists.preview(SELAM))
    question = find_question(lists.preview(SELAM | {"Opmerkingen": "Notitie 8"}))
    assert question and "Opmerkingen" in question.words


def test_an_older_file_does_not_put_back_the_values_of_a_newer_one_without_asking(lists, dossier):
    lists.apply(SELAM | {"Telefoon": "06 12001007"})
    assert find_question(lists.preview(SELAM))


def test_two_senders_who_contradict_each_other_are_asked_about(lists, dossier):
    lists.apply(PERSON | {"Telefoon": "06 12001007"}, organisation=WERKCORPORATIE)
    assert find_question(lists.preview(SELAM, organisation=AZC))


def test_a_value_that_differs_from_what_its_sender_said_last_is_no_repetition(lists, dossier):
    lists.apply(SELAM | {"Uren per week": "30"})
    lists.apply(PERSON | {"Uren per week": "20"}, organisation=WERKCORPORATIE)
    assert find_question(lists.preview(SELAM | {"Uren per week": "30"})), "its last list said 30 too"
    lists.apply(SELAM | {"Uren per week": "20"})  # this changes nothing
    run = lists.preview(SELAM | {"Uren per week": "30"})
    assert not find_question(run)
    apply(run)
    dossier.refresh_from_db()
    assert dossier.hours_per_week == 30


def test_after_an_undo_a_list_is_no_repetition(lists, dossier):
    newer = lists.apply(SELAM | {"Telefoon": "06 12001007"})
    undo_import(newer)
    assert not find_question(lists.preview(SELAM | {"Telefoon": "06 12001007"}))


@pytest.mark.parametrize(("column", "cell"), [("Uren per week", "24"), ("Beschikbaar vanaf", "1-2-2027"),
                                              ("Rijbewijs", "ja"), ("Talen", "Turks, Farsi"),
                                              ("Opmerkingen", "Notitie 7\nwil in de zorg")])  # fmt: skip
def test_a_list_that_was_undone_can_be_imported_again_after_another_sender_named_the_person(
    lists, dossier, column, cell
):
    values = SELAM | {column: cell}
    undone = lists.apply(values)
    lists.apply(PERSON, organisation=WERKCORPORATIE)
    undo_import(undone)
    before = Dossier.objects.get().notes
    again = lists.preview(values)
    assert not find_question(again) and len(again.rows.get().changes) == 1
    apply(again)
    assert before == "Notitie 7"


@pytest.fixture
def undone_list(lists) -> ImportRun:
    """A list of another sender with another phone number, which is undone by the test."""
    return lists.preview(PERSON | {"Telefoon": "06 12001007"}, organisation=WERKCORPORATIE)


def find_phone_author(lists, dossier) -> str:
    """Return who the preview of a next list says the present phone number is from; "" if it does not say so."""
    run = lists.preview(PERSON | {"Telefoon": "06 12001008"}, organisation=WERKCORPORATIE)
    source = NewerValues(run).find_sources(run.rows.all())[dossier.pk].get("phone")
    return source.author if source else ""


def test_a_value_that_a_user_typed_back_stays_theirs_after_the_undo_of_the_list_between(
    lists, dossier, coordinator, undone_list
):
    apply(undone_list)
    edit(dossier, coordinator, phone=PHONE)
    assert find_phone_author(lists, dossier) == "coordinator"
    undo_import(undone_list)
    assert find_phone_author(lists, dossier) == "coordinator"


def test_a_value_that_is_back_by_an_undo_is_again_of_the_list_before(lists, dossier, coordinator, undone_list):
    apply(undone_list)
    edit(dossier, coordinator, profession="kok")
    undo_import(undone_list)
    dossier.refresh_from_db()
    assert dossier.phone == PHONE
    assert find_phone_author(lists, dossier) == AZC


def test_a_value_that_is_back_by_the_undo_of_a_merge_is_of_the_user_who_typed_it(
    lists, dossier, coordinator, make_user
):
    edit(dossier, coordinator, phone=TYPED_PHONE, notes="Notitie 7\nBelt liever 's avonds")
    other = make_dossier(given_name="Selam", phone="+31612001009", notes="Kookt graag")
    merger = make_user("ander", COORDINATORS)
    merge = merge_dossiers(dossier, other, merger, phone="other", notes="other")
    assert (dossier.phone, dossier.notes) == ("+31612001009", "Kookt graag")
    undo_merge(merge, merger)
    assert find_phone_author(lists, dossier) == "coordinator"
    words = find_question(lists.preview(SELAM | {"Opmerkingen": "Notitie 8"})).words
    assert "zou tekst van coordinator verwijderen" in words and "ander (" not in words


def test_a_value_that_another_merge_brought_is_of_that_merge_after_the_undo_of_one(lists, dossier, coordinator):
    first, second = (make_dossier(given_name="Selam", phone=f"+3161200100{digit}") for digit in (8, 9))
    undo_merge(merge_dossiers(dossier, first, coordinator, phone="other"), coordinator)
    merge_dossiers(dossier, second, coordinator, phone="other")
    assert find_phone_author(lists, dossier) == f"coordinator (Samengevoegd met {second.reference})"


def test_a_value_that_is_back_by_the_undo_of_a_list_is_of_the_list_that_gave_it_also_if_that_is_undone(
    lists, dossier, coordinator, undone_list
):
    apply(undone_list)
    edit(dossier, coordinator, profession="kok")
    undo_import(undone_list)
    undo_import(ImportRun.objects.earliest("pk"))
    dossier.refresh_from_db()
    assert dossier.phone == PHONE, "a dossier that was edited stays"
    assert find_phone_author(lists, dossier) == AZC


def test_a_value_of_an_undone_list_that_a_later_list_gives_too_is_of_the_later_one(
    lists, dossier, coordinator, undone_list
):
    apply(undone_list)
    later = SELAM | {"Telefoon": "06 12001007", "Beroep": "kok"}
    lists.apply(later)
    undo_import(undone_list)
    dossier.refresh_from_db()
    assert dossier.phone == "+31612001007"
    assert find_phone_author(lists, dossier) == AZC
    edit(dossier, coordinator, phone=TYPED_PHONE)
    assert find_question(lists.preview(later)), "this sender gave it before"


def test_nobody_is_said_to_have_filled_in_what_an_undone_list_left_in_a_dossier(lists, coordinator):
    other = PERSON | {"Voornaam": "Omar"}
    given = {"Telefoon": "06 12001006", "Opmerkingen": "Notitie 7"}
    run = lists.apply(PERSON | given, other, organisation=WERKCORPORATIE)
    dossier = Dossier.objects.get(given_name="Selam")
    edit(dossier, coordinator, profession="kok")
    assert undo_import(run).state == "undone"
    dossier.refresh_from_db()
    assert (dossier.phone, dossier.notes) == (PHONE, "Notitie 7"), "a dossier that was edited stays"
    run = lists.preview(PERSON | {"Telefoon": "06 12001008", "Opmerkingen": "Notitie 8", "Beroep": "lasser"})
    sources = NewerValues(run).find_sources(run.rows.all())[dossier.pk]
    assert (sources["phone"].author, sources["phone"].is_typed) == (WERKCORPORATIE, False)
    assert (sources["profession"].author, sources["profession"].is_typed) == ("coordinator", True)
    words = find_question(run).words
    assert "anders dan een begeleider heeft ingevuld: Selam Haile (Beroep)" in words and "Telefoon" not in words


@pytest.mark.parametrize("beside", [{}, {"Beroep": "kok"}], ids=["unchanged", "changed"])
def test_a_value_of_an_undone_list_that_another_list_gave_too_is_not_overwritten_without_asking(
    lists, dossier, undone_list, beside
):
    apply(undone_list)
    third = Organisation.objects.create(name="Vluchtelingenwerk")
    lists.apply(PERSON | {"Telefoon": "06 12001007"} | beside, organisation=third.name)
    assert undo_import(undone_list).state == "undone"
    dossier.refresh_from_db()
    assert dossier.phone == "+31612001007"
    assert find_phone_author(lists, dossier) == third.name
    question = find_question(lists.preview(SELAM | beside))
    assert question and "Telefoon" in question.words


@pytest.mark.parametrize(
    ("organisation", "shown"),
    [
        (AZC, "herhaalt een ouder gegeven: sindsdien gewijzigd door AZC Luttelgeest op"),
        (WERKCORPORATIE, "nu volgens AZC Luttelgeest (lijst"),
    ],
)
def test_a_value_that_the_undo_of_a_list_left_is_said_to_be_of_an_undone_list(
    lists, base_data, coordinator, client, organisation, shown
):
    for cell in ("Zorg", "leegmaken", "Zorg", "Bouw"):
        run = apply(decide_on_older_values(lists.preview(SELAM | {"Sectoren": cell}), use_older=True))
    Sector.objects.filter(name="Zorg").update(name="Zorg en welzijn")  # so that the undo can't bring it back
    client.force_login(coordinator)
    for is_undone in (False, True):
        if is_undone:
            undo_import(run)
        emptied = preview(export(lists, sectors="leegmaken"), organisation=organisation)
        page = text(client.get(reverse("dossiers_import", args=[emptied.pk])))
        assert emptied.rows.get().changes == {"sectors": [["Bouw"], []]} and shown in page
        assert (f"(lijst {run.file_name} , ongedaan gemaakt)" in page) == is_undone


def test_a_list_that_fills_only_what_is_empty_asks_nothing(lists, dossier, coordinator):
    edit(dossier, coordinator, phone=TYPED_PHONE)
    assert not find_question(lists.preview(SELAM, policy=ImportRun.Policy.FILL))


def test_each_kind_of_value_is_compared_with_its_history(lists, base_data, coordinator):
    values = {
        "Geboortedatum": "12-03-1990",
        "Talen": "Arabisch",
        "Sectoren": Sector.objects.first().name,
        "Uren per week": "16",
        "Begeleider": coordinator.username,
    }
    lists.apply(SELAM | values)
    dossier = Dossier.objects.get()
    dossier.sectors.clear()
    edit(dossier, coordinator, date_of_birth="1990-03-11", languages=["ti"], hours_per_week=8, coordinator=None)
    run = lists.preview(SELAM | {"Kenmerk": dossier.reference} | values)
    question = find_question(run)
    assert question
    missing = [column for column in values if column.casefold() not in question.words.casefold()]
    assert not missing, question.words


def test_lists_of_employers_are_asked_about_too(lists, base_data, coordinator):
    row = {"Bedrijf": "Bakkerij Bol", "Contactpersoon": "B. Bol", "E-mail": "info@bol.example", "Plaats": "Urk"}
    row |= {"Werk": "bakken", "Plekken": "2"}
    lists.apply(row, record="employer_interest")
    interest = EmployerInterest.objects.get()
    edit(interest, coordinator, positions=5)
    edit(Employer.objects.get(), coordinator, city="Emmeloord")
    question = find_question(lists.preview(row | {"Kenmerk": interest.reference}, record="employer_interest"))
    assert question and "Bakkerij Bol (Plaats, Plekken)" in question.words


@pytest.mark.parametrize(("options", "phone"), [([], TYPED_PHONE), (["--use-older-values"], PHONE)])
def test_the_command_keeps_the_newer_values_unless_it_is_told_otherwise(
    lists, dossier, coordinator, capsys, options, phone
):
    edit(dossier, coordinator, phone=TYPED_PHONE)
    call_command("import_sheet", "dossiers", str(lists.file(SELAM)), "--organisation", AZC, "--apply", *options)
    dossier.refresh_from_db()
    assert dossier.phone == phone
    assert ("De nieuwere gegevens blijven staan." in capsys.readouterr().out) == (not options)


OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "A2", "Rijbewijs": "x"}


@pytest.mark.parametrize(("use_older", "driving_licence"), [(False, True), (True, False)])
def test_a_blank_cell_beside_crosses_does_not_make_a_yes_of_another_sender_a_no_without_asking(
    lists, base_data, use_older, driving_licence
):
    lists.apply(SELAM | {"Rijbewijs": "ja"})
    number = {"Extern nummer": "W1"}
    run = lists.preview(PERSON | number | {"Rijbewijs": "", "Beroep": "kok"}, OMAR, organisation=WERKCORPORATIE)
    question = find_question(run)
    assert question and "1 regel van deze lijst heeft een lege cel" in question.words
    apply(decide_on_older_values(run, use_older=use_older))
    dossier = Dossier.objects.get(given_name="Selam")
    assert (dossier.driving_licence, dossier.profession) == (driving_licence, "kok")


def test_a_yes_that_was_an_answer_is_asked_about_but_not_a_cross_that_the_sender_takes_away(lists, base_data):
    run = lists.preview(SELAM | {"Rijbewijs": "B"}, OMAR | {"Rijbewijs": "ja"})
    run.decided["words"] = {"driving_licence": {"B": "ja"}}
    staging.stage(run)
    apply(run)
    blank = lists.preview(SELAM | {"Rijbewijs": ""}, OMAR)
    assert "lege cel" in find_question(blank).words
    assert find_question(lists.preview(SELAM | {"Rijbewijs": "x"}, OMAR | {"Rijbewijs": ""})) is None


def test_the_preview_says_that_a_blank_beside_crosses_makes_a_yes_a_no_whoever_gave_it(lists, base_data):
    words = "Rijbewijs: in deze kolom staat alleen x of niets; een lege cel wordt gelezen als ‘nee’."
    run = lists.preview(SELAM | {"Rijbewijs": "x"}, OMAR | {"Rijbewijs": ""})
    assert words in collect_warnings(run), "of new people it is told too"
    lists.apply(SELAM | {"Rijbewijs": "x"}, OMAR)
    run = lists.preview(SELAM | {"Rijbewijs": ""}, OMAR)
    assert f"{words} Op 1 regel wordt ‘ja’ daardoor ‘nee’: regel 2." in collect_warnings(run)
    assert not [w for w in collect_warnings(lists.preview(SELAM | {"Rijbewijs": "x"}, OMAR)) if "Rijbewijs" in w]
    assert not [w for w in collect_warnings(lists.preview(SELAM | {"Rijbewijs": "ja"}, OMAR)) if "Rijbewijs" in w]


HOURS = "Uren per week"


def decide(**columns: str) -> dict:
    return {"words": {"hours_per_week": {"24+": TO_REMARKS}}, "columns": columns}


def read_notes(record: Dossier | EmployerInterest) -> list[str]:
    record.refresh_from_db()
    return record.notes.splitlines()


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize("hours", ["40", "24+"])
@pytest.mark.parametrize(
    ("edited", "rest"),
    [("Notitie 7", ["Notitie 7"]), ("", []), ("Komt alleen", ["Komt alleen"]),
     ("Notitie 7\nKomt alleen", ["Notitie 7", "Komt alleen"])],
)  # fmt: skip
@pytest.mark.parametrize("use_older", [False, True])
def test_a_deleted_line_does_not_come_back_with_a_word_of_another_column_without_asking(
    lists, coordinator, by_partner, hours, edited, rest, use_older
):
    row = SELAM | {"Opmerkingen": "Notitie 7\nHeeft een fiets"}
    lists.apply(row, by_partner=by_partner)
    dossier = Dossier.objects.get()
    edit(dossier, coordinator, notes=edited)
    run = lists.preview(row | {HOURS: hours}, by_partner=by_partner, decided=decide())
    assert "herhaalt oudere gegevens" in find_question(run).words
    apply(decide_on_older_values(run, use_older=use_older))
    notes, added = read_notes(dossier), ["Uren per week: 24+"] if hours == "24+" else []
    if use_older:
        assert {*notes} >= {"Notitie 7", "Heeft een fiets", *added}
    else:
        assert notes == [*rest, *added]


def test_the_question_names_who_removed_text_too_and_the_result_says_what_stays(lists, coordinator):
    row = SELAM | {"Opmerkingen": "Notitie 7\nHeeft een fiets", HOURS: "24+"}
    lists.apply(SELAM | {"Opmerkingen": "Notitie 7\nHeeft een fiets"})
    dossier = Dossier.objects.get()
    edit(dossier, coordinator, notes="Notitie 7\nKomt alleen")
    run = lists.preview(row, decided=decide())
    assert "zou tekst van coordinator verwijderen: Selam Haile (Opmerkingen)" in find_question(run).words
    decide_on_older_values(run, use_older=False)
    assert find_question(run).answer is False, "it can be taken back"
    assert "Gewijzigd: alleen regels van de afzender, in 1 tekst." in " ".join(part_warnings(run))
    apply(run)
    assert find_question(lists.preview(row, decided=decide())), "the next list repeats the line again"


@pytest.mark.parametrize("use_older", [False, True])
@pytest.mark.parametrize(
    ("older", "newer"),
    [("Notitie 7", "Notitie 8"), ("Notitie 7", "Notitie 7\nHeeft een fiets"), ("Notitie 7\nKomt alleen", "Notitie 7")],
)
def test_an_older_remark_of_the_sender_does_not_come_back_with_a_word_of_another_column_without_asking(
    lists, older, newer, use_older
):
    lists.apply(SELAM | {"Opmerkingen": older})
    lists.apply(PERSON | {"Opmerkingen": "Kookt graag"}, organisation=WERKCORPORATIE)
    lists.apply(SELAM | {"Opmerkingen": newer})
    run = lists.preview(SELAM | {"Opmerkingen": older, HOURS: "24+"}, decided=decide())
    assert "herhaalt oudere gegevens" in find_question(run).words
    apply(decide_on_older_values(run, use_older=use_older))
    notes = {*read_notes(Dossier.objects.get())}
    assert notes == {"Kookt graag", *([*older.splitlines(), "Uren per week: 24+"] if use_older else newer.splitlines())}


@pytest.mark.parametrize(("remark", "hours"), [("Notitie 7", "24+"), ("Notitie 8", "24+"), ("leegmaken", "24+"),
                                               ("Notitie 7\nHeeft een fiets", "24+"), ("", "24+")])  # fmt: skip
def test_a_word_of_another_column_alone_repeats_nothing(lists, dossier, coordinator, remark, hours):
    lists.apply(SELAM | {"Beroep": "kok"})
    assert not find_question(lists.preview(SELAM | {"Opmerkingen": remark, HOURS: hours}, decided=decide()))


def test_a_line_that_the_sender_of_the_list_took_out_itself_may_be_given_again_with_a_new_one(lists, dossier):
    lists.apply(SELAM | {"Opmerkingen": "Notitie 8"})
    assert not find_question(lists.preview(SELAM | {"Opmerkingen": "Notitie 7\nHeeft een fiets"}))


def test_a_deleted_line_does_not_come_back_with_the_rest_of_a_cell_without_asking(lists, coordinator):
    columns = {"Tel vast": "phone:fallback", "Mobiel": "phone"}
    row = PERSON | {"Extern nummer": "A1", "Mobiel": "06 12001006", "Opmerkingen": "Notitie 7\nHeeft een fiets"}
    lists.apply(row | {"Tel vast": ""}, decided=decide(**columns))
    dossier = Dossier.objects.get()
    edit(dossier, coordinator, notes="Notitie 7")
    run = lists.preview(row | {"Tel vast": "0321-123456"}, decided=decide(**columns))
    assert find_question(run)
    apply(decide_on_older_values(run, use_older=False))
    assert read_notes(dossier) == ["Notitie 7", "Tel vast: 0321-123456"]


def test_a_deleted_line_does_not_come_back_with_the_new_text_of_another_column_without_asking(lists, coordinator):
    columns = {"Opm": "notes:labelled", "Bijz": "notes:labelled"}
    row = PERSON | {"Extern nummer": "A1", "Opm": "Belt graag", "Bijz": "Kent Ali"}
    lists.apply(row, decided=decide(**columns))
    dossier = Dossier.objects.get()
    edit(dossier, coordinator, notes="Bijz: Kent Ali")
    run = lists.preview(row | {"Bijz": "Kent Omar"}, decided=decide(**columns))
    assert find_question(run)
    apply(decide_on_older_values(run, use_older=False))
    assert read_notes(dossier) == ["Bijz: Kent Omar"]


@pytest.mark.parametrize(("use_older", "notes"), [(False, []), (True, ["Zoekt hulp"])])
def test_so_it_is_in_a_list_of_employers(lists, base_data, coordinator, use_older, notes):
    row = {"Bedrijf": "Bakkerij Bol", "E-mail": "info@bol.example", "Plaats": "Urk", "Werk": "bakken", "Plekken": "2"}
    row |= {"Opmerkingen": "Belt graag\nZoekt hulp"}
    lists.apply(row, record="employer_interest")
    interest = EmployerInterest.objects.get()
    edit(interest, coordinator, notes="Belt graag")
    run = lists.preview(row | {"Uren": "24+"}, record="employer_interest", decided=decide())
    assert find_question(run)
    apply(decide_on_older_values(run, use_older=use_older))
    assert read_notes(interest) == ["Belt graag", *notes, "Uren: 24+"]


def test_an_older_remark_in_a_list_of_employers_does_not_replace_a_newer_one_without_asking(lists, base_data):
    row = {"Bedrijf": "Bakkerij Bol", "E-mail": "info@bol.example", "Plaats": "Urk", "Werk": "bakken", "Plekken": "2"}
    for remark in ("Belt graag", "Zoekt hulp"):
        lists.apply(row | {"Opmerkingen": remark}, record="employer_interest")
    again = row | {"Opmerkingen": "Belt graag", "Uren": "24+"}
    run = lists.preview(again, record="employer_interest", decided=decide())
    assert find_question(run)
    apply(decide_on_older_values(run, use_older=False))
    assert EmployerInterest.objects.get().notes == "Zoekt hulp"
