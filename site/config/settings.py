"""All settings, driven by environment variables; the documentation lists them."""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from config import environment
from config.environment import DEMO, PRODUCTION, env
from config.lanes import LANES  # also a setting: settings.LANES

os.umask(0o077)  # DATA_DIR contains personal data, so only the owner may read the files of any process

BASE_DIR = Path(__file__).resolve().parents[2]
SITE_DIR = BASE_DIR / "site"
FIXTURES_DIR = BASE_DIR / "fixtures"
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

MODE = environment.choice("MODE", DEMO, DEMO, PRODUCTION)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).absolute()
PORT = environment.port()
BASE_URL = environment.base_url(MODE, PORT)
DEBUG = MODE == DEMO and "runserver" in sys.argv[1:2]

if MODE == PRODUCTION:
    SECRET_KEY = environment.required("SECRET_KEY", "a long random text that nobody else knows")
    EXACT_HOSTS = environment.hosts("ALLOWED_HOSTS", BASE_URL)
else:
    SECRET_KEY = environment.read_or_create_secret(DATA_DIR / "secret_key")
    LOCAL = [f"{host}:{PORT}".removesuffix(":80") for host in ("127.0.0.1", "localhost", "[::1]")]
    EXACT_HOSTS = [*LOCAL, urlsplit(BASE_URL).netloc]
SECRET_KEY_FALLBACKS = environment.texts("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [split_domain_port(host)[0] or host for host in EXACT_HOSTS]  # Django expects no ports here
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Databases, cache, files ---------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.from_url("DATABASE_URL", f"sqlite:///{DATA_DIR}/db.sqlite3", "db")
}
POSTGRES = DATABASES["default"]["ENGINE"].endswith("postgresql")
if POSTGRES:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # Seconds; without it a page waits for minutes for a machine that does not answer.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 10} | DATABASES["default"].get("OPTIONS", {})
else:
    Path(DATABASES["default"]["NAME"]).absolute().parent.mkdir(parents=True, exist_ok=True)
    # With WAL readers never wait. IMMEDIATE takes the write lock at BEGIN, where SQLite waits for it; a lock that is
    # taken later fails at once if another writer was first.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 120,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
    }
    # Opening a page writes to the access log. It has its own database, so that a running import does not block pages.
    main = Path(DATABASES["default"]["NAME"])
    DATABASES["access"] = DATABASES["default"] | {"NAME": str(main.with_name(f"{main.stem}-access{main.suffix}"))}
    DATABASE_ROUTERS = ["access_log.router.AccessLogRouter"]
ACCESS_LOG_DAYS = environment.number("ACCESS_LOG_DAYS", 365)  # long enough to investigate a complaint
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by web server and workers: progress of long tasks, rate limits. CACHE_URL may name a Redis server.
CACHES = {"default": environment.from_url("CACHE_URL", f"filecache://{DATA_DIR}/cache", "cache")}
CACHES["default"].setdefault("OPTIONS", {})
if CACHES["default"]["BACKEND"].endswith("FileBasedCache"):
    CACHES["default"]["BACKEND"] = "config.atomic_file_cache.AtomicFileCache"
    CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] = 20_000
elif CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "config.redis_cache.RedisOrFiles"
    CACHES["default"]["OPTIONS"]["FILES"] = DATA_DIR / "cache"

PRIVATE_ROOT = DATA_DIR / "private"  # uploads and exports: only served by views that check the permission
TEMP_ROOT = DATA_DIR / "tmp"  # files that a killed process leaves here are deleted after an hour
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o600  # Django's default is readable by everybody
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [SITE_DIR / "static"]
# NL Design System, installed by npm (package.json); config.checks warns if it is missing.
STYLE_SHEETS_DIR = BASE_DIR / "node_modules" / ".style-sheets"
if STYLE_SHEETS_DIR.is_dir():
    STATICFILES_DIRS.append(("nlds", STYLE_SHEETS_DIR))
THEME = env.str("THEME", default="voorbeeld")  # <name> of a <name>-design-tokens package in package.json
HAS_MANIFEST = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
WHITENOISE_USE_FINDERS = not HAS_MANIFEST
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "config.private_files.AtomicFileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "config.static_files.HashedStaticFilesStorage"
        if HAS_MANIFEST or "collectstatic" in sys.argv[1:2]
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Apps, middleware, templates, tasks ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "pilot_pages",
    "dossiers",
    "access_log",
    "page_cache",
    "workers",
    "backups",
    "wagtail.api.v2",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "config.wagtail_overrides.users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "ninja",
    "import_export",
    "django_filters",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
if POSTGRES:
    INSTALLED_APPS.append("django.contrib.postgres")

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.headers.middleware.HeadersMiddleware",
    "config.hosts.ExactHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.logins.second_factor.SecondFactorMiddleware",
    "config.logins.ended_sessions.EndedSessionMiddleware",
    "config.admin_permissions.AdminPermissionsMiddleware",
    "config.request_validation.RequestValidationMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "dossiers.backoffice.bsn_questions.BsnQuestionMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "dossiers.backoffice.gone_records.GoneRecordMiddleware",
    "config.repeated_forms.RepeatedFormMiddleware",
    "config.concurrency.SavesInTurnMiddleware",
    "pilot_pages.translations.publish_checks.NotApprovedMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.form_renderer.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

TASKS_BACKENDS = {
    "database": "django_tasks_db.DatabaseBackend",
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
}
TASKS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": TASKS_BACKENDS[environment.get_task_backend()],
        "QUEUES": list(LANES),
    }
}

