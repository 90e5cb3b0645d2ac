"""小桔灯 pairs of the county whose coordinator signs in: some stand and have a history of visits,
some wait for an answer, of some the visit is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from backend.common.clock import local_day, local_midnight
from backend.demo.city import City, DrawnVolunteer
from backend.demo.operations.history import store_hours
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations.meeting import TITLE
from backend.pairs.policy import next_due
from backend.pairs.queries.mentors import role_of
from backend.pairs.states import AgreedBy, AgreedHow, PairFelt, PairState
from backend.programmes.models import Role
from backend.records.models import Attendance, ServiceRecord
from backend.rota.models import Assignment
from backend.rota.operations import Served, note_served
from backend.volunteers.models import Volunteer

MOST = 24
NICKNAMES = ("小石榴", "小青橙", "小橄榄", "小荔枝", "小龙眼", "小枇杷")
GUARDIANS = (
    ("高奶奶", AgreedBy.GRAND),
    ("陈女士", AgreedBy.MOTHER),
    ("林先生", AgreedBy.FATHER),
    ("郑姑姑", AgreedBy.KIN),
)
ASKED, FREE, LATE = 0, 1, 2  # the first of each eight; the others stand
OF = 8
WEEKS = 2  # from visit to visit
AGREED, SINCE = 100, 70  # days ago that the guardian of the first said yes, and its mentor
STOPPED = timedelta(days=30)  # nobody told of a visit to those that are late since then
SETTLED = timedelta(days=7)  # by then somebody has confirmed the minutes
SAID = (
    "（演示）一起读了半本绘本",
    "（演示）陪着写完了作业",
    "（演示）去公园走了走，话比上次多",
    "（演示）做了一顿饭",
    "",
)
HOW_LONG = (60, 90, 120)


def add_pairs(city: City) -> None:
    """Who joined through 小桔灯, lives there and holds what it asks, one child each."""
    mentors = Volunteer.objects.filter(
        programmes=city.programmes["mentor"],
        organisation__path__startswith=city.desk.path,
        state=Volunteer.State.ACTIVE,
    )
    people = {person.row.pk: person for person in city.people}
    role = role_of(city.engagements["mentor", "pairing"])
    assert role is not None  # the programme comes with one
    asked = city.needs[role.pk]
    able = [one for one in mentors.order_by("pk") if _holds(people[one.pk], asked, city)]
    records: list[ServiceRecord] = []
    for n, mentor in enumerate(able[:MOST]):
        child = _child(city, n)
        if n % OF != FREE:
            pair = _pair(city, n, child, mentor)
            records += _history(city, n, pair, role)
    store_hours(city, records)


def _holds(person: DrawnVolunteer, asked: list[str], city: City) -> bool:
    """All of it, and until today."""
    until = [person.held.get(code, city.today - timedelta(days=1)) for code in asked]
    return all(day is None or day >= city.today for day in until)


def _child(city: City, n: int) -> PairedChild:
    called, who = GUARDIANS[n % len(GUARDIANS)]
    agreed = city.now - timedelta(days=AGREED - n)
    row = PairedChild(
        organisation=city.desk,
        nickname=NICKNAMES[n % len(NICKNAMES)],
        birth_month=f"{city.today.year - 7 - n % 8}-{n % 12 + 1:02d}",
        guardian=called,
        agreed_by=who,
        agreed_how=AgreedHow.PAPER,
        agreed_on=local_day(agreed),
        noted_by=city.checker,
        noted_at=agreed,
    )
    row.save()
    return row


def _pair(city: City, n: int, child: PairedChild, mentor: Volunteer) -> Pair:
    began = city.now - (timedelta(hours=8) if n % OF == ASKED else timedelta(days=SINCE - n))
    row = Pair(
        child=child,
        mentor=mentor,
        engagement=city.engagements["mentor", "pairing"],
        weeks=WEEKS,
        asked_at=began - timedelta(hours=6),
        answer_by=began + timedelta(days=2),
    )
    if n % OF != ASKED:
        row.state = PairState.STANDING
        row.agreed_at = row.since = began
        row.due_on = next_due(row, local_day(began))
    row.save()
    return row


def _history(city: City, n: int, pair: Pair, role: Role) -> list[ServiceRecord]:
    """Its visits so far; hours of those that somebody has confirmed."""
    records: list[ServiceRecord] = []
    moments = list(_visits(city, n, pair))
    for turn, began_at in enumerate(moments):
        minutes = HOW_LONG[(n + turn) % len(HOW_LONG)]
        helps = turn == len(moments) - 1 and n % OF == LATE
        place = _served(city, pair, role, began_at, minutes)
        PairMeeting(
            pair=pair,
            place=place,
            began_at=began_at,
            minutes=minutes,
            felt=PairFelt.HELP if helps else (PairFelt.WELL, PairFelt.FAIRLY)[turn % 4 == 3],
            words=SAID[(n + turn) % len(SAID)] or None,
            told_at=began_at + timedelta(minutes=minutes + 20),
        ).save()
        if place.attended:
            records.append(_hours(city, place, minutes))
    if moments:
        pair.due_on = next_due(pair, local_day(moments[-1]))
        pair.save()
    return records


def _visits(city: City, n: int, pair: Pair) -> Iterator[datetime]:
    """Every other week, in an afternoon; of those that are late none of the last weeks."""
    if pair.since is None:
        return
    last = city.now - (STOPPED if n % OF == LATE else timedelta(hours=3))
    day = local_day(pair.since) + timedelta(days=2 + n % 5)
    while (moment := local_midnight(day) + timedelta(hours=15 + n % 3)) <= last:
        yield moment
        day += timedelta(weeks=WEEKS)


def _served(city: City, pair: Pair, role: Role, began_at: datetime, minutes: int) -> Assignment:
    """Her minutes, by her own word, and by another one once some days have gone by."""
    served = Served(
        engagement=pair.engagement,
        role=role,
        title=TITLE,
        starts_at=began_at,
        minutes=minutes,
        mark=f"pair-{pair.pk}",
    )
    ends = began_at + timedelta(minutes=minutes)
    place = note_served(organisation=city.desk, volunteer=pair.mentor, served=served, now=ends)
    settled = ends < city.now - SETTLED
    word = pair.mentor.user_id or 0
    Attendance.objects.create(
        assignment=place,
        came_at=began_at,
        came_how=Attendance.How.LATER,
        came_by_id=word,
        left_at=ends,
        left_how=Attendance.How.LATER,
        left_by_id=word,
        state=Attendance.State.ATTENDED if settled else Attendance.State.OPEN,
        decided_at=ends + timedelta(days=2) if settled else None,
        decided_by_id=city.checker.pk if settled else None,
    )
    if settled:
        place.attended = True
        place.save()
    return place


def _hours(city: City, place: Assignment, minutes: int) -> ServiceRecord:
    return ServiceRecord(
        volunteer=place.volunteer,
        session=place.session,
        organiser=city.desk,
        minutes=minutes,
        word_by_id=place.volunteer.user_id,
        recorded_at=place.made_at + timedelta(days=2),
        recorded_by_id=city.checker.pk,
    )
