"""The figures of how a page reads, where an editor confirms that it still holds."""

import pytest
from django.test import Client
from django.urls import reverse

from pilot_pages.models import GuidancePage, SignUpPage

HARD = (
    "Tewerkstellingsvergunningsaanvragen worden door de verantwoordelijke uitvoeringsorganisatie beoordeeld nadat de "
    "werkgever alle noodzakelijke documenten volledig ingevuld en ondertekend heeft aangeleverd."
)


@pytest.mark.parametrize(("text", "says"), [("De hond is er ook vandaag.", False), (HARD, True)])
def test_editors_read_the_figures_of_a_page_where_they_check_it(
    anna: Client, content: SignUpPage, text: str, says: bool
) -> None:
    page = GuidancePage.objects.get(slug="contact", locale__language_code="nl")
    page.body = []
    page.intro = text
    page.save()
    html = anna.get(reverse("pilot_pages_page_checked", args=[page.pk])).content.decode()
    assert "woorden per zin" in html
    assert ("Deze zinnen zijn het langst" in html) is says
