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
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from wagtail.admin.views.i18n import js_catalog
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm
from wagtail.sites.views import IndexView as SiteListView
from wagtail.users.models import UserProfile

from config.field_errors import DJANGO_FIELD_ERRORS
from config.wagtail_overrides.labels import LABELS
from dossiers.models import Evaluation
from dossiers.models.rights import RIGHTS
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


def find_untranslated_texts(po: Path) -> list[str]:
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


def require_program(program: str) -> None:
    """Skip the test if gettext is not installed, unless REQUIRE_GETTEXT=1, as in CI."""
    if shutil.which(program) is None and os.environ.get("REQUIRE_GETTEXT") != "1":
        pytest.skip(f"{program} is not on this machine (Debian: gettext)")


def test_every_text_has_a_dutch_translation():
    assert len(entries(PO)) > 100
    assert find_untranslated_texts(PO) == []


@pytest.mark.parametrize("po", [PO, *map(catalogue_of, OF_THE_FRAME), OVER_WAGTAILS])
def test_the_compiled_catalogue_is_up_to_date(tmp_path, po):
    require_program("msgfmt")
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", str(fresh), str(po)], check=True, timeout=60)
    assert catalogue(po.with_suffix(".mo")) == catalogue(fresh), "run `make messages`"


@pytest.mark.parametrize("language", OF_THE_FRAME)
def test_catalogues_of_other_languages_contain_only_translated_texts_of_the_code(language):
    known = {entry["msgid"] for entry in entries(PO)}
    assert {entry["msgid"] for entry in entries(catalogue_of(language))} <= known
    assert find_untranslated_texts(catalogue_of(language)) == []


def test_every_text_of_the_code_is_in_the_catalogue(tmp_path):
    require_program("xgettext")
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


def test_gettext_is_imported_only_under_names_that_makemessages_knows():
    alias = re.compile(r"import \w*gettext\w* as (?!_\b)\w+")
    code = [path for app in ("dossiers", "pilot_pages", "site") for path in (BASE_DIR / app).rglob("*.py")]
    assert len(code) > 100
    assert [path.name for path in code if alias.search(path.read_text("utf-8"))] == []


def test_what_django_and_wagtail_leave_in_english_is_in_dutch():
    with translation.override("nl"):
        with pytest.raises(ValidationError) as refusal:
            MinimumLengthValidator(8).validate("kort")
        assert refusal.value.messages == ["Dit wachtwoord is te kort. Het moet minstens 8 tekens hebben."]
        assert dict(UserProfile.AdminDensityThemes.choices)["default"] == "Standaard"
        labels = [str(column.label) for column in SiteListView.columns]
        assert labels == ["Site", "Poort", "Naam van de site", "Beginpagina", "Standaard?"]


def test_the_permissions_of_a_group_are_in_dutch(admin_client):
    html = admin_client.get(reverse("wagtailusers_groups:add")).content.decode()
    assert re.findall(r"\bCan [a-z]+[^<>]*", html) == []
    assert "dossier: mag toevoegen" in html
    assert "Exporteren als csv" in html


def test_a_search_counts_pages(admin_client):
    html = admin_client.get(reverse("wagtailadmin_pages:search")).content.decode()
    assert re.search(r"1-\d+ van \d+ pagina", html)
    assert not re.search(r"van \d+ None", html)


@pytest.mark.parametrize("label", LABELS)
def test_labels_without_a_translation_in_wagtail_are_in_dutch(label):
    with translation.override("nl"):
        assert translation.gettext(label) != label


def test_dutch_texts_use_the_formal_form_of_address():
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
        *("fgekeurd", "fgewezen", "beoordelingsfase", "in workflow '", "Hallo"),
    ],
)
def test_unclear_texts_of_wagtail_are_replaced(words):
    assert [text for text in iterate_wagtails_dutch() if words in text] == []


def test_backoffice_scripts_use_the_formal_form_of_address(rf):
    with translation.override("nl"):
        script = js_catalog(rf.get("/")).content.decode()
    assert "Weet u het zeker?" in script
    assert FAMILIAR.findall(script) == []


