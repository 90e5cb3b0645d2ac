"""Who is told what of pairs: the part of `table.py` that is about them."""

from __future__ import annotations

from backend.notifications.shape import DESK, MOMENT, ON_THE_PAGE, MessageKind, Row, Together
from backend.outbox import kinds
from backend.outbox.shape import Kind

NEWS = Row("mentor_of_pair", "pair_news")
TO_THE_DESK = Row("who_arranges_pairs", "pair_at_desk")

MESSAGES: dict[str, MessageKind] = {
    # to a mentor
    "pair_asked": MessageKind("pair_waits", "volunteer:mine", one="volunteer:pair", optional=False),
    "pair_handing": MessageKind(
        "pair_waits", "volunteer:mine", one="volunteer:pair", optional=False
    ),
    "pair_news": MessageKind("pair_stands_so", "volunteer:mine", optional=False),
    "pair_late": MessageKind("pair_lags", "volunteer:mine", one="volunteer:pair"),
    # to a coordinator
    "pair_at_desk": MessageKind(
        "pair_at_desk",
        "coordinator:pairs",
        one="coordinator:pair",
        channels=DESK,
        together=MOMENT,
    ),
    "pair_lagging": MessageKind(
        "pair_lags_long",
        "coordinator:pairs",
        one="coordinator:pair",
        channels=DESK,
        together=Together.OF_A_DAY,
    ),
    "pair_help": MessageKind(
        "pair_wants_help",
        "coordinator:pairs",
        one="coordinator:pair",
        channels=DESK,
        optional=False,
    ),
}
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.PairAsked: (
        Row("mentor_asked", "pair_asked"),
        Row("mentor_handing_over", "pair_handing"),
    ),
    kinds.PairStood: (NEWS, TO_THE_DESK),
    kinds.PairTurnedDown: (NEWS, TO_THE_DESK),
    kinds.PairQuestionTakenBack: (NEWS,),
    kinds.PairVisitTold: (Row("who_helps_a_mentor", "pair_help"),),
    kinds.PairRested: (NEWS,),
    kinds.PairResumed: (NEWS,),
    kinds.PairEnded: (NEWS, Row("who_arranges_pairs_left", "pair_at_desk")),
}
NOBODY: dict[type[Kind], str] = {
    kinds.PairedChildNoted: ON_THE_PAGE,
    kinds.PairedChildForgotten: "what stood on it ended before, and that is told",
    kinds.PairAgreed: ON_THE_PAGE,
    kinds.PairVisitSet: ON_THE_PAGE,
    kinds.PairVisitCorrected: "her own words; of her minutes the events of hours tell her",
}
