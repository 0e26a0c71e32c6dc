"""A continued import does not change the rows that were imported before."""

from dossiers.models import Dossier
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import continue_run
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply


def test_other_answers_change_only_the_rows_that_were_not_imported(lists: Lists, coordinator) -> None:
    ambiguous = PERSON | {"Geboortedatum": "03-04-1990", "Extern nummer": "P1", "Status": "aangemeld"}
    other = {"Voornaam": "Tesfay", "Achternaam": "Woldu", "Geboortedatum": "99-99-1990", "Status": "aangemeld"}
    run = lists.apply(ambiguous, other, good_rows_only=True)
    before = Dossier.objects.get()
    later = continue_run(run, coordinator)
    assert later
    later.decided |= {"month_first": {"date_of_birth": True}, "words": {"status": {"aangemeld": "available"}}}
    staging.stage(later)
    imported, waiting = later.rows.get(line=2), later.rows.get(line=3)
    assert (imported.action, imported.changes, imported.errors, imported.target_id) == ("skipped", {}, {}, before.pk)
    assert waiting.action == "error" and later.counts()["absent"] == 0
    correct_cell(later, waiting, "date_of_birth", "28-02-1990")
    for field, value in (("given_name", "Selam"), ("family_name", "Haile"), ("external_id", "P1")):
        correct_cell(later, later.rows.get(line=3), field, value)
    assert [row.action for row in later.rows.all()] == ["skipped", "error"]
    assert "regel 2" in str(later.rows.get(line=3).errors), "one line of a person is enough"
    for field, value in (("given_name", "Tesfay"), ("family_name", "Woldu"), ("external_id", "P2")):
        correct_cell(later, later.rows.get(line=3), field, value)
    apply(later)
    assert later.state == "applied" and later.rows.get(line=3).action == "new"
    unchanged = ("status", "date_of_birth", "changed_at")
    after = Dossier.objects.get(pk=before.pk)
    assert [getattr(after, name) for name in unchanged] == [getattr(before, name) for name in unchanged]
