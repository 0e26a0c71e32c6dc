"""Tests of the issues that must be corrected or accepted before an evaluation is released."""

from datetime import date

import pytest
from wagtail.models import ModelLogEntry

from dossiers.models import Evaluation, Organisation, Sector, Step
from dossiers.reports.documents.letter import PUBLIC, build_paper
from dossiers.reports.evaluations import choose_cases, freeze, get_public_reports, save_section
from dossiers.reports.release import NotAccepted, release
from dossiers.reports.release_checks import (
    BSN,
    EMAIL,
    EMPLOYER_NAME,
    EMPTY,
    FEW,
    NAME,
    NOTHING,
    NUMBER,
    PERIODS,
    PHONE,
    REFERENCE,
    UNFINISHED,
    find_issues,
)

from ..models.factories import make_dossier, make_employer, make_sign_up
from ..models.placements import make_placement, today
from ..models.test_activity import make_finding


@pytest.fixture
def frozen(base_data, coordinator) -> Evaluation:
    """An evaluation about twelve people, in which each section has a text without issues."""
    make_dossier(given_name="Selam", family_name="van der Bakker")
    for _number in range(11):
        make_dossier(given_name="Noor", family_name="Voorbeeldnaam")
    make_employer(company_name="Voorbeeldkas Zonneveld B.V.", contact_name="Anneke Denkbeeld")
    make_employer(company_name="Werk", contact_name="Bram Denkbeeld")
    make_sign_up(status="new", contact_given={"company_name": "De Proefakker"})
    make_sign_up(status="unconfirmed", contact_given={"company_name": "Kandidaten"})
    evaluation = Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel"])
    freeze(evaluation, coordinator)
    for section in ("summary", "funnel", "closing"):
        save_section(
            evaluation, section, "Er zijn 10 kandidaten, zegt de bakker; op 28-11-2026 en in 2025 ook.", coordinator, ""
        )
    return evaluation


def get_issues(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    return [(issue.kind, issue.section, issue.found) for issue in find_issues(evaluation)]


def set_summary(evaluation: Evaluation, text: str) -> None:
    evaluation.texts.filter(section="summary").update(text=text)


def test_a_correct_evaluation_has_no_issues(frozen):
    assert get_issues(frozen) == []


@pytest.mark.parametrize(
    ("text", "expected"),
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
            [(FEW, "summary", "Een"), *((NUMBER, "summary", w) for w in ("zesendertig", "tweeendertig"))],
        ),
        ("Tachtig, zeventien en achttien.", [(NUMBER, "summary", w) for w in ("Tachtig", "zeventien", "achttien")]),
        ("Een kennoor is geen naam.", []),
        ("Er gingen drie kandidaten weg, van wie vier ziek.", [(FEW, "summary", w) for w in ("drie", "vier")]),
        ("2 nieuwe deelnemers, één vrouw, in één keer.", [(FEW, "summary", w) for w in ("2", "één")]),
        ("Er zijn beide mannen, 10 mensen en een bedrijf.", [(FEW, "summary", "beide")]),
        (
            "selam sprak de bakker, noor voorbeeldnaam en selam van der bakker.",
            [(NAME, "summary", w) for w in ("selam", "noor voorbeeldnaam", "selam van der bakker")],
        ),
        ("Een dozijn, een vijftal, honderd.", [(NUMBER, "summary", w) for w in ("dozijn", "vijftal", "honderd")]),
        (
            "De helft ging, een derde bleef, twee derde en driekwart; anderhalf jaar.",
            [(NUMBER, "summary", w) for w in ("De helft", "een derde", "twee derde", "driekwart", "anderhalf")],
        ),
        ("In de helft van de gevallen.", []),
        (
            "½ van hen, ¼, ¾ en ⅓; 1½ jaar.",
            [(NUMBER, "summary", w) for w in ("½", "¼", "¾", "⅓", "1½")],
        ),
        (
            "Selams werk, SELAM’s baas, Noor Voorbeeldnaam's werkgever en selams dag.",
            [(NAME, "summary", w) for w in ("Selams", "SELAM’s", "Noor Voorbeeldnaam's")],
        ),
        ("De bakkers zeggen dat Als en Huis geen namen zijn.", []),
        (
            "Er is één vergunning, Eén nieuwe plaatsing, éen baan, enkele werkgevers, beide bedrijven.",
            [(NUMBER, "summary", w) for w in ("één", "Eén", "éen", "enkele", "beide")],
        ),
        (
            "Een enkeling ging, enkelen bleven, enkele kandidaten ook, een enkele deelnemer niet; beiden stopten.",
            [(FEW, "summary", w) for w in ("enkeling", "enkelen", "enkele", "beiden")],
        ),
        ("Een vergunning, een plaatsing, een baan, één dag, enkele weken en een enkele keer.", []),
        ("Geen enkele kandidaat viel uit, enkele tientallen mensen kwamen.", []),
        ("Bel 06-12345678 of +31 6 12345678.", [(PHONE, "summary", w) for w in ("06-12345678", "+31 6 12345678")]),
        (
            "Honderdtweeëntwintig mensen kwamen, tweehonderd uur, duizendvijfhonderdeen euro; honderden keren.",
            [(NUMBER, "summary", w) for w in ("Honderdtweeëntwintig", "tweehonderd", "duizendvijfhonderdeen")],
        ),
        (
            "Bij Voorbeeldkas  Zonneveld, in Voorbeeldkas Zonnevelds kas en bij voorbeeldkas zonneveld b.v. werkt men.",
            [
                (EMPLOYER_NAME, "summary", w)
                for w in ("Voorbeeldkas  Zonneveld", "Voorbeeldkas Zonnevelds", "voorbeeldkas zonneveld")
            ],
        ),
        (
            "Anneke Denkbeeld van Werk en de Proefakker vertellen; Anneke werkt, en het werk was in de Zonneveld-kas.",
            [(EMPLOYER_NAME, "summary", w) for w in ("Anneke Denkbeeld", "Werk", "Proefakker", "Zonneveld")],
        ),
        ("Zonneveld ook; in het zonneveld en in Voorbeeldtulpen niet.", [(EMPLOYER_NAME, "summary", "Zonneveld")]),
        *((text, [(UNFINISHED, "summary", text)]) for text in ("-", "n.v.t.", "Volgt.", "...", "x", "p.m.", "TODO")),
        ("TODO: vraag Anja", [(UNFINISHED, "summary", "TODO")]),
        ("Zie {tekst} en lorem ipsum.", [(UNFINISHED, "summary", w) for w in ("{tekst}", "lorem")]),
        ("Geen bijzonderheden: het verslag volgt, als het kan.", []),
        ("Zie D-2026-0011.", [(REFERENCE, "summary", "D-2026-0011")]),
        ("Mail jan@example.org.", [(EMAIL, "summary", "jan@example.org")]),
        ("Zijn kenmerk is 12345678.", [(BSN, "summary", "12345678"), (NUMBER, "summary", "12345678")]),
    ],
)
def test_empty_texts_personal_data_and_unpublished_numbers_are_issues(frozen, text, expected):
    set_summary(frozen, text)
    assert sorted(get_issues(frozen)) == sorted(expected)


