"""The field history: each step holds all values, with the sectors."""

from dossiers.models import Dossier, ImportRun

from .factories import make_dossier, make_employer, make_interest


def test_each_save_adds_a_history_step_with_the_current_values(base_data):
    dossier = make_dossier(profession="kok")
    dossier.profession = "lasser"
    dossier.save()
    assert [step.profession for step in dossier.history.all()] == ["lasser", "kok"]
    assert [step.history_type for step in dossier.history.all()] == ["~", "+"]


def test_sectors_saved_after_the_dossier_are_in_the_same_step(base_data):
    dossier = make_dossier(sectors=["Zorg", "Bouw"])
    dossier.record_sectors_in_history()
    (step,) = dossier.history.all()
    assert step.sector_names == "Bouw, Zorg"


def test_a_later_step_has_the_new_sectors_and_the_earlier_step_keeps_the_old_ones(base_data):
    dossier = make_dossier(sectors=["Zorg"])
    dossier.record_sectors_in_history()
    dossier.save()
    dossier.sectors.clear()
    dossier.record_sectors_in_history()
    assert [step.sector_names for step in dossier.history.all()] == ["", "Zorg"]


def test_recording_sectors_leaves_the_history_of_other_dossiers_alone(base_data):
    other = make_dossier(sectors=["Zorg"])
    other.record_sectors_in_history()
    make_dossier(sectors=["Bouw"]).record_sectors_in_history()
    assert other.history.get().sector_names == "Zorg"


def test_changes_by_staff_have_no_import_in_the_history(base_data):
    for record in (make_dossier(), make_employer(), make_interest()):
        step = record.history.first()
        assert (step.import_run, step.import_line) == (None, None)


def test_a_history_step_names_its_import_and_line_and_stays_when_the_import_is_deleted(base_data):
    dossier = make_dossier()
    run = ImportRun.objects.create(record="dossiers", file_name="lijst.csv")
    Dossier.history.filter(id=dossier.pk).update(import_run=run, import_line=7)
    assert dossier.history.get().import_run == run
    run.delete()
    step = dossier.history.get()
    assert (step.import_run, step.import_line) == (None, 7)


def test_history_stays_after_the_record_is_deleted(base_data):
    dossier = make_dossier()
    key = dossier.pk
    dossier.delete()
    assert [step.history_type for step in Dossier.history.filter(id=key)] == ["-", "+"]


def test_using_the_history_of_a_model_makes_no_class_anew():
    assert type(Dossier.history) is type(Dossier.history)
