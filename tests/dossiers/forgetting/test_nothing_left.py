"""After anonymising, nothing that was ever typed about a person stands anywhere: no table, no file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import log

from dossiers.forgetting.anonymize import anonymize_dossier
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
from ..models.factories import make_dossier, make_interest
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, today
from ..models.test_activity import make_finding
from ..spreadsheets.imports import WERKCORPORATIE, Lists, apply, preview
from ..text_search import find_in_files, find_in_tables


class Marks:
    """Words that stand nowhere else; each place gets one of its own, so that a leak tells where it is."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def new(self, where: str) -> str:
        word = f"qz{where.replace('_', '')}merk"
        self.given.append(word)
        return word


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture(autouse=True)
def as_in_real_life(settings, tmp_path: Path) -> None:
    """A cache of files, which are looked through too; e-mail as the demo keeps it."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def imported(base_data, marks: Marks, tmp_path_factory, coordinator) -> Dossier:
    """Somebody out of a list, with a cell that was mended by hand and a word that was remembered of the sender."""
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
    marks.given.append("+31644556677")
    other = row | {"Extern nummer": "N2", "Voornaam": "Omar", "Achternaam": "Said", "E-mail": "", "Telefoon": ""}
    other |= {"Tussenvoegsel": "", "Verblijfplaats": "", "Beroep": "", "Notities": ""}
    path = Lists(folder).file(row, other)
    named = path.with_name(f"lijst van {row['Achternaam']}.csv")
    path.rename(named)
    run = preview(named, user=coordinator)
    about_line(run, 2, cells={"profession": row["Beroep"]})
    apply(run)
    assert run.state == ImportRun.State.APPLIED, run.reason
    return Dossier.objects.get(given_name=row["Voornaam"])


@pytest.fixture
def known(imported: Dossier, marks: Marks, coordinator_client, coordinator, tmp_path_factory) -> Dossier:
    """The same person after all that can be typed about one: form, merge, cases, placement, export, mail, log."""
    folder = tmp_path_factory.mktemp("post")
    edit = url(Dossier, "edit", imported.pk)
    for turn in ("first", "last"):  # two forms, so that the history holds what the record does not
        words = {name: marks.new(f"{turn}{name}") for name in ("profession", "location", "notes", "name_prefix")}
        assert coordinator_client.post(edit, form_data(coordinator_client.get(edit), **words)).status_code == 302
    double = make_dossier(
        given_name=marks.new("double"), family_name=marks.new("doublename"), notes=marks.new("doublenotes")
    )
    ContactMoment.objects.create(dossier=double, text=marks.new("doublecontact"))
    merge_dossiers(imported, double, coordinator)
    undone = make_dossier(given_name="Iemand", family_name="Anders", profession="kok")
    undo_merge(merge_dossiers(imported, undone).pk, None, imported.changed_at.isoformat())
    imported.refresh_from_db()
    ended = make_placement(Step.ENDED, imported_ready(imported), make_interest(), notes=marks.new("placement"))
    ended.shared = dict.fromkeys(SHARED_FIELDS, marks.new("shared"))
    ended.save()
    gone = ContactMoment.objects.create(placement=ended, text=marks.new("deletedcontact"))
    gone.delete()
    ContactMoment.objects.create(placement=ended, interest=ended.interest, text=marks.new("contact"))
    values = {"given_name": marks.new("othergiven"), "family_name": marks.new("otherfamily"), "phone": "+31644556677"}
    sender = Organisation.objects.named(WERKCORPORATIE)
    Supply.objects.create(dossier=imported, organisation=sender, external_id=marks.new("othernumber"), values=values)
    Lists(folder).apply(*unread(marks, values), organisation=WERKCORPORATIE, good_rows_only=True)
    KeptLonger.objects.create(dossier=imported, until=today(), reason=marks.new("keptlonger"))
    CandidateLink.make(imported, coordinator)
    FollowUp.objects.create(dossier=imported, text=marks.new("action"), due_on=today(), done_note=marks.new("done"))
    texts = {name: marks.new(f"finding{name}") for name in ("description", "tried", "result")}
    finding = make_finding(dossier=imported, solved_on=today(), **texts)
    finding.save()
    finding.confirm(coordinator)
    Expense.objects.create(dossier=imported, category="guidance", description=marks.new("expense"), amount=12)
    log(instance=imported.supplies.first(), action="wagtail.edit", user=coordinator)
    name = marks.given[1]
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
    evaluated(imported, marks.given[3], coordinator)
    change = BulkChange.objects.create(kind="dossier", field="location", query=f"q={name}", given=name)
    change.rows.create(record_id=imported.pk, seen_at=timezone.now(), action="changes", old=marks.new("bulk"), new="")
    SavedView.objects.create(kind="dossier", name=f"Lijst voor {name}", query=f"own_shoe={name}", owner=coordinator)
    OwnField.objects.create(record="dossiers", label="Maat", kind=OwnField.Kind.TEXT)
    own = Dossier.objects.get(pk=imported.pk)
    own.extra = {"own_maat": marks.new("own")}
    own.save()
    each_morning.call()
    Dossier.objects.filter(pk=imported.pk).update(status=Status.COMPLETED)
    return Dossier.objects.get(pk=imported.pk)


def unread(marks: Marks, values: dict[str, str]) -> list[dict[str, str]]:
    """Lines of a list that reach nobody: the same person with a day that does not exist; and somebody else."""
    person = {"Voornaam": values["given_name"], "Achternaam": values["family_name"], "Geboortedatum": "31-02-1991"}
    somebody = {"Voornaam": "Hanna", "Achternaam": "Berhe", "Geboortedatum": "01-02-1991", "Beroep": "kok"}
    return [person | {"Beroep": marks.new("unreadwork")}, somebody]


def evaluated(dossier: Dossier, name: str, user) -> None:
    """An evaluation that was released, with the words of a finding about this person, and a name in a text."""
    evaluation = Evaluation.objects.create(title="Tussenstand", reports=["findings"])
    freeze(evaluation, user)
    save_section(evaluation, "summary", f"{name} heeft werk.", user, "")
    choose_cases(evaluation, [str(dossier.findings.get().pk)])
    release(evaluation, user)


def imported_ready(dossier: Dossier) -> Dossier:
    dossier.expectation_talk_on = dossier.privacy_notice_on = date(2024, 1, 5)
    dossier.status, dossier.work_right = Status.AVAILABLE, "free"
    dossier.save()
    return Dossier.objects.get(pk=dossier.pk)


def test_every_mark_is_found_before(known: Dossier, marks: Marks, tmp_path: Path):
    found = find_in_tables(marks.given) + find_in_files(tmp_path, marks.given)
    assert {word for word in marks.given if not any(word in hit for hit in found)} == set()


def test_afterwards_nothing_is_left(known: Dossier, marks: Marks, coordinator, coordinator_client, tmp_path: Path):
    coordinator_client.get(url(Dossier, "inspect", known.pk))  # somebody looked
    anonymize_dossier(known.pk, coordinator, "op verzoek")
    assert find_in_tables(marks.given) == []
    assert find_in_files(tmp_path, marks.given) == []


def test_of_a_deleted_dossier_nothing_is_left_either(known: Dossier, marks: Marks, coordinator_client, tmp_path: Path):
    """One that was deleted with the work behind it, as was possible once."""
    for kept in (Finding, Expense):
        kept.objects.update(dossier=None, placement=None)
    for gone in (FollowUp, ContactMoment, Placement):
        gone.objects.all().delete()
    address = url(Dossier, "delete", known.pk)
    coordinator_client.post(
        address, {mention.key: "keep" for mention in coordinator_client.get(address).context["form"].mentions}
    )
    assert not Dossier.objects.filter(pk=known.pk).exists()
    assert find_in_tables(marks.given) != []
    Retention.objects.filter(pk=Retention.load().pk).update(months=1)
    assert len(forget(today() + timedelta(days=20)).forgotten) == 0
    expiry.destroy_expired(timezone.now() + timedelta(days=31))  # what was read of lists is gone by then
    outcome = forget(today() + timedelta(days=40))
    assert (known.reference, "verwijderd; de geschiedenis was nog bewaard") in outcome.forgotten
    assert find_in_tables(marks.given) == []
    assert find_in_files(tmp_path, marks.given) == []
    assert Finding.objects.get().category.code == "taal" and Expense.objects.get().amount == 12


def test_what_was_mended_for_a_namesake_in_another_list_stays(known: Dossier, tmp_path_factory):
    name = {"Voornaam": "Omar", "Achternaam": known.family_name, "Geboortedatum": "01-02-1980"}
    run = Lists(tmp_path_factory.mktemp("post")).preview(name)
    about_line(run, 2, cells={"family_name": known.family_name})
    anonymize_dossier(known.pk, None, "op verzoek")
    run.refresh_from_db()
    assert run.decided["lines"]["2"]["cells"] == {"family_name": known.family_name}
    assert run.rows.get().given["family_name"] == known.family_name


def test_cells_that_were_mended_go_after_a_month(imported: Dossier):
    assert ImportRun.objects.get().decided["lines"]
    expiry.destroy_expired(timezone.now() + timedelta(days=31))
    assert "lines" not in ImportRun.objects.get().decided
    assert expiry.destroy_expired(timezone.now() + timedelta(days=31)) == []


def test_of_others_everything_is_as_it_was(known: Dossier, coordinator):
    other = Dossier.objects.get(given_name="Omar")
    before = Dossier.objects.filter(pk=other.pk).values().get(), other.supplies.values().get()
    steps = list(Dossier.history.filter(id=other.pk).values())
    elses = list(Dossier.history.filter(given_name="Iemand").values())
    anonymize_dossier(known.pk, coordinator, "op verzoek")
    assert (Dossier.objects.filter(pk=other.pk).values().get(), other.supplies.values().get()) == before
    assert list(Dossier.history.filter(id=other.pk).values()) == steps
    assert list(Dossier.history.filter(given_name="Iemand").values()) == elses
    assert ImportRow.objects.filter(given__given_name="Omar").exists()
    assert ImportProfile.objects.get().values == {"sectors": {"keuken": "Horeca"}}


def test_the_copy_of_the_list_goes_with_it(known: Dossier, coordinator):
    assert private_storage().listdir("clean")[1] != []
    anonymize_dossier(known.pk, coordinator, "op verzoek")
    assert private_storage().listdir("clean")[1] == []


def test_the_morning_mail_named_nobody(known: Dossier, marks: Marks, tmp_path: Path):
    assert find_in_files(tmp_path / "mail", marks.given) == []


def test_the_page_and_its_history_still_open(known: Dossier, coordinator, coordinator_client):
    anonymize_dossier(known.pk, coordinator, "op verzoek")
    for name in ("inspect", "history"):
        assert coordinator_client.get(url(Dossier, name, known.pk)).status_code == 200
    assert coordinator_client.get(url(Placement, "inspect", known.placements.get().pk)).status_code == 200
    assert coordinator_client.get(reverse("dossiers_looks_at", args=[known.pk])).status_code == 200


def test_a_finding_stays_in_its_category(known: Dossier, coordinator):
    anonymize_dossier(known.pk, coordinator, "op verzoek")
    finding = known.findings.get()
    assert (finding.description, finding.tried, finding.category.code) == ("(vergeten)", "", "taal")
