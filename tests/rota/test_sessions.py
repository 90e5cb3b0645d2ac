"""A coordinator puts a session into a rota, changes it, calls it off: what she overwrites, whom it
moves, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.outbox.models import Event
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations import (
    SessionChangedMeanwhile,
    SessionOver,
    SessionValueRefused,
    SessionValues,
    accept_offer,
    add_session,
    cancel_session,
    change_session_alone,
)
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_coordinator,
    make_engagement,
    make_family,
    make_offer,
    make_organisation,
    make_programme,
    make_role,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def values(session: Session | None = None, **change: object) -> SessionValues:
    """What the session says now (or a plain new one), with something changed."""
    if session is None:
        role = make_role(programme=make_programme(), code="lead")
        now: dict[str, object] = {
            "title": "亲子课",
            "venue_id": make_venue().pk,
            "starts_at": at("2026-12-05 09:30"),
            "ends_at": at("2026-12-05 10:30"),
            "shifts": [(role.pk, 1, 2)],
        }
    else:
        seats = (
            (session.seats_min, session.seats_max, session.seats_per_volunteer)
            if session.seats_max is not None
            else None
        )
        now = {
            "title": session.title,
            "venue_id": session.venue_id,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "shifts": [(h.role_id, h.minimum, h.target) for h in session.shifts.all()],
            "required": session.required,
            "seats": seats,
            "months": (session.months_low, session.months_high) if seats else None,
        }
    return SessionValues(**(now | change))  # type: ignore[arg-type]


@pytest.fixture
def actor() -> object:
    return make_coordinator(organisation=make_organisation())


def test_a_new_session_takes_its_place_from_its_venue(actor) -> None:
    rota, kind = make_rota(state="draft"), make_engagement(programme=make_programme())
    session = add_session(
        rota_id=rota.pk, engagement_id=kind.pk, values=values(), actor=actor, now=NOW
    )
    assert (session.state, session.county_code, session.venue.latitude) == (
        "planned",
        "350102",
        session.latitude,
    )
    assert list(session.shifts.values_list("minimum", "target")) == [(1, 2)]
    assert Event.objects.get().streams >= [f"plan.{rota.pk}"]


def test_a_kind_at_home_is_never_a_session_without_a_home(actor) -> None:
    kind = make_engagement(programme=make_programme(), at_home=True)
    with pytest.raises(SessionValueRefused) as refused:
        add_session(
            rota_id=make_rota().pk, engagement_id=kind.pk, values=values(), actor=actor, now=NOW
        )
    assert refused.value.facts["why"] == "at_home"


def test_a_new_session_of_a_published_rota_is_open_at_once(actor) -> None:
    kind = make_engagement(programme=make_programme())
    assert (
        add_session(
            rota_id=make_rota().pk, engagement_id=kind.pk, values=values(), actor=actor, now=NOW
        ).state
        == "open"
    )
    with pytest.raises(SessionOver):
        add_session(
            rota_id=make_rota(state="closed").pk,
            engagement_id=kind.pk,
            values=values(),
            actor=actor,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"ends_at": at("2026-12-05 09:30")}, "ends_at", "not_after_start"),
        (
            {"starts_at": at("2027-01-05 09:30"), "ends_at": at("2027-01-05 10:30")},
            "starts_at",
            "outside_rota",
        ),
        (
            {"starts_at": at("2026-11-27 09:30"), "ends_at": at("2026-11-27 10:30")},
            "starts_at",
            "outside_rota",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(
    actor, change: dict[str, object], field: str, why: str
) -> None:
    kind = make_engagement(programme=make_programme())
    with pytest.raises(SessionValueRefused) as refused:
        add_session(
            rota_id=make_rota().pk,
            engagement_id=kind.pk,
            values=values(**change),
            actor=actor,
            now=NOW,
        )
    assert (refused.value.facts["field"], refused.value.facts["why"]) == (field, why)
    assert not Session.objects.exists()


def test_two_coordinators_do_not_overwrite_each_other(actor) -> None:
    session = make_session()
    change_session_alone(
        session_id=session.pk,
        version=1,
        values=values(session, title="绘本课"),
        actor=actor,
        now=NOW,
    )
    with pytest.raises(SessionChangedMeanwhile) as refused:
        change_session_alone(
            session_id=session.pk,
            version=1,
            values=values(session, title="音乐课"),
            actor=actor,
            now=NOW,
        )
    assert refused.value.facts["version"] == 2
    session.refresh_from_db()
    assert session.title == "绘本课"


def test_a_moved_session_asks_everyone_again_and_moves_nobody() -> None:
    """Alice had said yes, Bob was asked; both are asked about the new time, and their places stay
    theirs until they answer."""
    session = make_session(shifts=[("lead", 1, 3)])
    shift = session.shifts.get()
    alice, bob = make_volunteer(with_user=True), make_volunteer(with_user=True)
    make_assignment(volunteer=alice, shift=shift)
    make_offer(volunteer=bob, shift=shift)
    moved = {"starts_at": at("2026-12-06 14:00"), "ends_at": at("2026-12-06 15:00")}

    change_session_alone(
        session_id=session.pk, version=1, values=values(session, **moved), actor=None, now=NOW
    )

    assert Assignment.objects.get(volunteer=alice).state == "moved"
    assert sorted(
        Offer.objects.filter(state="pending").values_list("volunteer_id", flat=True)
    ) == sorted([alice.pk, bob.pk])
    shift.refresh_from_db()
    session.refresh_from_db()
    assert (shift.taken, shift.held, session.staff) == (0, 2, 2)
    accept_offer(offer_id=Offer.objects.get(volunteer=alice).pk, actor=alice.user, now=NOW)
    assert (
        Assignment.objects.get(volunteer=alice, state="active").start_minute
        == int(at("2026-12-06 14:00").timestamp()) // 60
    )
    assert {f"volunteer.{alice.pk}", f"volunteer.{bob.pk}"} <= set(
        Event.objects.get(kind="session_changed").streams
    )


def test_a_change_that_is_not_of_time_leaves_people_alone() -> None:
    session = make_session()
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    change_session_alone(
        session_id=session.pk,
        version=1,
        values=values(session, title="绘本课"),
        actor=None,
        now=NOW,
    )
    assert Assignment.objects.get().state == "active"


def test_the_room_never_shrinks_below_the_children_who_are_coming() -> None:
    session = make_session(seats=(0, 10, 5))
    make_booking(family=make_family(children=["2025-03", "2025-04"]), session=session)
    for seats in ((0, 1, 5), None):
        with pytest.raises(SessionValueRefused) as refused:
            change_session_alone(
                session_id=session.pk,
                version=1,
                values=values(session, seats=seats),
                actor=None,
                now=NOW,
            )
        assert (refused.value.facts["why"], refused.value.facts["limit"]) == ("seats_taken", 2)


def test_a_session_called_off_releases_everyone_and_stays_called_off() -> None:
    session = make_session(shifts=[("lead", 1, 3)])
    shift = session.shifts.get()
    alice, bob = make_volunteer(), make_volunteer()
    make_assignment(volunteer=alice, shift=shift)
    make_offer(volunteer=bob, shift=shift)

    for _ in range(2):
        cancel_session(session_id=session.pk, actor=None, now=NOW)

    session.refresh_from_db()
    shift.refresh_from_db()
    assert (session.state, session.staff, shift.taken, shift.held) == ("cancelled", 0, 0, 0)
    assert Assignment.objects.get().state == "released" and Offer.objects.get().state == "withdrawn"
    assert Event.objects.filter(kind="session_cancelled").count() == 1
    with pytest.raises(SessionOver):
        change_session_alone(
            session_id=session.pk, version=2, values=values(session), actor=None, now=NOW
        )


def test_a_session_that_is_over_is_not_changed(actor) -> None:
    session = make_session()
    later = {"starts_at": at("2026-12-06 09:30"), "ends_at": at("2026-12-06 10:30")}
    with pytest.raises(SessionOver):
        change_session_alone(
            session_id=session.pk,
            version=1,
            values=values(session, **later),
            actor=actor,
            now=session.ends_at,
        )


def test_a_session_in_the_past_is_not_moved_back(actor) -> None:
    session = make_session()
    with pytest.raises(SessionValueRefused) as refused:
        change_session_alone(
            session_id=session.pk,
            version=1,
            values=values(session, title="绘本课"),
            actor=actor,
            now=session.starts_at + timedelta(minutes=30),
        )
    assert refused.value.facts["why"] == "past"
