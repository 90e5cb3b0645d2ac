"""A wish for a visit at home as a card: what it is about, how far it is, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.bookings.models import ANSWERABLE, Booking
from backend.rota.models import Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.states import VisitState
from backend.web.components import Button
from backend.web.components.base import Tone
from backend.words.moments import long_day, when
from backend.words.visits import TOPICS, parts_in_words, turned_down, why_ended


@dataclass(frozen=True)
class VisitCard:
    """`status` with its tone and icon; `says`: what to know; `more`: where it is answered or
    shown."""

    href: str
    title: str
    who: str
    status: str
    tone: Tone
    icon: str
    says: Sequence[str]
    more: Button | None = None


def visit_card(row: VisitRequest, now: datetime) -> VisitCard:
    """Reads the child, and the visits with their sessions and bookings."""
    visit = max(row.visits.all(), key=lambda one: one.pk, default=None)
    tones: dict[str, tuple[Tone, str]] = {
        VisitState.OPEN: ("note", "hourglass"),
        VisitState.PLANNED: ("ok", "calendar-check"),
        VisitState.DONE: ("ok", "circle-check"),
    }
    tone, icon = tones.get(row.state, ("", "history"))
    mine = _booking(visit) if row.is_planned else None
    asked = mine is not None and mine.state in ANSWERABLE
    if asked:
        tone, icon = "warn", "bell"
    return VisitCard(
        href=reverse("family:visit", args=[row.pk]),
        title=str(TOPICS.get(row.topic or "", _("老师上门"))),
        who=row.child.nickname if row.child else "",
        status=_("等你们回复") if asked else row.get_state_display(),
        tone=tone,
        icon=icon,
        says=_says(row, visit),
        more=_ticket(mine, visit),
    )


def _says(row: VisitRequest, visit: Visit | None) -> list[str]:
    if row.state == VisitState.DECLINED:
        return [turned_down(row.because)]
    if row.state == VisitState.ENDED:
        return [why_ended(row.end_reason)]
    if row.state == VisitState.OPEN:
        days = {"first": long_day(row.first_day), "last": long_day(row.last_day)}
        again = _before(row, visit)
        asked = _("%(first)s 到 %(last)s") % days
        return [one for one in (again, asked, parts_in_words(row.parts)) if one]
    if visit is None or visit.session.starts_at is None:
        return []
    said = [when(visit.session.starts_at)]
    if visit.begun_at and not visit.is_over:
        said.append(_("老师到了"))
    elif row.is_planned:
        said.append(_("两个人到齐才上门，到时请一位大人一直在场。"))
    return said


def _before(row: VisitRequest, visit: Visit | None) -> str:
    """What became of the last time that was set."""
    if visit is None:
        return ""
    if any(one.state == Booking.State.ABSENT for one in visit.session.bookings.all()):
        return _("上次老师到了门口，没有碰上，正在另找时间。")
    return _("上次约的没成，正在另找时间。")


def _booking(visit: Visit | None) -> Booking | None:
    """The family's seat, the newest."""
    if visit is None:
        return None
    return max(visit.session.bookings.all(), key=lambda one: one.pk, default=None)


def _ticket(mine: Booking | None, visit: Visit | None) -> Button | None:
    """Where the family says whether the time suits, and sees who comes."""
    if mine is None or visit is None or visit.session.state == Session.State.CANCELLED:
        return None
    return Button(label=_("看时间和老师"), href=reverse("family:ticket", args=[mine.pk]))
