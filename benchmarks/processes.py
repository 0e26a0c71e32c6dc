"""A measurement in a fresh process: nothing that ran before is in its memory, its caches or its database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT = 1_200  # seconds
# What a developer set for himself; the measured product runs with its own defaults.
LEFT_OUT = ("MODE", "WEB_WORKERS", "WEB_THREADS", "DATABASE_URL", "CACHE_URL", "TASKS", "DATA_DIR", "LOG_LEVEL")


def environment(settings: dict[str, str]) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return environment | settings | {"PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}


def measure(function: str, settings: dict[str, str], **arguments: Any) -> dict[str, Any]:
    """Call `module.function` of benchmarks.measured with these arguments; returns the figures that it gives."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.child", function, json.dumps(arguments)],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
    )
    if done.returncode:
        raise SystemExit(f"{function} failed with status {done.returncode}.")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
