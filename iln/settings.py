"""Settings, all from the environment; docs/configure.md lists them.

Without any, the site runs *embedded*: SQLite, a broker in a folder, mails kept
for the organiser to read. ILN_MODE=production asks for everything that a
public site needs, and refuses to start without it.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = os.environ.get("ILN_MODE", "embedded")
if MODE not in {"embedded", "production"}:
    raise ImproperlyConfigured(f"ILN_MODE is embedded or production, not {MODE!r}.")
EMBEDDED = MODE == "embedded"

# Where the embedded run keeps its database, queue and mails.
DATA_DIR = Path(os.environ.get("ILN_DATA_DIR", BASE_DIR / "var"))
if EMBEDDED:
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)  # people are in it


def _required(name: str, embedded: str) -> str:
    """The variable's value; in production, an error that names it when it is missing."""
    value = os.environ.get(name, "")
    if value or EMBEDDED:
        return value or embedded
    raise ImproperlyConfigured(f"Set {name}: docs/configure.md says how.")


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is a whole number, not {value!r}.")
    return int(value)


def _kept_secret(name: str) -> str:
    """A secret that the embedded run makes once and keeps beside its data."""
    path = DATA_DIR / name
    try:
        with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# --- Who we are -----------------------------------------------------------

NETWORK_NAME = os.environ.get("NETWORK_NAME", "International Librarians Network")
PORT = _number("PORT", 8000)  # of the embedded run
SITE_URL = _required("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
if not (SITE_HOST and urlsplit(SITE_URL).scheme in {"http", "https"}):
    raise ImproperlyConfigured(
        f"SITE_URL is an address like https://rounds.example.org, not {SITE_URL!r}."
    )

# --- Secrets --------------------------------------------------------------

SECRET_KEY = _required("SECRET_KEY", "") or _kept_secret("secret-key")
# Keys the memory of past partners: it must stay when SECRET_KEY is changed.
FINGERPRINT_KEY = _required("FINGERPRINT_KEY", "") or _kept_secret("fingerprint-key")

DEBUG = _flag("DEBUG", False)
ALLOWED_HOSTS = [
    host.strip() for host in (os.environ.get("ALLOWED_HOSTS") or SITE_HOST).split(",")
]
if EMBEDDED:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

# --- What it is made of ---------------------------------------------------

INSTALLED_APPS = [
    "discussions",
    "matching",
    "participants",
    "rounds",
    "iln.mail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_countries",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
if EMBEDDED:
    INSTALLED_APPS.insert(0, "iln.embedded")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "participants.access.AccessLog",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "iln.urls"
WSGI_APPLICATION = "iln.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "iln.context.network",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets of our own
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Where rows live ------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        _required("DATABASE_URL", f"sqlite:///{DATA_DIR / 'network.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing: docs/architecture.md, "SQLite".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = _required("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Background work ------------------------------------------------------

QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = _required("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "tasks"),
        "data_folder_out": str(QUEUE_DIR / "tasks"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
    for _folder in ("tasks", "control"):
        (QUEUE_DIR / _folder).mkdir(parents=True, exist_ok=True)
else:
    # A Redis that hangs must not hang a web request.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Every tick asks the database what is due, so a missed or doubled one is harmless.
CELERY_BEAT_SCHEDULE = {
    "deliver what is due": {
        "task": "iln.mail.tasks.deliver_due",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "look whether mails leave in time": {
        "task": "iln.mail.tasks.watch",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "tell who waits that a round is open": {
        "task": "participants.tasks.announce_open_rounds",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "ask who is still in": {
        "task": "participants.tasks.ask_still_in",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "tell who has a place after all": {
        "task": "participants.tasks.tell_of_places",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "tell who never answered": {
        "task": "participants.tasks.tell_silent",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "bring unfinished applications into the next round, and delete old ones": {
        "task": "participants.tasks.tidy_drafts",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "erase what has been kept for long enough": {
        "task": "participants.tasks.forget_old_rounds",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "pick up searches that a worker dropped": {
        "task": "matching.tasks.resume_searches",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "ask partners how it goes": {
        "task": "matching.tasks.ask_how_it_goes",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "tell who has lost a partner": {
        "task": "matching.tasks.tell_of_departures",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "end pairs of which all would change": {
        "task": "matching.tasks.end_where_all_would_change",
        "schedule": crontab(hour=5, minute=0),
        "options": {"expires": 6 * 3600},
    },
    "thank everybody when a round is over": {
        "task": "matching.tasks.thank_everybody",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "send topics that are due": {
        "task": "discussions.tasks.announce_topics",
        "schedule": 60,
        "options": {"expires": 60},
    },
}

# --- Mail -----------------------------------------------------------------

DEFAULT_FROM_EMAIL = _required(
    "DEFAULT_FROM_EMAIL", f"{NETWORK_NAME} <hello@network.example>"
)
MAIL_REPLY_TO = os.environ.get("MAIL_REPLY_TO", "")  # where a human answers
# How many mails may leave in a minute, in all and to one domain; 0 is as many as there are.
MAIL_PER_MINUTE = _number("MAIL_PER_MINUTE", 0)
MAIL_PER_MINUTE_AND_DOMAIN = _number("MAIL_PER_MINUTE_AND_DOMAIN", 0)
# Mails that come back: to returned+…@ this domain, and by POST from whoever has the token.
MAIL_RETURN_DOMAIN = os.environ.get("MAIL_RETURN_DOMAIN", "")
MAIL_RETURN_TOKEN = os.environ.get("MAIL_RETURN_TOKEN", "")
MAIL_DIR = DATA_DIR / "mailbox"
if EMBEDDED and not os.environ.get("EMAIL_HOST"):
    EMAIL_BACKEND = "iln.embedded.mailbox.MaildirBackend"
else:
    EMAIL_BACKEND = "iln.mail.backends.RealPeopleOnly"
    EMAIL_HOST = _required("EMAIL_HOST", "localhost")
    EMAIL_PORT = _number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_SSL = _flag("EMAIL_USE_SSL", False)
    EMAIL_USE_TLS = _flag("EMAIL_USE_TLS", not EMAIL_USE_SSL)
    EMAIL_TIMEOUT = 30

# --- People ---------------------------------------------------------------

AUTH_USER_MODEL = "participants.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
# Participants have no password: a link in their mail signs them in, once, for ten minutes.
SESAME_MAX_AGE = 10 * 60
SESAME_ONE_TIME = True
SESAME_INVALIDATE_ON_EMAIL_CHANGE = True
SESAME_TOKENS = ["sesame.tokens_v2"]
PARTICIPANT_IDLE = timedelta(hours=2)
PARTICIPANT_SESSION = timedelta(hours=24)

# --- Languages, places, times ---------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # of pages and mails; people choose among them
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "iln.formats"
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}

# --- Files ----------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
if EMBEDDED:
    WHITENOISE_USE_FINDERS = True
else:
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        },
    }

# --- Safety ---------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if not EMBEDDED:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Logs -----------------------------------------------------------------

LOG_LEVEL = os.environ.get("LOG_LEVEL", "WARNING" if EMBEDDED else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "iln.logs.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"propagate": False},
        "django.request": {"level": "ERROR"},  # a 404 may hold somebody's link
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners send many
        "celery": {"level": "WARNING"},
        "sesame": {"level": "WARNING"},  # it would name people
    },
}
