"""Sessions and bookings as the cards of the design system, and the few sentences that several pages
say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from backend.bookings.models import ANSWERABLE, LIVE, Booking
from backend.bookings.policy import has_lapsed, line_is_open, no_minder_asked, still_counts
from backend.bookings.queries import Found, RolePeople
from backend.common.clock import local_day
from backend.families.models import Child, Request
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from backend.rota.policy import has_begun, is_at_home, is_over
from backend.web.components import Button, ChildSwitcher, SessionCard
from backend.web.components.base import Tone
from backend.web.family.guard import is_agreed
from backend.words.changes import called_off
from backend.words.moments import band_in_words, months_in_words
from matching import months_completed

FEW = 2


def age_of(child: Child, day: date) -> str:
    """Of a child of own_children, in months; empty where nobody agreed that it be worked out."""
    if is_agreed(child):
        return months_in_words(months_completed(child.birth_month, day))
    return ""


def child_switcher(
    children: Sequence[Child], child: Child, today: date, address: str, *, live: bool
) -> ChildSwitcher:
    """`address` leads to the same page for another child: it is given "?child=…". Where it stands
    outside what is live it holds no age, which a withdrawn consent could not take away."""
    listed = tuple(
        (c.nickname, age_of(c, today) if live else "", f"{address}?child={c.pk}") for c in children
    )
    return ChildSwitcher(children=listed, current=list(children).index(child))


def seats_in_words(found: Found, now: datetime) -> tuple[str, Tone]:
    """How much room there is, and what a family can do when there is none."""
    if found.free > FEW:
        return _("还有 %(n)d 个位子") % {"n": found.free}, "ok"
    if found.free > 0:
        return _("只剩 %(n)d 个") % {"n": found.free}, "warn"
    if no_minder_asked(found.session):
        if line_is_open(found.session, now):  # who stands in its line is told
            return _("还没有老师报名，可以先候补"), "note"
        return _("还没有老师报名"), "note"
    if not line_is_open(found.session, now):
        return _("满了，不再排候补"), ""
    return _("满了，候补第 %(n)d 位") % {"n": found.waiting + 1}, ""


def months_tag(session: Session) -> str:
    """Empty where every age may come."""
    months = Agreed.of(session).months
    if months:
        return band_in_words(months)
    return ""


def minutes_tag(session: Session) -> str:
    assert session.starts_at is not None and session.ends_at is not None
    return _("%(n)d 分钟") % {"n": (session.ends_at - session.starts_at).total_seconds() // 60}


def away(kilometres: float) -> str:
    return _("离家 %(km).1f 公里") % {"km": kilometres}


def place_of(session: Session) -> str:
    if session.venue:
        return session.venue.name
    return _("在你们家里")


def address_of(session: Session) -> str:
    """The venue's name and where it is, one a line."""
    if session.venue:
        return "\n".join((session.venue.name, session.venue.where))
    return place_of(session)


def found_card(
    found: Found,
    child: Child,
    booking: Booking | None,
    place: int | None,
    now: datetime,
    *,
    dated: bool = False,
    note: str = "",
) -> SessionCard:
    """A session in the list: what it is, how far, and whether there is room; or how far the
    family's own booking is."""
    session = found.session
    assert session.starts_at is not None and session.ends_at is not None
    words, tone = seats_in_words(found, now)
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
        status=status_of(booking, place, now) if booking else "",
        status_icon=icon_of(booking),
        note=note,
    )


def booking_card(
    booking: Booking,
    place: int | None,
    now: datetime,
    *,
    note: str = "",
    more: Button | None = None,
) -> SessionCard:
    """A booking in the family's own list; `note`: what else she should know, `more`: what else she
    can do."""
    session = booking.session
    assert session.starts_at is not None and session.ends_at is not None
    names = _("、").join(child.nickname for child in booking.children.all())
    return SessionCard(
        key=f"booking-{booking.pk}",
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        href=reverse("family:ticket", args=[booking.pk]),
        show_date=True,
        state="mine" if still_counts(booking, now) else "past",
        tags=(names,) if names else (),
        status=status_of(booking, place, now),
        status_icon=icon_of(booking),
        note=note,
        action=more,
    )


def status_of(booking: Booking, place: int | None, now: datetime) -> str:
    """How far it is between the family and this session, true at this moment."""
    session = booking.session
    if session.state == Session.State.CANCELLED:
        return called_off(session.cancelled_because)
    if is_at_home(session):
        return visit_status(booking, now)
    if has_lapsed(booking, now):
        return _("没有按时回复，位子不再给你们留着")
    if has_begun(session, now) and booking.state in LIVE:
        return _status_since_begun(booking, now)
    if booking.state == Booking.State.WAITING and place:
        return _("候补第 %(n)d 位") % {"n": place}
    if booking.state in (Booking.State.CANCELLED, Booking.State.EXPIRED):
        return _why_ended(booking)
    words: dict[str, str] = {
        Booking.State.WAITING: _("候补"),
        Booking.State.OFFERED: offered_seat(booking),
        Booking.State.CONFIRMED: _("约好了"),
        Booking.State.ASKED: _("这一场改了，等你回复"),
        Booking.State.ATTENDED: _("来过"),
        Booking.State.ABSENT: _("没来"),
    }
    return words[booking.state]


