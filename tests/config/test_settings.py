"""Whatever a setting is given, the start either uses it or ends with one sentence that names it and
repeats no secret."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_django import Settings

from backend.common.keys import new_keys
from backend.config import env
from backend.config import settings as ours
from backend.web.checks import weaker_than_expected
from tests.architecture.source import ROOT

DATABASE = "postgresql://moli:sesame@db/moli"
TYPED = "sesame-open-the-door-" * 3
LONG = [37 * n * n % 251 for n in range(48)]  # a key of 48 bytes; as text it is a SECRET_KEY, too
ALPHABET = bytes(range(64, 96))


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


# Names of tests are made of these: two processes that share the tests must read the same ones.
KEYS = {name: encoded(hashlib.sha256(name.encode()).digest()) for name in ("one", "other")}
NO_KEYS = [
    "sesame",
    "eA==",
    encoded(b"\0" * 32),
    encoded(b"a" * 32),
    encoded(b"ab" * 16),
    encoded(b"sesame" * 6)[:43] + "=",
    encoded(ALPHABET),
    encoded(ALPHABET[::-1]),
]
NUMBERS = ["-1", "1.5", "²", "٣", "nan", "9" * 30, "9" * 5000, "1e3", "0x10", " ", "True"]
FLAGS = ["true", "yes", "1", "0", "on", "²", " "]
NO_ORIGINS = ["sesame", "https://", "ftp://a.example", "https://a.example/path", "https://a b"]
BAD = {
    "DEBUG": FLAGS,
    "DEMO": FLAGS,
    "HTTPS": FLAGS,
    "BEHIND_PROXY": FLAGS,
    "SECOND_FACTOR": FLAGS,
    "SECRET_KEY": ["", "sesame", "a" * 60, "0" * 60, "ab" * 30, TYPED],
    "FIELD_KEYS": [
        "",
        "sesame",
        "k1:",
        ":sesame",
        "k1:a:b",
        "a b:c",
        *(f"k1:{key}" for key in NO_KEYS),
        f"k1:{KEYS['one']} k1:{KEYS['other']}",
        f"k1:{KEYS['one']} k2:{KEYS['one']}",
        f"k1:{encoded(b'short')}",
    ],
    "CASE_KEYS": [
        "sesame",
        "c1:",
        ":sesame",
        "c1:a:b",
        "a b:c",
        *(f"c1:{key}" for key in NO_KEYS),
        f"c1:{KEYS['one']} c1:{KEYS['other']}",
        f"c1:{KEYS['one']} c2:{KEYS['one']}",
        f"c1:{encoded(b'short')}",
    ],
    "INDEX_KEY": ["", *NO_KEYS],
    "ALLOWED_HOSTS": ["https://roster.example", "roster.example:443", "a/b", "*.example", "茉莉"],
    "CSRF_TRUSTED_ORIGINS": ["roster.example", "https://", "ftp://a", "https://a/b", "*"],
    "PUBLIC_URL": ["roster.example", "https://", "ftp://a", "https://a/b"],
    "DATABASE_URL": [
        "",
        "sesame",
        "mysql://moli:sesame@db/moli",
        "postgresql://moli:sesame@db",
        "postgresql://moli:sesame@db:0/moli",
        "postgresql://moli:sesame@db:65536/moli",
        "postgresql://moli:sesame@db:sesame/moli",
        "postgresql://moli:sesame@db:5432,other:sesame/moli",
        "postgresql://moli:ses%zzame@db/moli",
        "postgresql://[::1/moli",
        *(f"{DATABASE}?{word}=sesame" for word in env.DATABASE_CHOICES),
        *(f"{DATABASE}?{word}=sesame" for word in env.DATABASE_NUMBERS),
        f"{DATABASE}?nonsense=sesame",
    ],
    "REDIS_URL": [
        "",
        "sesame",
        "http://cache:6379/0",
        "redis://",
        "redis://:sesame@/0",
        "redis://:sesame@cache:port/0",
        "redis://:sesame@cache:65536/0",
        "redis://:sesame@cache:0/0",
        "redis://:sesame@cache:6379/zero",
        "redis://:sesame@cache:6379/-1",
        "redis://:sesame@cache:6379/0?db=zero",
        "redis://:sesame@cache:6379/0?nonsense=sesame",
        "redis://:sesame@cache:6379/0?socket_timeout=sesame",
        "redis://[::1",
        "unix://",
        "unix:///run/valkey.sock?db=zero",
    ],
    "REDIS_PREFIX": ["a b", "a:b", "茉莉", "a" * 100],
    "SERVICE_AREA_EXCLUDES": ["平潭", "1", "350128;350129"],
    "LOG_FORMAT": ["xml", "JSON", "²"],
    "LOG_LEVEL": ["info", "LOUD", "²"],
    "CHANNELS": ["sms", "pigeon", "²"],
    "OUTGOING_PROXY": NO_ORIGINS,
    "ALIYUN_URL": NO_ORIGINS,
    "TENCENT_URL": NO_ORIGINS,
    "WECHAT_URL": NO_ORIGINS,
    "WECHAT_PAGE_URL": NO_ORIGINS,
    "WECOM_URL": NO_ORIGINS,
    "DINGTALK_URL": NO_ORIGINS,
    "EMAIL_SECURITY": ["ssl", "True", "²"],
    "SMS_REGION": ["a b", "茉莉"],
    "SMS_TEMPLATES": [
        "offer_made",
        "offer_made:SMS_1",
        "offer_made:SMS_1:=day",
        "1:SMS_1:",
        "*:茉:",
    ],
    "WECHAT_EVENT_KEY": ["short", "茉" * 43, f"{'a' * 43}="],
    "WECHAT_TEMPLATES": ["offer_made", "*:a b:thing1=title"],
    "OFFER_HOURS": [*NUMBERS, "12", "23", "337"],  # at least a day (common/deadlines.py)
    "SEAT_OFFER_HOURS": [*NUMBERS, "12", "23", "169"],
} | dict.fromkeys(
    (
        "HTTP_THREADS",
        "HTTP_WAITING",
        "HTTP_BODY_BYTES",
        "HTTP_HELD_BYTES",
        "CHILD_KEPT_MONTHS",
        "SIGN_IN_MINUTES",
        "FAMILY_SESSIONS_PER_YEAR",
        "SOLVER_SECONDS",
        "SOLVER_LEASE_SECONDS",
        "SOLVER_CORES",
        "SOLVER_WORKERS",
        "BACKUP_HOURS",
        "BACKUP_DAYS",
        "EMAIL_PORT",
        "CODES_A_DAY",
        "SMS_PER_DAY",
        "EMAIL_PER_DAY",
        "WECHAT_PER_DAY",
        "WECOM_PER_DAY",
        "DINGTALK_PER_DAY",
    ),
    NUMBERS,
)
ANYTHING = {  # paths, a token of any kind, and what providers gave us
    "MESSAGES_FOLDER",
    "EMAIL_HOST",
    "EMAIL_USER",
    "EMAIL_PASSWORD",
    "EMAIL_FROM",
    "SMS_KEY_ID",
    "SMS_KEY_SECRET",
    "SMS_SIGN",
    "SMS_APP_ID",
    "WECHAT_APP_ID",
    "WECHAT_SECRET",
    "WECHAT_EVENT_TOKEN",
    "WECHAT_ARTICLE",
    "WECOM_KEY",
    "DINGTALK_TOKEN",
    "DINGTALK_SECRET",
    "STATIC_ROOT",
    "HEARTBEAT_FILE",
    "BACKUP_FOLDER",
    "HEADS_FOLDER",
    "METRICS_TOKEN",
}


def start(monkeypatch: pytest.MonkeyPatch, **change: str) -> str:
    """What a start with these settings is refused with; "" when it is not."""
    monkeypatch.delenv("DEMO", raising=False)
    for name, value in change.items():
        monkeypatch.delenv(f"{name}_FILE", raising=False)
        monkeypatch.setenv(name, value)
    try:
        runpy.run_path(str(ours.__file__))
    except env.SettingError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in BAD.items() for value in values],
    ids=lambda text: ascii(text)[:40],
)
def test_a_bad_value_ends_the_start_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    said = start(monkeypatch, **{name: value})
    assert said.startswith(f"Setting {name}") or (not value and said.startswith("Setting "))
    assert name in said and "\n" not in said and len(said) < 250
    of_secrets = (
        *("SECRET_KEY", "FIELD_KEYS", "CASE_KEYS", "INDEX_KEY", "DATABASE_URL", "REDIS_URL"),
    )
    if name in of_secrets:
        assert "sesame" not in said
        assert not value or value not in said


def test_every_setting_that_is_read_is_asked_for_here() -> None:
    tree = ast.parse(Path(str(ours.__file__)).read_text("utf-8"))
    read = {
        ast.literal_eval(call.args[0])
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).startswith("env.")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    raised = {"FIELD_KEYS and INDEX_KEY"}
    assert read - raised | {"DATABASE_URL"} == BAD.keys() | ANYTHING


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("INDEX_KEY", "FIELD_KEYS"),
        ("INDEX_KEY", "SECRET_KEY"),
        ("METRICS_TOKEN", "SECRET_KEY"),
        ("METRICS_TOKEN", "FIELD_KEYS"),
        ("METRICS_TOKEN", "INDEX_KEY"),
        ("CASE_KEYS", "FIELD_KEYS"),
        ("CASE_KEYS", "INDEX_KEY"),
        ("METRICS_TOKEN", "CASE_KEYS"),
    ],
)
def test_one_secret_for_two_purposes_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, other: str
) -> None:
    named = {"FIELD_KEYS", "CASE_KEYS"}
    one = KEYS["one"] if named & {name, other} else encoded(bytes(LONG))
    written = {each: f"k1:{one}" if each in named else one for each in (name, other)}
    said = start(monkeypatch, **written)
    assert said == f"Setting {name}: has the secret of {other}; each needs one of its own"


def test_nobody_may_be_given_less_than_a_day_for_what_is_days_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, most in (("OFFER_HOURS", 24 * 14), ("SEAT_OFFER_HOURS", 24 * 7)):
        assert start(monkeypatch, **{name: "24"}) == ""
        said = start(monkeypatch, **{name: "23"})
        assert said == (
            f"Setting {name}: unexpected value '23', use a whole number from 24 to {most}"
        )
        monkeypatch.delenv(name)
        shipped = (ROOT / "docker/env.example").read_text("utf-8")
        assert f"\n{name}=24\n" in shipped
        assert runpy.run_path(str(ours.__file__))[name] == 24


def test_new_keys_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(200):
        assert start(monkeypatch, **new_keys(), METRICS_TOKEN="any") == ""


WHOLE = {
    "email": {"EMAIL_HOST": "mail", "EMAIL_FROM": "a@b.example"},
    "sms-aliyun": {
        "SMS_KEY_ID": "id",
        "SMS_KEY_SECRET": "secret",
        "SMS_SIGN": "茉莉",
        "SMS_TEMPLATES": "*:SMS_1:",
    },
    "sms-tencent": {
        "SMS_KEY_ID": "id",
        "SMS_KEY_SECRET": "secret",
        "SMS_SIGN": "茉莉",
        "SMS_APP_ID": "1400006666",
        "SMS_TEMPLATES": "offer_made.en:1110:when,where=place",
    },
    "wechat": {
        "WECHAT_APP_ID": "id",
        "WECHAT_SECRET": "secret",
        "WECHAT_TEMPLATES": "offer_made:a-B_c:time2=when,thing1=title",
    },
    "wecom": {},
    "dingtalk": {},  # each organisation enters a group of its own
    "file": {},
}


@pytest.mark.parametrize("channel", WHOLE)
def test_a_channel_that_is_on_has_all_that_it_needs(
    monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    assert start(monkeypatch, CHANNELS=channel, **WHOLE[channel]) == ""
    for name in WHOLE[channel]:
        said = start(monkeypatch, CHANNELS=channel, **WHOLE[channel] | {name: ""})
        assert said == f"Setting {name}: is not set, and CHANNELS has {channel}, which needs it"


def test_text_messages_have_one_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    both = WHOLE["sms-aliyun"] | WHOLE["sms-tencent"]
    said = start(monkeypatch, CHANNELS="sms-aliyun sms-tencent", **both)
    assert said == "Setting CHANNELS: names two providers of text messages; use one"


def test_what_wechat_tells_is_taken_sealed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told = WHOLE["wechat"] | {"WECHAT_EVENT_TOKEN": "token"}
    said = start(monkeypatch, CHANNELS="wechat", **told)
    assert said.startswith("Setting WECHAT_EVENT_KEY: is missing")
    assert start(monkeypatch, CHANNELS="wechat", **told, WECHAT_EVENT_KEY="a" * 43) == ""
    monkeypatch.setenv("DEMO", "True")
    runpy.run_path(str(ours.__file__))


def test_what_fills_a_template_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_TEMPLATES", "offer_made:SMS_1:day,where=place *:SMS_2:")
    assert env.templates("SMS_TEMPLATES") == {
        "offer_made": ("SMS_1", [("day", "day"), ("where", "place")]),
        "*": ("SMS_2", []),
    }


BARE = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}  # a fresh shell: nothing is set


def managed(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backend.manage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=BARE | given, capture_output=True, text=True)


@pytest.mark.parametrize(
    "arguments",
    [("doors", "--json"), ("doors",), ("check",), ("makemigrations", "--check"), ("help",), ()],
)
def test_what_reads_the_code_alone_works_in_a_fresh_shell(arguments: tuple[str, ...]) -> None:
    done = managed(*arguments)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if "--json" in arguments:
        assert json.loads(done.stdout)["addresses"]


def test_what_needs_a_database_asks_for_the_settings_in_a_fresh_shell() -> None:
    done = managed("migrate")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Setting SECRET_KEY: ") and done.stderr.count("\n") == 1


def test_settings_that_are_given_are_never_made_up() -> None:
    done = managed("check", SECRET_KEY="short")
    assert done.returncode == 1
    assert done.stderr.startswith("Setting SECRET_KEY: has 5 characters")


@pytest.fixture
def passwords(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets those of the database and of Valkey; they are long to begin with."""

    def are(password: str) -> None:
        monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", password)
        settings.REDIS_URL = f"redis://:{quote(password, safe='')}@valkey:6379/0"

    are("long enough to be no guess")
    return are


