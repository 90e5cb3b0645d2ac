"""How far something is, as a tag: its words carry the meaning, the tone repeats it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.planning.queries.board import Card
from backend.planning.queries.staffing import Face, Standing
from backend.rota.models import Offer
from backend.web.components import Tag
from backend.web.coordinator.boards import session_state, state_in_words


def staffing_tag(card: Card) -> Tag:
    """How far the staffing of a session is, as its chip on the board says it."""
    words = state_in_words(card)
    looks = {
        "warning": Tag(label=words, tone="bad", icon="triangle-alert"),
        "new": Tag(label=words, tone="accent"),
        "offered": Tag(label=words, tone="note", icon="hourglass"),
        "published": Tag(label=words, tone="ok", icon="check"),
    }
    return looks.get(session_state(card), Tag(label=words))


def answer_tag(offer: Offer) -> Tag:
    """What she answered."""
    if offer.is_accepted:
        return Tag(label=_("能去"), tone="ok", icon="check")
    if offer.is_declined and offer.volunteer.erased_at == offer.answered_at:
        return Tag(label=_("她删除了自己的资料"))
    if offer.is_declined:
        return Tag(label=_("去不了"))
    return Tag(label=_("没回复"), tone="warn", icon="clock")


def face_tag(face: Face) -> Tag:
    """How one person stands to a shift."""
    looks = {
        Standing.ASSIGNED: Tag(label=_("已确认"), tone="ok", icon="check"),
        Standing.ASKED: Tag(label=_("等回复"), tone="note", icon="hourglass"),
        Standing.LEAVING: Tag(label=_("这次要收回"), icon="minus"),
        Standing.NEW: Tag(label=_("这次新排"), tone="accent"),
        Standing.KNOWS: Tag(label=_("已经看到取消"), tone="ok", icon="check"),
        Standing.UNAWARE: Tag(label=_("还没看到，请打电话"), tone="warn", icon="triangle-alert"),
        Standing.CAME: Tag(label=_("来过"), tone="ok", icon="check"),
        Standing.AWAY: Tag(label=_("没到")),
        Standing.REFUSED: Tag(label=_("去不了")),
        Standing.SILENT: Tag(label=_("没回复"), tone="warn", icon="clock"),
    }
    return looks[face.state]
