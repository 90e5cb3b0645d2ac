"""A whole rota as a problem for the solver: some fifteen queries, whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

import matching
from backend.common.clock import local_day
from backend.rota.aims import aims_of
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.rota.policy import deadline, takes_place
from backend.rota.snapshot import families, languages, minors, people, sessions
from backend.rota.snapshot.facts import WishFacts
from backend.rota.snapshot.horizon import Horizon, horizon_of
from backend.rota.snapshot.ids import (
    number,
    request_id,
    session_id,
    volunteer_id,
)
from backend.rota.snapshot.promises import (
    Promises,
    asking_nothing_of,
    not_to_be_kept,
    promises_in,
    seats_to_move,
    set_apart,
)
from backend.rota.snapshot.relations import Pairs, avoided, friends, kept_apart, known_by
from backend.rota.snapshot.rows import JsonRows
from backend.rota.snapshot.shunned import shunned
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from matching import Plan, Problem, Weights

SEAT_TAKEN_BACK = (
    50_000  # as five people missing: a plan does it only when nothing else is possible
)
Pair = tuple[int, int]


def problem_of(
    rota: Rota,
    *,
    seated: Sequence[tuple[int, int]] = (),
    kept: Sequence[tuple[int, int]] = (),
    waited: Mapping[int, int] | None = None,
    now: datetime,
) -> Problem:
    """Everything the solver needs to plan this rota from `now` on.

    `seated` is (request id, session id) of seats that wishes were given and nobody has confirmed:
    with the active assignments and the pending offers they are `current`, what people have been
    told. To take one back is dearer than anything else a plan may do, and where a rule would refuse
    it today (the wish rests, the family's hours are others) it stays and is not the plan's to move.
    `kept` are those that the family has confirmed: like what families booked themselves they
    are not the plan's to move, and they count for what the wish still wants.
    `waited` is session id → children whose families stand in its waiting line. Active
    assignments are pins, and so is a promise that is asked about again because its session was
    changed: the place is hers until she answers. A promise that the rules refuse today is set apart
    (promises.py). Who declined, let an offer expire or withdrew is banned from that session.
    Sessions that have begun keep who is there and take nobody.
    """
    whole = _Whole(rota, waited or {}, now)
    problem, seated, kept = whole.with_seats(seated, kept)
    refused = not_to_be_kept(problem)
    if not refused:
        return problem
    places = [problem.shift_of[shift] for _, shift in refused]
    settled = {number(session.id) for session, shift in places if shift.carries_seats}
    return set_apart(whole.problem(seated, kept, settled), refused)


class _Whole:
    """A rota as it was read, once."""

    def __init__(self, rota: Rota, waited: Mapping[int, int], now: datetime) -> None:
        self.rota = rota
        self.waited = waited
        self.now = now
        self.horizon = horizon_of(rota)
        self.rows = list(
            Session.objects.filter(rota=rota)
            .exclude(state=Session.State.CANCELLED)
            .select_related("programme")
            .order_by("pk")
        )
        self.shifts: defaultdict[int, list[Shift]] = defaultdict(list)
        of_rota = sessions.with_requirements(Shift.objects.filter(session__rota=rota))
        for shift in of_rota.order_by("pk"):
            self.shifts[shift.session_id].append(shift)
        vetting = sessions.vetting_codes(s for group in self.shifts.values() for s in group)
        beside = guests(rota)
        self.persons = _persons(rota, self.horizon, now, vetting, beside)
        self.paused = {
            volunteer_id(pk) for pk, state in beside.items() if state != Volunteer.State.ACTIVE
        }
        self.promised = _promised(rota)
        self.liked = languages.liked_in([row.pk for row in self.rows])
        self.wishes = families.rows_of(families.open_wishes(rota), self.horizon)

    def with_seats(
        self, seated: Sequence[Pair], kept: Sequence[Pair]
    ) -> tuple[Problem, Sequence[Pair], Sequence[Pair]]:
        """The problem, with which of the seats are the plan's to move and which stay: what stays
        counts for what a wish still wants, so each time it is asked again."""
        while True:
            problem = self.problem(seated, kept)
            movable = {(number(q), number(s)) for q, s in seats_to_move(problem)}
            stay = [pair for pair in seated if pair not in movable]
            if not stay:
                return problem, seated, kept
            seated = [pair for pair in seated if pair in movable]
            kept = [*kept, *stay]

    def problem(
        self, seated: Sequence[Pair], kept: Sequence[Pair], also: Collection[int] = ()
    ) -> Problem:
        """`also`: sessions whose seats are not the plan's to move, beside those that are settled
        anyhow."""
        sitting = self._sitting(seated)
        settled = {row.pk for row in self.rows if sessions.is_settled(row, sitting[row.pk])}
        settled |= set(also)
        if settled:
            kept = [*kept, *(pair for pair in seated if pair[1] in settled)]
            seated = [pair for pair in seated if pair[1] not in settled]
            sitting = self._sitting(seated)
        problem_sessions = _problem_sessions(
            self.rows, self.shifts, self.horizon, self.now, self.promised, sitting
        )
        problem_sessions = languages.with_liked(problem_sessions, self.liked)
        if also:
            fixed = {session_id(pk) for pk in also}
            problem_sessions = [
                replace(a, seats=None) if a.id in fixed else a for a in problem_sessions
            ]
        requests = _requests(self.wishes, self.rows, self.horizon, self.now, seated, kept)
        problem = _assembled(
            self.rota, self.horizon, self.persons, problem_sessions, requests, self.promised, seated
        )
        return asking_nothing_of(problem, self.paused)

    def _sitting(self, seated: Iterable[Pair]) -> dict[int, sessions.Sitting]:
        given = _seated_children(self.wishes, seated)
        return _sitting(self.rows, self.shifts, self.promised, given, self.waited)


def _promised(rota: Rota) -> Promises:
    live = Q(session__rota=rota) & ~Q(session__state=Session.State.CANCELLED)
    return promises_in(Assignment.objects.filter(live), Offer.objects.filter(live))


def members(rota: Rota) -> QuerySet[Volunteer]:
    """The active volunteers of the rota's organisation and below it."""
    return Volunteer.objects.filter(
        state=Volunteer.State.ACTIVE, organisation__path__startswith=rota.organisation.path
    )


def guests(rota: Rota) -> dict[int, str]:
    """Who has a part in the rota without being a member: from elsewhere, or paused meanwhile; key →
    her state.

    One statement.
    """
    assigned = Assignment.objects.filter(session__rota=rota, state__in=HELD)
    asked = Offer.objects.filter(session__rota=rota, state=Offer.State.PENDING)
    mine = Q(
        volunteer__state=Volunteer.State.ACTIVE,
        volunteer__organisation__path__startswith=rota.organisation.path,
    )
    whose = ("volunteer", "volunteer__state")
    found = (rows.exclude(mine).order_by().values(*whose) for rows in (assigned, asked))
    both = next(found).union(next(found))
    return {row["volunteer"]: row["volunteer__state"] for row in both}


def _persons(
    rota: Rota,
    horizon: Horizon,
    now: datetime,
    vetting: Iterable[str],
    beside: Iterable[int],
) -> list[matching.Volunteer]:
    """Whom a plan of this rota may name: its members, and those `beside` them."""
    hers = members(rota) | Volunteer.objects.filter(pk__in=list(beside))
    today = local_day(now)
    served = people.served(Q(volunteer=OuterRef("pk")), horizon.starts_on)
    rows = people.facts_of(hers.order_by("pk"), horizon.starts_on, horizon.ends_on)
    return [
        people.person_from(
            facts, horizon, today, vetting, people.elsewhere(facts, rota.pk, horizon)
        )
        for facts in rows.annotate(served=JsonRows(served))
    ]


def _sitting(
    rows: Iterable[Session],
    shifts: Mapping[int, list[Shift]],
    promised: Promises,
    given: Mapping[int, int],
    waited: Mapping[int, int],
) -> dict[int, sessions.Sitting]:
    return {
        session.pk: sessions.Sitting(
            own=session.seats_taken - given.get(session.pk, 0),
            given=given.get(session.pk, 0),
            waiting=waited.get(session.pk, 0),
            carriers=sum(promised.heads[h.pk] for h in shifts[session.pk] if h.carries_seats),
        )
        for session in rows
    }


def _problem_sessions(
    rows: Sequence[Session],
    shifts: dict[int, list[Shift]],
    horizon: Horizon,
    now: datetime,
    promised: Promises,
    sitting: Mapping[int, sessions.Sitting],
) -> list[matching.Session]:
    out = []
    for session in rows:
        if sessions.is_past(session, now):
            were = {h.pk: (0, promised.heads[h.pk]) for h in shifts[session.pk]}
            there = [h for h in shifts[session.pk] if promised.heads[h.pk]]
            if there:
                out.append(
                    sessions.session_from(
                        session, there, horizon, required=True, seats=None, heads=were
                    )
                )
            continue
        own = sitting[session.pk].own
        # Whoever has said yes, and whoever has booked, counts on it: it takes place, and the plan
        # staffs it.
        required = takes_place(
            session.required, people=session.pk in promised.staffed, children=own
        )
        seats = sessions.seats_left_to_plan(session, sitting[session.pk])
        late = deadline(session, now) is None
        heads = _those_there(shifts[session.pk], promised) if late else None
        out.append(
            sessions.session_from(
                session, shifts[session.pk], horizon, required=required, seats=seats, heads=heads
            )
        )
    return out


def _those_there(shifts: Iterable[Shift], promised: Promises) -> dict[int, tuple[int, int]]:
    """(fewest, most) of each shift of a session for which nobody new could answer in time."""
    there = {shift.pk: promised.places[shift.pk] for shift in shifts}
    return {shift.pk: (min(shift.minimum, there[shift.pk]), there[shift.pk]) for shift in shifts}


def _seated_children(
    wishes: Iterable[WishFacts], seated: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """Session → seats taken by bookings that were made for open wishes."""
    children = {row["pk"]: len(row["children"]) for row in wishes}
    out: defaultdict[int, int] = defaultdict(int)
    for request, session in seated:
        out[session] += children.get(request, 0)
    return out


def _requests(
    wishes: Iterable[WishFacts],
    rows: Sequence[Session],
    horizon: Horizon,
    now: datetime,
    seated: Iterable[tuple[int, int]],
    kept: Iterable[tuple[int, int]],
) -> list[matching.Request]:
    past = {s.pk for s in rows if sessions.is_past(s, now)}
    told = set(seated)
    sure = set(kept) | {pair for pair in told if pair[1] in past}
    starts = {row.pk: horizon.minute(row.starts_at) or 0 for row in rows}
    had: defaultdict[int, list[int]] = defaultdict(list)
    for request, session in sorted(sure):
        if session in starts:
            had[request].append(starts[session])
    groups: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.group and row.pk not in past:
            groups[row.group][session_id(row.pk)] = row.group_extra
    out = []
    for wish in wishes:
        choices = groups.get(wish["group"], {}) if wish["group"] else None
        if wish["children"] and wish["wants"] > len(had[wish["pk"]]) and choices != {}:
            out.append(families.wish_from(wish, horizon, choices, had[wish["pk"]], told))
    return out


def _assembled(
    rota: Rota,
    horizon: Horizon,
    persons: Sequence[matching.Volunteer],
    problem_sessions: Sequence[matching.Session],
    requests: Sequence[matching.Request],
    promised: Promises,
    seated: Sequence[Pair],
) -> Problem:
    known = {p.id for p in persons}
    homes = {q.family for q in requests}
    planned = {h.id for a in problem_sessions for h in a.shifts}
    told = _told(requests, problem_sessions, seated)
    pins = _among(promised.pins, known, planned)
    asked = _among(promised.asked, known, planned)
    bans = _among(_bans(rota, promised, seated), known, {a.id for a in problem_sessions})
    problem = Problem(
        name=rota.name,
        start=rota.starts_on,
        horizon=horizon.minutes,
        volunteers=tuple(persons),
        sessions=tuple(problem_sessions),
        requests=tuple(requests),
        apart=kept_apart(known),
        together=friends(known),
        avoid=avoided(homes, known),
        knows=known_by(homes, known),
        pins=pins,
        bans=bans,
        current=Plan(pins + asked, told) if pins or asked or told else None,
        weights=Weights(change_seat=SEAT_TAKEN_BACK),
        supervision=minors.supervision(persons),
    )
    return aims_of(rota).over(problem)


def _told(
    requests: Iterable[matching.Request],
    problem_sessions: Iterable[matching.Session],
    seated: Iterable[Pair],
) -> Pairs:
    """The seats that families were told of, where the plan may still move them."""
    wishes = {q.id for q in requests}
    open_seats = {a.id for a in problem_sessions if a.seats}
    named = [(request_id(request), session_id(session)) for request, session in seated]
    return _among(named, wishes, open_seats)


def _bans(rota: Rota, promised: Promises, seated: Iterable[Pair]) -> Iterable[tuple[str, str]]:
    """Sessions that somebody refused, then those where she would meet whom she must not."""
    away = shunned(Session.objects.filter(rota=rota), set(seated))
    kept_away = {(volunteer_id(her), session_id(session)) for her, session in away}
    return [*promised.bans, *sorted(kept_away - set(promised.bans))]


def _among(pairs: Iterable[tuple[str, str]], first: set[str], second: set[str]) -> Pairs:
    return tuple(pair for pair in pairs if pair[0] in first and pair[1] in second)
