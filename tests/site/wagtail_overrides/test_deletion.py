"""Wagtail's own deletions take neither the public site offline nor roles from people without a word."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import GroupApprovalTask, Page, Site

from config.wagtail_overrides.deletion import SiteForm
from dossiers.models.rights import AUTHORS, COMMUNICATIONS, PARTNERS
from pilot_pages.site_settings import PilotSettings


def read(response: Any) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


@pytest.fixture
def site(base_data: None) -> Site:
    site = Site.objects.get()
    PilotSettings.for_site(site)
    return site


@pytest.fixture
def second_site(site: Site) -> Site:
    page = site.root_page.add_child(instance=Page(title="Elders", slug="elders"))
    second_site = Site.objects.create(hostname="elders.example", site_name="Elders", root_page=page)
    PilotSettings.for_site(second_site)
    return second_site


def test_the_only_site_can_be_neither_deleted_nor_made_no_default(admin_client: Client, site: Site) -> None:
    url = reverse("wagtailsites:delete", args=[site.pk])
    for refused in (admin_client.get(url, follow=True), admin_client.post(url, follow=True)):
        assert "kan niet weg, want het is de enige site" in read(refused)
    fields = {"hostname": site.hostname, "port": site.port, "site_name": "Proef", "root_page": site.root_page_id}
    edit_url = reverse("wagtailsites:edit", args=[site.pk])
    assert "Dit is de enige site" in read(admin_client.post(edit_url, fields))
    admin_client.post(edit_url, fields | {"is_default_site": "on"})
    site.refresh_from_db()
    assert (site.is_default_site, site.site_name) == (True, "Proef")
    assert PilotSettings.objects.filter(site=site).exists()


@pytest.mark.parametrize(
    ("hostname", "is_valid"),
    [
        ("www.voorbeeld.example", True),
        ("localhost", True),
        ("127.0.0.1", True),
        ("https://www.voorbeeld.example", False),
        ("mijn site.example", False),
        ("voorbeeld.example/azc", False),
        ("voorbeeld.example:8000", False),
    ],
)
def test_a_host_name_that_no_request_can_have_is_refused(site: Site, hostname: str, is_valid: bool) -> None:
    form = SiteForm(
        {"hostname": hostname, "port": 80, "root_page": site.root_page_id, "is_default_site": "on"}, instance=site
    )
    assert form.is_valid() == is_valid
    assert is_valid or "Schrijf alleen de naam van de host" in str(form.errors["hostname"])


def test_a_default_site_cannot_be_deleted_and_of_another_is_said_what_is_lost(
    admin_client: Client, site: Site, second_site: Site
) -> None:
    refused = admin_client.post(reverse("wagtailsites:delete", args=[site.pk]), follow=True)
    assert "kan niet weg, want het is de standaardsite" in read(refused)

    url = reverse("wagtailsites:delete", args=[second_site.pk])
    Site.objects.filter(pk=site.pk).update(root_page=Page.objects.get(depth=1))  # it shows the page of the other too
    assert "offline" not in read(admin_client.get(url))
    Site.objects.filter(pk=site.pk).update(root_page=site.root_page.add_sibling(instance=Page(title="A", slug="a")))
    question = read(admin_client.get(url))
    assert "1 pagina gaat offline" in question and "gaat verloren: pilotfase en contactgegevens" in question
    admin_client.post(url)
    assert Site.objects.get() == site


def test_a_page_that_a_site_begins_with_cannot_be_deleted(client: Client, editor: Any, site: Site) -> None:
    client.force_login(editor)
    first_page = site.root_page
    other = first_page.add_child(instance=Page(title="Elders", slug="elders"))
    url = reverse("wagtailadmin_pages:delete", args=[first_page.pk])
    bulk_url = (
        f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={other.pk}&id={first_page.pk}"
    )
    for refused in (client.get(url, follow=True), client.post(url, follow=True), client.post(bulk_url, follow=True)):
        assert "kan niet weg, want de site" in read(refused)
    assert Site.objects.filter(pk=site.pk).exists() and Page.objects.filter(pk=other.pk).exists()
    client.post(reverse("wagtailadmin_pages:delete", args=[other.pk]))
    assert not Page.objects.filter(pk=other.pk).exists()


def test_a_group_that_gives_rights_to_people_cannot_be_deleted(admin_client: Client, make_user: Any) -> None:
    make_user("anna", AUTHORS)
    GroupApprovalTask.objects.create(name="Nakijken").groups.add(Group.objects.get(name=COMMUNICATIONS))
    own_group = Group.objects.create(name="Kijkers")
    for name, reason in (
        (AUTHORS, "1 gebruiker"),
        (COMMUNICATIONS, "de goedkeuring “Nakijken”"),
        (PARTNERS, "een van de vaste rollen"),
    ):
        url = reverse("wagtailusers_groups:delete", args=[Group.objects.get(name=name).pk])
        assert reason in read(admin_client.post(url, follow=True))
        assert Group.objects.filter(name=name).exists()
    admin_client.post(reverse("wagtailusers_groups:delete", args=[own_group.pk]))
    assert not Group.objects.filter(pk=own_group.pk).exists()
