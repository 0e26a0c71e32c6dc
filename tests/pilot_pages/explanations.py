"""The text of a page without what the glossary adds to it."""

import re

ADDED = re.compile(
    r'<button class="term"[^>]*>([^<]*)<span[^>]*>[^<]*</span></button>|<div class="terms">.*?</div>\s*</div>',
    re.DOTALL,
)


def without_explanations(html: str) -> str:
    return ADDED.sub(lambda match: match[1] or "", html)
