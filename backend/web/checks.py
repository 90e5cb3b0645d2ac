"""What a deployment is warned of: it works, and is weaker than its people may expect. `manage.py
check` says it, and each web process when it starts."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

SHORTEST_TOKEN = 16  # characters


@register(Tags.security)
def weaker_than_expected(**of_django: object) -> list[CheckMessage]:
    """Warnings for where people are real, that is with HTTPS; none elsewhere."""
    if not settings.HTTPS:
        return []
    found = [
        (
            "*" in settings.ALLOWED_HOSTS,
            "Setting ALLOWED_HOSTS: has *, so links may be made to lead to any host; name your own",
        ),
        (
            not settings.SECOND_FACTOR,
            "Setting SECOND_FACTOR: is off, so a password alone opens what is known of children, "
            "to whoever learns it",
        ),
        (
            0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN,
            f"Setting METRICS_TOKEN: has fewer than {SHORTEST_TOKEN} characters and can be guessed",
        ),
    ]
    return [Warning(sentence, id="moli.W001") for weak, sentence in found if weak]
