"""The first content is loaded only into an empty site, completely or not at all."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from wagtail.models import Page, Site

from pilot_pages.content import loader
from pilot_pages.content.files import PageFile, read_files
from pilot_pages.models import GuidancePage, HomePage, PilotSettings
from tests.pilot_pages.conftest import load_once

pytestmark = pytest.mark.usefixtures("base_data")


def load() -> str:
    out = StringIO()
    call_command("load_content", stdout=out)
    return out.getvalue()


def test_load_content_fills_an_empty_site_and_sets_its_home_page(settings: Any) -> None:
    settings.BASE_URL = "https://werk.example.nl"
    files = list((settings.FIXTURES_DIR / "content").glob("*/*.yaml"))
    assert load() == f"Loaded {len(files)} pages.\n"
    site = Site.objects.get(is_default_site=True)
    assert site.root_page.specific == HomePage.objects.get(slug="home")
    assert (site.hostname, site.port) == ("werk.example.nl", 443)
    assert get_values_by_language("live") == {"nl": {True}, "en": {True}, "ar": {False}, "ti": {False}}
    assert PilotSettings.for_site(site).empty_fields()


def test_every_page_in_another_language_is_a_translation_of_a_dutch_page() -> None:
    load_once[()]()
    originals = get_values_by_language("translation_key")
    for language in ("en", "ar", "ti"):
        assert originals[language] <= originals["nl"]


def test_a_translation_without_a_reference_to_its_original_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(language: str) -> list[PageFile]:
        files = read_files(language)
        if language == "en":
            del files[0].content["translates"]
        return files

    monkeypatch.setattr(loader, "read_files", broken)
    with pytest.raises(ValidationError, match="en/home-en does not say which page it translates"):
        load()
    assert Page.objects.count() == 2


def test_loading_twice_changes_nothing_and_says_so() -> None:
    load_once[()]()
    page = Page.objects.get(slug="toegankelijkheid").specific
    page.title = "Bewerkt"
    page.save_revision().publish()
    assert "nothing was changed" in load()
    assert Page.objects.get(slug="toegankelijkheid").title == "Bewerkt"


def test_load_content_does_not_change_a_site_with_other_pages() -> None:
    Page.objects.get(depth=1).add_child(instance=HomePage(title="Van ons", intro="Van ons", slug="van-ons"))
    assert "nothing was changed" in load()
    assert not GuidancePage.objects.exists()


def test_load_content_does_not_replace_an_edited_welcome_page() -> None:
    welcome = Page.objects.get(depth=2)
    welcome.title = "Onze eigen start"
    welcome.save_revision().publish()
    assert "nothing was changed" in load()


def test_an_invalid_file_leaves_the_site_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(Page.objects.values_list("pk", "title"))

    def broken(language: str) -> list[PageFile]:
        files = read_files(language)
        files[-1].content["next"]["page"] = "bestaat-niet"
        return files

    monkeypatch.setattr(loader, "read_files", broken)
    with pytest.raises(ValidationError, match="bestaat-niet"):
        load()
    assert list(Page.objects.values_list("pk", "title")) == before


def test_a_missing_text_is_refused_with_the_name_of_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(language: str) -> list[PageFile]:
        files = read_files(language)
        for file in files:
            file.content.pop("gone_mail_subject", None)
        return files

    monkeypatch.setattr(loader, "read_files", broken)
    with pytest.raises(ValidationError) as refused:
        load()
    assert list(refused.value.error_dict) == ["gone_mail_subject"]
    assert Page.objects.count() == 2


def get_values_by_language(field: str) -> dict[str, set[Any]]:
    """Return the values of a field of all pages by language."""
    values: dict[str, set[Any]] = {}
    for page in Page.objects.filter(depth__gt=1).select_related("locale"):
        values.setdefault(page.locale.language_code, set()).add(getattr(page, field))
    return values
