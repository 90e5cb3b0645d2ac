"""What happened to a session of hers, in words: on top of her pages and in her messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.rota.agreed import Agreed
from backend.rota.models import Notice, Session
from backend.words.barred import barred
from backend.words.changes import terms, was_and_is, why_off


@dataclass(frozen=True)
class NoticeWords:
    """What happened, `change` old and new, `why`, and what it means for her."""

    headline: str
    change: str
    why: str
    meaning: str


def notice_in_words(notice: Notice, title: str, names: Mapping[str, str]) -> NoticeWords:
    """`title`: what the session is called in front of her; `names` as words.why(). Reads the
    notice's session with its venue. Of a session that was called off since, that alone is said."""
    session = notice.session
    called_off = session.state == Session.State.CANCELLED
    kind = Notice.Kind.CANCELLED if called_off else notice.kind
    before = Agreed.from_json(notice.before)
    now = Agreed.of(session)
    # barred is she from the session as she was asked for it, which is what it is now
    at = now if kind == Notice.Kind.BARRED else before
    named = {"title": title, "when": terms(at, frozenset({"time"}))}
    headline, meaning = _said(kind, promised=notice.promised, as_before=before == now)
    return NoticeWords(
        headline=headline % named,
        change="" if kind == Notice.Kind.CANCELLED else _change(before, now, kind),
        why=_why(notice, names),
        meaning=meaning,
    )


def _change(before: Agreed, now: Agreed, kind: str) -> str:
    """Old and new; of what is as it was again when and where that is."""
    if kind == Notice.Kind.RESTORED and before == now:
        return terms(now, frozenset({"time", "place"}))
    return "；".join(was_and_is(before, now))


def _why(notice: Notice, names: Mapping[str, str]) -> str:
    if notice.session.state == Session.State.CANCELLED:
        because = notice.session.cancelled_because
        if because:
            return _("原因：%(why)s") % {"why": why_off(because)}
        return ""
    if notice.because:
        return _("原因：%(why)s") % {"why": notice.because}
    return "；".join(barred(rule, names=names) for rule in notice.broken)


def _said(kind: str, *, promised: bool, as_before: bool) -> tuple[str, str]:
    """What happened, and what it means for her. `as_before`: the session is what she knew again."""
    meaning, if_promised = _means(kind)
    if if_promised and not promised:
        meaning = _("不用再回复了。")
    return _happened(kind, as_before=as_before), meaning


def _happened(kind: str, *, as_before: bool) -> str:
    changed = _("「%(title)s」改了，你去不了")
    if as_before:
        changed = _("「%(title)s」改过又改回来了，可你去不了")
    words = {
        Notice.Kind.CANCELLED: _("%(when)s 的「%(title)s」取消了"),
        Notice.Kind.RELEASED: changed,
        Notice.Kind.UNANSWERED: _("「%(title)s」改了以后没等到你的回复"),
        Notice.Kind.TOLD: _("「%(title)s」改了一点"),
        Notice.Kind.RESTORED: _("「%(title)s」又改回来了"),
        Notice.Kind.WITHDRAWN: _("「%(title)s」改了以后，调度员收回了邀请"),
        Notice.Kind.LET_GO: _("%(when)s 的「%(title)s」要的人少了"),
        Notice.Kind.TAKEN_OUT: _("%(when)s 的「%(title)s」不用你来了"),
        Notice.Kind.PUT_BACK: _("%(when)s 的「%(title)s」还是请你来"),
        Notice.Kind.BARRED: _("%(when)s 的「%(title)s」你答应不了了"),
    }
    return words[Notice.Kind(kind)]


def _means(kind: str) -> tuple[str, bool]:
    """For her, and whether only for who had promised."""
    words = {
        Notice.Kind.CANCELLED: (_("不用去了，谢谢你。"), True),
        Notice.Kind.RELEASED: (_("已经替你放下，不用去了。"), True),
        Notice.Kind.UNANSWERED: (
            _("位子先放出来了，不用去了；还想去、还有位子，可以再报名。"),
            False,
        ),
        Notice.Kind.TOLD: (_("你的位子不变。"), False),
        Notice.Kind.RESTORED: (_("跟你答应过的一样，位子是你的，不用再回复。"), False),
        Notice.Kind.WITHDRAWN: (_("不用去了。"), False),
        Notice.Kind.LET_GO: (_("你的位子取消了，不用去了，谢谢你。"), True),
        Notice.Kind.TAKEN_OUT: (_("已经替你放下，谢谢你。有疑问，请联系调度员。"), False),
        Notice.Kind.PUT_BACK: (_("刚才是点错了，位子还是你的，不用再回复。"), False),
        Notice.Kind.BARRED: (_("位子先放出来了，不用去了。"), True),
    }
    return words[Notice.Kind(kind)]
