"""A restore forgets again who was forgotten after the backup; the list that says so has no names."""

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from dossiers.forgetting.anonymize import anonymize_deleted, anonymize_dossier
from dossiers.forgetting.employers import anonymize_contact
from dossiers.forgetting.former_contacts import anonymize_former_contact, find_former_contacts
from dossiers.forgetting.mentions import find_mentions
from dossiers.forgetting.replay import Event, replay_events
from dossiers.models import ContactMoment, Deletion, Dossier, Employer, EmployerInterest, Retention, Status, Step
from dossiers.models.deletion import undo_deletion
from dossiers.models.employers.withdrawal import erase_interest
from dossiers.models.placements.placement_steps import take_step
from dossiers.signals import Removal
from tests.dossiers.backoffice.pages import url
from tests.dossiers.models.factories import make_dossier, make_employer, make_interest, make_sign_up
from tests.dossiers.models.placements import get_end_reason, make_placement, make_ready_dossier, today
from tests.dossiers.spreadsheets.imports import Lists
from tests.dossiers.spreadsheets.undo import undo_import
from tests.site.backups.conftest import Elsewhere
from tests.snapshots import Rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator_client(client, coordinator):
    client.force_login(coordinator)
    return client


def find(tables: Rows, word: str) -> set[str]:
    return {name for name, (_columns, rows) in tables.items() if word in repr(rows)}


def delete(client, record) -> None:
    client.post(url(type(record), "delete", record.pk))
    assert not type(record).objects.filter(pk=record.pk).exists()


def restore(elsewhere: Elsewhere, archive, *options: str) -> Rows:
    done = elsewhere.restore(archive, *options)
    assert done.returncode == 0, done.stderr
    return elsewhere.read_tables()


def test_people_who_were_forgotten_or_deleted_since_the_backup_are_gone_again(
    coordinator_client, coordinator, make_archive, elsewhere, settings, tmp_path
):
    Retention.load()
    at_work = make_placement(Step.WORKING, make_ready_dossier(given_name="Abelkhan", family_name="Weldetsion"))
    ContactMoment.objects.create(
        employer=at_work.interest.employer, text="Weldetsion belde", held_on=today(), user=coordinator
    )
    deleted = make_dossier(given_name="Birikti", family_name="Ghebremeskel")
    back = make_dossier(given_name="Chidera", family_name="Nwachukwu")
    both = make_dossier(given_name="Dawit", family_name="Kidane-Zerai", status=Status.WITHDRAWN)
    stays = make_dossier(given_name="Eyob", family_name="Tesfamariam")
    employer = make_employer(
        contact_name="Fenna Vergeetmij", email="fenna@vergeetmij.example", company_name="Kas Noord"
    )
    open_interest = make_interest(employer=employer)
    sign_up = make_sign_up(given={"contact_name": "Gerda Trektin", "email": "gerda@trektin.example"})
    archive = make_archive()

    take_step(at_work, Step.ENDED, today(), end_reason=get_end_reason())
    Dossier.objects.filter(pk=at_work.dossier_id).update(status=Status.COMPLETED)
    anonymize_dossier(at_work.dossier_id, coordinator, "by hand", None)
    for dossier in (deleted, back, both):
        delete(coordinator_client, dossier)
    undo_deletion(Deletion.objects.get(records__icontains="Nwachukwu").pk, coordinator)
    anonymize_deleted(both.pk, coordinator, "by hand")
    EmployerInterest.objects.filter(pk=open_interest.pk).update(status="closed")
    anonymize_contact(employer, coordinator)
    erase_interest(sign_up)

    tables = restore(elsewhere, archive, "--forgotten", str(settings.FORGOTTEN_LIST))
    for word in ("Abelkhan", "Weldetsion", "Kidane-Zerai", "Fenna", "vergeetmij", "Gerda", "trektin"):
        assert find(tables, word) == set(), word
    assert "dossiers_dossier" not in find(tables, "Ghebremeskel")
    for word in ("Nwachukwu", "Tesfamariam", "Noord"):
        assert "dossiers_dossier" in find(tables, word) or "dossiers_employer" in find(tables, word), word
    statuses = dict(elsewhere.execute("SELECT id, status FROM dossiers_dossier"))
    assert statuses[at_work.dossier_id] == Status.WITHDRAWN and statuses.keys() == {
        at_work.dossier_id,
        back.pk,
        stays.pk,
    }
    assert elsewhere.execute(f"SELECT status FROM dossiers_placement WHERE id = {at_work.pk}") == [(Step.ENDED,)]

    # The list of the new machine knows it too, and the restore of the same archive needs no copy any more.
    again = restore(elsewhere, archive, "--replace")
    assert find(again, "Weldetsion") == find(again, "vergeetmij") == find(again, "trektin") == set()


