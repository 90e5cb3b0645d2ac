"""What a kind of event is made of, and how one is stored; the kinds stand in `kinds`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, TypeAlias, dataclass_transform

Id: TypeAlias = int  # the key of a row
Ids: TypeAlias = tuple[int, ...]
Count: TypeAlias = int  # how many, or which version

Payload = Mapping[str, int | list[int]]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Kind:
    """A fact that was committed: ids of rows and numbers, never a name or any other text.

    Its word in the table is the class's name: ShiftClaimed is stored as "shift_claimed". A field
    that is added later has a default (None: recorded by a version that did not tell), so that the
    rows of the version before are still read. An `abstract` one holds what several kinds share and
    is no kind itself.
    """

    kind: ClassVar[str]
    abstract: ClassVar[bool]

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.abstract = abstract

    def payload(self) -> dict[str, int | list[int]]:
        """As the table keeps it; what is not told is left out."""
        # Every subclass is made a dataclass above, which the type checker cannot see.
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        told = {name: getattr(self, name) for name in names}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in told.items()
            if value is not None
        }
