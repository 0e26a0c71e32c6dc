"""Each kind of block as HTML."""

from collections.abc import Callable
from html import escape
from typing import Any

Words = dict[str, str]
Value = Any


class UnknownBlock(Exception):
    """The type of the block has no function in SHOWN."""


def heading(value: dict[str, Any], level: int = 2) -> str:
    return f"<h{level}>{escape(value['heading'])}</h{level}>" if value.get("heading") else ""


def paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""


def link(page: dict[str, Any] | None, label: str) -> str:
    """A link within the site; only its words when the page is not published."""
    return f'<a href="{escape(page["url"])}">{escape(label)}</a>' if page else escape(label)


def fact(fact: dict[str, Any], words: Words) -> str:
    source = words["no_source"]
    if fact["source"]:
        date = f" ({fact['source_date']})" if fact["source_date"] else ""
        day = fact["checked_on"]
        checked = f"{words['checked']} {day[8:]}-{day[5:7]}-{day[:4]}" if day else words["unchecked"]
        source = f"{words['source']}: {fact['source']}{date}. {checked}."
    parts = (paragraph(fact["title"], "fact-title"), paragraph(fact["sentence"]), *map(paragraph, fact["proposals"]))
    return f"<li>{''.join(parts)}{paragraph(source, 'source')}</li>"


def facts(facts: list[dict[str, Any]], words: Words) -> str:
    return f'<ul class="facts">{"".join(fact(item, words) for item in facts)}</ul>' if facts else ""


def show_text(value: Value, words: Words) -> str:
    return str(value)


def show_steps(value: Value, words: Words) -> str:
    steps = (
        f"<li><h3>{escape(step['title'])}</h3>{step['text']}{facts(step['facts'], words)}</li>"
        for step in value["steps"]
    )
    return f"{heading(value)}<ol>{''.join(steps)}</ol>"


def show_facts(value: Value, words: Words) -> str:
    return heading(value) + paragraph(value["intro"]) + facts(value["facts"], words)


def show_checklist(value: Value, words: Words) -> str:
    return f"{heading(value)}<ul>{''.join(f'<li>{escape(point)}</li>' for point in value['points'])}</ul>"


def show_questions(value: Value, words: Words) -> str:
    entries = (
        f"<details><summary>{escape(item['question'])}</summary>{item['answer']}{facts(item['facts'], words)}</details>"
        for item in value["questions"]
    )
    return heading(value) + "".join(entries)


def show_overview(value: Value, words: Words) -> str:
    rows = (f"<dt>{escape(row['name'])}</dt><dd>{escape(row['value'])}</dd>" for row in value["rows"])
    source = paragraph(f"{words['source']}: {value['source']}", "source") if value["source"] else ""
    return f"{heading(value)}<dl>{''.join(rows)}</dl>{source}"


def image(image: dict[str, Any] | None) -> str:
    if image is None:
        return ""
    sizes = ", ".join(f"{rendition['src']} {rendition['width']}w" for rendition in image["renditions"])
    return (
        f'<img src="{escape(image["src"])}" srcset="{escape(sizes)}" sizes="(min-width: 60rem) 60rem, 100vw" '
        f'width="{image["width"]}" height="{image["height"]}" alt="{escape(image["alt"])}" loading="lazy">'
    )


def show_notice(value: Value, words: Words) -> str:
    return f'<div class="notice-{value["kind"]}">{value["text"]}</div>'


def show_quote(value: Value, words: Words) -> str:
    who = f"<footer>{escape(value['who'])}</footer>" if value["who"] else ""
    return f"{image(value['image'])}<blockquote>{paragraph(value['quote'])}{who}</blockquote>"


def show_employer_story(value: Value, words: Words) -> str:
    quote = f"<blockquote>{paragraph(value['quote'])}</blockquote>" if value["quote"] else ""
    who = ", ".join(value[name] for name in ("name", "role", "company") if value[name])
    return f"{heading(value)}{image(value['image'])}{value['text']}{quote}{paragraph(who)}"


def show_team(value: Value, words: Words) -> str:
    people = "".join(
        f"<li>{image(person['image'])}{''.join(paragraph(person[name]) for name in ('name', 'role', 'phone', 'email'))}"
        "</li>"
        for person in value["people"]
    )
    return f"{heading(value)}<ul>{people}</ul>"


def show_video(value: Value, words: Words) -> str:
    """A video, if its file is there, with its captions and its text."""
    captions = f'<track src="{escape(value["captions"]["url"])}">' if value["captions"] else ""
    source = f'<video src="{escape(value["video"]["url"])}" controls>{captions}</video>' if value["video"] else ""
    return heading(value) + source + value["transcript"]


def show_picture(value: Value, words: Words) -> str:
    if value["image"] is None:
        return paragraph(value["caption"])
    caption = f"<figcaption>{escape(value['caption'])}</figcaption>" if value["caption"] else ""
    return f"<figure>{image(value['image'])}{caption}</figure>"


def show_download(value: Value, words: Words) -> str:
    file = value["document"]
    if file is None:
        return paragraph(value["text"])
    label = f"{file['title']} ({file['extension'].upper()})"
    return f'<p><a href="{escape(file["url"])}">{escape(label)}</a></p>{paragraph(value["text"])}'


