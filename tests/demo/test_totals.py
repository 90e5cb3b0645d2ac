"""The full demo city has the federation's own figures, and nothing in it contradicts itself.

One load for all tests of this file (about 20 s of work), undone at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from backend.accounts.models import Consent
from backend.bookings.models import HOLDS_SEATS, Booking
from backend.common.clock import local_day
from backend.demo.city import City
from backend.demo.operations import load_city
from backend.demo.people import PEOPLE, user_of
from backend.demo.scales import FULL
from backend.families.models import Child, Family
from backend.organisations.models import Organisation, Team
from backend.places.models import Division, Venue
from backend.records.models import ServiceRecord, SessionReport
from backend.reports.periods import period_of
from backend.reports.queries import Frame, totals
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.rota.queries import shifts_for
from backend.rota.snapshot import problem_of
from backend.volunteers.models import VettingCheck, Volunteer, VolunteerCredential
from matching import months_completed
from tests.factories import at
from tests.work import counted

pytestmark = pytest.mark.django_db
NOW = at("2026-11-24 14:20")


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_city(scale=FULL, seed=1, now=NOW)
        transaction.set_rollback(True)


def test_the_map_is_whole(city: City) -> None:
    assert [Division.objects.filter(code__regex=rf"^\d{{{n}}}$").count() for n in (6, 9, 12)] == [
        13,
        186,
        3022,
    ]
    assert set(Organisation.objects.values_list("level", flat=True)) == {1, 2, 3, 4}


def test_volunteers_by_programme(city: City) -> None:
    assert Volunteer.objects.count() == 11_030
    counts = dict(
        Volunteer.programmes.through.objects.values_list("programme__code").annotate(n=Count("id"))
    )
    assert (counts["station"], counts["moli"], counts["mentor"]) == (6_600, 3_276, 1_154)
    assert counts["beibei"] > 2_000  # a tutor is counted with the programme that she joined first
    assert Team.objects.count() > 100
    assert Venue.objects.filter(name__endswith="姐妹乡伴服务站").count() == 13


def test_children_and_their_guardians_consent(city: City) -> None:
    assert Child.objects.count() == 8_126
    assert Consent.objects.filter(purpose="booking", withdrawn_at=None).count() == 8_126
    assert not Family.objects.filter(user=None).exists()


def test_the_last_period_reached_as_many_as_the_federation_says(city: City) -> None:
    reports = SessionReport.objects.filter(
        session__rota__state="closed", session__programme__code="beibei"
    )
    assert reports.count() == 185 and reports.aggregate(n=Sum("persons_served"))["n"] == 14_553
    assert ServiceRecord.objects.filter(session__rota__state="closed").count() > 185 * 2


def test_the_draft_is_ready_to_be_solved(city: City) -> None:
    rota = Rota.objects.get(state="draft")
    assert (rota.starts_on, rota.weeks) == (
        NOW.date() + timedelta(days=6),
        4,
    ) and rota.starts_on.weekday() == 0
    sessions = rota.sessions.all()
    assert (
        sessions.filter(starts_at__isnull=False).count() == 2_000
        and sessions.filter(starts_at=None).count() == 200
    )
    assert sessions.filter(shifts=None).count() == 0
    groups = sessions.exclude(group="").values("group").annotate(n=Count("id"))
    assert {g["n"] for g in groups} == {3} and groups.count() == 107
    at_home = sessions.exclude(home="")
    assert at_home.count() == sessions.exclude(group="").count() == 321
    assert not at_home.exclude(title="入户指导", home="for_home", venue=None).exists()


def test_counters_say_what_the_rows_say(city: City) -> None:
    taken, held = (
        Count("assignments", Q(assignments__state="active"), distinct=True),
        Count("offers", Q(offers__state="pending"), distinct=True),
    )
    ahead = Shift.objects.exclude(session__state=Session.State.DONE)
    assert not ahead.annotate(t=taken, h=held).exclude(taken=F("t"), held=F("h")).exists()
    carriers = {
        name: Count(
            rows,
            filter=Q(**{f"{rows}__state": state, f"{rows}__shift__carries_seats": True}),
            distinct=True,
        )
        for name, rows, state in (("t", "assignments", "active"), ("h", "offers", "pending"))
    }
    ahead = Session.objects.exclude(state=Session.State.DONE)
    assert not ahead.annotate(**carriers).exclude(staff=F("t") + F("h")).exists()
    seats = Sum("bookings__seats", filter=Q(bookings__state__in=HOLDS_SEATS), default=0)
    assert not Session.objects.annotate(s=seats).exclude(seats_taken=F("s")).exists()


def test_nobody_serves_without_what_the_role_asks_for(city: City) -> None:
    held: dict[int, dict[str, object]] = {}
    for volunteer_id, code, until in VolunteerCredential.objects.values_list(
        "volunteer_id", "kind__code", "valid_until"
    ):
        held.setdefault(volunteer_id, {})[code] = until
    for volunteer_id, until in VettingCheck.objects.filter(result="clear").values_list(
        "volunteer_id", "valid_until"
    ):
        held.setdefault(volunteer_id, {})["child_clearance"] = until
    needs = city.needs
    for row in [
        *Assignment.objects.select_related("shift", "session"),
        *Offer.objects.select_related("shift", "session"),
    ]:
        day = row.session.starts_at.date()  # type: ignore[union-attr]
        for code in needs[row.shift.role_id]:
            until = held[row.volunteer_id][code]
            assert until is None or until >= day, (row, code)  # type: ignore[operator]


def test_every_seated_child_is_of_the_right_age(city: City) -> None:
    for booking in Booking.objects.select_related("session").prefetch_related("children"):
        session = booking.session
        for child in booking.children.all():
            assert (
                session.months_low
                <= months_completed(child.birth_month, session.starts_at.date())
                <= session.months_high
            )  # type: ignore[operator, union-attr]


def test_a_line_waits_only_where_the_seats_are_gone(city: City) -> None:
    for session in (
        Session.objects.filter(bookings__state="waiting").distinct().prefetch_related("bookings")
    ):
        room = (
            min(session.seats_max or 0, (session.seats_per_volunteer or 0) * session.staff)
            - session.seats_taken
        )
        assert all(b.seats > room for b in session.bookings.all() if b.state == "waiting"), session


def test_pages_are_alive_this_week(city: City) -> None:
    soon = Session.objects.filter(
        rota__state="published", state="open", starts_at__range=(NOW, NOW + timedelta(days=7))
    )
    assert (
        soon.filter(shifts__taken__gt=0).exists()
        and soon.filter(shifts__target__gt=F("shifts__taken") + F("shifts__held")).exists()
    )
    assert not soon.filter(ends_at__lt=NOW).exists()
    assert (
        Offer.objects.filter(state="pending", answer_by__gt=NOW).count()
        == Offer.objects.filter(state="pending").count()
        > 20
    )
    assert Booking.objects.filter(state="waiting").exists()


def test_everyone_who_signs_in_has_her_side(city: City) -> None:
    users = {person.key: user_of(person) for person in PEOPLE}
    star = users["volunteer"].volunteer  # type: ignore[union-attr]
    assert (
        star.offers.filter(state="pending").count() >= 2
        and star.assignments.filter(state="active").count() >= 1
    )
    levels = {
        key: users[key].memberships.get().organisation.level
        for key in ("city", "county", "village")
    }  # type: ignore[union-attr]
    assert levels == {"city": 1, "county": 2, "village": 4}
    village = users["village"].memberships.get().organisation  # type: ignore[union-attr]
    assert village.volunteers.count() >= 20 and village.rotas.exists()
    assert users["family"].family.children.get().nickname == "小葡萄"  # type: ignore[union-attr]


def test_the_whole_city_becomes_a_problem_at_one_go(city: City) -> None:
    """What the solver is handed: everybody, every session, every wish; some fifteen queries, and a
    few steps of work for each."""
    draft = (
        Rota.objects.filter(state="draft")
        .select_related("organisation")
        .annotate(size=Count("sessions"))
        .order_by("-size")[0]
    )
    with CaptureQueriesContext(connection) as queries:
        problem, calls = counted(lambda: problem_of(draft, now=NOW))
    assert (len(problem.volunteers), len(problem.sessions)) == (11_030, draft.size)
    assert len(problem.requests) > 7_000
    assert len(queries) <= 16
    handed = len(problem.volunteers) + len(problem.sessions) + len(problem.requests)
    assert calls <= 150 * handed


def test_a_week_of_the_city_through_one_volunteers_eyes(city: City) -> None:
    """Every rule about every open shift that she could reach in seven days: a handful of queries,
    and each shift is looked at once."""
    volunteer = user_of(PEOPLE[0]).volunteer
    today = local_day(NOW)
    with CaptureQueriesContext(connection) as queries:
        seen, calls = counted(lambda: shifts_for(volunteer, today, today + timedelta(days=7), NOW))
    assert any(one.suits for one in seen.shifts)
    assert len(queries) <= 3
    assert calls <= 700 * len(seen.shifts)


def test_the_report_shows_the_federations_nine_figures(city: City) -> None:
    whole = period_of("all", None, None, local_day(NOW))
    wanted = {
        key: (
            measure,
            Frame.of(city.federation, whole, NOW, programme and city.programmes[programme].pk),
        )
        for key, (measure, programme) in {
            "projects": ("incubated", None),
            "reached": ("incubated_persons", None),
            "sessions": ("sessions", "beibei"),
            "persons": ("persons", "beibei"),
            "sisters": ("volunteers", "station"),
            "teams": ("teams", "station"),
            "stations": ("stations", "station"),
            "mediators": ("volunteers", "moli"),
            "mentors": ("volunteers", "mentor"),
            "children": ("children", "mentor"),
        }.items()
    }
    assert totals(city.federation, wanted) == {
        "projects": 71,
        "reached": 930_000,
        "sessions": 185,
        "persons": 14_553,
        "sisters": 6_600,
        "teams": 108,
        "stations": 13,
        "mediators": 3_276,
        "mentors": 1_154,
        "children": 8_126,
    }
