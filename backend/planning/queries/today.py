"""What needs a coordinator today: gaps of the next days, offers without an answer, answers that
came."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from backend.access import queries as access
from backend.accounts.models import User
from backend.planning.queries.board import asked_so_far
from backend.rota.models import Offer, Rota, Session, Shift

# What takes place: a session that must, or one that somebody counts on already.
GOING = (
    Q(required=True)
    | Q(seats_taken__gt=0)
    | Q(Exists(Shift.objects.filter(Q(taken__gt=0) | Q(held__gt=0), session=OuterRef("pk"))))
)
DAYS = 7
SHOWN = 20


def rotas_here(user: User, now: datetime) -> list[Rota]:
    """The published rotas that she sees and that are not over. One statement."""
    return [
        rota
        for rota in access.rotas_seen(user).filter(state="published").order_by("-starts_on", "pk")
        if rota.ends_on > now.date()
    ]


def gaps(sessions: QuerySet[Session], now: datetime) -> list[Shift]:
    """Shifts of the next days below their minimum, the soonest first; `missing` is annotated.

    Optional sessions count once someone is in.
    """
    soon = Q(
        session__starts_at__gt=now,
        session__starts_at__lt=now + timedelta(days=DAYS),
        session__state__in=("open", "planned"),
    )
    empty = Shift.objects.filter(
        soon, session__in=sessions.filter(GOING), minimum__gt=F("taken") + F("held")
    )
    rows = empty.annotate(
        missing=F("minimum") - F("taken") - F("held"), asked=asked_so_far()
    ).select_related("session__venue", "role")
    return list(rows.order_by("session__starts_at", "pk")[:SHOWN])


def unanswered(sessions: QuerySet[Session], now: datetime) -> list[Offer]:
    """Offers that wait, those whose time runs out first."""
    rows = _waiting(sessions, now).select_related("volunteer", "session", "shift__role")
    return list(rows.order_by("answer_by", "pk")[:SHOWN])


def _waiting(sessions: QuerySet[Session], now: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(session__in=sessions, state="pending", answer_by__gt=now)


def answered(sessions: QuerySet[Session], now: datetime) -> list[Offer]:
    """Answers of the last day, the newest first."""
    lately = Offer.objects.filter(
        session__in=sessions,
        state__in=("accepted", "declined"),
        answered_at__gt=now - timedelta(days=1),
    )
    return list(
        lately.select_related("volunteer", "session", "shift__role").order_by(
            "-answered_at", "-pk"
        )[:SHOWN]
    )


def figures(sessions: QuerySet[Session], now: datetime) -> dict[str, int]:
    """Numbers of the next days: sessions, people there and missing; and of all offers that wait, as
    they are listed. Three statements."""
    soon = sessions.filter(
        starts_at__gt=now, starts_at__lt=now + timedelta(days=DAYS), state__in=("open", "planned")
    )
    going = soon.filter(GOING)
    missing = Greatest(F("minimum") - F("taken") - F("held"), 0)
    people = Shift.objects.filter(session__in=going).aggregate(
        there=Sum("taken"), missing=Sum(missing)
    )
    waiting = {"waiting": _waiting(sessions, now).count()}
    counted = going.aggregate(sessions=Count("pk"), children=Sum("seats_taken"))
    return {key: value or 0 for key, value in (people | counted | waiting).items()}
