"""An operation that says no raises a Refusal: a code word and the data that show why.

The sentence is made in `backend/words/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Model

from matching import Violation


class Refusal(Exception):
    """Base of every refusal.

    `code` is the word that `backend/words/` turns into a sentence, `facts` what it is made
    from.
    """

    code: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def public(self) -> dict[str, object]:
        """Code and facts as JSON knows them: ids, numbers and texts.

        The sentence is made of this alone, so whoever is not a page can make the same one.
        """
        return {"code": self.code, "facts": _plain(self.facts)}


def told(violation: Violation) -> dict[str, object]:
    """A broken rule with all that its sentence says; of whom she must not meet, nothing."""
    if violation.rule in ("apart", "avoid"):
        return {"rule": "other"}
    return {"rule": violation.rule, **violation.facts, **violation.shown}


def _plain(value: object) -> object:
    """A row as its key, a record by its fields, a moment as ISO 8601, a broken rule as told().

    TypeError for anything else that JSON does not know: it has no place in a refusal.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Violation):
        return _plain(told(value))
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a refusal")
