"""Settings, one file, top to bottom.

Every value that a deployment may change is read from the environment.
"""

from __future__ import annotations

import os
from pathlib import Path

from backend.config import env

ROOT = Path(__file__).resolve().parent.parent.parent

# --- What kind of start is this -------------------------------------------------------------------
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)  # one-click sign-ins for invented people; never in a deployment
SECRET_KEY = env.secret("SECRET_KEY", 50)
ALLOWED_HOSTS = env.matching(
    "ALLOWED_HOSTS",
    "127.0.0.1 localhost [::1]",
    env.HOST,
    "names of hosts, without https:// and without a port",
)
CSRF_TRUSTED_ORIGINS = env.matching(
    "CSRF_TRUSTED_ORIGINS", "", env.ORIGIN, "addresses like https://roster.example"
)

# Where people find the platform: in the links of messages.
PUBLIC_URL = env.matching(
    "PUBLIC_URL",
    (CSRF_TRUSTED_ORIGINS or ["http://127.0.0.1:8000"])[0],
    env.ORIGIN,
    "an address like https://roster.example",
)[0]

# --- Keys for identity numbers, phone numbers and children's data (common/sealing.py) -------------
FIELD_KEYS = env.named_keys("FIELD_KEYS")  # "k2:base64 k1:base64"; the first seals, all open
INDEX_KEY = env.text("INDEX_KEY")  # base64; for equality search on sealed values
# What is said in cases has keys of its own (backend/cases/); empty: no case can be opened.
CASE_KEYS = env.named_keys("CASE_KEYS")
METRICS_TOKEN = env.text("METRICS_TOKEN")  # empty: /metrics answers this machine only
if not FIELD_KEYS or not INDEX_KEY:
    raise env.SettingError(
        "FIELD_KEYS and INDEX_KEY", "are not set; `python -m backend.common.keys` prints new ones"
    )
env.key("INDEX_KEY", INDEX_KEY, env.KEY_BYTES, 1024)
env.each_for_one_thing(
    {
        "SECRET_KEY": [SECRET_KEY],
        "FIELD_KEYS": [entry.partition(":")[2] for entry in FIELD_KEYS],
        "INDEX_KEY": [INDEX_KEY],
        "CASE_KEYS": [entry.partition(":")[2] for entry in CASE_KEYS],
        "METRICS_TOKEN": [METRICS_TOKEN],
    }
)

# --- Applications: an app may import only apps listed before it -----------------------------------
OUR_APPS = [
    "backend.common",
    "backend.outbox",
    "backend.accounts",
    "backend.places",
    "backend.organisations",
    "backend.programmes",
    "backend.volunteers",
    "backend.families",
    "backend.rota",
    "backend.access",
    "backend.bookings",
    "backend.planning",
    "backend.records",
    "backend.visits",
    "backend.pairs",
    "backend.cases",
    "backend.harm",
    "backend.proofs",
    "backend.rights",
    "backend.projects",
    "backend.words",
    "backend.reports",
    "backend.exchange",
    "backend.notifications",
    "backend.live",
    "backend.demo",
    "backend.web",
]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    *OUR_APPS,
]
MIDDLEWARE = [
    "backend.web.middleware.RequestIdMiddleware",
    "backend.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.web.access_log.AccessLogMiddleware",
    "backend.web.middleware.MachineMiddleware",
    "backend.web.kept.NothingKeptMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend.web.middleware.PreferencesMiddleware",
    "backend.web.errors.ErrorPageMiddleware",
    "backend.web.readable.ReadableMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.web.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "backend.live.position.LivePositionMiddleware",
    "backend.web.idempotency.IdempotencyMiddleware",
    "backend.web.methods.MethodMiddleware",
]
ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"
ASGI_APPLICATION = "backend.config.asgi.application"