def show_call_to_action(value: Value, words: Words) -> str:
    target = {"url": value["url"]} if value["url"] else value["page"]
    button = f'<p class="button">{link(target, value["label"])}</p>' if target else ""
    return heading(value) + paragraph(value["text"]) + button


def show_page_cards(value: Value, words: Words) -> str:
    cards = (
        f"<li><h3>{link(card['page'], card['page']['title'])}</h3>{paragraph(card['text'])}</li>"
        for card in value["cards"]
        if card["page"]
    )
    return f'{heading(value)}<ul class="cards">{"".join(cards)}</ul>'


def show_contact(value: Value, words: Words) -> str:
    shown = contact(value["contact"])
    if value["privacy_officer"]:
        officer = [value["contact"][name] for name in ("privacy_officer", "privacy_email")]
        shown += paragraph(f"{words['officer']}: {' '.join(filter(None, officer))}")
    return heading(value) + shown


def show_statement(value: Value, words: Words) -> str:
    """The rows of a statement; readers see which are not filled in yet."""
    rows = "".join(
        f"<dt>{escape(row['label'])}</dt><dd>{statement_link(row) or words['not_filled_in']}</dd>"
        for row in value["rows"]
    )
    return f"{heading(value)}<dl>{rows}</dl>"


def statement_link(row: dict[str, str]) -> str:
    return f'<a href="{escape(row["url"])}">{escape(row["text"])}</a>' if row["url"] else escape(row["text"])


def contact(details: dict[str, str]) -> str:
    """Render the contact details that the municipality filled in."""
    names = ("contact_name", "contact_phone", "contact_email", "postal_address")
    lines = "<br>".join(escape(details[name]) for name in names if details[name])
    return f"<address>{lines}</address>" if lines else ""


def show_pilot_figures(value: Value, words: Words) -> str:
    """Return an empty string until an evaluation is released, as the site itself does."""
    if value["figures"] is None:
        return ""
    return heading(value) + paragraph(value["intro"]) + figures(value["figures"], words)


def figures(figures: dict[str, Any], words: Words) -> str:
    subjects = (
        heading({"heading": subject["title"]}, 3) + "".join(table(each) for each in subject["tables"])
        for subject in figures["subjects"]
    )
    released = f"{words['source']}: {figures['title']}, {figures['period']}. {figures['concerned']}"
    return "".join(subjects) + paragraph(released, "source")


def table(table: dict[str, Any]) -> str:
    heads = "".join(
        f"<th>{escape(label)}</th>"
        for label in [table["rows_label"], *(column["label"] for column in table["columns"])]
    )
    rows = "".join(row(table_row) for table_row in [*table["rows"], *([table["total"]] if table["total"] else [])])
    chart = table["chart"]["svg"] if table["chart"] else ""
    caption = f"<caption>{escape(table['title'])}</caption>"
    return f"{chart}<table>{caption}<tr>{heads}</tr>{rows}</table>{paragraph(table['explanation'])}"


def row(row: dict[str, Any]) -> str:
    cells = "".join(f"<td>{escape(cell['text'])}</td>" for cell in row["cells"])
    return f'<tr><th lang="{row["language"]}">{escape(row["label"])}</th>{cells}</tr>'


def show_question(value: Value, words: Words) -> str:
    """A question of the check; its answers lead to another one or to an outcome by name."""
    answers = (
        f'<li><a href="#{escape(answer["to"])}">{escape(answer["answer"])}</a> {escape(answer["hint"])}</li>'
        for answer in value["answers"]
    )
    title = f'<h2 id="{escape(value["name"])}">{escape(value["question"])}</h2>'
    return f"{title}{value['explanation']}{facts(value['facts'], words)}<ul>{''.join(answers)}</ul>"


def show_outcome(value: Value, words: Words) -> str:
    inner = show_call_to_action(value["next_step"], words) + "".join(show(block, words) for block in value["body"])
    return f'<h2 id="{escape(value["name"])}">{escape(value["heading"])}</h2>{paragraph(value["summary"])}{inner}'


SHOWN: dict[str, Callable[[Value, Words], str]] = {
    "text": show_text,
    "steps": show_steps,
    "facts": show_facts,
    "checklist": show_checklist,
    "questions": show_questions,
    "group": show_questions,
    "overview": show_overview,
    "notice": show_notice,
    "employer_story": show_employer_story,
    "quote": show_quote,
    "team": show_team,
    "picture": show_picture,
    "video": show_video,
    "download": show_download,
    "call_to_action": show_call_to_action,
    "page_cards": show_page_cards,
    "contact": show_contact,
    "accessibility_statement": show_statement,
    "privacy_statement": show_statement,
    "pilot_figures": show_pilot_figures,
    "question": show_question,
    "outcome": show_outcome,
}


def show(block: dict[str, Any], words: Words) -> str:
    if block["type"] not in SHOWN:
        raise UnknownBlock(block["type"])
    return f'<section class="{block["type"]}">{SHOWN[block["type"]](block["value"], words)}</section>'
