"""Tests of values that users typed, in a form or in the preview of a list: whose they are, and what overwrites them."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from dossiers.backoffice.timeline import timeline
from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun
from dossiers.models.change_set import UNDO_WITHIN, NotApplied
from dossiers.spreadsheets.expiry import destroy_expired
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings, parts_of
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.resources import DossierResource
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers
from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values

SELAM = PERSON | {"Extern nummer": "A1", "Telefoon": "06 12001006"}


def find_source(lists: Lists, name: str, row: dict[str, str]) -> str:
    """Return where the preview of another sender's list says the present value of a field comes from."""
    run = lists.preview(PERSON | row, organisation=WERKCORPORATIE)
    [row_with_change] = run.rows.all()
    assert name in row_with_change.changes
    source = NewerValues(run).find_sources([row_with_change])[row_with_change.target_id].get(name)
    return " ".join(render_to_string("dossiers/imports/_source.html", {"source": source}).split()) if source else ""


def edit(record, user, reason: str = "", **values) -> None:
    record = type(record).objects.get(pk=record.pk)
    record._history_user, record._change_reason = user, reason
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_older), None)


def type_in_preview(run: ImportRun, name: str, text: str) -> None:
    correct_cell(run, run.rows.get(), name, text)


def test_a_value_that_a_coordinator_typed_in_a_preview_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "31-02-2027", "Beroep": "kok"}, user=coordinator)
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    source = find_source(lists, "available_from", {"Beschikbaar vanaf": "01-03-2027"})
    assert source.startswith(f"nu door {coordinator} ingevuld bij het overnemen") and run.file_name in source
    assert find_source(lists, "profession", {"Beroep": "ober"}).startswith(f"nu volgens {AZC}")


def test_a_value_for_all_lines_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(SELAM, user=coordinator, decided={"fixed": {"profession": "kok"}})
    apply(run)
    assert "ingevuld bij het overnemen" in find_source(lists, "profession", {"Beroep": "ober"})


def test_a_value_that_came_by_a_merge_is_said_to_come_from_the_other_dossier(lists, coordinator):
    apply(lists.preview(SELAM | {"Opmerkingen": "Belt."}, user=coordinator))
    other = make_dossier(given_name="Zeki", profession="kok", notes="Kookt graag.")
    merge_dossiers(Dossier.objects.get(given_name="Selam"), other, coordinator)
    source = find_source(lists, "profession", {"Beroep": "ober"})
    assert source.startswith(f"nu door {coordinator} gewijzigd op ") and "ingevuld" not in source
    assert source.endswith(f": Samengevoegd met {other.reference}")
    question = find_question(lists.preview(SELAM | {"Opmerkingen": "Belt later."}))
    assert question and f"tekst van {coordinator} (Samengevoegd met {other.reference})" in question.words


def test_an_answer_about_a_word_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(
        SELAM | {"Uren per week": "fulltime"},
        PERSON | {"Voornaam": "Omar", "Extern nummer": "A2", "Uren per week": "36"},
        user=coordinator,
        decided={"words": {"hours_per_week": {"fulltime": "36"}}},
    )
    apply(run)
    source = find_source(lists, "hours_per_week", {"Uren per week": "20"})
    assert source.startswith("nu volgens een antwoord bij het overnemen") and run.file_name in source
    assert find_source(lists, "hours_per_week", {"Voornaam": "Omar", "Uren per week": "20"}).startswith(
        "nu volgens AZC"
    )


def test_a_cell_with_several_values_is_only_an_answer_if_one_of_its_words_was_asked_about(lists, coordinator):
    lines = [{"Voornaam": name, "Extern nummer": name, "Talen": words}
             for name, words in (("Omar", "Tigrinya/Engels"), ("Feven", "Engels, Eritrees"))]  # fmt: skip
    decided = {"words": {"languages": {"Eritrees": "Tigrinya"}}}
    run = lists.apply(*(PERSON | line for line in lines), user=coordinator, decided=decided)
    dossiers = Dossier.objects.order_by("-given_name")
    assert [dossier.languages for dossier in dossiers] == [["en", "ti"], ["en", "ti"]]
    sources = [timeline(DossierResource(), dossier.pk, coordinator)[0].source for dossier in dossiers]
    answered = f"{run.file_name}, regel 3; ingevuld of beantwoord bij het overnemen: Talen"
    assert sources == [f"{run.file_name}, regel 2", answered]