# --- Data -----------------------------------------------------------------------------------------
_DATABASE = env.database()
DATABASES = {
    "default": {
        **_DATABASE,
        # the bridge keeps a bounded pool of threads, each with its connection
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": env.connect_options(
            {
                "connect_timeout": 5,
                **env.NOTICED,
                # of the statements of common/prepared.py, few and hot; no other is prepared
                "prepare_threshold": 0,
                "options": "-c statement_timeout=15000 -c lock_timeout=5000 -c "
                "idle_in_transaction_session_timeout=30000 -c timezone=UTC"
                f" -c plan_cache_mode=force_generic_plan {env.NOTICED_BY_THE_SERVER}",
            },
            _DATABASE["OPTIONS"],
        ),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis("REDIS_URL")
REDIS_PREFIX = env.name_of("REDIS_PREFIX", "moli")  # two platforms on one Redis never meet

# Counters and used codes of all processes together, in the database: with Redis away people must
# still be able to sign in. Few entries; MAX_ENTRIES is far above them, since what is culled would
# be counters in use.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "moli_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- The bridge from the server to Django (config/bridge.py): all of these are per web process ----
HTTP_THREADS = env.number("HTTP_THREADS", 8, 1, 100)  # each holds one database connection
HTTP_WAITING = env.number(
    "HTTP_WAITING", 256, 0, 10_000
)  # whole requests in line; the next is told 503
HTTP_BODY_BYTES = env.number("HTTP_BODY_BYTES", 2**18, 2**16)  # of a form; larger is 413
HTTP_UPLOADS = {  # path → bytes, where files are taken
    "/v/credentials/hand-in/": 9 * 2**20,
    "/c/exchange/new/": 9 * 2**20,
}
# What is uploaded is held in memory until it is sealed: nothing is written to a disk in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = max(HTTP_UPLOADS.values())
HTTP_HELD_BYTES = env.number("HTTP_HELD_BYTES", 96 * 2**20, 2**20)  # of all bodies; else 503

# --- People and sessions --------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "backend.accounts.backends.NameBackend",
    "backend.families.phone_backend.PhoneBackend",
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "backend.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "backend.accounts.forms.LoginForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
# Tries to sign in are counted by accounts/attempts.py; what is left to allauth is one-time codes.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/15m/key"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # a link that her operator gave her, used once
LOGIN_URL = "sign_in_phone"  # for who has a password the way there stands on it
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "backend.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = env.flag("HTTPS", False)
for _name, _on in (("DEMO", DEMO), ("DEBUG", DEBUG)):
    if _on and HTTPS:  # one-click sign-ins and stack traces have no place where people are real
        raise env.SettingError(_name, "and HTTPS are both on; a deployment has HTTPS alone")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Requests come through our own proxy (docker/proxy/), which says whose they are in X-Real-IP.
# Without it that header is anybody's word.
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
# Coordinators, operators and staff reach nothing but its set-up page without a second factor. On
# where people are real; a demo signs in with one click.
SECOND_FACTOR = env.flag("SECOND_FACTOR", HTTPS)
MFA_ADAPTER = "backend.web.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "backend.accounts.forms.SecondStepForm",
    "reauthenticate": "backend.accounts.forms.SecondStepAgainForm",
    "activate_totp": "backend.accounts.forms.SetUpSecondStepForm",
}
MFA_TOTP_ISSUER = "茉莉排班"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Language and time: one city, one clock -------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "backend" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_COOKIE_NAME = "language"

# --- Pages ----------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend_templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "backend.web.templates.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "backend.web.templatetags.moli",
                "backend.web.templatetags.shells",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "frontend_templates" / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT") or ROOT / ".data" / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- The federation's own habits ------------------------------------------------------------------
