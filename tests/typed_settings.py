"""The settings that mypy's Django plugin reads: the platform's, with placeholders where an
installation sets its own."""

import os

os.environ.setdefault("SECRET_KEY", "for types only; no request is ever served with this key")
os.environ.setdefault("FIELD_KEYS", "k1:" + "KqCtZp0bXq1H7c2nUe0fVJ5m8s3yR4wA6dTgLhPzN9E=")
os.environ.setdefault("INDEX_KEY", "xB7eQ2vWnM4kJ9aRtY6uHs1cZfD3gLpO8iTjXbK5wVE=")
os.environ.setdefault("CASE_KEYS", "c1:" + "bT9wQe4rXy7uZi1oPa6sDf3gHj8kLc5vBn2mQw0eRtY=")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")

from backend.config.settings import *  # noqa: F403
