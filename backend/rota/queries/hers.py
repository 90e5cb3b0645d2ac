"""A volunteer's own offers and assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.common.clock import LOCAL, local_midnight, minute_of
from backend.common.prepared import SOME_TIME, Prepared
from backend.rota.models import Act, Assignment, Notice, Offer, Session, Shift
from backend.rota.policy import not_begun, not_over, over
from backend.rota.queries.covers import being_passed_on, was_passed_on
from backend.rota.snapshot.sessions import with_requirements
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer

WITH = ("shift__role", "session__venue", "session__programme")


@dataclass(frozen=True)
class Month:
    """Services of the calendar month: over, and still to come or under way."""

    number: int
    done: int
    coming: int

    @property
    def total(self) -> int:
        return self.done + self.coming


_OFFERS = Prepared(
    lambda volunteer, now: (
        Offer.objects.filter(volunteer=volunteer, state=Offer.State.PENDING, answer_by__gt=now)
        .select_related(*WITH, "session__rota")
        .order_by("answer_by", "session__starts_at", "pk")
    ),
    0,
    SOME_TIME,
)


def unread_notices(now: datetime) -> QuerySet[Notice]:
    """What nobody has seen yet and what is still so, with the session and its venue. Of a session
    that is over nothing is left to know; its messages keep what was said.

    What she, or whoever asked her or placed her, did since in the same session outdates it: she
    reads that she has no place only while that is so, and that she keeps it only while she does.
    """
    hers = {"session": OuterRef("session"), "volunteer": OuterRef("volunteer")}
    active = Q(state=Assignment.State.ACTIVE)
    asked = Q(state=Offer.State.PENDING)
    since = Q(made_at__gt=OuterRef("made_at"))
    places = Assignment.objects.filter(**hers)
    offers = Offer.objects.filter(**hers)
    keeps_it = Q(Exists(places.filter(active))) | Exists(offers.filter(asked))
    had_since = Q(Exists(places.filter(active | since))) | Exists(offers.filter(asked | since))
    of_her_place = Q(kind__in=(Notice.Kind.TOLD, Notice.Kind.RESTORED, Notice.Kind.PUT_BACK))
    called_off = Q(kind=Notice.Kind.CANCELLED)
    still_so = called_off | (of_her_place & keeps_it) | (~of_her_place & ~had_since)
    ahead = not_over(now, "session__")
    unseen = Notice.objects.filter(still_so, ahead, seen_at=None)
    return unseen.select_related("session__venue")


_NOTICES = Prepared(
    lambda volunteer, now: (
        unread_notices(now).filter(volunteer=volunteer).order_by("-made_at", "-pk")
    ),
    0,
    SOME_TIME,
)
_ENDS = Prepared(
    lambda volunteer, first, after: Assignment.objects.filter(
        volunteer=volunteer,
        state__in=(Assignment.State.ACTIVE, Assignment.State.DONE),
        start_minute__gte=first,
        start_minute__lt=after,
    ).values("end_minute"),
    0,
    0,
    0,
)


def offers_of(volunteer: Volunteer, now: datetime) -> list[Offer]:
    """What waits for her answer, the nearest deadline first."""
    return _OFFERS(volunteer.pk, now)


def promised_between(
    volunteer_id: int, first: date, last: date, now: datetime
) -> tuple[list[Assignment], list[Offer]]:
    """What she has promised, and what she is asked, on these days (both included), of what has not
    begun; the earliest first. Two statements."""
    begins = max(now, local_midnight(first))
    ends = local_midnight(last + timedelta(days=1))
    hers = {
        "volunteer": volunteer_id,
        "session__starts_at__gt": begins,
        "session__starts_at__lt": ends,
    }
    order = ("session__starts_at", "pk")
    taken = Assignment.objects.filter(**hers, state=Assignment.State.ACTIVE).select_related(*WITH)
    asked = Offer.objects.filter(**hers, state=Offer.State.PENDING).select_related(*WITH)
    return list(taken.order_by(*order)), list(asked.order_by(*order))


def refused_by(volunteer: Volunteer, now: datetime) -> list[Shift]:
    """Shifts that she said no to or gave back, of sessions that are open and have a place: she may
    change her mind. The earliest first."""
    no = Q(offers__volunteer=volunteer, offers__state=Offer.State.DECLINED) | Q(
        assignments__volunteer=volunteer, assignments__state=Assignment.State.WITHDRAWN
    )
    hers = Q(
        session__assignments__volunteer=volunteer,
        session__assignments__state=Assignment.State.ACTIVE,
    ) | Q(session__offers__volunteer=volunteer, session__offers__state=Offer.State.PENDING)
    ahead = Q(not_begun(now, "session__"), session__starts_at__isnull=False)
    back = Shift.objects.filter(hers, ahead).values("session")
    free = Q(target__gt=F("taken") + F("held"))
    shifts = Shift.objects.filter(no & free, ahead, session__state=Session.State.OPEN)
    return list(
        with_requirements(shifts.exclude(session__in=back))
        .select_related("role", "session__rota", "session__venue", "session__programme")
        .order_by("session__starts_at", "pk")
        .distinct()
    )


def notices_of(volunteer: Volunteer, now: datetime) -> list[Notice]:
    """What she has not seen yet and what is still so, the newest first."""
    return _NOTICES(volunteer.pk, now)


def coming_of(volunteer: Volunteer, now: datetime) -> list[Assignment]:
    """What she has and is not over, open-ended engagements last; `seeking`: others are asked to
    take it."""
    ahead = not_over(now, "session__")
    rows = volunteer.assignments.filter(ahead, state=Assignment.State.ACTIVE)
    in_order = rows.order_by(F("session__starts_at").asc(nulls_last=True), "pk")
    return list(in_order.select_related(*WITH).annotate(seeking=being_passed_on(now)))


def fallen_through_of(volunteer: Volunteer, now: datetime) -> list[Assignment]:
    """What she had in sessions that are not over, and has no more: given back, called off, or
    changed. Each as with_what_followed() has it. What waits for her answer is not among them; the
    earliest first."""
    waits = Offer.objects.filter(
        volunteer=volunteer,
        session=OuterRef("session"),
        state=Offer.State.PENDING,
        answer_by__gt=now,
    )
    ahead = Q(not_over(now, "session__"), session__ends_at__isnull=False)
    rows = _last_words(volunteer).filter(ahead).exclude(state__in=HELD)
    fallen = with_what_followed(rows.filter(~Exists(waits)))
    return list(fallen.order_by("session__starts_at", "pk"))


def with_what_followed(places: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Places that ended, each with `answer`: how the newest question since ended, about what the
    session became, if there was one; and `opened_again`: it was called off since, and takes place
    after all."""
    since = Q(before__isnull=False) | Q(made_at__gte=OuterRef("ended_at"))
    asked = Offer.objects.filter(
        since, volunteer=OuterRef("volunteer"), session=OuterRef("session")
    )
    again = Act.objects.filter(
        session=OuterRef("session"), verb=Act.Verb.REOPENED, at__gte=OuterRef("ended_at")
    )
    return places.annotate(
        answer=Subquery(asked.order_by("-pk").values("state")[:1]), opened_again=Exists(again)
    )


