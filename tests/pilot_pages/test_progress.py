"""Pages show only the figures that were released for the website."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from dossiers.models import Evaluation
from dossiers.reports.charts import format_cell
from dossiers.reports.evaluations import freeze, get_public_tables, withdraw
from dossiers.reports.registry import REPORTS
from dossiers.reports.release import release
from pilot_pages.models import HomePage, ProgressPage, SignUpPage
from pilot_pages.progress import ShownCell, ShownRow, get_progress
from tests.dossiers.models.factories import make_dossier
from tests.pilot_pages.conftest import dutch

URL = "/zo-gaat-de-pilot/"
WAITING = "Er zijn nog geen cijfers vrijgegeven."
FEW = (
    "Een tot en met vier staat er als “minder dan 5”; in tabellen naar sector, organisatie, reden of categorie geldt "
    "dat ook voor nul."
)
FIGURES_OF_HOME = "De cijfers van de pilot</h2>"


@pytest.fixture
def make_frozen_evaluation(content: SignUpPage) -> Callable[..., Evaluation]:
    """Create an evaluation of seven and two people with frozen figures."""

    def make(title: str = "Tussenevaluatie", **fields: Any) -> Evaluation:
        evaluation = Evaluation.objects.create(title=title, reports=["period", "funnel", "findings"], **fields)
        for status in ["intake"] * 7 + ["withdrawn"] * 2:
            make_dossier(status=status)
        freeze(evaluation, get_or_create_coordinator())
        return evaluation

    return make


def get_or_create_coordinator() -> Any:
    return get_user_model().objects.get_or_create(username="coordinator", last_name="Vrijgever")[0]


def release_evaluation(evaluation: Evaluation) -> Evaluation:
    release(evaluation, get_or_create_coordinator())
    return evaluation


def html_of(client: Client, url: str = URL) -> str:
    return client.get(url).content.decode()


def figures_in(html: str) -> str:
    """Return the text of the figures, without the opening and the last section of the page."""
    return re.sub("<[^>]*>", " ", html.split('class="released"')[1].split('class="prose"')[0])


def test_the_page_without_a_release_says_when_to_expect_figures(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    make_frozen_evaluation()
    html = html_of(client)
    assert WAITING in html
    assert "<table" not in html
    assert "<svg" not in html.split("<main")[1].split("opening__drawing")[0]
    assert FIGURES_OF_HOME not in html_of(client, "/")


def test_released_figures_are_shown_with_their_period_dates_and_chart(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    today = timezone.localdate()
    release_evaluation(make_frozen_evaluation(begin=today - timedelta(days=30)))
    html = html_of(client)
    assert WAITING not in html
    assert f"{today - timedelta(days=30):%d-%m-%Y} – {today:%d-%m-%Y}" in html
    assert html.count(f"{today:%d-%m-%Y}") == 3  # the end of the period, the day of counting and that of the release
    assert 'role="img" aria-label="Staafdiagram: ' in html
    assert ">5</td>" in html
    assert "Vrijgever" not in html


def test_a_small_count_is_shown_as_fewer_than_five(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    release_evaluation(make_frozen_evaluation())
    assert ">minder dan 5</td>" in html_of(client)


def test_pages_say_that_figures_are_rounded_and_from_which_date_they_count(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    note = f"Aantallen zijn naar beneden afgerond op vijftallen en tellen daarom niet altijd op. {FEW}"
    frozen_evaluation = make_frozen_evaluation()
    assert note not in html_of(client) + html_of(client, "/")
    release_evaluation(frozen_evaluation)
    for html in (html_of(client), html_of(client, "/")):
        assert html.count(note) == 1
        assert f"vanaf het begin (eerste registratie op {timezone.localdate():%d-%m-%Y}) tot en met" in html
        assert html.index("vanaf het begin (eerste") < html.index(note) < html.index("<table")


def test_the_page_shows_no_number_outside_the_public_edition(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    evaluation = release_evaluation(make_frozen_evaluation())
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


def test_the_page_has_no_inline_styles_and_no_scripts(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    release_evaluation(make_frozen_evaluation())
    main = html_of(client).split("<main")[1].split("</main>")[0]
    assert not re.search(r"\sstyle=|<script|<style", main)


def test_withdrawing_a_release_shows_the_previous_one_again(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    first, second = (
        release_evaluation(make_frozen_evaluation("De eerste")),
        release_evaluation(make_frozen_evaluation("De tweede")),
    )
    assert "De tweede" in html_of(client)
    assert "De eerste" not in html_of(client)
    withdraw(second, get_or_create_coordinator(), "Er stond een fout in.")
    assert "De eerste" in html_of(client)
    assert client.get("/api/pilot/figures").json()["withdrawn"] is None
    withdraw(first, get_or_create_coordinator(), "Er stond een fout in.")
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


def test_an_evaluation_of_one_sector_names_the_sector(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    from dossiers.models import Sector

    release_evaluation(make_frozen_evaluation(sector=Sector.objects.get(name="Zorg")))
    assert "Zorg" in html_of(client).split('class="released"')[1].split("</div>")[0]


def test_the_home_page_shows_a_table_and_links_to_all_figures(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    release_evaluation(make_frozen_evaluation())
    html = html_of(client, "/")
    assert FIGURES_OF_HOME in html
    assert f'href="{URL}"' in html.split(FIGURES_OF_HOME)[1].split("<h2")[0]
    assert html.split(FIGURES_OF_HOME)[1].split("<h2")[0].count("<table") == 1


def test_a_block_of_an_unreleased_subject_is_omitted(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    release_evaluation(make_frozen_evaluation())
    home = HomePage.objects.get()
    value = {"heading": "Geld van de pilot", "subject": "money"}
    home.body = home.body.stream_block.to_python([{"type": "pilot_figures", "value": value}])
    home.save()
    assert "Geld van de pilot" not in html_of(client, "/")


def test_only_the_requested_subjects_are_returned(make_frozen_evaluation: Callable[..., Evaluation]) -> None:
    release_evaluation(make_frozen_evaluation())
    every, funnel = get_progress(), get_progress("funnel", first_only=True)
    assert every and funnel
    assert [subject.anchor for subject in every.subjects] == ["period", "findings", "funnel"]
    assert [(subject.anchor, len(subject.tables)) for subject in funnel.subjects] == [("funnel", 1)]


def test_a_site_has_only_one_progress_page(content: SignUpPage) -> None:
    assert not ProgressPage.can_create_at(HomePage.objects.get())
    assert ProgressPage.can_create_at(Page.objects.get(slug="over-de-pilot").specific)


def test_the_page_can_be_previewed_before_the_first_release(content: SignUpPage) -> None:
    page = ProgressPage.objects.get()
    assert WAITING in page.make_preview_request().rendered_content
    assert dutch("Pilot figures") in str(page.body.stream_block.child_blocks["pilot_figures"].label)


def test_what_an_employer_asks_comes_first_and_tables_for_the_council_are_folded(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation]
) -> None:
    evaluation = make_frozen_evaluation()
    Evaluation.objects.filter(pk=evaluation.pk).update(reports=["period", "funnel", "findings", "lead-times", "money"])
    evaluation.refresh_from_db()
    freeze(evaluation, get_or_create_coordinator())
    release_evaluation(evaluation)
    main = html_of(client).split("<main")[1]
    headings = re.findall(r'<h2 class="utrecht-heading-2" id="([\w-]+)">', main)
    subjects = [name for name in headings if name in REPORTS]
    assert subjects[0] == "period" and sorted(subjects) == ["findings", "funnel", "lead-times", "money", "period"]
    council = [name for name in subjects if not REPORTS[name].for_employers]
    assert council and subjects[-len(council) :] == council
    for name in council:
        part = main.split(f'id="{name}"')[1].split('class="figures__subject"')[0]
        assert part.index("<details") < part.index("<table")
        assert part.index("<details") < part.find("<figure") or "<figure" not in part


def test_the_total_of_a_table_comes_first() -> None:
    row = ShownRow("Zorg", [ShownCell("Aantal", "5", 5, False)])
    total = ShownRow("Samen", [ShownCell("Aantal", "15", 15, False)])
    table = {"title": "Per sector", "rows_label": "Sector", "columns": [], "rows": [row], "total": total}
    html = render_to_string("pilot_pages/parts/figures_table.html", {"table": table})
    assert 0 < html.index("Samen") < html.index("Zorg")


@pytest.mark.parametrize(("mode", "says"), [("demo", True), ("production", False)])
def test_figures_of_a_demo_say_so_wherever_they_are_headed(
    client: Client, make_frozen_evaluation: Callable[..., Evaluation], settings: Any, mode: str, says: bool
) -> None:
    release_evaluation(make_frozen_evaluation())
    settings.MODE = mode
    for url in (URL, "/"):
        shown = " ".join(html_of(client, url).split())
        assert "Cijfers over de periode" in shown
        assert ("Demo, verzonnen cijfers: Cijfers over de periode" in shown) is says
