"""The template tag that explains terms at their first use."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from pilot_pages.glossary import FirstUses, Term, list_terms
from pilot_pages.templatetags.languages import page_language

register = template.Library()


class ExplainedNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        language = page_language(context).code
        first_uses = FirstUses(list_terms(language), language, make_button)
        html = first_uses.mark(self.nodelist.render(context))
        html += render_to_string("pilot_pages/parts/glossary.html", {"terms": list(first_uses.marked)})
        return mark_safe(html)  # noqa: S308  (what templates rendered)


def make_button(term: Term, word: str) -> str:
    context = {"term": term, "word": mark_safe(word)}  # noqa: S308  (a word of rendered HTML)
    return render_to_string("pilot_pages/parts/glossary_term.html", context).strip()


@register.tag
def explained(parser: Parser, token: Token) -> ExplainedNode:
    """Render `{% explained %}…{% endexplained %}` with a button at the first use of each term of the glossary."""
    nodelist = parser.parse(("endexplained",))
    parser.delete_first_token()
    return ExplainedNode(nodelist)
