"""Structured data (schema.org) for search engines, with only what the page itself shows and facts about the site."""

from typing import Any

from django.utils.translation import gettext
from wagtail.models import Page, Site

from pilot_pages.facts import facts_in_force
from pilot_pages.models import HomePage, PilotPage, PilotSettings, QuestionsPage, get_site_words
from pilot_pages.placeholders import PlaceholderFiller, filled
from pilot_pages.search.passages import rich_text_to_plain_text

Data = dict[str, Any]


def build_structured_data(page: PilotPage, above: list[Page]) -> list[Data]:
    """Return the structured data of a page; `above` are its breadcrumbs."""
    items = [describe_service(page)] if isinstance(page, HomePage) else []
    if isinstance(page, QuestionsPage):
        items.append(describe_questions(page))
    if above:
        items.append(describe_breadcrumbs([*above, page]))
    return [{"@context": "https://schema.org", **data} for data in items]


def describe_service(page: HomePage) -> Data:
    sign_up, words = page.get_sign_up_page(), get_site_words(page)
    data: Data = {
        "@type": "GovernmentService",
        "name": words["site_name"],
        "description": filled(page.search_description or page.intro),
        "url": page.full_url,
        "audience": {"@type": "BusinessAudience", "audienceType": gettext("Employers")},
        "provider": describe_owner(page, words["site_owner"]),
    }
    if sign_up:
        data["availableChannel"] = {"@type": "ServiceChannel", "serviceUrl": sign_up.full_url}
    return data


def describe_owner(page: PilotPage, name: str) -> Data:
    """Return the owner of the site, with the contact details of the site settings if there are any."""
    data: Data = {"@type": "GovernmentOrganization", "name": name}
    site: Site | None = page.get_site()
    contact = PilotSettings.for_site(site) if site else PilotSettings()
    details = {"name": contact.contact_name, "telephone": contact.contact_phone, "email": contact.contact_email}
    if known_details := {name: value for name, value in details.items() if value}:
        data["contactPoint"] = {"@type": "ContactPoint", **known_details}
    return data


def describe_questions(page: QuestionsPage) -> Data:
    """Return the questions; each answer includes the sentences of its rules, as on the page."""
    placeholders = PlaceholderFiller()
    entries = [entry for group in page.questions for entry in group.value["questions"]]
    facts = {fact.key: fact.sentence for fact in facts_in_force([key for entry in entries for key in entry["facts"]])}
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": placeholders.fill(entry["question"]),
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": " ".join(
                        [
                            placeholders.fill(rich_text_to_plain_text(entry["answer"])),
                            *(facts[key] for key in entry["facts"] if key in facts),
                        ]
                    ),
                },
            }
            for entry in entries
        ],
    }


def describe_breadcrumbs(pages: list[Any]) -> Data:
    items = []
    for number, page in enumerate(pages, start=1):
        name = gettext("Home") if number == 1 else getattr(page, "short_title", page.title)
        items.append({"@type": "ListItem", "position": number, "name": name, "item": page.full_url})
    return {"@type": "BreadcrumbList", "itemListElement": items}
