"""The whole platform as processes of one machine: PostgreSQL and Valkey, then web, workers, relay
and beat.

    python -m backend.launcher demo                 the demo city on a private database
    python -m backend.launcher serve                the platform on DATABASE_URL and REDIS_URL
    python -m backend.launcher services -- COMMAND  COMMAND with throw-away services that go with it
    python -m backend.launcher running -- COMMAND   COMMAND on the database of the platform here
    python -m backend.launcher forget               removes the database of the platform here

Nothing here imports Django: the launcher only starts programs, watches them and stops them.
"""

from __future__ import annotations


class CannotStart(Exception):
    """The start is refused; its text is the one line that the person at the terminal reads."""


# pages that knock while the web process is down or busy; the system may allow fewer
# (net.core.somaxconn)
BACKLOG = 4096
