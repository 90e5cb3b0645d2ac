"""`moli doors`: every address, stream, task and command, and who may pass. With --json for a
script: docs/reference/doors.md."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.web.doors.printed import register


class Command(BaseCommand):
    help = "Print the register of doors: every address, stream, task and command, and who may pass."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON, for a script")

    def handle(self, *args: Any, **options: Any) -> None:
        found = register()
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for door in found["addresses"]:
            answers: dict[int, list[str]] = {}
            for role, status in door["expected"].items():
                answers.setdefault(status, []).append(role)
            said = "; ".join(f"{status} {' '.join(roles)}" for status, roles in answers.items())
            self.stdout.write(f"{door['method']:<5}{door['example']}  {said}")
        for stream in found["streams"]:
            self.stdout.write(f"HEAR {stream['example']}  {' '.join(stream['heard_by'])}")
        for kind in ("tasks", "commands"):
            for machine in found[kind]:
                self.stdout.write(f"{kind[:-1].upper():<8}{machine['name']}  {machine['who']}")