SERVICE_AREA_EXCLUDES = env.matching(
    "SERVICE_AREA_EXCLUDES", "350128", "[0-9]{2,12}", "codes of divisions, of 2 to 12 digits"
)  # 平潭 has its own federation
OFFER_HOURS = env.number(
    "OFFER_HOURS", 24, 24, 24 * 14
)  # time to answer an offer that is days away; what is near has less (common/deadlines.py)
SIGN_IN_MINUTES = env.number(
    "SIGN_IN_MINUTES", 45, 0, 24 * 60
)  # before a session, from when on its people may sign in
SEAT_OFFER_HOURS = env.number("SEAT_OFFER_HOURS", 24, 24, 24 * 7)  # the same for a freed seat
CODES_A_DAY = env.number(
    "CODES_A_DAY", 5000, 1, 10**6
)  # codes for signing in that may be sent on one day; each is a text message that costs
CHILD_KEPT_MONTHS = env.number(
    "CHILD_KEPT_MONTHS", 3, 0, 24
)  # after a child is too old for what we do; then its data are erased
FAMILY_SESSIONS_PER_YEAR = env.number(
    "FAMILY_SESSIONS_PER_YEAR", 12, 0, 366
)  # what one family may book for itself in a calendar year

# --- Ways out of the house (notifications/channels/); the inbox on the pages is always there ------
CHANNELS = env.several(
    "CHANNELS",
    "file",  # what would be sent is written down on this machine, and nothing leaves it
    ("file", "email", "sms-aliyun", "sms-tencent", "wechat", "wecom", "dingtalk"),
)
OUTGOING_PROXY = env.origin("OUTGOING_PROXY", "")  # through which other houses are reached
MESSAGES_FOLDER = Path(env.text("MESSAGES_FOLDER") or ROOT / ".data" / "messages")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587, 1, env.LAST_PORT)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_TIMEOUT = 10  # seconds; without it a server that hangs holds a worker for ever
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM")
SMS_KEY_ID = env.text("SMS_KEY_ID")
SMS_KEY_SECRET = env.text("SMS_KEY_SECRET")
SMS_SIGN = env.text("SMS_SIGN")  # 【…】 in front of each, as the provider approved it
SMS_APP_ID = env.text("SMS_APP_ID")  # Tencent's SmsSdkAppId
SMS_REGION = env.name_of("SMS_REGION", "ap-guangzhou")  # Tencent's
SMS_TEMPLATES = env.templates("SMS_TEMPLATES")
WECHAT_APP_ID = env.text("WECHAT_APP_ID")
WECHAT_SECRET = env.text("WECHAT_SECRET")
WECHAT_TEMPLATES = env.templates("WECHAT_TEMPLATES")
WECHAT_EVENT_TOKEN = env.text("WECHAT_EVENT_TOKEN")  # of the account's "服务器配置"
WECHAT_EVENT_KEY = env.like(  # its EncodingAESKey: 安全模式
    "WECHAT_EVENT_KEY", r"[A-Za-z0-9+/]{43}", "the 43 characters of its EncodingAESKey"
)
WECHAT_ARTICLE = env.text("WECHAT_ARTICLE")  # the account's article with "订阅" in it
# What goes out a day at most; a fault that sends without end costs no more than this.
CHANNEL_BUDGETS = {
    "sms": env.number("SMS_PER_DAY", 2000, 1),
    "email": env.number("EMAIL_PER_DAY", 5000, 1),
    "wechat": env.number("WECHAT_PER_DAY", 10_000, 1),
    "wecom": env.number("WECOM_PER_DAY", 500, 1),
    "dingtalk": env.number("DINGTALK_PER_DAY", 500, 1),
}
ALIYUN_URL = env.origin("ALIYUN_URL", "https://dysmsapi.aliyuncs.com")
TENCENT_URL = env.origin("TENCENT_URL", "https://sms.tencentcloudapi.com")
WECHAT_URL = env.origin("WECHAT_URL", "https://api.weixin.qq.com")
WECHAT_PAGE_URL = env.origin("WECHAT_PAGE_URL", "https://open.weixin.qq.com")
# The group of organisations that entered none of their own; empty: those are told elsewhere
WECOM_KEY = env.text("WECOM_KEY")  # of the group's robot: the end of its webhook
DINGTALK_TOKEN = env.text("DINGTALK_TOKEN")
DINGTALK_SECRET = env.text("DINGTALK_SECRET")  # of 加签
WECOM_URL = env.origin("WECOM_URL", "https://qyapi.weixin.qq.com")
DINGTALK_URL = env.origin("DINGTALK_URL", "https://oapi.dingtalk.com")
env.each_is_there(
    CHANNELS,
    {
        "email": {"EMAIL_HOST": EMAIL_HOST, "EMAIL_FROM": DEFAULT_FROM_EMAIL},
        "sms-aliyun": {
            "SMS_KEY_ID": SMS_KEY_ID,
            "SMS_KEY_SECRET": SMS_KEY_SECRET,
            "SMS_SIGN": SMS_SIGN,
            "SMS_TEMPLATES": SMS_TEMPLATES,
        },
        "sms-tencent": {
            "SMS_KEY_ID": SMS_KEY_ID,
            "SMS_KEY_SECRET": SMS_KEY_SECRET,
            "SMS_SIGN": SMS_SIGN,
            "SMS_APP_ID": SMS_APP_ID,
            "SMS_TEMPLATES": SMS_TEMPLATES,
        },
        "wechat": {
            "WECHAT_APP_ID": WECHAT_APP_ID,
            "WECHAT_SECRET": WECHAT_SECRET,
            "WECHAT_TEMPLATES": WECHAT_TEMPLATES,
        },
        "wecom": {},
        "dingtalk": {"DINGTALK_SECRET": DINGTALK_SECRET} if DINGTALK_TOKEN else {},
    },
)
if "wechat" in CHANNELS and WECHAT_EVENT_TOKEN and not WECHAT_EVENT_KEY and not DEMO:
    raise env.SettingError(
        "WECHAT_EVENT_KEY", "is missing: WeChat's events are taken in 安全模式 alone (ADR 63)"
    )
