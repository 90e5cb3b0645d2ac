"""The forms of cases, as filled.py fills in the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cases.scene import mediating
from tests.city import Scene

Fields = dict[str, Any]
Filling = tuple[Callable[[Scene], Fields], Callable[[Scene], object], tuple[str, ...] | None]


def _case(scene: Scene) -> Fields:
    return {
        "organisation": scene.rows["organisation"],
        "kind": "divorce",
        "name_1": "柳如烟",
        "name_2": "邱大山",
        "helpers_wanted": 1,
    }


def _nothing(scene: Scene) -> None:
    pass


CASE_FORMS: dict[str, Filling] = {
    "coordinator:new_case": (_case, lambda scene: mediating(), ("cases",)),
    "coordinator:case pk=case": (
        lambda scene: {"what": "close", "outcome": "settled"},
        _nothing,
        ("cases",),
    ),
    "volunteer:case pk=case": (lambda scene: {"what": "leave"}, _nothing, None),
}