def offered_seat(booking: Booking) -> str:
    """A seat is free; or she had one, and the class was called off meanwhile."""
    return _("取消的场次又开了，等你回复") if booking.reopened else _("有位子了，等你回复")


def visit_status(booking: Booking, now: datetime) -> str:
    """As status_of(), of a visit at home: there is no seat, and nobody comes to a door but ours."""
    if has_lapsed(booking, now):
        return _("没有按时回复，正在另找一天")
    if has_begun(booking.session, now) and booking.state in LIVE:
        if booking.state in ANSWERABLE:
            return _("没有约成")
        over = is_over(booking.session, now)
        return {True: _("约好的时间过了"), False: _("到了约好的时间")}[over]
    words: dict[str, str] = {
        Booking.State.OFFERED: _("时间定了，等你们回复"),
        Booking.State.CONFIRMED: _("约好了"),
        Booking.State.ASKED: _("时间改了，等你们回复"),
        Booking.State.ATTENDED: _("老师来过"),
        Booking.State.ABSENT: _("没有碰上"),
        Booking.State.EXPIRED: _("没有按时回复，另找一天"),
    }
    if booking.end_reason == Booking.EndReason.CONSENT:
        return _("撤回了同意书，已取消")
    if booking.end_reason == Booking.EndReason.AGE:
        return _("月龄不合适，已取消")
    return words.get(booking.state, _("已取消"))


def _status_since_begun(booking: Booking, now: datetime) -> str:
    """Nobody may have written down yet who came; that is said, not guessed."""
    if booking.state in (Booking.State.WAITING, Booking.State.OFFERED):
        return _("没等到位子")
    if not is_over(booking.session, now):
        return _("正在进行")
    return _("结束了，到场还没有登记")


def _why_ended(booking: Booking) -> str:
    words: dict[str, str] = {
        Booking.EndReason.CONSENT: _("撤回了同意书，已取消"),
        Booking.EndReason.AGE: _("月龄不合适，已取消"),
        Booking.EndReason.SILENCE: _("没有按时回复，位子放出来了"),
        Booking.EndReason.BEGUN: _("没等到位子"),
        Booking.EndReason.REPLANNED: _("排班改了，这个位子没有了"),
        Booking.EndReason.CALLED_OFF: _(
            "这一场取消过，现在又办了；照那时的登记你们来不了（月龄或时间不合），预约没有恢复"
        ),
        Booking.EndReason.OFF_WAITING: _(
            "这一场取消过，现在又办了；照那时的登记你们来不了（月龄或时间不合），没有排回候补"
        ),
    }
    otherwise = _("已取消") if booking.state == Booking.State.CANCELLED else _("过期了")
    return words.get(booking.end_reason, otherwise)


def icon_of(booking: Booking | None) -> str:
    icons: dict[str, str] = {
        Booking.State.WAITING: "hourglass",
        Booking.State.OFFERED: "bell",
        Booking.State.ASKED: "bell",
        Booking.State.CANCELLED: "ban",
        Booking.State.EXPIRED: "history",
        Booking.State.ABSENT: "history",
    }
    if booking:
        return icons.get(booking.state, "circle-check")
    return "circle-check"


def named_people(role: RolePeople) -> list[str]:
    """林老师，育婴师; of those who are not named how many."""
    said = []
    for name, certificate in role.named:
        teacher = _("%(name)s老师") % {"name": name}
        said.append(_("，").join(filter(None, (teacher, certificate or role.role))))
    if others := role.people - len(role.named):
        said.append(_("%(role)s %(n)d 位") % {"role": role.role, "n": others})
    return said


def to_book(label: str = "") -> Button:
    return Button(
        label=label or _("去看看有什么活动"),
        href=reverse("family:book"),
        variant="pri",
        icon="calendar-plus",
    )


def same_day(booking: Booking) -> Button:
    """Where else the child could go on the day of the session."""
    assert booking.session.starts_at is not None
    children = list(booking.children.all())
    query = {"day": local_day(booking.session.starts_at).isoformat()} | (
        {"child": children[0].pk} if children else {}
    )
    return Button(
        label=_("同一天附近还有"),
        href=f"{reverse('family:book')}?{urlencode(query)}",
        variant="soft",
    )


def lost_card(booking: Booking, now: datetime) -> SessionCard:
    """A seat that was offered and that a new plan took back before she answered: what becomes of
    her wish, and what else there is."""
    wish = booking.request
    open_still = wish is not None and wish.state == Request.State.OPEN
    note = _("心愿还留着，下次排班接着找；也可以自己约别的。") if open_still else ""
    return booking_card(booking, None, now, note=note, more=same_day(booking))
