"""Each number in a sentence of the Dutch pages comes from a rule, or stands here with the reason why it does not.

The rules lose their values first, so that a number that is left on a page is none of theirs.
"""

import re
from collections.abc import Iterator

from django.test import Client
from wagtail.models import Page

from dossiers.models import Regulation
from pilot_pages.candidate import guard
from pilot_pages.checker.decision_tree import Tree
from pilot_pages.models import CheckPage, SignUpPage
from pilot_pages.models.sign_up import SENT_COOKIE_AGE
from pilot_pages.sign_up import links

NOT_READ = re.compile(r"<(svg|script|style)\b.*?</\1>", re.DOTALL)
END_OF_BLOCK = re.compile(r"</?(?!(?:a|abbr|b|button|dfn|em|i|span|strong)\b)[a-z][^>]*>")
TAG = re.compile(r"<[^>]+>")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORDS = "kwartier twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig half halve procent"
NUMBER = re.compile(rf"\d|\b(?:{'|'.join(WORDS.split())})\b", re.IGNORECASE)

PROPOSAL = "the proposal to the municipal executive of 2024, which the page names as its source"
CODE = "what the code does, from which this list takes the number"
FORM = "an example or a choice of the form"
COUNT = "counts what the page itself lists"
CHECK_LENGTH = "our own estimate of the time that the check takes"
MINUTES = {10: "tien minuten", 15: "een kwartier"}

# A part of each sentence with a number that comes from no rule, and the reason.
EXCEPTIONS = {
    "6 van de 10 werkgevers hebben open vacatures": PROPOSAL,
    "Het AZC heeft 1.000 opvangplekken": PROPOSAL,
    "€ 28.600, binnen de bestaande begroting": PROPOSAL,
    "Begeleiding en matching van kandidaten, 20 weken lang": PROPOSAL,
    "op het budget van de pilot, voor 20 weken": PROPOSAL,
    "Juli 2024": PROPOSAL,
    "November 2024": PROPOSAL,
    "Begin 2025": PROPOSAL,
    "Dit was in 2024 de planning vooraf": PROPOSAL,
    "voor nieuw beleid in 2025": PROPOSAL,
    "noemt vier redenen": PROPOSAL,
    "oorstel uit 2024": "names the proposal",
    "oorstel van 2024": "names the proposal",
    "gemeente Noordoostpolder, 2024": "names the proposal as a source",
    f"Bevestigt u niet, dan wissen wij ze na {links.MAX_AGE.days} dagen": CODE,
    f"Bevestigt u niet, dan wissen wij die na {links.MAX_AGE.days} dagen": CODE,
    f"(sign_up_sent) die {MINUTES[SENT_COOKIE_AGE.seconds // 60]} onthoudt": CODE,
    f"Die werkt {MINUTES[guard.SESSION_LENGTH.seconds // 60]}": CODE,
    "van hoogstens": "counts the questions of the check",
    "vijf stappen": COUNT,
    "(2 minuten)": CHECK_LENGTH,
    "In twee minuten weet u": CHECK_LENGTH,
    "A0 is nog geen Nederlands, A2 is eenvoudig dagelijks Nederlands, met B1": "names levels of language",
    "van A0 (nog geen Nederlands) tot C2": "names levels of language",
    "Acht cijfers": "the length of a number at the Chamber of Commerce",
    "Bijvoorbeeld 06 12345678": FORM,
    "Bijvoorbeeld 8300 AA": FORM,
    "bijvoorbeeld 28-02-2027": FORM,
    "bijvoorbeeld 36": FORM,
    "WCAG 2.2": "names the version of the guideline",
    "(360 pixels) en een breed scherm (1280 pixels)": "the widths at which the tests in a browser look",
}
LEVEL = re.compile(r"[ABC]\d")  # a choice of the form, alone


def find_sentences_with_numbers(html: str) -> set[str]:
    main = NOT_READ.sub(" ", re.search(r"<main.*?</main>", html, re.DOTALL)[0])
    blocks = END_OF_BLOCK.sub("\0", main).split("\0")
    texts = (" ".join(TAG.sub("", block).split()) for block in blocks)
    return {sentence for text in texts for sentence in END_OF_SENTENCE.split(text) if NUMBER.search(sentence)}


def list_addresses() -> Iterator[str]:
    """Yield the address of each Dutch page, and of each question and outcome of the check."""
    for page in Page.objects.live().public().filter(depth__gt=1, locale__language_code="nl"):
        yield page.url
    check = CheckPage.objects.get(locale__language_code="nl")
    tree = Tree.of(check.tree)
    for name in tree.places:
        yield "/".join([check.url.rstrip("/"), *tree.find_shortest_path(name), ""])


def find_sentences(client: Client) -> dict[str, str]:
    """Return the sentences with a number that comes from no rule, each with an address where it stands."""
    Regulation.objects.update(
        value="zoveel",
        unit=Regulation.Unit.TEXT,
        statement="Een regel.",
        explanation="",
        source="Een bron.",
        source_date="Ooit",
        title="Regel",
    )
    return {
        sentence: address
        for address in list_addresses()
        for sentence in find_sentences_with_numbers(client.get(address).content.decode())
    }


def test_each_number_comes_from_a_rule_or_has_a_reason(client: Client, content: SignUpPage) -> None:
    sentences = find_sentences(client)
    unexplained = {
        text: address
        for text, address in sentences.items()
        if not LEVEL.fullmatch(text) and not any(key in text for key in EXCEPTIONS)
    }
    assert unexplained == {}
    assert [key for key in EXCEPTIONS if not any(key in text for text in sentences)] == [], "no page says this any more"


def test_a_number_that_an_editor_types_is_noticed() -> None:
    html = "<main><p>UWV beslist <b>binnen</b> 5 weken. Dat is snel.</p><p>Wacht zes maanden</p></main>"
    assert find_sentences_with_numbers(html) == {"UWV beslist binnen 5 weken.", "Wacht zes maanden"}
