"""Names of modules and variables are those that a Django engineer expects."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("dossiers", "pilot_pages", "site", "benchmarks")
# A module is named after the things that it defines.
NO_MODULES = """
    about again anonymising applying asking beside carried choosing counting deciding declared delivering describing
    doing elsewhere explaining following gated given going_back happening helpers knowing lacking logged looks making
    meanwhile mending misc missing morning_mail moved moving noting occasions placing plain reaching reckoning refusing
    remembered returning sending settling showing side standing story talks telling trap undoing unreadable utils
    walking whose words writing
"""
NO_VARIABLES = frozenset(("found", "one", "told", "kept", "given", "wanted", "standing"))
PATH_IN_TEXT = re.compile(
    r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|typ|docx|po|svg)|(?:site|pilot_pages|fixtures|tests)/[\w/-]*)`"
)


def modules() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Iterate over the names of variables and parameters, without the fields of classes."""
    fields = {id(target) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for target in class_fields(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.id


def class_fields(node: ast.ClassDef) -> Iterator[ast.expr]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign):
            yield statement.target
        elif isinstance(statement, ast.Assign):
            yield from statement.targets


def test_a_module_has_no_forbidden_name():
    forbidden = set(NO_MODULES.split())
    named = {path.relative_to(ROOT) for path in modules() if forbidden & {path.stem, path.parent.name}}
    assert named == set()


def test_a_variable_has_no_vague_name():
    vague = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for name in NO_VARIABLES.intersection(bound_names(ast.parse(path.read_text())))
    }
    assert vague == set()


@pytest.mark.parametrize("source", ["def tell(found): ...", "kept = 1", "[one for one in rows]", "lambda told: 1"])
def test_a_vague_name_is_detected_wherever_it_is_bound(source):
    assert NO_VARIABLES.intersection(bound_names(ast.parse(source)))


def test_a_vague_name_is_allowed_for_a_class_field():
    assert not NO_VARIABLES.intersection(bound_names(ast.parse("class Merge:\n    kept = 1\n    given: str = ''")))


@pytest.mark.parametrize("document", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_the_documentation_names_only_existing_files(document):
    text = (ROOT / document).read_text()
    places = (ROOT, ROOT / "dossiers", ROOT / "site")
    missing = [name for name in PATH_IN_TEXT.findall(text) if not any((place / name).exists() for place in places)]
    assert missing == []
