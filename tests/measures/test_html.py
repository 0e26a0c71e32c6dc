"""The HTML of every page and state is valid by the standards and accessibility rules of html-validate."""

import json
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from pilot_pages.models import SignUpPage
from tests.measures import tools
from tests.measures.states import FilledIn, get_all_responses

TOOL = "html-validate/bin/html-validate.mjs"
CONFIG = tools.FOLDER / "html-validate.json"


def find_problems(answers: dict[str, HttpResponse], folder: Path) -> list[str]:
    """Return the problems of all states from one run of the tool, which starts slowly."""
    files = {}
    for number, (name, answer) in enumerate(answers.items()):
        file = folder / f"{number}.html"
        file.write_bytes(answer.content)
        files[str(file)] = name
    report = folder / "report.json"  # not its output: of a pipe it writes the first 64 kB only
    done = tools.run(TOOL, f"--config={CONFIG}", f"--formatter=json={report}", *files)
    assert report.exists(), done.stderr
    report_entries: list[Any] = json.loads(report.read_text())
    return [
        f"{files[entry['filePath']]}, line {problem['line']}: {problem['message']} ({problem['ruleId']})"
        for entry in report_entries
        for problem in entry["messages"]
    ]


def test_every_page_and_state_is_valid(
    client: Client, content: SignUpPage, form_data: FilledIn, tmp_path: Path
) -> None:
    answers = get_all_responses(client, content, form_data)
    wrong = find_problems(answers, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_invalid_html_is_detected(tmp_path: Path) -> None:
    page = HttpResponse('<!DOCTYPE html><html lang="nl"><title>Fout</title><p><div></p></html>')
    assert "close-order" in str(find_problems({"wrong": page}, tmp_path))
