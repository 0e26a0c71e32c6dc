"""Template tags for the language of a page and the links to its translations."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page, Site

register = template.Library()


@dataclass(frozen=True)
class Language:
    """A language in the language menu. `name` is in the language itself; `url` is that of the current page in it."""

    code: str
    name: str
    direction: str
    url: str = ""
    current: bool = False


def language(code: str, url: str = "", *, current: bool = False) -> Language:
    name = LANG_INFO.get(code, {}).get("name_local", code)  # Django does not know all languages of the candidate's page
    return Language(code, name.capitalize(), "rtl" if code in settings.LANGUAGES_BIDI else "ltr", url, current)


@register.simple_tag(takes_context=True)
def page_language(context: dict[str, Any]) -> Language:
    """Return the language of the page; that of the URL if there is none, as for the status of a sign-up."""
    page = get_shown_page(context)
    return language(page.locale.language_code if page else get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def language_choices(context: dict[str, Any]) -> list[Language]:
    """Return the languages in which the site exists, with the URL of this page or else of the home page.

    Return an empty list if the current language is the only one.
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    page, current = get_shown_page(context), page_language(context).code
    site = Site.find_for_request(request)
    urls = {}
    if site and site.root_page:
        homes = site.root_page.get_translations(inclusive=True).live().public().select_related("locale")
        urls = {home.locale.language_code: home.get_url(request) for home in homes}
    if page:
        urls |= {code: other.get_url(request) for code, other in translations(page).items()}
        urls[current] = page.get_url(request)
    elif _is_sign_up_status_page(request):
        urls = {code: translate_url(request.get_full_path(), code) for code in urls}
    choices = [
        language(code, urls[code], current=code == current) for code, _name in settings.LANGUAGES if urls.get(code)
    ]
    return choices if any(not choice.current for choice in choices) else []


@register.simple_tag(takes_context=True)
def alternates(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (hreflang, absolute URL) of the page, of its translations, and of the Dutch page as `x-default`."""
    page = get_shown_page(context)
    if page is None or not page.live:
        return []
    pages = translations(page) | {page.locale.language_code: page}
    if len(pages) < 2:
        return []
    alternates = [(code, pages[code].full_url) for code, _name in settings.LANGUAGES if code in pages]
    default = pages.get(settings.LANGUAGE_CODE)
    return [*alternates, ("x-default", default.full_url)] if default else alternates


def get_shown_page(context: dict[str, Any]) -> Page | None:
    """Return the page that the response shows, or None.

    The status pages of a sign-up have the sign-up page in their context only for its texts.
    """
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, Page) or not page.pk or (request and _is_sign_up_status_page(request)):
        return None
    return page


def _is_sign_up_status_page(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.namespace == "pilot_pages")


def translations(page: Page) -> dict[str, Page]:
    """Return the public translations of a page by language code."""
    others = page.get_translations().live().public().select_related("locale")
    return {other.locale.language_code: other for other in others}


@register.filter
def is_in_other_language(page: Page | None, current: Language) -> bool:
    """Whether the page is in another language than the current one, so that a link to it needs hreflang."""
    return bool(page and page.locale.language_code != current.code)
