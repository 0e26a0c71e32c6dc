"""Rich text as HTML for another front end."""

import re
from typing import Any

from django.conf import settings
from wagtail.rich_text import expand_db_html

from pilot_pages.placeholders import filled_html
from pilot_pages.read_api.published import get_published_pages

PAGE_LINK = re.compile(r'<a(?=[^<>]*\blinktype="page")[^<>]*\bid="(\d+)"[^<>]*>')
DOCUMENT_LINK = re.compile(r'(href=")(/documenten/)')


def convert_to_html(source: str, context: dict[str, Any]) -> str:
    """Return the HTML of rich text, with placeholders filled in.

    Links to pages are paths, since the other front end serves the same paths; links to files are absolute. The link to
    a page that is not published is removed, but its text stays.
    """
    published_pages = get_published_pages(context)
    public = PAGE_LINK.sub(lambda match: match[0] if published_pages.get_reference(int(match[1])) else "<a>", source)
    return filled_html(DOCUMENT_LINK.sub(rf"\1{settings.BASE_URL}\2", expand_db_html(public)))