def test_a_number_is_compared_with_figures_of_the_same_unit_and_section(frozen, coordinator):
    """A number of days, of permits or of another section is no number of people."""
    for _number in range(10):
        make_placement(Step.WORKING)
    make_dossier(expectation_talk_on=today())
    frozen.reports = ["funnel", "permits", "lead-times", "retention"]
    frozen.save()
    freeze(frozen, coordinator)
    reports = {report.name: report for report in get_public_reports(frozen)}
    row = reports["funnel"].tables[0].rows[0]
    assert row.cells[0].value == 20 and reports["permits"].tables[0].rows[0].cells[0].value == 10

    def find_numbers(section: str, text: str) -> list[str]:
        frozen.texts.update_or_create(section=section, defaults={"text": text})
        numbers = [issue.found for issue in find_issues(frozen) if issue.section == section and issue.kind == NUMBER]
        frozen.texts.filter(section=section).update(text="Zie de tabel.")
        return numbers

    assert find_numbers("lead-times", "Het duurde 40 dagen.") == []
    assert find_numbers("lead-times", "Er begonnen 10 mensen, na 10 dagen.") == ["10"]
    assert find_numbers("permits", "Alle 20 vergunningen zijn verleend.") == ["20"]
    assert find_numbers("permits", "Er zijn 10 vergunningen verleend: 100% van alle.") == []
    assert find_numbers("permits", "Het gaat om 10 bedrijven.") == ["10"]
    assert find_numbers("retention", "Na 13 weken werkte 100% nog, na 13 dagen ook.") == ["100", "13"]
    assert find_numbers("retention", "Na 13 of 26 weken is nog niets te zeggen: 10 begonnen er.") == []
    assert find_numbers("summary", "Van 20 kandidaten begonnen er 10; 10 werkgevers.") == ["10"]
    assert find_numbers("summary", "Minder dan 5 kandidaten stopten, minder dan 20 begonnen.") == ["5", "20"]


