"""A wrong environment variable stops the start with one sentence that names it."""

import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import SECRETS, env, from_url, mailbox
from tests.site.commands import PRODUCTION, manage, read_settings


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"MODE": "prodution"}, "MODE is 'prodution'; it must be demo or production."),
        ({"PORT": "eight"}, "PORT is 'eight'; it must be a number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT is '70000'; it must be a number from 1 to 65535."),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL can't be read"),
        ({"CACHE_URL": "nonsense://x"}, "CACHE_URL can't be read"),
        ({"EMAIL_URL": "nonsense://x"}, "EMAIL_URL can't be read"),
        ({"API_ORIGINS": "www.example.nl"}, "API_ORIGINS has 'www.example.nl'; write a site as https://www.example.nl"),
        ({"API_ORIGINS": "https://www.example.nl/"}, "API_ORIGINS has 'https://www.example.nl/'; write a site as"),
        ({"HEADLESS_PREVIEW_URL": "www.example.nl"}, "HEADLESS_PREVIEW_URL is 'www.example.nl'; write an address as"),
        ({"ENCRYPTION_KEYS": "geheim"}, "Key 1 of ENCRYPTION_KEYS can't be used; make one with python -c"),
        ({"LISTS_MAILBOX_URL": "lijsten@example.nl"}, "LISTS_MAILBOX_URL can't be read; write it as in imaps://"),
        ({"LISTS_MAILBOX_URL": "imaps://a:geheim#1@example.nl"}, "LISTS_MAILBOX_URL can't be read; write it as in"),
        (
            {"LISTS_MAILBOX_URL": "imap://a:b@example.nl"},
            "LISTS_MAILBOX_URL begins with imap://, which encrypts nothing",
        ),
        ({"LISTS_FOLDER": "lists"}, "LISTS_FOLDER is 'lists'; write the whole path, as in /srv/lists."),
        (
            {"BACKUP_RECIPIENTS": "AGE-SECRET-KEY-1GEHEIM"},
            "Key 1 of BACKUP_RECIPIENTS can't be used; write a public key",
        ),
        ({"TASKS": "later"}, "TASKS is 'later'; it must be database or immediate."),
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY is not set; MODE=production needs it"),
        ({**PRODUCTION, "ALLOWED_HOSTS": " "}, "ALLOWED_HOSTS is not set; MODE=production needs it"),
        ({**PRODUCTION, "BASE_URL": ""}, "BASE_URL is not set; MODE=production needs it"),
        ({**PRODUCTION, "BASE_URL": "http://www.example.nl"}, "BASE_URL is 'http://www.example.nl'; in production"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "{}={}".format(*list(value.items())[-1]),
)
def test_an_invalid_variable_stops_the_start_with_one_sentence(tmp_path, variables, message):
    result = manage("check", data_dir=tmp_path, **variables)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Not started: {message}")
    assert result.stderr.rstrip().endswith(".")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "address",
    [
        "postgres://pilot@/name?host=/run/postgresql&port=5433",
        "postgres://pilot@/name?host=%2Frun%2Fpostgresql&port=5433",
        "postgres://pilot@%2Frun%2Fpostgresql:5433/name",
    ],
)
def test_a_database_url_may_contain_the_folder_of_a_socket(monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", address)
    database = from_url("DATABASE_URL", "", "db")
    assert database["ENGINE"].endswith("postgresql")
    assert [database[name] for name in ("USER", "NAME", "HOST", "PORT")] == ["pilot", "name", "/run/postgresql", 5433]
    assert not database["OPTIONS"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file_instead(monkeypatch, tmp_path, name):
    file = tmp_path / "secret"
    file.write_text("een geheim\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert env.str(name) == "een geheim"
    monkeypatch.setenv(name, "een ander geheim")
    with pytest.raises(ImproperlyConfigured, match=f"{name} and {name}_FILE are both set; leave one of them out."):
        env.str(name)


def test_what_is_no_secret_is_not_read_from_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("MODE_FILE", str(tmp_path / "mode"))
    assert env.str("MODE", default="demo") == "demo"


def test_the_file_of_a_secret_that_is_missing_stops_the_start_with_one_sentence(tmp_path):
    path = str(tmp_path / "no_such_file")
    result = manage("check", data_dir=tmp_path, **PRODUCTION | {"SECRET_KEY": "", "SECRET_KEY_FILE": path})
    assert result.stderr.startswith(f"Not started: SECRET_KEY_FILE is '{path}', which can't be read as a text")
    assert len(result.stderr.splitlines()) == 1


def test_production_reads_its_secret_key_and_the_former_ones_from_files(tmp_path):
    new, former = tmp_path / "new", tmp_path / "former"
    new.write_text(PRODUCTION["SECRET_KEY"])
    former.write_text("vorige,eerste\n")
    files = {"SECRET_KEY": "", "SECRET_KEY_FILE": str(new), "SECRET_KEY_FALLBACKS_FILE": str(former)}
    assert read_settings(tmp_path, "SECRET_KEY", "SECRET_KEY_FALLBACKS", **PRODUCTION | files) == [
        PRODUCTION["SECRET_KEY"],
        "['vorige', 'eerste']",
    ]


def test_a_database_url_of_another_host_is_read_unchanged(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://pilot:s%2Fcret@db.example.nl:5433/name?sslmode=require")
    database = from_url("DATABASE_URL", "", "db")
    assert (database["PASSWORD"], database["HOST"], database["PORT"]) == ("s/cret", "db.example.nl", 5433)
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_the_address_of_a_mailbox_may_hold_any_password(monkeypatch):
    monkeypatch.setenv("LISTS_MAILBOX_URL", "imap+tls://lijsten%40example.nl:a%2F%23%40@mail.example.nl/Lijsten/Nieuw")
    assert mailbox("LISTS_MAILBOX_URL") == {
        "scheme": "imap+tls",
        "host": "mail.example.nl",
        "port": 143,
        "user": "lijsten@example.nl",
        "password": "a/#@",
        "folder": "Lijsten/Nieuw",
    }


def test_no_mailbox_and_no_folder_is_read_unless_somebody_says_so(tmp_path):
    assert read_settings(tmp_path, "LISTS_MAILBOX", "LISTS_FOLDER") == ["None", "None"]


def test_a_demo_starts_without_any_variable_and_creates_one_private_secret_key(tmp_path):
    first, second = (read_settings(tmp_path, "SECRET_KEY", "DEBUG") for _ in range(2))
    file = tmp_path / "secret_key"
    assert first == second == [file.read_text().strip(), "False"]
    assert len(first[0]) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_production_creates_no_secret_key_and_has_debug_off(tmp_path):
    assert read_settings(tmp_path, "SECRET_KEY", "DEBUG", **PRODUCTION) == [PRODUCTION["SECRET_KEY"], "False"]
    assert not (tmp_path / "secret_key").exists()
