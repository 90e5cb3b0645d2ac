"""What in a problem means nothing: harmless, perhaps a typing mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import fields
from typing import Any

from matching.problem import (
    Problem,
    Request,
    Seats,
    Session,
    Shift,
    Travel,
    Volunteer,
    Weights,
)


def unknown_fields(data: dict[str, Any]) -> list[str]:
    """Fields that the format does not know, each once, with how often they stand there; `data` has
    been read as a problem."""
    found = Counter(
        place + name
        for place, rows, known in _records(data)
        for row in rows
        for name in row.keys() - known
    )
    return [
        f"{name}: is no field of this format and means nothing ({times} times)"
        for name, times in sorted(found.items())
    ]


def _records(data: dict[str, Any]) -> Iterator[tuple[str, Iterable[dict[str, Any]], set[str]]]:
    """Where records stand, the records, and the names of their fields."""
    sessions = data["sessions"]
    yield "", [data], _names(Problem) | {"format"}
    yield "travel.", [data["travel"]], _names(Travel)
    yield "weights.", [data["weights"]], _names(Weights)
    yield "volunteers[].", data["volunteers"], _names(Volunteer)
    yield "sessions[].", sessions, _names(Session)
    yield "sessions[].shifts[].", [h for s in sessions for h in s["shifts"]], _names(Shift)
    yield "sessions[].seats.", [s["seats"] for s in sessions if s["seats"]], _names(Seats)
    yield "requests[].", data["requests"], _names(Request)
    yield "pins[].", data["pins"], {"volunteer", "shift"}
    yield "bans[].", data["bans"], {"volunteer", "session"}


def _names(record: type[Any]) -> set[str]:
    return {field.name for field in fields(record)}


def loose_ends(problem: Problem) -> list[str]:
    """References to people or sessions that are not in this problem: harmless (nothing follows from
    them), perhaps a typing mistake."""
    families = {q.family for q in problem.requests}
    known: dict[str, Container[str]] = {
        "volunteer": problem.volunteer_of,
        "session": problem.session_of,
        "family": families,
    }
    named = [("apart", "volunteer", x) for pair in problem.apart for x in pair]
    named += [
        (field, "family", row[0]) for field in ("avoid", "knows") for row in getattr(problem, field)
    ]
    named += [
        (field, "volunteer", row[1])
        for field in ("avoid", "knows")
        for row in getattr(problem, field)
    ]
    named += [("bans", "volunteer", v) for v, _ in problem.bans] + [
        ("bans", "session", s) for _, s in problem.bans
    ]
    named += [
        (f"requests ({q.id}).choices", "session", s)
        for q in problem.requests
        for s in q.choices or ()
    ]
    return [
        f"{field}: no {kind} {x!r} in this problem"
        for field, kind, x in named
        if x not in known[kind]
    ]
