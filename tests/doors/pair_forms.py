"""The forms of pairs, as filled.py fills in the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.common.clock import local_day, now
from tests.city import Scene

Fields = dict[str, Any]
Filling = tuple[Callable[[Scene], Fields], Callable[[Scene], object], tuple[str, ...] | None]


def _child(scene: Scene) -> Fields:
    """Of the first organisation that each may choose: everybody has her own."""
    return {
        "nickname": "小石榴",
        "year": local_day(now()).year - 9,
        "month": 3,
        "guardian": "高奶奶",
        "agreed_by": "grand",
        "agreed_how": "paper",
        "agreed_on": local_day(now()).isoformat(),
        "organisation": scene.rows["organisation"],
    }


def _nothing(scene: Scene) -> None:
    pass


def _rests(scene: Scene) -> Fields:
    return {"what": "rest", "pair": scene.rows["pair"]}


PAIR_FORMS: dict[str, Filling] = {
    "coordinator:new_pair": (_child, _nothing, ("county",)),
    "coordinator:pair pk=paired_child": (_rests, _nothing, None),
    "volunteer:pair pk=pair": (lambda scene: {"what": "leave"}, _nothing, None),
}
