"""A change of a session in words: what it was, what it is, and why somebody cannot come."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from backend.rota.agreed import Agreed
from backend.rota.models import Offer
from backend.rota.states import OffBecause
from backend.words.moments import band_in_words, until


def terms(agreed: Agreed, changes: frozenset[str]) -> str:
    """Those of its terms that changed: 11 月 28 日 周六 15:00–16:30，亲子园."""
    return _("，").join(_each(agreed, changes))


def _each(agreed: Agreed, changes: frozenset[str]) -> list[str]:
    said = []
    if "time" in changes:
        if agreed.starts_at and agreed.ends_at:
            said.append(until(agreed.starts_at, agreed.ends_at))
        else:
            said.append(_("时间你们自己约"))
    if changes & {"place", "room"}:
        said.append(agreed.place or _("在家庭"))
    if "ages" in changes:
        said.append(band_in_words(agreed.months))
    return said


def parts_in_words(parts: Collection[str]) -> str:
    """The parts of a session by their names (`rota.operations.session_values`): 时间、地点."""
    words = {
        "time": _("时间"),
        "place": _("地点"),
        "title": _("名称"),
        "heads": _("要几位志愿者"),
        "required": _("一定要办"),
        "seats": _("孩子的位子"),
        "ages": _("月龄"),
        "risk": _("要留意的"),
    }
    return _("、").join(words[part] for part in words if part in parts)


def why_off(because: str) -> str:
    """Why a session was called off: what happened, in the reader's language, or what a coordinator
    wrote, as she wrote it. Older rows keep the sentence itself of what happened."""
    return str(OFF.get(because, because))


OFF: dict[str, object] = {
    "这一家取消了上门": OffBecause.FAMILY.label,
    "时间不合适，另外再约": OffBecause.OTHER_TIME.label,
    **{reason: reason.label for reason in OffBecause},
}


def called_off(because: str) -> str:
    """A session does not take place, and why, for everybody whom that touches."""
    if because:
        return _("这一场取消了：%(why)s") % {"why": why_off(because)}
    return _("这一场取消了")


def takes_place_again(reopened: str) -> str:
    """To whoever is asked anew for a session that had been called off (Offer.reopened); "" of any
    other question."""
    if reopened == Offer.Reopened.PROMISED:
        return _("这一场取消过，现在又办了，你原来答应过")
    if reopened:
        return _("这一场取消过，现在又办了，原来也请过你")
    return ""


def opened_again(*, unanswered: bool = False) -> str:
    """To whoever had a place, has it no more, and reads of the session now."""
    if unanswered:
        return _("这一场取消过，现在又办了，没等到你的回复")
    return _("这一场取消过，现在又办了，没有排你")


def headline(changes: frozenset[str]) -> str:
    """All that changed, in a few words."""
    parts = changes - {"room"} | ({"place"} if "room" in changes else set())
    return {
        frozenset({"time"}): _("时间改了"),
        frozenset({"place"}): _("地点换了"),
        frozenset({"ages"}): _("月龄改了"),
        frozenset({"time", "place"}): _("时间和地点改了"),
        frozenset({"time", "ages"}): _("时间和月龄改了"),
        frozenset({"place", "ages"}): _("地点和月龄改了"),
        frozenset({"time", "place", "ages"}): _("时间、地点和月龄改了"),
    }[parts]


def was_and_is(was: Agreed, now: Agreed) -> list[str]:
    """What somebody had agreed to → what it is now, a sentence for each thing that changed: 原来
    11 月 28 日 周六 15:00–16:30 → 现在 11 月 29 日 周日 9:00–10:30."""
    changes = was.changes(now)
    pairs = zip(_each(was, changes), _each(now, changes), strict=True)
    return [_("原来 %(old)s → 现在 %(new)s") % {"old": old, "new": new} for old, new in pairs]
