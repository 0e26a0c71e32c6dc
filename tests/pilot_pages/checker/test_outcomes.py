"""An outcome of the check: the answer, the next step with its button, and the rest folded."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from dossiers.models import EmployerInterest, Sector
from pilot_pages.checker.blocks import NextStepBlock
from pilot_pages.checker.decision_tree import Tree
from pilot_pages.models import CheckPage, SignUpPage
from tests.compact_html import compact_html
from tests.pilot_pages.checker.trees import build_small_tree, find_walks, outcome, question, tree_value
from tests.pilot_pages.conftest import dutch

WITHOUT_CANDIDATE = "/check/kandidaat-nee/sector-bouw/begin-nu/"
BUTTON = re.compile(r'<a class="[^"]*utrecht-button-link--(\w+)-action" href="([^"]*)">([^<]*)</a>')
DETAILS = re.compile(r"<details.*?</details>", re.DOTALL)


def list_buttons(html: str) -> list[tuple[str, str, str]]:
    """Return (kind, address without parameters, words) of each button in the main part of the page."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return [(kind, unescape(url).partition("?")[0], words.strip()) for kind, url, words in BUTTON.findall(main)]


def add_next_step(check: CheckPage, **fields: Any) -> None:
    leads, waits, _yes, no = build_small_tree()
    check.tree = tree_value(leads, waits, outcome("mag", next_step=fields), no)
    check.save()


def test_the_check_asks_first_whether_the_employer_knows_somebody(client: Client, shipped_check: CheckPage) -> None:
    html = compact_html(client.get(shipped_check.url))
    assert "Kent u al iemand?" in html
    assert "Welk soort werk is het?" in compact_html(client.get("/check/kandidaat-ja/"))


def test_an_employer_without_a_candidate_reaches_the_sign_up_in_two_questions(
    client: Client, shipped_check: CheckPage, content: SignUpPage
) -> None:
    assert "Welk werk hebt u?" in compact_html(client.get("/check/kandidaat-nee/"))
    assert "Vanaf wanneer hebt u iemand nodig?" in compact_html(client.get("/check/kandidaat-nee/sector-bouw/"))
    html = compact_html(client.get(WITHOUT_CANDIDATE))
    assert "Wat de pilot voor u doet" in html
    assert list_buttons(html) == [("primary", content.url, "Meld u aan")]


def test_the_sector_of_the_check_is_filled_in_on_the_sign_up_form(
    client: Client, shipped_check: CheckPage, content: SignUpPage, form_data: Callable[..., dict[str, str]]
) -> None:
    [address] = re.findall(r'href="([^"]*\?check=[^"]*)"', compact_html(client.get(WITHOUT_CANDIDATE)))
    sectors = {name: Sector.objects.get(name=name).pk for name in ("Bouw", "Zorg")}
    assert f'<option value="{sectors["Bouw"]}" selected>Bouw' in compact_html(client.get(f"{address}&wijze=pagina"))
    [carried] = re.findall(r'name="check" value="([^"]+)"', compact_html(client.get(address)))
    client.post(content.url, form_data(sector=str(sectors["Zorg"]), check=carried, naar="pagina"))
    again = compact_html(client.get(f"{address}&wijze=pagina"))
    assert f'<option value="{sectors["Zorg"]}" selected>Zorg' in again, "what the employer chose stays"
    client.post(content.url, form_data(sector=str(sectors["Bouw"]), check=carried))
    answers = EmployerInterest.objects.get().answers
    assert answers[dutch("Check: %(question)s") % {"question": "Vanaf wanneer hebt u iemand nodig?"}] == (
        "Zo snel mogelijk"
    )


def test_every_sector_of_the_list_is_an_answer(shipped_check: CheckPage) -> None:
    with translation.override("nl"):
        answers = {answer.words for answer in Tree.of(shipped_check.tree).places["sector"].answers}
    assert answers - {"Ander werk"} == set(Sector.objects.values_list("name", flat=True))


def test_something_else_is_never_answered_with_the_rules_of_another_case(shipped_check: CheckPage) -> None:
    with translation.override("nl"):
        walks = list(find_walks(Tree.of(shipped_check.tree)))
    last_answers = [(walk.given[-1].answer.words, walk.at) for walk in walks]
    others = [place for words, place in last_answers if words == "Iets anders"]
    assert len(others) == 3
    assert {place.name for place in others} == {"anders"}
    assert not others[0].block["body"], "no rules"
    unknown = [place for words, place in last_answers if words == "Dat weet ik niet"]
    assert len({place.name for place in unknown}) == len(unknown) == 5, "each question has an outcome of its own"
    assert {place.block["sign"] for place in (*others, *unknown)} == {"ask"}


def test_an_outcome_shows_the_answer_and_the_next_step_and_folds_the_rest(
    client: Client, shipped_check: CheckPage, content: SignUpPage
) -> None:
    html = compact_html(client.get("/check/kandidaat-ja/werk-vrijwillig/vrijwilliger-wacht/"))
    assert list_buttons(html) == [
        ("primary", "https://uwv.nl/", "Vraag de verklaring aan bij UWV"),
        ("secondary", content.url, "Meld u aan"),
    ]
    folded = " ".join(DETAILS.findall(html.partition("<main")[2]))
    shown = DETAILS.sub("", html)
    for words in ("De verklaring van UWV geldt 3 jaar.", "Welk soort werk is het?", "check-share__address"):
        assert words in folded and words not in shown, words
    assert folded.count("De regels die gelden") == html.count("De regels die gelden") == 1


def test_who_has_to_ask_first_can_change_the_last_answer(client: Client, shipped_check: CheckPage) -> None:
    buttons = list_buttons(compact_html(client.get("/check/kandidaat-ja/werk-betaald/verblijf-onbekend/")))
    assert buttons[0] == ("primary", "/check/kandidaat-ja/werk-betaald/", dutch("Change your last answer"))
    assert [kind for kind, _address, _words in buttons] == ["primary", "secondary"]


def test_the_button_of_a_next_step_leads_to_the_page_that_an_editor_chose(
    client: Client, check: CheckPage, content: SignUpPage
) -> None:
    add_next_step(check, heading="Wacht {wachttijd}", text="Dan mag het.", page=content.pk, label="Naar het formulier")
    html = compact_html(client.get("/klein/loon-vrijwillig/"))
    assert "Wacht 6 maanden" in html and "Dan mag het." in html
    assert list_buttons(html)[0] == ("primary", content.url, "Naar het formulier")


def test_a_next_step_with_half_a_button_is_refused() -> None:
    block, words = NextStepBlock(), {"heading": "Bel ons", "text": "", "page": None, "url": "", "label": ""}
    assert block.clean(block.to_python(words))["heading"] == "Bel ons"
    for changes in ({"label": "Naar UWV"}, {"url": "https://uwv.example/"}):
        with pytest.raises(ValidationError):
            block.clean(block.to_python(words | changes))


def test_an_unknown_rule_in_a_next_step_is_refused(check: CheckPage) -> None:
    with pytest.raises(ValidationError, match="wachtijd"):
        add_next_step(check, heading="Wacht {wachtijd}")


def test_an_outcome_without_a_next_step_and_without_the_sign_up_has_no_band(client: Client, check: CheckPage) -> None:
    check.tree = tree_value(question("een", {"Ja": "mag", "Nee": "mag"}), outcome("mag", sign_up=False))
    check.save()
    assert "next-step" not in compact_html(client.get("/klein/een-ja/"))
