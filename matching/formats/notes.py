"""What in a problem means nothing: harmless, perhaps a typing mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import fields

from matching.problem import (
    Commitment,
    Problem,
    Request,
    Seats,
    Session,
    Shift,
    Travel,
    Volunteer,
    Weights,
)

Record = Commitment | Problem | Request | Seats | Session | Shift | Travel | Volunteer | Weights


def _names(record: type[Record]) -> set[str]:
    return {field.name for field in fields(record)}


KNOWN: dict[str, set[str]] = {
    "": _names(Problem) | {"format"},
    "travel.": _names(Travel),
    "weights.": _names(Weights),
    "volunteers[].": _names(Volunteer),
    "volunteers[].commitments[].": _names(Commitment),
    "sessions[].": _names(Session),
    "sessions[].shifts[].": _names(Shift),
    "sessions[].seats.": _names(Seats),
    "requests[].": _names(Request),
    "pins[].": {"volunteer", "shift"},
    "bans[].": {"volunteer", "session"},
}  # where objects stand in a problem, and the names of their fields


def unknown_fields(data: object) -> list[str]:
    """Fields that the format does not know, each once, with how often they stand there; `data` has
    been read as a problem."""
    found = Counter(
        place + name
        for place, known in KNOWN.items()
        for row in _objects(data, place.split(".")[:-1])
        for name in row.keys() - known
    )
    return [
        f"{name}: is no field of this format and means nothing ({times} times)"
        for name, times in sorted(found.items())
    ]


def _objects(data: object, way: list[str]) -> Iterator[dict[str, object]]:
    """The objects at the end of this way, `["sessions[]", "seats"]`; none where there is null or
    nothing."""
    if isinstance(data, list):
        for one in data:
            yield from _objects(one, way)
    elif isinstance(data, dict) and way:
        yield from _objects(data.get(way[0].removesuffix("[]")), way[1:])
    elif isinstance(data, dict):
        yield data


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
