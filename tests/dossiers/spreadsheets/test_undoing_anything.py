"""Whatever is imported: applied and undone, everything is as it was."""

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.models import ImportRow

from .importing import Lists
from .undone import INTERESTS, left, undo

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
who = st.dictionaries(st.sampled_from(sorted(NAMES)), person, min_size=1)
where = st.dictionaries(st.sampled_from(["01234567", "76543210", "11112222"]), job, min_size=1)
whatever = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def people(values: dict[str, dict]) -> list[dict]:
    return [
        {"Extern nummer": number, "Voornaam": NAMES[number], "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"} | more
        for number, more in values.items()
    ]


def jobs(values: dict[str, dict]) -> list[dict]:
    return [
        {"Bedrijf": f"Kas {kvk}", "KvK": kvk, "Contactpersoon": "An", "E-mail": "a@b.example", "Werk": "Oogsten"} | more
        for kvk, more in values.items()
    ]


@whatever
@given(before=who, after=who, policy=st.sampled_from(["update", "fill", "new"]))
def test_apply_and_undo_leaves_dossiers_as_they_were(lists: Lists, coordinator, before, after, policy) -> None:
    with transaction.atomic():
        lists.apply(*people(before))
        stood = left()
        undo(lists.apply(*people(after), policy=policy))
        assert left() == stood and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)


@whatever
@given(before=where, after=where)
def test_apply_and_undo_leaves_interests_and_employers_as_they_were(lists: Lists, before, after) -> None:
    with transaction.atomic():
        lists.apply(*jobs(before), **INTERESTS)
        stood = left()
        undo(lists.apply(*jobs(after), **INTERESTS))
        assert left() == stood and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)
