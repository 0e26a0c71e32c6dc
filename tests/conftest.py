"""Fixtures of all tests, which isolate a test and provide the base lists."""

import fcntl
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import pytest
from django.conf import settings as project_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.db import connections
from django.template import Context, Template
from django.test import Client, TransactionTestCase
from django.test.signals import template_rendered
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from config.logins.second_factor import mark_as_shown
from dossiers.models.rights import COMMUNICATIONS, COORDINATORS, PARTNERS, READERS
from tests.migrated_database import cache_database, create_template, get_cached_path, get_template_name, template_exists
from tests.snapshots import read_tables, restore
from workers import lanes
from workers.models import WorkerHeartbeat

ON_SQLITE = project_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
PASSWORD = "a-password-of-tests"
# Tests that start programs or request every address run first, so that no worker is left alone with one of them.
LONGEST = ("tests/browser/test_public_pages.py", "tests/site/", "tests/web_api/")


class LoggedIn(Client):
    """A client; a user who logs in with `force_login` has shown the second factor."""

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        super().force_login(user, backend)
        session = self.session
        mark_as_shown(session)
        session.save()


def pytest_configure() -> None:
    # Static files as they lie in the tree, also where `make run` collected them.
    project_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    project_settings.WHITENOISE_AUTOREFRESH = True  # else each new client lists every static file before its first page
    # What was imported stays for the whole run, and one page makes many times the 700 objects of Python's threshold.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    tempfile.tempdir = None  # pytest's own folders lie where it always puts them
    project_settings.EXACT_HOSTS = ["*"]  # a live server has another port each time
    # A slow example is no fault on a busy machine, and an example that changes the database is rolled back by itself.
    slow_examples = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    hypothesis_settings.register_profile("pilot", deadline=None, suppress_health_check=slow_examples)
    hypothesis_settings.load_profile("pilot")


@pytest.fixture(scope="session", autouse=True)
def record_contexts_of_whole_templates(django_test_environment: None) -> None:
    """Have `response.context` know each rendered template, but not each include and parent of it.

    Django copies the context for all of these, some 200 on a page of the backoffice: a tenth of the suite's time.
    """

    def render(template: Template, context: Context) -> SafeString:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    Template._render = render


@pytest.fixture(scope="session")
def cached_database(pytestconfig: pytest.Config) -> Path:
    return get_cached_path(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def migration_lock(cached_database: Path) -> Iterator[TextIO]:
    """A lock that is held until a migrated database exists: one worker migrates, the others wait and copy it."""
    with (cached_database.parent / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


@pytest.fixture(scope="session")
def postgres_template(cached_database: Path) -> str:
    """The name of the migrated PostgreSQL database to copy, read before the settings name a test database."""
    return get_template_name(cached_database)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
    cached_database: Path,
    postgres_template: str,
    migration_lock: TextIO,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Store SQLite in a file, as in production: threads of a live server would share a connection to memory."""
    if ON_SQLITE:
        folder = tmp_path_factory.mktemp("database")
        for alias, database in project_settings.DATABASES.items():
            own = {"NAME": str(folder / f"{alias}.sqlite3"), "MIGRATE": alias == "default"}
            database["TEST"] = database.get("TEST", {}) | own
        if cached_database.exists():
            fcntl.flock(migration_lock, fcntl.LOCK_UN)
            shutil.copy(cached_database, folder / "default.sqlite3")
        return
    with django_db_blocker.unblock():
        if template_exists(postgres_template):  # the lock stays: PostgreSQL copies for one at a time
            project_settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = postgres_template


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Continue with the copied SQLite database, which is removed with its folder."""
    return ON_SQLITE


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    cached_database: Path,
    postgres_template: str,
    migration_lock: TextIO,
) -> None:
    with django_db_blocker.unblock():
        if ON_SQLITE and not cached_database.exists():
            cache_database(Path(project_settings.DATABASES["default"]["NAME"]), cached_database)
        if not ON_SQLITE and not template_exists(postgres_template):
            create_template(postgres_template)
        restore_after_commits()
    fcntl.flock(migration_lock, fcntl.LOCK_UN)


def restore_after_commits() -> None:
    """Let each test with commits leave the rows that `migrate` creates; Django would empty every table instead.

    That takes half a second, and as long again to create those rows for the next test.
    """
    migrated = {alias: read_tables(connections[alias]) for alias in connections}

    def restore_tables(_test: TransactionTestCase) -> None:
        for alias, tables in migrated.items():
            restore(connections[alias], tables)

    TransactionTestCase._fixture_teardown = restore_tables


@pytest.hookimpl(tryfirst=True)  # before pytest-django puts the tests with commits after all others
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow all databases, and put the longest tests first, so that at the end no worker waits for another one.

    Opening a page writes to the access log, which can be a separate database.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or "db" in getattr(item, "fixturenames", ()):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs | {"databases": "__all__"}), append=False)


