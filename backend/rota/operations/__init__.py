"""What may be done to a rota.

Each verb locks person → rota → session → shift, asks the rules under the locks, writes, and records
one event.
"""

from backend.rota.operations.acts import note_call
from backend.rota.operations.again import Touched
from backend.rota.operations.aims import AimsRefused, set_aims
from backend.rota.operations.answering import (
    OfferGone,
    accept_offer,
    decline_offer,
    expire_offers,
)
from backend.rota.operations.asking import (
    Asked,
    MoreThanPlaces,
    OffersRefused,
    RefusedPair,
    make_offers,
    make_offers_that_fit,
    withdraw_offer,
    withdraw_offers,
)
from backend.rota.operations.away import give_back_days
from backend.rota.operations.barred import end_barred_offers, end_barred_offers_of, is_barred
from backend.rota.operations.by_hand import (
    NoMoreTime,
    PlaceGone,
    ReasonMissing,
    bring_over,
    pin_offer,
    place_all,
    prolong_offer,
    replace,
    swap,
    take_back_offer,
    take_out,
)
from backend.rota.operations.copying import (
    Copied,
    Written,
    add_sessions,
    copy_sessions,
    each_time,
)
from backend.rota.operations.covers import (
    CoverGone,
    CoverRefused,
    ask_cover,
    decline_cover,
    end_covers,
    stop_cover,
    take_cover,
)
from backend.rota.operations.ledger import Served, move_served, note_served
from backend.rota.operations.notices import see_notice
from backend.rota.operations.opening import RotaRefused, open_rota
from backend.rota.operations.places import (
    AgainstTheRules,
    NotActive,
    SessionNotOpen,
    ShiftFull,
    TermsChanged,
    require_seen,
)
from backend.rota.operations.publishing import (
    RotaClosedAlready,
    RotaMoved,
    RotaRunning,
    close_rota,
    publish_rota,
)
from backend.rota.operations.released import whom_a_change_touches
from backend.rota.operations.reopening import (
    HomeNotReopened,
    Reopened,
    SessionNotCancelled,
    called_off_for,
    reopen_session_alone,
)
from backend.rota.operations.session_values import (
    Home,
    SessionValues,
    carried,
    different,
    values_of,
)
from backend.rota.operations.sessions import (
    ChangedSession,
    SessionChangedMeanwhile,
    SessionOver,
    SessionValueRefused,
    add_session,
    cancel_session,
    change_session_alone,
    require_newest,
)
from backend.rota.operations.taking import (
    SessionBegun,
    claim_shift,
    place,
    withdraw_assignment,
)
from backend.rota.operations.templates import TemplateRefused, drop_template, keep_template
from backend.rota.operations.undoing import undo_accept, undo_claim, undo_decline
from backend.rota.operations.undoing_acts import TooLateToUndo, undo_act

__all__ = [
    "AgainstTheRules",
    "AimsRefused",
    "Asked",
    "ChangedSession",
    "Copied",
    "CoverGone",
    "CoverRefused",
    "Home",
    "HomeNotReopened",
    "MoreThanPlaces",
    "NoMoreTime",
    "NotActive",
    "OfferGone",
    "OffersRefused",
    "PlaceGone",
    "ReasonMissing",
    "RefusedPair",
    "Reopened",
    "RotaClosedAlready",
    "RotaMoved",
    "RotaRefused",
    "RotaRunning",
    "Served",
    "SessionBegun",
    "SessionChangedMeanwhile",
    "SessionNotCancelled",
    "SessionNotOpen",
    "SessionOver",
    "SessionValueRefused",
    "SessionValues",
    "ShiftFull",
    "TemplateRefused",
    "TermsChanged",
    "TooLateToUndo",
    "Touched",
    "Written",
    "accept_offer",
    "add_session",
    "add_sessions",
    "ask_cover",
    "bring_over",
    "called_off_for",
    "cancel_session",
    "carried",
    "change_session_alone",
    "claim_shift",
    "close_rota",
    "copy_sessions",
    "decline_cover",
    "decline_offer",
    "different",
    "drop_template",
    "each_time",
    "end_barred_offers",
    "end_barred_offers_of",
    "end_covers",
    "expire_offers",
    "give_back_days",
    "is_barred",
    "keep_template",
    "make_offers",
    "make_offers_that_fit",
    "move_served",
    "note_call",
    "note_served",
    "open_rota",
    "pin_offer",
    "place",
    "place_all",
    "prolong_offer",
    "publish_rota",
    "reopen_session_alone",
    "replace",
    "require_newest",
    "require_seen",
    "see_notice",
    "set_aims",
    "stop_cover",
    "swap",
    "take_back_offer",
    "take_cover",
    "take_out",
    "undo_accept",
    "undo_act",
    "undo_claim",
    "undo_decline",
    "values_of",
    "whom_a_change_touches",
    "withdraw_assignment",
    "withdraw_offer",
    "withdraw_offers",
]
