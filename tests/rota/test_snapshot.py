"""The database as a problem: what an engineer would get wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.common.clock import local_midnight
from backend.families.models import Avoid, Knows
from backend.places.models import CalendarDay
from backend.rota.agreed import Agreed
from backend.rota.models import Rota, Session
from backend.rota.snapshot import Party, excerpts_of, problem_of, problem_of_parties
from backend.volunteers.models import (
    Apart,
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
)
from matching.check import check
from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan
from matching.problem import DAY, Commitment, Problem
from matching.rules import may_take
from tests.factories import (
    MONDAY,
    NOW,
    at,
    make_assignment,
    make_booking,
    make_credential_kind,
    make_division,
    make_family,
    make_offer,
    make_organisation,
    make_programme,
    make_request,
    make_rota,
    make_session,
    make_shift,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def whole(rota: Rota, now: datetime = NOW, **more) -> Problem:
    problem = problem_of(
        Rota.objects.select_related("organisation").get(pk=rota.pk), now=now, **more
    )
    problem_from_json(
        problem_to_json(problem)
    )  # what the solver's reader refuses must never leave the database
    return problem


def person(problem: Problem, volunteer: Volunteer):
    return problem.volunteer_of[f"v{volunteer.pk}"]


def excerpt(volunteer: Volunteer, *sessions: Session) -> Problem:
    asked = Session.objects.select_related("rota", "programme")
    wanted = {volunteer.pk: asked.filter(pk__in=[s.pk for s in sessions])}
    (found,) = excerpts_of(wanted, now=NOW).values()
    return found.problem


@pytest.fixture
def rota() -> Rota:
    return make_rota()


def member(rota: Rota, **fields) -> Volunteer:
    return make_volunteer(organisation=rota.organisation, **fields)


def test_a_whole_rota_is_a_problem(rota: Rota) -> None:
    beibei = make_programme(roles={"lead": ["beibei_lead", "child_clearance"]})
    session = make_session(rota=rota, programme=beibei, seats=(1, 6, 5), months=(6, 24))
    her = member(rota, qualifications={"beibei_lead": None, "child_clearance": None})
    make_request(family=make_family(), programme=beibei)
    problem = whole(rota)
    shift = problem.sessions[0].shifts[0]
    assert (problem.sessions[0].id, shift.requires) == (
        f"s{session.pk}",
        ("beibei_lead", "child_clearance"),
    )
    assert (problem.start, problem.horizon) == (MONDAY, 28 * DAY)
    assert (problem.sessions[0].start, problem.sessions[0].end) == (5 * DAY + 570, 5 * DAY + 630)
    plan = Plan(((f"v{her.pk}", shift.id),), ((problem.requests[0].id, f"s{session.pk}"),))
    assert check(problem, plan).violations == ()


# --- free time ----------------------------------------------------------------------------------


def test_the_calendar_of_the_rotas_weeks_is_asked(rota: Rota) -> None:
    CalendarDay.objects.create(
        date=MONDAY, name="测试假日", is_off=True, status="official", source="test"
    )
    her = member(rota, available=[(0, 540, 600)])
    assert person(whole(rota), her).available[0] == (7 * DAY + 540, 7 * DAY + 600)


def test_minutes_are_local_and_know_no_summer_time() -> None:
    rota = make_rota(starts_on=date(2027, 3, 22))
    session = make_session(rota=rota, starts_at=at("2027-03-28 02:30"))
    assert whole(rota).session_of[f"s{session.pk}"].start == 6 * DAY + 150


# --- credentials --------------------------------------------------------------------------------


def test_a_credential_holds_to_the_end_of_its_last_day(rota: Rota) -> None:
    her = member(rota, qualifications={"speaker": date(2026, 12, 5)})
    assert person(whole(rota), her).qualifications == {"speaker": 6 * DAY}
    lecture = make_programme(code="lecture", roles={"speaker": ["speaker"]})
    late = make_session(
        rota=rota, programme=lecture, shifts=[("speaker", 1, 1)], starts_at=at("2026-12-05 23:00")
    )
    next_day = make_session(
        rota=rota, programme=lecture, shifts=[("speaker", 1, 1)], starts_at=at("2026-12-05 23:30")
    )
    broken = {
        s.pk: [
            v.rule
            for v in excerpts_of({her.pk: [s]}, now=NOW)[her.pk, rota.pk].against(s.shifts.get().pk)
        ]
        for s in (late, next_day)
    }
    assert broken == {late.pk: [], next_day.pk: ["qualification"]}


def test_an_unchecked_credential_is_not_held(rota: Rota) -> None:
    her = member(rota)
    VolunteerCredential.objects.create(
        volunteer=her, kind=make_credential_kind(code="speaker"), valid_from=date(2020, 1, 1)
    )
    assert person(whole(rota), her).qualifications == {}


def test_a_credential_that_starts_after_the_rota_is_not_held_yet(rota: Rota) -> None:
    her = member(rota, qualifications={"speaker": None})
    VolunteerCredential.objects.update(valid_from=MONDAY + timedelta(days=1))
    assert person(whole(rota), her).qualifications == {}
    assert person(whole(rota, now=at("2026-12-01 08:00")), her).qualifications == {"speaker": None}


def vetting(volunteer: Volunteer, result: str, asked: str, until: date | None = None) -> None:
    VettingCheck.objects.create(
        volunteer=volunteer,
        consent_at=NOW,
        requested_at=at(asked),
        authority="公安机关",
        result=result,
        valid_until=until,
    )


def test_the_latest_answer_of_the_authority_counts(rota: Rota) -> None:
    make_session(rota=rota, programme=make_programme(roles={"lead": ["child_clearance"]}))
    clear, blocked, waiting = member(rota), member(rota), member(rota)
    for her in (clear, blocked, waiting):
        vetting(her, "clear", "2025-12-01 09:00", date(2026, 12, 20))
    vetting(clear, "clear", "2026-11-01 09:00", date(2027, 12, 1))
    vetting(blocked, "blocked", "2026-11-01 09:00")
    vetting(waiting, "pending", "2026-11-01 09:00")
    held = [
        person(whole(rota), her).qualifications.get("child_clearance")
        for her in (clear, blocked, waiting)
    ]
    assert held == [367 * DAY, None, 21 * DAY]
    assert "child_clearance" not in person(whole(rota), blocked).qualifications


def test_a_certificate_never_stands_for_a_vetting(rota: Rota) -> None:
    make_session(rota=rota, programme=make_programme(roles={"lead": ["child_clearance"]}))
    her = member(rota)
    VolunteerCredential.objects.create(
        volunteer=her,
        kind=make_credential_kind(code="child_clearance"),
        valid_from=date(2020, 1, 1),
        checked_at=NOW,
        checked_by=make_user(),
    )
    assert person(whole(rota), her).qualifications == {}


# --- what has been said ---------------------------------------------------------------------------


def test_pins_bans_and_what_people_were_told(rota: Rota) -> None:
    session = make_session(rota=rota, shifts=[("lead", 1, 6)])
    shift = session.shifts.get()
    has, asked, declined, expired, withdrew, came_back = (member(rota) for _ in range(6))
    make_assignment(volunteer=has, shift=shift)
    make_offer(volunteer=asked, shift=shift)
    make_offer(volunteer=declined, shift=shift, state="declined")
    make_offer(volunteer=expired, shift=shift, state="expired")
    make_assignment(volunteer=withdrew, shift=shift, state="withdrawn")
    make_offer(volunteer=came_back, shift=shift, state="declined")
    make_assignment(volunteer=came_back, shift=shift)
    problem = whole(rota)
    assert set(problem.pins) == {(f"v{v.pk}", f"h{shift.pk}") for v in (has, came_back)}
    assert set(problem.bans) == {
        (f"v{v.pk}", f"s{session.pk}") for v in (declined, expired, withdrew)
    }
    assert set(problem.current.assignments) == {
        (f"v{v.pk}", f"h{shift.pk}") for v in (has, asked, came_back)
    }


def asked_again(volunteer, session: Session) -> tuple[str, str]:
    """She had promised it before it was moved."""
    shift = session.shifts.get()
    told = Agreed.of(session).as_json() | {"promised": True}
    make_offer(volunteer=volunteer, shift=shift, before=told)
    return f"v{volunteer.pk}", f"h{shift.pk}"


def test_a_promise_that_is_asked_about_again_is_a_promise_until_she_answers(rota: Rota) -> None:
    session = make_session(rota=rota, required=False, seats=(0, 10, 5), months=(0, 36))
    pair = asked_again(member(rota), session)
    problem = whole(rota)
    assert problem.pins == problem.current.assignments == (pair,)
    assert [s.required for s in problem.sessions] == [True]


def test_of_two_questions_at_one_time_both_places_are_taken(rota: Rota) -> None:
    """She may say yes to either, so nobody else is put there, and she is put nowhere else."""
    her = member(rota)
    one = make_session(rota=rota)
    other = make_session(rota=rota, shifts=[("lead", 1, 2)], seats=(0, 10, 5), months=(0, 36))
    that_week = make_session(rota=rota, starts_at=at("2026-12-03 09:00"))
    make_session(rota=rota, starts_at=at("2026-12-12 09:00"))
    first = asked_again(her, one)
    asked_again(her, other)
    problem = whole(rota)
    assert problem.pins == problem.current.assignments == (first,)
    place = problem.session_of[f"s{other.pk}"]
    assert [(h.min, h.target) for h in place.shifts] == [(0, 1)]
    assert (place.required, place.seats) == (True, None)
    assert set(problem.bans) == {(first[0], f"s{pk}") for pk in (other.pk, that_week.pk)}


def test_a_promise_that_the_rules_refuse_by_now_is_not_given_to_somebody_else(rota: Rota) -> None:
    her = member(rota, max_total=3)
    session = make_session(rota=rota)
    make_assignment(volunteer=her, shift=session.shifts.get())
    make_session(rota=rota, starts_at=at("2026-12-12 09:00"))
    Availability.objects.filter(volunteer=her, weekday=session.starts_at.weekday()).delete()
    problem = whole(rota)
    assert (problem.pins, problem.current.assignments) == ((), ())
    assert [h.target for h in problem.session_of[f"s{session.pk}"].shifts] == [0]
    assert person(problem, her).max_total == 2
    assert problem.bans == ((f"v{her.pk}", f"s{session.pk}"),)


def test_who_is_paused_keeps_what_she_has_and_gets_nothing_new(rota: Rota) -> None:
    her = member(rota, state="paused")
    session = make_session(rota=rota)
    make_assignment(volunteer=her, shift=session.shifts.get())
    other = make_session(rota=rota, starts_at=at("2026-12-08 09:00"))
    problem = whole(rota)
    assert problem.pins == ((f"v{her.pk}", f"h{session.shifts.get().pk}"),)
    assert problem.bans == ((f"v{her.pk}", f"s{other.pk}"),)


def test_nobody_is_planned_into_what_nobody_could_answer_for_in_time(rota: Rota) -> None:
    has = member(rota)
    early = at("2026-12-05 07:30")
    session = make_session(rota=rota, starts_at=early, shifts=[("lead", 2, 4)])
    make_assignment(volunteer=has, shift=session.shifts.get())
    night = at("2026-12-04 23:00")
    assert [(h.min, h.target) for h in whole(rota).sessions[0].shifts] == [(2, 4)]
    assert [(h.min, h.target) for h in whole(rota, night).sessions[0].shifts] == [(1, 1)]


def test_a_cancelled_session_is_gone_with_all_that_hung_on_it(rota: Rota) -> None:
    session = make_session(rota=rota, state="cancelled")
    make_offer(volunteer=member(rota), shift=session.shifts.get(), state="declined")
    problem = whole(rota)
    assert (problem.sessions, problem.pins, problem.bans, problem.current) == ((), (), (), None)


def test_a_session_that_has_begun_keeps_who_is_there_and_takes_nobody(rota: Rota) -> None:
    session, empty = (
        make_session(
            rota=rota, starts_at=at("2026-12-01 09:00"), shifts=[("lead", 1, 3)], seats=(1, 5, 5)
        )
        for _ in range(2)
    )
    her = member(rota, max_per_week=1)
    make_assignment(volunteer=her, shift=session.shifts.get())
    problem = whole(rota, now=at("2026-12-01 09:00"))
    assert [(s.id, s.shifts[0].min, s.shifts[0].target, s.seats) for s in problem.sessions] == [
        (f"s{session.pk}", 0, 1, None)
    ]
    assert problem.pins == ((f"v{her.pk}", f"h{session.shifts.get().pk}"),)


def test_a_promise_in_an_optional_session_makes_it_take_place(rota: Rota) -> None:
    promised, booked, neither = (
        make_session(rota=rota, required=False, seats=(3, 8, 5)) for _ in range(3)
    )
    make_assignment(volunteer=member(rota), shift=promised.shifts.get())
    make_booking(family=make_family(), session=booked)
    problem = whole(rota)
    assert [problem.session_of[f"s{s.pk}"].required for s in (promised, booked, neither)] == [
        True,
        True,
        False,
    ]


def test_families_own_bookings_shrink_the_seats_and_seated_wishes_do_not(rota: Rota) -> None:
    session = make_session(rota=rota, seats=(3, 8, 5))
    make_booking(family=make_family(children=("2025-03", "2024-03")), session=session)
    family = make_family()
    wish = make_request(family=family)
    make_booking(family=family, session=session, request=wish)
    problem = whole(rota, seated=[(wish.pk, session.pk)])
    seats = problem.session_of[f"s{session.pk}"].seats
    assert (seats.min, seats.max, seats.per_volunteer) == (1, 3, 5)
    assert problem.current.seats == ((f"r{wish.pk}", f"s{session.pk}"),)


def test_a_wish_that_was_met_in_a_past_session_wants_less(rota: Rota) -> None:
    session = make_session(rota=rota, starts_at=at("2026-12-01 09:00"), seats=(1, 8, 5))
    once, twice = make_request(family=make_family()), make_request(family=make_family(), wants=2)
    problem = whole(
        rota, now=at("2026-12-02 09:00"), seated=[(once.pk, session.pk), (twice.pk, session.pk)]
    )
    assert [(q.id, q.wants) for q in problem.requests] == [(f"r{twice.pk}", 1)]


def test_a_wish_is_for_a_part_of_the_familys_hours_and_for_its_own_way(rota: Rota) -> None:
    make_session(rota=rota, seats=(1, 8, 5))
    family = make_family(available=[(0, 540, 840), (5, 540, 840)], max_travel=40)
    parts = ("", "am", "pm", "weekday", "weekend")
    wishes = [make_request(family=family, part=part, wants=1) for part in parts]
    near = make_request(family=family, max_travel=15)
    found = {q.id: q for q in whole(rota).requests}
    days = [
        [(start % DAY, end % DAY) for start, end in found[f"r{wish.pk}"].available][:2]
        for wish in wishes
    ]
    whole_span, morning, noon = (540, 840), (540, 720), (720, 840)
    assert days == [[whole_span] * 2, [morning] * 2, [noon] * 2, [whole_span] * 2, [whole_span] * 2]
    weekday, weekend = (found[f"r{wishes[n].pk}"].available for n in (3, 4))
    assert {start // DAY % 7 for start, _ in weekday} == {0}
    assert {start // DAY % 7 for start, _ in weekend} == {5}
    assert [found[f"r{one.pk}"].max_travel for one in (wishes[0], near)] == [40, 15]


def test_a_home_visit_is_one_of_its_alternatives(rota: Rota) -> None:
    extras = (0, 10)
    first, second = (
        make_session(rota=rota, group="visit-1", group_extra=x, required=False, seats=(1, 2, 2))
        for x in extras
    )
    make_session(rota=rota, seats=(1, 8, 5))
    wish = make_request(family=make_family(), group="visit-1")
    make_request(family=make_family(), group="visit-of-another-rota")
    assert [(q.id, q.choices, q.programmes) for q in whole(rota).requests] == [
        (f"r{wish.pk}", {f"s{first.pk}": 0, f"s{second.pk}": 10}, None)
    ]


def test_only_the_families_of_the_division_and_the_people_of_the_organisation(rota: Rota) -> None:
    county = make_organisation(
        parent=make_organisation(), division=make_division(code="350121", name="闽侯县")
    )
    rota = make_rota(organisation=county)
    near = make_family(street=make_division(code="350121001", name="甘蔗街道"))
    for family in (near, make_family()):
        make_request(family=family)
    make_session(rota=rota, seats=(1, 8, 5))
    hers, guest = member(rota), make_volunteer()
    make_volunteer(), member(rota, state="paused")
    make_assignment(volunteer=guest, shift=make_session(rota=rota).shifts.get())
    problem = whole(rota)
    assert [q.family for q in problem.requests] == [f"f{near.pk}"]
    assert {v.id for v in problem.volunteers} == {f"v{hers.pk}", f"v{guest.pk}"}


def test_who_is_kept_apart_or_known_only_where_both_are_in_the_problem(rota: Rota) -> None:
    make_session(rota=rota, seats=(1, 8, 5))
    one, two, outsider = member(rota), member(rota), make_volunteer()
    Apart.objects.create(first=one, second=two)
    Apart.objects.create(first=one, second=outsider)
    family = make_family()
    make_request(family=family)
    Avoid.objects.create(family=family, volunteer=one)
    Knows.objects.create(family=family, volunteer=two, strength=2)
    Knows.objects.create(family=make_family(), volunteer=two, strength=3)
    problem = whole(rota)
    assert problem.apart == ((f"v{one.pk}", f"v{two.pk}"),)
    assert problem.avoid == ((f"f{family.pk}", f"v{one.pk}"),)
    assert problem.knows == ((f"f{family.pk}", f"v{two.pk}", 2),)


def test_commitments_elsewhere_stand_beside_her_and_take_none_of_her_hours(rota: Rota) -> None:
    """As what they are: the rules count each in its own day and week."""
    her = member(rota, available=[(5, 480, 1200)], max_per_day=1, max_per_week=2, max_open=3)
    elsewhere = make_session(starts_at=at("2026-12-05 10:00"))
    pairing = make_session(starts_at=None)
    here = make_session(rota=rota, starts_at=at("2026-12-12 10:00"))
    for session in (elsewhere, pairing, here):
        make_assignment(volunteer=her, shift=session.shifts.get())
    found = person(whole(rota), her)
    assert found.available[:2] == (
        (5 * DAY + 480, 5 * DAY + 1200),
        (12 * DAY + 480, 12 * DAY + 1200),
    )
    assert (found.max_per_day, found.max_per_week, found.max_open) == (1, 2, 3)
    place = (elsewhere.latitude, elsewhere.longitude)
    start = 5 * DAY + 600
    assert sorted(found.commitments, key=lambda c: c.id) == sorted(
        (
            Commitment(f"s{elsewhere.pk}", start, start + 60, place),
            Commitment(f"s{pairing.pk}", None, None, place),
        ),
        key=lambda c: c.id,
    )


def test_a_wish_counts_in_each_week_what_it_has_for_sure_and_what_other_rotas_gave_it(
    rota: Rota,
) -> None:
    """Two a week: one is left in the week in which it has one; what was only given is the plan's to
    move."""
    programme = make_programme()
    wish = make_request(family=make_family(), programme=programme, wants=9, per_week=2)
    sure, moved = (
        make_session(rota=rota, programme=programme, starts_at=at(day), seats=(0, 9, 9))
        for day in ("2026-12-01 09:00", "2026-12-02 09:00")
    )
    elsewhere = make_session(programme=programme, starts_at=at("2026-12-10 09:00"), seats=(0, 9, 9))
    own = make_session(rota=rota, starts_at=at("2026-12-11 09:00"), seats=(0, 9, 9))
    make_booking(family=wish.family, session=sure, request=wish)
    make_booking(family=wish.family, session=moved, request=wish, state="offered")
    make_booking(family=wish.family, session=elsewhere, request=wish)
    make_booking(family=wish.family, session=own)
    problem = whole(rota, seated=[(wish.pk, moved.pk)], kept=[(wish.pk, sure.pk)])
    asked = problem.request_of[f"r{wish.pk}"]
    assert (asked.per_week, asked.wants) == (2, 8)
    assert asked.had == (DAY + 540, 10 * DAY + 540)


# --- one volunteer's excerpt ----------------------------------------------------------------------


def test_the_excerpt_answers_as_the_whole_rota_does(rota: Rota) -> None:
    beibei = make_programme(roles={"lead": ["beibei_lead"], "helper": []})
    places, hours = (
        [(26.08, 119.30), (26.12, 119.35), (26.4, 119.7)],
        ("2026-12-05 09:00", "2026-12-05 10:30", "2026-12-06 15:00", "2026-12-12 20:00"),
    )
    sessions = [
        make_session(
            rota=rota,
            programme=beibei,
            point=p,
            starts_at=at(h),
            shifts=[("lead", 1, 2), ("helper", 0, 3)],
        )
        for p in places
        for h in hours
    ]
    people = [
        member(
            rota, qualifications={"beibei_lead": None}, max_per_day=1, max_per_week=2, max_total=2
        ),
        member(rota, available=[(5, 480, 720)], max_travel=20),
        member(rota, qualifications={"beibei_lead": date(2026, 12, 6)}, available=[(6, 0, 1440)]),
    ]
    make_assignment(volunteer=people[0], shift=sessions[0].shifts.first())
    make_assignment(volunteer=people[2], shift=sessions[2].shifts.last())
    there = make_session(point=(26.09, 119.31), starts_at=at("2026-12-05 11:10"))
    engaged = make_session(starts_at=None)
    for volunteer in (people[1], people[2]):
        make_assignment(volunteer=volunteer, shift=make_shift(session=there, role="aide"))
        make_assignment(volunteer=volunteer, shift=make_shift(session=engaged, role="aide"))
    Apart.objects.create(first=people[0], second=people[2])
    problem = whole(rota)
    of_rota = Session.objects.filter(rota=rota).select_related("rota", "programme")
    rows = list(of_rota.order_by("pk"))
    different = []
    for her in people:
        answer = excerpts_of({her.pk: rows}, now=NOW)[her.pk, rota.pk]
        for session in rows:
            for shift in session.shifts.all():
                expected = may_take(problem, problem.current, f"v{her.pk}", f"h{shift.pk}")
                if answer.against(shift.pk) != expected:
                    different.append((her.pk, shift.pk, answer.against(shift.pk), expected))
    assert different == []


def test_a_family_that_avoids_her_has_seats_there(rota: Rota) -> None:
    family, her, session = make_family(), member(rota), make_session(rota=rota, seats=(1, 8, 5))
    Avoid.objects.create(family=family, volunteer=her)
    assert (
        excerpts_of({her.pk: [session]}, now=NOW)[her.pk, rota.pk].against(session.shifts.get().pk)
        == ()
    )
    make_booking(family=family, session=session)
    assert [
        v.rule
        for v in excerpts_of({her.pk: [session]}, now=NOW)[her.pk, rota.pk].against(
            session.shifts.get().pk
        )
    ] == ["avoid"]


# --- cost -----------------------------------------------------------------------------------------


def queries_of(rota: Rota) -> int:
    with CaptureQueriesContext(connection) as queries:
        whole(rota)
    return len(queries)


def test_a_booking_is_asked_about_the_session_and_the_children_that_are_planned_for(
    rota: Rota,
) -> None:
    family = make_family(children=("2025-03", "2024-11"))
    wish = make_request(family=family)
    at_ten = {"seats": (1, 6, 3), "months": (18, 30), "starts_at": at("2026-12-05 10:00")}
    session = make_session(rota=rota, programme=wish.programme, group="一家", **at_ten)
    later = make_session(rota=rota, programme=wish.programme, starts_at=at("2026-12-19 15:30"))
    planned = whole(rota)
    party = Party(family, list(family.children.order_by("pk")), [later], [session])
    asked, plan = problem_of_parties([party])

    def said(problem: Problem, row: Session):
        known = problem.session_of[f"s{row.pk}"]
        assert known.start is not None and known.end is not None
        moment = local_midnight(problem.start) + timedelta(minutes=known.start)
        return moment, known.end - known.start, known.place, known.months, known.alternatives

    assert [said(asked, row) for row in (session, later)] == [
        said(planned, row) for row in (session, later)
    ]
    (wished,) = planned.requests
    (hers,) = asked.requests
    assert (hers.family, hers.home) == (wished.family, wished.home)
    assert sorted(hers.children) == sorted(wished.children)
    assert plan == Plan((), ((hers.id, f"s{later.pk}"),))


def test_the_number_of_queries_does_not_grow(rota: Rota) -> None:
    def add() -> None:
        session = make_session(
            rota=rota,
            seats=(1, 8, 5),
            programme=make_programme(roles={"lead": ["beibei_lead", "child_clearance"]}),
        )
        her = member(rota, qualifications={"beibei_lead": None, "child_clearance": None})
        make_assignment(volunteer=her, shift=session.shifts.get())
        make_request(family=make_family())
        TimeOff.objects.create(volunteer=her, from_date=MONDAY, to_date=MONDAY)

    add()
    one = queries_of(rota)
    add(), add()
    assert queries_of(rota) == one <= 16


def test_an_excerpt_costs_the_same_for_one_session_and_for_many(rota: Rota) -> None:
    her = member(rota)
    sessions = [make_session(rota=rota) for _ in range(5)]
    counts = []
    for wanted in (sessions[:1], sessions):
        with CaptureQueriesContext(connection) as queries:
            excerpt(her, *wanted)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_an_offer_in_another_rota_that_she_may_still_accept_counts_as_promised() -> None:
    """Once, also where she has the place and is asked about it again."""
    rota, other = make_rota(), make_rota()
    asked, held = (
        make_session(rota=other, starts_at=at(f"2026-12-0{day} 09:00")) for day in (1, 2)
    )
    her = make_volunteer(organisation=rota.organisation)
    make_assignment(volunteer=her, shift=held.shifts.get())
    for session in (asked, held):
        make_offer(volunteer=her, shift=make_shift(session=session, role="aide"))
    found = problem_of(rota, now=NOW).volunteer_of[f"v{her.pk}"].commitments
    assert sorted(c.id for c in found) == sorted(f"s{s.pk}" for s in (asked, held))


def test_a_family_is_not_free_where_it_has_booked_already() -> None:
    """Its own booking takes the time; seats that were given for the wish itself stay the solver's
    to keep or to change."""
    rota = make_rota()
    own = make_session(rota=rota, starts_at=at("2026-12-01 09:00"), minutes=60, seats=(0, 9, 9))
    given = make_session(rota=rota, starts_at=at("2026-12-02 09:00"), minutes=60, seats=(0, 9, 9))
    wish = make_request(family=make_family(), programme=own.programme, wants=3)
    make_booking(family=wish.family, session=own, state="waiting")
    make_booking(family=wish.family, session=given, state="offered", request=wish)

    problem = problem_of(rota, seated=[(wish.pk, given.pk)], now=NOW)

    nine = 24 * 60 + 9 * 60
    assert problem.request_of[f"r{wish.pk}"].available == ((0, nine), (nine + 60, 28 * 1440))
