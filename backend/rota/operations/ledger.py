"""What took place outside every rota, as a session that is over: hours of service are always those
of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from backend.common.clock import local_day, minute_of
from backend.common.locking import operation
from backend.organisations.models import Organisation
from backend.programmes.models import Engagement, Role
from backend.rota.models import Assignment, Rota, Session, Shift
from backend.rota.policy import HOME_GROUP
from backend.rota.states import APART, LEDGERS, AtHome
from backend.volunteers.models import Volunteer

WEEKS = 12
FIRST = date(2024, 1, 1)  # a Monday: from here on the ledgers follow one another


@dataclass(frozen=True)
class Served:
    """What somebody did, for how long, and with which role."""

    engagement: Engagement
    role: Role
    title: str
    starts_at: datetime
    minutes: int
    mark: str  # tells its sessions from those that a rota may be copied with
    kept_as: AtHome = AtHome.PAIR


@operation
def note_served(
    *, organisation: Organisation, volunteer: Volunteer, served: Served, now: datetime
) -> Assignment:
    """Her place in a session of its own, in the organisation's ledger of these weeks: a rota that
    was over from the beginning, so that nobody is asked and nothing is planned in it."""
    engagement = served.engagement
    latitude, longitude = _point(organisation, volunteer)
    division = organisation.division or volunteer.street
    session = Session.objects.create(
        rota=_ledger(organisation, served.kept_as, local_day(served.starts_at)),
        programme_id=engagement.programme_id,
        engagement=engagement,
        title=served.title,
        latitude=latitude,
        longitude=longitude,
        county_code=division.county_code,
        starts_at=served.starts_at,
        ends_at=served.starts_at + timedelta(minutes=served.minutes),
        group=f"{HOME_GROUP}{served.mark}",
        home=served.kept_as,
        state=Session.State.DONE,
    )
    shift = Shift.of(session, served.role, minimum=1, target=1)
    shift.taken = 1
    shift.save()
    Session.objects.filter(pk=session.pk).update(staff=F("staff") + int(shift.carries_seats))
    return Assignment.objects.create(
        shift=shift,
        session=session,
        volunteer=volunteer,
        origin=Assignment.Origin.ACCEPTED,
        state=Assignment.State.DONE,
        start_minute=minute_of(served.starts_at),
        end_minute=minute_of(served.starts_at + timedelta(minutes=served.minutes)),
        made_at=now,
        ended_at=now,
    )


@operation
def move_served(*, assignment_id: int, starts_at: datetime, minutes: int) -> None:
    """It was at another time, or took longer or less: its session says so, in the ledger of those
    weeks. Raises Assignment.DoesNotExist."""
    rows = Assignment.objects.select_related("session__rota__organisation")
    place = rows.get(pk=assignment_id, session__home__in=APART)
    ends_at = starts_at + timedelta(minutes=minutes)
    session = place.session
    session.rota = _ledger(session.rota.organisation, AtHome(session.home), local_day(starts_at))
    session.starts_at, session.ends_at = starts_at, ends_at
    session.save(update_fields=["rota", "starts_at", "ends_at"])
    place.start_minute, place.end_minute = minute_of(starts_at), minute_of(ends_at)
    place.save(update_fields=["start_minute", "end_minute"])


def _ledger(organisation: Organisation, kept_as: AtHome, day: date) -> Rota:
    """Two of the same weeks, made by two at once, do no harm."""
    weeks = (day - FIRST).days // 7 // WEEKS * WEEKS
    begins = FIRST + timedelta(weeks=weeks)
    kind = LEDGERS[kept_as]
    rows = Rota.objects.filter(organisation=organisation, kind=kind, starts_on=begins)
    return rows.order_by("pk").first() or Rota.objects.create(
        organisation=organisation,
        kind=kind,
        name=kind.label,  # what a list of rotas calls it
        starts_on=begins,
        weeks=WEEKS,
        state=Rota.State.CLOSED,
    )


def _point(organisation: Organisation, volunteer: Volunteer) -> tuple[float, float]:
    """No home: the middle of the organisation's street or county, or of hers where it has none."""
    division = organisation.division
    try:
        return (division or volunteer.street).point
    except ValueError:  # a village
        return volunteer.street.point
