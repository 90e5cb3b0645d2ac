"""What a family is told of itself: what one of its grown-ups did, who left, what was forgotten. No
message names anybody; who it was stands on the page."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.words.changes import headline, terms
from backend.words.saying import About, Said, Things, by_place, listed, sentences, what_of

DONE: dict[str, str | Promise] = {  # the kind of event → a sentence
    "booking_made": gettext_lazy("家里人约了一场"),
    "booking_waiting": gettext_lazy("家里人排了一场的候补"),
    "booking_confirmed": gettext_lazy("家里人要了一场空出来的位子"),
    "booking_moved": gettext_lazy("家里人改了一场的时间，现在"),
    "booking_children_changed": gettext_lazy("家里人换了去的孩子"),
    "booking_cancelled": gettext_lazy("家里人取消了一场"),
    "seat_accepted": gettext_lazy("家里人要了留着的位子"),
    "seat_declined": gettext_lazy("家里人没要留着的位子"),
    "request_opened": gettext_lazy("家里人许了一个心愿"),
    "request_closed": gettext_lazy("家里人结束了一个心愿"),
    "family_details_corrected": gettext_lazy("家里人改了家里的电话、住址或路程"),
    "family_hours_changed": gettext_lazy("家里人改了家里有空的时间"),
    "child_added": gettext_lazy("家里人加了一个孩子"),
    "child_corrected": gettext_lazy("家里人改了孩子的资料"),
    "child_erased": gettext_lazy("家里人删掉了一个孩子的资料，这个孩子的预约一起结束了"),
    "consent_given": gettext_lazy("家里人给了一份同意"),
    "consent_withdrawn": gettext_lazy("家里人撤回了一份同意，靠它的预约，有的话一起结束了"),
    "visit_asked": gettext_lazy("家里人想请老师上门"),
    "visit_wish_changed": gettext_lazy("家里人改了请老师上门的时间或内容"),
    "visit_wish_ended": gettext_lazy("家里人取消了请老师上门"),
    "guardian_joined": gettext_lazy("家里人进来了，以后也能看、能约"),
    "guardian_left": gettext_lazy("家里少了一位能约活动的大人"),
}


AT_HOME: dict[str, str | Promise] = {  # the same of a visit
    "seat_accepted": gettext_lazy("家里人说上门的时间可以"),
    "seat_declined": gettext_lazy("家里人想换个上门的时间"),
    "booking_cancelled": gettext_lazy("家里人取消了上门"),
}


def booked_by_one(things: Things, now: datetime) -> Said:
    return Said(_("家里人改了预约"), listed([_done(one) for one in things]), _many(things))


def changed_by_one(things: Things, now: datetime) -> Said:
    return Said(_("家里的登记有变化"), listed([_done(one) for one in things]), _many(things))


def child_forgotten(things: Things, now: datetime) -> Said:
    text = _("有孩子长大了，不再上我们的课。按登记时说好的，孩子的资料删除了，来过的活动只留人数。")
    return Said(_("孩子的资料到期删除了"), text)


def line_first(things: Things, now: datetime) -> Said:
    first = _("前面没有人等了。有够坐的位子空出来，先问你们，会发消息。")
    lines = [sentences(what_of(one), first) for one in things]
    return Said(_("候补排到第一个了"), listed(lines), _many(things))


def visit_missed(things: Things, now: datetime) -> Said:
    """Mild: it may have come, and then it is put right."""
    missed = _("没看到你们来。来了的话，请告诉办活动的妇联，我们改过来")
    at_home = _("老师到了门口，没有碰上大人。正在另找时间，定了先问你们；不请了，点开说一声")
    lines = [sentences(what_of(one), by_place([one], at_home, missed)) for one in things]
    title = by_place(things, _("老师来了，没有碰上"), _("有一场没看到你们"))
    return Said(title, listed(lines), {"n": str(len(things))})


def let_out(things: Things, now: datetime) -> Said:
    text = _("你不再帮这一家约活动了，他们的预约不再显示给你。不对的话，请问问家里人。")
    return Said(_("你退出了一个家庭"), text)


def _done(one: About) -> str:
    """家里人取消了一场：12 月 2 日 周三 9:30–10:30，亲子园，「亲子课」。"""
    at_home = AT_HOME.get(one.state, DONE[one.state])
    said = str(by_place([one], str(at_home), str(DONE[one.state])))
    if one.agreed is None:
        return said + _("。")
    session = {"terms": terms(one.agreed, frozenset({"time", "place"})), "title": one.title}
    return _("%(done)s：%(terms)s，「%(title)s」。") % ({"done": said} | session)


def what_changed(one: About, changes: frozenset[str]) -> str:
    """In a few words; of ages that changed, also where nothing is different for those who come."""
    if changes or one.fit_again:
        return headline(changes or frozenset({"ages"}))
    return _("又改回来了")


def fits_again(one: About) -> str:
    """Of a class that was for other ages meanwhile: which child it is stands on the page."""
    if not one.fit_again:
        return ""
    return _("没来的孩子里，有 %(n)d 个现在也合适了，打开可以加上。") % {"n": one.fit_again}


def _many(things: Things) -> dict[str, str]:
    return {"n": str(len(things))}


OF_ONE_FAMILY = (
    booked_by_one,
    changed_by_one,
    child_forgotten,
    line_first,
    let_out,
    visit_missed,
)
