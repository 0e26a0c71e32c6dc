"""The tests that .ci/run chooses for each database exist; a name that was changed would stop it after minutes."""

import re
import subprocess
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CHOICE = re.compile(r"^(?:same|both)\+?=\(.*\)$", re.MULTILINE)


def test_ci_chooses_only_tests_that_exist() -> None:
    choices = "\n".join(CHOICE.findall((ROOT / ".ci/run").read_text()))
    script = choices + '\nprintf "%s\\n" "${same[@]}" "${both[@]}"'
    chosen = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True).stdout.split()
    assert len(chosen) > 50
    for path, _, name in (test.partition("::") for test in chosen):
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"