def test_a_small_number_of_people_in_a_published_finding_is_an_issue(frozen, coordinator):
    finding = make_finding("taal", description="Drie kandidaten kwamen niet mee.", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    frozen.reports = ["findings"]
    frozen.cases = [str(finding.pk)]
    frozen.save()
    freeze(frozen, coordinator)
    choose_cases(frozen, [str(finding.pk)])
    frozen.refresh_from_db()
    assert (FEW, "findings", "Drie") in get_issues(frozen)


def test_a_name_in_a_published_finding_is_an_issue(frozen, coordinator):
    finding = make_finding("taal", description="Met Selam geoefend.", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    frozen.reports = ["findings"]
    frozen.save()
    freeze(frozen, coordinator)
    save_section(frozen, "findings", "Zie de tabel.", coordinator, "")
    assert NAME not in [kind for kind, *_where in get_issues(frozen)]
    choose_cases(frozen, [str(finding.pk)])
    frozen.refresh_from_db()
    assert (NAME, "findings", "Selam") in get_issues(frozen)


NAMES = {  # the text, and the given name and the family name in the dossier
    "Gul Koc": ("Gül", "Koç"),
    "Gül-Koç": ("Gül", "Koç"),
    "Ozturk": ("Ayşe", "Öztürk"),
    "Selam-Tesfay": ("Selam", "Tesfay"),
    "Tesfay": ("Selam", "Tesfay Gebre"),
    "TESFAY": ("Selam", "Tesfay Gebre"),
    "Abdul": ("Abdul Rahman", "Noori"),
    "Jean": ("Jean-Pierre", "Mukendi"),
    "Jean Pierre": ("Jean-Pierre", "Mukendi"),
    "Haile": ("Yonas", "Haile-Woldu"),
    "Maria dos Santos de Oliveira e Silva": ("Ana", "Maria dos Santos de Oliveira e Silva"),
    "Salem": ("Omar", "Abu Bin Salem"),
}


@pytest.mark.parametrize("written", NAMES)
def test_a_name_in_other_words_than_the_dossier_is_one_issue(frozen, written):
    given_name, family_name = NAMES[written]
    make_dossier(given_name=given_name, family_name=family_name)
    frozen.texts.filter(section="summary").update(text=f"Dank aan mevrouw {written}, die veel deed.")
    assert [issue for issue in get_issues(frozen) if issue[0] == NAME] == [(NAME, "summary", written)]


def test_a_part_of_a_name_with_a_hyphen_before_another_word_is_an_issue(frozen):
    make_dossier(given_name="Omar", family_name="Tesfay")
    frozen.texts.filter(section="summary").update(text="Dat is de Tesfay-methode.")
    assert (NAME, "summary", "Tesfay") in get_issues(frozen)


def test_a_prefix_or_a_short_word_of_a_name_is_no_issue(frozen):
    make_dossier(given_name="Abu Li", family_name="Ben van El Noori")
    frozen.texts.filter(section="summary").update(text="Van El en Ben hoorde Abu niets, Li ook niet.")
    assert [issue for issue in get_issues(frozen) if issue[0] == NAME] == []


def test_a_name_with_other_diacritics_is_an_issue(frozen):
    make_dossier(given_name="Özgür", family_name="Yilmazer")
    frozen.texts.filter(section="summary").update(text="Ozgür Yılmazer heeft werk.")
    assert (NAME, "summary", "Ozgür Yılmazer") in get_issues(frozen)


def test_a_section_without_numbers_is_an_issue(frozen, coordinator):
    frozen.reports = ["permits"]
    frozen.save()
    freeze(frozen, coordinator)
    assert (NOTHING, "permits", "Niets in deze periode.") in get_issues(frozen)


def test_findings_outside_the_filter_do_not_fill_an_empty_section(frozen, coordinator):
    for _number in range(6):
        finding = make_finding(dossier=make_dossier())
        finding.save()
        finding.confirm(coordinator)
    frozen.sector, frozen.organisation = Sector.objects.get(name="Bouw"), Organisation.objects.first()
    frozen.reports = ["findings"]
    frozen.save()
    freeze(frozen, coordinator)
    nothing = f"Niets over Bouw en {frozen.organisation} samen in deze periode."
    assert (NOTHING, "findings", nothing) in get_issues(frozen)
    tables = {table.name: table for part in build_paper(frozen, PUBLIC).parts for table in part.tables}
    assert nothing in tables["barriers"].explanation
    assert [number for _label, number in tables["left_out"].rows] == ["0", "0", "5"]
    assert "Bouw" not in tables["left_out"].explanation


def test_a_period_that_is_the_sum_of_released_periods_is_an_issue(frozen, coordinator):
    first = {"begin": date(2026, 1, 1), "end": date(2026, 3, 31)}
    second = {"begin": date(2026, 4, 1), "end": date(2026, 6, 30)}
    whole = {"begin": first["begin"], "end": second["end"]}
    for number, days in enumerate((first, second, whole)):
        made = Evaluation.objects.create(title=f"Deel {number}", reports=["funnel"], **days)
        freeze(made, coordinator)
        assert (PERIODS in [kind for kind, *_where in get_issues(made)]) == (number == 2)
        release(made, coordinator)


def test_a_release_requires_acceptance_of_each_issue_and_logs_the_acceptance(frozen, coordinator):
    set_summary(frozen, "Dank aan Selam, met 12 mensen.")
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


def test_an_issue_in_a_changed_text_must_be_accepted_again(frozen, coordinator):
    set_summary(frozen, "Dank aan Selam.")
    (accepted,) = find_issues(frozen)
    set_summary(frozen, "Dank aan Selam, die Bakker heet.")
    with pytest.raises(NotAccepted):
        release(frozen, coordinator, {accepted.key})
