"""What is held of a child that is looked after: written down with its guardian's consent, gone with
it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import PairedChildForgotten, PairedChildNoted
from backend.pairs.events import tell_of_child
from backend.pairs.models import Pair, PairedChild, PairMeeting, PairMeetingChange
from backend.pairs.operations.ending import end_row
from backend.pairs.operations.holding import ConsentGone
from backend.pairs.policy import CHILD, PAIR_KEPT
from backend.pairs.states import LIVE_PAIRS, AgreedBy, AgreedHow, PairEnd
from matching import months_completed

NICKNAME = 12
CALLED = 20
MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


class PairedChildRefused(Refusal):
    """Facts: field ("nickname", "birth_month", "guardian", "agreed_by", "agreed_how", "agreed_on"),
    why ("empty", "long", "form", "age", "choose", "later"), limit."""

    code = "paired_child_refused"


@dataclass(frozen=True, kw_only=True)
class ChildWords:
    """What a coordinator writes down: as little as a mentor needs, and who agreed to it."""

    nickname: str
    birth_month: str  # "2016-03"
    guardian: str
    agreed_by: str
    agreed_how: str
    agreed_on: date


@operation
def note_child(
    *, organisation: Organisation, said: ChildWords, actor: User, now: datetime
) -> PairedChild:
    """Raises PairedChildRefused."""
    words = _checked(said, local_day(now))
    row = PairedChild(
        organisation=organisation,
        nickname=words.nickname,
        birth_month=words.birth_month,
        guardian=words.guardian,
        agreed_by=words.agreed_by,
        agreed_how=words.agreed_how,
        agreed_on=words.agreed_on,
        noted_by=actor,
        noted_at=now,
    )
    row.save()
    tell_of_child(PairedChildNoted, row, "create", actor, now)
    return row


@operation
def withdraw_agreement(*, child_id: int, actor: User, now: datetime) -> PairedChild:
    """The guardian does not agree any more: what stood on it ends at once, and nothing that was
    sealed is left. Repeating it is nothing. Raises PairedChild.DoesNotExist."""
    child = lock_one(PairedChild, child_id)
    if child.withdrawn_at is not None:
        return child
    child.withdrawn_at = now
    for pair in child.pairs.filter(state__in=LIVE_PAIRS).order_by("-pk"):
        pair.child = child
        end_row(pair, PairEnd.CONSENT, actor=actor, now=now)
    _forget(child, actor, now)
    return child


def forget_paired_children(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """What is sealed of children that nobody is paired with for long; how many. One transaction
    each, `go_on` asked after each."""
    lately = Pair.objects.filter(Q(ended_at__gt=now - PAIR_KEPT) | Q(state__in=LIVE_PAIRS))
    rows = PairedChild.objects.filter(forgotten_at=None, noted_at__lte=now - PAIR_KEPT)
    found = rows.exclude(pk__in=lately.values("child")).order_by("pk")
    return work_off(
        (_forget_old(pk, now) for pk in list(found.values_list("pk", flat=True))), go_on
    )


@operation
def _forget_old(child_id: int, now: datetime) -> int:
    child = lock_one(PairedChild, child_id)
    if child.forgotten_at is not None or child.pairs.filter(state__in=LIVE_PAIRS).exists():
        return 0
    _forget(child, None, now)
    return 1


def require_agreement(child: PairedChild) -> None:
    """Raises ConsentGone."""
    if not child.holds:
        raise ConsentGone


def _forget(child: PairedChild, actor: User | None, now: datetime) -> None:
    """That there was a child, and how often somebody came, stays as a figure."""
    child.nickname = child.birth_month = child.guardian = None
    child.forgotten_at = now
    child.save()
    PairMeeting.objects.filter(pair__child=child).update(words=None)
    changes = PairMeetingChange.objects.filter(meeting__pair__child=child)
    changes.update(words=None, because=None, reason="")
    Pair.objects.filter(child=child).update(said=None)
    tell_of_child(PairedChildForgotten, child, "erase", actor, now)


def _checked(said: ChildWords, today: date) -> ChildWords:
    nickname, guardian = line(said.nickname), line(said.guardian)
    wrong = {
        ("nickname", "empty"): not nickname,
        ("nickname", "long"): len(nickname) > NICKNAME,
        ("birth_month", "form"): not MONTH.fullmatch(said.birth_month),
        ("guardian", "empty"): not guardian,
        ("guardian", "long"): len(guardian) > CALLED,
        ("agreed_by", "choose"): said.agreed_by not in AgreedBy.values,
        ("agreed_how", "choose"): said.agreed_how not in AgreedHow.values,
        ("agreed_on", "later"): said.agreed_on > today,
    }
    limits = {"nickname": NICKNAME, "guardian": CALLED}
    for (field, why), is_so in wrong.items():
        if is_so:
            raise PairedChildRefused(field=field, why=why, limit=limits.get(field))
    if months_completed(said.birth_month, today) // 12 not in CHILD:
        raise PairedChildRefused(field="birth_month", why="age", limit=CHILD.stop)
    return ChildWords(
        nickname=nickname,
        birth_month=said.birth_month,
        guardian=guardian,
        agreed_by=said.agreed_by,
        agreed_how=said.agreed_how,
        agreed_on=said.agreed_on,
    )
