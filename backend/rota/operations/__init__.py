"""What may be done to a rota.

Each verb locks person → rota → session → shift, asks the rules under the locks, writes, and records
one event.
"""

from backend.rota.operations.again import Touched
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
)
from backend.rota.operations.away import give_back_days
from backend.rota.operations.barred import end_barred_offers, end_barred_offers_of
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
from backend.rota.operations.sessions import (
    ChangedSession,
    SessionChangedMeanwhile,
    SessionOver,
    SessionValueRefused,
    SessionValues,
    add_session,
    cancel_session,
    change_session,
)
from backend.rota.operations.taking import (
    SessionBegun,
    claim_shift,
    place,
    withdraw_assignment,
)
from backend.rota.operations.undoing import undo_accept, undo_claim, undo_decline

__all__ = [
    "AgainstTheRules",
    "Asked",
    "ChangedSession",
    "MoreThanPlaces",
    "NotActive",
    "OfferGone",
    "OffersRefused",
    "RefusedPair",
    "RotaClosedAlready",
    "RotaMoved",
    "RotaRefused",
    "RotaRunning",
    "SessionBegun",
    "SessionChangedMeanwhile",
    "SessionNotOpen",
    "SessionOver",
    "SessionValueRefused",
    "SessionValues",
    "ShiftFull",
    "TermsChanged",
    "Touched",
    "accept_offer",
    "add_session",
    "cancel_session",
    "change_session",
    "claim_shift",
    "close_rota",
    "decline_offer",
    "end_barred_offers",
    "end_barred_offers_of",
    "expire_offers",
    "give_back_days",
    "make_offers",
    "make_offers_that_fit",
    "open_rota",
    "place",
    "publish_rota",
    "require_seen",
    "see_notice",
    "undo_accept",
    "undo_claim",
    "undo_decline",
    "whom_a_change_touches",
    "withdraw_assignment",
    "withdraw_offer",
]