def test_a_default_is_of_nobody(lists, coordinator):
    lists.apply(SELAM, user=coordinator)
    assert find_source(lists, "status", {"Status": "intake"}) == ""


def test_the_history_says_what_was_typed_in_the_preview(lists, coordinator):
    row = SELAM | {"Beschikbaar vanaf": "31-02-2027", "Uren per week": "fulltime"}
    run = lists.preview(row, user=coordinator, decided={"words": {"hours_per_week": {"fulltime": "36"}}})
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    [step] = timeline(DossierResource(), Dossier.objects.get().pk, coordinator)
    assert step.source == (
        f"{run.file_name}, regel 2; ingevuld of beantwoord bij het overnemen: Uren per week, Beschikbaar vanaf"
    )


def test_the_history_says_what_was_emptied_in_the_preview(lists, coordinator):
    run = lists.preview(SELAM | {"E-mail": "selam@example.org", "Beroep": "kok", "Opmerkingen": "Belt."})
    for name, text in (("email", ""), ("notes", " "), ("profession", "ober")):
        type_in_preview(run, name, text)
    apply(run)
    [step] = timeline(DossierResource(), Dossier.objects.get().pk, coordinator)
    assert step.source.endswith("overnemen: Beroep; leeggemaakt bij het overnemen: E-mail, Opmerkingen")
    apply(decide_on_older_values(lists.preview(SELAM | {"E-mail": "s@example.org"}), use_older=True))
    assert "leeggemaakt" not in timeline(DossierResource(), Dossier.objects.get().pk, coordinator)[0].source


@pytest.mark.parametrize(("first", "last", "source"), [("24", "20", ""), ("20", "24", "; ingevuld of beantwoord")])
def test_a_cell_that_was_typed_and_taken_back_comes_from_the_list(lists, coordinator, first, last, source):
    run = lists.preview(SELAM | {"Telefoon": "0612001007", "Uren per week": "20"}, user=coordinator)
    for field, texts in (("hours_per_week", (first, last)), ("phone", ("06 12001008", "06 12001007"))):
        for text in texts:
            type_in_preview(run, field, text)
    apply(run)
    [step] = timeline(DossierResource(), Dossier.objects.get().pk, coordinator)
    assert step.source.startswith(f"{run.file_name}, regel 2{source}") and "Telefoon" not in step.source
    assert ("Uren" in step.source) == bool(source)
    assert Dossier.objects.get().hours_per_week == int(last)


def test_a_date_that_is_typed_in_the_other_order_is_not_taken_for_that_of_the_list(lists):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "03/04/2027"}, decided={"month_first": {"available_from": True}})
    for day in ("05-06-2027", "03-04-2027"):
        type_in_preview(run, "available_from", day)
    assert run.rows.get().given["available_from"] == "2027-04-03" and run.find_typed_fields(2) == {"available_from"}
    type_in_preview(run, "available_from", "04-03-2027")
    assert run.rows.get().given["available_from"] == "2027-03-04" and run.find_typed_fields(2) == set()


def test_a_replacement_that_is_undone_leaves_the_cells_of_the_list(lists):
    run = lists.preview(SELAM | {"Beroep": "kok"}, SELAM | {"Voornaam": "Omar", "Extern nummer": "A2", "Beroep": "kok"})
    corrections = [row_corrections.Correction(row, {"profession": "ober"}) for row in run.rows.all()]
    row_corrections.correct_cells(run, corrections)
    row_corrections.remember_group_change(run, {row.line: {"profession": "kok"} for row in run.rows.all()})
    assert run.find_typed_fields(2) == run.find_typed_fields(3) == {"profession"}
    row_corrections.undo_group_change(run)
    assert run.find_typed_fields(2) == run.find_typed_fields(3) == set()
    assert {row.given["profession"] for row in run.rows.all()} == {"kok"}


