"""谁到了: the list of a session on its day, for whoever leads it on a telephone and for its
coordinator at a desk; and what either notes there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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
from backend.common.reading import key, moment
from backend.common.refusal import Refusal
from backend.records import codes
from backend.records.models import Attendance
from backend.records.operations import (
    confirm_signed,
    sign_in,
    sign_out,
    take_back_arrival,
    tapped_at,
)
from backend.records.policy import may_sign_in, may_sign_out
from backend.records.queries import Expected, expected_at
from backend.rota.models import Session
from backend.rota.policy import has_begun, is_over
from backend.web.components import Action
from backend.web.components.base import Variant
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


class Ways(NamedTuple):
    """Where what is noted goes; `later`: the page that answers it, where it may wait on a phone
    without network."""

    url: str
    later: str = ""

    def action(
        self, label: str, variant: Variant, fields: Mapping[str, object], *, now: bool = True
    ) -> Action:
        """Not `now`: nobody could note it yet, but a page that was kept is read later."""
        how: dict[str, Any] = {"later": self.later, "when_kept": not now}
        return Action(label=label, url=self.url, variant=variant, fields=fields, **how)


def list_context(session: Session, now: datetime, ways: Ways) -> dict[str, Any]:
    """Who is expected and who is there. Two statements, one where no families come."""
    people = expected_at(session)
    families = family_rows(session, now, ways) if session.seats_max else []
    here = [one for one in people if one.is_here]
    ready = [one for one in people if one.has_left and not one.is_decided]
    return {
        "session": session,
        "expected": len(people),
        "here": len(here),
        "rows": [_row(one, session, now, ways) for one in people],
        "confirm": _confirm(ways.url) if ready and is_over(session, now) else None,
        "families": families,
        "rest": _rest(session, families, now, ways.url),
        "stream": f"session.{session.pk}",
    }


def family_rows(session: Session, now: datetime, ways: Ways) -> list[PresenceRow]:
    """The families of a session by the code of their tickets; nothing of the children but how
    many. One statement."""
    open_ = door_is_open(session, now)
    return [_family(one, ways, open_) for one in at_the_door(session)]


def _family(booking: Booking, ways: Ways, open_: bool) -> PresenceRow:
    here = booking.state == Booking.State.ATTENDED
    shown = open_ or (ways.later and not here)
    action = _family_action(booking, ways, here, open_) if shown else None
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


def _family_action(booking: Booking, ways: Ways, here: bool, open_: bool) -> Action:
    fields = {"booking": booking.pk, "what": "family_back" if here else "family"}
    code = booking.code or booking.family.number
    if here:
        return Action(label=_("点错了，没到"), url=ways.url, variant="text", fields=fields)
    return ways.action(_("%(who)s到了") % {"who": code}, "sec", fields, now=open_)


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


def _row(one: Expected, session: Session, now: datetime, ways: Ways) -> PresenceRow:
    said, tone = _said(one, session, now)
    return PresenceRow(
        name=one.assignment.volunteer.name,
        role=one.assignment.shift.role.name,
        said=said,
        tone=tone,
        actions=_actions(one, session, now, ways),
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


def _actions(one: Expected, session: Session, now: datetime, ways: Ways) -> list[Action]:
    """Where the page may be kept, also that she came, or went, for later."""
    if one.is_decided:
        return []
    who = one.assignment.volunteer.name
    found = []
    comes = may_sign_in(session, now)
    if not one.is_here and (comes or (ways.later and not is_over(session, now))):
        found.append(_action(one, ways, "here", _("%(who)s到了") % {"who": who}, comes))
    goes = one.is_here and may_sign_out(session, now)
    if not one.has_left and (goes or ways.later):
        found.append(_action(one, ways, "left", _("%(who)s走了") % {"who": who}, goes))
    if one.is_here and one.attendance is not None and one.attendance.came_how in BY_HAND:
        fields = {"assignment": one.assignment.pk, "what": "back"}
        back = Action(label=_("点错了，没到"), url=ways.url, variant="text", fields=fields)
        found.append(back)
    return found


def _action(one: Expected, ways: Ways, what: str, label: str, now: bool) -> Action:
    fields = {"assignment": one.assignment.pk, "what": what}
    return ways.action(label, "sec", fields, now=now)


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
    said = act(assignment.pk, user, now, moment(request.POST.get("at")))
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


def _here(assignment_id: int, user: User, now: datetime, at: datetime | None) -> str:
    came = tapped_at(at, now)
    sign_in(assignment_id=assignment_id, how=How.LEADER, actor=user, now=now, at=came)
    return _("记下了：%(who)s到了")


def _left(assignment_id: int, user: User, now: datetime, at: datetime | None) -> str:
    sign_out(assignment_id=assignment_id, how=How.LEADER, actor=user, now=now, at=at)
    return _("记下了：%(who)s走了")


def _back(assignment_id: int, user: User, now: datetime, at: datetime | None) -> str:
    take_back_arrival(assignment_id=assignment_id, actor=user, now=now)
    return _("改回来了：%(who)s还没到")


ACTS: dict[str, Callable[[int, User, datetime, datetime | None], str]] = {
    "here": _here,
    "left": _left,
    "back": _back,
}
