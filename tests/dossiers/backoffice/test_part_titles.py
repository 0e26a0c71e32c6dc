"""The pages of an import ask whether the title of a part is added to the remarks of its people."""

import re
from pathlib import Path

from django.urls import reverse

from dossiers.models import ImportRun

from ..spreadsheets.imports import Lists, apply
from ..spreadsheets.test_decisions import upload
from ..spreadsheets.test_file_parts import HEADER, OMAR, RAHEL, SELAM, make_workbook
from ..spreadsheets.test_part_titles import REMARK, TITLE, get_notes, put_below


def read_page(client, page: str, run: ImportRun) -> str:
    return client.get(reverse(f"dossiers_import{page}", args=[run.pk])).content.decode()


def test_the_preview_offers_the_title_ticked_and_takes_it_back(tmp_path: Path, coordinator_client) -> None:
    run = upload(Lists(tmp_path), path=make_workbook(tmp_path / "l.xlsx", *put_below(HEADER, SELAM, OMAR)))
    page = " ".join(read_page(coordinator_client, "", run).split())
    box = 'name="added-title" value="title-section-4" form="lines-form" checked>'
    assert f"{box} Bij importeren: de titel bij de opmerkingen van deze regels zetten" in page
    url, both = reverse("dossiers_import_part", args=[run.pk]), {"asked-title": "title-section-4"}
    coordinator_client.post(url, {"part": "section-4:yes:-", "added-title": "title-section-4"} | both)
    assert run.rows.get(given__given_name="Omar").given["notes"] == REMARK
    page = " ".join(read_page(coordinator_client, "", run).split())
    assert "komt bij de opmerkingen van deze regels." in page and "De titel niet toevoegen" in page
    coordinator_client.post(url, {"part": "title-section-4:no:yes"})
    assert "notes" not in run.rows.get(given__given_name="Omar").given
    page = " ".join(read_page(coordinator_client, "", run).split())
    assert "De titel komt niet bij de opmerkingen." in page and "De titel bij de opmerkingen zetten" in page


def test_an_unticked_title_is_not_added_when_the_part_is_imported(tmp_path: Path, coordinator_client) -> None:
    run = upload(Lists(tmp_path), path=make_workbook(tmp_path / "l.xlsx", *put_below(HEADER, SELAM, OMAR)))
    url = reverse("dossiers_import_part", args=[run.pk])
    coordinator_client.post(url, {"part": "section-4:yes:-", "asked-title": "title-section-4"})
    assert run.rows.get(given__given_name="Omar").action == "new"
    assert "notes" not in run.rows.get(given__given_name="Omar").given


def test_each_of_several_titles_can_be_unticked_beside_its_question(tmp_path: Path, coordinator_client) -> None:
    rows = [HEADER, SELAM, [], [TITLE], OMAR, [], ["Later"], RAHEL]
    run = upload(Lists(tmp_path), path=make_workbook(tmp_path / "l.xlsx", *rows))
    url = reverse("dossiers_import_questions", args=[run.pk])
    page = read_page(coordinator_client, "_questions", run)
    keys = re.findall(r'name="asked-title" value="([^"]+)"', page)
    assert len(keys) == 2 and page.count("Bij importeren: de titel") == 2
    coordinator_client.post(url, {"titles": "yes", "asked-title": keys, "added-title": keys[1:]})
    apply(ImportRun.objects.get(pk=run.pk))
    assert get_notes() == {"Selam": [], "Omar": [], "Rahel": ["Onder de titel: Later"]}
