"""In which groups of coordinators each delivery is told; what belongs to two groups becomes two
deliveries, so that each is heard where it belongs, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from backend.notifications.models import Delivery
from backend.notifications.robots import GROUPS, Desks, Groups, groups_of, told_in
from backend.notifications.table import MESSAGES
from backend.notifications.ways import NONE
from backend.notifications.whose_business import organisations_of

Place = tuple[tuple[str, str], ...]  # the groups, as something to compare


class Where:
    """`on`: the ways that are on; without one to groups nothing is asked, and all is one place."""

    def __init__(self, on: Collection[str]) -> None:
        self.on = bool(set(GROUPS) & set(on))
        self.desks: dict[int, Desks] = {}
        self.paths: defaultdict[str, dict[int, str]] = defaultdict(dict)

    def learn(self, deliveries: Iterable[Delivery]) -> None:
        """Read what is needed for these. Two statements, and one for each kind about which somebody
        with several organisations is told."""
        at_desks = [one for one in deliveries if one.user_id is not None] if self.on else []
        new = {one.user_id for one in at_desks if one.user_id} - set(self.desks)
        if new:
            self.desks |= groups_of(new)
        in_doubt: defaultdict[str, set[int]] = defaultdict(set)
        for one in at_desks:
            if len(self._desks(one)) > 1:
                condition = MESSAGES[one.kind].while_
                in_doubt[condition].update(set(one.subjects) - set(self.paths[condition]))
        for condition, subjects in in_doubt.items():
            self.paths[condition] |= organisations_of(condition, subjects) if subjects else {}

    def groups(self, delivery: Delivery) -> Groups:
        """Those that it is for."""
        return self._groups(delivery, delivery.subjects)

    def place(self, delivery: Delivery) -> Place:
        return tuple(sorted(self.groups(delivery).items()))

    def parts(self, delivery: Delivery) -> Sequence[list[int]]:
        """Its subjects, together those that are told in one place."""
        found: defaultdict[Place, list[int]] = defaultdict(list)
        for pk in delivery.subjects:
            found[tuple(sorted(self._groups(delivery, [pk]).items()))].append(pk)
        return list(found.values())

    def _groups(self, delivery: Delivery, subjects: Collection[int]) -> Groups:
        if not self.on or delivery.user_id is None:
            return NONE
        paths: Mapping[int, str] = self.paths[MESSAGES[delivery.kind].while_]
        return told_in(self._desks(delivery), {paths[pk] for pk in subjects if pk in paths})

    def _desks(self, delivery: Delivery) -> Desks:
        return self.desks.get(delivery.user_id or 0, {})


def taken_apart(claimed: Sequence[Delivery], where: Where, now: datetime) -> list[Delivery]:
    """These, and of each that belongs to several groups what is of the second and further ones as
    deliveries of their own, due as it is. Call it inside a transaction."""
    fewer: list[Delivery] = []
    made: list[Delivery] = []
    for delivery in claimed:
        first, *others = where.parts(delivery) or [[]]
        if not others:
            continue
        made += [_split(delivery, part, n, now) for n, part in enumerate(others, 1)]
        delivery.subjects = first
        fewer.append(delivery)
    if fewer:
        Delivery.objects.bulk_update(fewer, ["subjects"])
        Delivery.objects.bulk_create(made)
    return [*claimed, *made]


def _split(delivery: Delivery, subjects: list[int], n: int, now: datetime) -> Delivery:
    """Of a cause of its own, because one cause makes one delivery to a person."""
    return Delivery(
        cause=f"{delivery.cause}/{int(now.timestamp())}.{n}",
        kind=delivery.kind,
        user=delivery.user,
        subjects=subjects,
        made_at=delivery.made_at,
        next_at=delivery.next_at,
        told_at=delivery.told_at,
        seen_at=delivery.seen_at,
    )
