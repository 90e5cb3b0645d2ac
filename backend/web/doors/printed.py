"""The register as plain data, for a script that asks every door."""

from __future__ import annotations

import re
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from backend.web.doors.line import Line
from backend.web.doors.machines import COMMANDS, SOCKET, STREAMS, TASKS
from backend.web.doors.roles import ROLES
from backend.web.doors.table import PAGES

Key = tuple[str, frozenset[str]]


def register() -> dict[str, Any]:
    """Roles, addresses, streams, tasks and commands; docs/reference/doors.md says what each field
    means."""
    routes = named_routes()
    addresses = []
    for line in PAGES:
        template = routes[(line.name, frozenset(line.rows))]
        for method, expected in (("GET", line.get), ("POST", line.post)):
            addresses.append(
                {
                    "name": line.name,
                    "method": method,
                    "path": template,
                    "parameters": line.rows,
                    "example": example(template, line),
                    "expected": expected,
                }
            )
    streams = [
        {
            "kind": stream.kind,
            "row": stream.row,
            "example": f"{stream.kind}.{_value(stream.row)}",
            "heard_by": stream.heard_by,
        }
        for stream in STREAMS
    ]
    return {
        "roles": ROLES,
        "addresses": addresses,
        "socket": f"/{SOCKET}",
        "streams": streams,
        "tasks": [machine._asdict() for machine in TASKS],
        "commands": [machine._asdict() for machine in COMMANDS],
    }


def example(template: str, line: Line) -> str:
    """The path with the names of rows, or with the values where the register gives one."""
    found = template
    for name, row in line.rows.items():
        found = found.replace(f"<{name}>", _value(row))
    return found


def _value(row: str) -> str:
    if row.startswith("="):
        return row.removeprefix("=")
    return f"{{{row}}}"


def named_routes() -> dict[Key, str]:
    """Every named address by its name and parameters: "/c/rotas/<pk>/"."""
    return {(name, parameters): path for name, parameters, path in walk(get_resolver()) if name}


def walk(
    resolver: URLResolver, before: str = "/", spaces: tuple[str, ...] = ()
) -> list[tuple[str, frozenset[str], str]]:
    """Every address below: name ("" for none), parameters, path."""
    found = []
    for entry in resolver.url_patterns:
        path = before + _as_path(entry)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            found += walk(entry, path, inner)
        else:
            name = ""
            if entry.name:
                name = ":".join((*spaces, entry.name))
            found.append((name, frozenset(re.findall(r"<(\w+)>", path)), path))
    return found


def _as_path(entry: URLPattern | URLResolver) -> str:
    """The route with its parameters as "<name>", without converters or regular expressions."""
    if isinstance(entry.pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(entry.pattern))
    text = str(entry.pattern).removeprefix("^").removesuffix("$")
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", text)
