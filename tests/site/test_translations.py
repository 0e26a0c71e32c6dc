"""The whole interface is in Dutch."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import wagtail
from django.utils import translation
from wagtail.admin.views.i18n import js_catalog
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm

from config.field_errors import DJANGO_FIELD_ERRORS
from config.wagtail_labels import LABELS
from dossiers.models import Evaluation
from tests.site.commands import BASE_DIR


def catalogue_of(language: str) -> Path:
    return BASE_DIR / "site" / "locale" / language / "LC_MESSAGES" / "django.po"


PO = catalogue_of("nl")
OVER_WAGTAILS = BASE_DIR / "site" / "wagtail_locale" / "nl" / "LC_MESSAGES" / "django.po"
FAMILIAR = re.compile(r"\b(je|jij|jou|jouw)\b", re.IGNORECASE)
OF_THE_FRAME = ("ar", "ti")  # a page is shown in these, the site is not
IGNORED = (".venv", "node_modules", "var", "tests", "benchmarks", ".git", "__pycache__", ".*_cache")


def entries(po: Path) -> list[dict[str, str]]:
    """Return the entries of a catalog: their texts by keyword (msgid, msgstr, msgstr[0] …), and the flags by `#,`."""
    entries = []
    for block in re.split(r"\n\s*\n", po.read_text("utf-8")):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        entry = {"#,": " ".join(line[2:] for line in lines if line.startswith("#,"))}
        keyword = ""
        for line in lines:
            if match := re.match(r'(msg\w+(?:\[\d\])?)\s+"(.*)"$', line):
                keyword, entry[match[1]] = match[1], match[2]
            elif line.startswith('"') and keyword:
                entry[keyword] += line.strip()[1:-1]
        if entry.get("msgid"):
            entries.append(entry)
    return entries


def without_dutch(po: Path) -> list[str]:
    return [
        entry["msgid"]
        for entry in entries(po)
        if "fuzzy" in entry["#,"] or not all(text for key, text in entry.items() if key.startswith("msgstr"))
    ]


def catalogue(mo: Path) -> dict[object, str]:
    with mo.open("rb") as file:
        texts = dict(gettext.GNUTranslations(file)._catalog)
    texts.pop("", None)  # the header: dates and names
    return texts


def needs(program: str) -> None:
    """Skip where gettext is not installed; CI says REQUIRE_GETTEXT=1 and must have it."""
    if shutil.which(program) is None and os.environ.get("REQUIRE_GETTEXT") != "1":
        pytest.skip(f"{program} is not on this machine (Debian: gettext)")


def test_every_text_has_its_dutch():
    assert len(entries(PO)) > 100
    assert without_dutch(PO) == []


@pytest.mark.parametrize("po", [PO, *map(catalogue_of, OF_THE_FRAME), OVER_WAGTAILS])
def test_the_compiled_catalogue_says_what_the_written_one_says(tmp_path, po):
    needs("msgfmt")
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", str(fresh), str(po)], check=True, timeout=60)
    assert catalogue(po.with_suffix(".mo")) == catalogue(fresh), "run `make messages`"


@pytest.mark.parametrize("language", OF_THE_FRAME)
def test_the_few_words_of_another_language_are_texts_of_the_code(language):
    known = {entry["msgid"] for entry in entries(PO)}
    assert {entry["msgid"] for entry in entries(catalogue_of(language))} <= known
    assert without_dutch(catalogue_of(language)) == []


def test_every_text_of_the_code_is_in_the_catalogue(tmp_path):
    needs("xgettext")
    tree = shutil.copytree(BASE_DIR, tmp_path / "tree", ignore=shutil.ignore_patterns(*IGNORED))
    result = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "nl", "--no-wrap", "--no-obsolete"],
        cwd=tree, env={**os.environ, "DATA_DIR": str(tmp_path / "var")}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    collected = tree / PO.relative_to(BASE_DIR)
    known = {entry["msgid"] for entry in entries(PO)}
    assert [entry["msgid"] for entry in entries(collected) if entry["msgid"] not in known] == [], "run `make messages`"


def test_no_code_calls_gettext_by_a_name_that_the_collector_does_not_know():
    alias = re.compile(r"import \w*gettext\w* as (?!_\b)\w+")
    code = [path for app in ("dossiers", "pilot_pages", "site") for path in (BASE_DIR / app).rglob("*.py")]
    assert len(code) > 100
    assert [path.name for path in code if alias.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("label", LABELS)
def test_labels_that_wagtail_leaves_in_english_are_dutch(label):
    with translation.override("nl"):
        assert translation.gettext(label) != label


def test_people_are_addressed_with_u_by_us_and_by_wagtail():
    assert [text for text in catalogue(PO.with_suffix(".mo")).values() if FAMILIAR.search(text)] == []
    assert [text for text in iterate_wagtails_dutch() if FAMILIAR.search(text)] == []


def iterate_wagtails_dutch() -> Iterator[str]:
    """Return the Dutch text of each message of Wagtail; the project's translation takes precedence."""
    wagtails = list(Path(wagtail.__file__).parent.rglob("locale/nl/LC_MESSAGES/django.mo"))
    assert len(wagtails) > 10
    with translation.override("nl"):
        for key in (key for mo in wagtails for key in catalogue(mo)):
            yield translation.ngettext(key[0], "", 1 + key[1]) if isinstance(key, tuple) else translation.gettext(key)


