"""Every field that a form of ours makes itself has a bound: what is typed is read no further than anybody means it."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from .test_patterns import PACKAGES

BOUNDS = {"CharField": ("max_length",), "IntegerField": ("min_value", "max_value")}
BOUNDS |= {"DecimalField": BOUNDS["IntegerField"], "FloatField": BOUNDS["IntegerField"]}


def form_fields() -> Iterator[tuple[str, ast.Call, str]]:
    """Each call that makes a plain field of a form: where it stands, and what it is called."""
    for package in map(importlib.import_module, PACKAGES):
        root = Path(package.__path__[0])
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).startswith("forms."):
                    yield f"{path.relative_to(root.parent)}:{node.lineno}", node, name.removeprefix("forms.")


def is_bound(call: ast.Call, names: tuple[str, ...]) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    validators = ast.unparse(given["validators"]) if "validators" in given else ""
    return None in given or set(names) <= given.keys() or "LengthValidator" in validators


def test_every_field_of_a_form_has_a_bound():
    fields = [(place, call, name) for place, call, name in form_fields() if name in BOUNDS]
    assert len(fields) > 20
    assert [place for place, call, name in fields if not is_bound(call, BOUNDS[name])] == []
