"""The list of outdated translations."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from dossiers.models.rights import READERS, apply_rights
from pilot_pages.models import GuidancePage
from pilot_pages.translations.outdated import find_outdated_translations
from tests.pilot_pages.conftest import dutch


def change_dutch_contact() -> None:
    page = GuidancePage.objects.get(slug="contact", locale__language_code="nl")
    page.intro = "Anders."
    page.save_revision().publish()


def english_contact() -> GuidancePage:
    return GuidancePage.objects.get(slug="contact", locale__language_code="en")


def test_no_translation_of_the_initial_content_is_outdated(editor_client: Client) -> None:
    assert list(find_outdated_translations()) == []
    assert dutch("Outdated translations") not in editor_client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_change_of_the_dutch_page_makes_its_translation_outdated(editor_client: Client) -> None:
    change_dutch_contact()
    assert list(find_outdated_translations().values_list("pk", flat=True)) == [english_contact().pk]
    html = editor_client.get(reverse("wagtailadmin_home")).content.decode()
    assert dutch("Outdated translations") in html
    assert reverse("wagtailadmin_pages:edit", args=[english_contact().pk]) in html


def test_the_form_of_an_outdated_translation_links_to_the_dutch_page(editor_client: Client) -> None:
    change_dutch_contact()
    html = editor_client.get(reverse("wagtailadmin_pages:edit", args=[english_contact().pk])).content.decode()
    original = GuidancePage.objects.get(slug="contact", locale__language_code="nl")
    assert "Deze vertaling loopt achter" in html
    assert reverse("wagtailadmin_pages:edit", args=[original.pk]) in html
    assert (
        "Deze vertaling loopt achter"
        not in editor_client.get(reverse("wagtailadmin_pages:edit", args=[original.pk])).content.decode()
    )


def test_a_draft_of_the_dutch_page_does_not_make_its_translation_outdated(editor_client: Client) -> None:
    page = GuidancePage.objects.get(slug="contact", locale__language_code="nl")
    page.intro = "Anders."
    page.save_revision()
    assert list(find_outdated_translations()) == []


def test_saving_the_translation_takes_it_off_the_list(editor_client: Client) -> None:
    change_dutch_contact()
    english_contact().save_revision()
    assert list(find_outdated_translations()) == []


def test_users_who_cannot_edit_pages_do_not_see_the_list(client: Client, languages: None) -> None:
    change_dutch_contact()
    apply_rights()
    reader = get_user_model().objects.create_user("reader")
    reader.groups.set(Group.objects.filter(name=READERS))
    client.force_login(reader)
    assert dutch("Outdated translations") not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_an_editor_starts_a_translation_from_the_backoffice(editor_client: Client) -> None:
    dutch_page = GuidancePage.objects.get(slug="privacy", locale__language_code="nl")
    arabic_home = Page.objects.get(slug="home-ar")
    url = reverse("simple_translation:submit_page_translation", args=[dutch_page.pk])
    assert "Vertaal" in editor_client.get(url).content.decode()
    editor_client.post(url, {"locales": [arabic_home.locale_id], "include_subtree": ""})
    made = dutch_page.get_translation(arabic_home.locale)
    assert (made.live, made.get_parent().pk) == (False, arabic_home.pk)
