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
    "ENCRYPTION_KEYS",
    "LISTS_MAILBOX_URL",
    "LISTS_FOLDER",
    "BACKUP_RECIPIENTS",
)
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-of-a-test",
    "ALLOWED_HOSTS": "www.example.nl",
    "BASE_URL": "https://www.example.nl",
    "ENCRYPTION_KEYS": "a2V5LW9mLWEtdGVzdC1rZXktb2YtYS10ZXN0LWtleS0=",
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


def run_python(code: str, *words: str, data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, with the settings that these environment variables make."""
    env = environment(data_dir, **variables) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    env["PYTHONPATH"] = os.pathsep.join([str(BASE_DIR / "site"), str(BASE_DIR)])
    words = (sys.executable, "-c", code, *words)
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)


def read_settings(data_dir: Path, *names: str, **variables: str) -> list[str]:
    """Return these settings, as text, as a process with these environment variables has them."""
    show = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}), sep='\\n')"
    done = run_python(show, data_dir=data_dir, **variables)
    done.check_returncode()
    return done.stdout.splitlines()
