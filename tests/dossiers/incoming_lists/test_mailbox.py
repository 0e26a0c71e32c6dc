"""Spreadsheets in mails of partners become imports that wait, on a real IMAP server."""

import os
import re
import socket
from base64 import encodebytes
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from imap_tools import MailBoxUnencrypted

from dossiers.incoming_lists import mailbox as imap
from dossiers.models import Delivery, ImportRun, Organisation
from tests.conftest import LoggedIn

from .conftest import LIST
from .dovecot import PASSWORD, USER, Dovecot, find_dovecot

pytestmark = pytest.mark.skipif(
    find_dovecot() is None and os.environ.get("REQUIRE_DOVECOT") != "1", reason="no dovecot here"
)
FILES = Path(__file__).parents[1] / "spreadsheets" / "files"
State = ImportRun.State


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def box(dovecot, settings) -> Iterator[MailBoxUnencrypted]:
    """The mailbox as somebody else sees it, empty at first."""
    settings.LISTS_MAILBOX = {
        "scheme": "imap",
        "host": "127.0.0.1",
        "port": dovecot.port,
        "user": USER,
        "password": PASSWORD,
        "folder": "INBOX",
    }
    with MailBoxUnencrypted("127.0.0.1", dovecot.port, timeout=20).login(USER, PASSWORD) as mailbox:
        mailbox.delete(mailbox.uids())
        yield mailbox


def write_mail(sender: str, *names: str, text: str = "Zie bijlage.", content: bytes | None = None) -> EmailMessage:
    """Return a mail with a list under each of these names."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, USER, "Nieuwe lijst van Selam Haile"
    mail["Message-ID"] = f"<{os.urandom(8).hex()}@example.nl>"
    mail.set_content(text)
    for number, name in enumerate(names, 1):
        attached = content if content is not None else f"{LIST}Kidane;Hanna;{number}-1-1991\n".encode()
        mail.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    return mail


def list_runs() -> list[tuple[str, str]]:
    return list(ImportRun.objects.order_by("pk").values_list("file_name", "state"))


def count_mails(box: MailBoxUnencrypted) -> int:
    box.client.noop()
    return len(box.uids())


def find_text(text: str) -> list[str]:
    """Return the models with a record that has this text."""
    return [
        model._meta.label
        for model in apps.get_models()
        if any(text in str(values) for values in model._base_manager.values_list())
    ]


def test_a_spreadsheet_that_a_partner_mails_waits_as_an_import_of_its_organisation(box, partner, collect_lists):
    name = "lijst juli “é” met een naam die zo lang is dat een mailprogramma hem in stukken verdeelt en codeert.csv"
    box.append(write_mail(f"Partner <{partner.email.upper()}>", name, "foto.jpg", "brief.docx").as_bytes())
    assert collect_lists(reads=True) == []
    run = ImportRun.objects.get()
    assert (run.organisation.name, run.state, run.channel) == ("AZC Luttelgeest", State.PREVIEWED, "mail")
    assert (run.file_name, run.user, run.with_partner, run.rows.count()) == (name, None, False, 2)
    assert find_text("Zie bijlage") == find_text("Nieuwe lijst van") == []


def test_a_mail_that_was_read_is_never_read_again(box, partner, collect_lists):
    mail = write_mail(partner.email, "lijst.csv", "lijst2.csv")
    box.append(mail.as_bytes())
    collect_lists()
    box.append(mail.as_bytes())  # once more, through another alias
    collect_lists()
    assert list_runs() == [("lijst.csv", State.READING), ("lijst2.csv", State.READING)]
    ImportRun.objects.all().delete()
    collect_lists()
    assert list_runs() == [], "what a coordinator threw away does not come back"


def test_a_list_that_hangs_twice_on_a_mail_arrives_once(box, partner, collect_lists):
    box.append(write_mail(partner.email, "lijst.csv", "kopie.csv", content=LIST.encode()).as_bytes())
    collect_lists()
    assert list_runs() == [("lijst.csv", State.READING)]
    assert Delivery.objects.get().taken_at


def test_a_worker_that_dies_between_two_lists_loses_none_and_doubles_none(box, partner, collect_lists):
    box.append(write_mail(partner.email, "een.csv", "twee.csv", "drie.csv").as_bytes())

    def die_at_the_second(run_id: int) -> None:
        if ImportRun.objects.count() == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_lists(enqueue=die_at_the_second)
    assert [name for name, _state in list_runs()] == ["een.csv"]
    collect_lists()
    assert [name for name, _state in list_runs()] == ["een.csv", "twee.csv", "drie.csv"]


def test_nothing_is_stored_of_a_mail_from_somebody_unknown(box, make_user, base_data, collect_lists):
    make_user("someone")  # a user of no organisation, who may not import
    former = make_user("former", is_active=False)
    Organisation.objects.named("AZC Luttelgeest").staff.add(former.pk)
    for sender in ("spam@example.com", "someone@example.nl", "former@example.nl"):
        box.append(write_mail(sender, "lijst.csv").as_bytes())
    box.append(write_mail("partner@example.nl, spam@example.com", "lijst.csv").as_bytes())
    assert collect_lists() == []
    collect_lists(minutes=120)
    assert (list_runs(), Delivery.objects.count(), count_mails(box)) == ([], 0, 4)
    assert find_text("spam@example.com") == []


def test_a_mail_is_removed_an_hour_after_it_was_read_and_other_mails_stay(box, partner, collect_lists):
    box.append(write_mail(partner.email, "lijst.csv").as_bytes())
    box.append(write_mail(partner.email, "foto.jpg").as_bytes())
    box.append(write_mail("iemand@example.com").as_bytes(), flag_set=r"\Deleted")  # not by us
    collect_lists(minutes=0)
    collect_lists(minutes=59)
    assert count_mails(box) == 3
    partner.delete()
    collect_lists(minutes=61)
    assert count_mails(box) == 2
    assert not any("lijst.csv" in str(mail.obj) for mail in box.fetch())


FORWARDED = """Willen jullie deze verwerken?

