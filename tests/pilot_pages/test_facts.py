"""Facts on a page: a checklist of sentences, one line of sources for each group, and proposals beside their rule."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dossiers.models import Regulation
from dossiers.models.lists.base_lists import read_list
from pilot_pages.content.files import read_files
from pilot_pages.models import GuidancePage, SignUpPage
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch
from tests.pilot_pages.test_content import facts_in

CONDITIONS = "/voor-werkgevers/mag-ik-aannemen/"
PROPOSAL = "Er is een voorstel voor een wachttijd van 3 maanden"
SENTENCES_IN_IT = re.compile(r"[.?!] [A-Z]")
SUMMARY = re.compile(r'<summary class="fact-sources__line">(.*?)</summary>')


def group(html: str, heading: str) -> str:
    """Return the part of the page from this heading to the next."""
    return html.partition(f">{heading}</h2>")[2].partition("<h2")[0]


def list_lines(html: str) -> list[str]:
    return [" ".join(line.split()) for line in SUMMARY.findall(html)]


def proposals_in(html: str) -> int:
    return len(re.findall(rf'<p class="utrecht-paragraph fact__proposal">\s*{PROPOSAL}', html))


def test_each_rule_is_one_sentence() -> None:
    statements = [row[name] for row in read_list("regulations.yaml") for name in ("statement", "statement_en")]
    assert [text for text in statements if SENTENCES_IN_IT.search(text)] == []


def test_a_group_shows_its_sentences_and_folds_the_details(client: Client, content: SignUpPage) -> None:
    html = group(compact_html(client.get(CONDITIONS)), "De voorwaarden")
    shown = re.sub(r"<details.*?</details>", "", html)
    assert shown.count("<li") == 5
    assert "De kandidaat is 18 jaar of ouder." in shown
    assert "speciale voorwaarden per categorie" not in shown and "speciale voorwaarden per categorie" in html


def test_a_group_has_one_line_with_its_sources_and_the_last_check(client: Client, content: SignUpPage) -> None:
    Regulation.objects.filter(key="kortere-wachttijd").delete()
    rules = Regulation.objects.filter(key__in=["leeftijd", "wachttijd", "opvang-coa", "w-document", "loon"])
    sources = f"{dutch('Sources:')} uwv.nl."

    def read_line() -> str:
        [line] = list_lines(group(compact_html(client.get(CONDITIONS)), "De voorwaarden"))
        return line

    assert read_line() == f"{sources} {dutch('Not yet checked by us.')}"
    rules.filter(key__in=["loon", "leeftijd"]).update(checked_on=date(2026, 11, 12))
    rules.filter(key="leeftijd").update(checked_on=date(2026, 11, 20))
    partly = dutch("We checked %(checked)s of %(count)s, the last on %(day)s.")
    assert read_line() == f"{sources} {partly % {'checked': 2, 'count': 5, 'day': '20-11-2026'}}"
    rules.update(checked_on=date(2026, 11, 25))
    rules.filter(key="loon").update(checked_on=date(2026, 11, 12))
    assert read_line() == f"{sources} {dutch('Checked on %(day)s.') % {'day': '12-11-2026'}}", "the first of them"


def test_a_source_is_named_once_and_by_its_site_or_law(client: Client, content: SignUpPage) -> None:
    lines = list_lines(compact_html(client.get("/voor-werkgevers/in-stappen/")))
    names = "Wav, uwv.nl, asylumineurope.org, expatcentremaastrichtregion.nl, refugeehelp.nl, salarisnet.nl"
    assert lines[0] == f"{dutch('Sources:')} {names}. {dutch('Not yet checked by us.')}"
    assert len(lines) == 2, "one for all steps, one for the facts below them"
    beside = list_lines(group(compact_html(client.get(CONDITIONS)), "De voorwaarden"))
    assert f"{dutch('Sources:')} uwv.nl, rijksoverheid.nl." in beside[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_shows_a_rule_twice(language: str) -> None:
    parts: list[Any] = []
    for file in read_files(language):
        outcomes = [entry["outcome"] for entry in file.content.get("tree", []) if "outcome" in entry]
        parts += outcomes or [file.content]
    assert [part for part in parts if max(Counter(facts_in(part)).values(), default=0) > 1] == []


@pytest.mark.parametrize(
    "url",
    [
        "/",
        CONDITIONS,
        "/voor-kandidaten/",
        "/voor-werkgevers/vragen/",
        "/check/kandidaat-nee/sector-bouw/begin-nu/",
        "/check/kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-jaar/",
        "/check/kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-jaar/wachttijd-nee_6-maanden/",
    ],
)
def test_a_proposal_stands_beside_the_rule_that_it_may_change(client: Client, content: SignUpPage, url: str) -> None:
    assert proposals_in(compact_html(client.get(url))) >= 1
    Regulation.objects.filter(key="kortere-wachttijd").update(proposal_for="")
    assert proposals_in(compact_html(client.get(url))) == 0


def test_a_question_and_an_outcome_show_the_proposal_without_a_click(client: Client, content: SignUpPage) -> None:
    step = "/check/kandidaat-ja/werk-betaald/verblijf-opvang/leeftijd-ja_18-jaar/"
    for url in (step, f"{step}wachttijd-nee_6-maanden/"):
        shown = re.sub(r"<details.*?</details>", "", compact_html(client.get(url)), flags=re.DOTALL)
        assert proposals_in(shown) == 1


def test_a_proposal_stands_beside_a_text_with_the_value_of_the_rule(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="taal-en-werkcultuur")
    assert proposals_in(compact_html(client.get(page.url))) == 0
    page.body = [("text", "<p>Wacht {wachttijd}.</p>")]
    page.save()
    assert proposals_in(compact_html(client.get(page.url))) == 1


def test_a_proposal_in_the_same_list_is_not_said_twice(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="taal-en-werkcultuur")
    page.body = [("facts", {"heading": "Regels", "intro": "", "facts": ["kortere-wachttijd", "wachttijd"]})]
    page.save()
    html = re.sub(r"<details.*?</details>", "", compact_html(client.get(page.url)), flags=re.DOTALL)
    assert html.count(PROPOSAL) == proposals_in(html) == 1


def test_a_later_version_that_is_no_proposal_any_more_is_not_shown_beside_the_rule(
    client: Client, content: SignUpPage
) -> None:
    Regulation.objects.create(
        key="kortere-wachttijd", title="Voorstel", statement="Het voorstel is ingetrokken.", valid_from=date(2026, 1, 1)
    )
    assert "fact__proposal" not in compact_html(client.get(CONDITIONS))


def test_the_apis_give_the_proposals_of_a_rule(client: Client, content: SignUpPage) -> None:
    rules = {rule["key"]: rule for rule in client.get("/api/pilot/facts").json()}
    assert rules["wachttijd"]["proposals"] == [rules["kortere-wachttijd"]["sentence"]]
    assert rules["leeftijd"]["proposals"] == []
    page = GuidancePage.objects.get(slug="mag-ik-aannemen")
    [conditions, *_others] = client.get(f"/api/v2/pages/{page.pk}/").json()["body"]
    shown = {fact["key"]: fact["proposals"] for fact in conditions["value"]["facts"]}
    assert shown["wachttijd"] == rules["wachttijd"]["proposals"]


@pytest.mark.parametrize("key", ["kortere-wachttijd", "bestaat-niet"])
def test_a_proposal_for_itself_or_for_no_rule_is_refused(content: SignUpPage, key: str) -> None:
    proposal = Regulation.objects.get(key="kortere-wachttijd")
    proposal.proposal_for = key
    with pytest.raises(ValidationError) as refused:
        proposal.full_clean()
    assert set(refused.value.message_dict) == {"proposal_for"}
