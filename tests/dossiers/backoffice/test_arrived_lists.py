"""Lists that came by e-mail or through the folder stand on the dashboard until a coordinator decides about them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.incoming_lists import collect
from dossiers.models import Channel, Dossier, ImportRun, Organisation
from tests.conftest import LoggedIn

from .pages import text

HOME = reverse("wagtailadmin_home")
HEADING = "Binnengekomen lijsten"
LIST = "Achternaam;Voornaam;Geboortedatum;Opmerkingen\nHaile;Selam;4-3-1990;Belt liever niet\n"


def make_run(**fields) -> ImportRun:
    organisation = Organisation.objects.named("AZC Luttelgeest")
    defaults = {"record": "dossiers", "file_name": "lijst.csv", "channel": Channel.MAIL, "organisation": organisation}
    return ImportRun.objects.create(**defaults | fields)


@pytest.fixture
def arrived_run(base_data, tmp_path, settings) -> ImportRun:
    """A list that came through the folder and was read."""
    settings.LISTS_FOLDER = tmp_path
    (tmp_path / "AZC Luttelgeest").mkdir()
    (tmp_path / "AZC Luttelgeest" / "lijst.csv").write_text(LIST)
    from dossiers.tasks import read_import

    assert collect.collect(read_import.enqueue, timezone.now() + timedelta(minutes=5)) == []
    return ImportRun.objects.get()


def test_nothing_is_said_of_lists_that_can_not_arrive(coordinator_client):
    assert HEADING not in text(coordinator_client.get(HOME))


def test_the_dashboard_says_where_lists_arrive_while_none_waits(coordinator_client, settings):
    settings.LISTS_MAILBOX = {"user": "lijsten@example.nl"}
    page = text(coordinator_client.get(HOME))
    assert HEADING in page and "Er wacht hier geen lijst." in page
    assert "door naar lijsten@example.nl" in page and "Wat partners in hun map zetten" not in page


def test_the_dashboard_shows_each_list_until_it_is_decided_on(coordinator_client):
    make_run(file_name="gelezen.csv", state="previewed")
    make_run(file_name="gevraagd.csv", state="asking", channel=Channel.FOLDER)
    make_run(file_name="geweigerd.xlsx", state="refused", reason="Dit bestand is met een wachtwoord beveiligd.")
    make_run(file_name="zelf.csv", state="previewed", channel=Channel.UPLOAD)
    make_run(file_name="verwerkt.csv", state="applied")
    make_run(file_name="vergeten.csv", state="refused", created_at=timezone.now() - timedelta(days=31))
    page = text(coordinator_client.get(HOME))
    for words in ("AZC Luttelgeest: gelezen.csv", "per e-mail", "via de map", "gevraagd.csv", "met een wachtwoord"):
        assert words in page
    for name in ("zelf.csv", "verwerkt.csv", "vergeten.csv"):
        assert name not in page


def test_more_lists_than_fit_are_in_the_list_of_imports(coordinator_client):
    for number in range(9):
        make_run(file_name=f"lijst{number}.csv", state="previewed")
    make_run(file_name="zelf.csv", state="previewed", channel=Channel.UPLOAD)
    url = coordinator_client.get(HOME).context["more_arrived_url"]
    assert coordinator_client.get(url).context["page_obj"].paginator.count == 9


def test_only_who_imports_sees_lists_that_arrived(partner, reader, editor):
    make_run(state="previewed")
    for user in (partner, reader, editor):
        client = LoggedIn()
        client.force_login(user)
        assert "lijst.csv" not in text(client.get(HOME, follow=True))
    client = LoggedIn()
    client.force_login(partner)
    assert "lijst.csv" not in text(client.get(reverse("dossiers_partner_lists")))


def test_a_coordinator_is_warned_that_a_sender_can_be_forged(coordinator_client, arrived_run):
    url = reverse("dossiers_import", args=[arrived_run.pk])
    assert "via de map van AZC Luttelgeest" in text(coordinator_client.get(url))
    ImportRun.objects.update(channel=Channel.MAIL)
    assert "De afzender van een mail kan vervalst zijn" in text(coordinator_client.get(url))


def test_a_list_that_arrived_is_imported_as_any_other_and_leaves_the_dashboard(coordinator_client, arrived_run):
    coordinator_client.post(reverse("dossiers_import_apply", args=[arrived_run.pk]))
    arrived_run.refresh_from_db()
    dossier = Dossier.objects.get()
    assert (arrived_run.state, dossier.supplies.get().organisation.name) == ("applied", "AZC Luttelgeest")
    assert dossier.notes == "Belt liever niet"
    assert "lijst.csv" not in text(coordinator_client.get(HOME))


def test_a_list_that_arrived_is_thrown_away_with_its_file(coordinator_client, arrived_run):
    name = arrived_run.upload.name
    coordinator_client.post(reverse("dossiers_import_discard", args=[arrived_run.pk]))
    assert not ImportRun.objects.exists()
    assert not ImportRun.upload.field.storage.exists(name)
