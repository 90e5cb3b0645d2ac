"""What is due goes out: asked once more whether it is still true, put into words as things are now,
into the inbox at once and outside when people are awake.

A claimed delivery is leased: nobody else takes it meanwhile, and after the lease it is due again.
Each outside message is noted as soon as the provider has taken it, so a worker that is killed
between the two costs one message that comes twice, under the same key.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backend.common import bulk
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.notifications.channels.base import Channel, Message, Sent, Unreachable
from backend.notifications.facts import FACTS
from backend.notifications.models import Delivery
from backend.notifications.night import goes_out_at
from backend.notifications.operations.gathering import gathered
from backend.notifications.operations.robots import note_robot
from backend.notifications.operations.where import Where
from backend.notifications.queries import SIDES, muted_by
from backend.notifications.recipients import Addressee
from backend.notifications.robots import GROUPS, HOUSE
from backend.notifications.table import MESSAGES
from backend.notifications.taps import tap_of
from backend.notifications.ways import language, ways
from backend.outbox.kinds import MessagesTold
from backend.outbox.record import record
from backend.words.messages import WORDS, several
from backend.words.saying import About, Said

log = logging.getLogger(__name__)

BATCH = 200  # claimed at once
LEASE = timedelta(minutes=3)
AGAIN = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360))  # after each failed try
ENOUGH = 3  # failures in a row after which a channel is left alone until the next turn
WRITTEN = ("state", "next_at", "title", "text", "link", "told_at", "sent_at")


@dataclass
class _Worded:
    """A delivery that is to be told, in words."""

    delivery: Delivery
    said: Said
    things: Sequence[About]
    news: Sequence[About]  # those of which nothing has gone outside
    ways: list[tuple[str, str]] = field(default_factory=list)


def send_due(*, channels: Mapping[str, Channel], now: datetime, go_on: GoOn = to_the_end) -> int:
    """Send what is due through these channels; how many deliveries were looked at."""
    return work_off(_batches(channels, now, go_on), go_on)


def _batches(channels: Mapping[str, Channel], now: datetime, go_on: GoOn) -> Iterator[int]:
    while claimed := _claim(now=now):
        due = _tell(claimed, channels, now=now)
        _Post(channels, now).send(due, go_on)
        yield len(claimed)


@operation
def _claim(*, now: datetime) -> list[Delivery]:
    """The longest due, for us alone until the lease is over."""
    rows = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now)
    free = rows.order_by("next_at", "pk").select_for_update(skip_locked=True)
    ids = list(free.values_list("pk", flat=True)[:BATCH])
    Delivery.objects.filter(bulk.among("pk", ids)).update(next_at=now + LEASE)
    claimed = Delivery.objects.filter(bulk.among("pk", ids)).order_by("pk")
    people = ("volunteer__user", "family__user", "guardian__user", "user")
    receivers = [f"{person}__wechat" for person in people]
    return list(claimed.select_related(*receivers, "user__own_phone"))


# --- into the inbox -------------------------------------------------------------------------------
@operation
def _tell(
    claimed: Sequence[Delivery], channels: Mapping[str, Channel], *, now: datetime
) -> list[_Worded]:
    """Word what is still true and put it into the inboxes; what is to go outside now. The number
    of statements does not grow with the deliveries."""
    where = Where(channels)
    claimed = gathered(claimed, where, now)
    told = _words(claimed, now)
    new = [one.delivery for one in told if one.delivery.told_at is None]
    muted = muted_by({_whose(delivery) for delivery in claimed})
    for one in told:
        if _did_it_herself(one):
            continue
        theirs = muted.get(_whose(one.delivery), ())
        one.ways = list(ways(one.delivery, channels, theirs, where.groups(one.delivery)))
    due = [one for one in told if _goes_outside(one, now)]
    bulk.write_back(claimed, WRITTEN)
    if new:
        record(
            MessagesTold(deliveries=tuple(delivery.pk for delivery in new)),
            streams=_inboxes(new),
            actor=None,
            now=now,
        )
    return due


def _did_it_herself(one: _Worded) -> bool:
    """The inbox of a family is one; her own telephone does not tell her what she did."""
    receiver = _user_id(one.delivery)
    return receiver is not None and all(thing.by == receiver for thing in one.things)


def _words(claimed: Sequence[Delivery], now: datetime) -> list[_Worded]:
    """Those that still say something true; the others become moot."""
    about = _things(claimed, now)
    newest = {_what(delivery): delivery.pk for delivery in claimed}  # they are in order
    told = []
    for delivery in claimed:
        found = about[delivery.kind]
        there = [pk for pk in delivery.subjects if pk in found]
        things = sorted((found[pk] for pk in there), key=_begins)
        if not things or newest[_what(delivery)] != delivery.pk:
            delivery.state = Delivery.State.MOOT
            continue
        with override(language(delivery)):
            said = WORDS[delivery.kind](things, now)
        delivery.title = said.title
        delivery.text = said.text
        delivery.link = _link(delivery, things)
        news = [found[pk] for pk in there if pk not in delivery.heard]
        told.append(_Worded(delivery, said, things, news))
    return told


def _begins(one: About) -> float:
    """What comes first is named first, what has no time last."""
    starts_at = one.agreed.starts_at if one.agreed else None
    return starts_at.timestamp() if starts_at else float("inf")


def _what(delivery: Delivery) -> tuple[object, ...]:
    """Two deliveries to one person that would say the same."""
    return (*_receiver(delivery), delivery.kind, *delivery.subjects)


def _whose(delivery: Delivery) -> Addressee:
    return Addressee(delivery.volunteer_id, delivery.family_id, delivery.user_id)


def _receiver(delivery: Delivery) -> tuple[object, ...]:
    """Whose telephone it goes to: each grown-up of a family has her own."""
    return (*_whose(delivery), delivery.guardian_id)


def _things(claimed: Iterable[Delivery], now: datetime) -> dict[str, dict[int, About]]:
    subjects: defaultdict[str, set[int]] = defaultdict(set)
    for delivery in claimed:
        subjects[delivery.kind].update(delivery.subjects)
    return {kind: FACTS[MESSAGES[kind].while_](ids, now) for kind, ids in subjects.items()}


def _link(delivery: Delivery, things: Sequence[About]) -> str:
    kind = MESSAGES[delivery.kind]
    if kind.one and len(things) == 1:
        return reverse(kind.one, args=[things[0].key])
    return reverse(kind.page)


def _goes_outside(one: _Worded, now: datetime) -> bool:
    """Whether it is to be sent now; otherwise it is told by the inbox alone, or waits."""
    delivery = one.delivery
    delivery.told_at = delivery.told_at or now
    if not one.ways:
        delivery.state = Delivery.State.SENT
        delivery.sent_at = now
        return False
    at = goes_out_at(MESSAGES[delivery.kind], one.news, now)
    if at > now:
        delivery.next_at = at
    return at == now


def _inboxes(deliveries: Iterable[Delivery]) -> set[str]:
    """The streams of those who can sign in."""
    users = {_user_id(delivery) for delivery in deliveries}
    return {f"inbox.{user}" for user in users if user is not None}


def _user_id(delivery: Delivery) -> int | None:
    person = delivery.volunteer or delivery.guardian or delivery.family
    return person.user_id if person is not None else delivery.user_id


# --- outside --------------------------------------------------------------------------------------
class _Post:
    """Sends the messages of one batch, one by one; what is due to one person, or to one group, at
    once is one message."""

    def __init__(self, channels: Mapping[str, Channel], now: datetime) -> None:
        self.channels = channels
        self.now = now
        self.failures: Counter[str] = Counter()  # in a row

    def send(self, due: Sequence[_Worded], go_on: GoOn) -> None:
        """At least one; where the turn is over, the others are due again at once. Whoever went on
        would be killed between sending one and noting it."""
        waiting = _bundles(due)
        while waiting:
            self._send(waiting.pop(0))
            if waiting and not go_on():
                self._note([one for bundle in waiting for one in bundle], next_at=self.now)
                return

    def _send(self, bundle: Sequence[_Worded]) -> None:
        """By the first way that takes it."""
        trouble = ""
        for name, address in bundle[0].ways:
            line = _line(name, address)
            if self.failures[line] >= ENOUGH:
                return self._later(bundle, name, "left_alone", counts=False)
            try:
                answer = self.channels[name].send(_message(bundle, name), address)
            except Unreachable as away:
                self.failures[line] += 1
                _note_group(name, address, away.code)
                return self._later(bundle, name, away.code)
            except Exception:  # whatever a provider's answer breaks: the others go out
                log.exception("channel %s failed", name)
                self.failures[line] += 1
                return self._later(bundle, name, "broken")
            self.failures[line] = 0
            _note_group(name, address, "" if isinstance(answer, Sent) else answer.code)
            if isinstance(answer, Sent):
                return self._note(
                    bundle,
                    state=Delivery.State.SENT,
                    channel=name,
                    receipt=answer.receipt[:120],
                    sent_at=self.now,
                    trouble="",
                )
            trouble = answer.code
            if name in GROUPS:
                return self._each_alone(bundle, trouble)
        self._note(
            bundle,
            state=Delivery.State.GIVEN_UP,
            channel=bundle[0].ways[-1][0],
            trouble=trouble[:40],
        )

    def _each_alone(self, bundle: Sequence[_Worded], trouble: str) -> None:
        """The group takes nothing any more: each by her own next way."""
        for one in bundle:
            one.ways = one.ways[1:]
        for rest in _bundles([one for one in bundle if one.ways]):
            self._send(rest)
        if lost := [one for one in bundle if not one.ways]:
            self._note(lost, state=Delivery.State.GIVEN_UP, trouble=trouble[:40])

    def _later(
        self, bundle: Sequence[_Worded], name: str, code: str, *, counts: bool = True
    ) -> None:
        """Again after a while, longer each time; who comes from one crowd does not come back as
        one."""
        for one in bundle:
            tried = one.delivery.attempts + counts
            if tried >= len(AGAIN):
                self._note(
                    [one],
                    state=Delivery.State.GIVEN_UP,
                    attempts=tried,
                    channel=name,
                    trouble=code[:40],
                )
                continue
            wait = AGAIN[tried - 1 if tried else 0]
            self._note(
                [one],
                attempts=tried,
                channel=name,
                trouble=code[:40],
                next_at=self.now + wait + wait * (one.delivery.pk % 16) / 32,
            )

    @operation
    def _note(self, bundle: Sequence[_Worded], **values: object) -> None:
        """Unless somebody dropped it meanwhile."""
        rows = Delivery.objects.filter(bulk.among("pk", [one.delivery.pk for one in bundle]))
        rows.filter(state=Delivery.State.WAITING).update(**values)


def _bundles(due: Sequence[_Worded]) -> list[list[_Worded]]:
    """What is due to one person by the same ways, or to one group, is one message."""
    found: defaultdict[tuple[object, ...], list[_Worded]] = defaultdict(list)
    for one in due:
        first = one.ways[0]
        whose = first if first[0] in GROUPS else (*_receiver(one.delivery), *one.ways)
        found[whose].append(one)
    return list(found.values())


def _line(name: str, address: str) -> str:
    """What fails together: a provider, or one group at it."""
    return f"{name} {address}" if name in GROUPS else name


def _note_group(name: str, address: str, trouble: str) -> None:
    """Whoever entered a group's robot sees whether it works."""
    if name in GROUPS and address != HOUSE:
        note_robot(robot_id=int(address), trouble=trouble)


def _inbox(delivery: Delivery) -> str:
    """Where all that she is told stands together."""
    for side, column in SIDES.items():
        if getattr(delivery, f"{column}_id") is not None:
            return reverse(f"{side}:messages")
    return delivery.link


def _message(bundle: Sequence[_Worded], channel: str) -> Message:
    first = bundle[0].delivery
    spoken = language(first)
    tap = tap_of(first, bundle[0].things) if len(bundle) == 1 else ""
    path = first.link if len(bundle) == 1 else _inbox(first)
    saids = list({one.said.text: one.said for one in bundle}.values())
    with override(spoken):
        said = saids[0] if len(saids) == 1 else several(saids)
    ids = [one.delivery.pk for one in bundle]
    key = str(ids[0]) if len(ids) == 1 else f"{ids[0]}-{ids[-1]}-{len(ids)}"
    return Message(
        key=f"{key}.{channel}",
        template=first.kind if len(saids) == 1 else several.__name__,
        title=said.title,
        text=said.text,
        variables=said.variables,
        link=f"{settings.PUBLIC_URL}{tap or path}",
        language=spoken,
    )
