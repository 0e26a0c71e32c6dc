"""A whole page as HTML, with the menus around it."""

from html import escape
from pathlib import Path
from typing import Any

from tests.example_client.blocks import Words, contact, figures, link, paragraph, show
from tests.example_client.labels import LABELS

LOOKS = (Path(__file__).parent / "looks.css").read_text("utf-8")


def menu(links: list[dict[str, Any]], label: str) -> str:
    items = "".join(f"<li>{link(page, page.get('label', page['title']))}</li>" for page in links)
    return f'<nav aria-label="{escape(label)}"><ul>{items}</ul></nav>' if links else ""


def render_frame(title: str, main: str, site: dict[str, Any], description: str = "") -> str:
    """Render the document around the main content: head, header and footer."""
    words = LABELS[site["locale"]]
    name = escape(site["name"])
    search = f"{site['home']['url']}zoeken/"
    return f"""<!DOCTYPE html>
<html lang="{site["locale"]}"><head><meta charset="utf-8"><title>{escape(title)} | {name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(description)}"><style>{LOOKS}</style></head>
<body><header><p>{link(site["home"], site["name"])}</p>{menu(site["menu"], words["menu"])}
<form action="{search}" role="search"><label for="q">{words["search"]}</label><input id="q" name="q" type="search">
<button>{words["search"]}</button></form></header>
{paragraph(site["pilot"]["notice"])}<main>{main}</main>
<footer>{menu(site["footer"], words["footer"])}{contact(site["contact"])}</footer></body></html>"""


def render_page(page: dict[str, Any], site: dict[str, Any], form: str = "") -> str:
    words = LABELS[site["locale"]]
    meta = page["meta"]
    main = "".join(
        [
            menu(meta["breadcrumbs"], words["above"]),
            menu(
                [translation | {"label": translation["locale"].upper()} for translation in meta["translations"]],
                words["languages"],
            ),
            f"<h1>{escape(page['title'])}</h1>{paragraph(page['intro'], 'intro')}{page['drawing_svg']}",
            buttons(page),
            "".join(show(block, words) for block in [*above_body(page), *page["body"]]),
            progress(page, words),
            form,
            menu(page.get("related", []), words["related"]),
            next_step(page, words),
        ]
    )
    return render_frame(meta["seo_title"] or page["title"], main, site, meta["search_description"])


def above_body(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks that only some kinds of pages have."""
    return [*page.get("questions", []), *page.get("tree", [])]


def progress(page: dict[str, Any], words: Words) -> str:
    """The page with all figures, or when to expect them."""
    if "figures" not in page:
        return ""
    return figures(page["figures"], words) + page["explanation"] if page["figures"] else page["waiting_text"]


def buttons(page: dict[str, Any]) -> str:
    """Render the two buttons of a home page."""
    pairs = ((page.get(f"{name}_page"), page.get(f"{name}_label", "")) for name in ("first", "second"))
    return "".join(f'<p class="button">{link(to, label or to["title"])}</p>' for to, label in pairs if to)


def next_step(page: dict[str, Any], words: Words) -> str:
    to = page["next_step"]
    if to is None:
        return ""
    label = page["next_label"] or to["title"]
    return (
        f'<section aria-label="{words["next"]}"><h2>{escape(page["next_heading"] or to["title"])}</h2>'
        f'{paragraph(page["next_text"])}<p class="button">{link(to, label)}</p></section>'
    )


def render_results(query: str, results: list[dict[str, Any]], site: dict[str, Any]) -> str:
    words = LABELS[site["locale"]]
    items = "".join(f"<li>{link({'url': result['meta']['url']}, result['title'])}</li>" for result in results)
    list_ = f"<ul>{items}</ul>" if results else paragraph(words["nothing"])
    return render_frame(words["search"], f"<h1>{words['found']}: {escape(query)}</h1>{list_}", site)


def render_not_found(site: dict[str, Any]) -> str:
    words = LABELS[site["locale"]]
    return render_frame(words["not_there"], f"<h1>{words['not_there']}</h1>", site)
