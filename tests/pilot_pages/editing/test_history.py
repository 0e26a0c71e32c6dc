"""The history of a page."""

from django.test import Client
from django.urls import reverse

from pilot_pages.models import GuidancePage, SignUpPage


def test_the_text_as_delivered_can_be_viewed_and_restored(anna: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    delivered = page.latest_revision
    page.intro = "Wij bewaren weinig."
    page.save_revision(user=anna.user, log_action=True)  # type: ignore[attr-defined]
    html = anna.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    for name in ("revisions_view", "revisions_revert"):
        assert reverse(f"wagtailadmin_pages:{name}", args=[page.pk, delivered.pk]) in html
    assert "Terug naar deze versie…" in html
    assert "Beoordeel deze versie" not in html
