"""The form for the date of birth, whose responses tell a stranger nothing about a letter."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from access_log.models import AccessLogEntry
from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import CandidateLink, Dossier, FollowUp, Status
from dossiers.models.candidate_page.links import LETTERS, LIFETIME, make_key
from tests.dossiers.backoffice.pages import raw, text, url
from tests.dossiers.models.factories import make_dossier

from .letters import BORN, make_letter, open_page, page_url, send_birth_date

pytestmark = pytest.mark.usefixtures("base_data")
UNKNOWN = "aaaa-bbbb-cccc-dddd"


def remove_key_and_csrf_token(response, key: str) -> str:
    """Return the text and markup of the response, without the key and the CSRF token."""
    page = raw(response).replace(key, "KEY")
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_the_right_date_opens_the_page(client):
    _link, key = make_letter()
    response = send_birth_date(client, key)
    assert response["Location"] == page_url(key, "pagina/")
    assert "Selamawit Haile" in text(client.get(response["Location"]))


@pytest.mark.parametrize("typed", [
    "12-03-1990", "12/3/1990", " 12.03.1990 ", "12 03 1990", "1990-03-12", "12 maart 1990", "12031990", "12–03–1990",
    "\u200f١٢/٣/١٩٩٠", "۱۲-۰۳-۱۹۹۰", "१२-०३-१९९०", "፲፪-፫-፲፱፻፺", "١٢ مارس ١٩٩٠", "12 آذار 1990",
])  # fmt: skip
def test_a_date_may_be_written_in_several_notations(client, typed):
    _link, key = make_letter()
    assert send_birth_date(client, key, typed).status_code == 302


def test_the_key_may_be_typed_in_capitals(client):
    _link, key = make_letter()
    assert send_birth_date(client, key.upper()).status_code == 302


def expire(link: CandidateLink) -> None:
    CandidateLink.objects.filter(pk=link.pk).update(ends_at=timezone.now())


def revoke(link: CandidateLink) -> None:
    CandidateLink.revoke_of(link.dossier)


def replace(link: CandidateLink) -> None:
    CandidateLink.make(link.dossier, None)


def anonymize(link: CandidateLink) -> None:
    Dossier.objects.filter(pk=link.dossier_id).update(status=Status.WITHDRAWN)
    anonymize_dossier(link.dossier_id, None, "op verzoek")


@pytest.mark.parametrize("change", [expire, revoke, replace, anonymize])
def test_an_invalid_letter_has_the_same_response_as_an_unknown_key(client, change):
    link, key = make_letter()
    change(link)
    typed = BORN if change is anonymize else "13-03-1990"  # an anonymised dossier has no date of birth
    answers = [send_birth_date(client, letter_key, typed) for letter_key in (key, UNKNOWN)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert remove_key_and_csrf_token(answers[0], key) == remove_key_and_csrf_token(answers[1], UNKNOWN)
    assert "Dit lukt niet." in text(answers[0])


@pytest.mark.parametrize("change", [expire, revoke, replace])
def test_a_candidate_whose_letter_has_ended_is_told_so_with_the_right_date_only(client, change):
    link, key = make_letter()
    change(link)
    answer = send_birth_date(client, key)
    assert "Uw brief werkt niet meer. Vraag bij de gemeente een nieuwe brief." in text(answer)
    assert "Selamawit" not in raw(answer) and "mijn-gegevens" not in client.cookies
    assert 'name="born"' not in raw(answer)
    assert client.get(page_url(key, "pagina/")).status_code == 302


def test_guesses_of_the_date_of_an_ended_letter_are_counted_too(client):
    link, key = make_letter()
    expire(link)
    for number in range(10):
        send_birth_date(client, key, f"01-01-{1970 + number}")
        cache.clear()
    assert "Uw brief werkt niet meer." not in text(send_birth_date(client, key))


@pytest.mark.parametrize("mistyped", ["aaaa-bbbb-cccc", "aaaa-bbbb-cccc-dddo", "aaaabbbbccccdddd", "een-sleutel"])
def test_an_address_that_was_not_typed_right_is_told_before_any_date(client, mistyped):
    for answer in (client.get(page_url(mistyped)), send_birth_date(client, mistyped)):
        assert "Het adres van deze pagina is niet goed overgetypt." in text(answer)
        assert 'name="born"' not in raw(answer)
    assert "niet goed overgetypt" not in text(client.get(page_url(make_key())))


@pytest.mark.parametrize("typed", ["13-03-1990", "31-02-1990", "gisteren", "", "1990"])
def test_a_wrong_date_has_the_same_response_as_an_unknown_key(client, typed):
    _link, key = make_letter()
    answers = [send_birth_date(client, letter_key, typed) for letter_key in (key, UNKNOWN)]
    assert answers[0].status_code == answers[1].status_code == 200
    assert remove_key_and_csrf_token(answers[0], key) == remove_key_and_csrf_token(answers[1], UNKNOWN)
    assert "Selamawit" not in raw(answers[0])


def test_the_form_for_the_date_is_the_same_for_every_key(client):
    _link, key = make_letter()
    pages = [client.get(page_url(letter_key)) for letter_key in (key, UNKNOWN)]
    assert remove_key_and_csrf_token(pages[0], key) == remove_key_and_csrf_token(pages[1], UNKNOWN)


def test_a_letter_is_locked_after_five_wrong_dates_even_for_the_right_date(client):
    _link, key = make_letter()
    for _try in range(5):
        send_birth_date(client, key, "01-01-1991")
        send_birth_date(client, UNKNOWN, "01-01-1991")
    time = re.compile(r"\d\d:\d\d")
    for ask in (send_birth_date, lambda client, key: client.get(page_url(key))):
        locked, never = (ask(client, letter_key) for letter_key in (key, UNKNOWN))
        assert locked.status_code == 200
        assert time.sub("", remove_key_and_csrf_token(locked, key)) == time.sub(
            "", remove_key_and_csrf_token(never, UNKNOWN)
        )
        assert "Er is te vaak een datum geprobeerd." in text(locked) and "De datum klopt niet" not in text(locked)
    assert "A date was tried too often." in text(client.get(page_url(key, taal="en")))
    (clock_time,) = time.findall(text(client.get(page_url(key))))
    again_at = timezone.localtime(timezone.now() + timedelta(minutes=15))
    assert clock_time in {f"{again_at + timedelta(minutes=minutes):%H:%M}" for minutes in (-1, 0, 1)}
    cache.clear()
    assert send_birth_date(client, key).status_code == 302


def test_the_dossier_page_says_until_when_the_letter_is_locked(client, candidate_and_key, coordinator_client):
    page = url(Dossier, "inspect", candidate_and_key[0].pk)
    assert "te vaak een verkeerde geboortedatum" not in text(coordinator_client.get(page))
    for _try in range(5):
        send_birth_date(client, candidate_and_key[1], "01-01-1991")
    until = candidate_and_key[0].candidate_links.get().locked_until
    assert "te vaak een verkeerde geboortedatum" in text(coordinator_client.get(page)) and f"Tot {until:%H:%M}" in text(
        coordinator_client.get(page)
    )


def test_four_wrong_dates_do_not_lock_the_letter(client):
    _link, key = make_letter()
    for _try in range(4):
        send_birth_date(client, key, "01-01-1991")
    assert send_birth_date(client, key).status_code == 302


def test_an_unreadable_date_is_explained_and_is_not_counted_as_an_attempt(client):
    link, key = make_letter()
    for typed in ("", "12 maart", "31-02-1990", "12-13-1990", "x" * 25_000, *["?"] * 20):
        answer = send_birth_date(client, key, typed)
        assert "Deze datum kunnen wij niet lezen. Schrijf dag-maand-jaar" in text(answer)
        assert "te vaak een datum" not in text(answer)
    link.refresh_from_db()
    assert link.wrong_dates == 0 and link.locked_until is None
    for _try in range(4):
        send_birth_date(client, key, "01-01-1991")
    assert send_birth_date(client, key).status_code == 302
    for _try in range(5):
        send_birth_date(client, key, "01-01-1991")
    assert "Er is te vaak een datum geprobeerd." in text(send_birth_date(client, key, "?"))


def test_a_network_address_that_tries_many_keys_is_blocked(client):
    _link, key = make_letter()
    for _try in range(20):
        send_birth_date(client, make_key())
    assert send_birth_date(client, key).status_code == 200
    assert send_birth_date(Client(REMOTE_ADDR="192.0.2.7"), key).status_code == 302


def test_no_page_opens_without_the_date_of_birth(client):
    _link, key = make_letter()
    for rest in ("pagina/", "verbetering/", "stoppen/", "voorstel/1/"):
        for response in (client.get(page_url(key, rest)), client.post(page_url(key, rest))):
            assert response.status_code == 302 and response["Location"].startswith(f"/mijn-gegevens/{key}/?")


def test_the_cookie_of_one_letter_does_not_open_another(client):
    _link, key = make_letter()
    _other, other_key = make_letter(make_dossier(given_name="Omar"))
    open_page(client, key)
    assert client.get(page_url(other_key, "pagina/")).status_code == 302


def test_the_page_closes_after_fifteen_minutes(client, monkeypatch):
    _link, key = make_letter()
    open_page(client, key)
    later = timezone.now() + timedelta(minutes=15, seconds=2)
    monkeypatch.setattr("django.core.signing.time.time", lambda: later.timestamp())
    assert client.get(page_url(key, "pagina/")).status_code == 302


def test_revoking_the_letter_closes_the_page_at_once(client):
    link, key = make_letter()
    open_page(client, key)
    revoke(link)
    assert client.get(page_url(key, "pagina/")).status_code == 302


@pytest.mark.parametrize("change", [revoke, replace, None])
def test_an_answer_from_a_page_that_was_closed_in_the_meantime_is_reported_as_not_sent(client, change):
    link, key = make_letter()
    open_page(client, key)
    change(link) if change else client.post(page_url(key, "sluiten/"))
    for rest, sent in (
        ("voorstel/1/", {"answer": "yes"}),
        ("verbetering/", {"text": "Mijn nummer is anders"}),
        ("stoppen/", {"sure": "yes"}),
        ("sluiten/", {"text": "Mijn nummer is anders"}),
        ("pagina/", {"text": "Mijn nummer is anders"}),
    ):
        answers = [
            client.post(f"/mijn-gegevens/{letter_key}/{rest}", sent | {"taal": "en"}, follow=True)
            for letter_key in (key, UNKNOWN)
        ]
        door = text(answers[0])
        assert "Nothing was sent" in door and "type your text again" in door, rest
        assert "What is your date of birth?" in door and "Mijn nummer" not in door
        assert remove_key_and_csrf_token(answers[0], key) == remove_key_and_csrf_token(answers[1], UNKNOWN)
    assert not FollowUp.objects.exists()
    for rest in ("sluiten/", "pagina/"):  # nothing is lost
        closed = client.post(f"/mijn-gegevens/{key}/{rest}", {"taal": "en", "text": " "}, follow=True)
        assert "What is your date of birth?" in text(closed) and "Nothing was sent" not in text(closed)


def test_closing_the_page_removes_access(client):
    _link, key = make_letter()
    open_page(client, key)
    client.post(page_url(key, "sluiten/"))
    assert client.get(page_url(key, "pagina/")).status_code == 302


def test_pages_are_not_cached_indexed_or_sent_as_referrer(client):
    _link, key = make_letter()
    for response in (client.get(page_url(key)), open_page(client, key).get(page_url(key, "pagina/"))):
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"
        assert 'content="noindex, nofollow"' in raw(response)
        assert "http://" not in raw(response).replace("http://testserver", "").replace("http://www.w3.org", "")


def test_the_cookies_are_session_cookies_without_personal_data(client):
    _link, key = make_letter()
    client.get(page_url(key))
    open_page(client, key)
    assert set(client.cookies) <= {"mijn-gegevens", "csrftoken"}
    own = client.cookies["mijn-gegevens"]
    assert (own["path"], own["samesite"], own["httponly"], own["max-age"]) == ("/mijn-gegevens/", "Strict", True, "")
    assert "Selamawit" not in own.value


def test_a_form_without_the_csrf_cookie_can_be_sent_again_in_its_own_language():
    _link, key = make_letter()
    client, own = Client(enforce_csrf_checks=True), {"Origin": "http://testserver"}
    response = client.post(page_url(key, taal="en"), {"born": BORN, "taal": "en"}, headers=own)
    assert response.status_code == 403 and "mijn-gegevens" not in client.cookies
    assert "What you filled in is still here." in text(response) and "sign-up" not in text(response)
    assert response["Referrer-Policy"] == "same-origin" and "/beheer/" not in raw(response)
    assert f'name="born" value="{BORN}"' in raw(response)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', raw(response))[1]
    assert client.post(page_url(key), {"born": BORN, "csrfmiddlewaretoken": token}, headers=own).status_code == 302
    client.cookies.pop("csrftoken")
    response = client.post(page_url(key, "verbetering/"), {"text": "Te ver"}, headers=own)
    assert 'name="text" value="Te ver"' in raw(response) and not FollowUp.objects.exists()
    client.cookies.clear()
    response = client.post(page_url(key, "verbetering/"), {"text": "Te ver"}, headers=own, follow=True)
    assert "Er is niets verstuurd, want uw pagina was intussen gesloten." in text(response)


def test_the_form_of_another_site_is_refused():
    _link, key = make_letter()
    for headers in ({}, {"Origin": "https://example.org"}):
        response = Client(enforce_csrf_checks=True).post(page_url(key), {"born": BORN}, headers=headers)
        assert response.status_code == 403 and BORN not in raw(response)


def test_only_a_hash_of_the_key_is_stored():
    link, key = make_letter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dossiers_candidatelink")
        assert key not in str(cursor.fetchall())
    assert link.last_day - timezone.localdate(link.made_at) == LIFETIME


def test_keys_are_unique_and_have_no_ambiguous_characters():
    keys = {make_key() for _number in range(200)}
    assert len(keys) == 200
    assert {letter for key in keys for letter in key} <= {*LETTERS, "-"} and not {*"01ilo"} & {*LETTERS}


def test_opening_the_page_is_recorded_in_the_access_log(client):
    link, key = make_letter()
    send_birth_date(client, key, "01-01-1991")
    assert not AccessLogEntry.objects.exists()
    open_page(client, key)
    entry = AccessLogEntry.objects.get()
    assert (entry.user_name, entry.about) == ("kandidaat", link.dossier.reference)
    link.refresh_from_db()
    assert link.opened_at


def test_ten_consecutive_wrong_dates_end_the_letter_regardless_of_the_time_between_them(client):
    _link, key = make_letter()
    for number in range(9):
        send_birth_date(client, key, f"01-01-{1970 + number}")
        cache.clear()  # as if a quarter of an hour had gone by
    assert send_birth_date(client, key).status_code == 302  # the right one begins the count anew
    for number in range(10):
        send_birth_date(client, key, f"01-01-{1970 + number}")
        cache.clear()
    assert send_birth_date(client, key).status_code != 302
