"""Each page of the backoffice has the demo notice and the name of the pilot."""

import pytest

NOTICE = 'class="demo-notice"'
PAGES = ("/beheer/", "/beheer/users/", "/beheer/account/", "/beheer/no-such-page/", "/inloggen/vergeten/")


def test_the_login_page_has_the_demo_notice(db, client):
    page = client.get("/inloggen/").content.decode()
    assert page.count(NOTICE) == 1
    assert "backoffice/demo" in page


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_a_single_demo_notice_before_its_content(admin_client, path):
    page = admin_client.get(path).content.decode()
    assert page.count(NOTICE) == 1
    assert page.index("<body") < page.index(NOTICE) < page.index("<main")


@pytest.mark.parametrize("path", ["/inloggen/", *PAGES])
def test_no_page_has_the_demo_notice_in_production(admin_client, settings, path):
    settings.MODE = "production"
    page = admin_client.get(path, follow=True).content.decode()
    assert "<main" in page
    assert "demo-notice" not in page
    assert "backoffice/demo" not in page


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_the_title_and_the_icon_of_the_pilot(admin_client, path):
    page = admin_client.get(path).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert title.strip().endswith(("- Asielzoekers naar werk", "- Asylum seekers to work"))
    assert "backoffice/favicon" in page
    assert "wagtailadmin/images/favicon.ico" not in page


def test_the_login_page_shows_the_name_of_the_pilot_instead_of_wagtail(db, client):
    page = client.get("/inloggen/").content.decode()
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert "Asielzoekers naar werk" in heading or "Asylum seekers to work" in heading
    assert "Wagtail" not in heading
    assert "login-logo" not in page
