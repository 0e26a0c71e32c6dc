"""The settings that only the municipality can fill in are empty, and a check lists them."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from wagtail.models import Site

from dossiers.models.contact_fields import format_phone
from pilot_pages.checks import check_site_settings
from pilot_pages.models import PilotSettings, SignUpPage
from tests.pilot_pages.conftest import dutch


def test_the_system_check_lists_only_the_empty_settings(content: SignUpPage) -> None:
    pilot_settings = PilotSettings.for_site(Site.objects.get())
    pilot_settings.contact_name, pilot_settings.contact_phone = "Team werk", "+31612345678"
    pilot_settings.save()
    messages = [warning.msg for warning in check_site_settings()]
    assert len(messages) == len(PilotSettings.REQUIRED_FIELDS) - 2
    assert any(dutch("postal address") in message for message in messages)
    assert not any(f"“{dutch('telephone')}”" in message for message in messages)


def test_the_system_check_runs_only_with_check_deploy(content: SignUpPage) -> None:
    assert "pilot_pages.W001" not in [message.id for message in run_checks()]
    assert "pilot_pages.W001" in [message.id for message in run_checks(include_deployment_checks=True)]


def test_pages_say_that_the_contact_details_are_missing(client: Client, content: SignUpPage) -> None:
    html = client.get("/contact/").content.decode()
    assert dutch("The contact details of the municipality are not filled in yet.") in html
    assert "mailto:" not in html
    assert "tel:" not in html


def test_contact_details_are_shown_on_every_page(client: Client, content: SignUpPage) -> None:
    pilot_settings = PilotSettings.for_site(Site.objects.get())
    pilot_settings.contact_phone = "+31612345678"
    pilot_settings.save()
    for url in ("/", "/contact/", "/privacy/"):
        html = client.get(url).content.decode()
        assert 'href="tel:+31612345678">06 12345678</a>' in html


@pytest.mark.parametrize(("stored", "shown"), [("+31527123456", "0527 123 456"), ("+4930123456", "+49 30 123456")])
def test_a_phone_number_is_formatted_for_readers(stored: str, shown: str) -> None:
    assert format_phone(stored) == shown


def test_the_not_found_page_links_to_the_main_pages(client: Client, content: SignUpPage) -> None:
    response = client.get("/bestaat-niet/")
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    assert response.status_code == 404
    assert 'href="/voor-werkgevers/"' in main


def test_an_unknown_theme_causes_a_warning(settings: Any) -> None:
    from config.checks import check_style_sheets

    settings.THEME = "onbekend"
    assert [message.id for message in check_style_sheets()] in (["config.W002"], ["config.W001"])


def test_the_warning_about_missing_style_sheets_names_the_command_to_install_them(settings: Any, tmp_path: Any) -> None:
    from config.checks import check_style_sheets

    settings.STYLE_SHEETS_DIR = tmp_path
    warning = check_style_sheets()[0]
    assert "npm install --no-package-lock" in warning.hint
    (tmp_path / "themes").mkdir()
    for name in ("components.css", f"themes/{settings.THEME}.css"):
        (tmp_path / name).write_text("")
    assert check_style_sheets() == []


def test_the_accessibility_page_shows_the_contact_once_it_is_filled_in(client: Client, content: SignUpPage) -> None:
    assert dutch("The address for questions about accessibility is not filled in yet.") in (
        client.get("/toegankelijkheid/").content.decode()
    )
    pilot_settings = PilotSettings.for_site(Site.objects.get())
    pilot_settings.accessibility_email, pilot_settings.accessibility_statement = (
        "toegankelijk@example.nl",
        "https://example.nl/verklaring",
    )
    pilot_settings.save()
    html = client.get("/toegankelijkheid/").content.decode()
    assert 'href="mailto:toegankelijk@example.nl"' in html
    assert 'href="https://example.nl/verklaring"' in html


@pytest.mark.parametrize(
    ("name", "value"),
    [("contact_phone", "bel maar"), ("contact_email", "geen adres"), ("accessibility_statement", "x")],
)
def test_an_invalid_contact_detail_is_refused(content: SignUpPage, name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PilotSettings(site=Site.objects.get(), **{name: value}).clean_fields()
    assert list(refused.value.message_dict) == [name]


def test_synonyms_of_several_words_are_refused(content: SignUpPage) -> None:
    settings_of_site = PilotSettings(site=Site.objects.get())
    settings_of_site.full_clean(exclude=["site"])  # with the synonyms that editors start from
    settings_of_site.search_synonyms = "fiets, stalen ros, rijwiel\nauto, heilige koe,"
    with translation.override("nl"), pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean(exclude=["site"])
    (message,) = refused.value.message_dict.pop("search_synonyms")
    assert "“stalen ros”, “heilige koe”" in message
    assert message.startswith("De zoekfunctie vindt alleen losse woorden")