def test_people_whom_the_undo_of_an_import_deleted_are_gone_again(
    base_data, make_archive, elsewhere, settings, tmp_path
):
    run = Lists(tmp_path).apply({"Voornaam": "Hiwet", "Achternaam": "Okbazghi", "Geboortedatum": "09-09-1979"})
    archive = make_archive()
    undo_import(run)
    tables = restore(elsewhere, archive, "--forgotten", str(settings.FORGOTTEN_LIST))
    assert "dossiers_dossier" not in find(tables, "Okbazghi")


@pytest.mark.parametrize("is_replaced_before", [True, False])
def test_a_former_contact_who_was_forgotten_since_the_backup_is_gone_again_and_the_current_one_stays(
    coordinator, make_archive, elsewhere, settings, is_replaced_before
):
    employer = make_employer(
        contact_name="Fenna Vergeetmij", email="fenna@vergeetmij.example", company_name="Kas Noord"
    )
    interest = make_interest(employer=employer, notes="Fenna Vergeetmij vraagt")
    if not is_replaced_before:  # the backup has Fenna as the current contact
        archive = make_archive()
    employer.contact_name, employer.email = "Henk Terpstra", "henk@blijft.example"
    employer.save()
    if is_replaced_before:
        archive = make_archive()
    (former,) = find_former_contacts(employer)
    mentions = find_mentions(former)
    anonymize_former_contact(employer, former.digest, coordinator, {mention.key: True for mention in mentions})

    tables = restore(elsewhere, archive, "--forgotten", str(settings.FORGOTTEN_LIST))
    assert find(tables, "Fenna") == find(tables, "vergeetmij") == set()
    assert bool(find(tables, "henk@blijft.example")) is is_replaced_before
    assert "dossiers_employer" in find(tables, "Noord") and "dossiers_employerinterest" in find(
        tables, interest.reference
    )
    assert "Fenna" not in settings.FORGOTTEN_LIST.read_text()


def test_a_contact_whom_a_list_wrote_into_remarks_is_gone_again(coordinator, make_archive, elsewhere, settings):
    employer = make_employer(contact_name="Henk Terpstra", email="henk@blijft.example")
    sentence = "Contactpersoon volgens de lijst"
    make_interest(
        employer=employer,
        notes=f"{sentence}: Pia Blijft, pia@blijft.example\n{sentence}: Fenna, 06 12345675, fenna@vergeetmij.example",
    )
    archive = make_archive()
    former = next(former for former in find_former_contacts(employer) if former.identity == "fenna")
    anonymize_former_contact(employer, former.digest, coordinator, {})

    tables = restore(elsewhere, archive, "--forgotten", str(settings.FORGOTTEN_LIST))
    assert find(tables, "Fenna") == find(tables, "vergeetmij") == find(tables, "12345675") == set()
    assert find(tables, "henk@blijft.example") and find(tables, "pia@blijft.example")
    assert "fenna" not in settings.FORGOTTEN_LIST.read_text().lower()