def test_it_stays_known_who_filled_in_a_value_after_the_lines_are_destroyed(lists, coordinator):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "31-02-2027"}, user=coordinator)
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    long_ago = timezone.now() - UNDO_WITHIN - timedelta(days=1)
    ImportRun.objects.update(created_at=long_ago, applied_at=long_ago)
    destroy_expired()
    run.refresh_from_db()
    assert "28-02-2027" not in str(run.decided)
    assert "ingevuld bij het overnemen" in find_source(lists, "available_from", {"Beschikbaar vanaf": "01-03-2027"})


@pytest.fixture
def dossier(lists, coordinator) -> Dossier:
    """Selam, of whom a coordinator changed the telephone number and the profession by hand."""
    lists.apply(SELAM | {"Beroep": "kok"}, user=coordinator)
    dossier = Dossier.objects.get()
    edit(dossier, coordinator, phone="+31655550001", profession="kapper")
    return dossier


@pytest.mark.parametrize(
    ("use_older", "phone", "answer"),
    [
        (
            False,
            "+31655550001",
            "De ingevulde gegevens blijven staan. "
            "Zoals het was: 2 gegevens. Ook gewijzigd: 1 ander gegeven op deze regels.",
        ),
        (True, "+31612001007", ""),
    ],
)
def test_a_list_asks_once_before_it_replaces_what_a_coordinator_filled_in(lists, dossier, use_older, phone, answer):
    run = lists.preview(SELAM | {"Telefoon": "06 12001007", "Beroep": "ober", "Uren per week": "20"})
    question = find_question(run)
    words = (
        "1 regel van deze lijst heeft iets anders dan een begeleider heeft ingevuld: Selam Haile (Telefoon, Beroep)."
    )
    assert question and question.words == words and question.is_typed_only
    with pytest.raises(NotApplied, match="Kies eerst of de gegevens van de dossiers"):
        apply(run)
    decide_on_older_values(run, use_older=use_older)
    question = find_question(run)
    assert (question.answer, question.words) == (use_older, words), "it goes on naming people and fields"
    assert " ".join(part_warnings(run)).endswith(answer)
    apply(run)
    dossier.refresh_from_db()
    assert (dossier.phone, dossier.hours_per_week) == (phone, 20)


@pytest.mark.parametrize("use_older", [True, False])
def test_the_question_names_the_same_lines_whatever_is_answered_and_a_mended_line_is_asked_about_anew(
    lists, dossier, coordinator, use_older
):
    omar = {"Voornaam": "Omar", "Extern nummer": "A2"}
    lists.apply(PERSON | omar | {"Beroep": "smid"}, user=coordinator)
    edit(Dossier.objects.get(given_name="Omar"), coordinator, profession="lasser")
    edit(dossier, coordinator, profession="bakker")
    selam = {"Extern nummer": "A1", "Beroep": "ober"}
    run = lists.preview(PERSON | selam, PERSON | omar | {"Beroep": "kok", "Beschikbaar vanaf": "31-02-2027"})
    words = find_question(run).words
    assert words == "1 regel van deze lijst heeft iets anders dan een begeleider heeft ingevuld: Selam Haile (Beroep)."
    decide_on_older_values(run, use_older=use_older)
    assert (find_question(run).words, find_question(run).count) == (words, 1)
    row_corrections.correct_cells(
        run, [row_corrections.Correction(run.rows.get(line=3), {"available_from": "28-02-2027"})]
    )
    new_question = find_open_question_about_older_values(run)
    assert new_question and "Omar Haile (Beroep)" in new_question.words and new_question.count == 1


def test_a_list_of_another_sender_asks_too_and_only_of_what_was_filled_in(lists, dossier):
    run = lists.preview(PERSON | {"Beroep": "ober", "Talen": "Engels"}, organisation=WERKCORPORATIE)
    assert "Selam Haile (Beroep)" in find_question(run).words
    row = run.rows.get()
    [newer] = NewerValues(run).find([row])[dossier.pk].values()
    shown = " ".join(render_to_string("dossiers/imports/_newer_value.html", {"newer": newer}).split())
    assert shown.startswith("wijzigt wat coordinator op ")


def test_a_list_asks_before_it_replaces_what_was_typed_in_the_preview_of_an_earlier_one(lists, coordinator):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "31-02-2027"}, user=coordinator)
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    assert find_question(lists.preview(SELAM | {"Telefoon": "06 12001007", "Beschikbaar vanaf": "28-02-2027"})) is None
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "01-03-2027"})
    assert "Selam Haile (Beschikbaar vanaf)" in find_question(run).words
    type_in_preview(run, "available_from", "02-03-2027")
    assert find_question(run) is None, "somebody who types a value means to replace the other"


