"""The user decides about similar rows of unfinished imports before a person is anonymized."""

import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_dossier, find_obstacles
from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import staging

from ..backoffice.pages import text, url
from ..models.factories import make_dossier
from ..spreadsheets.imports import Lists
from ..text_search import find_in_tables
from .test_anonymize import make_closed_dossier

pytestmark = pytest.mark.usefixtures("base_data")

BORN = {"Geboortedatum": "12-03-1990"}
SIMILAR = (
    {"Voornaam": "Selamawit", "Achternaam": "Haille"} | BORN,
    {"Voornaam": "Haile", "Achternaam": "Selamawit"} | BORN,
    {"Voornaam": "Sélamawit", "Achternaam": "Haile"} | BORN,
    {"Voornaam": "Selamawit", "Achternaam": "Haile", "Geboortedatum": "04-05-1971", "Telefoon": "06 12345675"},
)
SOMEBODY_ELSE = {"Voornaam": "Robel", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991"}


@pytest.fixture
def dossier() -> Dossier:
    return make_closed_dossier(phone="+31612345675")


@pytest.fixture
def run(dossier: Dossier, tmp_path) -> ImportRun:
    rows = [row | {"Extern nummer": f"P{number}"} for number, row in enumerate((*SIMILAR, SOMEBODY_ELSE))]
    return Lists(tmp_path).preview(*rows)


def get_actions(run: ImportRun) -> list[str]:
    return list(run.rows.exclude(action="absent").order_by("line").values_list("action", flat=True))


def answer(run: ImportRun, *choices: str) -> dict[str, str]:
    """Return the answers about the similar rows of the list, as the form posts them."""
    rows = run.rows.exclude(similar=[]).order_by("line")
    return {f"similar-{row.pk}": choice for row, choice in zip(rows, choices, strict=True)}


def test_a_similar_row_blocks_automatic_anonymization(dossier, run):
    assert get_actions(run) == ["similar"] * 4 + ["new"]
    reason = f"Regel 2 van import {run.pk} gaat misschien over deze persoon"
    with pytest.raises(AnonymizationRefused, match=reason):
        anonymize_dossier(dossier.pk, None, "termijn")
    assert Dossier.objects.not_anonymised().count() == 1
    assert reason.removeprefix("Regel 2") in find_obstacles([dossier])[dossier.pk]
    run.discard()
    assert find_obstacles([dossier]) == {}
    anonymize_dossier(dossier.pk, None, "termijn")


def test_the_user_decides_for_each_similar_row_whether_it_is_deleted(
    coordinator_client, dossier, run, django_capture_on_commit_callbacks
):
    address, confirmation = reverse("dossiers_anonymise", args=[dossier.pk]), {"reference": dossier.reference}
    page = text(coordinator_client.get(address))
    assert "Regels die op deze persoon lijken, in lijsten die nog niet klaar zijn 4" in page
    assert "Achternaam: Haille" in page and "Telefoon: 06 12345675" in page and "Berhe" not in page
    answers = confirmation | answer(run, "same", "same", "same", "other")
    assert "gaat deze regel over deze persoon, of over iemand anders?" in text(
        coordinator_client.post(address, confirmation | dict(list(answers.items())[:4]))
    )
    assert Dossier.objects.not_anonymised().exists() and run.rows.count() == 5
    with django_capture_on_commit_callbacks(execute=True):
        coordinator_client.post(address, answers)
    assert not Dossier.objects.not_anonymised().exists()
    assert [(row.line, row.action, row.similar) for row in run.rows.order_by("line")] == [
        (5, "new", []),
        (6, "new", []),
    ]
    run.refresh_from_db()
    staging.stage(run)
    assert [row.line for row in run.rows.order_by("line")] == [5, 6]
    assert find_in_tables(["Haille", "Sélamawit"]) == []


def test_a_row_about_another_person_remains_similar_to_the_other_dossier(dossier, tmp_path):
    other = make_dossier(given_name="Selamawit", family_name="Hailie", date_of_birth=dossier.date_of_birth)
    run = Lists(tmp_path).preview(SIMILAR[0])
    row = run.rows.get()
    assert set(row.similar) == {dossier.reference, other.reference}
    anonymize_dossier(dossier.pk, None, "met de hand", similar={row.pk: False})
    row.refresh_from_db()
    assert (row.action, row.similar) == ("similar", [other.reference])


def test_a_similar_row_that_was_skipped_must_be_decided_too(dossier, run):
    row = run.rows.get(line=2)
    row.left_out, row.action = True, "skipped"
    row.save()
    others = dict.fromkeys(run.rows.exclude(line=2).values_list("pk", flat=True), False)
    with pytest.raises(AnonymizationRefused, match="Regel 2"):
        anonymize_dossier(dossier.pk, None, "met de hand", similar=others)


def test_deleting_a_dossier_asks_about_similar_rows(coordinator_client, dossier, run):
    many = reverse("wagtail_bulk_action", args=["dossiers", "dossier", "delete"])
    assert coordinator_client.get(f"{many}?id={dossier.pk}").context["named"], "not together with others"
    address = url(Dossier, "delete", dossier.pk)
    assert "Achternaam: Haille" in text(coordinator_client.get(address))
    coordinator_client.post(address)
    assert Dossier.objects.exists()
    coordinator_client.post(address, answer(run, "same", "other", "other", "same"))
    assert not Dossier.objects.exists()
    assert get_actions(run) == ["new", "similar", "new"]
    assert run.rows.get(action="similar").similar == [3], "the other line, without the lines that went"
