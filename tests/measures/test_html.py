"""The HTML of every page and state is valid by the rules of html-validate, among them of accessibility, and of the
Nu Html Checker (vnu), which is that of the W3C."""

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
NU_CHECKER = "vnu-jar/build/dist/vnu.jar"
INVALID = '<!DOCTYPE html><html lang="nl"><title>Fout</title><p><div></p></html>'


def write_pages(answers: dict[str, HttpResponse], folder: Path) -> dict[str, str]:
    """Write each answer to a file, and return the names of the states by the path of the file."""
    names = {}
    for number, (name, answer) in enumerate(answers.items()):
        file = folder / f"{number}.html"
        file.write_bytes(answer.content)
        names[str(file)] = name
    return names


def find_problems(answers: dict[str, HttpResponse], folder: Path) -> list[str]:
    """Return the problems that both tools report. Each runs once for all states, since it starts slowly."""
    names = write_pages(answers, folder)
    return [*run_html_validate(names, folder), *run_nu_checker(names)]


def run_html_validate(names: dict[str, str], folder: Path) -> list[str]:
    report = folder / "report.json"  # not its output: of a pipe it writes the first 64 kB only
    done = tools.run(TOOL, f"--config={CONFIG}", f"--formatter=json={report}", *names)
    assert report.exists(), done.stderr
    report_entries: list[Any] = json.loads(report.read_text())
    return [
        f"{names[entry['filePath']]}, line {problem['line']}: {problem['message']} ({problem['ruleId']})"
        for entry in report_entries
        for problem in entry["messages"]
    ]


def run_nu_checker(names: dict[str, str]) -> list[str]:
    """Return its errors and warnings; what it calls “info” is about style."""
    done = tools.run_jar(NU_CHECKER, "--format", "json", "--stdout", "--exit-zero-always", *names)
    assert done.stdout, done.stderr
    return [
        f"{names[message['url'].removeprefix('file:')]}, line {message.get('lastLine')}: {message['message']} (vnu)"
        for message in json.loads(done.stdout)["messages"]
        if message["type"] != "info" or message.get("subType") == "warning"
    ]


def test_every_page_and_state_is_valid(
    client: Client, content: SignUpPage, form_data: FilledIn, tmp_path: Path
) -> None:
    answers = get_all_responses(client, content, form_data)
    wrong = find_problems(answers, tmp_path)
    assert not wrong, "\n".join(wrong)


def test_invalid_html_is_detected(tmp_path: Path) -> None:
    problems = str(find_problems({"wrong": HttpResponse(INVALID)}, tmp_path))
    assert "close-order" in problems
    assert "No “p” element in scope but a “p” end tag seen. (vnu)" in problems
