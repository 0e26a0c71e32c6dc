"""Every form field that the project defines has a maximum length or value."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from .test_patterns import PACKAGES

BOUNDS = {"CharField": ("max_length",), "IntegerField": ("min_value", "max_value")}
BOUNDS |= {"DecimalField": BOUNDS["IntegerField"], "FloatField": BOUNDS["IntegerField"]}


def form_fields() -> Iterator[tuple[str, ast.Call, str]]:
    """Return the location, the call and the class name of each form field in the source."""
    for package in map(importlib.import_module, PACKAGES):
        root = Path(package.__path__[0])
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).startswith("forms."):
                    yield f"{path.relative_to(root.parent)}:{node.lineno}", node, name.removeprefix("forms.")


def is_bound(call: ast.Call, names: tuple[str, ...]) -> bool:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    validators = ast.unparse(keywords["validators"]) if "validators" in keywords else ""
    return None in keywords or set(names) <= keywords.keys() or "LengthValidator" in validators


def test_every_form_field_has_a_maximum():
    fields = [(place, call, name) for place, call, name in form_fields() if name in BOUNDS]
    assert len(fields) > 20
    assert [place for place, call, name in fields if not is_bound(call, BOUNDS[name])] == []
