"""Who is told what of somebody under age without a grown-up: the part of `table.py` that is about
it."""

from __future__ import annotations

from backend.notifications.shape import ASKING, DESK, MessageKind, Row
from backend.rota.policy import UNDO

MESSAGES: dict[str, MessageKind] = {
    # to herself
    "no_grown_up": MessageKind("left_alone", "volunteer:mine", night=ASKING, optional=False),
    "grown_up_again": MessageKind("not_alone", "volunteer:mine", optional=False),
    # to whoever plans it
    "minor_alone": MessageKind(
        "minors_alone",
        "coordinator:today",
        one="coordinator:session",
        night=ASKING,
        channels=DESK,
        optional=False,
    ),
    "minor_minded": MessageKind(
        "minors_minded",
        "coordinator:today",
        one="coordinator:session",
        channels=DESK,
        optional=False,
    ),
}
WITHOUT_GROWN_UP = (
    Row("who_plans_for_minors", "minor_alone"),
    Row("minors_left_alone", "no_grown_up"),
)
GROWN_UP_AGAIN = (
    Row("who_was_told_of_minors", "minor_minded", UNDO),
    Row("minors_minded_again", "grown_up_again", UNDO),
)
