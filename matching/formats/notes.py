"""What in a problem means nothing: harmless, perhaps a typing mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import fields
from typing import Any

from matching.agreements import (
    Group,
    Limit,
    Mix,
    PastService,
    Rest,
    RestBlock,
    Supervision,
)
from matching.formats.second import SECOND
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

Places = Mapping[str, set[str]]  # where objects stand in a problem → the names of their fields


def _names(record: type[Any]) -> set[str]:
    return {field.name for field in fields(record)}


def _first(record: type[Any], name: str) -> set[str]:
    return _names(record) - set(SECOND.get(name, ()))


PAIRS: Places = {"pins[].": {"volunteer", "shift"}, "bans[].": {"volunteer", "session"}}
KNOWN: Places = {
    "": _first(Problem, "problem") | {"format"},
    "travel.": _names(Travel),
    "weights.": _first(Weights, "weights"),
    "volunteers[].": _first(Volunteer, "volunteer"),
    "volunteers[].commitments[].": _first(Commitment, "commitment"),
    "sessions[].": _first(Session, "session"),
    "sessions[].shifts[].": _first(Shift, "shift"),
    "sessions[].seats.": _names(Seats),
    "requests[].": _first(Request, "request"),
    **PAIRS,
}
KNOWN_2: Places = {
    "": _names(Problem) | {"format"},
    "travel.": _names(Travel),
    "weights.": _names(Weights),
    "volunteers[].": _names(Volunteer),
    "volunteers[].commitments[].": _names(Commitment),
    "volunteers[].rests[].": _names(Rest),
    "volunteers[].rest_block.": _names(RestBlock),
    "volunteers[].limits[].": _names(Limit),
    "volunteers[].history[].": _names(PastService),
    "sessions[].": _names(Session),
    "sessions[].shifts[].": _names(Shift),
    "sessions[].seats.": _names(Seats),
    "sessions[].mix[].": _names(Mix),
    "requests[].": _names(Request),
    "supervision[].": _names(Supervision),
    "groups{}.": _names(Group),
    **PAIRS,
}


def unknown_fields(data: object) -> list[str]:
    """Fields that the format does not know, each once, with how often they stand there; `data` has
    been read as a problem."""
    second = isinstance(data, dict) and data.get("format") == "matching-problem/2"
    places = KNOWN_2 if second else KNOWN
    found = Counter(
        place + name
        for place, known in places.items()
        for row in _objects(data, place.split(".")[:-1])
        for name in row.keys() - known
    )
    return [_said(field, times, second) for field, times in sorted(found.items())]


def _said(field: str, times: int, second: bool) -> str:
    place, _, name = field.rpartition(".")
    later = not second and name in KNOWN_2.get(place and f"{place}.", ())
    what = "is a field of matching-problem/2" if later else "is no field of this format"
    return f"{field}: {what} and means nothing ({times} times)"


def _objects(data: object, way: list[str]) -> Iterator[dict[str, object]]:
    """The objects at the end of this way, `["sessions[]", "seats"]`, or `["groups{}"]` for those
    under any name; none where there is null or nothing."""
    if isinstance(data, list):
        for one in data:
            yield from _objects(one, way)
    elif isinstance(data, dict) and way:
        found = data.get(way[0].removesuffix("[]").removesuffix("{}"))
        if way[0].endswith("{}") and isinstance(found, dict):
            found = list(found.values())
        yield from _objects(found, way[1:])
    elif isinstance(data, dict):
        yield data


def loose_ends(problem: Problem) -> list[str]:
    """References to people or sessions that are not in this problem: harmless (nothing follows from
    them), perhaps a typing mistake."""
    families = {q.family for q in problem.requests}
    known: dict[str, Container[str]] = {
        "volunteer": problem.volunteer_of,
        "session": problem.session_of,
        "shift": problem.shift_of,
        "family": families,
    }
    return [
        f"{field}: no {kind} {x!r} in this problem"
        for field, kind, x in _named(problem)
        if x not in known[kind]
    ]


def _named(problem: Problem) -> Iterator[tuple[str, str, str]]:
    """Every reference: the field in which it stands, what it is to, its id."""
    for first, second in problem.apart:
        yield from (("apart", "volunteer", first), ("apart", "volunteer", second))
    for pair in problem.together:
        yield from (("together", "volunteer", x) for x in pair[:2])
    for field in ("avoid", "knows"):
        yield from ((field, "family", row[0]) for row in getattr(problem, field))
    for field in ("avoid", "knows"):
        yield from ((field, "volunteer", row[1]) for row in getattr(problem, field))
    yield from (("bans", "volunteer", v) for v, _ in problem.bans)
    yield from (("bans", "session", s) for _, s in problem.bans)
    for q in problem.requests:
        yield from ((f"requests ({q.id}).choices", "session", s) for s in q.choices or ())
    for v in problem.volunteers:
        yield from ((f"volunteers ({v.id}).choices", "session", s) for s in v.choices or ())
    for v in problem.volunteers:
        yield from ((f"volunteers ({v.id}).asks_of", "shift", h) for h in v.asks_of or ())
