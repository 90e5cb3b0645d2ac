"""谁到了: the list of a session on its day, for whoever leads it on a telephone and for its
coordinator at a desk; and what either notes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend import words
from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.bookings.operations import note_family, note_rest_absent
from backend.bookings.policy import door_is_open
from backend.bookings.queries import at_the_door
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.records import codes
from backend.records.models import Attendance
from backend.records.operations import (
    confirm_signed,
    sign_in,
    sign_out,
    take_back_arrival,
)
from backend.records.policy import may_sign_in, may_sign_out
from backend.records.queries import Expected, expected_at
from backend.rota.models import Session
from backend.rota.policy import has_begun, is_over
from backend.web.components import Action
from backend.words.moments import clock as clock_in_words

How = Attendance.How
BY_HAND = (How.LEADER, How.LATER)


@dataclass(frozen=True)
class PresenceRow:
    """One person of the list: how far she is, in words, and what may be noted of her."""

    name: str
    role: str
    said: str
    tone: str
    actions: list[Action]


def list_context(session: Session, now: datetime, mark_url: str) -> dict[str, Any]:
    """Who is expected and who is there. Two statements, one where no families come."""
    people = expected_at(session)
    families = family_rows(session, now, mark_url) if session.seats_max else []
    here = [one for one in people if one.is_here]
    ready = [one for one in people if one.has_left and not one.is_decided]
    return {
        "session": session,
        "expected": len(people),
        "here": len(here),
        "rows": [_row(one, session, now, mark_url) for one in people],
        "confirm": _confirm(mark_url) if ready and is_over(session, now) else None,
        "families": families,
        "rest": _rest(session, families, now, mark_url),
        "stream": f"session.{session.pk}",
    }


def family_rows(session: Session, now: datetime, mark_url: str) -> list[PresenceRow]:
    """The families of a session by the code of their tickets; nothing of the children but how
    many. One statement."""
    open_ = door_is_open(session, now)
    return [_family(one, mark_url, open_) for one in at_the_door(session)]


def _family(booking: Booking, url: str, open_: bool) -> PresenceRow:
    here = booking.state == Booking.State.ATTENDED
    action = _family_action(booking, url, here) if open_ else None
    seats = booking.seats
    return PresenceRow(
        name=booking.code or booking.family.number,
        role=ngettext("%(n)d 个孩子", "%(n)d 个孩子", seats) % {"n": seats},
        said=_came(booking),
        tone="ok" if here else "",
        actions=[action] if action else [],
    )


def _came(booking: Booking) -> str:
    said: dict[str, str] = {Booking.State.ATTENDED: _("来过"), Booking.State.ABSENT: _("没来")}
    return said.get(booking.state, _("还没到"))


def _family_action(booking: Booking, url: str, here: bool) -> Action:
    fields = {"booking": booking.pk, "what": "family_back" if here else "family"}
    code = booking.code or booking.family.number
    if here:
        return Action(label=_("点错了，没到"), url=url, variant="text", fields=fields)
    return Action(label=_("%(who)s到了") % {"who": code}, url=url, variant="sec", fields=fields)


def _rest(session: Session, rows: list[PresenceRow], now: datetime, url: str) -> Action | None:
    """The rest was absent; once some are noted, and it is over."""
    if not rows or not is_over(session, now) or not door_is_open(session, now):
        return None
    fields = {"what": "rest"}
    return Action(label=_("其余的没来"), url=url, variant="sec", fields=fields, wide=True)


def code_context(request: HttpRequest, session: Session, now: datetime) -> dict[str, Any]:
    """The code of this half minute, where people may sign in now."""
    shown = may_sign_in(session, now)
    path = reverse("here_session", args=[session.pk, codes.link_code(session.pk, now)])
    return {
        "session": session,
        "shown": shown,
        "digits": codes.in_groups(codes.spoken_code(session.pk, now)),
        "link": request.build_absolute_uri(path),
    }


def _row(one: Expected, session: Session, now: datetime, url: str) -> PresenceRow:
    said, tone = _said(one, session, now)
    return PresenceRow(
        name=one.assignment.volunteer.name,
        role=one.assignment.shift.role.name,
        said=said,
        tone=tone,
        actions=_actions(one, session, now, url),
    )


def _said(one: Expected, session: Session, now: datetime) -> tuple[str, str]:
    attendance = one.attendance
    if one.is_decided:
        if one.assignment.attended:
            return _("核对过了"), "ok"
        return _("没到"), ""
    if attendance is None or attendance.came_at is None:
        if is_over(session, now):
            return _("没有签到"), "warn"
        if has_begun(session, now):
            return _("还没到"), "bad"
        return _("还没到"), "warn"
    came = clock_in_words(attendance.came_at)
    if attendance.left_at is None:
        return _("%(came)s 到的") % {"came": came}, "ok"
    left = clock_in_words(attendance.left_at)
    return _("%(came)s 到，%(left)s 走") % {"came": came, "left": left}, "ok"


def _actions(one: Expected, session: Session, now: datetime, url: str) -> list[Action]:
    if one.is_decided:
        return []
    who = one.assignment.volunteer.name
    found = []
    if not one.is_here and may_sign_in(session, now):
        found.append(_action(one, url, "here", _("%(who)s到了") % {"who": who}, "sec"))
    if one.is_here and not one.has_left and may_sign_out(session, now):
        found.append(_action(one, url, "left", _("%(who)s走了") % {"who": who}, "sec"))
    if one.is_here and one.attendance is not None and one.attendance.came_how in BY_HAND:
        found.append(_action(one, url, "back", _("点错了，没到"), "text"))
    return found


def _action(one: Expected, url: str, what: str, label: str, variant: Any) -> Action:
    fields = {"assignment": one.assignment.pk, "what": what}
    return Action(label=label, url=url, variant=variant, fields=fields)


def _confirm(url: str) -> Action:
    return Action(
        label=_("签到签退都有的，时长都对"),
        url=url,
        icon="check",
        wide=True,
        fields={"what": "all"},
    )


def note(request: HttpRequest, session: Session, user: User, now: datetime) -> tuple[bool, str]:
    """What the form notes; whether it was done, and what to say."""
    try:
        return True, _noted(request, session, user, now)
    except Refusal as refusal:
        return False, words.refused(refusal, you=False)


def _noted(request: HttpRequest, session: Session, user: User, now: datetime) -> str:
    what = request.POST.get("what", "")
    if what == "all":
        done = confirm_signed(session_id=session.pk, actor=user, now=now)
        return ngettext("核对了 %(n)d 位", "核对了 %(n)d 位", done) % {"n": done}
    if what == "rest":
        gone = note_rest_absent(session_id=session.pk, actor=user, now=now)
        return ngettext("记下了 %(n)d 家没来", "记下了 %(n)d 家没来", gone) % {"n": gone}
    if what in ("family", "family_back"):
        return _note_family(request, session, user, now, came=what == "family")
    rows = session.assignments.select_related("volunteer")
    assignment = rows.filter(pk=key(request.POST.get("assignment")) or 0).first()
    act = ACTS.get(what)
    if assignment is None or act is None:
        return _("请在名单里点一位")
    said = act(assignment.pk, user, now)
    return said % {"who": assignment.volunteer.name}


def _note_family(
    request: HttpRequest, session: Session, user: User, now: datetime, *, came: bool
) -> str:
    booking = session.bookings.filter(pk=key(request.POST.get("booking")) or 0).first()
    if booking is None:
        return _("请在名单里点一家")
    note_family(booking_id=booking.pk, came=came, actor=user, now=now)
    said = _("记下了：%(who)s到了") if came else _("改回来了：%(who)s还没到")
    return said % {"who": booking.code}


def _here(assignment_id: int, user: User, now: datetime) -> str:
    sign_in(assignment_id=assignment_id, how=How.LEADER, actor=user, now=now)
    return _("记下了：%(who)s到了")


def _left(assignment_id: int, user: User, now: datetime) -> str:
    sign_out(assignment_id=assignment_id, how=How.LEADER, actor=user, now=now)
    return _("记下了：%(who)s走了")


def _back(assignment_id: int, user: User, now: datetime) -> str:
    take_back_arrival(assignment_id=assignment_id, actor=user, now=now)
    return _("改回来了：%(who)s还没到")


ACTS: dict[str, Callable[[int, User, datetime], str]] = {
    "here": _here,
    "left": _left,
    "back": _back,
}