def test_a_former_number_that_was_forgotten_is_gone_again_and_the_contact_stays(
    coordinator, make_archive, elsewhere, settings
):
    employer = make_employer(contact_name="Henk Blijft", email="henk@blijft.example", phone="+31612345675")
    archive = make_archive()  # has the number as the current one
    employer.phone = "+31612345683"
    employer.save()
    (former,) = find_former_contacts(employer)
    anonymize_former_contact(employer, former.digest, coordinator, {})

    tables = restore(elsewhere, archive, "--forgotten", str(settings.FORGOTTEN_LIST))
    assert find(tables, "12345675") == set() and find(tables, "henk@blijft.example") and find(tables, "Henk Blijft")
    assert "12345675" not in settings.FORGOTTEN_LIST.read_text()


def test_a_newer_history_record_with_the_key_of_a_former_contact_is_left_alone(coordinator):
    employer = make_employer(contact_name="Fenna Blijft", email="fenna@blijft.example")
    step = employer.history.get()
    event = Event(step.history_date, Removal.ANONYMIZED, Employer.history.model._meta.label, [step.pk])
    assert replay_events([event]) == 0
    employer.refresh_from_db()
    assert employer.contact_name == "Fenna Blijft"
    assert replay_events([replace(event, at=timezone.now())]) == 1
    employer.refresh_from_db()
    assert (employer.contact_name, employer.email) == ("(vergeten)", "")


def test_the_list_names_nobody(coordinator_client, coordinator, settings):
    dossier = make_dossier(given_name="Abelkhan", family_name="Weldetsion", status=Status.WITHDRAWN)
    anonymize_dossier(dossier.pk, coordinator, "by hand", None)
    other = make_dossier(given_name="Birikti", family_name="Ghebremeskel")
    delete(coordinator_client, other)
    text = settings.FORGOTTEN_LIST.read_text()
    events = [json.loads(line) for line in text.splitlines()]
    assert [(event["action"], event["model"], event["keys"]) for event in events] == [
        ("anonymized", "dossiers.Dossier", [dossier.pk]),
        ("deleted", "dossiers.Dossier", [other.pk]),
    ]
    assert not any(word in text for word in ("Abelkhan", "Weldetsion", "Birikti", "Ghebremeskel"))
    assert settings.FORGOTTEN_LIST.stat().st_mode & 0o077 == 0


def test_what_was_refused_is_not_in_the_list(coordinator, settings):
    dossier = make_dossier(status=Status.AVAILABLE)
    with pytest.raises(Exception, match="open"):
        anonymize_dossier(dossier.pk, coordinator, "by hand", None)
    assert not settings.FORGOTTEN_LIST.exists()


def test_a_list_that_can_not_be_written_does_not_deny_that_somebody_was_forgotten(
    coordinator, settings, tmp_path, caplog
):
    settings.FORGOTTEN_LIST = tmp_path
    dossier = make_dossier(status=Status.WITHDRAWN)
    anonymize_dossier(dossier.pk, coordinator, "by hand", None)
    assert Dossier.objects.get(pk=dossier.pk).anonymised_at
    assert f'"keys": [{dossier.pk}]' in caplog.text and "add it by hand" in caplog.text


def test_without_a_list_nothing_is_restored_unless_somebody_says_so(base_data, make_archive, elsewhere):
    done = elsewhere.restore(make_archive())
    assert done.returncode == 1
    assert "There is no list of what was forgotten" in done.stderr and "--without-forgotten" in done.stderr


def test_a_list_that_can_not_be_read_is_refused(base_data, make_archive, elsewhere, tmp_path):
    (tmp_path / "list").write_text('{"at": "2026-01-02T03:04:05+00:00", "acti')
    done = elsewhere.restore(make_archive(), "--forgotten", str(tmp_path / "list"))
    assert done.returncode == 1
    assert f"Line 1 of the list {tmp_path}/list of what was forgotten can't be read." in done.stderr