@pytest.mark.parametrize(
    "words",
    ["van niemand", "Is bij ons", "(UTF-8)", "Toch een ander", "Stand", "voorkant", "Dit ontbreekt. Vul het in."],
)
def test_misunderstood_texts_do_not_return(words):
    assert [text for text in catalogue(PO.with_suffix(".mo")).values() if text.endswith(words)] == []


@pytest.mark.parametrize(
    "words",
    [
        *("Helft binnen", "Er is geen brief die werkt", "waarover nog niemand belde", "aangevraagd: niets"),
        *("aan het filter voldoet", "van 1 plekken", "Gaat erin op", "Dashboard", "utf-8-sig"),
        *("Terug naar het voorbeeld", "Zeg één keer wat ze betekenen", "Ook dan: uw keuzes", "waaruit de regels iets"),
        *("persoon of interesse", "alles of iets blijft", "blijft beide vertellen", "Alles blijft: staat"),
        *("Wacht op zijn beurt", "Voor alle kiezen", "maak het leeg", "gebruikershandleiding", "Hebt u werk?"),
        *("Het loon past bij de markt", "hebben wij niet met zekerheid gevonden", "Nog niet opnieuw gecontroleerd"),
        *(
            "buiten de werkgever en de werk",
            "zich zelf",
            "wat daar op de laatste dag",
            "Voldoet uw kandidaat?",
        ),
    ],
)
def test_texts_that_people_stumbled_over_do_not_return(words):
    assert [text for text in catalogue(PO.with_suffix(".mo")).values() if words.lower() in text.lower()] == []


@pytest.mark.parametrize(
    "words", ["coördinator", "casemanager", "consulent", "klantmanager", "jobcoach", "contactpersoon bij de gemeente"]
)
def test_whoever_guides_a_candidate_or_an_employer_is_called_begeleider_everywhere(words):
    written = [*catalogue(PO.with_suffix(".mo")).values(), *iterate_shipped_texts(), *RIGHTS]
    assert len(written) > 5_000
    assert [text for text in written if words in text.lower()] == []


def iterate_shipped_texts() -> Iterator[str]:
    """Return the Dutch texts that are shipped beside the catalogue: pages, lists and the candidate's page."""
    for place in ("content/nl", "lists", "candidate/nl.yaml"):
        folder = BASE_DIR / "fixtures" / place
        yield from (file.read_text() for file in (folder.rglob("*.yaml") if folder.is_dir() else [folder]))


@pytest.mark.parametrize(
    "name", ["owner", "Owner", "coordinator", "Coordinator", "the owner of the employer's interest"]
)
def test_an_owner_is_a_begeleider_too(name):
    with translation.override("nl"):
        assert "begeleider" in translation.gettext(name).lower()


@pytest.mark.parametrize("message", DJANGO_FIELD_ERRORS)
def test_djangos_error_messages_say_what_to_do(message):
    with translation.override("nl"):
        text = translation.gettext(message)
    assert "geldig" not in text and ("Schrijf" in text or "Kies" in text)


def test_untranslated_and_fuzzy_texts_are_detected(tmp_path):
    po = tmp_path / "django.po"
    po.write_text(
        'msgid ""\nmsgstr "Language: nl\\n"\n\nmsgid "yes"\nmsgstr "ja"\n\nmsgid "no"\nmsgstr ""\n\n'
        '#, fuzzy, python-format\nmsgid "maybe"\nmsgstr "misschien"\n\n'
        'msgid "long"\nmsgstr ""\n"lang"\n\nmsgid "one"\nmsgid_plural "more"\nmsgstr[0] "een"\nmsgstr[1] ""\n'
    )
    assert find_untranslated_texts(po) == ["no", "maybe", "one"]


def test_ambiguous_single_words_are_translated_by_their_context() -> None:
    with translation.override("nl"):
        assert DefaultPageForm()["include_descendants"].label == "Ook de pagina’s eronder"
        assert Evaluation.State.WITHDRAWN.label == "ingetrokken"
        text = translation.gettext("Are you sure you want to delete this %(model_name)s?")
        assert "wordt verwijderd" in text
