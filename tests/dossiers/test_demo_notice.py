"""Each page of the backoffice says that this is a demo, and has the pilot's name."""

import pytest

NOTICE = 'class="demo-notice"'
PAGES = ("/beheer/", "/beheer/users/", "/beheer/account/", "/beheer/no-such-page/", "/inloggen/vergeten/")


def test_the_page_to_sign_in_on_says_so(db, client):
    page = client.get("/inloggen/").content.decode()
    assert page.count(NOTICE) == 1
    assert "backoffice/demo" in page


@pytest.mark.parametrize("path", PAGES)
def test_each_page_says_so_once_before_its_content(admin_client, path):
    page = admin_client.get(path).content.decode()
    assert page.count(NOTICE) == 1
    assert page.index("<body") < page.index(NOTICE) < page.index("<main")


@pytest.mark.parametrize("path", ["/inloggen/", *PAGES])
def test_none_says_so_in_production(admin_client, settings, path):
    settings.MODE = "production"
    page = admin_client.get(path, follow=True).content.decode()
    assert "<main" in page
    assert "demo-notice" not in page
    assert "backoffice/demo" not in page


@pytest.mark.parametrize("path", PAGES)
def test_the_title_and_the_icon_are_the_pilots(admin_client, path):
    page = admin_client.get(path).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert title.strip().endswith(("- Asielzoekers naar werk", "- Asylum seekers to work"))
    assert "backoffice/favicon" in page
    assert "wagtailadmin/images/favicon.ico" not in page


def test_who_signs_in_reads_the_pilots_name_and_not_wagtails(db, client):
    page = client.get("/inloggen/").content.decode()
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert "Asielzoekers naar werk" in heading or "Asylum seekers to work" in heading
    assert "Wagtail" not in heading
    assert "login-logo" not in page
