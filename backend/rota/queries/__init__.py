"""What is there to see of a rota: shifts through one volunteer's eyes, her offers and her
assignments."""

from backend.rota.queries.aims import changes_of
from backend.rota.queries.covers import asked_about, asked_to_cover, newest_cover, own_ask
from backend.rota.queries.hers import (
    coming_of,
    fallen_through_of,
    last_word_in,
    month_of,
    notices_of,
    offers_of,
    over_of,
    promised_between,
    refused_by,
    unread_notices,
    with_services,
    with_what_followed,
)
from backend.rota.queries.shifts import (
    Barred,
    Seen,
    SeenShift,
    barred_from,
    barred_from_shifts,
    live_rotas,
    session_for,
    shift_for,
    shifts_for,
)

__all__ = [
    "Barred",
    "Seen",
    "SeenShift",
    "asked_about",
    "asked_to_cover",
    "barred_from",
    "barred_from_shifts",
    "changes_of",
    "coming_of",
    "fallen_through_of",
    "last_word_in",
    "live_rotas",
    "month_of",
    "newest_cover",
    "notices_of",
    "offers_of",
    "over_of",
    "own_ask",
    "promised_between",
    "refused_by",
    "session_for",
    "shift_for",
    "shifts_for",
    "unread_notices",
    "with_services",
    "with_what_followed",
]
