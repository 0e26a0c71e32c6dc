"""No page fetches anything from another host: no fonts, no avatars, no check for updates."""

import re

import pytest

FETCHED = re.compile(
    r"""<(?:script|img|iframe|link|source|use)\b[^>]*?\b(?:src|href|srcset)=["'](?:https?:)?//([^/"']+)"""
)
PATHS = ["/beheer/", "/beheer/account/", "/beheer/users/", "/beheer/pages/", "/beheer/reports/site-history/"]


@pytest.mark.parametrize("path", PATHS)
def test_a_backoffice_page_fetches_nothing_from_other_hosts(client, admin, path):
    client.force_login(admin)
    response = client.get(path, follow=True)
    assert response.status_code == 200
    assert FETCHED.findall(response.content.decode()) == []


def test_the_pattern_matches_urls_of_other_hosts_that_a_page_fetches():
    page = (
        '<link rel="x" href="//fonts.example/a.css"> <img alt="" src="https://avatar.example/1"> <img src="/own.png">'
    )
    assert FETCHED.findall(page) == ["fonts.example", "avatar.example"]


def test_the_dashboard_does_not_check_for_updates(client, admin):
    client.force_login(admin)
    page = client.get("/beheer/").content.decode()
    assert "releases.wagtail" not in page
    assert "gravatar" not in page
