"""A rule that is in use can't be deleted, and its pages name the places that use it."""

from datetime import timedelta
from html import unescape

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from dossiers.models import Regulation
from pilot_pages.editing.rule_places import list_rule_places
from pilot_pages.models import GuidancePage, SignUpPage


def build_url(name: str, rule: Regulation) -> str:
    return reverse(Regulation.snippet_viewset.get_url_name(name), args=[rule.pk])


def list_labels(rule: Regulation) -> list[str]:
    return [place.label for place in list_rule_places(rule)]


def test_a_regulation_in_use_cannot_be_deleted_and_the_places_that_use_it_are_listed(
    anna: Client, content: SignUpPage
) -> None:
    rule = Regulation.objects.get(key="wachttijd")
    bulk = f"{reverse('wagtail_bulk_action', args=['dossiers', 'regulation', 'delete'])}?id={rule.pk}"
    for refused in (
        anna.get(build_url("delete", rule), follow=True),
        anna.post(build_url("delete", rule), follow=True),
        anna.get(bulk, follow=True),
        anna.post(bulk, follow=True),
    ):
        words = " ".join(unescape(strip_tags(refused.content.decode())).split())
        assert Regulation.objects.filter(pk=rule.pk).exists()
        assert "kan niet weg, want" in words and "Deze regel wordt op" in words
        assert "de berekening van wie mag werken" in words
    labels = list_labels(rule)
    assert all(label in words for label in labels)
    assert any(label.endswith("Vraag en Uitkomst") for label in labels), labels
    assert any("Feiten" in label for label in labels), labels
    assert f"Deze regel wordt op {len(labels)} plaatsen gebruikt" in words


def test_a_draft_or_another_version_counts_as_use_and_an_unused_regulation_can_be_deleted(
    anna: Client, content: SignUpPage
) -> None:
    rule = Regulation.objects.create(key="proef", title="Proef", value="3", unit="weeks", statement="Na {value}.")
    assert list_labels(rule) == []
    page = GuidancePage.objects.get(slug="privacy")
    page.intro = "Na {proef} mag het."
    page.save_revision()
    (label,) = list_labels(rule)
    assert label.startswith(page.title)
    later = timezone.localdate() + timedelta(days=30)
    future = Regulation.objects.create(key="proef", title="Proef", value="4", statement="Na 4.", valid_from=later)
    assert list_labels(future) == [] and len(list_labels(rule)) == 1
    anna.post(build_url("delete", future))
    page.get_latest_revision().delete()
    GuidancePage.objects.filter(pk=page.pk).update(has_unpublished_changes=False, latest_revision=None)
    anna.post(build_url("delete", rule))
    assert not Regulation.objects.filter(key="proef").exists()


def test_a_version_can_be_deleted_if_an_earlier_one_holds_then(anna: Client, content: SignUpPage) -> None:
    rule = Regulation.objects.get(key="wachttijd")
    today = timezone.localdate()
    successor = Regulation.objects.create(
        key="wachttijd", title="Wachttijd", value="60", unit="months", statement="Na {value} maanden.", valid_from=today
    )
    assert list_labels(successor) == []
    assert list_labels(rule) == ["de berekening van wie mag werken, en de vereisten en cijfers die daarvan afhangen"]
    asked = " ".join(unescape(strip_tags(anna.get(build_url("delete", successor)).content.decode())).split())
    assert "Zonder deze versie geldt vandaag de versie die altijd al geldt: 6 maanden." in asked
    anna.post(build_url("delete", successor))
    assert Regulation.objects.filter(key="wachttijd").get() == rule
