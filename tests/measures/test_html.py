"""The HTML of every page and state is valid, as html-validate judges it with all its rules for standards and access."""

import json
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from pilot_pages.models import SignUpPage
from tests.measures import tools
from tests.measures.states import FilledIn, all_of_them

TOOL = "html-validate/bin/html-validate.mjs"
CONFIG = tools.FOLDER / "html-validate.json"


def problems(answers: dict[str, HttpResponse], folder: Path) -> list[str]:
    """What is wrong in which state: all are judged in one go, since the tool takes long to start."""
    files = {}
    for number, (name, answer) in enumerate(answers.items()):
        file = folder / f"{number}.html"
        file.write_bytes(answer.content)
        files[str(file)] = name
    report = folder / "report.json"  # not its output: of a pipe it writes the first 64 kB only
    done = tools.run(TOOL, f"--config={CONFIG}", f"--formatter=json={report}", *files)
    assert report.exists(), done.stderr
    found: list[Any] = json.loads(report.read_text())
    return [
        f"{files[judged['filePath']]}, line {one['line']}: {one['message']} ({one['ruleId']})"
        for judged in found
        for one in judged["messages"]
    ]


def test_every_page_and_state_is_valid(
    client: Client, content: SignUpPage, form_data: FilledIn, tmp_path: Path
) -> None:
    answers = all_of_them(client, content, form_data)
    wrong = problems(answers, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    page = HttpResponse('<!DOCTYPE html><html lang="nl"><title>Fout</title><p><div></p></html>')
    assert "close-order" in str(problems({"wrong": page}, tmp_path))