def test_a_list_asks_nothing_about_what_lists_and_the_api_gave_or_what_is_empty(lists, dossier, coordinator):
    edit(dossier, coordinator, reason="Via de API", phone="+31655550002")
    edit(dossier, coordinator, profession="")
    lists.apply(PERSON | {"Extern nummer": "A1", "Talen": "Engels"})
    run = lists.preview(SELAM | {"Telefoon": "06 12001007", "Beroep": "ober", "Talen": "Frans", "Status": "intake"})
    assert find_question(run) is None


def test_a_list_of_interests_asks_too(lists, coordinator):
    row = {"Bedrijf": "Bakkerij Bol", "Contactpersoon": "B. Bol", "E-mail": "info@bol.example", "Plaats": "Urk"}
    row |= {"Werk": "bakken", "Plekken": "2"}
    lists.apply(row, record="employer_interest")
    interest = EmployerInterest.objects.get()
    edit(interest, coordinator, positions=5)
    edit(Employer.objects.get(), coordinator, city="Emmeloord")
    row |= {"Kenmerk": interest.reference, "Plaats": "Lelystad", "Plekken": "3"}
    run = lists.preview(row, record="employer_interest")
    assert "ingevuld: Bakkerij Bol (Plaats, Plekken)" in find_question(run).words
    decide_on_older_values(run, use_older=False)
    assert "ingevuld: Bakkerij Bol (Plaats, Plekken)" in find_question(run).words


@pytest.mark.parametrize(
    ("later_text", "notes"),
    [
        ("Zoekt werk", "Rekent en schrijft goed\nZoekt werk"),
        ("Rekent goed", "Rekent en schrijft goed"),
        ("Rekent goed\nZoekt werk", "Rekent en schrijft goed\nZoekt werk"),
    ],
)
def test_a_remark_typed_in_a_preview_stays_if_it_is_to_stay(lists, coordinator, later_text, notes):
    run = lists.preview(SELAM | {"Opmerkingen": "Rekent goed"}, user=coordinator)
    type_in_preview(run, "notes", "Rekent en schrijft goed")
    apply(run)
    later = lists.preview(SELAM | {"Opmerkingen": later_text}, user=coordinator)
    assert find_question(later)
    apply(decide_on_older_values(later, use_older=False))
    assert Dossier.objects.get().notes == notes


def test_a_remark_typed_in_a_preview_stays_without_a_question_when_its_sender_empties_the_cell(lists, coordinator):
    run = lists.preview(SELAM | {"Opmerkingen": "Rekent goed"}, user=coordinator)
    type_in_preview(run, "notes", "Rekent en schrijft goed")
    apply(run)
    later = lists.preview(SELAM | {"Opmerkingen": "leegmaken"}, user=coordinator)
    assert find_question(later) is None
    apply(later)
    assert Dossier.objects.get().notes == "Rekent en schrijft goed"


def test_a_list_that_changes_only_the_line_of_its_sender_in_a_corrected_remark_asks_nothing(lists, coordinator):
    run = lists.preview(SELAM | {"Opmerkingen": "Rekent goed"}, user=coordinator, by_partner=True)
    type_in_preview(run, "notes", "Rekent goed\nGecorrigeerd door mij")
    apply(run)
    run = lists.preview(SELAM | {"Opmerkingen": "Zoekt werk"}, user=coordinator, by_partner=True)
    assert find_question(run) is None
    apply(run)
    assert Dossier.objects.get().notes == "Zoekt werk\nGecorrigeerd door mij"
    run = lists.preview(SELAM | {"Opmerkingen": "leegmaken"}, user=coordinator)
    assert find_question(run) is None
    apply(run)
    assert Dossier.objects.get().notes == "Gecorrigeerd door mij"


def accept_remark(run: ImportRun) -> ImportRun:
    row_corrections.accept_cell(run, run.rows.get(), "notes")
    return run


def keep_newer_values(run: ImportRun) -> str:
    """Import a list with the answer that the newer values stay, if it asks, and return the remark of Selam."""
    apply(decide_on_older_values(run, use_older=False))
    return Dossier.objects.get(given_name="Selam").notes


