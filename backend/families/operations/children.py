"""A family's children: a nickname, a birth month, and a note only where the guardian agreed to
one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from backend.accounts.models import Consent, User
from backend.accounts.purposes import ConsentPurpose
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line, paragraphs
from backend.common.refusal import Refusal
from backend.families.models import Child, Family, Request
from backend.families.operations.consents import (
    ConsentNeeded,
    has_consent,
    settle_wishes,
    who_agrees,
)
from backend.families.operations.of_family import changed, child_of
from backend.families.policy import CONSENT_TEXT, is_month, is_served_age
from backend.families.queries import live_consents
from backend.outbox.kinds import ChildAdded, ChildCorrected, ChildErased
from matching import months_completed

NICKNAME = 12  # characters: a nickname, not a full name with a title


class ChildRefused(Refusal):
    """What was given does not describe a child that we serve.

    Facts: field ("nickname" or "birth_month"), why ("empty", "long", "form", "age").
    """

    code = "child_refused"


@dataclass(frozen=True, kw_only=True)
class ChildData:
    """What is asked about a child; `consents` are the purposes that the guardian ticked for it."""

    nickname: str
    birth_month: str
    note: str = ""
    consents: frozenset[str] = field(default_factory=frozenset)


@operation
def add_child(
    *, family_id: int, child: ChildData, actor: User | None, now: datetime, how: str = "page"
) -> Child:
    """Register another child.

    Raises ChildRefused, and ConsentNeeded without the yes to booking (or to a note that is given).
    """
    family = lock_one(Family, family_id)
    row = enter_child(family, child, how, now, actor)
    happened = ChildAdded(family=family.pk, child=row.pk)
    changed(happened, f"child:{row.pk}", "create", "", actor=actor, now=now)
    return row


@operation
def correct_child_alone(
    *,
    family_id: int,
    child_id: int,
    nickname: str,
    birth_month: str,
    actor: User | None,
    now: datetime,
    note: str | None = None,
) -> Child:
    """Put right what is wrong, at any age: as long as data are kept they may be corrected. `note`
    None leaves it.

    Raises NotHerChild, ChildRefused, ConsentNeeded (a note without its yes).
    """
    family = lock_one(Family, family_id)
    row = child_of(family, child_id)
    row.nickname, row.birth_month = checked(nickname, birth_month, local_day(now), new=False)
    if note is not None:
        note = paragraphs(note)
        if note and not has_consent(family, row.pk, ConsentPurpose.CHILD_NOTE):
            raise ConsentNeeded(purpose=ConsentPurpose.CHILD_NOTE)
        row.note = note or None
    row.save(update_fields=["nickname", "birth_month", "note"])
    happened = ChildCorrected(family=family.pk, child=row.pk)
    changed(happened, f"child:{row.pk}", "change", "corrected", actor=actor, now=now)
    return row


@operation
def remove_child(*, family_id: int, child_id: int, actor: User | None, now: datetime) -> None:
    """Erase a child's data and end its consents.

    Live bookings of the child must have been cancelled before (rights.operations.erase_child).
    """
    family = lock_one(Family, family_id)
    row = child_of(family, child_id)
    end_consents(family, [row.pk], now)
    _end_wishes_for(family, row, now)
    row.delete()
    settle_wishes(family)
    happened = ChildErased(family=family.pk, child=child_id)
    changed(happened, f"child:{child_id}", "erase", "", actor=actor, now=now)


def _end_wishes_for(family: Family, child: Child, now: datetime) -> None:
    """Those for this child alone; without it they would be for all the others."""
    for wish in family.requests.filter(children=child).prefetch_related("children"):
        if len(wish.children.all()) == 1:
            wish.state = Request.State.CLOSED
            wish.closed_at = now
            wish.save(update_fields=["state", "closed_at"])


def enter_child(
    family: Family, child: ChildData, how: str, now: datetime, actor: User | None
) -> Child:
    """Check and store a child of the locked family, with the guardian's consents."""
    nickname, birth_month = checked(child.nickname, child.birth_month, local_day(now))
    who = who_agrees(family, actor)
    if ConsentPurpose.BOOKING not in child.consents or who is None:
        raise ConsentNeeded(purpose=ConsentPurpose.BOOKING)
    note = paragraphs(child.note)
    if note and ConsentPurpose.CHILD_NOTE not in child.consents:
        raise ConsentNeeded(purpose=ConsentPurpose.CHILD_NOTE)
    row = Child.objects.create(
        family=family, nickname=nickname, birth_month=birth_month, note=note or None
    )
    given = [
        Consent(
            user_id=who,
            child_id=row.pk,
            purpose=purpose,
            text_version=CONSENT_TEXT,
            how=how,
            given_at=now,
        )
        for purpose in sorted(child.consents)
    ]
    Consent.objects.bulk_create(given)
    settle_wishes(family)
    return row


def end_consents(family: Family, child_ids: Iterable[int], now: datetime) -> None:
    live_consents(family).filter(child_id__in=child_ids).update(withdrawn_at=now)


def checked(nickname: str, birth_month: str, today: date, *, new: bool = True) -> tuple[str, str]:
    """Both as they are stored; a `new` child is of an age that we serve, any is born. Raises
    ChildRefused."""
    nickname = line(nickname)
    birth_month = birth_month.strip()
    if not nickname:
        raise ChildRefused(field="nickname", why="empty")
    if len(nickname) > NICKNAME:
        raise ChildRefused(field="nickname", why="long")
    if not is_month(birth_month):
        raise ChildRefused(field="birth_month", why="form")
    if months_completed(birth_month, today) < 0 or (new and not is_served_age(birth_month, today)):
        raise ChildRefused(field="birth_month", why="age")
    return nickname, birth_month
