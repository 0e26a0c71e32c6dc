"""The sign-up form: its questions and its error messages come from the API."""

from html import escape
from typing import Any

from tests.example_client.api import Api
from tests.example_client.labels import LABELS

Values = dict[str, list[str]]


def form(api: Api, locale: str, values: Values | None = None, errors: dict[str, list[str]] | None = None) -> str:
    schema = api.get("pilot/sign-up-form", language=locale)
    words = LABELS[locale]
    wrong = errors or {}
    whole = "".join(f'<p class="wrong">{escape(text)}</p>' for text in wrong.get("", []))
    fields = "".join(
        field(question, (values or {}).get(question["name"], []), wrong, locale) for question in schema["questions"]
    )
    alert = f'<p class="wrong" role="alert">{words["mend"]}</p>' if wrong else ""
    return f'<form method="post">{alert}{whole}{fields}<button>{words["send"]}</button></form>'


def field(question: dict[str, Any], values: list[str], wrong: dict[str, list[str]], locale: str) -> str:
    name = question["name"]
    optional = "" if question["required"] else f" ({LABELS[locale]['optional']})"
    errors = "".join(f'<p class="wrong">{escape(text)}</p>' for text in wrong.get(name, []))
    label = f'<label for="{name}">{escape(question["label"])}{optional}</label>'
    return f"<div>{label}<p>{escape(question['help_text'])}</p>{errors}{entry(question, values)}</div>"


def entry(question: dict[str, Any], values: list[str]) -> str:
    name, value = question["name"], values[0] if values else ""
    if question["type"] == "boolean":
        return f'<input type="checkbox" id="{name}" name="{name}"{" checked" if values else ""}>'
    if choices := question.get("choices"):
        many = " multiple" if question["type"] == "multiplechoice" else ""
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key in values else ""}>{escape(label)}</option>'
            for key, label in choices
        )
        return f'<select id="{name}" name="{name}"{many}>{options}</select>'
    kind = question["type"] if question["type"] in ("date", "email", "url") else "text"
    if question["type"] == "multiline":
        return f'<textarea id="{name}" name="{name}" rows="4">{escape(value)}</textarea>'
    autocomplete = question["autocomplete"]
    return f'<input type="{kind}" id="{name}" name="{name}" value="{escape(value)}" autocomplete="{autocomplete}">'


def send(api: Api, locale: str, values: Values) -> tuple[str, dict[str, list[str]]]:
    """Send the answers; return the message for the employer and the errors by field."""
    questions = api.get("pilot/sign-up-form", language=locale)["questions"]
    answers = {
        question["name"]: answer
        for question in questions
        if (answer := typed(question, values.get(question["name"], []))) is not None
    }
    status, result = api.post("pilot/sign-ups", answers | {"language": locale})
    if status == 202:
        return result["detail"], {}
    wrong = {error["field"]: error["messages"] for error in result.get("errors", [])}
    return "", wrong or {"": [result["detail"]]}


def typed(question: dict[str, Any], values: list[str]) -> Any:
    """Convert an answer to the type that the API expects; None for an empty answer."""
    if question["type"] == "boolean":
        return bool(values)
    if question["type"] == "multiplechoice":
        return values
    text = values[0].strip() if values else ""
    if question["type"] == "number" and text.lstrip("-").isdigit():
        return int(text)
    return text or None
