"""Tests of the form of an import profile."""

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import ImportProfile, Organisation


@pytest.fixture
def profile(base_data: None) -> ImportProfile:
    return ImportProfile.objects.create(
        name="AZC: dossiers",
        record="dossiers",
        organisation=Organisation.objects.named("AZC Luttelgeest"),
        columns={"Deelnemernr.": "external_id", "Kamer": None},
        values={"languages": {"Eritrees": "ti", "?": None}},
    )


@pytest.fixture
def edit_profile(client: Client, coordinator, profile: ImportProfile):
    client.force_login(coordinator)
    url = reverse(ImportProfile.snippet_viewset.get_url_name("edit"), args=[profile.pk])

    def edit_profile(**changed: str):
        if not changed:
            return client.get(url)
        form = {
            "name": profile.name, "record": "dossiers", "organisation": profile.organisation_id,
            "columns_text": "Kamer = -", "values_text": "",
        }  # fmt: skip
        return client.post(url, form | changed)

    return edit_profile


def test_each_setting_of_a_profile_is_shown_as_a_line(edit_profile) -> None:
    page = edit_profile().content.decode()
    for line in ("Deelnemernr. = Extern nummer", "Kamer = -", "Talen: Eritrees = Tigrinya", "Talen: ? = -"):
        assert line in page


def test_typed_settings_are_stored(edit_profile, profile: ImportProfile) -> None:
    edit_profile(columns_text="Nr = Extern nummer\n\nKamer = -", values_text="Niveau Nederlands: redelijk = A2")
    profile.refresh_from_db()
    assert profile.columns == {"Nr": "external_id", "Kamer": None}
    assert profile.values == {"dutch_level": {"redelijk": "A2"}}


@pytest.mark.parametrize("text", ["Nr = Schoenmaat", "Nr"])
def test_an_invalid_line_is_named_and_nothing_is_lost(edit_profile, profile: ImportProfile, text: str) -> None:
    page = edit_profile(columns_text=f"Kamer = -\n{text}").content.decode()
    assert "Regel 2" in page and text in page
    profile.refresh_from_db()
    assert "Deelnemernr." in profile.columns


def test_a_date_of_former_times_is_not_shown_as_remembered_and_goes_when_the_profile_is_saved(
    edit_profile, profile: ImportProfile
) -> None:
    profile.values |= {"available_from": {"maart": "01-03-2027", "zsm": None}}
    profile.save()
    page = edit_profile().content.decode()
    assert "Beschikbaar vanaf: zsm = -" in page and "Beschikbaar vanaf: maart" not in page
    edit_profile(values_text="Beschikbaar vanaf: zsm = -")
    profile.refresh_from_db()
    assert profile.values == {"available_from": {"zsm": None}}


def test_a_date_that_is_typed_as_the_meaning_of_a_word_is_refused(edit_profile, profile: ImportProfile) -> None:
    page = edit_profile(values_text="Talen: ? = -\nBeschikbaar vanaf: maart = 1 maart 2027").content.decode()
    assert "Regel 2: een datum wordt niet onthouden, want die geldt voor één lijst." in page
    profile.refresh_from_db()
    assert "available_from" not in profile.values
