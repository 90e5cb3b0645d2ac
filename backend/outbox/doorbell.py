"""Redis as a doorbell: a ring says "look at the table now".

A lost one costs the next tick, never an event.
"""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from django.conf import settings

log = logging.getLogger(__name__)
PAUSE = 2.0  # after a failed ring, so that a dead Redis does not slow every commit
_silent_until = 0.0


def channel(name: str) -> str:
    return f"{settings.REDIS_PREFIX}:{name}"


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def ring() -> None:
    """Something was committed."""
    tell("doorbell", "1")


def tell(name: str, message: str) -> bool:
    """Publish to whoever listens now; whether Redis took it. Never raises, never waits long."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        client().publish(channel(name), message)
    except redis.RedisError as error:
        _silent_until = time.monotonic() + PAUSE
        log.warning("Redis is silent: %s", error)
        return False
    return True
