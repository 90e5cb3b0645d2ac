"""What one person is told of one kind at about one moment is one row of her inbox: at an expiry a
family may lose the seats of several sessions, and a city a coordinator's peace by eighty holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from backend.common import bulk
from backend.common.clock import local_day, local_midnight
from backend.notifications.models import Delivery
from backend.notifications.operations.where import Place, Where, taken_apart
from backend.notifications.recipients import Addressee
from backend.notifications.shape import Together
from backend.notifications.table import MESSAGES

JUST_NOW = timedelta(hours=1)
Receiver = tuple[str, int | None, int | None, int | None, int | None, Place]


def gathered(claimed: Sequence[Delivery], where: Where, now: datetime) -> list[Delivery]:
    """Those that nobody has taken over since they were claimed, each with what its older ones of
    the kind were about (table.Together): those are moot then, and leave the inbox. What is told in
    different groups of coordinators stays apart. Call it inside a transaction; at most six
    statements, beside those of Where.learn()."""
    ours = _still_ours(claimed)
    where.learn(ours)
    ours = taken_apart(ours, where, now)
    groups: dict[Receiver, list[Delivery]] = defaultdict(list)
    for delivery in ours:
        if MESSAGES[delivery.kind].together != Together.APART:
            groups[_of(delivery, where)].append(delivery)
    if not groups:
        return ours
    gone: list[Delivery] = []
    fuller: list[Delivery] = []
    older = _older(groups, where, now)
    for receiver, rows in groups.items():
        newest = rows.pop()
        taken_over = sorted([*rows, *older.get(receiver, ())], key=lambda row: row.pk)
        if taken_over:
            newest.heard = _heard(taken_over, newest)
            newest.subjects = _subjects([*taken_over, newest])
            newest.told_at = None
            fuller.append(newest)
            gone += taken_over
    Delivery.objects.bulk_update(fuller, ["subjects"])
    moot = Delivery.State.MOOT
    Delivery.objects.filter(bulk.among("pk", [row.pk for row in gone])).update(
        state=moot, told_at=None
    )
    left = {row.pk for row in gone}
    return [delivery for delivery in ours if delivery.pk not in left]


def _still_ours(claimed: Sequence[Delivery]) -> list[Delivery]:
    """Another turn may have taken one over since, or an operator dropped it."""
    if not claimed:
        return []
    rows = Delivery.objects.filter(
        bulk.among("pk", [row.pk for row in claimed]),
        state=Delivery.State.WAITING,
        next_at=claimed[0].next_at,
    )
    kept = set(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    return [delivery for delivery in claimed if delivery.pk in kept]


def _older(
    groups: Mapping[Receiver, Sequence[Delivery]], where: Where, now: datetime
) -> dict[Receiver, list[Delivery]]:
    """The rows that theirs take over. One that another turn is telling just now stays."""
    claimed = [row.pk for rows in groups.values() for row in rows]
    kinds: dict[Together, set[str]] = {together: set() for together in Together}
    for receiver in groups:
        kinds[MESSAGES[receiver[0]].together].add(receiver[0])
    rows = Delivery.objects.filter(
        Q(kind__in=kinds[Together.OF_A_MOMENT]) & _of_a_moment(now)
        | Q(kind__in=kinds[Together.OF_A_DAY]) & _of_a_day(now),
        _whose(groups),
    ).exclude(bulk.among("pk", claimed))
    found: dict[Receiver, list[Delivery]] = defaultdict(list)
    there = list(rows.order_by("pk").select_for_update(skip_locked=True))
    where.learn(there)
    for row in there:
        if _of(row, where) in groups:
            found[_of(row, where)].append(row)
    return found


def _of_a_moment(now: datetime) -> Q:
    """Not told yet, or a moment ago and neither seen nor gone outside."""
    states = Delivery.State
    fresh = Q(told_at__gt=now - JUST_NOW, seen_at=None, channel="")
    return Q(state=states.WAITING, told_at=None) | Q(fresh, state__in=(states.WAITING, states.SENT))


def _of_a_day(now: datetime) -> Q:
    """Not told yet, or told today."""
    today = Q(told_at__gte=local_midnight(local_day(now)))
    return today | Q(state=Delivery.State.WAITING, told_at=None)


def _whose(groups: Iterable[Receiver]) -> Q:
    people = [Addressee(*receiver[1:4]) for receiver in groups]
    return (
        Q(bulk.among("volunteer", {one.volunteer for one in people if one.volunteer}))
        | Q(bulk.among("family", {one.family for one in people if one.family}))
        | Q(bulk.among("user", {one.user for one in people if one.user}))
    )


def _of(delivery: Delivery, where: Where) -> Receiver:
    """Her kind of message, and where it is told; each grown-up of a family has a row of her own."""
    return (
        delivery.kind,
        delivery.volunteer_id,
        delivery.family_id,
        delivery.user_id,
        delivery.guardian_id,
        where.place(delivery),
    )


def _heard(older: Iterable[Delivery], newest: Delivery) -> frozenset[int]:
    """What went outside already, and is not said for something new: it rings nobody at night."""
    states = Delivery.State
    rows = [*older, newest]
    out = [row for row in rows if row.state == states.SENT and row.channel]
    return frozenset(_subjects(out)) - frozenset(_subjects(r for r in rows if r not in out))


def _subjects(rows: Iterable[Delivery]) -> list[int]:
    """Each once, in the order in which they came."""
    return list(dict.fromkeys(key for row in rows for key in row.subjects))
