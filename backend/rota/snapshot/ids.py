"""Ids of a problem are the database's, with a letter for the kind: v12 a volunteer, s7 a session,
h3 a shift, r5 a request, f9 a family."""

from __future__ import annotations


def volunteer_id(pk: int) -> str:
    return f"v{pk}"


def session_id(pk: int) -> str:
    return f"s{pk}"


def shift_id(pk: int) -> str:
    return f"h{pk}"


def request_id(pk: int) -> str:
    return f"r{pk}"


def family_id(pk: int) -> str:
    return f"f{pk}"


def number(name: str) -> int:
    """The primary key in an id: number("v12") is 12."""
    return int(name[1:])
