"""An evaluation from draft to release: frozen numbers stay, and others read only the public edition."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dossiers.models import Dossier, EmployerInterest, Evaluation, Step
from dossiers.reports.documents.letter import PUBLIC, build_paper
from dossiers.reports.evaluations import (
    TextConflict,
    choose_cases,
    copy_as_draft,
    delete,
    describe_period,
    find_changes_by_freezing,
    freeze,
    get_full_reports,
    get_public_reports,
    get_public_tables,
    get_scope,
    save_section,
    seen_at,
    thaw_reports,
    withdraw,
)
from dossiers.reports.languages import translate_reports
from dossiers.reports.registry import REPORTS
from dossiers.reports.release import release
from dossiers.reports.tables import Table
from dossiers.reports.website import get_evaluation_on_website

from ..models.factories import make_dossier, make_interest
from ..models.placements import days_ago, make_placement, noon_of, today
from ..models.test_activity import make_finding

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def draft() -> Evaluation:
    return Evaluation.objects.create(title="Tussenevaluatie", end=today(), reports=["funnel", "findings"])


@pytest.fixture
def frozen(draft, coordinator) -> Evaluation:
    for _number in range(7):
        make_dossier()
    freeze(draft, coordinator)
    return draft


def get_table(reports, report_name: str, table_name: str) -> Table:
    tables = next(report for report in reports if report.name == report_name).tables
    return next(table for table in tables if table.name == table_name)


def count_registered(reports) -> object:
    return get_table(reports, "funnel", "steps").rows[0].cells[0].value


def test_frozen_numbers_do_not_change_with_the_records(frozen, coordinator):
    assert frozen.state == "frozen" and frozen.frozen_by == coordinator
    make_dossier()
    frozen.refresh_from_db()
    assert count_registered(get_full_reports(frozen)) == 7
    assert [report.name for report in get_full_reports(frozen)] == ["funnel", "findings"]


def test_freezing_without_a_first_day_stores_the_first_registration_date(draft, coordinator):
    assert describe_period(draft) == f"vanaf het begin tot en met {today():%d-%m-%Y}"
    for days in (40, 30):
        dossier = make_dossier()
        Dossier.objects.filter(pk=dossier.pk).update(created_at=noon_of(days_ago(days)))
    freeze(draft, coordinator)
    first_day = days_ago(40)
    period = f"vanaf het begin (eerste registratie op {first_day:%d-%m-%Y}) tot en met {today():%d-%m-%Y}"
    assert describe_period(draft) == dict(build_paper(draft, PUBLIC).facts)["Periode"] == period
    Dossier.objects.filter(created_at__date__lt=today()).update(created_at=timezone.now())
    assert describe_period(Evaluation.objects.get()) == period
    draft.begin = days_ago(60)
    assert describe_period(draft) == f"{draft.begin:%d-%m-%Y} – {today():%d-%m-%Y}"
    freeze(draft, coordinator)
    assert draft.first_registered_on == today()


def test_a_sign_up_of_an_employer_counts_as_a_registration(draft, coordinator):
    interest = make_interest()
    EmployerInterest.objects.filter(pk=interest.pk).update(created_at=noon_of(days_ago(50)))
    make_dossier()
    freeze(draft, coordinator)
    assert draft.first_registered_on == days_ago(50)


def get_numbers(reports) -> list[list[object]]:
    tables = [table for report in reports for table in report.tables]
    return [
        [cell.value for cell in row.cells if not isinstance(cell.value, str)] for table in tables for row in table.rows
    ]


def test_an_edition_has_the_same_numbers_in_english(frozen, coordinator):
    release(frozen, coordinator)
    english = thaw_reports(frozen.public_in["en"])
    assert get_table(english, "funnel", "steps").rows[0].label == "Registered"
    assert get_table(english, "findings", "barriers").title == "Barriers, the most frequent first"
    assert get_numbers(english) == get_numbers(get_public_reports(frozen))


def test_a_translation_uses_the_labels_but_not_the_numbers_of_a_regenerated_report(frozen, coordinator):
    before = get_full_reports(frozen)

    def make_reports_again():
        make_dossier()
        return [REPORTS[name].build(get_scope(frozen)) for name in frozen.reports]

    english = translate_reports(before, make_reports_again)["en"]
    assert count_registered(english) == 7 and get_numbers(english) == get_numbers(before)


def test_freezing_again_updates_the_figures_and_lists_the_changes(frozen, coordinator):
    first = frozen.frozen_at
    assert find_changes_by_freezing(frozen) == []
    make_dossier()
    freeze(frozen, coordinator)
    assert frozen.frozen_at > first and count_registered(get_full_reports(frozen)) == 8
    changes = {(change.row, change.column): (change.before, change.now) for change in find_changes_by_freezing(frozen)}
    assert changes["Aangemeld", "Kandidaten"] == (7, 8)
    assert ("Gestopt", "Kandidaten") not in changes


def test_a_filter_limits_the_frozen_reports(coordinator):
    make_dossier(sectors=["Zorg"])
    make_dossier(sectors=["Bouw"])
    from dossiers.models import Sector

    zorg = Sector.objects.get(name="Zorg")
    evaluation = Evaluation.objects.create(title="Zorg", end=today(), sector=zorg, reports=["money", "funnel"])
    freeze(evaluation, coordinator)
    assert count_registered(get_full_reports(evaluation)) == 1
    assert [report.name for report in get_full_reports(evaluation)] == ["funnel"]  # expenses have no sector


def test_an_evaluation_without_reports_cannot_be_frozen(draft, coordinator):
    draft.reports = []
    draft.save()
    with pytest.raises(ValidationError, match="niets te bevriezen"):
        freeze(draft, coordinator)


def test_a_released_evaluation_cannot_change_and_names_its_releaser(frozen, coordinator):
    coordinator.first_name, coordinator.last_name = "Anneke", "Voorbeeld"
    coordinator.save()
    release(frozen, coordinator)
    assert (frozen.state, frozen.released_by_name) == ("released", "Anneke Voorbeeld")
    for change in (
        lambda: freeze(frozen, coordinator),
        lambda: release(frozen, coordinator),
        lambda: save_section(frozen, "summary", "Anders", coordinator, ""),
        lambda: choose_cases(frozen, []),
    ):
        with pytest.raises(ValidationError, match="is vrijgegeven"):
            change()
    coordinator.delete()
    frozen.refresh_from_db()
    assert frozen.released_by_name == "Anneke Voorbeeld"


def test_a_draft_cannot_be_released(draft, coordinator):
    with pytest.raises(ValidationError, match="Bevries eerst"):
        release(draft, coordinator)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_only_a_released_evaluation_is_public(frozen, coordinator):
    assert get_evaluation_on_website() is None and get_public_tables(frozen) == {}
    release(frozen, coordinator)
    assert get_evaluation_on_website() == frozen
    assert set(get_public_tables(frozen)) == {"funnel", "findings"}
    withdraw(frozen, coordinator, "Er stond een fout in.")
    assert get_evaluation_on_website() is None and get_public_tables(frozen) == {}


def test_withdrawing_requires_a_reason(frozen, coordinator):
    with pytest.raises(ValidationError, match="Alleen een vrijgegeven"):
        withdraw(frozen, coordinator, "Een reden")
    release(frozen, coordinator)
    with pytest.raises(ValidationError, match="Schrijf waarom"):
        withdraw(frozen, coordinator, "  ")
    frozen.refresh_from_db()
    assert frozen.state == "released"


def test_the_public_edition_is_rounded_independently_of_earlier_editions(frozen, coordinator):
    release(frozen, coordinator)
    for _number in range(4):
        make_dossier()
    later = copy_as_draft(frozen)
    freeze(later, coordinator)
    assert count_registered(get_public_reports(frozen)) == 5
    assert count_registered(get_full_reports(later)) == 11 and count_registered(get_public_reports(later)) == 10


def test_a_released_edition_does_not_change(frozen, coordinator):
    """A later release of another evaluation does not change the edition."""
    release(frozen, coordinator)
    before = get_public_reports(frozen)
    make_dossier()
    later = copy_as_draft(frozen)
    freeze(later, coordinator)
    release(later, coordinator)
    frozen.refresh_from_db()
    assert get_public_reports(frozen) == before
    assert get_evaluation_on_website() == later


def test_public_tables_contain_no_numbers_from_one_to_four(frozen, coordinator):
    make_placement(Step.WORKING)
    freeze(frozen, coordinator)
    release(frozen, coordinator)
    for tables in get_public_tables(frozen).values():
        for table in tables:
            for row in table.rows:
                assert all(cell.many is None or cell.many == 0 or cell.many >= 5 for cell in row.cells)


def test_the_text_of_a_finding_is_public_only_after_selection(draft, coordinator):
    finding = make_finding("taal", description="De uitleg was te moeilijk.", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    freeze(draft, coordinator)
    assert "solutions" not in {table.name for report in get_public_reports(draft) for table in report.tables}
    choose_cases(draft, [str(finding.pk)])
    draft.refresh_from_db()
    (row,) = get_table(get_public_reports(draft), "findings", "solutions").rows
    assert row.cells[0].value == "De uitleg was te moeilijk."


def test_a_finding_changed_after_selection_must_be_selected_again(draft, coordinator):
    unchanged, edited, reopened = (make_finding("taal", description=words, solved_on=today()) for words in "abc")
    for finding in (unchanged, edited, reopened):
        finding.save()
        finding.confirm(coordinator)
    freeze(draft, coordinator)
    choose_cases(draft, [str(finding.pk) for finding in (unchanged, edited, reopened)])
    freeze(draft, coordinator)
    assert len(draft.cases) == 3
    edited.result = "Met de naam van een collega."
    edited.save()
    reopened.solved_on = None
    reopened.save()
    freeze(draft, coordinator)
    assert draft.cases == [str(unchanged.pk)]
    (row,) = get_table(get_public_reports(draft), "findings", "solutions").rows
    assert row.cells[0].value == "a"
    reopened.solved_on = today()
    reopened.save()
    freeze(draft, coordinator)
    assert draft.cases == [str(unchanged.pk)]


def test_freezing_an_unfrozen_evaluation_clears_the_selected_findings(draft, coordinator):
    finding = make_finding("taal", description="a", solved_on=today())
    finding.save()
    finding.confirm(coordinator)
    freeze(draft, coordinator)
    choose_cases(draft, [str(finding.pk)])
    Evaluation.objects.update(frozen=None, frozen_at=None)
    freeze(draft, coordinator)
    assert draft.cases == []


def test_an_evaluation_released_in_the_meantime_is_not_deleted(frozen, coordinator):
    read_earlier = Evaluation.objects.get()
    release(frozen, coordinator)
    with pytest.raises(ValidationError, match="is vrijgegeven"):
        delete(read_earlier)
    assert get_evaluation_on_website() == frozen


def test_concurrent_edits_of_a_section_raise_a_conflict(draft, coordinator, admin):
    save_section(draft, "summary", "Van de een.", coordinator, "")
    with pytest.raises(TextConflict) as conflict:
        save_section(draft, "summary", "Van de ander.", admin, "")
    assert conflict.value.text.text == "Van de een." and conflict.value.text.changed_by == coordinator
    assert draft.texts.get().text == "Van de een."
    save_section(draft, "summary", "Van beiden.", admin, seen_at(conflict.value.text))
    assert draft.texts.get().text == "Van beiden."
    save_section(draft, "closing", "Elders stoort niemand.", coordinator, "")
    assert [step.text for step in draft.texts.get(section="summary").history.all()] == ["Van beiden.", "Van de een."]


def test_a_text_with_a_bsn_is_refused(draft, coordinator):
    with pytest.raises(ValidationError):
        save_section(draft, "summary", "Zijn nummer is 111222333.", coordinator, "")
    assert not draft.texts.exists()


def test_a_copy_is_a_draft_with_the_same_settings_and_texts(frozen, coordinator):
    save_section(frozen, "summary", "Zo was het.", coordinator, "")
    new = copy_as_draft(frozen)
    assert (new.state, new.reports, new.end) == ("draft", frozen.reports, frozen.end)
    assert new.texts.get().text == "Zo was het." and new.frozen is None


def test_readers_see_released_evaluations_and_coordinators_see_all(frozen, coordinator, reader, editor, partner):
    assert list(Evaluation.objects.visible_to(coordinator)) == [frozen]
    assert not Evaluation.objects.visible_to(reader).exists()
    release(frozen, coordinator)
    for user, sees in ((reader, True), (editor, True), (partner, False)):
        assert Evaluation.objects.visible_to(user).exists() == sees
    withdraw(frozen, coordinator, "Een fout")
    assert not Evaluation.objects.visible_to(reader).exists()


def test_a_reversed_or_future_period_is_refused():
    with pytest.raises(ValidationError, match="Draai de twee dagen om"):
        Evaluation(title="X", begin=today(), end=today() - timedelta(days=1)).clean()
    with pytest.raises(ValidationError, match="moet nog komen"):
        Evaluation(title="X", end=today() + timedelta(days=1)).clean()