# --- Language, time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
FORMAT_MODULE_PATH = "dates.formats"  # how dates are written
# The site is Dutch and English; the other two languages are for pages for candidates with an approved translation.
OWN_LANGUAGES = ("nl", "en")  # the interface is translated into these; texts in other languages are written by editors
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("ti", _("Tigrinya")),
]
# Django has no entry for Tigrinya.
LANG_INFO["ti"] = {"bidi": False, "code": "ti", "name": "Tigrinya", "name_local": "ትግርኛ"}
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nl", _("Dutch"))]
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [SITE_DIR / "locale", SITE_DIR / "wagtail_locale"]
TIME_ZONE = "Europe/Amsterdam"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
USE_TZ = True

# --- E-mail --------------------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 20  # seconds that a mail server that does not answer may delay a visitor
vars().update(environment.from_url("EMAIL_URL", f"filemail:///{DATA_DIR}/mail", "email"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="pilot@localhost")

# --- Lists that arrive by themselves -------------------------------------------------------------------------------

LISTS_MAILBOX = environment.mailbox("LISTS_MAILBOX_URL")  # None: no mailbox is read
LISTS_FOLDER = environment.folder("LISTS_FOLDER")

# --- Backups -------------------------------------------------------------------------------------------------------

BACKUP_RECIPIENTS = environment.recipients("BACKUP_RECIPIENTS")  # public keys of age; without one no backup is made
FORGOTTEN_LIST = DATA_DIR / "forgotten.jsonl"  # see backups.forgotten; backups must not have it

# --- Authentication and security -----------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "config.logins.revocation.RevokeKeysOnPasswordChange"}]
# The only login is allauth's (config.logins); config.urls redirects Wagtail's login pages to it.
AUTHENTICATION_BACKENDS = ["config.logins.backend.LoginBackend"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "config.logins.adapter.LoginAdapter"
ACCOUNT_FORMS = {
    "login": "config.logins.forms.LoginForm",
    "reauthenticate": "config.logins.forms.PasswordAgainForm",
    "change_password": "config.logins.forms.ChangePasswordForm",
    "reset_password": "config.logins.forms.ForgottenForm",
    "reset_password_from_key": "config.logins.forms.NewPasswordForm",
    "user_token": "config.logins.forms.LinkForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"  # the administrator who makes an account enters its address
ACCOUNT_SESSION_REMEMBER = False  # a session ends when the browser closes, or after SESSION_COOKIE_AGE
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own token generator depends on its copy of the e-mail address, which would survive a change of address.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Limits on wrong passwords and wrong second-factor codes: per IP address, and per account from all addresses.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/15m/key",
    "reset_password": "20/h/ip,3/h/key,10/d/key",  # each sends an e-mail, possibly to somebody else's mailbox
}
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 56  # the IPv6 range of one connection counts as one address, for all limits
# The number of trusted proxies before the web server; each adds one address to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("PROXIES", 1 if MODE == PRODUCTION else 0)
MFA_ADAPTER = "config.logins.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "config.logins.forms.CodeForm",
    "reauthenticate": "config.logins.forms.CodeAgainForm",
    "activate_totp": "config.logins.forms.FirstCodeForm",
}
ENCRYPTION_KEYS = environment.encryption_keys("ENCRYPTION_KEYS")  # see config.logins.encryption
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # accepts the previous and the next code, since the clock of a telephone may be wrong
REST_FRAMEWORK = {  # its default also accepts basic authentication, which has no second factor and no rate limit
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}
# Origins whose pages may call /api/v2/ and the public part of /api/pilot/ from a browser (CORS); none by default.
API_ORIGINS = environment.origins("API_ORIGINS")
CHECK_LINKS = environment.choice("CHECK_LINKS", "on" if MODE == PRODUCTION else "off", "on", "off") == "on"
HEADLESS_PREVIEW_URL = environment.address("HEADLESS_PREVIEW_URL")  # the URL at which another front end shows a draft
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="pilot-demo")
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.error_views.csrf_failure"
CSRF_COOKIE_AGE = None  # a session cookie
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # asks for DENY, but Wagtail shows previews in a frame
if MODE == PRODUCTION:
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # large pages in Wagtail's editor exceed Django's limit of 1,000

# --- Wagtail -------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Asielzoekers naar werk"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # the site must not call other hosts
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth's pages replace it
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # only communications staff approve pages
WAGTAILREDIRECTS_AUTO_CREATE = True  # the old URL of a moved page redirects to it
WAGTAIL_DATE_FORMAT = "%d-%m-%Y"
WAGTAIL_DATETIME_FORMAT = "%d-%m-%Y %H:%M"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "pilot_pages.search.backend"}}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "config.wagtail_overrides.document_forms.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "odt", "ods", "pdf", "txt", "vtt", "webm", "xlsx"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "config.wagtail_overrides.image_forms.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "svg", "webp"]
WAGTAILAPI_LIMIT_MAX = 100
WAGTAILAPI_BASE_URL = BASE_URL
WAGTAILAPI_RICH_TEXT_FORMAT = "html"  # the rendered HTML, not the format in the database

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"keys": {"()": "config.logs.RemoveTokens"}, "one_line": {"()": "config.logs.OneLineIfRefused"}},
    # On the handler: a logger's filter does not apply to the loggers below it, of which each kind of refusal has one.
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["one_line"]}},
    "loggers": {name: {"filters": ["keys"]} for name in ("django.request", "django.security.csrf")},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
