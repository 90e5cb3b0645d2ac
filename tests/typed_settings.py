"""The settings that mypy's Django plugin reads: the platform's, with placeholders where an
installation sets its own."""

import os

os.environ.setdefault("SECRET_KEY", "for types only; no request is ever served with this key")
os.environ.setdefault("FIELD_KEYS", "k1:" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
os.environ.setdefault("INDEX_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from backend.config.settings import *  # noqa: F403
