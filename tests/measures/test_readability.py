"""The Dutch pages stay within the site's own limits for the lengths of sentences and words."""

from wagtail.models import Page

from pilot_pages.editing.page_check import measure_page
from pilot_pages.models import SignUpPage
from pilot_pages.readability import MAX_WORDS_A_SENTENCE, MIN_SCORE, measure_readability

HARD = (
    "Tewerkstellingsvergunningsaanvragen worden door de verantwoordelijke uitvoeringsorganisatie beoordeeld nadat de "
    "werkgever alle noodzakelijke documenten volledig ingevuld en ondertekend heeft aangeleverd."
)


def test_no_page_has_too_long_sentences_or_words(content: SignUpPage) -> None:
    hard = []
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code="nl").specific():
        figures = measure_page(page)
        if figures and figures.is_hard:
            hard.append(
                f"{page.slug}: {figures.words_a_sentence:.1f} words a sentence (at most {MAX_WORDS_A_SENTENCE}), "
                f"score {figures.score:.0f} (at least {MIN_SCORE}); {figures.list_longest()}"
            )
    assert not hard, "\n".join(hard)


def test_the_figures_of_a_text_are_counted() -> None:
    figures = measure_readability("Kop hier. De hond en de poes zijn moe. Zij slapen nu op de warme arbeidsmarktbank.")
    assert figures is not None and len(figures.sentences) == 2, "a heading is no sentence"
    assert len(figures.words) == 14 and figures.words_a_sentence == 7
    assert round(figures.long_words, 1) == 7.1
    # 7 syllables in the first sentence, 12 in the other: zij sla-pen nu op de war-me ar-beids-markt-bank
    assert round(figures.score, 1) == round(206.84 - 77 * 19 / 14 - 0.93 * 7, 1)


def test_a_long_sentence_of_long_words_is_hard_and_listed() -> None:
    figures = measure_readability(f"De hond is er ook. {HARD}")
    assert figures is not None and figures.is_hard
    assert figures.list_longest(1) == [HARD]


def test_a_text_without_sentences_has_no_figures() -> None:
    assert measure_readability("Contact. Bel ons.") is None
