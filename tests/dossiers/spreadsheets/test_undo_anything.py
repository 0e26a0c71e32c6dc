"""Whatever is imported, its undo restores the former state, and any list can be uploaded again."""

import os

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier, ImportRow, ImportRun
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from tests.conftest import ON_SQLITE

from .imports import AZC, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import INTERESTS, read_records, undo_import

texts = st.sampled_from(["kok", "lasser", "", "O'Neil % 'x'", 'ij"s'])
person = st.fixed_dictionaries(
    {
        "Beroep": texts,
        "Sectoren": st.sampled_from(["", "Zorg", "Bouw; Zorg", "Techniek"]),
        "Talen": st.sampled_from(["", "Turks", "Engels, Farsi"]),
        "Uren per week": st.sampled_from(["", "8", "36"]),
        "Rijbewijs": st.sampled_from(["", "ja", "nee"]),
        "Beschikbaar vanaf": st.sampled_from(["", "1-2-2027"]),
        "Begeleider": st.sampled_from(["", "coordinator"]),
        "Opmerkingen": st.sampled_from(["", "spreekt Frans", "spreekt Frans\nwil in de zorg", "leegmaken"]),
    }
)
job = st.fixed_dictionaries(
    {
        "Plaats": st.sampled_from(["", "Ens", "Urk"]),
        "Plekken": st.sampled_from(["", "3"]),
        "Werktalen": st.sampled_from(["", "Engels"]),
        "Sector": st.sampled_from(["", "Landbouw"]),
    }
)
NAMES = {"P1": "Selam", "P2": "Omar", "P3": "Navid", "P4": "Yusra"}
person_rows = st.dictionaries(st.sampled_from(sorted(NAMES)), person, min_size=1)
offer = st.tuples(st.sampled_from(["01234567", "76543210"]), st.sampled_from(["Oogsten", "Sorteren", "Inpakken"]))
job_rows = st.dictionaries(offer, job, min_size=1)  # several lines may name one employer, and contradict each other
policies = st.sampled_from(["update", "fill", "new"])
# CI tries all examples on PostgreSQL, and the first of them on SQLite too.
ONE_IN = 4 if ON_SQLITE and "CI" in os.environ else 1
few_examples = settings(max_examples=12 // ONE_IN)


def make_dossier_rows(values: dict[str, dict]) -> list[dict]:
    return [
        {"Extern nummer": number, "Voornaam": NAMES[number], "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"} | more
        for number, more in values.items()
    ]


def make_interest_rows(values: dict[tuple[str, str], dict]) -> list[dict]:
    return [
        {"Bedrijf": f"Kas {kvk}", "KvK": kvk, "Contactpersoon": "An", "E-mail": "a@b.example", "Werk": work} | more
        for (kvk, work), more in values.items()
    ]


@few_examples
@given(before=person_rows, after=person_rows, policy=policies)
def test_applying_and_undoing_an_import_restores_the_dossiers(lists: Lists, coordinator, before, after, policy) -> None:
    with transaction.atomic():
        lists.apply(*make_dossier_rows(before))
        records_before = read_records()
        undo_import(lists.apply(*make_dossier_rows(after), policy=policy))
        assert read_records() == records_before and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)


@few_examples
@given(before=job_rows, after=job_rows, policy=policies)
def test_applying_and_undoing_an_import_restores_interests_and_employers(lists: Lists, before, after, policy) -> None:
    with transaction.atomic():
        lists.apply(*make_interest_rows(before), **INTERESTS)
        records_before = read_records()
        run = decide_on_older_values(
            lists.preview(*make_interest_rows(after), policy=policy, **INTERESTS), use_older=True
        )
        undo_import(apply(run))
        assert read_records() == records_before and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)


EDITED = {"profession": "bakker", "hours_per_week": 12, "notes": "belde", "languages": ["so"]}


