"""The first content of the pages and its facts, each of which is defined once."""

import re
from datetime import date
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from wagtail.models import Page

from dossiers.models import Dossier, Regulation
from pilot_pages.content.files import read_files
from pilot_pages.content.text import to_rich_text
from pilot_pages.facts import facts_in_force
from pilot_pages.models import SignUpPage
from pilot_pages.templatetags.public_site import nowrap_hyphens
from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.explanations import without_explanations

SLUGS = [
    "home", "check", "voor-werkgevers", "mag-ik-aannemen", "in-stappen", "kosten-en-loon", "taal-en-werkcultuur",
    "vragen", "over-de-pilot", "zo-gaat-de-pilot", "voor-kandidaten", "aanmelden", "contact", "privacy",
    "toegankelijkheid",
]  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_has_its_title_its_intro_and_its_next_step(client: Client, content: SignUpPage, slug: str) -> None:
    page = Page.objects.get(slug=slug).specific
    response = client.get(page.url)
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<h1 class="utrecht-heading-1">{page.title}</h1>' in html
    assert page.intro.split()[0] in html
    assert page.next_page.url in html
    assert page.next_heading in html


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug != "check"])  # its facts are on its steps
def test_each_fact_of_a_page_has_its_source_and_each_group_says_once_that_it_is_unchecked(
    client: Client, content: SignUpPage, settings: Any, slug: str
) -> None:
    file = next((settings.FIXTURES_DIR / "content" / "nl").glob(f"*-{slug}.yaml"))
    keys = facts_in(yaml.safe_load(file.read_text("utf-8")))
    html = client.get(Page.objects.get(slug=slug).url).content.decode()
    html = without_explanations(html)
    html = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", html)  # text that is not wrapped
    for rule in Regulation.objects.filter(key__in=keys):
        assert rule.statement.replace("{value}", rule.value) in html
        assert rule.source in html
    lines = re.findall(r'<summary class="fact-sources__line">(.*?)</summary>', html, re.DOTALL)
    assert bool(lines) == bool(keys)
    said = (dutch("Not yet checked by us."), dutch("No certain source found."))
    assert [line for line in lines if not line.endswith(said)] == []
    assert html.count(said[0]) <= len(lines)
    assert dutch("Checked on %(day)s.").split("%")[0] not in html


def facts_in(value: object) -> list[str]:
    """Return all keys of facts in the content of a file, at any depth."""
    if isinstance(value, list):
        return [key for entry in value for key in facts_in(entry)]
    if isinstance(value, dict):
        own = value["facts"] if isinstance(value.get("facts"), list) else []
        return own + [key for name, entry in value.items() if name != "facts" or not own for key in facts_in(entry)]
    return []


CANDIDATES = ("voor-kandidaten", "for-candidates")


def outline(language: str) -> list[object]:
    """Return the structure of the page for candidates: its headings, list items, paragraphs and facts, in order."""
    page = next(file.content for file in read_files(language) if file.content["slug"] in CANDIDATES)
    parts = [(kind, value) for block in page["body"] for kind, value in block.items()]
    return [
        [value.count(mark) for mark in ("## ", "\n- ", "\n\n")] if kind == "text" else facts_in(value)
        for kind, value in parts
    ]


