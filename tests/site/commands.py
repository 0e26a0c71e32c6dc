"""The command and the environment for running manage.py in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
OURS = (
    "MODE",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DATABASE_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "TASKS",
    "PORT",
    "MFA_KEYS",
)
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-of-a-test",
    "ALLOWED_HOSTS": "www.example.nl",
    "BASE_URL": "https://www.example.nl",
    "MFA_KEYS": "a2V5LW9mLWEtdGVzdC1rZXktb2YtYS10ZXN0LWtleS0=",
}


def environment(data_dir: Path, **variables: str) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("DJANGO_")
    }
    return {**inherited, "DATA_DIR": str(data_dir), **variables}


def command(*words: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *words]


def manage(*words: str, data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = environment(data_dir, **variables)
    return subprocess.run(command(*words), env=env, capture_output=True, text=True, timeout=120, check=False)
