"""Where the counties stand to one another, as columns and rows of a map made of tiles."""

from __future__ import annotations

from collections.abc import Sequence

COUNTIES = {
    "350123": (4, 1),  # 罗源
    "350124": (1, 2),  # 闽清
    "350121": (2, 2),  # 闽侯
    "350111": (3, 2),  # 晋安
    "350122": (4, 2),  # 连江
    "350125": (1, 3),  # 永泰
    "350102": (2, 3),  # 鼓楼
    "350103": (3, 3),  # 台江
    "350105": (4, 3),  # 马尾
    "350104": (2, 4),  # 仓山
    "350112": (3, 4),  # 长乐
    "350181": (3, 5),  # 福清
    "350128": (4, 5),  # 平潭
}
COLUMNS = 4


def places(codes: Sequence[str | None]) -> list[tuple[int, int]]:
    """Column and row of each; those that have none here follow below, or, where none has one, fill
    the rows in their order."""
    known = [COUNTIES[code] for code in codes if code in COUNTIES]
    first = max((row for _, row in known), default=0) + 1
    found = []
    rest = 0
    for code in codes:
        if code in COUNTIES:
            found.append(COUNTIES[code])
        else:
            found.append((rest % COLUMNS + 1, first + rest // COLUMNS))
            rest += 1
    return found
