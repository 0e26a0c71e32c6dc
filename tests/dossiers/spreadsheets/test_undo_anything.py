"""Applying and undoing an import restores the former state, whatever is imported."""

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.models import Dossier, ImportRow

from .imports import Lists, apply, decide_on_older_values
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
few_examples = settings(max_examples=12)


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