@few_examples
@given(
    before=person_rows,
    after=person_rows,
    fields=st.sets(st.sampled_from(sorted(EDITED))),
    number=st.sampled_from(sorted(NAMES)),
)
def test_only_edits_made_in_between_remain_after_an_undo(
    lists: Lists, coordinator, before, after, fields, number
) -> None:
    with transaction.atomic():
        lists.apply(*make_dossier_rows(before))
        records_before = read_records()
        run = lists.apply(*make_dossier_rows(after))
        dossier = Dossier.objects.get(given_name=NAMES[number]) if number in before | after else None
        if dossier and fields:
            for name in fields:
                setattr(dossier, name, EDITED[name])
            dossier.save()
        undo_import(run)
        now = read_records()
        if dossier and fields:
            # This includes a dossier that the import created, since it was edited afterwards.
            edited_dossier = Dossier.objects.get(pk=dossier.pk)
            assert {name: getattr(edited_dossier, name) for name in fields} == {name: EDITED[name] for name in fields}
            old = [d for d in records_before["dossiers"] if d["id"] == dossier.pk]
            expected = [d | ({name: EDITED[name] for name in fields}) for d in old]
            assert [d for d in now["dossiers"] if d["id"] == dossier.pk and old] == expected

        def get_other_dossiers(records: dict) -> list:
            return [d for d in records["dossiers"] if dossier is None or d["id"] != dossier.pk]

        assert get_other_dossiers(now) == get_other_dossiers(records_before)
        transaction.set_rollback(True)


TYPED_LINE = "MIJN TEKST"
uploaded_list = st.fixed_dictionaries(
    {
        "values": person,
        "sender": st.sampled_from([AZC, WERKCORPORATIE]),
        "use_older": st.booleans(),
        "edited": st.just(set()) | st.sets(st.sampled_from(sorted(EDITED))),  # after the import
    }
)
any_history = given(
    imported=st.lists(uploaded_list, min_size=2, max_size=4),
    undone=st.lists(st.integers(0, 3), max_size=2),
    new=uploaded_list,
)


def import_lists(lists: Lists, user: User, imported: list[dict]) -> list[ImportRun]:
    """Import lists with one person, and edit the dossier in between; a line is added to its notes."""
    runs = []
    for upload in imported:
        run = lists.preview(*make_dossier_rows({"P1": upload["values"]}), organisation=upload["sender"])
        runs.append(apply(decide_on_older_values(run, use_older=upload["use_older"]), good_rows_only=True))
        if upload["edited"]:
            dossier = Dossier.objects.get()
            dossier._history_user = user
            for name in upload["edited"]:
                setattr(dossier, name, f"{dossier.notes}\n{TYPED_LINE}".strip() if name == "notes" else EDITED[name])
            dossier.save()
    return runs


def find_rows_without_typed_line(run: ImportRun) -> list[ImportRow]:
    """Return the rows that would remove the line that a user typed."""
    pairs = [(row, *row.changes.get("notes", ["", ""])) for row in run.rows.all()]
    return [row for row, old, new in pairs if TYPED_LINE in old and TYPED_LINE not in new]


def check_uploads(lists: Lists, client: Client, user: User, imported: list[dict], undone: list[int], new: dict) -> None:
    """Check that the pages of earlier lists and a new one can be read, and say whose text the list would remove."""
    client.force_login(user)
    with transaction.atomic():
        runs = import_lists(lists, user, imported)
        for index in undone:
            if index < len(runs) and runs[index].state == ImportRun.State.APPLIED:
                undo_import(runs[index])
        for upload in [*imported, new]:
            run = lists.preview(*make_dossier_rows({"P1": upload["values"]}), organisation=upload["sender"])
            assert client.get(reverse("dossiers_import", args=[run.pk])).status_code == 200
            question = find_open_question_about_older_values(run)
            if question:
                assert client.get(reverse("dossiers_import_questions", args=[run.pk])).status_code == 200
            assert not find_rows_without_typed_line(run) or (question and f"tekst van {user}" in question.words)
            assert not find_rows_without_typed_line(decide_on_older_values(run, use_older=False))
        transaction.set_rollback(True)


@settings(max_examples=4 // ONE_IN)
@any_history
def test_earlier_and_new_lists_can_be_uploaded_after_any_imports_edits_and_undos(
    lists: Lists, client: Client, coordinator, imported, undone, new
) -> None:
    check_uploads(lists, client, coordinator, imported, undone, new)


@pytest.mark.exhaustive
@settings(max_examples=200)
@any_history
def test_earlier_and_new_lists_can_be_uploaded_after_many_imports_edits_and_undos(
    lists: Lists, client: Client, coordinator, imported, undone, new
) -> None:
    check_uploads(lists, client, coordinator, imported, undone, new)
