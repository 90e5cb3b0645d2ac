"""A stored event is read back as what happened, whichever version recorded it."""

from __future__ import annotations

from dataclasses import MISSING, fields

from backend.outbox import kinds
from backend.outbox.shape import Ids, Kind, Payload

KINDS: dict[str, type[Kind]] = {
    made.kind: made
    for made in vars(kinds).values()
    if isinstance(made, type) and issubclass(made, Kind) and made is not Kind and not made.abstract
}


class Unreadable(ValueError):
    """A stored event does not tell what its kind must."""


def read(kind: str, payload: Payload) -> Kind | None:
    """The event that was stored so; None for a kind that this version does not know.

    What this version does not know of a payload is passed over, what an older one did not tell has
    the field's default. Raises Unreadable when a field without a default is missing.
    """
    made = KINDS.get(kind)
    if made is None:
        return None
    told: dict[str, int | Ids] = {}
    for field in fields(made):  # type: ignore[arg-type]  # all subclasses are dataclasses
        if field.name in payload:
            value = payload[field.name]
            told[field.name] = tuple(value) if isinstance(value, list) else value
        elif field.default is MISSING:
            raise Unreadable(f"{kind} lacks {field.name}")
    return made(**told)