@pytest.mark.parametrize(
    ("password", "weak"), [("", False), ("p@ss/w0rd!!", True), ("p@ss/w0rd!!!", False)]
)
def test_a_password_that_can_be_guessed_is_warned_of(
    settings: Settings, passwords: Callable[[str], None], password: str, weak: bool
) -> None:
    settings.DEBUG = settings.DEMO = settings.HTTPS = False
    settings.ALLOWED_HOSTS = ["roster.example"]
    settings.CSRF_TRUSTED_ORIGINS = []
    settings.METRICS_TOKEN = ""
    settings.CHANNELS = []
    passwords(password)
    assert warned_of() == ["Setting DATABASE_URL", "Setting REDIS_URL"] * weak


def warned_of() -> list[str]:
    return [warning.msg.partition(": ")[0] for warning in weaker_than_expected()]


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.usefixtures("passwords")
def test_a_deployment_is_warned_of_what_works_and_is_weak(settings: Settings, https: bool) -> None:
    settings.DEBUG = settings.DEMO = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.com"]
    settings.SECOND_FACTOR = settings.BEHIND_PROXY = False
    settings.METRICS_TOKEN = "guess"
    settings.HTTPS = https
    settings.CHANNELS = ["file"]
    weak = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "METRICS_TOKEN", "CHANNELS"]
    weak += ["SECOND_FACTOR", "BEHIND_PROXY"] if https else []
    assert warned_of() == [f"Setting {name}" for name in weak]
    settings.ALLOWED_HOSTS = ["roster.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://roster.example"]
    settings.SECOND_FACTOR = settings.BEHIND_PROXY = True
    settings.METRICS_TOKEN = ""
    settings.CHANNELS = []
    assert warned_of() == []


