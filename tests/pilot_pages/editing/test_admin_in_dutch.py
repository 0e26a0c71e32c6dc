"""The screens of editors have no English words, and no value of Python."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from pilot_pages.models import HomePage


def visible_texts(html: str) -> list[str]:
    html = re.sub(r"<(script|style|template)\b.*?</\1>", "", html, flags=re.DOTALL)
    return [text.strip() for text in re.findall(r">([^<>]+)<", html) if text.strip()]


@pytest.mark.parametrize(
    ("dialog", "labels"),
    [
        ("external_link", {"URL", "Woorden van de link"}),
        ("email_link", {"E-mailadres", "Woorden van de link", "Onderwerp", "Tekst van de e-mail"}),
        ("phone_link", {"Telefoonnummer", "Woorden van de link"}),
    ],
)
def test_the_dialogs_of_links_have_dutch_labels(anna: Client, dialog: str, labels: set[str]) -> None:
    html = anna.get(reverse(f"wagtailadmin_choose_page_{dialog}")).json()["html"]
    texts = visible_texts(html)
    assert labels <= set(texts)
    assert not {"Link text", "Email address", "Phone number", "Subject", "Body"} & set(texts)


def test_no_screen_of_a_page_shows_none(anna: Client) -> None:
    home = HomePage.objects.get()
    for name in ("wagtailadmin_explore", "wagtailadmin_pages:edit", "wagtailadmin_pages:history"):
        html = anna.get(reverse(name, args=[home.pk])).content.decode()
        assert "None" not in visible_texts(html), name
