"""Validation errors of pages, which are shown in Dutch beside the field."""

from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.test.utils.form_data import nested_form_data, streamfield

from pilot_pages.models import GuidancePage

PICTURE = {"image": {"image": "", "decorative": "", "alt_text": ""}, "caption": ""}


def test_an_unknown_placeholder_is_refused_with_an_error_at_its_field(anna: Client) -> None:
    page = GuidancePage.objects.get(slug="contact")
    form = {"title": page.title, "slug": page.slug, "intro": "Na {wachtijd}", "action-publish": "yes"}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "body": streamfield([("picture", PICTURE)])}
    response = anna.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(form))
    errors = response.context["form"].errors
    assert set(errors) == {"intro", "body"}
    assert "{wachtijd}" in errors["intro"][0]
    assert "Validation error" not in response.content.decode()  # Wagtail's own words, beside errors without a field


def test_a_page_can_only_be_scheduled_in_the_future(anna: Client) -> None:
    page = GuidancePage.objects.get(slug="contact")
    form = {"title": page.title, "slug": page.slug, "intro": page.intro, "body": streamfield([])}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "expire_at": "", "action-publish": "yes"}
    for moment, fields_with_errors in (("2020-01-01 09:00", {"go_live_at"}), ("2120-01-01 09:00", set())):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        response = anna.post(url, nested_form_data(form | {"go_live_at": moment}))
        errors = response.context["form"].errors if "form" in response.context else {}
        assert set(errors) == fields_with_errors
        assert not errors or "Dit moment is voorbij." in errors["go_live_at"][0]


def test_the_text_about_scheduling_names_the_existing_button() -> None:
    with translation.override("nl"):
        text = gettext(
            'This publishing schedule will only take effect after you select the "Schedule to publish" option'
        )
        assert f"“{gettext('Schedule to publish')}”" in text
