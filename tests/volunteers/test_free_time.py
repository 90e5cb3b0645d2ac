"""A week of seven days and three parts, and the minutes behind it."""

from __future__ import annotations

import pytest

from backend.volunteers.free_time import Cell, Span, cells_of, exact_parts, with_cells
from backend.words.free_time import exact_in_words

MORNING: Span = (0, 8 * 60, 12 * 60)


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ([], [(2, "eve")], [(2, 1080, 1320)]),
        ([(2, 1080, 1260)], [(2, "eve")], [(2, 1080, 1320)]),  # whole as it was once
        ([(2, 480, 1260)], [(2, "am"), (2, "pm"), (2, "eve")], [(2, 480, 1320)]),
        ([(2, 1110, 1260)], [(2, "eve")], [(2, 1110, 1260)]),  # as somebody wrote it down
        ([(2, 1080, 1260)], [], []),
        ([MORNING, (2, 1080, 1320)], [(0, "am")], [MORNING]),
    ],
)
def test_what_is_ticked_is_free_and_what_stays_keeps_its_minutes(
    before: list[Span], wanted: list[Cell], after: list[Span]
) -> None:
    assert with_cells(before, wanted) == after


def test_what_is_free_only_in_part_is_named_with_its_hours() -> None:
    spans: list[Span] = [MORNING, (2, 1110, 1260), (2, 1270, 1280), (4, 720, 780)]
    assert cells_of(spans) == {(0, "am"), (2, "eve"), (4, "pm")}
    assert exact_parts(spans) == [
        (2, "eve", [(1110, 1260), (1270, 1280)]),
        (4, "pm", [(720, 780)]),
    ]
    assert exact_in_words(spans) == "周三 18:30–21:00、21:10–21:20；周五 12:00–13:00"
    assert exact_in_words([MORNING]) == ""
