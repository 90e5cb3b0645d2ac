"""What a family may take along of what is kept about it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.accounts import phones
from backend.bookings.models import Booking
from backend.families.models import Child, Family
from backend.families.queries import consents_of
from backend.planning.models import Run
from backend.records.models import Feedback
from backend.rights.queries.looks import Look, newest, noted, planned
from backend.visits.models import Visit


def family_file(family: Family, reader: int | None) -> dict[str, object]:
    """Everything that is kept about a family, as plain data for her to see and to take along (PIPL
    art. 45): each consent and each booking names its children. What she was told is
    beside it, in the inbox. Note the access where it is shown. A constant number of statements.

    `reader` is the key of the grown-up who reads it: her own number is whole, those of the others
    are masked as everywhere in the family.
    """
    children = list(family.children.order_by("pk"))
    return {
        "number": family.number,
        "guardian_name": family.guardian_name,
        "phone": _number(family.phone, family.user_id, reader),
        "street": {"code": family.street_id, "name": family.street.name},
        "home_about": {"latitude": family.latitude, "longitude": family.longitude},
        "max_travel_minutes": family.max_travel,
        "language": family.language,
        "language_needed": family.language_needed,
        "guardians": [
            {
                "called": g.called,
                "phone": _number(g.phone, g.user_id, reader),
                "asked_at": g.asked_at,
                "joined_at": g.joined_at,
            }
            for g in family.guardians.order_by("pk")
        ],
        "children": [
            {"nickname": c.nickname, "birth_month": c.birth_month, "note": c.note or ""}
            for c in children
        ],
        "hours": list(
            family.availability.order_by("weekday", "start").values("weekday", "start", "end")
        ),
        "consents": _consents_of(family, children),
        "wishes": _wishes_of(family),
        "visits": _visits_of(family),
        "bookings": _bookings_of(family),
        "looked_at": [look._asdict() for look in looked_at(family)],
    }


def _number(number: str | None, owner: int | None, reader: int | None) -> str:
    whole = number or ""
    return whole if owner is not None and owner == reader else phones.masked(whole)


def _consents_of(family: Family, children: Sequence[Child]) -> list[dict[str, object]]:
    names = {child.pk: child.nickname for child in children}
    called = _called(family)
    return [
        {
            "child": names.get(c.child_id or 0, ""),
            "purpose": c.purpose,
            "text": c.text_version,
            "how": c.how,
            "by": called.get(c.user_id, ""),
            "given_at": c.given_at,
            "withdrawn_at": c.withdrawn_at,
        }
        for c in consents_of(family)
    ]


def _wishes_of(family: Family) -> list[dict[str, object]]:
    rows = family.requests.select_related("programme").prefetch_related("children")
    return [
        {
            "programme": wish.programme.name,
            "children": [child.nickname for child in wish.children.all()],
            "wants": wish.wants,
            "per_week": wish.per_week,
            "part": wish.part,
            "max_travel_minutes": wish.max_travel or family.max_travel,
            "state": wish.state,
            "created_at": wish.created_at,
        }
        for wish in rows.order_by("pk")
    ]


def _visits_of(family: Family) -> list[dict[str, object]]:
    rows = family.visit_requests.select_related("child").prefetch_related("visits__session")
    return [
        {
            "child": row.child.nickname if row.child else "",
            "topic": row.topic or "",
            "door": row.address or "",
            "parts": row.parts,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "state": row.state,
            "made_at": row.made_at,
            "a_grown_up_is_there_agreed_at": row.guardian_agreed_at,
            "ended_at": row.ended_at,
            "ended_because": row.end_reason or row.because,
            "times": [_time_of(one) for one in row.visits.all()],
        }
        for row in rows.order_by("made_at", "pk")
    ]


def _time_of(visit: Visit) -> dict[str, object]:
    """When they were to come, came and left."""
    return {
        "starts_at": visit.session.starts_at,
        "came_at": visit.begun_at,
        "left_at": visit.finished_at,
        "heard_safe_at": visit.safe_at,
        "with_a_worker_of_the_community": visit.escorted,
    }


def _bookings_of(family: Family) -> list[dict[str, object]]:
    rows = family.bookings.select_related("session__venue", "feedback")
    return [
        {
            "session": b.session.title,
            "venue": b.session.venue.name if b.session.venue else "",
            "starts_at": b.session.starts_at,
            "children": [child.nickname for child in b.children.all()],
            "seats": b.seats,
            "state": b.state,
            "made_at": b.made_at,
            "comes_without_a_teacher": b.stays,
            "feedback": _feedback_of(b),
        }
        for b in rows.prefetch_related("children").order_by("made_at", "pk")
    ]


def _feedback_of(booking: Booking) -> dict[str, object] | None:
    said: Feedback | None = getattr(booking, "feedback", None)
    if said is None:
        return None
    return {"tutor_came": said.tutor_came, "felt": said.felt, "said_at": said.said_at}


def looked_at(family: Family) -> list[Look]:
    """Who looked at the family's data or changed them, and which plans were made of them, the
    newest first. Five statements."""
    called = _called(family)
    parts = {f"child:{child.pk}": child.nickname for child in family.children.all()}
    runs = Run.objects.filter(families__contains=[family.pk])
    found = [*noted({f"family:{family.pk}": ""} | parts, called), *planned(runs)]
    return newest(found)


def _called(family: Family) -> dict[int, str]:
    """User → what her family calls her."""
    found = {family.user_id: family.guardian_name or ""} if family.user_id else {}
    joined = family.guardians.filter(user__isnull=False)
    return found | {g.user_id: g.called for g in joined if g.user_id}
