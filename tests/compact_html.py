"""HTML without the whitespace that a browser ignores, so that a test does not depend on the layout of a template."""

import re

from django.http import HttpResponse


def compact_html(response: HttpResponse) -> str:
    """Return the HTML with single spaces, and without those after an opening tag and before a closing one."""
    html = " ".join(response.content.decode().split())
    return re.sub(r"(<[^/>][^>]*>) | (?=</)", r"\1", html)
