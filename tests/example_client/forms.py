"""The sign-up: its questions come from the API, and so does what is wrong with the answers."""

from html import escape
from typing import Any

from tests.example_client.api import Api
from tests.example_client.labels import LABELS

Given = dict[str, list[str]]


def form(api: Api, locale: str, given: Given | None = None, errors: dict[str, list[str]] | None = None) -> str:
    asked = api.get("pilot/sign-up-form", language=locale)
    words = LABELS[locale]
    wrong = errors or {}
    whole = "".join(f'<p class="wrong">{escape(text)}</p>' for text in wrong.get("", []))
    fields = "".join(field(one, (given or {}).get(one["name"], []), wrong, locale) for one in asked["questions"])
    told = f'<p class="wrong" role="alert">{words["mend"]}</p>' if wrong else ""
    return f'<form method="post">{told}{whole}{fields}<button>{words["send"]}</button></form>'


def field(one: dict[str, Any], given: list[str], wrong: dict[str, list[str]], locale: str) -> str:
    name = one["name"]
    optional = "" if one["required"] else f" ({LABELS[locale]['optional']})"
    errors = "".join(f'<p class="wrong">{escape(text)}</p>' for text in wrong.get(name, []))
    label = f'<label for="{name}">{escape(one["label"])}{optional}</label>'
    return f"<div>{label}<p>{escape(one['help_text'])}</p>{errors}{entry(one, given)}</div>"


def entry(one: dict[str, Any], given: list[str]) -> str:
    name, value = one["name"], given[0] if given else ""
    if one["type"] == "boolean":
        return f'<input type="checkbox" id="{name}" name="{name}"{" checked" if given else ""}>'
    if choices := one.get("choices"):
        many = " multiple" if one["type"] == "multiplechoice" else ""
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key in given else ""}>{escape(label)}</option>'
            for key, label in choices
        )
        return f'<select id="{name}" name="{name}"{many}>{options}</select>'
    kind = one["type"] if one["type"] in ("date", "email", "url") else "text"
    if one["type"] == "multiline":
        return f'<textarea id="{name}" name="{name}" rows="4">{escape(value)}</textarea>'
    return (
        f'<input type="{kind}" id="{name}" name="{name}" value="{escape(value)}" autocomplete="{one["autocomplete"]}">'
    )


def send(api: Api, locale: str, given: Given) -> tuple[str, dict[str, list[str]]]:
    """What the employer reads, or what is wrong a field at a time."""
    asked = api.get("pilot/sign-up-form", language=locale)["questions"]
    answers = {one["name"]: answer for one in asked if (answer := typed(one, given.get(one["name"], []))) is not None}
    status, told = api.post("pilot/sign-ups", answers | {"language": locale})
    if status == 202:
        return told["detail"], {}
    wrong = {one["field"]: one["messages"] for one in told.get("errors", [])}
    return "", wrong or {"": [told["detail"]]}


def typed(one: dict[str, Any], given: list[str]) -> Any:
    """An answer as the kind of value that the API asks; None for an empty one."""
    if one["type"] == "boolean":
        return bool(given)
    if one["type"] == "multiplechoice":
        return given
    text = given[0].strip() if given else ""
    if one["type"] == "number" and text.lstrip("-").isdigit():
        return int(text)
    return text or None
