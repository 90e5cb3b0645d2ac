"""What waits for a family's word: a seat that was freed, a session that was moved, a seat that goes
to whoever takes it first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.policy import free_seats, is_bookable, line_is_open, stay_by
from backend.bookings.queries import Hindrance, asked_to_stay, hindrances, minders_missing
from backend.rota.agreed import Agreed, mark_of
from backend.rota.models import Session
from backend.rota.policy import has_begun, is_at_home
from backend.web.components import Action, AskCard, Button
from backend.web.family.cards import place_of
from backend.words.changes import was_and_is
from backend.words.moments import deadline, spaced, when


def ask_cards(bookings: Sequence[Booking], now: datetime) -> list[AskCard]:
    """Of the family's live bookings those that wait for her word, the most urgent first."""
    return [card for _booking, card, _can in asked_of(bookings, now)]


def asked_of(bookings: Sequence[Booking], now: datetime) -> list[tuple[Booking, AskCard, bool]]:
    """The same, each with its booking and whether she could come."""
    staying = asked_to_stay(bookings, now)
    asked = [
        b for b in bookings if b.pk in staying or waits_for_word(b, now) or can_take_now(b, now)
    ]
    hindered = hindrances(asked) if asked else {}
    asked.sort(key=lambda b: _urgency(b, now))
    unminded = minders_missing(b.session_id for b in asked)
    return [(b, _card(b, hindered, unminded, now), b.pk not in hindered) for b in asked]


def _card(
    booking: Booking, hindered: Mapping[int, Hindrance], unminded: Mapping[int, bool], now: datetime
) -> AskCard:
    if booking.state == Booking.State.CONFIRMED:
        return stay_card(booking, now)
    return ask_card(booking, hindered.get(booking.pk), now, unminded)


def _urgency(booking: Booking, now: datetime) -> tuple[datetime, datetime, int]:
    """A whole plan is answered by one moment; then what begins first comes first."""
    begins = booking.session.starts_at or now
    return booking.answer_by or begins, begins, booking.pk


def waits_for_word(booking: Booking, now: datetime) -> bool:
    """She may still say yes or no."""
    return (
        booking.state in ANSWERABLE
        and booking.answer_by is not None
        and now < booking.answer_by
        and booking.session.state == Session.State.OPEN
    )


def can_take_now(booking: Booking, now: datetime) -> bool:
    """She waits, nobody is asked along the line any more, and there is room: who takes it first has
    it. Reads `session.rota`."""
    session = booking.session
    return (
        booking.state == Booking.State.WAITING
        and is_bookable(session, now)
        and not line_is_open(session, now)
        and booking.seats <= free_seats(session)
    )


def ask_card(
    booking: Booking, hindrance: Hindrance | None, now: datetime, unminded: Mapping[int, bool]
) -> AskCard:
    """`unminded`: as minders_missing()."""
    session = booking.session
    assert session.starts_at is not None and session.ends_at is not None
    answer = reverse("family:answer_seat", args=[booking.pk])
    yes_words, no_words = _answers(booking)
    yes: Action | Button = Action(
        label=yes_words,
        url=answer,
        icon="check",
        wide=True,
        fields={"answer": "yes", "seen": mark_of(session)},
    )
    if hindrance:
        yes = _instead(booking, hindrance)
    return AskCard(
        key=str(booking.pk),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        reply_by="",
        headline=_headline(booking, now),
        facts=(
            ("baby", _("、").join(child.nickname for child in booking.children.all())),
            ("calendar-check", session.title),
            *(("history", line) for line in changes(booking)),
            *(("triangle-alert", one) for one in [no_minder_yet(booking, unminded)] if one),
        ),
        yes=yes,
        no=Action(
            label=no_words,
            url=answer,
            variant="sec",
            wide=True,
            fields={"answer": "no"},
        ),
        note=_note(booking, hindrance),
    )


def stay_card(booking: Booking, now: datetime) -> AskCard:
    """Her class has no minder any more: she comes all the same, gives her seat up, or takes another
    class."""
    session = booking.session
    by = stay_by(session, now)
    assert by is not None
    answer = reverse("family:answer_seat", args=[booking.pk])
    return AskCard(
        key=str(booking.pk),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        reply_by="",
        headline=_("现在没有老师带课，还来吗？请在%(by)s 前回复")
        % {"by": spaced(deadline(by, now))},
        facts=(
            ("baby", _("、").join(child.nickname for child in booking.children.all())),
            ("calendar-check", session.title),
        ),
        yes=Action(label=_("还来"), url=answer, icon="check", wide=True, fields={"answer": "yes"}),
        no=Action(label=_("不来了"), url=answer, variant="sec", wide=True, fields={"answer": "no"}),
        more=Button(
            label=_("换一场"),
            href=reverse("family:move", args=[booking.pk]),
            variant="soft",
            wide=True,
        ),
        note=_("正在找老师。不回复，位子也给你们留着；要是取消，这里马上会写明。"),
    )


def _answers(booking: Booking) -> tuple[str, str]:
    """Yes and no, as what she is asked about is answered."""
    if is_at_home(booking.session):
        return _("这个时间可以"), _("换个时间")
    if booking.state == Booking.State.ASKED or booking.reopened:
        return _("还来"), _("不来了")
    return _("要这个位子"), _("不要了")


