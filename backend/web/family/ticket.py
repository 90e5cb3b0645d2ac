"""One booking: the ticket that is shown at the door, or the place in the line, and what can be
done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.bookings.models import ANSWERABLE, LIVE, Booking
from backend.bookings.policy import has_lapsed, line_is_open, still_counts
from backend.bookings.queries import fit_again, people_by_role, positions
from backend.families.models import Family
from backend.families.queries import has_several_children
from backend.rota.models import Session
from backend.rota.policy import has_begun, is_at_home
from backend.web.components import Action, Button, Ticket
from backend.web.components.base import Tone
from backend.web.family.asks import ask_cards, notes
from backend.web.family.cards import address_of, icon_of, named_people, status_of, to_book
from backend.web.family.feedback import asked_of
from backend.web.family.guard import own_booking
from backend.words.moments import when

TONES: dict[str, Tone] = {
    Booking.State.CONFIRMED: "ok",
    Booking.State.ATTENDED: "ok",
    Booking.State.OFFERED: "accent",
    Booking.State.ASKED: "accent",
    Booking.State.WAITING: "note",
}
CANCELLING = gettext_lazy("取消后位子马上空出来给别的家庭，确定取消吗？")
CALLING_OFF = gettext_lazy("取消后要来的老师马上会知道，不再上门。确定取消吗？")
THEY_ARE_HERE = gettext_lazy(
    "老师已经到了你们家。取消后不再来别的人；请当面跟老师说一声，等她们出来才算结束。确定吗？"
)


def ticket_context(family: Family, booking_id: int, now: datetime) -> dict[str, Any]:
    booking = own_booking(family, booking_id)
    session = booking.session
    live = is_live(booking, now)
    comes = booking.state == Booking.State.CONFIRMED and still_counts(booking, now)
    place = positions([booking]).get(booking.pk)
    names = _("、").join(child.nickname for child in booking.children.all())
    asks = ask_cards([booking], now) if live else []
    assert session.starts_at is not None
    return {
        "family": family,
        "booking": booking,
        "streams": f"family.{family.pk} session.{session.pk}",
        "ticket_url": reverse("family:ticket_fragment", args=[booking.pk]),
        "ask": asks[0] if asks else None,
        "feedback": asked_of(booking, now),
        "card": Ticket(
            status=status_of(booking, place, now),
            tone=_tone(booking, live=live),
            icon=icon_of(booking),
            starts_at=session.starts_at,
            subtitle=_("，").join(filter(None, (names, session.title))),
            code=booking.code if (live or comes) and not is_at_home(session) else "",
            scan=_scan(booking, live=live or comes),
            scan_hint=_("到场给老师看，核对签到码"),
            facts=_facts(booking, now, live=live),
            actions=_actions(booking) if live else (to_book(_("再约一场")),),
        ),
        "waits": live and booking.state == Booking.State.WAITING and not asks,
        "line_open": line_is_open(session, now),
    }


def _tone(booking: Booking, *, live: bool) -> Tone:
    if live or booking.state == Booking.State.ATTENDED:
        return TONES.get(booking.state, "")
    return ""


def is_live(booking: Booking, now: datetime) -> bool:
    """Something may still be done about it."""
    session = booking.session
    return (
        booking.state in LIVE
        and not has_lapsed(booking, now)
        and not has_begun(session, now)
        and session.state == Session.State.OPEN
    )


def _scan(booking: Booking, *, live: bool) -> str:
    """What a phone reads from the code at the door: no name, nothing about a child. "" where nobody
    is let in."""
    if not live or booking.state != Booking.State.CONFIRMED or is_at_home(booking.session):
        return ""
    assert booking.session.starts_at is not None
    shown = {"code": booking.code, "when": when(booking.session.starts_at), "seats": booking.seats}
    return _("茉莉排班 签到码 %(code)s，%(when)s，%(seats)d 个孩子") % shown


def _facts(booking: Booking, now: datetime, *, live: bool) -> list[tuple[str, str]]:
    facts = [(_("请看一下"), note) for note in notes([booking], now).values()] if live else []
    facts += [(_("地点"), address_of(booking.session))]
    if booking.session.venue and booking.session.venue.facilities:
        facts.append((_("设施"), booking.session.venue.facilities))
    if live and (again := fit_again([booking]).get(booking.pk)):
        names = _("、").join(child.nickname for child in again)
        facts.append((_("也合适了"), _("%(names)s：点「换孩子」可以加上") % {"names": names}))
    roles = people_by_role([booking.session_id]).get(booking.session_id, [])
    if said := [one for role in roles if role.minds for one in named_people(role)]:
        facts.append((_("谁带"), "\n".join(said)))
    if not is_at_home(booking.session):
        facts.append((_("位子"), _("%(n)d 个孩子") % {"n": booking.seats}))
    if booking.session.risk_note and not is_at_home(booking.session):  # there, it is for volunteers
        facts.append((_("留意"), booking.session.risk_note))
    return facts


def _actions(booking: Booking) -> list[Action | Button]:
    several = has_several_children(booking.family)
    url = reverse("family:cancel", args=[booking.pk])
    to_swap = reverse("family:who_comes", args=[booking.pk])
    swap = [Button(label=_("换孩子"), href=to_swap, icon="baby")] if several else []
    if booking.state == Booking.State.WAITING:
        return [
            Action(label=_("不等了"), url=url, variant="sec"),
            Button(label=_("看看别的时间"), href=reverse("family:book")),
            *swap,
        ]
    if booking.state in ANSWERABLE:
        return [] if is_at_home(booking.session) else [*swap]
    calendar = Button(
        label=_("加到日历"),
        href=reverse("family:calendar", args=[booking.pk]),
        icon="calendar-plus",
    )
    if is_at_home(booking.session):
        return [
            calendar,
            Action(label=_("取消上门"), url=url, variant="text", confirm=str(CALLING_OFF)),
        ]
    address = {
        "data-copy": address_of(booking.session).replace("\n", " "),
        "data-copied": _("地址复制好了"),
    }
    return [
        calendar,
        Button(label=_("复制地址"), icon="copy", type="button", attributes=address),
        Button(label=_("改时间"), href=reverse("family:move", args=[booking.pk]), icon="clock"),
        *swap,
        Action(
            label=_("取消预约"),
            url=url,
            variant="text",
            confirm=str(CANCELLING),
        ),
    ]
