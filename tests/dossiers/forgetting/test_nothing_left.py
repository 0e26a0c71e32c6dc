"""After anonymizing, nothing that was ever typed about a person is left in any table or file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import log

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.forgetting.employers import anonymize_contact
from dossiers.forgetting.retention import forget
from dossiers.models import (
    BulkChange,
    CandidateLink,
    ContactMoment,
    Dossier,
    Evaluation,
    Expense,
    ExportRun,
    Finding,
    FollowUp,
    ImportProfile,
    ImportRow,
    ImportRun,
    KeptLonger,
    Organisation,
    OwnField,
    Placement,
    Retention,
    SavedView,
    Status,
    Step,
    Supply,
)
from dossiers.models.imports.import_run import private_storage
from dossiers.models.merges.undo import undo as undo_merge
from dossiers.models.placements.placement_steps import SHARED_FIELDS
from dossiers.reports.evaluations import choose_cases, freeze, save_section
from dossiers.reports.release import release
from dossiers.spreadsheets import expiry
from dossiers.spreadsheets.imports.decisions import about_line
from dossiers.tasks import each_morning

from ..backoffice.pages import form_data, url
from ..models import merges
from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, today
from ..models.test_activity import make_finding
from ..spreadsheets.imports import WERKCORPORATIE, Lists, apply, preview
from ..text_search import find_in_files, find_in_tables


class Marks:
    """Unique words, one for each place, so that a leak shows where it is."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def new(self, where: str) -> str:
        word = f"qz{where.replace('_', '')}merk"
        self.words.append(word)
        return word


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture(autouse=True)
def production_like_settings(settings, tmp_path: Path) -> None:
    """Use a file cache, which is searched too, and e-mail in files as in the demo."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def imported_dossier(base_data, marks: Marks, tmp_path_factory, coordinator) -> Dossier:
    """A dossier from a list in which a cell was corrected by hand and a word of the sender was remembered."""
    folder = tmp_path_factory.mktemp("post")
    row = {
        "Extern nummer": marks.new("number"),
        "Voornaam": marks.new("given"),
        "Tussenvoegsel": marks.new("prefix"),
        "Achternaam": marks.new("family"),
        "Geboortedatum": "12-03-1991",
        "E-mail": f"{marks.new('mail')}@example.org",
        "Telefoon": "06 44556677",
        "Verblijfplaats": marks.new("place"),
        "Beroep": marks.new("work"),
        "Notities": marks.new("notes"),
        "Status": "afgerond",
    }
    marks.words.append("+31644556677")
    other = row | {"Extern nummer": "N2", "Voornaam": "Omar", "Achternaam": "Said", "E-mail": "", "Telefoon": ""}
    other |= {"Tussenvoegsel": "", "Verblijfplaats": "", "Beroep": "", "Notities": ""}
    path = Lists(folder).file(row, other)
    named = path.with_name(f"lijst van {row['Achternaam']}.csv")
    path.rename(named)
    run = preview(named, user=coordinator)
    about_line(run, 2, cells={"profession": row["Beroep"]})
    run.save()
    apply(run)
    assert run.state == ImportRun.State.APPLIED, run.reason
    return Dossier.objects.get(given_name=row["Voornaam"])


@pytest.fixture
def filled_dossier(
    imported_dossier: Dossier, marks: Marks, coordinator_client, coordinator, tmp_path_factory
) -> Dossier:
    """The same dossier with everything that can be typed: form, merge, findings, placement, export, e-mail and log."""
    folder = tmp_path_factory.mktemp("post")
    edit = url(Dossier, "edit", imported_dossier.pk)
    for turn in ("first", "last"):  # two forms, so that the history has values that the record does not have
        words = {name: marks.new(f"{turn}{name}") for name in ("profession", "location", "notes", "name_prefix")}
        assert coordinator_client.post(edit, form_data(coordinator_client.get(edit), **words)).status_code == 302
    double = make_dossier(
        given_name=marks.new("double"), family_name=marks.new("doublename"), notes=marks.new("doublenotes")
    )
    ContactMoment.objects.create(dossier=double, text=marks.new("doublecontact"))
    merge_dossiers(imported_dossier, double, coordinator)
    undone = make_dossier(given_name="Iemand", family_name="Anders", profession="kok")
    undo_merge(merge_dossiers(imported_dossier, undone).pk, None, imported_dossier.changed_at.isoformat())
    imported_dossier.refresh_from_db()
    ended = make_placement(Step.ENDED, make_ready(imported_dossier), make_interest(), notes=marks.new("placement"))
    ended.shared = dict.fromkeys(SHARED_FIELDS, marks.new("shared"))
    ended.save()
    gone = ContactMoment.objects.create(placement=ended, text=marks.new("deletedcontact"))
    gone.delete()
    ContactMoment.objects.create(placement=ended, interest=ended.interest, text=marks.new("contact"))
    values = {"given_name": marks.new("othergiven"), "family_name": marks.new("otherfamily"), "phone": "+31644556677"}
    sender = Organisation.objects.named(WERKCORPORATIE)
    Supply.objects.create(
        dossier=imported_dossier, organisation=sender, external_id=marks.new("othernumber"), values=values
    )
    Lists(folder).apply(*make_rows(marks, values), organisation=WERKCORPORATIE, good_rows_only=True)
    KeptLonger.objects.create(dossier=imported_dossier, until=today(), reason=marks.new("keptlonger"))
    CandidateLink.make(imported_dossier, coordinator)
    FollowUp.objects.create(
        dossier=imported_dossier, text=marks.new("action"), due_on=today(), done_note=marks.new("done")
    )
    texts = {name: marks.new(f"finding{name}") for name in ("description", "tried", "result")}
    finding = make_finding(dossier=imported_dossier, solved_on=today(), **texts)
    finding.save()
    finding.confirm(coordinator)
    Expense.objects.create(dossier=imported_dossier, category="guidance", description=marks.new("expense"), amount=12)
    log(instance=imported_dossier.supplies.first(), action="wagtail.edit", user=coordinator)
    name = marks.words[1]
    words = {"sectors": {f"werk van {name}": "Horeca", "keuken": "Horeca"}}
    ImportProfile.objects.create(name="AZC", record="dossiers", values=words)
    DBTaskResult.objects.create(
        args_kwargs={}, task_path="x", traceback=f"Key (family_name)=({name})", run_after=timezone.now()
    )
    ExportRun.objects.create(
        user=coordinator,
        kind="dossier",
        format="csv",
        state="ready",
        query=f"q={name}",
        file=ContentFile(name, "x.csv"),
    )
    release_evaluation(imported_dossier, marks.words[3], coordinator)
    change = BulkChange.objects.create(kind="dossier", field="location", query=f"q={name}", given=name)
    change.rows.create(
        record_id=imported_dossier.pk, seen_at=timezone.now(), action="changes", old=marks.new("bulk"), new=""
    )
    SavedView.objects.create(
        kind="dossier", name=f"Lijst voor {marks.words[3]}", query=f"own_shoe={name}", owner=coordinator
    )
    OwnField.objects.create(record="dossiers", label="Maat", key="own_maat", kind=OwnField.Kind.TEXT)
    own = Dossier.objects.get(pk=imported_dossier.pk)
    own.extra = {"own_maat": marks.new("own")}
    own.save()
    each_morning.call()
    Dossier.objects.filter(pk=imported_dossier.pk).update(status=Status.COMPLETED)
    return Dossier.objects.get(pk=imported_dossier.pk)


def make_rows(marks: Marks, values: dict[str, str]) -> list[dict[str, str]]:
    """Return two rows: the same person with an impossible date of birth, and another person."""
    person = {"Voornaam": values["given_name"], "Achternaam": values["family_name"], "Geboortedatum": "31-02-1991"}
    somebody = {"Voornaam": "Hanna", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991", "Beroep": "kok"}
    return [person | {"Beroep": marks.new("unreadwork")}, somebody]


def release_evaluation(dossier: Dossier, name: str, user) -> None:
    """Release an evaluation with a finding about this person, and with the name in a text."""
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["findings"])
    freeze(evaluation, user)
    save_section(evaluation, "summary", f"{name} heeft werk.", user, "")
    choose_cases(evaluation, [str(dossier.findings.get().pk)])
    release(evaluation, user)


def make_ready(dossier: Dossier) -> Dossier:
    dossier.expectation_talk_on = dossier.privacy_notice_on = date(2024, 1, 5)
    dossier.status, dossier.work_right = Status.AVAILABLE, "free"
    dossier.save()
    return Dossier.objects.get(pk=dossier.pk)


def test_every_mark_is_found_before_anonymization(filled_dossier: Dossier, marks: Marks, tmp_path: Path):
    hits = find_in_tables(marks.words) + find_in_files(tmp_path, marks.words)
    assert {word for word in marks.words if not any(word in hit for hit in hits)} == set()


def test_no_mark_is_found_after_anonymization(
    filled_dossier: Dossier, marks: Marks, coordinator, coordinator_client, tmp_path: Path
):
    coordinator_client.get(url(Dossier, "inspect", filled_dossier.pk))  # adds an entry to the access log
    anonymize_dossier(filled_dossier.pk, coordinator, "op verzoek")
    assert find_in_tables(marks.words) == []
    assert find_in_files(tmp_path, marks.words) == []


def test_no_mark_of_a_deleted_dossier_is_found_after_the_retention_period(
    filled_dossier: Dossier, marks: Marks, coordinator_client, tmp_path: Path
):
    """This dossier was deleted with the work on it, as was possible in the past."""
    for model in (Finding, Expense):
        model.objects.update(dossier=None, placement=None)
    for model in (FollowUp, ContactMoment, Placement):
        model.objects.all().delete()
    address = url(Dossier, "delete", filled_dossier.pk)
    coordinator_client.post(
        address, {mention.key: "keep" for mention in coordinator_client.get(address).context["form"].mentions}
    )
    assert not Dossier.objects.filter(pk=filled_dossier.pk).exists()
    assert find_in_tables(marks.words) != []
    Retention.objects.filter(pk=Retention.load().pk).update(months=1)
    assert len(forget(today() + timedelta(days=20)).forgotten) == 0
    expiry.destroy_expired(timezone.now() + timedelta(days=31))  # removes the rows of imports
    outcome = forget(today() + timedelta(days=40))
    assert (filled_dossier.reference, "verwijderd; de geschiedenis was nog bewaard") in outcome.forgotten
    assert find_in_tables(marks.words) == []
    assert find_in_files(tmp_path, marks.words) == []
    assert Finding.objects.get().category.code == "taal" and Expense.objects.get().amount == 12


def test_corrections_of_a_namesake_in_another_import_remain(filled_dossier: Dossier, tmp_path_factory):
    name = {"Voornaam": "Omar", "Achternaam": filled_dossier.family_name, "Geboortedatum": "01-02-1980"}
    run = Lists(tmp_path_factory.mktemp("post")).preview(name)
    about_line(run, 2, cells={"family_name": filled_dossier.family_name})
    run.save()
    anonymize_dossier(filled_dossier.pk, None, "op verzoek")
    run.refresh_from_db()
    assert run.decided["lines"]["2"]["cells"] == {"family_name": filled_dossier.family_name}
    assert run.rows.get().given["family_name"] == filled_dossier.family_name


def test_corrected_cells_are_removed_after_a_month(imported_dossier: Dossier):
    assert ImportRun.objects.get().decided["lines"]
    expiry.destroy_expired(timezone.now() + timedelta(days=31))
    assert "lines" not in ImportRun.objects.get().decided
    assert expiry.destroy_expired(timezone.now() + timedelta(days=31)) == []


def test_data_of_other_people_does_not_change(filled_dossier: Dossier, coordinator):
    other = Dossier.objects.get(given_name="Omar")
    before = Dossier.objects.filter(pk=other.pk).values().get(), other.supplies.values().get()
    steps = list(Dossier.history.filter(id=other.pk).values())
    elses = list(Dossier.history.filter(given_name="Iemand").values())
    anonymize_dossier(filled_dossier.pk, coordinator, "op verzoek")
    assert (Dossier.objects.filter(pk=other.pk).values().get(), other.supplies.values().get()) == before
    assert list(Dossier.history.filter(id=other.pk).values()) == steps
    assert list(Dossier.history.filter(given_name="Iemand").values()) == elses
    assert ImportRow.objects.filter(given__given_name="Omar").exists()
    assert ImportProfile.objects.get().values == {"sectors": {"keuken": "Horeca"}}


def test_the_sanitized_copy_of_the_file_is_deleted(filled_dossier: Dossier, coordinator):
    assert private_storage().listdir("clean")[1] != []
    anonymize_dossier(filled_dossier.pk, coordinator, "op verzoek")
    assert private_storage().listdir("clean")[1] == []


def test_the_daily_digest_contains_no_personal_data(filled_dossier: Dossier, marks: Marks, tmp_path: Path):
    assert find_in_files(tmp_path / "mail", marks.words) == []


def test_the_page_and_the_history_of_an_anonymized_dossier_still_open(
    filled_dossier: Dossier, coordinator, coordinator_client
):
    anonymize_dossier(filled_dossier.pk, coordinator, "op verzoek")
    for name in ("inspect", "history"):
        assert coordinator_client.get(url(Dossier, name, filled_dossier.pk)).status_code == 200
    assert coordinator_client.get(url(Placement, "inspect", filled_dossier.placements.get().pk)).status_code == 200
    assert coordinator_client.get(reverse("dossiers_access_log_at", args=[filled_dossier.pk])).status_code == 200


def test_a_finding_loses_its_text_but_not_its_category(filled_dossier: Dossier, coordinator):
    anonymize_dossier(filled_dossier.pk, coordinator, "op verzoek")
    finding = filled_dossier.findings.get()
    assert (finding.description, finding.tried, finding.category.code) == ("(vergeten)", "", "taal")


def make_closed(**fields) -> Dossier:
    return make_dossier(**{"given_name": "Selamawit", "family_name": "Haile", "status": Status.WITHDRAWN} | fields)


@pytest.mark.usefixtures("base_data")
@pytest.mark.parametrize("is_deleted_first", [False, True])
def test_an_action_that_was_once_on_another_dossier_leaves_no_text_behind(is_deleted_first):
    person = make_closed()
    action = FollowUp.objects.create(dossier=make_dossier(), text="Selamawit bellen, 06 11112222", due_on=today())
    action.dossier = person
    action.save()
    if is_deleted_first:
        action.delete()
    anonymize_dossier(person.pk, None, "op verzoek")
    assert find_in_tables(["Selamawit bellen"]) == []


@pytest.mark.usefixtures("base_data")
def test_an_action_that_an_undone_merge_gave_back_leaves_no_text_behind():
    person, other = make_closed(), make_closed(given_name="Robel", family_name="Berhe")
    FollowUp.objects.create(dossier=person, text="Selamawit bellen, 06 11112222", due_on=today())
    merges.undo_merge(merges.merge_dossiers(other, person))
    anonymize_dossier(person.pk, None, "op verzoek")
    assert find_in_tables(["Selamawit bellen"]) == []


@pytest.mark.usefixtures("base_data")
def test_an_action_that_was_once_about_another_employer_goes_with_the_contact():
    employer = make_employer()
    action = FollowUp.objects.create(employer=make_employer(), text="Gerlofke bellen, 06 11112222", due_on=today())
    action.employer = employer
    action.save()
    anonymize_contact(employer)
    assert find_in_tables(["Gerlofke bellen"]) == []


@pytest.mark.usefixtures("base_data")
def test_an_action_that_went_to_another_dossier_stays_there():
    person, other = make_closed(), make_dossier()
    action = FollowUp.objects.create(dossier=person, text="Werkgever bellen", due_on=today())
    action.dossier = other
    action.save()
    anonymize_dossier(person.pk, None, "op verzoek")
    assert other.followups.get().text == "Werkgever bellen"
    assert action.history.count() == 1, "the step about the forgotten person is gone"