Van: Beheerder <{coordinator}>
Verzonden: maandag
> Van: Piet de Vries <{sender}>
> Onderwerp: lijst

Van: Ander <ander@example.com>
"""
FORWARDED_HTML = (
    "<p>Zie onder.</p><div><b>Van:</b> P &lt;<a href='mailto:{sender}'>{sender}</a>&gt;<br><b>Aan:</b> X</div>"
)


def test_a_coordinator_forwards_a_mail_of_a_partner(box, coordinator, partner, collect_lists):
    names = {"coordinator": coordinator.email, "sender": partner.email}
    box.append(write_mail(coordinator.email, "tekst.csv", text=FORWARDED.format(**names)).as_bytes())
    html = write_mail(coordinator.email)
    html.set_content(FORWARDED_HTML.format(**names), subtype="html")
    html.add_attachment(LIST, filename="html.csv")
    box.append(html.as_bytes())
    attached = write_mail(coordinator.email)
    attached.add_attachment(write_mail(partner.email, "bijlage.csv"))
    box.append(attached.as_bytes())
    collect_lists()
    assert {(run.file_name, run.organisation.name) for run in ImportRun.objects.all()} == {
        (f"{name}.csv", "AZC Luttelgeest") for name in ("tekst", "html", "bijlage")
    }


def test_a_forwarded_mail_of_somebody_unknown_is_refused_in_words(box, coordinator, partner, collect_lists):
    names = {"coordinator": coordinator.email, "sender": "onbekend@example.com"}
    text = FORWARDED.format(**names) + f"Van: {partner.email}\n"  # an earlier mail of another
    box.append(write_mail(coordinator.email, "lijst.csv", text=text).as_bytes())
    collect_lists()
    run = ImportRun.objects.get()
    assert (run.organisation, run.state, run.upload.name) == (None, State.REFUSED, "")
    assert run.reason.startswith("Deze mail is doorgestuurd")


def test_a_sender_of_two_organisations_is_not_guessed(box, partner, collect_lists):
    Organisation.objects.create(name="Tweede").staff.add(partner.pk)
    box.append(write_mail(partner.email, "lijst.csv").as_bytes())
    collect_lists()
    run = ImportRun.objects.get()
    assert (run.organisation, run.state) == (None, State.REFUSED)
    assert "meer dan één organisatie" in run.reason


def test_a_forged_mail_sets_nothing_that_belongs_to_the_municipality(box, partner, collect_lists):
    mailed = "Achternaam;Voornaam;Geboortedatum;Status;Coördinator\nHaile;Selam;4-3-1990;Aan het werk;admin\n"
    box.append(write_mail(partner.email, "lijst.csv", content=mailed.encode()).as_bytes())
    collect_lists(reads=True)
    assert ImportRun.objects.get().fields == ["name_prefix", "family_name", "given_name", "date_of_birth"]


def test_forty_attachments_become_forty_imports(box, partner, collect_lists):
    box.append(write_mail(partner.email, *(f"{number}.csv" for number in range(40))).as_bytes())
    collect_lists()
    assert (ImportRun.objects.count(), Delivery.objects.count()) == (40, 1)


def test_an_attachment_that_is_too_large_is_not_fetched(box, dovecot, partner, collect_lists):
    mail = write_mail(partner.email, "klein.csv", "groot.xlsx").as_bytes()
    line = encodebytes(bytes(57))
    head, boundary, end = mail.rpartition(b"\n--")
    box.append(head + b"\n" + line * (30 * 1024**2 // 57) + boundary + end)
    collect_lists()
    assert list_runs() == [("klein.csv", State.READING), ("groot.xlsx", State.REFUSED)]
    assert ImportRun.objects.get(state=State.REFUSED).reason.startswith("Dit bestand is groter dan 20 MB")
    sent = [int(bytes) for bytes in re.findall(r"Disconnected: Logged out in=\d+ out=(\d+)", dovecot.log)]
    assert sent[-1] < 10_000


def test_a_workbook_with_a_password_says_so(box, partner, collect_lists):
    mail = write_mail(partner.email, "wachtwoord.xlsx", content=(FILES / "wachtwoord.xlsx").read_bytes())
    box.append(mail.as_bytes())
    collect_lists(reads=True)
    run = ImportRun.objects.get()
    assert (run.state, run.upload.name) == (State.REFUSED, "")
    assert "wachtwoord" in run.reason


def test_a_damaged_attachment_says_so(box, partner, collect_lists):
    mail = write_mail(partner.email, "lijst.csv").as_bytes()
    box.append(mail.replace(encodebytes(LIST.encode())[:8], b"====!!=="))
    collect_lists()
    assert list_runs() == [("lijst.csv", State.REFUSED)]


def test_a_server_that_is_down_is_told_on_the_desk_and_in_the_log(
    box, dovecot, partner, coordinator, settings, collect_lists, caplog
):
    client = LoggedIn()
    client.force_login(coordinator)
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.LISTS_MAILBOX |= {"port": free.getsockname()[1]}
    with pytest.raises(CommandError, match="niet bereikbaar"):
        call_command("collect_lists")
    assert "Connection refused" in caplog.text and PASSWORD not in caplog.text
    home = reverse("wagtailadmin_home")
    assert "De mailbox is niet bereikbaar" in client.get(home).content.decode()
    settings.LISTS_MAILBOX |= {"port": dovecot.port}
    assert collect_lists() == []
    assert "De mailbox is niet bereikbaar" not in client.get(home).content.decode()


def test_a_server_that_says_nothing_holds_nobody_up(box, base_data, settings, monkeypatch, collect_lists, caplog):
    monkeypatch.setattr(imap, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.LISTS_MAILBOX |= {"port": silent.getsockname()[1]}
        begun = monotonic()
        assert len(collect_lists()) == 1
    assert monotonic() - begun < 5
    assert "timed out" in caplog.text


def test_a_wrong_password_and_a_certificate_of_somebody_else_end_in_the_log(
    box, dovecot, base_data, settings, collect_lists, caplog
):
    settings.LISTS_MAILBOX |= {"scheme": "imaps", "port": dovecot.tls_port}
    assert len(collect_lists()) == 1
    settings.LISTS_MAILBOX |= {"scheme": "imap+tls", "port": dovecot.port}
    assert len(collect_lists()) == 1
    assert caplog.text.count("certificate verify failed") == 2
    settings.LISTS_MAILBOX |= {"scheme": "imap", "password": "verkeerd"}
    assert len(collect_lists()) == 1
    assert "AUTHENTICATIONFAILED" in caplog.text and "verkeerd" not in caplog.text
