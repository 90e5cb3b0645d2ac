"""Sessions and bookings as the cards of the design system, and the few sentences that several pages
say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.bookings.models import Booking
from backend.bookings.queries import Found
from backend.common.clock import local_day
from backend.families.models import Child
from backend.families.policy import months_old
from backend.places.models import Venue
from backend.rota.models import Session
from backend.web.components import Action, AskCard, Button, ChildSwitcher, SessionCard
from backend.web.components.base import Tone
from backend.words.moments import deadline, months_in_words

FEW = 2


def child_switcher(
    children: Sequence[Child], child: Child, today: date, address: str
) -> ChildSwitcher:
    """`address` leads to the same page for another child: it is given "?child=…"."""
    listed = tuple(
        (c.nickname, months_in_words(months_old(c.birth_month, today)), f"{address}?child={c.pk}")
        for c in children
    )
    return ChildSwitcher(children=listed, current=list(children).index(child))


def seats_in_words(found: Found) -> tuple[str, Tone]:
    if found.free > FEW:
        return _("还有 %(n)d 个位子") % {"n": found.free}, "ok"
    if found.free > 0:
        return _("只剩 %(n)d 个") % {"n": found.free}, "warn"
    return _("满了，候补第 %(n)d 位") % {"n": found.waiting + 1}, ""


def months_tag(session: Session) -> str:
    if session.months_low is None or session.months_high is None:
        return ""
    return _("%(low)d–%(high)d 月龄") % {"low": session.months_low, "high": session.months_high}


def minutes_tag(session: Session) -> str:
    assert session.starts_at is not None and session.ends_at is not None
    return _("%(n)d 分钟") % {"n": (session.ends_at - session.starts_at).total_seconds() // 60}


def away(kilometres: float) -> str:
    return _("离家 %(km).1f 公里") % {"km": kilometres}


def place_of(session: Session) -> str:
    return session.venue.name if session.venue else _("在您家里")


def address_of(session: Session) -> str:
    """The venue's name and where it is, one a line."""
    return (
        "\n".join((session.venue.name, where(session.venue)))
        if session.venue
        else place_of(session)
    )


def where(venue: Venue) -> str:
    """Street and address, the street said once."""
    return (
        venue.address
        if venue.address.startswith(venue.street.name)
        else f"{venue.street.name} {venue.address}".strip()
    )


def found_card(
    found: Found, child: Child, booking: Booking | None, place: int | None, dated: bool = False
) -> SessionCard:
    """A session in the list: what it is, how far, and whether there is room; or how far the
    family's own booking is."""
    session = found.session
    assert session.starts_at is not None and session.ends_at is not None
    words, tone = seats_in_words(found)
    href = (
        reverse("family:ticket", args=[booking.pk])
        if booking
        else f"{reverse('family:session', args=[session.pk])}?child={child.pk}"
    )
    return SessionCard(
        key=str(session.pk),
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        href=href,
        show_date=dated,
        state="mine" if booking else "open",
        distance=away(found.kilometres),
        tags=tuple(filter(None, (months_tag(session), _("免费")))),
        seats="" if booking else words,
        tone=tone,
        status=status_of(booking, place) if booking else "",
        status_icon=icon_of(booking),
    )


def booking_card(booking: Booking, place: int | None) -> SessionCard:
    """A booking in the family's own list."""
    session = booking.session
    assert session.starts_at is not None and session.ends_at is not None
    names = "、".join(child.nickname for child in booking.children.all())
    live = booking.state in ("waiting", "offered", "confirmed")
    return SessionCard(
        key=f"booking-{booking.pk}",
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        href=reverse("family:ticket", args=[booking.pk]),
        show_date=True,
        state="mine" if live else "past",
        tags=(names,) if names else (),
        status=status_of(booking, place),
        status_icon=icon_of(booking),
    )


def status_of(booking: Booking, place: int | None) -> str:
    if booking.session.state == "cancelled":
        return _("这一场取消了")
    if booking.state == "waiting" and place:
        return _("候补第 %(n)d 位") % {"n": place}
    return {
        "waiting": _("候补"),
        "offered": _("有位子了，等你回复"),
        "confirmed": _("约好了"),
        "cancelled": _("已取消"),
        "expired": _("没等到，或过了时间"),
        "attended": _("来过"),
        "absent": _("没来"),
    }[booking.state]


def icon_of(booking: Booking | None) -> str:
    icons = {
        "waiting": "hourglass",
        "offered": "bell",
        "cancelled": "ban",
        "expired": "history",
        "absent": "history",
    }
    return icons.get(booking.state, "circle-check") if booking else "circle-check"


def seat_card(booking: Booking, now: datetime) -> AskCard:
    """A freed seat that waits for the family's answer."""
    session, answer = booking.session, reverse("family:answer_seat", args=[booking.pk])
    assert (
        session.starts_at is not None
        and session.ends_at is not None
        and booking.answer_by is not None
    )
    names = "、".join(child.nickname for child in booking.children.all())
    return AskCard(
        key=str(booking.pk),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        reply_by="",
        headline=_("有位子了，请在%(by)s 前回复") % {"by": deadline(booking.answer_by, now)},
        facts=(("baby", names), ("calendar-check", session.title)),
        yes=Action(
            label=_("要这个位子"), url=answer, icon="check", wide=True, fields={"answer": "yes"}
        ),
        no=Action(label=_("不要了"), url=answer, variant="sec", wide=True, fields={"answer": "no"}),
        note=_("不回复的话，到时间位子会让给下一家。"),
    )


def to_book(label: str = "") -> Button:
    return Button(
        label=label or _("去看看有什么活动"),
        href=reverse("family:book"),
        variant="pri",
        icon="calendar-plus",
    )


def day_of(session: Session) -> date:
    assert session.starts_at is not None
    return local_day(session.starts_at)
