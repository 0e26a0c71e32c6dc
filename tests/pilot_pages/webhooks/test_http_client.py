"""The HTTP client of webhooks."""

import socket
import ssl
import threading
import time

import pytest
from django.conf import settings

from pilot_pages.webhooks import http_client
from pilot_pages.webhooks.http_client import send
from tests.pilot_pages.webhooks.certificates import make_certificate
from tests.pilot_pages.webhooks.receiver import run_receiver

BODY = b'{"type":"test"}'


def test_the_body_and_the_headers_arrive_unchanged(receiver):
    receiver.answer = b"dank u"
    receiver.status = 200
    answer = send(receiver.url + "?from=pilot", BODY, {"webhook-id": "msg_1"})
    assert (answer.status, answer.text, answer.problem) == (200, "dank u", "")
    [(path, headers, body)] = receiver.came
    assert (path, body) == ("/hook?from=pilot", BODY)
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert settings.BASE_URL in headers["user-agent"]  # some receivers refuse requests without a user agent
    assert headers["host"] == receiver.url.split("/")[2]


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_an_error_status_is_a_problem(receiver, status):
    receiver.status = status
    assert str(status) in send(receiver.url, BODY, {}).problem


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(receiver, status):
    with run_receiver() as other:
        receiver.status, receiver.headers = status, {"Location": other.url}
        answer = send(receiver.url, BODY, {})
        assert (answer.status, other.came) == (status, [])
        assert "stuurde ons door" in answer.problem


def test_only_the_beginning_of_a_long_answer_is_read(receiver):
    receiver.status, receiver.answer = 200, b"x" * 2_000_000
    assert len(send(receiver.url, BODY, {}).text) == http_client.MAX_ANSWER_SIZE


def test_a_slow_answer_is_cut_off_at_the_deadline(receiver, monkeypatch):
    monkeypatch.setattr(http_client, "TOTAL_TIMEOUT", 0.3)
    receiver.status, receiver.answer, receiver.pause = 200, b"x" * 200, 0.05
    began = time.monotonic()
    assert send(receiver.url, BODY, {}).problem == "Er kwam op tijd geen heel antwoord."
    assert time.monotonic() - began < 5


def test_a_receiver_that_does_not_finish_the_tls_handshake_is_cut_off(monkeypatch):
    monkeypatch.setattr(http_client, "TOTAL_TIMEOUT", 0.3)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/hook"
        assert send(address, BODY, {}).problem == "Er kwam op tijd geen heel antwoord."
    assert time.monotonic() - began < 3


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(http_client, "TOTAL_TIMEOUT", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: done.wait(5) and [])
    began = time.monotonic()
    assert send("https://traag.example/hook", BODY, {}).problem == "Er kwam op tijd geen heel antwoord."
    assert time.monotonic() - began < 3
    done.set()


def test_a_refused_connection_is_a_problem_with_a_message():
    with run_receiver() as gone:
        address = gone.url
    assert send(address, BODY, {}).problem == "Op dit adres luistert niemand."


def test_an_unknown_host_is_a_problem_with_a_message():
    assert send("https://nergens.invalid/hook", BODY, {}).problem == "Deze naam is niet te vinden."


@pytest.fixture
def secure(tmp_path):
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with run_receiver(context) as receiver:
        receiver.certificate = certificate
        yield receiver


def test_an_untrusted_certificate_is_a_problem(secure):
    answer = send(secure.url.replace("127.0.0.1", "localhost"), BODY, {})
    assert (answer.problem, secure.came) == ("Het certificaat van dit adres is niet in orde.", [])


def test_a_certificate_for_another_host_is_refused(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
    assert send(secure.url.replace("127.0.0.1", "localhost"), BODY, {}).status == 204
    assert send(secure.url, BODY, {}).problem == "Het certificaat van dit adres is niet in orde."
    assert len(secure.came) == 1


def test_production_sends_nothing_to_a_private_address(receiver, settings):
    settings.MODE = "production"
    answer = send(receiver.url, BODY, {})
    assert (answer.status, receiver.came) == (None, [])
    assert answer.problem
