"""Every regular expression of the project runs in linear time."""

import ast
import importlib
import pkgutil
import re
from itertools import product
from pathlib import Path
from time import process_time

import pytest

PACKAGES = ("dossiers", "pilot_pages", "config", "web_api", "access_log", "page_cache", "dates", "admin_pages")
METHODS = ("fullmatch", "match", "search", "sub", "split", "findall", "finditer")
OF_RE = {f"re.{method_name}" for method_name in METHODS}
SMALL, LARGE = 1_000, 8_000  # characters: eight times as many
MOST_GROWTH = 24  # times: a quadratic pattern takes 64 times as long, a linear one 8
UNMEASURABLE = 0.004  # seconds: a quadratic pattern takes longer than this on the large text, on any machine
SIGNS = "0 \t\n.,;:-_/|'\"<>[](){}*#=@€aAzé\\\0"


def iterate_modules():
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and "__main__" not in module.name:
                yield importlib.import_module(module.name)


def iterate_patterns():
    """Return the module, the name and the pattern of each compiled pattern in a module."""
    for module in iterate_modules():
        for name, value in vars(module).items():
            values = list(value.values()) if isinstance(value, dict) else value
            for pattern in values if isinstance(values, tuple | list) else [values]:
                if isinstance(pattern, re.Pattern):
                    yield module, name, pattern


def iterate_source_files():
    for package in map(importlib.import_module, PACKAGES):
        yield from (path for path in Path(package.__path__[0]).rglob("*.py") if "migrations" not in path.parts)


def list_methods_by_pattern():
    """Return the location of each pattern and the names of the methods that modules call on it."""
    used = {}
    for module, name, pattern in iterate_patterns():
        method_names = re.findall(rf"\b{name}\.({'|'.join(METHODS)})\(", Path(module.__file__).read_text())
        place, before = used.get(pattern, (f"{module.__name__}.{name}", set()))
        used[pattern] = place, before | set(method_names)
    return {pattern: (place, method_names or {"search"}) for pattern, (place, method_names) in used.items()}


def find_literals(pattern):
    """Return the letters and short words of the pattern itself, which hostile texts repeat."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = re.findall(r"[a-z<>/!?*#=&\"' ]{2,12}", re.sub(r"\\[a-zA-Z]", "", text))
    return list(dict.fromkeys(words))[:12]


def build_hostile_texts(pattern, size):
    """Return texts that repeat one or two characters, with a start that begins a match and an end that prevents it."""
    units = [*SIGNS, *map("".join, product("0a .", "0a .,-<")), *find_literals(pattern)]
    starts = ["", "1", "1 1 ", *find_literals(pattern)[:2]]
    yield from (start + unit * (size // len(unit)) + "!" for unit in dict.fromkeys(units) for start in starts)


def measure_seconds(pattern, method_name, text):
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    method = getattr(pattern, method_name)
    start = process_time()
    if method_name == "sub":
        method("" if isinstance(text, str) else b"", text)
    elif method_name == "finditer":
        list(method(text))
    else:
        method(text)
    return process_time() - start


def measure_growth(pattern, method_name):
    """Return how many times longer a text of eight times the size takes, if more than MOST_GROWTH; else 0."""
    for small, large in zip(build_hostile_texts(pattern, SMALL), build_hostile_texts(pattern, LARGE), strict=True):
        if measure_seconds(pattern, method_name, large) < UNMEASURABLE:
            continue
        least = min(measure_seconds(pattern, method_name, large) for _time in range(3))
        times = least / max(min(measure_seconds(pattern, method_name, small) for _time in range(3)), 1e-6)
        if least >= UNMEASURABLE and times > MOST_GROWTH:
            return times, large[:12]
    return 0, ""


def test_every_pattern_runs_in_linear_time():
    slow = {}
    for pattern, (place, method_names) in list_methods_by_pattern().items():
        for method_name in sorted(method_names):
            times, text = measure_growth(pattern, method_name)
            if times > MOST_GROWTH:
                slow[f"{place}.{method_name}"] = f"{times:.0f} times as long on {text!r}…"
    assert not slow


@pytest.mark.parametrize("pattern", [r"\s*,\s*", r"[^@]+@", r"<a[^>]*id="])
def test_a_superlinear_pattern_is_detected(pattern):
    assert measure_growth(re.compile(pattern), "search")[0] > MOST_GROWTH


def iterate_calls(function):
    return (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)


def test_every_pattern_is_a_module_constant():
    """A literal pattern within a function, as in `re.sub(r"…", …)`, would not be measured by the test above."""
    hidden = [
        f"{path.parent.name}/{path.name}:{call.lineno}"
        for path in iterate_source_files()
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in iterate_calls(function)
        if ast.unparse(call.func) in OF_RE and isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden
