"""A reader gets on: to the source of a rule, to where one applies, to another site, and to whom to call."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Site

from dossiers.models import EmployerInterest, InterestStatus, Regulation, RegulationTranslation
from pilot_pages.blocks import BodyBlock
from pilot_pages.models import GuidancePage, PilotSettings, SignUpPage
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch

RULE = "wachttijd"
PAGE_WITH_RULE = "/voor-werkgevers/mag-ik-aannemen/"
BUTTON = {"heading": "De vergunning", "text": "", "page": None, "url": "https://uwv.example/twv", "label": "Naar UWV"}


def test_a_rule_links_to_its_source_and_to_where_one_applies_and_is_explained(
    client: Client, content: SignUpPage
) -> None:
    Regulation.objects.filter(key=RULE).update(
        source="uwv.example, asielzoeker",
        source_url="https://uwv.example/bron",
        apply_url="https://www.uwv.example/aanvraag",
        explanation="Tel {value} maanden vanaf de dag van de aanvraag.",
    )
    html = compact_html(client.get(PAGE_WITH_RULE))
    assert re.search(r'<a [^>]*href="https://uwv.example/bron">uwv.example, asielzoeker</a>', html)
    assert re.search(r'<a [^>]*href="https://www.uwv.example/aanvraag">\s*Aanvragen bij uwv.example', html)
    assert "Tel 6 maanden vanaf de dag van de aanvraag." in html


def test_a_rule_without_addresses_has_no_link(client: Client, content: SignUpPage) -> None:
    Regulation.objects.update(source_url="", apply_url="", explanation="")
    html = compact_html(client.get(PAGE_WITH_RULE)).partition('class="facts"')[2].partition("</details>")[0]
    assert "<a " not in html and "fact__explanation" not in html


def test_the_api_gives_the_addresses_and_the_explanation_of_a_rule(client: Client, content: SignUpPage) -> None:
    Regulation.objects.filter(key=RULE).update(source_url="https://uwv.example/")
    RegulationTranslation.objects.filter(regulation__key=RULE).update(explanation="In words: {value}.")
    rules = {rule["key"]: rule for rule in client.get("/api/pilot/facts?language=en").json()}
    assert rules[RULE]["source_url"] == "https://uwv.example/"
    assert rules[RULE]["explanation"] == "In words: 6."


def test_the_addresses_of_a_new_site_are_those_that_the_sources_name(content: SignUpPage) -> None:
    rules = Regulation.objects.exclude(source_url="")
    assert rules.exists()
    for rule in rules:
        assert rule.source_url == f"https://{re.split('[, ]', rule.source)[0]}/"
    assert set(Regulation.objects.values_list("apply_url", flat=True)) == {"", "https://uwv.nl/"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"source": ""}, "source"), ({"source_url": "uwv"}, "source_url"), ({"explanation": "Nu {jaar}."}, "explanation"),
     ({"explanation": "Na 4 maanden."}, "explanation"), ({"explanation": "BSN 123456782"}, "explanation")],
)  # fmt: skip
def test_a_rule_that_readers_could_not_use_is_refused(content: SignUpPage, changes: dict[str, str], field: str) -> None:
    rule = Regulation.objects.get(key=RULE)
    rule.source_url, rule.explanation = "https://uwv.example/", "Na {value} maanden."
    rule.full_clean()
    for name, value in changes.items():
        setattr(rule, name, value)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert field in refused.value.message_dict


def test_a_button_leads_to_another_site(client: Client, content: SignUpPage) -> None:
    page = GuidancePage.objects.get(slug="in-stappen")
    page.body = [("call_to_action", BUTTON)]
    page.save()
    html = compact_html(client.get(page.url))
    assert re.search(r'<a class="utrecht-button-link[^>]* href="https://uwv.example/twv">\s*Naar UWV', html)


@pytest.mark.parametrize("both", [True, False])
def test_a_button_leads_to_either_a_page_or_another_site(content: SignUpPage, both: bool) -> None:
    block = BodyBlock().child_blocks["call_to_action"]
    page = content.pk if both else None
    with pytest.raises(ValidationError):
        block.clean(block.to_python(BUTTON | {"page": page, "url": BUTTON["url"] if both else ""}))
    assert block.clean(block.to_python(BUTTON))["url"] == BUTTON["url"]


@pytest.fixture
def promise(content: SignUpPage) -> SignUpPage:
    """The sign-up page, on which an editor wrote when somebody calls."""
    content.call_text = "Wij bellen u binnen {wachttijd}."
    content.save()
    return content


CALLS = "Wij bellen u binnen 6 maanden."


def test_the_form_its_thanks_the_mails_and_the_status_page_tell_when_somebody_calls(
    client: Client, promise: SignUpPage, sign_up: Callable[..., Any]
) -> None:
    assert CALLS in client.get(promise.url).content.decode()
    thanks = client.get(sign_up().url).content.decode()
    assert CALLS in thanks and dutch("What happens next") in thanks
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    unconfirmed = client.get(link).content.decode()
    confirmed = client.post(link, follow=True).content.decode()
    assert CALLS in unconfirmed and CALLS in confirmed
    assert all(CALLS in message.body and CALLS in message.alternatives[0].content for message in mail.outbox)
    EmployerInterest.objects.update(status=InterestStatus.CONTACTED)
    assert CALLS not in client.get(link).content.decode()
    client.post(f"{link}intrekken/")
    assert CALLS not in mail.outbox[-1].body


def test_without_words_about_it_nobody_promises_a_call(client: Client, content: SignUpPage) -> None:
    html = client.get(content.url).content.decode()
    assert "Een medewerker leest uw aanmelding." in html and "bellen" not in html


def test_whom_to_call_and_to_mail_stands_on_every_page(
    client: Client, content: SignUpPage, sign_up: Callable[..., Any]
) -> None:
    contact = PilotSettings.for_site(Site.objects.get())
    contact.contact_phone, contact.contact_email = "+31612345678", "werk@example.nl"
    contact.save()
    sent = sign_up().url
    link = re.search(r"http://testserver(/aanmelding/\S+)", mail.outbox[-1].body)[1]
    client.post(link)
    for url in (
        *("/", content.url, f"{content.url}?wijze=stappen", sent, link, f"{link}gegevens/", f"{link}ander-werk/"),
        *(f"{link}intrekken/", "/aanmelding/x/", "/zoeken/?q=uwv", "/bestaat-niet/", "/voor-werkgevers/check/"),
    ):
        html = client.get(url).content.decode()
        assert 'href="tel:+31612345678"' in html and 'href="mailto:werk@example.nl"' in html, url
