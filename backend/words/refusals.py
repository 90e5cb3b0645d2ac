"""A sentence for each Refusal, by its code: what is so, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backend.rota.states import CoverState, OfferState, SessionState
from backend.words.moments import when

Facts = Mapping[str, Any]


# --- anybody --------------------------------------------------------------------------------------
def busy(facts: Facts) -> str:
    return _("现在正忙，没有保存，请再按一次")


# --- a volunteer and her shifts -------------------------------------------------------------------
def shift_full(facts: Facts) -> str:
    return _("刚刚满了，看看别的场次吧")


def session_not_open(facts: Facts) -> str:
    if facts["state"] == SessionState.CANCELLED:
        return _("这一场取消了")
    if facts["state"] == SessionState.PLANNED:
        return _("这一场还没有开放报名")
    return _("这一场已经开始或结束了")


def terms_changed(facts: Facts) -> str:
    return _("这一场刚刚改了，请看一眼现在的时间和地点再点")


def session_begun(facts: Facts) -> str:
    return _("这一场已经开始，不能在这里退了")


def volunteer_not_active(facts: Facts) -> str:
    return _("你暂停或退出了服务，不能接新的班，要恢复请联系调度员")


def she_is_not_active(facts: Facts) -> str:
    return _("她暂停或退出了服务，现在不能排班")


def agreement_needed(facts: Facts) -> str:
    return _("志愿者须知你还没同意，请先到「找班次」看一看，同意了就能接")


def agreement_over(facts: Facts) -> str:
    return _("这一版须知现在不用你同意了，请看最新的")


def offer_gone(facts: Facts) -> str:
    return {
        OfferState.EXPIRED: _("回复时间过了，位子不再给你留着；如果还缺人，可以自己报名"),
        OfferState.ACCEPTED: _("你已经答应去了；去不了请在「我的班表」里说一声"),
        OfferState.DECLINED: _(
            "你回复过去不了；又能去了的话，位子还在就到「我的班表」点「我又能去了」"
        ),
        "given_back": _(
            "这一场你答应后又说去不了；又能去了的话，位子还在就到「我的班表」点「我又能去了」"
        ),
        "released": _("你答应以后这一场要的人少了，位子取消了，不用去了"),
        "moved": _("你答应以后这一场改了，请到「我的」看改成了什么"),
        "taken_out": _("你答应以后这一场又不用你来了，原因在消息里"),
        "changed": _("这一场改了，你去不了，不用再回复"),
        "fewer": _("这一场要的人少了，不用再回复"),
        "barred": _("这一场你答应不了了，不用再回复"),
        "called_off": _("这一场取消了"),
        OfferState.WITHDRAWN: _("这个邀请已经收回，不用再回复"),
        OfferState.LAPSED: _("这个邀请已经不算了，不用再回复"),
    }[facts["state"]]


def cover_refused(facts: Facts) -> str:
    return {
        "place": _("这一场不能在这里换，要换请找调度员"),
        "late": _("来不及问了，真去不了请说「去不了」，再给调度员打个电话"),
        "nobody": _("现在没有人能替这一场"),
    }[facts["why"]]


def cover_gone(facts: Facts) -> str:
    return {
        CoverState.TAKEN: _("已经有人替她去了，谢谢你"),
        CoverState.STOPPED: _("她自己去了，不用替了，谢谢你"),
        CoverState.EXPIRED: _("回复时间过了，不用替了，谢谢你"),
        CoverState.OVER: _("这一场有变化，不用替了，谢谢你"),
    }[facts["state"]]


def her_offer_is_gone(facts: Facts) -> str:
    return {
        OfferState.EXPIRED: _("回复时间过了，她没有回复"),
        OfferState.ACCEPTED: _("她已经答应去了"),
        OfferState.DECLINED: _("她回复过去不了"),
        "given_back": _("她答应后又说去不了"),
        "released": _("她答应以后这一场要的人少了，位子取消了"),
        "moved": _("她答应以后这一场改了"),
        "taken_out": _("她答应以后，又请她不用来了"),
        "changed": _("这一场改了，她去不了"),
        "fewer": _("这一场要的人少了"),
        "barred": _("她答应不了这一场了"),
        "called_off": _("这一场取消了"),
        OfferState.WITHDRAWN: _("这个邀请已经收回"),
        OfferState.LAPSED: _("这个邀请已经不算了"),
    }[facts["state"]]


def offers_refused(facts: Facts) -> str:
    return _("有 %(n)d 个邀请发不出去，一个都没有发") % {"n": len(facts["pairs"])}


def more_than_places(facts: Facts) -> str:
    return _("只差 %(free)d 位，你选了 %(named)d 位") % facts


# --- what a coordinator does by hand --------------------------------------------------------------
def place_gone(facts: Facts) -> str:
    return _("她已经不在这个岗位上了，请看最新的")


def reason_missing(facts: Facts) -> str:
    return _("请写一句原因，她会看到")


def no_more_time(facts: Facts) -> str:
    return _("离开始太近，回复时间不能再往后延了")


def session_not_cancelled(facts: Facts) -> str:
    return _("这一场已经开着，不用再开")


def home_not_reopened(facts: Facts) -> str:
    return _("上门取消了就不再开：在「上门」那一页给这一家另定，同一个时间也可以")


def remark_empty(facts: Facts) -> str:
    return _("备注还是空的")


def too_late_to_undo(facts: Facts) -> str:
    return _("过了可以撤销的时间，或者已经撤销了")


# --- a rota ---------------------------------------------------------------------------------------
def rota_moved(facts: Facts) -> str:
    return _("别人刚刚发布过这张排班表，请看过最新的再发布")


def rota_closed(facts: Facts) -> str:
    return _("这张排班表已经结束，不能再改")


def rota_running(facts: Facts) -> str:
    return _("最后一场 %(when)s 才结束，到时再关闭") % {
        "when": when(datetime.fromisoformat(facts["ends_at"]))
    }


VOLUNTEERS: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        busy,
        shift_full,
        session_not_open,
        terms_changed,
        session_begun,
        volunteer_not_active,
        agreement_needed,
        agreement_over,
        offer_gone,
        cover_refused,
        cover_gone,
        offers_refused,
        more_than_places,
        place_gone,
        reason_missing,
        no_more_time,
        remark_empty,
        too_late_to_undo,
        session_not_cancelled,
        home_not_reopened,
        rota_moved,
        rota_closed,
        rota_running,
    )
}
# about her to somebody else, where that is another sentence
ABOUT_HER: dict[str, Callable[[Facts], str]] = {
    "volunteer_not_active": she_is_not_active,
    "offer_gone": her_offer_is_gone,
}