if {"sms-aliyun", "sms-tencent"} <= set(CHANNELS):
    raise env.SettingError("CHANNELS", "names two providers of text messages; use one")

# --- Background work ------------------------------------------------------------------------------
CELERY_BROKER_URL = env.celery_address(REDIS_URL)
SOLVER_SECONDS = env.number("SOLVER_SECONDS", 60, 1, 3600)
SOLVER_LEASE_SECONDS = env.number(
    "SOLVER_LEASE_SECONDS", 8, 3, 600
)  # a run whose worker died is taken up again after this
SOLVER_CORES = env.number(
    "SOLVER_CORES", max(1, (os.cpu_count() or 2) - 1), 1, 64
)  # of one run; one core stays for the pages
SOLVER_WORKERS = env.number("SOLVER_WORKERS", 1, 1, 64)

# --- Health and logs: no personal data, a request id in every line --------------------------------
HEARTBEAT_FILE = env.text("HEARTBEAT_FILE")  # touched by each background process while it works
BACKUP_HOURS = env.number("BACKUP_HOURS", 0, 0, 24 * 7)  # 0: nobody backs up here (the demo)
BACKUP_DAYS = env.number("BACKUP_DAYS", 14, 1, 3650)  # older backups go
BACKUP_FOLDER = env.text("BACKUP_FOLDER", "/backups")
HEADS_FOLDER = Path(
    env.text("HEADS_FOLDER") or ROOT / ".data" / "heads"
)  # where the heads of the chains of hours are written down each night, away from the database
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "backend.common.request_id.RequestIdFilter"},
        "page": {"()": "backend.common.logs.PageFilter"},
        "brief": {"()": "backend.common.logs.BriefFilter"},
    },
    "formatters": {
        "line": {
            "()": "backend.common.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {"()": "backend.common.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.choice("LOG_FORMAT", "line", ("line", "json")),
            "filters": ["request_id", "page", "brief"],
        }
    },
    "loggers": {
        # a refusal is no warning: AccessLogMiddleware says how each request ended
        "django.request": {"level": "ERROR"},
        # in its talk stand addresses with the keys of robots
        "urllib3": {"level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": env.choice("LOG_LEVEL", "INFO", LOG_LEVELS)},
}
