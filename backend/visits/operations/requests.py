"""A family asks for a visit at home, says it anew, or wants none any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from backend.accounts.models import User
from backend.accounts.purposes import ConsentPurpose
from backend.common.clock import local_day
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.families.operations import ConsentNeeded, NotHerChild, give_consent
from backend.families.policy import CONSENT_TEXT, is_served_age
from backend.families.queries import live_consents
from backend.outbox.kinds import VisitAsked, VisitWishChanged
from backend.visits.events import tell
from backend.visits.models import VisitRequest
from backend.visits.policy import AHEAD
from backend.visits.states import LIVE_VISITS, VisitPart, VisitTopic

LONGEST = 100  # characters of an address


class VisitAskRefused(Refusal):
    """What was said does not make a wish.

    Facts: field ("child", "topic", "parts", "first_day", "last_day", "address",
    "guardian_present"), why ("choose", "empty", "long", "past", "far", "order", "age", "twice",
    "needed"), limit.
    """

    code = "visit_ask_refused"


class VisitMoved(Refusal):
    """Somebody else did something to it meanwhile. Facts: state, version (the newest)."""

    code = "visit_moved"


@dataclass(frozen=True, kw_only=True)
class VisitWords:
    """What the family says: what it is about, when it is at home, where the door is, and that a
    grown-up of it is there throughout."""

    topic: str
    parts: Collection[str]
    first_day: date
    last_day: date
    address: str
    guardian_present: bool


@operation
def ask_for_visit(
    *,
    family_id: int,
    child_id: int,
    said: VisitWords,
    consents: Collection[str],
    actor: User | None,
    now: datetime,
) -> VisitRequest:
    """Ask for a visit for one child; `consents` are the purposes that were ticked with it: to a
    visit one agrees apart from everything else.

    Raises NotHerChild, ConsentNeeded, VisitAskRefused.
    """
    family = lock_one(Family, family_id)
    child = family.children.filter(pk=child_id).first()
    if child is None:
        raise NotHerChild(child=child_id)
    _require_consents(family, child, consents, actor, now)
    checked = _checked(said, local_day(now))
    if not is_served_age(child.birth_month, local_day(now)):
        raise VisitAskRefused(field="child", why="age", limit=None)
    if VisitRequest.objects.filter(child=child, state__in=LIVE_VISITS).exists():
        raise VisitAskRefused(field="child", why="twice", limit=None)
    row = VisitRequest(family=family, child=child, made_at=now, guardian_agreed_at=now)
    _write(row, checked)
    row.save()
    tell(VisitAsked, row, actor=actor, now=now, action="create")
    return row


@operation
def change_visit_wish(
    *,
    family_id: int,
    request_id: int,
    version: int,
    said: VisitWords,
    actor: User | None,
    now: datetime,
) -> VisitRequest:
    """Say it anew, as long as no time is set. Raises VisitMoved, VisitAskRefused;
    VisitRequest.DoesNotExist."""
    row = open_request_of(family_id, request_id, version)
    _write(row, _checked(said, local_day(now), row.first_day))
    row.guardian_agreed_at = now
    row.version += 1
    row.save()
    tell(VisitWishChanged, row, actor=actor, now=now, action="change")
    return row


def open_request_of(family_id: int, request_id: int, version: int) -> VisitRequest:
    """The request under its family's lock, open and as it was seen. Raises VisitMoved;
    VisitRequest.DoesNotExist."""
    family = lock_one(Family, family_id)
    row = VisitRequest.objects.get(pk=request_id, family=family)
    row.family = family
    if not row.is_open or row.version != version:
        raise VisitMoved(state=row.state, version=row.version)
    return row


def agreed_to_visit(family: Family, child_id: int) -> bool:
    """Both consents hold: to the use of the month of birth, and to a visit."""
    needed = {ConsentPurpose.BOOKING, ConsentPurpose.VISIT}
    rows = live_consents(family).filter(child_id=child_id, purpose__in=needed)
    return set(rows.values_list("purpose", flat=True)) == needed


def _require_consents(
    family: Family, child: Child, ticked: Collection[str], actor: User | None, now: datetime
) -> None:
    rows = live_consents(family).filter(child_id=child.pk)
    given = set(rows.values_list("purpose", flat=True))
    if ConsentPurpose.BOOKING not in given:
        raise ConsentNeeded(purpose=ConsentPurpose.BOOKING)
    if ConsentPurpose.VISIT in given:
        return
    if ConsentPurpose.VISIT not in ticked:
        raise ConsentNeeded(purpose=ConsentPurpose.VISIT)
    give_consent(
        family_id=family.pk,
        child_id=child.pk,
        purpose=ConsentPurpose.VISIT,
        text_version=CONSENT_TEXT,
        actor=actor,
        now=now,
    )


def _write(row: VisitRequest, said: VisitWords) -> None:
    row.topic = said.topic
    row.parts = [part for part in VisitPart.values if part in said.parts]
    row.first_day = said.first_day
    row.last_day = said.last_day
    row.address = said.address


def _checked(said: VisitWords, today: date, said_before: date | None = None) -> VisitWords:
    """`said_before`: a first day that it named once, and need not name anew."""
    address = line(said.address)
    last = today + AHEAD
    wrong = {
        ("topic", "choose"): said.topic not in VisitTopic.values,
        ("parts", "choose"): not said.parts or bool(set(said.parts) - set(VisitPart.values)),
        ("first_day", "past"): said.first_day < today and said.first_day != said_before,
        ("last_day", "order"): said.last_day < said.first_day,
        ("last_day", "past"): said.last_day < today,
        ("last_day", "far"): said.last_day > last,
        ("address", "empty"): not address,
        ("address", "long"): len(address) > LONGEST,
        ("guardian_present", "needed"): not said.guardian_present,
    }
    for (field, why), is_so in wrong.items():
        if is_so:
            raise VisitAskRefused(field=field, why=why, limit=LONGEST if why == "long" else last)
    return VisitWords(
        topic=said.topic,
        parts=said.parts,
        first_day=said.first_day,
        last_day=said.last_day,
        address=address,
        guardian_present=True,
    )
