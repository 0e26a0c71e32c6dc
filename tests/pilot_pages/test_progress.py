"""Pages show only the figures that were released for the website."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from dossiers.models import Evaluation
from dossiers.reports.charts import format_cell
from dossiers.reports.evaluations import freeze, get_public_tables, withdraw
from dossiers.reports.registry import REPORTS
from dossiers.reports.release import release
from pilot_pages.models import HomePage, ProgressPage, SignUpPage
from pilot_pages.progress import get_progress
from pilot_pages.subjects import SUBJECTS
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.conftest import dutch

URL = "/zo-gaat-de-pilot/"
WAITING = "Er zijn nog geen cijfers vrijgegeven."
FIGURES_OF_HOME = "Zo gaat de pilot nu</h2>"


@pytest.fixture
def frozen(content: SignUpPage) -> Callable[..., Evaluation]:
    """Create an evaluation of seven and two people with frozen figures."""

    def make(title: str = "Tussenevaluatie", **fields: Any) -> Evaluation:
        evaluation = Evaluation.objects.create(title=title, reports=["period", "funnel", "findings"], **fields)
        for status in ["intake"] * 7 + ["withdrawn"] * 2:
            make_dossier(status=status)
        freeze(evaluation, somebody())
        return evaluation

    return make


def somebody() -> Any:
    return get_user_model().objects.get_or_create(username="coordinator", last_name="Vrijgever")[0]


def released(evaluation: Evaluation) -> Evaluation:
    release(evaluation, somebody())
    return evaluation


def html_of(client: Client, url: str = URL) -> str:
    return client.get(url).content.decode()


def figures_in(html: str) -> str:
    """Return the text of the figures, without the opening and the last section of the page."""
    return re.sub("<[^>]*>", " ", html.split('class="released"')[1].split('class="prose"')[0])


def test_the_subjects_are_those_that_evaluations_tell_of() -> None:
    assert set(SUBJECTS) == set(REPORTS)


def test_before_a_release_it_says_when_to_expect_figures_and_shows_none(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    frozen()
    html = html_of(client)
    assert WAITING in html
    assert "<table" not in html
    assert "<svg" not in html.split("<main")[1].split("opening__drawing")[0]
    assert FIGURES_OF_HOME not in html_of(client, "/")


def test_what_was_released_shows_with_its_period_its_days_and_a_chart(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    today = timezone.localdate()
    released(frozen(begin=today - timedelta(days=30)))
    html = html_of(client)
    assert WAITING not in html
    assert f"{today - timedelta(days=30):%d-%m-%Y} – {today:%d-%m-%Y}" in html
    assert html.count(f"{today:%d-%m-%Y}") == 3  # the end of the period, the day of counting and that of the release
    assert 'role="img" aria-label="Staafdiagram: ' in html
    assert ">5</td>" in html
    assert "Vrijgever" not in html


def test_a_small_count_reads_fewer_than_five(client: Client, frozen: Callable[..., Evaluation]) -> None:
    released(frozen())
    assert ">minder dan 5</td>" in html_of(client)


def test_pages_say_that_figures_are_rounded_and_when_they_begin(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    note = "Aantallen zijn naar beneden afgerond op een vijftal en tellen daarom niet altijd op."
    frozen_evaluation = frozen()
    assert note not in html_of(client) + html_of(client, "/")
    released(frozen_evaluation)
    for html in (html_of(client), html_of(client, "/")):
        assert html.count(note) == 1
        assert f"vanaf het begin (eerste registratie op {timezone.localdate():%d-%m-%Y}) tot en met" in html
        assert html.index("vanaf het begin (eerste") < html.index(note) < html.index("<table")


def test_no_number_stands_there_that_is_not_in_the_public_edition(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    evaluation = released(frozen())
    tables = [table for tables in get_public_tables(evaluation).values() for table in tables]
    allowed = {f"{timezone.localdate():%d-%m-%Y}"}
    for table in tables:
        allowed |= set(re.findall(r"[\d.,-]*\d", " ".join([table.title, table.explanation])))
        for row in [*table.rows, *([table.total] if table.total else [])]:
            cells = [format_cell(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)]
            allowed |= set(re.findall(r"[\d.,-]*\d", " ".join([row.label, *cells])))
    shown = set(re.findall(r"[\d.,-]*\d", figures_in(html_of(client))))
    assert "5" in shown
    assert shown <= allowed


def test_the_page_holds_no_style_attribute_and_no_script(client: Client, frozen: Callable[..., Evaluation]) -> None:
    released(frozen())
    main = html_of(client).split("<main")[1].split("</main>")[0]
    assert not re.search(r"\sstyle=|<script|<style", main)


def test_one_that_was_withdrawn_is_gone_and_the_one_before_it_shows_again(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    first, second = released(frozen("De eerste")), released(frozen("De tweede"))
    assert "De tweede" in html_of(client)
    assert "De eerste" not in html_of(client)
    withdraw(second, somebody(), "Er stond een fout in.")
    assert "De eerste" in html_of(client)
    assert client.get("/api/pilot/figures").json()["withdrawn"] is None
    withdraw(first, somebody(), "Er stond een fout in.")
    html = html_of(client)
    assert WAITING not in html and "fout" not in html
    text = " ".join(re.sub("<[^>]*>", "", html).split())
    assert "De brief “De eerste” (cijfers: vanaf het begin" in text
    assert f"is ingetrokken op {timezone.localdate():%d-%m-%Y}. Er zijn nu geen cijfers." in text
    answer = client.get("/api/pilot/figures").json()
    assert answer["figures"] is None
    assert answer["withdrawn"]["title"] == "De eerste" and answer["withdrawn"]["withdrawn_on"] == str(
        timezone.localdate()
    )
    page = client.get(f"/api/v2/pages/{ProgressPage.objects.get(locale__language_code='nl').pk}/").json()
    assert page["withdrawn"] == answer["withdrawn"]
    assert FIGURES_OF_HOME not in html_of(client, "/")


def test_one_about_a_part_says_so(client: Client, frozen: Callable[..., Evaluation]) -> None:
    from dossiers.models import Sector

    released(frozen(sector=Sector.objects.get(name="Zorg")))
    assert "Zorg" in html_of(client).split('class="released"')[1].split("</div>")[0]


def test_home_shows_them_too_and_leads_to_all(client: Client, frozen: Callable[..., Evaluation]) -> None:
    released(frozen())
    html = html_of(client, "/")
    assert FIGURES_OF_HOME in html
    assert f'href="{URL}"' in html.split(FIGURES_OF_HOME)[1].split("<h2")[0]
    assert html.split(FIGURES_OF_HOME)[1].split("<h2")[0].count("<table") == 1


def test_a_block_about_a_subject_that_was_not_released_stays_away(
    client: Client, frozen: Callable[..., Evaluation]
) -> None:
    released(frozen())
    home = HomePage.objects.get()
    value = {"heading": "Geld van de pilot", "subject": "money"}
    home.body = home.body.stream_block.to_python([{"type": "pilot_figures", "value": value}])
    home.save()
    assert "Geld van de pilot" not in html_of(client, "/")


def test_only_the_subjects_that_are_asked_for_are_given(frozen: Callable[..., Evaluation]) -> None:
    released(frozen())
    every, funnel = get_progress(), get_progress("funnel", first_only=True)
    assert every and funnel
    assert [subject.anchor for subject in every.subjects] == ["period", "funnel", "findings"]
    assert [(subject.anchor, len(subject.tables)) for subject in funnel.subjects] == [("funnel", 1)]


def test_there_is_one_below_a_page(content: SignUpPage) -> None:
    assert not ProgressPage.can_create_at(HomePage.objects.get())
    assert ProgressPage.can_create_at(Page.objects.get(slug="over-de-pilot").specific)


def test_it_can_be_edited_and_previewed_before_anything_was_released(content: SignUpPage) -> None:
    page = ProgressPage.objects.get()
    assert WAITING in page.make_preview_request().rendered_content
    assert dutch("Pilot figures") in str(page.body.stream_block.child_blocks["pilot_figures"].label)
