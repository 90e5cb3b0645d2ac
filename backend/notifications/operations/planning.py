"""What an event means for people is written down: a delivery for each whom it concerns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from backend.common import bulk
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.families.models import Guardian
from backend.notifications.audiences import AUDIENCES
from backend.notifications.models import CalendarFeed, Delivery, Mute
from backend.notifications.recipients import Addressee, Audience, Happened
from backend.notifications.table import TOLD
from backend.outbox.kinds import FamilyErased, VolunteerErased
from backend.outbox.models import Event
from backend.outbox.operations import take_events
from backend.outbox.stored import Unreadable, read

READER = "told"  # its row beside the relay's says up to which event people were thought of
READ = [*(kind.kind for kind in TOLD), FamilyErased.kind]  # who is erased, is forgotten here
BATCH = 100  # events in one transaction
KEPT = timedelta(days=90)  # what somebody was told
COLUMNS = (
    "cause",
    "kind",
    "volunteer",
    "family",
    "user",
    "guardian",
    "subjects",
    "made_at",
    "next_at",
)


# cause, kind, to whom, subjects, when, when due
Told = tuple[str, str, Addressee, list[int], datetime, datetime]


def plan_deliveries(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Think of everybody whom the events since the last time concern; how many events.

    A batch of events to a transaction, which also notes that they are done: killed anywhere, none
    is forgotten and none is planned twice.
    """
    return work_off(_batches(now), go_on)


def _batches(now: datetime) -> Iterator[int]:
    more = True
    while more:
        events, more = _plan(now=now)
        yield events


@operation
def _plan(*, now: datetime) -> tuple[int, bool]:
    events, more = take_events(reader=READER, kinds=READ, most=BATCH)
    for event in events:
        happened = _happened(event)
        if happened is not None:
            _think_of(happened, now)
    return len(events), more


def _think_of(happened: Happened, now: datetime) -> None:
    event = happened.event
    if isinstance(event, FamilyErased):
        _forget(happened, family=event.family)
        return
    if isinstance(event, VolunteerErased):
        _forget(happened, volunteer=event.volunteer)
    for row in TOLD[type(event)]:
        audience = AUDIENCES[row.audience](happened)
        write_down(f"event.{happened.seq}", row.message, audience, now, row.later)


def _forget(happened: Happened, **whose: int) -> None:
    """What she was told, what she did not want to be told, and the address of her calendar."""
    Delivery.objects.filter(**whose).delete()
    Mute.objects.filter(**whose).delete()
    CalendarFeed.objects.filter(user=happened.actor, user__is_active=False).delete()


def _happened(event: Event) -> Happened | None:
    """None for one that does not tell what it must: the relay logs it."""
    try:
        told = read(event.kind, event.payload)
    except Unreadable:
        return None
    if told is None or event.seq is None:
        return None
    return Happened(event.seq, told, event.actor_id, event.at)


def write_down(
    cause: str, kind: str, audience: Audience, now: datetime, later: timedelta = timedelta(0)
) -> None:
    """A delivery for everybody of the audience, in one statement, due `later`; who has one of this
    cause and kind keeps it."""
    due = now + later
    insert_deliveries(
        (cause, kind, person, subjects, now, due) for person, subjects in audience.of.items()
    )


def insert_deliveries(told: Iterable[Told]) -> int:
    """A delivery for each of them, unless there is one; of a family one for its inbox and the
    telephone of the one who registered it, and one for each grown-up whom it let in. How many. Two
    statements."""
    told = list(told)
    let_in = _let_in({person.family for _, _, person, _, _, _ in told if person.family})
    rows = [
        (cause, kind, *person, guardian, json.dumps(subjects), at, due)
        for cause, kind, person, subjects, at, due in told
        for guardian in (None, *let_in.get(person.family, ()))
    ]
    bulk.insert(Delivery, COLUMNS, rows, unless_there=True)
    return len(rows)


def _let_in(families: Collection[int]) -> Mapping[int | None, list[int]]:
    found: defaultdict[int | None, list[int]] = defaultdict(list)
    if families:
        rows = Guardian.objects.filter(bulk.among("family", families), user__isnull=False)
        for family, guardian in rows.order_by("pk").values_list("family_id", "pk"):
            found[family].append(guardian)
    return found


@operation
def forget_messages(*, now: datetime) -> int:
    """Remove what was told long ago; how many deliveries."""
    return Delivery.objects.filter(made_at__lt=now - KEPT).delete()[0]
