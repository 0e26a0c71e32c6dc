"""The editing of pages by communications staff."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.forms.models import model_to_dict
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.contrib.forms.utils import get_forms_for_user
from wagtail.models import Page

from dossiers.models.rights import COMMUNICATIONS, apply_rights
from pilot_pages.blocks import BodyBlock
from pilot_pages.models import CheckPage, GuidancePage, HomePage, PilotSettings, ProgressPage, QuestionsPage, SignUpPage
from pilot_pages.placeholders import filled
from pilot_pages.sign_up.emails import PREVIEWS

SLUGS = ["home", "mag-ik-aannemen", "vragen", "zo-gaat-de-pilot", "aanmelden", "check"]


@pytest.fixture
def editor_at_work(client: Client, content: SignUpPage) -> Client:
    """A client of communications staff."""
    apply_rights()
    user = get_user_model().objects.create_user("editor", "editor@example.nl")
    user.groups.add(Group.objects.get(name=COMMUNICATIONS))
    client.force_login(user)
    return client


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_type_opens_in_the_editor(editor_at_work: Client, slug: str) -> None:
    page = Page.objects.get(slug=slug)
    response = editor_at_work.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    assert page.title in response.content.decode()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_type_has_a_preview(content: SignUpPage, slug: str) -> None:
    page = Page.objects.get(slug=slug).specific
    for mode, _name in page.preview_modes:
        response = page.make_preview_request(RequestFactory().get("/"), mode)
        assert response.status_code == 200
        content = response.content.decode()
        assert (
            filled(getattr(page, f"{mode}_subject")) in content if mode in PREVIEWS else "utrecht-heading-1" in content
        )


def test_page_types_are_allowed_only_below_the_right_parents() -> None:
    assert HomePage.allowed_parent_page_models() == [Page]
    below_home = {CheckPage, GuidancePage, ProgressPage, QuestionsPage, SignUpPage}
    assert set(HomePage.allowed_subpage_models()) == below_home
    assert SignUpPage.allowed_parent_page_models() == [HomePage]
    assert SignUpPage.allowed_subpage_models() == QuestionsPage.allowed_subpage_models() == []


def test_a_site_has_only_one_sign_up_page(content: SignUpPage) -> None:
    assert not SignUpPage.can_create_at(HomePage.objects.get())


def test_every_block_has_a_description() -> None:
    assert [name for name, block in BodyBlock().child_blocks.items() if not block.get_description()] == []


def test_the_menu_of_forms_does_not_list_sign_up_pages(editor_at_work: Client) -> None:
    user = get_user_model().objects.get()
    assert user.has_perm("wagtailcore.change_page") or Page.objects.filter(slug="aanmelden").exists()
    assert not get_forms_for_user(user).exists()


def test_an_administrator_can_fill_in_the_contact_details(client: Client, content: SignUpPage) -> None:
    admin = get_user_model().objects.create_superuser("admin", "admin@example.nl")
    client.force_login(admin)
    site = content.get_site()
    url = reverse("wagtailsettings:edit", args=["pilot_pages", "pilotsettings", site.pk])
    assert client.get(url).status_code == 200
    fields: dict[str, Any] = model_to_dict(PilotSettings.for_site(site)) | {"contact_phone": "0527 123456"}
    client.post(url, fields)
    assert PilotSettings.objects.get(site=site).contact_phone == "+31527123456"
    assert client.post(url, fields | {"contact_phone": "bel"}).status_code == 200
    assert PilotSettings.objects.get(site=site).contact_phone == "+31527123456"


def test_no_page_links_to_an_unpublished_page(client: Client, content: SignUpPage) -> None:
    content.unpublish()
    CheckPage.objects.get().unpublish()
    GuidancePage.objects.get(slug="mag-ik-aannemen").unpublish()
    offline = set(Page.objects.filter(live=False, depth__gt=1).values_list("url_path", flat=True))
    addresses = {f'"/{path.split("/", 2)[2]}"' for path in offline}
    for page in Page.objects.live().filter(depth__gt=1).specific():
        main = client.get(page.url).content.decode().partition("<main")[2].partition("</main>")[0]
        linked = {address for address in addresses if f"href={address}" in main}
        assert not linked, f"{page.url}: {linked}"