@pytest.mark.parametrize(
    "words",
    [
        *("Wijzigingsverzoek", "ublicatie intrekken", "Workflow annuleren", "Workflow herstarten", "validatiefout"),
        *("verwijzingen naar", "nspecteer", "matchen", "dubbele slug", "logboekvermelding"),
    ],
)
def test_words_of_wagtail_that_people_did_not_understand_do_not_return(words):
    assert [text for text in iterate_wagtails_dutch() if words in text] == []


def test_people_are_addressed_with_u_in_the_scripts_of_the_backoffice_too(rf):
    with translation.override("nl"):
        script = js_catalog(rf.get("/")).content.decode()
    assert "Weet u het zeker?" in script
    assert FAMILIAR.findall(script) == []


@pytest.mark.parametrize("words", ["van niemand", "Is bij ons", "(UTF-8)", "Toch een ander", "Stand", "voorkant"])
def test_words_that_people_misread_do_not_return(words):
    assert [text for text in catalogue(PO.with_suffix(".mo")).values() if text.endswith(words)] == []


@pytest.mark.parametrize("message", DJANGO_FIELD_ERRORS)
def test_an_error_message_of_django_says_what_to_do(message):
    with translation.override("nl"):
        text = translation.gettext(message)
    assert "geldig" not in text and ("Schrijf" in text or "Kies" in text)


def test_an_untranslated_and_a_fuzzy_text_are_found(tmp_path):
    po = tmp_path / "django.po"
    po.write_text(
        'msgid ""\nmsgstr "Language: nl\\n"\n\nmsgid "yes"\nmsgstr "ja"\n\nmsgid "no"\nmsgstr ""\n\n'
        '#, fuzzy, python-format\nmsgid "maybe"\nmsgstr "misschien"\n\n'
        'msgid "long"\nmsgstr ""\n"lang"\n\nmsgid "one"\nmsgid_plural "more"\nmsgstr[0] "een"\nmsgstr[1] ""\n'
    )
    assert without_dutch(po) == ["no", "maybe", "one"]


def test_single_words_of_the_interface_are_right_where_one_word_has_two_meanings_or_wagtail_has_none() -> None:
    with translation.override("nl"):
        assert DefaultPageForm()["include_descendants"].label == "Ook de pagina’s eronder"
        assert Evaluation.State.WITHDRAWN.label == "ingetrokken"
        text = translation.gettext("Are you sure you want to delete this %(model_name)s?")
        assert "wordt verwijderd" in text
