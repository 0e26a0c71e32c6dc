"""In which language a page is, and where it stands in the others."""

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
    """One that a reader can choose; `name` as its own speakers write it, `url` of this page in it."""

    code: str
    name: str
    direction: str
    url: str = ""
    current: bool = False


def language(code: str, url: str = "", *, current: bool = False) -> Language:
    name = LANG_INFO.get(code, {}).get(
        "name_local", code
    )  # the candidate's page may be in one that Django doesn't know
    return Language(code, name.capitalize(), "rtl" if code in settings.LANGUAGES_BIDI else "ltr", url, current)


@register.simple_tag(takes_context=True)
def page_language(context: dict[str, Any]) -> Language:
    """That of the page itself; of a page without one, such as those behind a sign-up, that of its address."""
    page = own_page(context)
    return language(page.locale.language_code if page else get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def language_choices(context: dict[str, Any]) -> list[Language]:
    """Every language in which there is this page, or a site at all; empty where there is nothing to choose."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    page, current = own_page(context), page_language(context).code
    urls = _homes(request)
    if page:
        urls |= {code: other.get_url(request) for code, other in translations(page).items()}
        urls[current] = page.get_url(request)
    elif _behind_sign_up(request):
        urls = {code: translate_url(request.get_full_path(), code) for code in urls}
    choices = [
        language(code, urls[code], current=code == current) for code, _name in settings.LANGUAGES if urls.get(code)
    ]
    return choices if any(not choice.current for choice in choices) else []


@register.simple_tag(takes_context=True)
def alternates(context: dict[str, Any]) -> list[tuple[str, str]]:
    """(hreflang, whole address) of each translation, the page itself among them, and of which one is for the others."""
    page = own_page(context)
    if page is None or not page.live:
        return []
    pages = translations(page) | {page.locale.language_code: page}
    if len(pages) < 2:
        return []
    alternates = [(code, pages[code].full_url) for code, _name in settings.LANGUAGES if code in pages]
    default = pages.get(settings.LANGUAGE_CODE)
    return [*alternates, ("x-default", default.full_url)] if default else alternates


def own_page(context: dict[str, Any]) -> Page | None:
    """The page that is shown. Views behind a sign-up have the form's page in their context, for its words."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, Page) or not page.pk or (request and _behind_sign_up(request)):
        return None
    return page


def _behind_sign_up(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.namespace == "pilot_pages")


def translations(page: Page) -> dict[str, Page]:
    """The live pages in other languages that anybody may read, by code."""
    others = page.get_translations().live().public().select_related("locale")
    return {other.locale.language_code: other for other in others}


def _homes(request: HttpRequest) -> dict[str, str]:
    """Of each language that has a site of its own, its first page."""
    site = Site.find_for_request(request)
    if site is None or site.root_page is None:
        return {}
    homes = site.root_page.get_translations(inclusive=True).live().public().select_related("locale")
    return {home.locale.language_code: home.get_url(request) for home in homes}


@register.filter
def foreign(page: Page | None, shown: Language) -> bool:
    """Whether a page that is linked to is in another language than the one that is read."""
    return bool(page and page.locale.language_code != shown.code)
