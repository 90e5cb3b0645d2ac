"""What people are told outside of the page that they look at: one function for each kind of message
(`backend/notifications/table.py`), from what is true when it is sent.

A title becomes a mail's subject and a line on a locked telephone: it names no person and no place.
No message names a child, its age or what a case is about; `About.title` is already free of that.
None says 今天 or 明天: it is read on another day as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.bookings.models import Booking
from backend.rota.models import Notice
from backend.words.account_messages import OF_ACCOUNTS
from backend.words.agreement_messages import OF_AGREEMENTS
from backend.words.case_messages import OF_CASES
from backend.words.changes import called_off, takes_place_again, terms, was_and_is
from backend.words.cover_messages import OF_COVERS
from backend.words.credential_messages import OF_CREDENTIALS
from backend.words.data_messages import OF_DATA
from backend.words.family_messages import OF_ONE_FAMILY, fits_again, what_changed
from backend.words.friend_messages import OF_FRIENDS
from backend.words.hour_messages import OF_HOURS
from backend.words.identity_messages import OF_IDENTITY
from backend.words.minor_messages import OF_MINORS
from backend.words.moments import when
from backend.words.notices import notice_in_words
from backend.words.pair_messages import OF_PAIRS
from backend.words.saying import About, Said, Things, by_place, listed, ran_out, sentences, what_of
from backend.words.staffing_messages import OF_STAFFING
from backend.words.standing import of_pause
from backend.words.statement_messages import OF_STATEMENTS
from backend.words.terms import trouble
from backend.words.visit_messages import OF_VISITS

WHEN_AND_WHERE = frozenset({"time", "place"})


def several(said: Sequence[Said]) -> Said:
    """One message instead of many."""
    title = ngettext("有 %(n)d 条新消息", "有 %(n)d 条新消息", len(said)) % {"n": len(said)}
    whole = "\n\n".join(f"{one.title}\n{one.text}" for one in said)
    return Said(title, whole, {"n": str(len(said))})


# --- to a volunteer -------------------------------------------------------------------------------
def offer_made(things: Things, now: datetime) -> Said:
    title = ngettext("有 %(n)d 场想请你来，等你回复", "有 %(n)d 场想请你来，等你回复", len(things))
    return _asked(title % {"n": len(things)}, things)


def asked_again(things: Things, now: datetime) -> Said:
    return _asked(_("有场次改了，等你回复"), things)


def deadline_near(things: Things, now: datetime) -> Said:
    return _asked(_("回复的时间快到了"), things)


def offer_prolonged(things: Things, now: datetime) -> Said:
    return _asked(_("给你多留了些时间回复"), things)


def reminder(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one)) for one in things]
    plea = _("来不了请早点在「我的班表」里说一声，好找人接。")
    text = f"{listed(lines)}\n{plea}"
    return Said(_("你有一场快到了"), text, _first_begins(things))


def notice(things: Things, now: datetime) -> Said:
    lines = []
    title = ""
    for one in things:
        assert one.notice is not None
        words = notice_in_words(one.notice, one.title, one.names)
        lines.append(sentences(words.headline, words.change, words.why, words.meaning))
        cancelled = one.notice.kind == Notice.Kind.CANCELLED
        title = _("有一场取消了") if cancelled else _("你的场次有变化")
    return Said(title, listed(lines), {"n": str(len(things))})


def offer_withdrawn(things: Things, now: datetime) -> Said:
    lines = [_("%(what)s：邀请收回了，不用再回复。") % {"what": what_of(one)} for one in things]
    return Said(_("有邀请收回了"), listed(lines), {"n": str(len(things))})


def offer_expired(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：没等到你的回复，位子先放出来了。还想去、还有位子，可以自己报名。")
        % {"what": what_of(one)}
        for one in things
    ]
    return Said(ran_out(things), listed(lines), {"n": str(len(things))})


def placed(things: Things, now: datetime) -> Said:
    lines = [_("按你电话里说好的，排上了：%(what)s。") % {"what": what_of(one)} for one in things]
    return Said(_("给你排上了"), listed(lines), {"n": str(len(things))})


def standing_changed(things: Things, now: datetime) -> Said:
    if why := of_pause(things[0].because, things[0].why):
        text = _("%(by)s先停了你的排班：%(why)s。想恢复，在「我的」里说一声。")
        said = text % {"by": things[0].name or _("调度员"), "why": why}
        return Said(_("你的登记状态改了"), said)
    text = _("你的登记现在是「%(state)s」。不对的话，请联系你的调度员。")
    return Said(_("你的登记状态改了"), text % {"state": _(things[0].state)})


def approved(things: Things, now: datetime) -> Said:
    text = _("妇联确认了你的报名，现在可以接班了。先告诉我们你什么时候有空，再挑一场。")
    return Said(_("你的报名通过了"), text)


def turned_down(things: Things, now: datetime) -> Said:
    text = _("你的报名这次没有通过，原因写在「找班次」页面上。有疑问，请联系你们街道的妇联。")
    return Said(_("你的报名有答复了"), text)


def pause_kept(things: Things, now: datetime) -> Said:
    text = _("%(by)s看了，先不恢复：%(why)s。有疑问请给她打电话。")
    by = things[0].name or _("调度员")
    return Said(_("恢复排班有答复了"), text % {"by": by, "why": things[0].why})


def contact_corrected(things: Things, now: datetime) -> Said:
    text = _("调度员改了你登记的姓名、电话或住址。不是你要改的，请联系调度员。")
    return Said(_("你的登记资料改了"), text)


# --- to a family ----------------------------------------------------------------------------------
def seat_offered(things: Things, now: datetime) -> Said:
    title = by_place(things, _("老师上门的时间定了，等你们回复"), _("有位子了，等你回复"))
    return _asked(title, things)


def seat_deadline_near(things: Things, now: datetime) -> Said:
    at_home = _("老师上门的时间还没回复，快到期了")
    return _asked(by_place(things, at_home, _("位子还给你留着，回复的时间快到了")), things)


def visit_reminder(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _who_leads(one)) for one in things]
    at_home = _("不方便了请早点取消，老师好另作安排。")
    plea = by_place(things, at_home, _("来不了请取消，位子好让给别家。"))
    title = by_place(things, _("老师快上门了"), _("约好的场次快到了"))
    return Said(title, f"{listed(lines)}\n{plea}", _first_begins(things))


def _who_leads(one: About) -> str:
    if not one.unminded:
        return ""
    if one.asked_again:
        at_home = _("老师正在重新确认，当天请打开看一眼")
        return by_place([one], at_home, _("老师正在重新确认，出门前请打开看一眼"))
    at_home = _("老师还没定，当天请打开看一眼")
    return by_place([one], at_home, _("老师还没定，出门前请打开看一眼"))


def booking_changed(things: Things, now: datetime) -> Said:
    lines = []
    for one in things:
        assert one.agreed is not None
        was = one.was or one.agreed
        changed = what_changed(one, was.changes(one.agreed))
        lines.append(
            sentences(
                _("「%(title)s」%(changed)s") % {"title": one.title, "changed": changed},
                _("；").join(was_and_is(was, one.agreed)) or terms(one.agreed, WHEN_AND_WHERE),
                *_meaning(one),
                fits_again(one),
            )
        )
    asked = any(one.state == Booking.State.ASKED for one in things)
    title = _("约好的场次改了，请再回复一次") if asked else _("约好的场次改了")
    if all(one.state == Booking.State.WAITING for one in things):
        title = _("等位子的场次改了")
    title = by_place(things, _("老师上门的时间改了"), title)
    return Said(title, listed(lines), _variables(things))


def booking_called_off(things: Things, now: datetime) -> Said:
    waited = [one.state == Booking.EndReason.OFF_WAITING for one in things]
    lines = [
        sentences(what_of(one), called_off(one.why), _no_more(one, had_no_seat), _others(one))
        for one, had_no_seat in zip(things, waited, strict=True)
    ]
    title = _("等位子的场次取消了") if all(waited) else _("约好的场次取消了")
    title = by_place(things, _("约好的上门取消了"), title)
    return Said(title, listed(lines), {"n": str(len(things))})


def _no_more(one: About, had_no_seat: bool) -> str:
    if one.at_home:
        return _("这次不上门了，正在另找时间。")
    if had_no_seat:
        return _("不用再等，也不用回复了。")
    return _("不用来了。")


def booking_reopened(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _again(one), _answer_by(one)) for one in things]
    return Said(_("取消的场次又开了"), listed(lines), {"n": str(len(things))})


def _again(one: About) -> str:
    if one.state == Booking.State.OFFERED:
        return _("又开了。位子给你留着，还来的话请说一声")
    return _("又开了。你排在候补里，有位子就马上问你，不想去了请取消")


def booking_ended(things: Things, now: datetime) -> Said:
    gone = _("位子收回了，不用来了。")
    lines = [
        sentences(what_of(one), by_place([one], _("这次不上门了。"), gone), _others(one))
        for one in things
    ]
    return Said(_("有预约收回了"), listed(lines), {"n": str(len(things))})


def seat_expired(things: Things, now: datetime) -> Said:
    gone = _("回复的时间过了，位子先放出来了。")
    at_home = _("回复的时间过了，这次先不上门，正在另找一天。")
    lines = [
        sentences(what_of(one), by_place([one], at_home, gone), _others(one)) for one in things
    ]
    return Said(ran_out(things), listed(lines), {"n": str(len(things))})


def waiting_ended(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _("这次没等到位子，对不起。"), _others(one)) for one in things]
    return Said(_("这次没等到位子"), listed(lines), {"n": str(len(things))})


# --- to a coordinator -----------------------------------------------------------------------------
def somebody_applied(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 位志愿者报名，等你确认。", "有 %(n)d 位志愿者报名，等你确认。", len(things)
    )
    return Said(_("有人报名做志愿者"), text % {"n": len(things)}, {"n": str(len(things))})


def resume_asked(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 位停着的志愿者想恢复，等你看。",
        "有 %(n)d 位停着的志愿者想恢复，等你看。",
        len(things),
    )
    return Said(_("有人想恢复排班"), text % {"n": len(things)}, {"n": str(len(things))})


def run_finished(things: Things, now: datetime) -> Said:
    lines = [_("「%(name)s」排好了，请看过再发布。") % {"name": one.name} for one in things]
    return Said(_("排班方案好了"), listed(lines), {"n": str(len(things))})


def run_failed(things: Things, now: datetime) -> Said:
    lines = [
        _("「%(name)s」没有排成。%(why)s") % {"name": one.name, "why": trouble(one.why)}
        for one in things
    ]
    return Said(_("排班没有算成"), listed(lines), {"n": str(len(things))})


def proposal_refused(things: Things, now: datetime) -> Said:
    text = _("「%(name)s」的方案没有发出去，谁都还没有通知。请打开看原因。")
    lines = [text % {"name": one.name} for one in things]
    return Said(_("方案没有发布"), listed(lines), {"n": str(len(things))})


def wall_renewed(things: Things, now: datetime) -> Said:
    text = _("「%(name)s」墙上的签到码换过了，旧的扫不出来。请打印第 %(n)d 张贴上去。")
    lines = [text % {"name": one.name, "n": one.number} for one in things]
    return Said(_("墙上的签到码换了"), listed(lines))


WORDS: dict[str, Callable[[Things, datetime], Said]] = {
    words.__name__: words
    for words in (
        *OF_ACCOUNTS,
        *OF_AGREEMENTS,
        *OF_COVERS,
        *OF_FRIENDS,
        *OF_CREDENTIALS,
        *OF_HOURS,
        *OF_DATA,
        *OF_IDENTITY,
        *OF_STAFFING,
        *OF_MINORS,
        *OF_STATEMENTS,
        *OF_VISITS,
        *OF_PAIRS,
        *OF_CASES,
        *OF_ONE_FAMILY,
        offer_made,
        asked_again,
        deadline_near,
        offer_prolonged,
        reminder,
        notice,
        offer_withdrawn,
        offer_expired,
        placed,
        standing_changed,
        approved,
        turned_down,
        pause_kept,
        resume_asked,
        contact_corrected,
        seat_offered,
        seat_deadline_near,
        visit_reminder,
        booking_changed,
        booking_called_off,
        booking_reopened,
        booking_ended,
        seat_expired,
        waiting_ended,
        somebody_applied,
        run_finished,
        run_failed,
        proposal_refused,
        wall_renewed,
    )
}


def _asked(title: str, things: Things) -> Said:
    lines = []
    for one in things:
        moved = ""
        if one.was is not None and one.agreed is not None:
            moved = _("；").join(was_and_is(one.was, one.agreed))
        again = takes_place_again(one.reopened)
        lines.append(sentences(what_of(one), again, moved, _hindered(one), _answer_by(one)))
    return Said(title, listed(lines), _variables(things))


def _others(one: About) -> str:
    """还有位子、也合适的：12 月 3 日 周四 9:30–10:30，乌山亲子园"""
    if one.at_home:
        return ""
    if not one.others:
        return _("别的场次还可以约。")
    named = [terms(other, frozenset({"time", "place"})) for other in one.others]
    return _("还有位子、也合适的：%(sessions)s") % {"sessions": _("；").join(named)}


def _answer_by(one: About) -> str:
    if one.answer_by is None:
        return ""
    return _("请在 %(by)s 前回复。") % {"by": when(one.answer_by)}


def _hindered(one: About) -> str:
    """Why, and which child, stands on the page: a message says nothing of a child."""
    if one.could_come:
        return _("照现在这样只有 %(n)d 个孩子能来，打开看看是谁。") % {"n": one.could_come}
    return _("照现在这样你们来不了，打开看看怎么办。") if one.hindered else ""


def _meaning(one: About) -> tuple[str, ...]:
    if one.state == Booking.State.ASKED:
        kept = by_place([one], "", _("位子给你留着。"))
        return kept, _hindered(one), _answer_by(one)
    if one.state == Booking.State.OFFERED:
        return _hindered(one), _answer_by(one)
    if one.state == Booking.State.WAITING:
        return _("你还排着候补。"), _hindered(one)
    return (by_place([one], _("老师照旧来。"), _("你的位子不变。")),)


def _variables(things: Things) -> dict[str, str]:
    """How many, and by when the first must be answered: all that leaves the house in a template."""
    ends = [one.answer_by for one in things if one.answer_by is not None]
    by = when(min(ends)) if ends else ""
    return {"n": str(len(things)), "by": by}


def _first_begins(things: Things) -> dict[str, str]:
    starts = [one.agreed.starts_at for one in things if one.agreed and one.agreed.starts_at]
    begins = when(min(starts)) if starts else ""
    return {"n": str(len(things)), "when": begins}
