"""Settings read from the environment."""

from __future__ import annotations

import pytest

from backend.config import env


@pytest.mark.parametrize(
    "redis, celery",
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_celery_gets_its_own_spelling_of_the_same_redis(redis: str, celery: str) -> None:
    assert env.celery_address(redis) == celery
