"""Settings of the house. Everything that differs between machines comes from the environment."""

from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.environment import load_env, var_dir
from config.unfold import THEME

env = load_env()
VAR_DIR = var_dir()


def required(name: str) -> str:
    """Return a setting without default; a missing one stops the start with one line."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Setting {name} is missing: set it in the environment.")
    return value


ENVIRONMENT = env.str("ENVIRONMENT", default="demo")
if ENVIRONMENT not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"Setting ENVIRONMENT must be demo, test or production, not {ENVIRONMENT!r}.")
IS_PRODUCTION = ENVIRONMENT == "production"

# --- Secrets ---------------------------------------------------------------------------------------------

SECRET_KEY = required("SECRET_KEY")
JWT_ACCESS_SECRET = required("JWT_ACCESS_SECRET")
JWT_REFRESH_SECRET = required("JWT_REFRESH_SECRET")
# Key rings: "id:base64 of 32 bytes", newest first, separated by commas.
CRYPTO_KEYS: list[str] = required("FIELD_ENCRYPTION_KEYS").split(",")
BLIND_INDEX_KEYS: list[str] = required("BLIND_INDEX_KEYS").split(",")

# --- Web -------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[] if IS_PRODUCTION else LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"

# Floors of the house from the ground up: imports and foreign keys point downwards, apps of one floor are
# neighbours that do not know each other.
FLOORS = [
    ["common"],
    ["events"],
    ["identity"],
    ["bookings"],
    ["feedback", "leads", "marketing", "newsletter", "supply", "support"],
    ["communications"],
    ["integra"],
]
# unfold must stand before the admin whose templates it replaces.
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.admin_app.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *(app for floor in FLOORS for app in floor),
    "procrastinate.contrib.django",  # last: it schedules the jobs that the floors have registered
]

MIDDLEWARE = [
    "common.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.admin.middleware.AdminTimeZoneMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static" if IS_PRODUCTION else None
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

# --- Database --------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database() -> dict[str, Any]:
    """Return the server named by DATABASE_URL, else the embedded one under VAR_DIR."""
    seconds: int = env.int("DATABASE_CONN_MAX_AGE", default=600)
    # Connections that do not last belong to a pooler, which may not know prepared statements.
    prepares: bool = env.bool("DATABASE_PREPARED_STATEMENTS", default=seconds > 0)
    options: dict[str, Any] = {"prepare_threshold": 0 if prepares else None}
    shared: dict[str, Any] = {
        "ENGINE": "common.db.postgresql",
        "CONN_MAX_AGE": seconds,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
    }
    url: str = env.str("DATABASE_URL", default="")
    if not url:
        return {**shared, "NAME": "myhibachi", "EMBEDDED_DIR": VAR_DIR / "postgres"}
    parsed: dict[str, Any] = {}
    if url.startswith(("postgres://", "postgresql://")):
        with suppress(ValueError):
            parsed = env.db_url_config(url)
    if not parsed.get("NAME"):
        raise ImproperlyConfigured("Setting DATABASE_URL must be postgresql://user:password@host:port/name.")
    return {**parsed, **shared, "OPTIONS": {**parsed.get("OPTIONS", {}), **options}}


DATABASES = {"default": database()}

# --- People ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["identity.backends.StaffBackend"]
PASSWORD_HASHERS = ["identity.hashers.BCryptSHA256Cost12"]
ACCESS_TOKEN_LIFETIME = timedelta(minutes=30)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
STATION_TOKEN_LIFETIME = timedelta(hours=4)

PUBLIC_SITE_URL = env.str("PUBLIC_SITE_URL", default="http://localhost:8000")
"""The site for customers, where links of mails lead: /verify-email, /reset-password, /invitation."""
GOOGLE_ISSUER = env.str("GOOGLE_ISSUER", default="https://accounts.google.com")
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
"""Empty: nobody can sign in with Google."""
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="")
SIGN_IN_RETURN_URLS: list[str] = env.list("SIGN_IN_RETURN_URLS", default=[f"{PUBLIC_SITE_URL}/signed-in"])
"""Addresses that a sign-in may lead back to, to the letter."""

# One-time codes live in the database, where every worker finds them and a DELETE takes them; a cull would
# drop live ones, so it comes late. Everything else that is cached may differ from worker to worker.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "codes": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}

# --- API -------------------------------------------------------------------------------------------------

# S-9: how long a worker repeats an answer about free slots, at most 60; it is advisory, a claim decides.
AVAILABILITY_CACHE_SECONDS = env.int("AVAILABILITY_CACHE_SECONDS", default=2)
RATE_LIMITS_ENABLED = env.bool("RATE_LIMITS_ENABLED", default=True)
_STAFF_LIMITS = {"minute": 100, "hour": 5_000}
_SUPPLIER_LIMITS = {"minute": 50, "hour": 2_500}
_CUSTOMER_LIMITS = {"minute": 30, "hour": 1_500}
RATE_LIMITS: dict[str, dict[str, int]] = {
    "public": {"minute": 20, "hour": 1_000},
    "customer": _CUSTOMER_LIMITS,
    "consumer": _CUSTOMER_LIMITS,
    "chef": _SUPPLIER_LIMITS,
    "supplier_owner": _SUPPLIER_LIMITS,
    "supplier_manager": _SUPPLIER_LIMITS,
    "supplier_sales": _SUPPLIER_LIMITS,
    "customer_support": _STAFF_LIMITS,
    "station_manager": _STAFF_LIMITS,
    "admin": _STAFF_LIMITS,
    "super_admin": {"minute": 200, "hour": 10_000},
    "webhook": _STAFF_LIMITS,
}
# Extra limits per client address: requests, seconds.
RATE_LIMIT_SCOPES: dict[str, tuple[int, int]] = {
    "login": (5, 900),
    "register": (3, 3_600),
    "reset": (3, 3_600),
    "public_booking": (5, 60),
    "hold": (5, 3_600),
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["identity.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["common.api.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["common.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["common.api.throttling.RoleThrottle"],
    "DEFAULT_PAGINATION_CLASS": "common.api.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "common.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
    "DATETIME_FORMAT": "iso-8601",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "My Hibachi",
    "DESCRIPTION": "Parties, slots, prices and people. Errors are problem documents with stable codes.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,  # bodies of PATCH say themselves what they need
    "POSTPROCESSING_HOOKS": ["common.api.examples.add_examples", "common.api.links.add_links"],
    "WEBHOOKS": ["events.api.webhook_document.EVENT_POSTED"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "stationToken": {"type": "apiKey", "in": "header", "name": "X-Station-Token"},
        }
    },
}

# --- Log lines -------------------------------------------------------------------------------------------

LOGGING_CONFIG = "common.logging.configure"
LOGGING = {"level": env.str("LOG_LEVEL", default="INFO")}

# --- Back office -----------------------------------------------------------------------------------------

UNFOLD = THEME

# --- Words and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"
COMPANY_TIME_ZONE = "America/Los_Angeles"

# --- The worker ------------------------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_ON_APP_READY = "events.schedule.register"

EVENTS_BROKER_URL = env.str("EVENTS_BROKER_URL", default="")
"""Where events are relayed to besides our own handlers, such as amqp://… or redis://…; empty: nowhere."""

