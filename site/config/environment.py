"""Readers of environment variables. Each raises ImproperlyConfigured, with a sentence that names the variable."""

import os
import secrets
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
import pyrage
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

# Variables that may name a file instead, as in SECRET_KEY_FILE: so do containers mount secrets.
SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ENCRYPTION_KEYS",
    "DATABASE_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "LISTS_MAILBOX_URL",
    "BACKUP_RECIPIENTS",
)


class VariablesAndFiles(FileAwareMapping):
    """The environment variables; of each of SECRETS the file that NAME_FILE names, without white space around it."""

    def __getitem__(self, name: str) -> str:
        path = self.env.get(f"{name}_FILE")
        if name not in SECRETS or not path:
            return str(self.env[name])
        if self.env.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; leave one of them out.")
        try:
            return Path(path).read_text().strip()
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"{name}_FILE is {path!r}, which can't be read as a text ({error}).") from error


class Env(environ.Env):
    ENVIRON = VariablesAndFiles()


env = Env()
DEMO, PRODUCTION = "demo", "production"


def choice(name: str, default: str, *allowed: str) -> str:
    """Return the value of `name`, which must be one of `allowed`."""
    value = env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be {' or '.join(allowed)}.")
    return value


def required(name: str, reason: str) -> str:
    """Return the value of `name`, which has no default and may not be empty."""
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set; MODE=production needs it: {reason}.")
    return value


def base_url(mode: str, port: str) -> str:
    """Return the public URL of the site, without a slash at the end."""
    if mode == DEMO:
        return env.str("BASE_URL", default=f"http://127.0.0.1:{port}").rstrip("/")
    value = required("BASE_URL", "the address of the site, as in https://www.example.nl").rstrip("/")
    if not value.startswith("https://"):
        raise ImproperlyConfigured(f"BASE_URL is {value!r}; in production it must start with https://.")
    return value


def port() -> str:
    """Return the TCP port to listen on, as digits."""
    value = env.str("PORT", default="8000")
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ImproperlyConfigured(f"PORT is {value!r}; it must be a number from 1 to 65535.")
    return value


def origins(name: str) -> list[str]:
    """Return the comma-separated origins in `name`, each as a browser sends it: https://www.example.nl."""
    values = texts(name)
    for value in values:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or value != f"{parts.scheme}://{parts.netloc}" or not parts.netloc:
            raise ImproperlyConfigured(f"{name} has {value!r}; write a site as https://www.example.nl, with no slash.")
    return values


def hosts(name: str, base_url: str) -> list[str]:
    """Return the comma-separated hosts in `name`, in lower case, plus the host of `base_url`."""
    named = required(name, "the host names of the site, with commas between").split(",")
    return [host.strip().lower() for host in named if host.strip()] + [urlsplit(base_url).netloc.lower()]


def address(name: str) -> str:
    """Return the URL in `name`, as in https://www.example.nl/preview; empty if it is not set."""
    value = env.str(name, default="").strip()
    if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} is {value!r}; write an address as in https://www.example.nl/preview.")
    return value


def number(name: str, default: int, lowest: int = 0, highest: int = 10_000) -> int:
    """Return the value of `name`, a whole number from `lowest` to `highest`."""
    value = env.str(name, default=str(default))
    if not value.isdigit() or not lowest <= int(value) <= highest:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number from {lowest} to {highest}.")
    return int(value)


def mailbox(name: str) -> dict[str, Any] | None:
    """Return where a mailbox is, from a URL such as imaps://user:password@host:993/INBOX; None if it is not set.

    The error message does not show the password. Without encryption only this machine itself is reached.
    """
    value = env.str(name, default="").strip()
    if not value:
        return None
    ports = {"imaps": 993, "imap+tls": 143, "imap": 143}
    try:
        parts = urlsplit(value)
        address = {
            "scheme": parts.scheme,
            "host": parts.hostname,
            "port": parts.port or ports[parts.scheme],
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "folder": unquote(parts.path.strip("/")) or "INBOX",
        }
    except (ValueError, KeyError):
        address = {}
    if not all(address.values()) or not address or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} can't be read; write it as in imaps://user:password@host:993/INBOX, with %40 for @ and so on in "
            "the user name and the password."
        )
    if address["scheme"] == "imap" and address["host"] not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured(
            f"{name} begins with imap://, which encrypts nothing; write imaps:// or imap+tls://."
        )
    return address


def folder(name: str) -> Path | None:
    """Return the absolute path in `name`; None if it is not set."""
    value = env.str(name, default="").strip()
    if value and not Path(value).is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}; write the whole path, as in /srv/lists.")
    return Path(value) if value else None


def get_task_backend() -> str:
    """Return "database" (tasks wait for a worker) or "immediate" (tasks run in the process that enqueues them)."""
    return choice("TASKS", "database", "database", "immediate")


def texts(name: str) -> list[str]:
    """Return the comma-separated texts in `name`."""
    return [text.strip() for text in env.str(name, default="").split(",") if text.strip()]


def encryption_keys(name: str) -> list[str]:
    """Return the comma-separated Fernet keys in `name`. The error message does not show the wrong key."""
    keys = texts(name)
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError as error:
            made = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
            raise ImproperlyConfigured(f"Key {place} of {name} can't be used; make one with {made}.") from error
    return keys


def recipients(name: str) -> list[str]:
    """Return the comma-separated public keys in `name`. The error message does not show them: one may be private."""
    keys = texts(name)
    for place, key in enumerate(keys, 1):
        try:
            pyrage.x25519.Recipient.from_str(key)
        except pyrage.RecipientError as error:
            raise ImproperlyConfigured(
                f"Key {place} of {name} can't be used; write a public key of age, which begins with age1."
            ) from error
    return keys


def from_url(name: str, default: str, kind: str) -> dict[str, Any]:
    """Return Django settings for a URL such as postgres://user:password@host/name; `kind` is db, cache or email."""
    reader, key = {
        "db": (env.db_url, "ENGINE"),
        "cache": (env.cache_url, "BACKEND"),
        "email": (env.email_url, "EMAIL_BACKEND"),
    }[kind]
    try:
        with warnings.catch_warnings(action="ignore"):
            values = dict(reader(name, default=default))
    except (ValueError, KeyError, ImproperlyConfigured):
        values = {}
    if not values.get(key):
        raise ImproperlyConfigured(f"{name} can't be read; write it as in {default}.")
    return with_socket_folder(values) if kind == "db" else values


def with_socket_folder(database: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with the folder of PostgreSQL's socket as HOST, for connections and for `dbshell`.

    The URL contains the folder in one of the two forms of libpq: postgres://user@/name?host=/folder, or as the host,
    with %2F for each slash.
    """
    options = dict(database.get("OPTIONS", {}))
    host = options.pop("host", None) or unquote(str(database.get("HOST", "")))
    if not host.startswith("/"):
        return database
    return database | {"HOST": host, "PORT": options.pop("port", None) or database["PORT"], "OPTIONS": options}


def read_or_create_secret(file: Path) -> str:
    """Return the secret in `file`; create the file with a new secret, readable by its owner only, if it is missing."""
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        secret = secrets.token_urlsafe(50)
        out.write(secret)
    return secret
