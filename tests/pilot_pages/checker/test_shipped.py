"""The check of fixtures/content/: every path ends in an outcome, and every statement has a source."""

from pathlib import Path
from typing import Any

import yaml
from django.test import Client
from django.utils import translation

from dossiers.models import Regulation
from pilot_pages.checker.decision_tree import Outcome, Tree
from pilot_pages.checker.problems import problems_in
from pilot_pages.models import CheckPage, HomePage
from pilot_pages.placeholders import PLACEHOLDER
from tests.compact_html import compact_html
from tests.pilot_pages.checker.trees import find_walks
from tests.pilot_pages.test_content import facts_in


def test_the_shipped_check_is_valid(shipped_check: CheckPage) -> None:
    assert problems_in(shipped_check.tree) == []


def test_every_path_ends_in_an_outcome_with_a_page(client: Client, shipped_check: CheckPage) -> None:
    with translation.override("nl"):  # an earlier test may have activated English
        ways = list(find_walks(Tree.of(shipped_check.tree)))
    assert {walk.at.name for walk in ways} == {
        place.name for place in Tree.of(shipped_check.tree).places.values() if isinstance(place, Outcome)
    }
    assert all(len(walk.given) <= 6 for walk in ways)
    for outcome in {walk.at.name: walk for walk in ways}.values():
        response = client.get(f"{shipped_check.url}{'/'.join(outcome.addresses)}/")
        assert response.status_code == 200
        assert outcome.at.words in response.content.decode()


def test_every_regulation_in_the_check_exists(settings: Any, shipped_check: CheckPage) -> None:
    text = Path(settings.FIXTURES_DIR / "content" / "nl" / "015-check.yaml").read_text("utf-8")
    with_value = set(Regulation.objects.exclude(value="").values_list("key", flat=True))
    assert set(PLACEHOLDER.findall(text.split("\n", 3)[3])) <= with_value
    assert {"wachttijd", "leeftijd"} <= set(PLACEHOLDER.findall(text))
    named = set(facts_in(yaml.safe_load(text)))
    assert named and named <= set(Regulation.objects.values_list("key", flat=True))


def test_the_check_has_no_hard_coded_values(settings: Any) -> None:
    text = Path(settings.FIXTURES_DIR / "content" / "nl" / "015-check.yaml").read_text("utf-8")
    assert not any(character.isdigit() for character in text)


def test_a_changed_regulation_changes_the_question(client: Client, shipped_check: CheckPage) -> None:
    Regulation.objects.filter(key="wachttijd").update(value="3")
    step = client.get(f"{shipped_check.url}kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-jaar/")
    assert "Loopt de asielaanvraag al 3 maanden of langer?" in step.content.decode()


def test_the_home_page_links_to_the_check_first(client: Client, shipped_check: CheckPage) -> None:
    assert HomePage.objects.get().first_page_id == shipped_check.pk
    assert f'href="{shipped_check.url}">Doe de check (2 minuten)' in compact_html(client.get("/"))