def take_action(booking: Booking) -> Action:
    """The seat that nobody is asked about any more, for who has waited for it."""
    return Action(
        label=_("要这个位子"),
        url=reverse("family:answer_seat", args=[booking.pk]),
        fields={"answer": "yes", "seen": mark_of(booking.session)},
    )


def _headline(booking: Booking, now: datetime) -> str:
    if booking.answer_by is None and booking.reopened:
        return _("取消的场次又开了，现在有位子，先到先得")
    if booking.answer_by is None:
        return _("现在有位子，先到先得")
    by = {"by": spaced(deadline(booking.answer_by, now))}
    if is_at_home(booking.session):
        return _at_home(booking) % by
    if booking.state == Booking.State.ASKED:
        return _("这一场改了，还来吗？请在%(by)s 前回复") % by
    if booking.reopened:
        return _("取消的场次又开了，还来吗？请在%(by)s 前回复") % by
    return _("有位子了，请在%(by)s 前回复") % by


def _at_home(booking: Booking) -> str:
    if booking.state == Booking.State.ASKED:
        return _("老师上门的时间改了，请在%(by)s 前回复")
    return _("老师上门的时间定了，请在%(by)s 前回复")


def _note(booking: Booking, hindrance: Hindrance | None) -> str:
    if hindrance:
        return what_hinders(hindrance)
    if is_at_home(booking.session):
        return _("不回复的话，到时间就另找一天。")
    if booking.state == Booking.State.ASKED:
        return _("位子先替你们留着。到时间没有回复的话，位子就放出来。")
    if booking.answer_by is None:
        return _("离开始太近，不再一家一家问了。")
    return _("不回复的话，到时间位子就放出来。")


def _instead(booking: Booking, hindrance: Hindrance) -> Button:
    """What she can do who could not come: see what stands in the way, or another time."""
    if hindrance.clashes:
        other = hindrance.clashes[0]
        return Button(
            label=_("看另一场"), href=reverse("family:ticket", args=[other.pk]), variant="pri"
        )
    if hindrance.could_come:
        who = reverse("family:who_comes", args=[booking.pk])
        return Button(label=_("换孩子"), href=who, variant="pri", icon="baby")
    return Button(label=_("换一场"), href=reverse("family:move", args=[booking.pk]), variant="pri")


def nobody_said_yes(*, again: bool) -> str:
    """`again`: they had, and are asked whether they still come."""
    if again:
        return _("老师正在重新确认")
    return _("老师还没定")


def no_minder_yet(booking: Booking, unminded: Mapping[int, bool]) -> str:
    """What a family is to know of a class without a minder yet (`unminded`: as minders_missing()):
    a seat that she has is kept for her, whoever comes or does not; who waits has none before. ""
    where there is one."""
    if booking.session_id not in unminded:
        return ""
    again = unminded[booking.session_id]
    if booking.state == Booking.State.WAITING:
        return _("%(who)s，有了老师才有位子") % {"who": nobody_said_yes(again=again)}
    who = _("老师还没定，还在找")
    if again:
        who = _("时间或内容改了，老师正在重新确认")
    if is_at_home(booking.session):
        return _("%(who)s；要是取消，这里马上会写明") % {"who": who}
    return _("%(who)s。位子给你们留着；要是取消，这里马上会写明") % {"who": who}


def booked(booking: Booking) -> str:
    """She has a seat now; said at once, when nobody minds the children yet."""
    nobody = no_minder_yet(booking, minders_missing([booking.session_id]))
    return _("约好了。%(but)s") % {"but": nobody} if nobody else _("约好了")


def what_hinders(hindrance: Hindrance) -> str:
    """Why she cannot come, and what would help."""
    said = words.reasons(
        v for v in hindrance.violations if v.rule != "family_overlap" or not hindrance.clashes
    )
    said += [_clash(other) for other in hindrance.clashes]
    if names := _("、").join(child.nickname for child in hindrance.could_come):
        said.append(_("%(names)s合适，可以只让%(names)s去") % {"names": names})
    return _("；").join(said)


def _clash(other: Booking) -> str:
    assert other.session.starts_at is not None
    facts = {"when": when(other.session.starts_at), "title": other.session.title}
    return _("跟你们约好的 %(when)s「%(title)s」撞了，只能去一场：要来这一场，先取消那一场") % facts


def changes(booking: Booking) -> list[str]:
    """What the family had agreed to → what it is now, a sentence for each thing that changed."""
    if not booking.changed_from:
        return []
    return was_and_is(Agreed.from_json(booking.changed_from), Agreed.of(booking.session))


def notes(bookings: Iterable[Booking], now: datetime) -> dict[int, str]:
    """Booking → what a family should know about it beside its state, where there is something: it
    was moved, nobody minds the children yet, or she could not come if a seat were free."""
    coming = [b for b in bookings if not has_begun(b.session, now)]
    waiting = [b for b in coming if b.state == Booking.State.WAITING]
    hindered = hindrances(waiting) if waiting else {}
    unminded = minders_missing(b.session_id for b in coming)
    found = {}
    for booking in coming:
        said = changes(booking)
        if nobody := no_minder_yet(booking, unminded):
            said.append(nobody)
        if booking.pk in hindered:
            said.append(what_hinders(hindered[booking.pk]))
        if said:
            found[booking.pk] = _("；").join(said)
    return found
