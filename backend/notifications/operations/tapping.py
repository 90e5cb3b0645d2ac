"""An answer by one tap on a link of a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from backend.bookings.operations import accept_seat, cancel_booking, decline_seat
from backend.common.locking import operation
from backend.common.prepared import run
from backend.common.refusal import Refusal
from backend.notifications.links import Link, Purpose, mark_in, mark_of, read
from backend.notifications.models import LinkUse, NoMail
from backend.notifications.questions import LinkQuestion, question_of
from backend.rota.operations import (
    TermsChanged,
    accept_offer,
    decline_cover,
    decline_offer,
    take_cover,
    withdraw_assignment,
)

KEPT = timedelta(days=30)  # after a link's end
NOTE = """
INSERT INTO notifications_linkuse (mark, purpose, subject, yes, at, until)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (mark) DO NOTHING RETURNING id
"""
Answer = Callable[..., Any]


class LinkUsed(Refusal):
    """It has served. Facts: yes (what was answered)."""

    code = "link_used"


class LinkOver(Refusal):
    """There is nothing to answer any more: its time is over, or somebody answered elsewhere."""

    code = "link_over"


@operation
def answer_link(*, token: str, yes: bool, now: datetime, seen: str = "") -> LinkQuestion:
    """Do what the link is for. All or nothing: an answer that is refused leaves the link unused.
    `seen`: the mark of the terms that the page of the link showed. A yes is to nothing else: a
    message may be older than the terms, and so a yes that names none is no answer.

    Raises LinkUsed, LinkOver, TermsChanged, and what the answer itself may be refused with.
    """
    link = read(token)
    question = question_of(link, now) if link else None
    used = LinkUse.objects.filter(mark=mark_of(token)).first()
    if used is not None:
        raise LinkUsed(yes=used.yes)
    if link is None or question is None or link.until is None:
        raise LinkOver
    if yes and seen != question.mark:
        raise TermsChanged(session=question.session)
    facts = [mark_of(token), int(link.purpose), link.subject, yes, now, link.until]
    if run(NOTE, facts) is None:  # somebody was faster; her word is committed now
        raise LinkUsed(yes=LinkUse.objects.get(mark=mark_of(token)).yes)
    _do(link, yes, question, now, seen)
    return question


def _do(link: Link, yes: bool, question: LinkQuestion, now: datetime, seen: str) -> None:
    act = ANSWERS.get((link.purpose, yes))
    if act is None:
        return  # that she still comes is noted and changes nothing
    name, operation_of = act
    facts = {name: link.subject} | ({"seen": seen} if yes else {})
    operation_of(**facts, actor=question.actor, now=now)


ANSWERS: dict[tuple[Purpose, bool], tuple[str, Answer]] = {
    (Purpose.OFFER, True): ("offer_id", accept_offer),
    (Purpose.OFFER, False): ("offer_id", decline_offer),
    (Purpose.COVER, True): ("ask_id", take_cover),
    (Purpose.COVER, False): ("ask_id", decline_cover),
    (Purpose.COMING, False): ("assignment_id", withdraw_assignment),
    (Purpose.SEAT, True): ("booking_id", accept_seat),
    (Purpose.SEAT, False): ("booking_id", decline_seat),
    (Purpose.ATTENDING, True): ("booking_id", accept_seat),  # counts where the class has no minder
    (Purpose.ATTENDING, False): ("booking_id", cancel_booking),
}


def was_used(token: str) -> bool:
    """Whether the link has served."""
    return LinkUse.objects.filter(mark=mark_of(token)).exists()


@operation
def stop_mail(*, link: Link, stop: bool, now: datetime) -> None:
    """No more e-mails to the address that the link is of, or again some. Repeating is nothing."""
    mark = mark_in(link)
    if stop:
        NoMail.objects.get_or_create(mark=mark, defaults={"at": now})
    else:
        NoMail.objects.filter(mark=mark).delete()


@operation
def forget_links(*, now: datetime) -> int:
    """Remove the notes of links that ended long ago."""
    return LinkUse.objects.filter(until__lt=now - KEPT).delete()[0]