@pytest.mark.parametrize("language", ["en", "ar", "ti"])
def test_the_page_for_candidates_has_the_same_structure_in_every_language(language: str) -> None:
    assert outline(language) == outline("nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_regulation_is_used_in_the_content(db: None, language: str) -> None:
    shown_keys = set(facts_in([file.content for file in read_files(language)]))
    proposals = set(Regulation.objects.filter(proposal_for__in=shown_keys).values_list("key", flat=True))
    assert set(Regulation.objects.values_list("key", flat=True)) == shown_keys | proposals


def test_a_checked_fact_shows_the_date_of_its_check(client: Client, content: SignUpPage) -> None:
    Regulation.objects.filter(key="wachttijd").update(checked_on=date(2026, 11, 12))
    html = client.get("/").content.decode()
    assert dutch("Checked on %(day)s.") % {"day": "12-11-2026"} in html


def test_a_changed_regulation_changes_the_fact_on_every_page(client: Client, content: SignUpPage) -> None:
    Regulation.objects.filter(key="wachttijd").update(value="7")
    for url in ("/", "/voor-werkgevers/mag-ik-aannemen/", "/voor-kandidaten/"):
        assert "loopt 7 maanden of langer" in client.get(url).content.decode()


def test_a_future_regulation_is_not_shown_before_its_date(client: Client, content: SignUpPage) -> None:
    now = Regulation.objects.get(key="wachttijd")
    Regulation.objects.create(
        key="wachttijd", title=now.title, statement=now.statement, value="3", unit="months", valid_from=date(2100, 1, 1)
    )
    html = client.get("/").content.decode()
    assert "loopt 6 maanden" in html
    assert "loopt 3 maanden" not in html


def test_a_fact_is_in_english_for_an_english_reader(content: SignUpPage) -> None:
    with translation.override("en"):
        [fact] = facts_in_force(["wachttijd"])
        assert fact.sentence.startswith("The asylum application has been pending for 6")
        html = render_to_string("pilot_pages/parts/fact_sources.html", {"facts": [fact]})
    assert "Not yet checked by us." in html, "as in Dutch: nobody here checked it, so not “again”"


@pytest.mark.parametrize("whole", ["12-6-2026", "W-document", "W-2026-0060"])
def test_text_with_hyphens_is_not_wrapped(whole: str) -> None:
    assert nowrap_hyphens(f"Zie {whole}.") == f'Zie <span class="nowrap">{whole}</span>.'


def test_nowrap_hyphens_escapes_markup() -> None:
    assert nowrap_hyphens("<b>2023-2024</b>, e-mail") == "&lt;b&gt;2023-2024&lt;/b&gt;, e-mail"


def test_plain_text_is_converted_to_rich_text() -> None:
    html = to_rich_text("## Kop\n\nEen **vet** woord & [een link](contact) <script>\n\n- een\n- twee", lambda slug: 7)
    assert html == (
        "<h2>Kop</h2><p>Een <b>vet</b> woord &amp; "
        '<a linktype="page" id="7">een link</a> &lt;script&gt;</p><ul><li>een</li><li>twee</li></ul>'
    )


def test_a_javascript_link_in_plain_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        to_rich_text("[klik](javascript:alert)", lambda slug: 7)


FIRST_AS_A_VOLUNTEER = re.compile(
    r"(?:eerst|al|nu) als vrijwilliger|vrijwilligerswerk mag ook|(?:first|already) as a volunteer|"
    r"start as a volunteer|allowed even",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_promises_volunteering_before_the_waiting_time_is_over(settings: Any, language: str) -> None:
    files = [*(settings.FIXTURES_DIR / "content" / language).glob("*.yaml")]
    files.append(settings.FIXTURES_DIR / "candidate" / f"{language}.yaml")
    assert {path.name: match[0] for path in files if (match := FIRST_AS_A_VOLUNTEER.search(path.read_text()))} == {}


def test_the_plan_of_the_pilot_says_that_figures_may_be_more_recent(client: Client, content: SignUpPage) -> None:
    plan = client.get(Page.objects.get(slug="over-de-pilot").url).content.decode()
    planned = plan[plan.index("Wat het voorstel van 2024 plande") :]
    assert "Cijfers op deze site kunnen van later zijn." in planned[planned.index("Begin 2025") :]
    figures = client.get(Page.objects.get(slug="zo-gaat-de-pilot").url).content.decode()
    assert "2025" not in figures, "no end that is over stands beside figures of later"


# The records about a candidate besides the dossier, with the phrases of the page for candidates that name them.
KEPT_RECORDS = {
    "contactmoment": ("Notities van gesprekken", "Notes of talks"),
    "followup": ("wat er nog moet gebeuren", "what still has to be done"),
    "finding": ("en wat dat moeilijk maakt", "what makes it difficult"),
    "placement": ("Voorstellen voor werk", "Proposals for work"),
    "expense": ("Welke kosten wij voor u maken", "Which costs we pay for you"),
    "supply": ("van wie wij uw gegevens kregen", "who gave us your data"),
    "candidatelink": ("eigen pagina", "own page"),
}
INTERNAL_RECORDS = frozenset(("keptlonger", "merge"))


@pytest.mark.parametrize(("position", "file"), [(0, "nl/040-voor-kandidaten.yaml"), (1, "en/040-for-candidates.yaml")])
def test_the_page_for_candidates_lists_every_stored_kind_of_personal_data(
    settings: Any, position: int, file: str
) -> None:
    related = {relation.related_model._meta.model_name for relation in Dossier._meta.related_objects}
    assert related == {*KEPT_RECORDS, *INTERNAL_RECORDS}
    text = " ".join((settings.FIXTURES_DIR / "content" / file).read_text("utf-8").split())
    assert [phrases[position] for phrases in KEPT_RECORDS.values() if phrases[position] not in text] == []
    never = text[text.index(("Wij bewaren niet:", "We do not keep:")[position]) :].partition(".")[0] + "."
    own_page = yaml.safe_load((settings.FIXTURES_DIR / "candidate" / f"{file[:2]}.yaml").read_text("utf-8"))["texts"]
    assert own_page["never"] == never, "the own page of the candidate says the same"


def test_regulations_on_the_page_for_candidates_do_not_address_the_employer(settings: Any) -> None:
    page = yaml.safe_load((settings.FIXTURES_DIR / "content/nl/040-voor-kandidaten.yaml").read_text("utf-8"))
    rules = yaml.safe_load((settings.FIXTURES_DIR / "lists/regulations.yaml").read_text("utf-8"))
    statements = {rule["key"]: rule["statement"] for rule in rules}
    to_reader = {key for key in facts_in(page) if re.search(r"\b[Uu]w?\b", statements[key])}
    assert to_reader == {"eigen-bijdrage-deel", "eigen-bijdrage-maximum"}, "what one asks COA, as either of them"


def test_the_letter_to_a_candidate_says_that_its_last_day_is_included(settings: Any) -> None:
    for language, words in (("nl", "tot en met {day}"), ("en", "up to and including {day}")):
        texts = yaml.safe_load((settings.FIXTURES_DIR / f"candidate/{language}.yaml").read_text("utf-8"))["texts"]
        assert words in texts["letter_until"]
