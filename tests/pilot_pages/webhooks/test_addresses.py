"""The URLs to which messages may be sent."""

import ipaddress

import pytest

from pilot_pages.webhooks.addresses import Refused, find_url_problem, is_public, resolve_endpoints

INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("where", INSIDE)
def test_a_private_address_is_not_public(where):
    assert not is_public(ipaddress.ip_address(where))


@pytest.mark.parametrize("where", ["8.8.8.8", "145.7.0.1", "2a00:1450:400e::1", "::ffff:8.8.8.8"])
def test_an_address_on_the_internet_is_public(where):
    assert is_public(ipaddress.ip_address(where))


@pytest.fixture
def production(settings) -> None:
    settings.MODE = "production"


@pytest.mark.parametrize(
    "address",
    [
        "http://www.example.nl/hook", "ftp://www.example.nl/", "https:///hook", "https://iemand@www.example.nl/",
        "https://iemand:geheim@www.example.nl/", "https://www.example.nl:99999/", "https://[::1", "javascript:alert(1)",
        "https://127.0.0.1/", "https://localhost/hook", "https://hook.localhost./", "https://[::ffff:7f00:1]/",
        "https://169.254.169.254/latest/meta-data/", "",
    ],
)  # fmt: skip
def test_production_accepts_only_https_urls_on_the_internet(production, address):
    assert find_url_problem(address)


def test_production_accepts_a_url_on_the_internet(production):
    assert find_url_problem("https://www.example.nl:8443/hook?from=pilot") is None
    assert find_url_problem("https://8.8.8.8/hook") is None


def test_a_name_that_resolves_to_a_private_address_is_refused_before_sending(production):
    """ "localhost" resolves to a private address on any machine."""
    with pytest.raises(Refused, match="binnen een netwerk"):
        resolve_endpoints("https://localhost/hook", 5)


@pytest.mark.parametrize("number", ["2130706433", "0x7f000001", "017700000001", "127.1"])
def test_a_loopback_address_written_as_a_number_is_refused(production, number):
    with pytest.raises((Refused, OSError)):
        resolve_endpoints(f"https://{number}/hook", 5)


def test_a_demo_also_accepts_this_machine(settings):
    for host in ("http://127.0.0.1:9000", "http://localhost:9000", "https://localhost", "http://[::1]:9000"):
        assert find_url_problem(f"{host}/hook") is None, host
    assert resolve_endpoints("http://localhost:9000/hook", 5)
    assert find_url_problem("http://10.0.0.1/hook")


def test_a_demo_accepts_no_unencrypted_url_on_the_internet():
    for host in ("8.8.8.8", "example.org", "localhost.example.org", "127.0.0.1.example.org"):
        assert find_url_problem(f"http://{host}/hook"), host
    assert find_url_problem("https://example.org/hook") is None