@pytest.fixture(autouse=True)
def isolate_test(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test its own files, cache, tasks, password hasher and language; e-mail is in `mail.outbox`."""
    translation.deactivate()  # a test that opened an English page leaves its language behind
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.TEMP_ROOT = tmp_path / "tmp"
    settings.FORGOTTEN_LIST = tmp_path / "forgotten.jsonl"
    for name in ("base_location", "location"):  # models hold on to this storage, so it moves instead of being replaced
        monkeypatch.setitem(vars(storages["private"]), name, str(settings.PRIVATE_ROOT))
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
    # A quick one for new passwords; what a class made for all its tests, before this, is still understood.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def client() -> LoggedIn:
    return LoggedIn()


@pytest.fixture
def admin_client(admin: AbstractBaseUser) -> LoggedIn:
    """A client in which an administrator is logged in."""
    client = LoggedIn()
    client.force_login(admin)
    return client


@pytest.fixture
def base_data(db: None) -> None:
    """The data that `migrate` creates."""


@pytest.fixture
def make_user(base_data: None) -> Callable[..., AbstractBaseUser]:
    """A function that creates a user in the groups with these names."""

    def make(username: str, *groups: str, **fields: object) -> AbstractBaseUser:
        user = get_user_model().objects.create_user(username, f"{username}@example.nl", PASSWORD, **fields)
        user.groups.set(Group.objects.filter(name__in=groups))
        return user

    return make


@pytest.fixture
def admin(make_user: Callable[..., AbstractBaseUser]) -> AbstractBaseUser:
    return make_user("admin", is_superuser=True, is_staff=True)


@pytest.fixture
def coordinator(make_user: Callable[..., AbstractBaseUser]) -> AbstractBaseUser:
    return make_user("coordinator", COORDINATORS)


@pytest.fixture
def partner(make_user: Callable[..., AbstractBaseUser]) -> AbstractBaseUser:
    """A user who is staff of AZC Luttelgeest."""
    from dossiers.models import Organisation

    user = make_user("partner", PARTNERS)
    Organisation.objects.named("AZC Luttelgeest").staff.add(user.pk)
    return user


@pytest.fixture
def editor(make_user: Callable[..., AbstractBaseUser]) -> AbstractBaseUser:
    return make_user("editor", COMMUNICATIONS)


@pytest.fixture
def reader(make_user: Callable[..., AbstractBaseUser]) -> AbstractBaseUser:
    return make_user("reader", READERS)


@pytest.fixture
def tasks_wait(settings, db) -> None:
    """Let tasks wait for a worker, as on a site that runs, instead of running at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": list(settings.LANES)}}


@pytest.fixture
def start_worker(tasks_wait: None) -> Callable[..., None]:
    """Return a function that makes a worker of a lane seen; without a lane, a worker of all lanes."""

    def start(lane: str = "") -> None:
        WorkerHeartbeat.objects.beat(f"worker-1-{lane}", lane, timezone.now())
        lanes.forget_states()

    return start


@pytest.fixture
def make_waiting_task(tasks_wait: None) -> Callable[..., DBTaskResult]:
    """Return a function that makes a task that has been waiting in a lane for some minutes."""

    def make(lane: str, minutes: float, run_after: datetime | None = None, **fields: object) -> DBTaskResult:
        task = DBTaskResult.objects.create(
            **{
                "status": TaskResultStatus.READY,
                "queue_name": lane,
                "args_kwargs": {"args": [], "kwargs": {}},
                "task_path": "dossiers.tasks.count_ahead",
                "backend_name": "default",
                "run_after": run_after or get_date_max(),
                "exception_class_path": "",
                "traceback": "",
            }
            | fields
        )
        enqueued_at = timezone.now() - timedelta(minutes=minutes)
        DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=enqueued_at)
        lanes.forget_states()
        return task

    return make
