#!/usr/bin/env python
"""Django's command line, started from anywhere: `python -m backend.manage …`.

What only reads the code (the register of doors, checks, migrations to be made) needs no settings.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDS_NO_SETTINGS = ("check", "doors", "help", "makemigrations", "version", "--help", "--version")
SETTINGS = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "DATABASE_URL", "REDIS_URL")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    given = [name for name in SETTINGS if {name, f"{name}_FILE"} & os.environ.keys()]
    asks = len(sys.argv) == 1 or sys.argv[1] in NEEDS_NO_SETTINGS or "--help" in sys.argv
    if not given and asks:
        os.environ.update(made_up_settings())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def made_up_settings() -> dict[str, str]:
    """Settings of this process alone, for commands that read neither a row nor a secret: they work
    in a shell where nothing is set. Both addresses lead nowhere."""
    from backend.common.keys import new_keys

    return new_keys() | {
        "DATABASE_URL": "postgresql:///nothing?host=/nonexistent",
        "REDIS_URL": "unix:///nonexistent",
    }


if __name__ == "__main__":
    main()
