"""A redirect that can't work is refused by the form and by the import, but Wagtail still creates its own."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from tests.conftest import LoggedIn

ELSEWHERE = "https://example.org/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site.objects.get()


@pytest.fixture
def contact_page(site: Site) -> Page:
    page: Page = site.root_page.add_child(instance=Page(title="Contact", slug="contact"))
    return page


def get_errors(old_path: str, redirect_link: str = "", **values: Any) -> dict[str, list[str]]:
    form = RedirectForm({"old_path": old_path, "redirect_link": redirect_link} | values)
    return dict(form.errors)


def test_a_redirect_needs_one_target_that_is_online(contact_page: Page) -> None:
    assert "heeft een doel nodig" in str(get_errors("/oud")["redirect_page"])
    both = get_errors("/oud", ELSEWHERE, redirect_page=contact_page.pk)
    assert "één doel" in str(both["redirect_link"])
    assert not get_errors("/oud", redirect_page=contact_page.pk)
    assert "Kies die dan hierboven" in str(get_errors("/oud", "/contact/")["redirect_link"])
    contact_page.unpublish()
    assert "“Contact” staat niet online" in str(get_errors("/oud", redirect_page=contact_page.pk)["redirect_page"])


@pytest.mark.parametrize(
    "address",
    ["/contact/", "contact", "/contact/?van=mail", "/", "/beheer/", "/beheer/pages/5/", "/inloggen", "/static/a"],
)
def test_a_redirect_from_an_address_that_shows_something_is_refused(contact_page: Page, address: str) -> None:
    assert "staat al een pagina" in str(get_errors(address, ELSEWHERE)["old_path"])


@pytest.mark.parametrize(
    "address", ["/oud/", "/contact/oud", "/documenten/99/oud.pdf", "/media/images/oud.png", "/oud.php"]
)
def test_a_redirect_from_an_address_that_shows_nothing_is_accepted(contact_page: Page, address: str) -> None:
    assert not get_errors(address, ELSEWHERE)


@pytest.mark.parametrize(
    "address", ["/oud adres/", "/oud%20adres", "/één", "/%C3%A9%C3%A9n", "http://localhost/oud?a=1"]
)
def test_a_redirect_works_from_the_address_as_it_was_typed(site: Site, client: Client, address: str) -> None:
    form = RedirectForm({"old_path": address, "redirect_link": ELSEWHERE})
    form.save()
    assert client.get(iri_to_uri(address)).headers.get("Location") == ELSEWHERE


@pytest.mark.parametrize("address", ["https://www.example.org/azc", "//example.org/azc", "http://["])
def test_a_redirect_from_an_address_of_another_site_is_refused(site: Site, address: str) -> None:
    assert "een adres van deze site" in str(get_errors(address, ELSEWHERE)["old_path"])


def test_a_redirect_that_leads_back_to_itself_is_refused(site: Site, contact_page: Page) -> None:
    own = site.root_url
    assert "(/a → /a)" in str(get_errors("/a", f"{own}/a/?x=1")["redirect_link"])
    Redirect.add_redirect("/b", redirect_to="/c", site=site)
    Redirect.add_redirect("/c", redirect_to=f"{own}/a/")
    assert "(/a → /b → /c → /a)" in str(get_errors("/a", f"{own}/b")["redirect_link"])
    assert not get_errors("/a", "https://example.org/a"), "another site"
    assert not get_errors("/a", f"{own}/c-bestaat-niet/")
    contact_page.slug = "c"
    contact_page.save()
    assert not get_errors("/a", f"{own}/b"), "a page stands at /c, so its redirect is not followed"


def test_a_second_redirect_from_an_address_is_refused_with_the_name_of_the_first(site: Site) -> None:
    for_site = Redirect.add_redirect("/oud", redirect_to=ELSEWHERE, site=site)
    errors = get_errors("/oud/", "https://example.org/anders")
    assert "Er is al een doorverwijzing van /oud" in str(errors["old_path"]) and ELSEWHERE in str(errors["old_path"])
    for_site.site = None
    for_site.save()
    assert "alle sites" in str(get_errors("/oud", ELSEWHERE, site=site.pk)["old_path"])
    data = {"old_path": "/oud", "redirect_link": "https://example.org/anders"}
    assert RedirectForm(data, instance=for_site).is_valid(), "the redirect itself"


def test_the_import_refuses_the_same_rows_and_the_empty_list_is_spelled_well(
    admin_client: LoggedIn, contact_page: Page
) -> None:
    assert (
        "nog geen doorverwijzingen aangemaakt" in admin_client.get(reverse("wagtailredirects:index")).content.decode()
    )
    rows = f"from,to\n/oud,{ELSEWHERE}\n/contact/,{ELSEWHERE}\n".encode()
    start = reverse("wagtailredirects:start_import")
    form = admin_client.post(start, {"import_file": SimpleUploadedFile("lijst.csv", rows)}).context["form"]
    names = ("import_file_name", "input_format")
    typed = {name: form[name].value() for name in names} | {"from_index": "0", "to_index": "1", "permanent": "on"}
    page = admin_client.post(reverse("wagtailredirects:process_import"), typed).content.decode()
    assert "staat al een pagina" in page
    assert [redirect.old_path for redirect in Redirect.objects.all()] == ["/oud"]


def test_wagtail_still_redirects_from_the_former_address_of_a_page(
    contact_page: Page, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        contact_page.slug = "bel-ons"
        contact_page.save_revision().publish()
    redirect = Redirect.objects.get(old_path="/contact")
    assert redirect.automatically_created and redirect.redirect_page_id == contact_page.pk
    assert Client().get("/contact/").status_code == 301
