"""What somebody who releases an evaluation must mend or accept."""

from datetime import date

import pytest
from wagtail.models import ModelLogEntry

from dossiers.models import Evaluation
from dossiers.reports.evaluations import choose_cases, freeze, save_section
from dossiers.reports.release import NotAccepted, release
from dossiers.reports.release_checks import EMPTY, NAME, NOTHING, NUMBER, PERIODS, find_issues

from ..models.making import make_dossier
from ..models.placed import today
from ..models.test_activity import a_finding


@pytest.fixture
def frozen(base_data, coordinator) -> Evaluation:
    """Twelve people; every section has a text in which nothing is amiss."""
    make_dossier(given_name="Selam", family_name="van der Bakker")
    for _number in range(11):
        make_dossier(given_name="Noor", family_name="Voorbeeldnaam")
    one = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel"])
    freeze(one, coordinator)
    for section in ("summary", "funnel", "closing"):
        save_section(
            one, section, "Er zijn 10 kandidaten, zegt de bakker; op 28-11-2026 en in 2025 ook.", coordinator, ""
        )
    return one


def issues(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    return [(issue.kind, issue.section, issue.found) for issue in find_issues(evaluation)]


def say(evaluation: Evaluation, text: str) -> None:
    evaluation.texts.filter(section="summary").update(text=text)


def test_of_a_letter_in_which_nothing_is_amiss_nothing_is_told(frozen):
    assert issues(frozen) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  ", [(EMPTY, "summary", "")]),
        ("Dank aan Selam!", [(NAME, "summary", "Selam")]),
        ("NOOR en de heer Van der  Bakker.", [(NAME, "summary", "NOOR"), (NAME, "summary", "Van der Bakker")]),
        ("Alle 12 bleven, 12 van de 10.", [(NUMBER, "summary", "12")]),  # the letter rounds it
        ("Het kostte € 1.234,50.", [(NUMBER, "summary", "1.234,50")]),
        ("Twaalf van de tien bleven, en twaalf van de 12.", [(NUMBER, "summary", w) for w in ("Twaalf", "12")]),
        ("Vijfentwintig uur.", [(NUMBER, "summary", "Vijfentwintig")]),
        ("Eén voor één, tweeëndertig keer.", [(NUMBER, "summary", "tweeëndertig")]),
        (
            "Een van hen, zesendertig of tweeendertig.",
            [(NUMBER, "summary", w) for w in ("zesendertig", "tweeendertig")],
        ),
        ("Tachtig, zeventien en achttien.", [(NUMBER, "summary", w) for w in ("Tachtig", "zeventien", "achttien")]),
        ("Een kennoor is geen naam.", []),
    ],
)
def test_empty_texts_names_and_numbers_that_others_do_not_read_are_told(frozen, text, found):
    say(frozen, text)
    assert issues(frozen) == found


def test_a_name_in_the_words_of_a_finding_that_others_read_is_told(frozen, coordinator):
    one = a_finding("taal", description="Met Selam geoefend.", solved_on=today())
    one.save()
    one.confirm(coordinator)
    frozen.reports = ["findings"]
    frozen.save()
    freeze(frozen, coordinator)
    save_section(frozen, "findings", "Zie de tabel.", coordinator, "")
    assert NAME not in [kind for kind, *_where in issues(frozen)]
    choose_cases(frozen, [str(one.pk)])
    frozen.refresh_from_db()
    assert (NAME, "findings", "Selam") in issues(frozen)


def test_a_part_in_which_nothing_was_counted_is_told(frozen, coordinator):
    frozen.reports = ["permits"]
    frozen.save()
    freeze(frozen, coordinator)
    assert (NOTHING, "permits", "") in issues(frozen)


def test_periods_that_make_up_one_another_are_told(frozen, coordinator):
    first = {"begin": date(2026, 1, 1), "end": date(2026, 3, 31)}
    second = {"begin": date(2026, 4, 1), "end": date(2026, 6, 30)}
    whole = {"begin": first["begin"], "end": second["end"]}
    for number, days in enumerate((first, second, whole)):
        made = Evaluation.objects.create(title=f"Deel {number}", reports=["funnel"], **days)
        freeze(made, coordinator)
        assert (PERIODS in [kind for kind, *_where in issues(made)]) == (number == 2)
        release(made, coordinator)


def test_it_is_released_once_each_is_accepted_and_the_log_keeps_who_accepted_what(frozen, coordinator):
    say(frozen, "Dank aan Selam, een van de 12.")
    name, number = find_issues(frozen)
    with pytest.raises(NotAccepted) as refused:
        release(frozen, coordinator, {name.key})
    assert refused.value.issues == [number]
    frozen.refresh_from_db()
    assert frozen.is_open and not ModelLogEntry.objects.exists()
    release(frozen, coordinator, {name.key, number.key})
    entries = ModelLogEntry.objects.filter(action="dossiers.evaluation_accepted")
    assert {entry.data["kind"] for entry in entries} == {NAME, NUMBER}
    assert {entry.user for entry in entries} == {coordinator}
    assert "Selam" not in str([entry.data for entry in entries]) and "een naam" in str(entries[0].message) + str(
        entries[1].message
    )


def test_words_that_changed_since_they_were_accepted_are_to_be_accepted_again(frozen, coordinator):
    say(frozen, "Dank aan Selam.")
    (accepted,) = find_issues(frozen)
    say(frozen, "Dank aan Selam, die Bakker heet.")
    with pytest.raises(NotAccepted):
        release(frozen, coordinator, {accepted.key})
