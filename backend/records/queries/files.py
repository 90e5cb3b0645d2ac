"""What a family may take along of what is kept about it."""

from __future__ import annotations

from backend.families.models import Family
from backend.families.queries import consents_of


def family_file(family: Family) -> dict[str, object]:
    """Everything that is kept about a family, as plain data for her to take along (PIPL art. 45).
    Note the access where it is shown."""
    children = list(family.children.order_by("pk"))
    bookings = family.bookings.select_related("session", "session__venue").order_by("made_at", "pk")
    return {
        "number": family.number,
        "guardian_name": family.guardian_name,
        "phone": family.phone,
        "street": {"code": family.street_id, "name": family.street.name},
        "max_travel_minutes": family.max_travel,
        "children": [
            {"nickname": c.nickname, "birth_month": c.birth_month, "note": c.note or ""}
            for c in children
        ],
        "hours": list(
            family.availability.order_by("weekday", "start").values("weekday", "start", "end")
        ),
        "consents": [
            {
                "purpose": c.purpose,
                "text": c.text_version,
                "how": c.how,
                "given_at": c.given_at,
                "withdrawn_at": c.withdrawn_at,
            }
            for c in consents_of(family)
        ],
        "wishes": list(
            family.requests.order_by("pk").values(
                "programme__name", "wants", "per_week", "state", "created_at"
            )
        ),
        "bookings": [
            {
                "session": b.session.title,
                "venue": b.session.venue.name if b.session.venue else "",
                "starts_at": b.session.starts_at,
                "seats": b.seats,
                "state": b.state,
                "made_at": b.made_at,
            }
            for b in bookings
        ],
    }
