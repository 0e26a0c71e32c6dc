"""Every regular expression of the project runs in linear time."""

import ast
import importlib
import pkgutil
import re
from itertools import product
from pathlib import Path
from time import process_time

import pytest

PACKAGES = ("dossiers", "pilot_pages", "config", "web_api", "access_log", "page_cache")
WAYS = ("fullmatch", "match", "search", "sub", "split", "findall", "finditer")
OF_RE = {f"re.{way}" for way in WAYS}
SMALL, LARGE = 1_000, 8_000  # characters: eight times as many
MOST_GROWTH = 24  # times: a quadratic pattern takes 64 times as long, a linear one 8
UNMEASURABLE = 0.01  # seconds: a quadratic pattern takes longer than this on the large text, on any machine
SIGNS = "0 \t\n.,;:-_/|'\"<>[](){}*#=@€aAzé\\\0"


def modules():
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and "__main__" not in module.name:
                yield importlib.import_module(module.name)


def patterns():
    """Return the module, the name and the pattern of each compiled pattern in a module."""
    for module in modules():
        for name, value in vars(module).items():
            for pattern in value if isinstance(value, tuple | list) else [value]:
                if isinstance(pattern, re.Pattern):
                    yield module, name, pattern


def sources():
    for package in map(importlib.import_module, PACKAGES):
        yield from (path for path in Path(package.__path__[0]).rglob("*.py") if "migrations" not in path.parts)


def ways_to_use():
    """Each pattern with the methods by which some module uses it: what is only matched may begin with a long run."""
    used = {}
    for module, name, pattern in patterns():
        ways = re.findall(rf"\b{name}\.({'|'.join(WAYS)})\(", Path(module.__file__).read_text())
        place, before = used.get(pattern, (f"{module.__name__}.{name}", set()))
        used[pattern] = place, before | set(ways)
    return {pattern: (place, ways or {"search"}) for pattern, (place, ways) in used.items()}


def literals(pattern):
    """The letters and short words that stand in the pattern itself: what it is led on by."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = re.findall(r"[a-z<>/!?*#=&\"' ]{2,12}", re.sub(r"\\[a-zA-Z]", "", text))
    return list(dict.fromkeys(words))[:12]


def hostile_texts(pattern, size):
    """A run of one sign or of two by turns, at the start or behind what begins a match, with an end that breaks it."""
    units = [*SIGNS, *map("".join, product("0a .", "0a .,-<")), *literals(pattern)]
    starts = ["", "1", "1 1 ", *literals(pattern)[:2]]
    yield from (start + unit * (size // len(unit)) + "!" for unit in dict.fromkeys(units) for start in starts)


def seconds(pattern, way, text):
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    method = getattr(pattern, way)
    began = process_time()
    if way == "sub":
        method("" if isinstance(text, str) else b"", text)
    elif way == "finditer":
        list(method(text))
    else:
        method(text)
    return process_time() - began


def growth(pattern, way):
    """By how much more than MOST_GROWTH a text takes longer when there is eight times as much of it, else 0."""
    for small, large in zip(hostile_texts(pattern, SMALL), hostile_texts(pattern, LARGE), strict=True):
        if seconds(pattern, way, large) < UNMEASURABLE:
            continue
        least = min(seconds(pattern, way, large) for _time in range(3))
        times = least / max(min(seconds(pattern, way, small) for _time in range(3)), 1e-6)
        if least >= UNMEASURABLE and times > MOST_GROWTH:
            return times, large[:12]
    return 0, ""


def test_every_pattern_takes_time_in_proportion_to_the_text():
    slow = {}
    for pattern, (place, ways) in ways_to_use().items():
        for way in sorted(ways):
            times, text = growth(pattern, way)
            if times > MOST_GROWTH:
                slow[f"{place}.{way}"] = f"{times:.0f} times as long on {text!r}…"
    assert not slow


@pytest.mark.parametrize("pattern", [r"\s*,\s*", r"[^@]+@", r"<a[^>]*id="])
def test_a_pattern_that_takes_longer_and_longer_is_seen(pattern):
    assert growth(re.compile(pattern), "search")[0] > MOST_GROWTH


def calls_within(function):
    return (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)


def test_no_pattern_stands_where_this_test_does_not_see_it():
    """`re.sub(r"…", …)` within a function is seen by nobody: a pattern has a name, in its module."""
    hidden = [
        f"{path.parent.name}/{path.name}:{call.lineno}"
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in calls_within(function)
        if ast.unparse(call.func) in OF_RE and isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden
