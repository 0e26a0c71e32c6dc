"""A form of the backoffice that is sent after the session ended gives back what was typed."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dossiers.models import FollowUp, Sector
from tests.conftest import LoggedIn

ORIGIN = {"Origin": "http://testserver", "Accept": "text/html,*/*"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_url() -> str:
    return reverse(Sector.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]


def send(client: Client, url: str, values: dict, **headers: str):
    return client.post(url, values, headers=ORIGIN | headers)


def read_fields(response) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', response.content.decode())
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_a_form_without_a_session_returns_its_input_and_saves_it_after_a_new_login(client, add_url, admin):
    answer = send(client, f"{add_url}?p=2", {"name": 'Tuinbouw & "zaden"', "my_password": "geheim"})
    assert answer.status_code == 403 and not Sector.objects.filter(name__startswith="Tuinbouw").exists()
    page = answer.content.decode()
    assert "uitgelogd" in page and "Inloggen in een nieuw tabblad" in page
    assert f'action="{add_url}?p=2"' in page
    assert read_fields(answer)["name"] == "Tuinbouw &amp; &quot;zaden&quot;" and "geheim" not in page
    client.force_login(admin)
    assert send(client, add_url, {"name": "Tuinbouw"}).status_code == 302
    assert Sector.objects.filter(name="Tuinbouw").exists()


def test_a_form_with_the_token_of_an_earlier_login_returns_its_input(add_url, admin):
    client = LoggedIn(enforce_csrf_checks=True)
    client.force_login(admin)
    answer = send(client, add_url, {"name": "Tuinbouw", "csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403 and read_fields(answer)["name"] == "Tuinbouw"
    page = answer.content.decode()
    assert "opnieuw ingelogd" in page and "nieuw tabblad" not in page
    assert "x" * 64 not in page


def test_a_form_of_another_site_is_not_offered_to_be_sent_again(add_url, admin):
    client = LoggedIn(enforce_csrf_checks=True)
    client.force_login(admin)
    for headers in ({"Origin": "https://example.org"}, {"Origin": "null"}):
        answer = send(client, add_url, {"name": "Tuinbouw"}, **headers)
        assert answer.status_code == 403 and "Tuinbouw" not in answer.content.decode()


def test_a_file_has_to_be_chosen_again(client, add_url):
    answer = send(client, add_url, {"name": "Bouw", "file": SimpleUploadedFile("lijst.csv", b"a;b")})
    assert "lijst.csv" in answer.content.decode() and "Kies het opnieuw" in answer.content.decode()


def test_a_script_and_a_page_without_a_session_are_sent_to_the_login(client, add_url):
    assert client.get(add_url).url.startswith("/inloggen/")
    assert client.post(add_url, {"name": "Bouw"}, headers={"Accept": "*/*"}).url.startswith("/inloggen/")


def test_a_user_who_may_not_save_the_form_gets_the_input_back_for_one_who_may(client, add_url, admin, reader):
    again = read_fields(send(client, add_url, {"name": "Tuinbouw", "csrfmiddlewaretoken": "x" * 64}))
    client.force_login(reader)
    answer = send(client, add_url, again)
    assert answer.status_code == 403 and read_fields(answer) == again
    page = answer.content.decode()
    assert f"ingelogd als {reader.get_username()}" in page and "mag dit niet opslaan" in page
    assert "geen toegang" not in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(admin)
    for _number in range(2):
        assert send(client, add_url, again).status_code == 302
    assert Sector.objects.filter(name="Tuinbouw").exists()


def test_a_user_without_permission_who_filled_in_no_form_is_sent_to_the_first_page(client, add_url, reader):
    client.force_login(reader)
    assert send(client, add_url, {"name": "Tuinbouw"}).url == reverse("wagtailadmin_home")


def test_a_form_that_is_saved_and_returns_to_the_first_page_is_not_refused(client, admin):
    action = FollowUp.objects.create(text="Terugbellen", due_on=date(2026, 12, 1))
    home = reverse("wagtailadmin_home")
    again = read_fields(send(client, reverse("dossiers_settle", args=[action.pk]), {"back": home}))
    client.force_login(admin)
    assert send(client, reverse("dossiers_settle", args=[action.pk]), {"form-id": "x", **again}).url == home
    action.refresh_from_db()
    assert action.is_done