OLDER = SELAM | {"Uren per week": "20"}
NEWER = SELAM | {"Uren per week": "22", "Opmerkingen": "nu 22"}


def test_an_older_list_with_a_confirmed_remark_does_not_take_away_the_remark_of_a_newer_one(lists, coordinator):
    older = OLDER | {"Opmerkingen": "BSN:123456782 . alleen ochtend"}
    assert keep_newer_values(accept_remark(lists.preview(older, user=coordinator))) == "BSN:*** . alleen ochtend"
    notes = "nu 22"
    assert keep_newer_values(lists.preview(NEWER)) == notes
    run = accept_remark(lists.preview(older, user=coordinator))
    assert "Selam Haile (Uren per week, Opmerkingen)" in find_question(run).words
    assert keep_newer_values(run) == notes


def test_an_accepted_remark_is_as_old_as_its_list_and_of_its_sender(lists, coordinator):
    first = lists.apply(
        SELAM | {"Uren per week": "24", "Opmerkingen": "BSN 111222333 zoekt werk"},
        PERSON | {"Voornaam": "Omar", "Extern nummer": "A2"},
        user=coordinator,
        good_rows_only=True,
    )
    newer = lists.apply(SELAM | {"Uren per week": "30", "Opmerkingen": "wil in de zorg"}, user=coordinator)
    run = continue_run(first, coordinator)
    staging.stage(run)
    row_corrections.accept_cell(run, run.rows.get(line=2), "notes")
    question = find_question(run)
    assert newer.file_name in question.words and "Selam Haile (Uren per week, Opmerkingen)" in question.words
    assert keep_newer_values(run) == "wil in de zorg"


def test_nobody_is_said_to_have_typed_the_remark_of_a_list_that_was_accepted(lists, coordinator):
    run = accept_remark(lists.preview(SELAM | {"Opmerkingen": "BSN 111222333 zoekt werk"}, user=coordinator))
    apply(run)
    [step] = timeline(DossierResource(), Dossier.objects.get().pk, coordinator)
    assert step.source == f"{run.file_name}, regel 2"
    assert not find_question(lists.preview(SELAM | {"Opmerkingen": "wil in de zorg"}))


def test_a_text_that_a_coordinator_typed_is_theirs_after_its_number_was_taken_out(lists, coordinator):
    run = lists.preview(SELAM | {"Opmerkingen": "zoekt werk"}, user=coordinator)
    type_in_preview(run, "notes", "BSN 111222333 zoekt werk in de zorg")
    accept_remark(run)
    assert run.find_typed_fields(2) == {"notes"}
    type_in_preview(run, "notes", "zoekt werk in de bouw")
    assert run.find_typed_fields(2) == {"notes"}


@pytest.mark.parametrize("again", ["as it was", "corrected again", "with the correction in it"])
def test_an_older_list_with_a_corrected_remark_does_not_take_away_the_remark_of_a_newer_one(lists, coordinator, again):
    older = OLDER | {"Opmerkingen": "ochtend"}
    run = lists.preview(older, user=coordinator)
    type_in_preview(run, "notes", "alleen ochtend")
    keep_newer_values(run)
    assert keep_newer_values(lists.preview(NEWER)) == "alleen ochtend\nnu 22"
    run = lists.preview(older | ({"Opmerkingen": "alleen ochtend"} if again == "with the correction in it" else {}))
    if again == "corrected again":
        type_in_preview(run, "notes", "alleen ochtend")
    assert "herhaalt" in find_question(run).words and "Opmerkingen" in find_question(run).words
    assert keep_newer_values(run) == "alleen ochtend\nnu 22"


def test_an_older_list_does_not_take_away_a_newer_remark_after_a_merge(lists, coordinator):
    older = OLDER | {"Opmerkingen": "alleen ochtend"}
    lists.apply(older)
    target = make_dossier(given_name="Selam", notes="Kookt graag.")
    merge_dossiers(target, Dossier.objects.exclude(pk=target.pk).get(), coordinator)
    notes = keep_newer_values(lists.preview(NEWER))
    assert "nu 22" in notes
    assert keep_newer_values(lists.preview(older | {"Beroep": "kok"})) == notes
