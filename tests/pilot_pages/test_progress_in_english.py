"""The released figures on an English page: the same numbers with English labels."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dossiers.models import Evaluation, Expense, Organisation
from dossiers.reports.evaluations import freeze
from dossiers.reports.registry import REPORTS
from dossiers.reports.release import release
from pilot_pages.models import ProgressPage
from tests.dossiers.models.factories import make_dossier, make_interest
from tests.dossiers.models.test_activity import make_finding

DUTCH_URL, ENGLISH_URL = "/zo-gaat-de-pilot/", "/en/how-the-pilot-goes/"
IN_DUTCH = re.compile(r'<(\w+)[^>]* lang="nl"[^>]*>.*?</\1>', re.DOTALL)
DUTCH_WORDS = re.compile(r"\b(de|het|een|van|voor|niet|naar|bij|kandidaten|dagen|minder|vermeld)\b", re.I)


@pytest.fixture
def released(languages: None) -> Evaluation:
    """A released evaluation of all subjects, with six people of one organisation, each with a sector and a finding."""
    somebody: Any = get_user_model().objects.create(username="coordinator")
    organisation = Organisation.objects.create(name="Bureau van de Werkgroep")
    for _number in range(6):
        dossier = make_dossier(sectors=["Zorg"], expectation_talk_on=date(2026, 11, 2))
        dossier.supplies.create(organisation=organisation)
        make_finding(dossier=dossier)
        make_interest()
    Expense.objects.create(category="matching", description="Reiskosten", amount=1234, spent_on=date(2026, 11, 2))
    evaluation = Evaluation.objects.create(title="Tussenstand van het najaar", reports=list(REPORTS))
    freeze(evaluation, somebody)
    release(evaluation, somebody)
    return evaluation


def figures(client: Client, url: str) -> str:
    return client.get(url).content.decode().split('class="released"')[1].split('class="prose"')[0]


def words(html: str) -> str:
    return re.sub("<[^>]*>", " ", html)


def numbers(html: str) -> list[str]:
    return re.findall(r">(\d+%?)</td>", html)


def test_the_english_page_has_the_same_figures_as_the_dutch_page(client: Client, released: Evaluation) -> None:
    english = figures(client, ENGLISH_URL)
    assert 'scope="row">Registered</th>' in english
    assert 'aria-label="Bar chart: ' in english
    assert numbers(english) == numbers(figures(client, DUTCH_URL)) != []


def test_the_english_figures_are_in_english_except_for_texts_marked_as_dutch(
    client: Client, released: Evaluation
) -> None:
    english = figures(client, ENGLISH_URL)
    assert DUTCH_WORDS.findall(words(IN_DUTCH.sub("", english))) == []
    assert 'scope="row" lang="nl">Bureau van de Werkgroep</th>' in english
    assert 'scope="row">Care</th>' in english
    assert 'scope="row">November 2026</th>' in english and ">€ 1,234.00<" in english
    assert 'lang="nl">Tussenstand van het najaar<' in english


def test_a_dutch_page_does_not_mark_text_as_dutch(client: Client, released: Evaluation) -> None:
    dutch = figures(client, DUTCH_URL)
    assert DUTCH_WORDS.search(words(dutch))
    assert 'lang="nl"' not in dutch


def test_figures_released_only_in_dutch_are_marked_as_dutch(client: Client, released: Evaluation) -> None:
    Evaluation.objects.filter(pk=released.pk).update(public_in={})
    english = figures(client, ENGLISH_URL)
    assert 'class="figures__subject" lang="nl"' in english
    assert 'scope="row">Aangemeld</th>' in english
    assert 'aria-label="Staafdiagram: ' in english and ">€ 1.234,00<" in english


@pytest.mark.parametrize("code", ["nl", "en"])
def test_both_apis_return_the_same_figures(client: Client, released: Evaluation, code: str) -> None:
    page = ProgressPage.objects.get(locale__language_code=code)
    here = client.get(f"/api/pilot/figures?language={code}").json()["figures"]
    assert here == client.get(f"/api/v2/pages/{page.pk}/").json()["figures"]
    assert (here["title"], here["language"]) == (released.title, code)
    rows = [row for subject in here["subjects"] for table in subject["tables"] for row in table["rows"]]
    assert {row["language"] for row in rows if row["label"] == "Bureau van de Werkgroep"} == {"nl"}
    assert {row["language"] for row in rows} == {"nl", code}
    numbers = [cell for row in rows for cell in row["cells"] if isinstance(cell["value"], int)]
    assert {"text": "5", "value": 5} in numbers
