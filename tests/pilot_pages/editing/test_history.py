"""The history of a page."""

from django.test import Client
from django.urls import reverse

from pilot_pages.models import GuidancePage, SignUpPage

from .test_moderation import add, fields, written


def test_the_initial_text_can_be_viewed_and_restored(anna: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="privacy")
    delivered = page.latest_revision
    page.intro = "Wij bewaren weinig."
    page.save_revision(user=anna.user, log_action=True)  # type: ignore[attr-defined]
    html = anna.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    for name in ("revisions_view", "revisions_revert"):
        assert reverse(f"wagtailadmin_pages:{name}", args=[page.pk, delivered.pk]) in html
    assert "Terug naar deze versie…" in html
    assert "Beoordeel deze versie" not in html


def test_restoring_a_version_names_its_author_and_does_not_change_the_website(
    anna: Client, content: SignUpPage
) -> None:
    add(anna)
    page = written()
    old = page.latest_revision
    page.revisions.update(user=None)
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk])
    html = " ".join(anna.get(revert).content.decode().split())
    assert "het systeem" in html
    html = anna.post(revert, fields(title="Weer zo"), follow=True).content.decode()
    assert "is vervangen door de versie van" in html
    assert "Op de website verandert niets, totdat u publiceert." in html