def over_of(volunteer: Volunteer, now: datetime) -> QuerySet[Assignment]:
    """What is over, the latest first: sessions that have ended, whether or not she was there, and
    open-ended engagements that she has no more."""
    left = Q(session__ends_at=None) & ~Q(state=Assignment.State.ACTIVE)
    ended = over(now, "session__") | left
    rows = _last_words(volunteer).filter(ended).exclude(state=Assignment.State.MOVED)
    return rows.order_by(F("session__starts_at").desc(nulls_last=True), "-pk")


def last_word_in(volunteer: Volunteer, session_id: int, now: datetime) -> Assignment | None:
    """Her newest place in a session, whatever became of it, as with_what_followed() has it;
    `seeking`: others are asked to take it. One statement."""
    hers = with_what_followed(_last_words(volunteer).filter(session=session_id))
    return hers.annotate(seeking=being_passed_on(now)).first()


def _last_words(volunteer: Volunteer) -> QuerySet[Assignment]:
    """Her newest assignment of each session, with what a card shows: who gave a place back and took
    one again has one; `passed_on`: another took hers over. A slip of the finger is no word."""
    words = Assignment.objects.filter(volunteer=volunteer).exclude(state=Assignment.State.LAPSED)
    newer = words.filter(session=OuterRef("session"), pk__gt=OuterRef("pk"))
    last = words.filter(~Exists(newer)).select_related(*WITH)
    return last.annotate(passed_on=was_passed_on())


def with_services(volunteers: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """The volunteers, each with `served`: how often she has served, in the time before the platform
    as she was taken over with, and since. A session counts when two people have said that she was
    there."""
    over = Assignment.objects.filter(volunteer=OuterRef("pk"), attended=True)
    counted = over.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    return volunteers.annotate(served=F("services_before") + Coalesce(Subquery(counted), 0))


def month_of(volunteer: Volunteer, now: datetime) -> Month:
    first = now.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    ends = [
        row["end_minute"] or 0 for row in _ENDS(volunteer.pk, minute_of(first), minute_of(after))
    ]  # none is without a time
    done = sum(end <= minute_of(now) for end in ends)
    return Month(first.month, done, len(ends) - done)