@pytest.mark.usefixtures("passwords")
@pytest.mark.parametrize("kind", ["DEBUG", "DEMO"])
def test_where_nobody_is_real_nobody_is_warned(settings: Settings, kind: str) -> None:
    settings.DEBUG = settings.DEMO = settings.HTTPS = False
    settings.CHANNELS = []
    settings.ALLOWED_HOSTS = ["*"]
    assert warned_of() == ["Setting ALLOWED_HOSTS"]
    setattr(settings, kind, True)
    assert warned_of() == []


@pytest.mark.parametrize("setting", ["SMS_TEMPLATES", "WECHAT_TEMPLATES"])
@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("offer_made", True),
        ("offer_made.en", True),
        ("code_guardian", True),
        ("number_left", True),
        ("several", True),
        ("*", True),
        ("offer_maed", False),
        ("offer_made.fr", False),
    ],
)
@pytest.mark.usefixtures("passwords")
def test_a_template_for_what_no_message_is_called_is_warned_of(
    settings: Settings, setting: str, kind: str, known: bool
) -> None:
    settings.DEBUG = settings.DEMO = settings.HTTPS = False
    settings.CHANNELS, settings.ALLOWED_HOSTS = [], ["roster.example"]
    settings.CSRF_TRUSTED_ORIGINS, settings.METRICS_TOKEN = [], ""
    setattr(settings, setting, {kind: ("T1", [])})
    assert warned_of() == [f"Setting {setting}"] * (not known)


@pytest.mark.parametrize(
    ("ending", "anybodys"),
    [
        ("com", True),
        ("com:8443", True),
        ("org.cn", True),
        ("fj.cn", True),
        ("co.uk.", True),
        ("roster.example", False),
        ("abc.cn", False),
        ("roster.org.cn", False),
        ("com.example", False),
    ],
)
@pytest.mark.usefixtures("passwords")
def test_an_ending_under_which_anybody_registers_is_warned_of(
    settings: Settings, ending: str, anybodys: bool
) -> None:
    settings.DEBUG = settings.DEMO = settings.HTTPS = False
    settings.METRICS_TOKEN = ""
    settings.CHANNELS = []
    settings.ALLOWED_HOSTS = ["roster.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://a.example", f"https://*.{ending}"]
    assert warned_of() == ["Setting CSRF_TRUSTED_ORIGINS"] * anybodys
    settings.CSRF_TRUSTED_ORIGINS = [f"https://{ending}"]
    settings.ALLOWED_HOSTS = ["roster.example", "." + ending.partition(":")[0]]
    assert warned_of() == ["Setting ALLOWED_HOSTS"] * anybodys
