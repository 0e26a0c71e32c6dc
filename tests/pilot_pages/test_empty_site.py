"""The site's first content goes into an empty site only, whole or not at all."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from wagtail.models import Page, Site

from pilot_pages.content import loading
from pilot_pages.models import GuidancePage, HomePage, PilotSettings

pytestmark = pytest.mark.usefixtures("base_data")


def load() -> str:
    out = StringIO()
    call_command("load_content", stdout=out)
    return out.getvalue()


def test_it_fills_an_empty_site_and_points_it_at_its_home(settings: Any) -> None:
    settings.BASE_URL = "https://werk.example.nl"
    assert load() == "Loaded 13 pages.\n"
    site = Site.objects.get(is_default_site=True)
    assert site.root_page.specific == HomePage.objects.get()
    assert (site.hostname, site.port) == ("werk.example.nl", 443)
    assert Page.objects.filter(depth=2).count() == 1
    assert all(page.live and page.locale.language_code == "nl" for page in Page.objects.filter(depth__gt=1))
    assert PilotSettings.for_site(site).empty_fields()


def test_a_second_time_changes_nothing_and_says_so() -> None:
    load()
    page = Page.objects.get(slug="privacy").specific
    page.title = "Bewerkt"
    page.save_revision().publish()
    assert "nothing was changed" in load()
    assert Page.objects.get(slug="privacy").title == "Bewerkt"


def test_it_leaves_a_site_alone_that_holds_any_other_page() -> None:
    Page.objects.get(depth=1).add_child(instance=HomePage(title="Van ons", intro="Van ons", slug="van-ons"))
    assert "nothing was changed" in load()
    assert not GuidancePage.objects.exists()


def test_it_leaves_a_welcome_page_alone_that_somebody_edited() -> None:
    welcome = Page.objects.get(depth=2)
    welcome.title = "Onze eigen start"
    welcome.save_revision().publish()
    assert "nothing was changed" in load()


def test_a_broken_file_leaves_the_site_as_it_was(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(Page.objects.values_list("pk", "title"))
    files = loading.read_files(settings.FIXTURES_DIR / "content" / "nl")
    files[-1]["next"]["page"] = "bestaat-niet"
    monkeypatch.setattr(loading, "read_files", lambda folder: files)
    with pytest.raises(ValidationError, match="bestaat-niet"):
        load()
    assert list(Page.objects.values_list("pk", "title")) == before
