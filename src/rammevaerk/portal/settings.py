"""Django's settings. Installations differ by environment variables only (docs/settings.md)."""

from pathlib import Path

from csp.constants import NONE, SELF

from rammevaerk.portal.environment import (
    env_bool,
    env_database,
    env_destination,
    env_folder,
    env_int,
    env_list,
    env_secret,
    env_text,
)

PORTAL = Path(__file__).parent
DATA_DIR = Path(env_text("DATA_DIR", "var")).resolve()

DEBUG = env_bool("DEBUG", False)
DEMONSTRATION = env_bool("DEMONSTRATION", False)
# Shown on the log-in page of a demonstration; a real installation has no such people.
DEMONSTRATION_PASSWORD = "rammeaftale-demo"  # noqa: S105
SECRET_KEY = env_secret("SECRET_KEY", keep_in=DATA_DIR / "secret-key")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "rammevaerk.portal.common",
    "rammevaerk.portal.access",
    "rammevaerk.portal.meetings",
    "rammevaerk.portal.agreement",
    "rammevaerk.portal.catalogue",
    "rammevaerk.portal.tariffs",
    "rammevaerk.portal.placements",
    "rammevaerk.portal.settlement",
    "rammevaerk.portal.publishing",
    "rammevaerk.portal.demonstration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "rammevaerk.portal.common.addresses.RefuseNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rammevaerk.portal.common.caching.CachingMiddleware",
    "rammevaerk.portal.common.busy.BusyDatabase",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rammevaerk.portal.common.clock.ClockMiddleware",
    "rammevaerk.portal.access.middleware.ActorMiddleware",
    "rammevaerk.portal.access.middleware.OwnPasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "rammevaerk.portal.urls"
WSGI_APPLICATION = "rammevaerk.portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PORTAL / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "rammevaerk.portal.access.context.frame",
            ],
            "builtins": ["rammevaerk.portal.common.templatetags.danish"],
        },
    },
]

DATABASES = {"default": env_database("DATABASE", sqlite=DATA_DIR / "rammevaerk.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people and log-in ---
AUTH_USER_MODEL = "access.Person"
LOGIN_URL = "access:log_in"
LOGIN_REDIRECT_URL = "publishing:home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PROXY_COUNT = env_int("PROXY_COUNT", 0, low=0, high=5)
AXES_FAILURE_LIMIT = env_int("LOGIN_FAILURES", 5, low=3, high=50)
AXES_COOLOFF_TIME = env_int("LOGIN_COOLOFF_HOURS", 1, low=1, high=48)
# A whole town hall shares one address: the lock is on the person from that address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Django's form sends «username» whatever the model calls it; without this nobody is told apart.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_CLIENT_IP_CALLABLE = "rammevaerk.portal.access.throttle.client_address"
AXES_LOCKOUT_CALLABLE = "rammevaerk.portal.access.throttle.locked_out"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 60 * 60 * 9
SESSION_COOKIE_NAME = "rammevaerk_session"
CSRF_COOKIE_NAME = "rammevaerk_csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- transport and browser ---
HTTPS = env_bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
# Whether other names under the domain are on HTTPS is not for this installation to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- files ---
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PORTAL / "static"]
MEDIA_ROOT = DATA_DIR / "documents"
MANIFEST_STATIC = env_bool("MANIFEST_STATIC", True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MANIFEST_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not MANIFEST_STATIC
FILE_UPLOAD_HANDLERS = [
    "rammevaerk.portal.common.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
AUDIT_HEAD_FILE = DATA_DIR / "audit-head.log"

# --- work in the background: a queue in the database, run by `rammevaerk work` ---
TASKS = {"default": {"BACKEND": env_text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend")}}

# --- e-invoices: the official rules they are validated by, and where they are handed over ---
PEPPOL_RULES = env_folder("PEPPOL_RULES")
OIOUBL_RULES = env_folder("OIOUBL_RULES")
# The invented e-invoices of a demonstration stay on the machine unless it is told otherwise.
_HANDED_OVER = str(DATA_DIR / "handed-over") if DEMONSTRATION else ""
INVOICE_HAND_OVER = env_destination("INVOICE_HAND_OVER") or _HANDED_OVER
INVOICE_HAND_OVER_TOKEN = env_text("INVOICE_HAND_OVER_TOKEN", "")

# --- language and time ---
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk")]
LOCALE_PATHS = [PORTAL / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Refusals and missing pages are answers, not faults of the server.
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
