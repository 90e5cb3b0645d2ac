"""One line of the register of addresses."""

from __future__ import annotations

from typing import NamedTuple

from backend.web.doors.roles import NOT_ALLOWED, Answers, everybody


class Line(NamedTuple):
    """`name` of the address; `rows`: for each of its parameters the row of the scene that stands in
    it, or the value itself after "="; the answers to GET and to POST with an empty form."""

    name: str
    rows: dict[str, str]
    get: Answers
    post: Answers

    @property
    def key(self) -> str:
        """What tells it from the other lines of the same address."""
        return " ".join((self.name, *(f"{key}={row}" for key, row in sorted(self.rows.items()))))

    def arguments(self, scene: dict[str, object]) -> dict[str, object]:
        """The address's parameters, with rows of that scene."""
        return {
            name: row.removeprefix("=") if row.startswith("=") else scene[row]
            for name, row in self.rows.items()
        }


def page(name: str, get: Answers, post: Answers | None = None, /, **rows: str) -> Line:
    """A page of a library takes a POST for a GET: `post` may be left out."""
    return Line(name, rows, get, get if post is None else post)


def shows(name: str, get: Answers, /, **rows: str) -> Line:
    """A page that only shows: whoever posts to it is answered 405."""
    return Line(name, rows, get, everybody(NOT_ALLOWED))


def form(name: str, refuses_get: Answers, post: Answers, /, **rows: str) -> Line:
    """An address that is only posted to."""
    return Line(name, rows, refuses_get, post)