# --- Gateways to the outside world: the defaults work offline and keep a record ---------------------------

MAIL_GATEWAY = env.str("MAIL_GATEWAY", default="common.gateways.FileMailGateway")
MAIL_SERVER: dict[str, Any] = env.email_url("EMAIL_URL", default="smtp://")
"""For `integra.smtp.SmtpMailGateway`, such as smtp+tls://user:password@host:587."""
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="My Hibachi <no-reply@localhost>")
SMS_GATEWAY = env.str("SMS_GATEWAY", default="common.gateways.FileSmsGateway")
CARD_GATEWAY = env.str("CARD_GATEWAY", default="common.gateways.FileCardGateway")
# Webhooks go to receivers that the owner has named, so nothing is called before that; FileWebhookGateway of
# common.gateways only keeps what would have been sent.
WEBHOOK_GATEWAY = env.str("WEBHOOK_GATEWAY", default="events.posting.HttpWebhookGateway")
WEBHOOK_TIMEOUT_SECONDS = env.float("WEBHOOK_TIMEOUT_SECONDS", default=10.0)
"""From the look-up of the name to the status of the answer (E-9)."""
WEBHOOK_PRIVATE_NETWORKS = [ip_network(text) for text in env.list("WEBHOOK_PRIVATE_NETWORKS", default=[])]
"""Such as 10.1.2.0/24: private addresses that may receive webhooks all the same, without TLS too."""
CHECKOUT_URL = env.str("CHECKOUT_URL", default="http://localhost:8000/checkout")
"""Page of our site to which the card provider sends the payer back, `?paid=yes` or `?paid=no`."""
STRIPE_API_KEY = env.str("STRIPE_API_KEY", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")
# Two while a secret is being changed; signatures under any of them are good. Empty: nobody is believed.
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
PAYMENT_MAIL_SECRETS: list[str] = env.list("PAYMENT_MAIL_SECRETS", default=[])
# Domains whose mail may tell of money; what comes from elsewhere is kept and ignored.
PAYMENT_MAIL_SENDERS: list[str] = env.list(
    "PAYMENT_MAIL_SENDERS",
    default=["zellepay.com", "venmo.com", "chase.com", "bankofamerica.com", "wellsfargo.com", "usbank.com"],
)
OBJECT_STORE = env.str("OBJECT_STORE", default="common.gateways.FileObjectStore")
