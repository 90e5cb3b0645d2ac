"""Volunteers, families and the editor of one rota do anything in any order: no person and no child
is ever in two places at one time, and what a page promises is kept.

The rota's own machine goes on here with families beside it; every change is made as the
coordinator's page makes it.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from backend.bookings import operations as seats
from backend.bookings.models import HOLDS_SEATS, LIVE, Booking
from backend.common.refusal import Refusal
from backend.families.models import Avoid
from backend.families.operations import (
    change_family_hours,
    close_request,
    correct_child_alone,
    give_consent,
    open_request,
)
from backend.families.queries import bookable_children
from backend.outbox.models import Event
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal
from backend.planning.operations import (
    change_session,
    effect_of_change,
    finish_run,
    keep_problem,
    lease_run,
    publish_proposal,
    request_run,
)
from backend.planning.packing import pack_problem
from backend.rota.models import Rota, Session
from backend.rota.operations import SessionValues
from backend.rota.policy import capacity
from matching.program.program import model
from matching.search.greedy import Greedy
from tests.factories import make_coordinator, make_family, make_request
from tests.rota.test_machine import MANY, RotaMachine, pick, world
from tests.thorough import thorough

FAMILIES = st.integers(0, 2)
ANSWERS = ("offered", "asked")


class BothSides(RotaMachine):
    def __init__(self) -> None:
        super().__init__()
        Session.objects.filter(starts_at__isnull=False, group="").update(
            seats_min=0, seats_max=4, seats_per_volunteer=2, months_low=0, months_high=36
        )
        self.families = [make_family(children=months) for months in CHILDREN]
        self.wishes = [make_request(family=family, wants=9) for family in self.families]
        Avoid.objects.create(family=self.families[2], volunteer=self.people[1])
        self.sold: dict[int, int] = {}
        self.actor = make_coordinator(organisation=self.rota.organisation, name="刘敏")

    def attempt(self, call: Any, **given: Any) -> Any:
        """Do it, or be refused and change nothing; the events of the two sides are counted
        together."""
        before = world(), bookings()
        try:
            done = call(**given, now=self.now)
        except Refusal:
            assert (world(), bookings()) == before
            return None
        self.events = Event.objects.count()
        return done

    # --- what families do -------------------------------------------------------------------------
    @rule(family=FAMILIES, n=MANY)
    def book(self, family: int, n: int) -> None:
        row = self.families[family]
        children = list(row.children.values_list("pk", flat=True))
        if session := pick(Session.objects.filter(seats_max__isnull=False).order_by("pk"), n):
            self.attempt(
                seats.book,
                family_id=row.pk,
                session_id=session.pk,
                child_ids=children,
                actor=None,
            )

    @rule(n=MANY)
    def cancel_a_booking(self, n: int) -> None:
        if booking := pick(Booking.objects.order_by("pk"), n):
            self.attempt(seats.cancel_booking, booking_id=booking.pk, actor=None)

    @rule(n=MANY, m=MANY)
    def move_a_booking(self, n: int, m: int) -> None:
        booking = pick(Booking.objects.order_by("pk"), n)
        session = pick(Session.objects.filter(seats_max__isnull=False).order_by("pk"), m)
        if booking and session:
            self.attempt(
                seats.move_booking, booking_id=booking.pk, session_id=session.pk, actor=None
            )

    @rule(n=MANY, yes=st.booleans())
    def answer(self, n: int, yes: bool) -> None:
        if booking := pick(Booking.objects.filter(state__in=ANSWERS).order_by("pk"), n):
            call = seats.accept_seat if yes else seats.decline_seat
            self.attempt(call, booking_id=booking.pk, actor=None)

    @rule(family=FAMILIES, n=MANY)
    def a_wish_is_seated(self, family: int, n: int) -> None:
        """As a published plan does it."""
        if session := pick(Session.objects.filter(seats_max__isnull=False).order_by("pk"), n):
            pair = (self.wishes[family].pk, session.pk)
            self.attempt(seats.seat_requests, seats=[pair], actor=None)

    @rule(family=FAMILIES, n=MANY, agree=st.booleans())
    def consent(self, family: int, n: int, agree: bool) -> None:
        row = self.families[family]
        child = pick(row.children.order_by("pk"), n)
        given: dict[str, Any] = {"family_id": row.pk, "child_id": child.pk, "purpose": "booking"}
        if agree:
            self.attempt(give_consent, text_version="test", actor=None, **given)
        else:
            self.attempt(seats.withdraw_consent_and_seats, actor=None, **given)

    @rule(family=FAMILIES, agree=st.booleans())
    def wish(self, family: int, agree: bool) -> None:
        row = self.families[family]
        there = self.wishes[family]
        if agree:
            given = {"programme": there.programme, "wants": 9, "per_week": 7}
            self.attempt(open_request, family_id=row.pk, actor=None, **given)
        else:
            open_one = row.requests.filter(state="open").order_by("pk").first() or there
            self.attempt(close_request, family_id=row.pk, request_id=open_one.pk, actor=None)

    @rule(family=FAMILIES, n=MANY, month=st.sampled_from(["2024-08", "2025-06", "2026-02"]))
    def a_child_is_older_than_was_written(self, family: int, n: int, month: str) -> None:
        row = self.families[family]
        child = pick(row.children.order_by("pk"), n)
        given = {"nickname": child.nickname, "birth_month": month}
        self.attempt(correct_child_alone, family_id=row.pk, child_id=child.pk, actor=None, **given)

    @rule(family=FAMILIES, days=st.sets(st.integers(0, 6), min_size=3))
    def a_family_has_other_hours(self, family: int, days: set[int]) -> None:
        spans = [(day, 0, 1440) for day in days]
        given = {"family_id": self.families[family].pk, "spans": spans}
        self.attempt(change_family_hours, actor=None, **given)

    # --- what follows by itself -------------------------------------------------------------------
    @rule()
    def time_is_up_and_lines_move(self) -> None:
        seats.expire_seats(now=self.now)
        seats.offer_freed_seats_of_rota(rota_id=self.rota.pk, now=self.now)
        seats.serve_forgotten(now=self.now)
        for session in Session.objects.filter(state="cancelled"):
            seats.cancel_bookings_of_session(session_id=session.pk, actor=None, now=self.now)
        self.events = Event.objects.count()

    # --- runs and publications ----------------------------------------------------------------
    @rule()
    def a_run_finds_a_plan(self) -> None:
        """As a worker does it, with the first plan that the search has: it is sound, and quick."""
        self.propose()

    @rule()
    def a_fresh_plan_is_published(self) -> None:
        """Nothing has changed since it was made, so nobody's line may be refused, whatever people
        have promised, are asked about again or could not keep any more."""
        if (proposal := self.propose()) and self.rota_is_open():
            publish_proposal(proposal_id=proposal.pk, actor=self.actor, now=self.now)
            self.events = Event.objects.count()
            self.published = Rota.objects.get(pk=self.rota.pk).version

    @rule()
    def an_older_plan_is_published_as_far_as_it_fits(self) -> None:
        if proposal := Proposal.objects.filter(state="open").order_by("-pk").first():
            given = {"proposal_id": proposal.pk, "actor": self.actor, "rest": True}
            self.attempt(publish_proposal, **given)
            self.published = Rota.objects.get(pk=self.rota.pk).version

    def rota_is_open(self) -> bool:
        return Rota.objects.get(pk=self.rota.pk).state in ("draft", "published")

    def propose(self) -> Proposal | None:
        run = self.attempt(request_run, rota_id=self.rota.pk, seconds_limit=5, actor=self.actor)
        if run is None:
            return None
        attempt = lease_run(run_id=run.pk, now=self.now)
        assert attempt is not None
        problem = problem_now(Rota.objects.get(pk=self.rota.pk), present(self.rota.pk), self.now)
        keep_problem(run_id=run.pk, attempt=attempt, problem=pack_problem(problem), now=self.now)
        columns, program = model(problem)
        plan = columns.plan(Greedy(columns, program).run())
        proposal = finish_run(run_id=run.pk, attempt=attempt, plan=plan, bound=0, now=self.now)
        self.events = Event.objects.count()
        return proposal

    # --- the editor, as her page does it ----------------------------------------------------------
    def change_to(self, session: Session, wanted: SessionValues) -> None:
        """What she is shown beforehand is what happens, and looking changes nothing."""
        change = {
            "session_id": session.pk,
            "version": session.version,
            "values": wanted,
            "actor": None,
        }
        before = world(), bookings(), Event.objects.count()
        shown = self.attempt(effect_of_change, **change)
        assert (world(), bookings(), Event.objects.count()) == before
        done = self.attempt(change_session, **change, seen=shown.mark if shown else "")
        assert (done and done.mark) == (shown and shown.mark)

    # --- what always holds ------------------------------------------------------------------------
    @invariant()
    def no_child_is_promised_to_be_in_two_places(self) -> None:
        """A class that was moved onto another is a question until the family has chosen."""
        rows = Booking.objects.filter(state="confirmed").select_related("session")
        for one, other in combinations(rows, 2):
            if one.family_id == other.family_id and one.session.starts_at:
                assert (
                    one.session.ends_at <= other.session.starts_at
                    or other.session.ends_at <= one.session.starts_at
                )

    @invariant()
    def no_seat_is_sold_that_nobody_looks_after(self) -> None:
        """People may leave a class that has sold its seats; no seat is added then."""
        for session in Session.objects.filter(seats_max__isnull=False):
            if session.seats_taken > self.sold.get(session.pk, 0):
                assert session.seats_taken <= capacity(session)
            self.sold[session.pk] = session.seats_taken

    @invariant()
    def nothing_stands_on_a_consent_that_was_taken_back(self) -> None:
        coming = Booking.objects.filter(state__in=LIVE, session__starts_at__gt=self.now)
        agreed = set(bookable_children().values_list("pk", flat=True))
        assert set(coming.values_list("children", flat=True)) <= agreed

    @invariant()
    def seats_are_counted_right(self) -> None:
        for session in Session.objects.filter(seats_max__isnull=False):
            held = Booking.objects.filter(session=session, state__in=HOLDS_SEATS)
            assert session.seats_taken == sum(held.values_list("seats", flat=True))
            assert session.seats_taken <= session.seats_max


CHILDREN = (["2025-06"], ["2024-08", "2026-02"], ["2026-05"])


def bookings() -> list[tuple[Any, ...]]:
    return list(Booking.objects.order_by("pk").values_list("pk", "state", "answer_by"))


@pytest.mark.django_db
def test_both_sides_in_whatever_order() -> None:
    phases = [Phase.explicit, Phase.reuse, Phase.generate]  # see the rota's machine
    calm = settings(
        max_examples=thorough(8),
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    run_state_machine_as_test(BothSides, settings=calm)
