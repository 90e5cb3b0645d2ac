"""What a deployment is warned of: it works, and is weaker than its people may expect. `moli
check` says it, and each web process when it starts."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from backend.notifications.codes import CARRY_A_CODE
from backend.notifications.table import MESSAGES
from backend.words.codes import TO_NUMBERS
from backend.words.messages import several

SHORTEST_TOKEN = 16  # characters
SHORTEST_PASSWORD = 12
# What stands between a country's ending and the names that people register: .com.cn, .fj.cn, .co.uk
REGISTRIES = frozenset(["ac", "co", "com", "edu", "fj", "gov", "mil", "net", "org"])
# Whatever a provider's template may stand for; * is all that are not named.
NAMED = frozenset([*MESSAGES, *TO_NUMBERS, *CARRY_A_CODE, several.__name__, "*"])
Found = tuple[bool, str]  # whether it is weak; the setting, and what that means


@register(Tags.security)
def weaker_than_expected(**of_django: object) -> list[CheckMessage]:
    """Warnings for where people may be real, that is without DEBUG and DEMO; none elsewhere."""
    if settings.DEBUG or settings.DEMO:
        return []
    found = [*_whoever_asks(), *_passwords(), *_templates()]
    found += _with_https() if settings.HTTPS else []
    return [Warning(f"Setting {sentence}", id="moli.W001") for weak, sentence in found if weak]


def _whoever_asks() -> list[Found]:
    hosts = [host.removeprefix(".") for host in settings.ALLOWED_HOSTS if host.startswith(".")]
    origins = [origin.partition("://*.")[2] for origin in settings.CSRF_TRUSTED_ORIGINS]
    return [
        (
            "*" in settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS: has *, so links may be made to lead to any host; name your own",
        ),
        (
            any(_of_a_registry(host) for host in hosts),
            "ALLOWED_HOSTS: has a whole ending under which anybody registers; name your own",
        ),
        (
            any(_of_a_registry(origin.partition(":")[0]) for origin in origins if origin),
            "CSRF_TRUSTED_ORIGINS: has a whole ending under which anybody registers, and whoever "
            "does may send forms in the name of our people; name your own",
        ),
        (
            0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN,
            f"METRICS_TOKEN: has fewer than {SHORTEST_TOKEN} characters and can be guessed",
        ),
        (
            "file" in settings.CHANNELS,
            "CHANNELS: has file, so messages are written down here and reach nobody; name the ways "
            "that lead out, or leave it empty: then everybody reads her inbox alone",
        ),
    ]


def _passwords() -> list[Found]:
    """An empty one is none: who may connect is decided elsewhere then."""
    means = f"has a password of fewer than {SHORTEST_PASSWORD} characters, which can be guessed"
    database = str(settings.DATABASES["default"].get("PASSWORD") or "")
    valkey = unquote(urlsplit(settings.REDIS_URL).password or "")
    return [
        (0 < len(database) < SHORTEST_PASSWORD, f"DATABASE_URL: {means}"),
        (0 < len(valkey) < SHORTEST_PASSWORD, f"REDIS_URL: {means}"),
    ]


def _templates() -> list[Found]:
    """A name that no message has is a slip, or from before the name was changed."""
    return [
        (
            bool(unknown),
            f"{setting}: names {', '.join(unknown)}, which no message is called; what was meant "
            "goes out by *, or does not go out this way",
        )
        for setting in ("SMS_TEMPLATES", "WECHAT_TEMPLATES")
        if (unknown := sorted(one for one in getattr(settings, setting) if not _is_named(one)))
    ]


def _is_named(kind: str) -> bool:
    """A message's name, alone or with a language behind it."""
    ends = [f".{code}" for code, _name in settings.LANGUAGES]
    return any(kind.removesuffix(end) in NAMED for end in ends)


def _with_https() -> list[Found]:
    return [
        (
            not settings.SECOND_FACTOR,
            "SECOND_FACTOR: is off, so a password alone opens what is known of children, to "
            "whoever learns it",
        ),
        (
            not settings.BEHIND_PROXY,
            "BEHIND_PROXY: is off, so everybody seems to come from the address of what speaks "
            "HTTPS before us, and one who guesses passwords there slows all down",
        ),
    ]


def _of_a_registry(name: str) -> bool:
    """Whether anybody may register a name below this one; without a list of all of them, the usual
    ones."""
    parts = name.rstrip(".").split(".")
    return len(parts) == 1 or (len(parts) == 2 and parts[0] in REGISTRIES and len(parts[1]) == 2)
