"""Tests of the reports, whose numbers link to the counted records."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from dossiers.models import Dossier, Pilot, Sector, Step
from dossiers.reports.registry import REPORTS

from ..models.factories import make_dossier
from ..models.placements import days_ago, make_placement, today
from ..models.test_activity import make_finding
from .pages import raw, text, url
from .test_exports import rows

FUNNEL = reverse("dossiers_report", args=["funnel"])


@pytest.fixture
def pilot_records(coordinator) -> None:
    make_placement(Step.WORKING)
    make_placement(Step.ENDED, begun=190)
    make_dossier(sectors=["Zorg"])
    finding = make_finding(solved_on=today())
    finding.save()
    finding.confirm(coordinator)


@pytest.mark.parametrize("name", REPORTS)
def test_each_number_links_to_a_list_of_that_length(coordinator_client, pilot_records, name):
    page = raw(coordinator_client.get(reverse("dossiers_report", args=[name])))
    links = re.findall(r'<a href="([^"]*\?figure=[^"]*)">([\d.]+)</a>', page)
    assert links or name == "money"
    for address, number in links:
        shown = coordinator_client.get(address.replace("&amp;", "&"))
        listed = shown.context["paginator"].count
        if "days" not in address and "places_offered" not in address and "_to_" not in address:
            assert listed == int(number), address
        assert listed


def test_a_list_names_the_figure_that_it_belongs_to(coordinator_client, pilot_records):
    address = url(Dossier, "list") + f"?figure=worked..{today():%Y-%m-%d}"
    shown = coordinator_client.get(address)
    assert "Een dag of meer gewerkt · vanaf het begin tot en met" in text(shown)
    assert shown.context["paginator"].count == 2
    filtered_page = coordinator_client.get(address + "&status=working")
    assert filtered_page.context["paginator"].count == 1  # other filters narrow it
    (row,) = rows(
        coordinator_client.get(url(Dossier, "export", "csv"), {"figure": f"worked..{today()}", "status": "working"})
    )
    assert row["Status"] == "aan het werk met begeleiding"


@pytest.mark.parametrize("address", ["verzonnen..2026-11-24", "worked", "spent..2026-11-24", "worked..2026-11-24.c1"])
def test_an_unknown_figure_finds_nothing(coordinator_client, pilot_records, address):
    shown = coordinator_client.get(url(Dossier, "list"), {"figure": address})
    assert shown.status_code == 200 and shown.context["paginator"].count == 0


def test_another_period_gives_other_numbers(coordinator_client, pilot_records):
    assert "Periode" not in text(coordinator_client.get(FUNNEL))
    shown = coordinator_client.get(FUNNEL, {"begin": "01-01-2020", "end": "31-01-2020"})
    assert "01-01-2020 – 31-01-2020" in text(shown) and "Aangemeld 0" in text(shown)


def test_a_day_in_the_url_is_shown_in_dutch_notation(coordinator_client, pilot_records):
    page = raw(coordinator_client.get(FUNNEL, {"begin": "2020-01-01", "end": "2020-01-31"}))
    assert 'value="01-01-2020"' in page and 'value="31-01-2020"' in page
    assert f'value="{today():%d-%m-%Y}"' in raw(coordinator_client.get(FUNNEL))


def test_a_reversed_period_shows_an_error(coordinator_client, pilot_records):
    page_text = text(coordinator_client.get(FUNNEL, {"begin": "31-01-2020", "end": "01-01-2020"}))
    assert "Draai de twee dagen om" in page_text and "Aangemeld 3" in page_text


def test_an_invalid_day_shows_an_error_at_its_field(coordinator_client, pilot_records):
    assert "Schrijf dag-maand-jaar" in text(coordinator_client.get(FUNNEL, {"begin": "gisteren", "end": ""}))


def test_a_sector_filter_narrows_the_report(coordinator_client, pilot_records):
    narrowed = {"sector": Sector.objects.get(name="Zorg").pk}
    page_text = text(coordinator_client.get(FUNNEL, narrowed))
    assert "Aangemeld 1" in page_text and "· Zorg" in page_text and "Sector die de kandidaat zoekt" in page_text
    page_text = text(coordinator_client.get(reverse("dossiers_report", args=["period"]), narrowed))
    assert "Sector van de werkgever" in page_text and "Alleen werkgevers in de sector Zorg" in page_text
    page_text = text(coordinator_client.get(reverse("dossiers_report", args=["findings"]), narrowed))
    assert "Niets over Zorg in deze periode." in page_text and "Niet over een sector 1" in page_text


def test_the_report_of_costs_has_no_sector_filter(coordinator_client, pilot_records):
    assert 'name="sector"' not in raw(coordinator_client.get(reverse("dossiers_report", args=["money"])))


def test_the_report_links_to_the_period_of_the_pilot(coordinator_client):
    pilot = Pilot.load()
    pilot.starts_on = days_ago(30)
    pilot.save()
    assert f"begin={days_ago(30):%Y-%m-%d}" in raw(coordinator_client.get(FUNNEL))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_table_can_be_exported(coordinator_client, pilot_records, format):
    page = coordinator_client.get(reverse("dossiers_report_export", args=["funnel", "steps", format]))
    first, *_more = rows(page, format)
    assert [str(value) for value in first.values()][:3] == ["Aangemeld", "3", "100"]


def test_a_file_says_of_which_period_and_part_its_numbers_are_in_its_name_and_in_each_row(
    coordinator_client, pilot_records
):
    address = {"begin": "2026-10-01", "end": "2026-10-31", "sector": Sector.objects.get(name="Zorg").pk}
    url = reverse("dossiers_report_export", args=["period", "happened", "xlsx"])
    names, cells = set(), []
    for query in ({}, {"begin": "2026-10-01", "end": "2026-10-31"}, address):
        answer = coordinator_client.get(url, query)
        names.add(re.search('filename="(.*)"', answer["Content-Disposition"])[1])
        cells.append([str(value) for value in list(rows(answer, "xlsx")[0].values())[2:]])
    assert names == {
        f"van-de-eerste-tot-en-met-de-laatste-dag_tm-{today()}.xlsx",
        "van-de-eerste-tot-en-met-de-laatste-dag_2026-10-01_2026-10-31.xlsx",
        "van-de-eerste-tot-en-met-de-laatste-dag_2026-10-01_2026-10-31_zorg.xlsx",
    }
    until, counted = f"{today()} 00:00:00", f"{today()} 00:00:00"
    october = ["2026-10-01 00:00:00", "2026-10-31 00:00:00"]
    assert cells == [
        ["vanaf het begin", until, "alle", "alle", counted],
        [*october, "alle", "alle", counted],
        [*october, "Zorg", "alle", counted],
    ]
    assert "Sector van de werkgever" in rows(coordinator_client.get(url.replace("xlsx", "csv"), address))[0]
    answer = coordinator_client.get(url.replace("xlsx", "json"), address)
    (first, *_more) = json.loads(b"".join(answer.streaming_content))
    about = {"begin": "2026-10-01", "end": "2026-10-31", "sector": "Zorg", "organisation": None}
    assert first.items() >= (about | {"counted_on": str(today())}).items()


def test_an_unknown_report_or_table_is_not_found(coordinator_client):
    assert coordinator_client.get("/beheer/figures/verzonnen/").status_code == 404
    assert (
        coordinator_client.get(reverse("dossiers_report_export", args=["funnel", "verzonnen", "csv"])).status_code
        == 404
    )


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_other_users_see_no_live_figures(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get(FUNNEL).status_code == 302
    assert "Hoe ver kandidaten kwamen" not in text(client.get("/beheer/"))


def test_a_last_day_to_come_is_refused_and_the_figures_end_today(coordinator_client, pilot_records):
    address = reverse("dossiers_report", args=["retention"])
    asked = {"begin": "01-01-2026", "end": f"{today() + timedelta(days=300):%d-%m-%Y}"}
    shown = coordinator_client.get(address, asked)
    assert shown.context["form"].errors == {"end": ["Deze dag moet nog komen."]}
    page = raw(shown)
    assert f'value="{asked["end"]}"' in page and f"tot en met {today():%d-%m-%Y}" in text(shown)
    (table, *_rest) = shown.context["tables"]
    download = reverse("dossiers_report_export", args=["retention", table[0].table.name, "csv"])
    assert f'href="{download}?"' in page  # what the page shows
    refused = coordinator_client.get(download, asked)
    assert refused.status_code == 302 and refused.url.startswith(f"{address}?begin=01-01-2026&end=")
    assert coordinator_client.get(download, asked | {"end": f"{today():%d-%m-%Y}"}).status_code == 200


def test_a_figure_of_a_day_to_come_finds_nothing(coordinator_client, pilot_records):
    for days, number in ((0, 2), (1, 0)):
        shown = coordinator_client.get(url(Dossier, "list"), {"figure": f"worked..{today() + timedelta(days=days)}"})
        assert shown.context["paginator"].count == number
