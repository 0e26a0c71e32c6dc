"""Validation errors of pages, which are shown in Dutch beside the field."""

from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from pilot_pages.models import GuidancePage

PICTURE = {"image": {"image": "", "decorative": "", "alt_text": ""}, "caption": ""}


def test_a_value_that_no_rule_has_is_told_at_its_field(anna: Client) -> None:
    page = GuidancePage.objects.get(slug="contact")
    form = {"title": page.title, "slug": page.slug, "intro": "Na {wachtijd}", "action-publish": "yes"}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "body": streamfield([("picture", PICTURE)])}
    response = anna.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(form))
    errors = response.context["form"].errors
    assert set(errors) == {"intro", "body"}
    assert "{wachtijd}" in errors["intro"][0]
    assert "Validation error" not in response.content.decode()  # Wagtail's own words, beside errors without a field
