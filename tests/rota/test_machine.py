"""Anything may be done to a rota in any order: what must hold afterwards always holds.

Hypothesis drives the operations over a small rota in which everything gets in everything's way:
sessions that overlap, shifts with one place, people with narrow limits, two alternatives, a
pairing, deadlines that pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.common.clock import LOCAL
from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.rota import operations as op
from backend.rota.models import Assignment, Cover, CoverAsk, Notice, Offer, Rota, Session, Shift
from backend.rota.policy import deadline
from backend.rota.queries import notices_of
from backend.rota.snapshot import excerpts_of
from backend.volunteers.models import Apart, Volunteer
from backend.volunteers.operations import add_time_off, change_availability, change_state
from tests.factories import NOW, at, make_rota, make_session, make_venue, make_volunteer
from tests.rota.test_sessions import values
from tests.thorough import thorough

SLOTS = (None, "2026-12-01 09:00", "2026-12-01 10:00", "2026-12-02 09:00", "2026-12-03 09:00")
MONTHS = st.sampled_from([(0, 36), (6, 12)])
PEOPLE, SHIFTS, MANY = st.integers(0, 3), st.integers(0, 7), st.integers(0, 50)


class RotaMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.people = [
            make_volunteer(max_per_day=day, max_per_week=week, max_open=1)
            for day, week in ((1, 2), (2, 2), (5, 3), (5, 20))
        ]
        Apart.objects.create(first=self.people[0], second=self.people[3])
        self.rota = make_rota(state="draft")
        hours = ("2026-12-01 09:00", "2026-12-01 09:30", "2026-12-01 11:00", "2026-12-02 09:00")
        for hour, shifts in zip(
            hours,
            (
                [("lead", 1, 1)],
                [("lead", 1, 2)],
                [("lead", 1, 1), ("helper", 0, 2)],
                [("lead", 1, 1)],
            ),
            strict=True,
        ):
            make_session(rota=self.rota, starts_at=at(hour), shifts=shifts)
        for hour in ("2026-12-03 09:00", "2026-12-04 09:00"):
            make_session(rota=self.rota, starts_at=at(hour), group="visit", required=False)
        make_session(rota=self.rota, starts_at=None, shifts=[("mentor", 1, 2)])
        self.shifts = list(Shift.objects.order_by("pk"))
        self.venues = [make_venue(point=(26.1, 119.32)), make_venue(point=(24.0, 117.0))]
        self.events = self.published = 0

    @initialize(already=st.sampled_from([True, True, False]))
    def perhaps_published(self, already: bool) -> None:
        if already:
            self.publish()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def act(self, operation: Callable[..., Any], **given: Any) -> Any:
        """Do it; a refusal changes nothing at all, a success records one event at most."""
        before = world()
        try:
            done = operation(**given, actor=None, now=self.now)
        except Refusal:
            assert world() == before
            return None
        assert Event.objects.count() - self.events in (0, 1)
        assert (Event.objects.count() > self.events) == (world() != before)
        self.events = Event.objects.count()
        return done

    def several(self, operation: Callable[..., Any], **given: Any) -> None:
        """Do what may record any number of events."""
        operation(**given, actor=None, now=self.now)
        self.events = Event.objects.count()

    # --- what people do ---------------------------------------------------------------------------
    @rule(who=PEOPLE, which=SHIFTS)
    def claim(self, who: int, which: int) -> None:
        self.act(op.claim_shift, volunteer_id=self.people[who].pk, shift_id=self.shifts[which].pk)

    @rule(who=PEOPLE, which=SHIFTS)
    def place(self, who: int, which: int) -> None:
        self.act(op.place, volunteer_id=self.people[who].pk, shift_id=self.shifts[which].pk)

    @rule(pairs=st.lists(st.tuples(PEOPLE, SHIFTS), min_size=1, max_size=2))
    def ask(self, pairs: list[tuple[int, int]]) -> None:
        ids = [(self.people[v].pk, self.shifts[h].pk) for v, h in pairs]
        self.act(op.make_offers, pairs=ids)

    @rule(n=MANY)
    def accept(self, n: int) -> None:
        if offer := pick_offer(n):
            late = offer.state == "pending" and offer.answer_by <= self.now
            done = self.act(op.accept_offer, offer_id=offer.pk)
            assert not (late and done)

    @rule(n=MANY)
    def decline(self, n: int) -> None:
        if offer := pick_offer(n):
            self.act(op.decline_offer, offer_id=offer.pk)

    @rule(n=MANY)
    def take_back(self, n: int) -> None:
        if offer := pick_offer(n):
            self.act(op.withdraw_offer, offer_id=offer.pk)

    @rule(n=MANY)
    def withdraw(self, n: int) -> None:
        if assignment := pick(Assignment.objects.order_by("pk"), n):
            self.act(op.withdraw_assignment, assignment_id=assignment.pk)

    @rule(n=MANY, others=st.lists(PEOPLE, min_size=1, max_size=3))
    def ask_others_to_go(self, n: int, others: list[int]) -> None:
        """Nobody is asked for what she could not promise."""
        if place := pick(Assignment.objects.filter(state="active").order_by("pk"), n):
            people = [self.people[who].pk for who in others]
            cover = self.act(
                op.ask_cover, assignment_id=place.pk, volunteer_ids=people, named=False
            )
            for ask in cover.asks.filter(made_at=self.now) if cover else ():
                assert not self.bars(ask.volunteer, cover.session, cover.shift_id)

    @rule(n=MANY)
    def take_the_place_of_another(self, n: int) -> None:
        """One has it more and one less; a shift has as many people as before."""
        if ask := pick(CoverAsk.objects.order_by("pk"), n):
            before = Shift.objects.get(pk=ask.cover.shift_id).taken
            open_before = Cover.objects.get(pk=ask.cover_id).is_open
            done = self.act(op.take_cover, ask_id=ask.pk)
            assert Shift.objects.get(pk=ask.cover.shift_id).taken == before
            if done and open_before:
                place = Assignment.objects.get(pk=ask.cover.place_id)
                assert (place.state, done.state) == ("withdrawn", "active")

    @rule(n=MANY)
    def not_take_the_place_of_another(self, n: int) -> None:
        if ask := pick(CoverAsk.objects.order_by("pk"), n):
            self.act(op.decline_cover, ask_id=ask.pk)

    @rule(n=MANY)
    def go_herself(self, n: int) -> None:
        if cover := pick(Cover.objects.order_by("pk"), n):
            self.act(op.stop_cover, cover_id=cover.pk)

    @rule()
    def end_what_nobody_can_take(self) -> None:
        op.end_covers(now=self.now)
        self.events = Event.objects.count()
        for cover in Cover.objects.filter(state="open").select_related("place"):
            assert cover.place.state == "active" and cover.answer_by > self.now

    @rule(n=MANY)
    def undo_a_claim(self, n: int) -> None:
        if assignment := pick(Assignment.objects.order_by("pk"), n):
            self.act(op.undo_claim, assignment_id=assignment.pk)

    @rule(n=MANY)
    def undo_a_yes(self, n: int) -> None:
        if offer := pick(Offer.objects.filter(state="accepted").order_by("pk"), n):
            self.act(op.undo_accept, offer_id=offer.pk)

    @rule(n=MANY)
    def undo_a_no(self, n: int) -> None:
        if offer := pick(Offer.objects.filter(state="declined").order_by("pk"), n):
            self.act(op.undo_decline, offer_id=offer.pk)

    @rule(who=PEOPLE, day=st.integers(1, 4))
    def be_away(self, who: int, day: int) -> None:
        """One event for each place that she gives back."""
        there = date(2026, 12, day)
        self.several(op.give_back_days, volunteer_id=self.people[who].pk, first=there, last=there)

    @rule(who=PEOPLE, day=st.integers(1, 4))
    def say_that_she_is_away(self, who: int, day: int) -> None:
        """What she has promised on that day stays until she gives it back."""
        there = date(2026, 12, day)
        self.of_herself(add_time_off, who, from_date=there, to_date=there)

    @rule(who=PEOPLE, days=st.sets(st.integers(0, 6), min_size=4))
    def have_other_hours(self, who: int, days: set[int]) -> None:
        self.of_herself(change_availability, who, spans=[(day, 0, 1440) for day in days])

    @rule(who=PEOPLE, state=st.sampled_from(["active", "active", "paused"]))
    def pause(self, who: int, state: str) -> None:
        self.of_herself(change_state, who, state=state)

    def of_herself(self, operation: Callable[..., Any], who: int, **given: Any) -> None:
        """What she says of herself touches no promise; the relay looks at her questions then."""
        before = world()
        try:
            operation(volunteer_id=self.people[who].pk, **given, actor=None, now=self.now)
        except Refusal:
            pass
        assert world() == before
        self.events = Event.objects.count()

    @rule(n=MANY)
    def see_a_notice(self, n: int) -> None:
        if notice := pick(Notice.objects.order_by("pk"), n):
            self.act(op.see_notice, notice_id=notice.pk)

    @rule()
    def the_relay_has_caught_up(self) -> None:
        """No question is left that nobody could say yes to."""
        for volunteer in self.people:
            self.several_questions(volunteer.pk)
        waiting = Offer.objects.filter(state="pending", answer_by__gt=self.now)
        for offer in waiting.select_related("session__rota", "session__programme", "volunteer"):
            assert offer.volunteer.state == "active"
            excerpts = excerpts_of({offer.volunteer_id: [offer.session]}, now=self.now)
            assert [c.against(offer.shift_id) for c in excerpts.values()] == [()]

    def several_questions(self, volunteer: int) -> None:
        op.end_barred_offers(volunteer_id=volunteer, now=self.now)
        self.events = Event.objects.count()

    # --- what happens to the rota -----------------------------------------------------------------
    @rule()
    @precondition(lambda self: self.published < 2)
    def publish(self) -> None:
        self.published += 1
        self.act(
            op.publish_rota,
            rota_id=self.rota.pk,
            expected_version=Rota.objects.get(pk=self.rota.pk).version,
        )

    @rule(n=MANY)
    def cancel(self, n: int) -> None:
        if n < 4 and (session := pick(Session.objects.order_by("pk"), n)):
            self.act(op.cancel_session, session_id=session.pk)

    @rule(n=MANY, slot=st.sampled_from(SLOTS), venue=st.integers(0, 2), months=MONTHS)
    def change(self, n: int, slot: str | None, venue: int, months: tuple[int, int] | None) -> None:
        """To another time, another place (one of them too far for most), other ages, or a little
        of each."""
        session = pick(Session.objects.order_by("pk"), n)
        new: dict[str, Any] = {}
        if slot and session.starts_at:
            new = {"starts_at": at(slot), "ends_at": at(slot) + timedelta(hours=1)}
        if venue:
            new["venue_id"] = self.venues[venue - 1].pk
        if session.seats_max is not None:
            new["months"] = months
        self.change_at_its_own_moment(session, new)

    @rule(who=PEOPLE, which=SHIFTS, slot=st.sampled_from(SLOTS[1:]), venue=st.integers(0, 2))
    def move_and_move_back(self, who: int, which: int, slot: str, venue: int) -> None:
        """Nobody has read of it in between: who had promised has her promise again, unless the
        rules would not let her promise it today. One of them takes a place just before."""
        self.claim(who, which)
        session = Session.objects.get(shifts=self.shifts[which])
        if session.starts_at is None:
            return
        old = {name: getattr(session, name) for name in ("starts_at", "ends_at", "venue_id")}
        new: dict[str, Any] = {"starts_at": at(slot), "ends_at": at(slot) + timedelta(hours=1)}
        if venue:
            new["venue_id"] = self.venues[venue - 1].pk
        had = list(Assignment.objects.filter(session=session, state="active"))
        self.change_at_its_own_moment(session, new)
        there = Session.objects.get(pk=session.pk)
        self.change_at_its_own_moment(there, old)
        back = Session.objects.get(pk=session.pk)
        if back.version < session.version + 2:
            return  # it was refused
        for row in had:
            row.refresh_from_db()
            assert row.state == "active" or self.bars(row.volunteer, back, row.shift_id)

    def change_at_its_own_moment(self, session: Session, new: dict[str, Any]) -> None:
        """Nothing else happens in that second, so what came before it and what after is clear."""
        self.now += timedelta(seconds=1)
        self.change_to(session, values(session, **new))
        now = Session.objects.select_related("rota").get(pk=session.pk)
        if now.version > session.version and now.state == "open" and moved(session, now):
            self.who_reads_that_she_cannot_come_cannot(now)
        self.now += timedelta(seconds=1)

    def who_reads_that_she_cannot_come_cannot(self, session: Session) -> None:
        too_late = deadline(session, self.now) is None
        for her in self.people:
            for notice in notices_of(her, self.now):
                if notice.session_id == session.pk and notice.kind in ("released", "barred"):
                    shift = session.shifts.get(role__name=notice.role)
                    assert too_late or shift.free <= 0 or self.bars(her, session, shift.pk)

    def bars(self, her: Volunteer, session: Session, shift: int) -> list[str]:
        """The rules that keep her from saying yes to it today."""
        if Volunteer.objects.get(pk=her.pk).state != "active":
            return ["volunteer_not_active"]
        (excerpt,) = excerpts_of({her.pk: [session]}, now=self.now).values()
        return [violation.rule for violation in excerpt.against(shift)]

    @rule(n=MANY, heads=st.lists(st.integers(0, 2), min_size=2, max_size=2))
    def want_others(self, n: int, heads: list[int]) -> None:
        """Fewer or more people in its roles, one of which may go."""
        session = pick(Session.objects.order_by("pk"), n)
        rows = zip(session.shifts.order_by("pk"), heads, strict=False)
        wanted = [(h.role_id, min(h.minimum, most), most) for h, most in rows if most]
        empty = session.shifts.filter(assignments=None, offers=None)
        if wanted and set(empty.values_list("role", flat=True)) <= {role for role, _, _ in wanted}:
            self.change_to(session, values(session, shifts=wanted))

    def change_to(self, session: Session, wanted: op.SessionValues) -> None:
        self.act(
            op.change_session_alone, session_id=session.pk, version=session.version, values=wanted
        )

    @rule(hours=st.integers(1, 20))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    @precondition(
        lambda self: Offer.objects.filter(state="pending", answer_by__lte=self.now).exists()
    )
    def expire(self) -> None:
        op.expire_offers(now=self.now)
        self.events = Event.objects.count()
        assert not Offer.objects.filter(state="pending", answer_by__lte=self.now).exists()

    @rule()
    @precondition(lambda self: self.now > at("2026-12-04 09:30"))
    def close(self) -> None:
        self.act(op.close_rota, rota_id=self.rota.pk)

    # --- what always holds ------------------------------------------------------------------------
    @invariant()
    def counters_say_what_the_rows_say(self) -> None:
        taken = Counter(Assignment.objects.filter(state="active").values_list("shift", flat=True))
        held = Counter(Offer.objects.filter(state="pending").values_list("shift", flat=True))
        staff: Counter[int] = Counter()
        closed = Rota.objects.get(pk=self.rota.pk).state == "closed"
        for shift in Shift.objects.all():
            assert shift.taken + shift.held <= shift.target
            assert shift.held == held[shift.pk]
            if not closed:  # a closed rota keeps its numbers, its assignments are done
                assert shift.taken == taken[shift.pk]
            staff[shift.session_id] += (shift.taken + shift.held) * shift.carries_seats
        assert all(session.staff == staff[session.pk] for session in Session.objects.all())

    @invariant()
    def nobody_is_in_two_places_or_over_her_limit(self) -> None:
        rows = list(
            Assignment.objects.filter(state="active").select_related("volunteer", "session")
        )
        for one, other in combinations([r for r in rows if r.start_minute is not None], 2):
            if one.volunteer_id == other.volunteer_id:
                assert one.end_minute <= other.start_minute or other.end_minute <= one.start_minute
        days = Counter(
            (r.volunteer, r.session.starts_at.date()) for r in rows if r.session.starts_at
        )
        assert all(n <= volunteer.max_per_day for (volunteer, _day), n in days.items())
        weeks = Counter(r.volunteer for r in rows if r.session.starts_at)
        assert all(n <= volunteer.max_per_week for volunteer, n in weeks.items())
        assert not {r.session_id for r in rows if r.volunteer == self.people[0]} & {
            r.session_id for r in rows if r.volunteer == self.people[3]
        }

    @invariant()
    def a_no_is_final(self) -> None:
        said_no: set[tuple[int, int]] = set()
        for offer in Offer.objects.order_by("pk"):
            assert (offer.volunteer_id, offer.session_id) not in said_no
            if offer.state == "declined":
                said_no.add((offer.volunteer_id, offer.session_id))

    @invariant()
    def every_question_can_be_answered_awake_and_in_time(self) -> None:
        for offer in Offer.objects.filter(state="pending").select_related("session"):
            assert time(8) <= offer.answer_by.astimezone(LOCAL).time() <= time(21)
            if offer.session.starts_at:
                assert offer.answer_by < offer.session.starts_at

    @invariant()
    def nobody_loses_a_promise_in_silence(self) -> None:
        """What ended without her word has a notice, or became a question."""
        ended = Assignment.objects.filter(state__in=("released", "moved"))
        told = set(Notice.objects.values_list("volunteer", "session"))
        asked = set(Offer.objects.values_list("volunteer", "session"))
        for row in ended:
            her = (row.volunteer_id, row.session_id)
            assert her in told if row.state == "released" else her in told | asked

    @invariant()
    def what_they_read_is_so(self) -> None:
        """The newest notice that she has not seen says that she has a place while she has one or is
        asked, and that she has none while she has none."""
        for her in self.people:
            for notice in notices_of(her, self.now):
                here = {"volunteer": her, "session": notice.session_id}
                has_part = (
                    Assignment.objects.filter(**here, state="active").exists()
                    or Offer.objects.filter(**here, state="pending").exists()
                )
                assert has_part == (notice.kind in ("told", "restored"))
                if notice.kind == "cancelled":
                    assert notice.session.state == "cancelled"

    @invariant()
    def of_a_place_that_passes_over_one_has_it(self) -> None:
        """Who took it is one; nobody waits for an answer to what has ended."""
        for cover in Cover.objects.exclude(state="open"):
            states = Counter(cover.asks.values_list("state", flat=True))
            assert states["accepted"] == (cover.state == "taken")
            assert not states["pending"]

    @invariant()
    def nobody_has_or_is_asked_for_what_is_too_far(self) -> None:
        far = {"session__venue": self.venues[1]}
        assert not Assignment.objects.filter(state="active", **far).exists()
        assert not Offer.objects.filter(state="pending", **far).exists()

    @invariant()
    def nothing_hangs_on_what_is_not_open(self) -> None:
        shut = Session.objects.exclude(state="open")
        assert not Offer.objects.filter(state="pending", session__in=shut).exists()
        assert not Assignment.objects.filter(state="active", session__in=shut).exists()

    @invariant()
    def of_alternatives_at_most_one_is_staffed(self) -> None:
        assert Session.objects.filter(group="visit", staff__gt=0, state="open").count() <= 1


def moved(before: Session, now: Session) -> bool:
    return (before.starts_at, before.ends_at, before.venue_id) != (
        now.starts_at,
        now.ends_at,
        now.venue_id,
    )


def pick(rows: Any, n: int) -> Any:
    found = list(rows)
    return found[n % len(found)] if found else None


def pick_offer(n: int) -> Offer | None:
    """Mostly one that waits for an answer, now and then any."""
    waiting = Offer.objects.filter(state="pending").order_by("pk")
    return pick(Offer.objects.order_by("pk"), n) if n % 4 == 0 else pick(waiting, n)


def world() -> tuple[Any, ...]:
    """Every row that an operation may change, as plain values."""
    return (
        list(Rota.objects.order_by("pk").values_list("state", "version")),
        list(Session.objects.order_by("pk").values_list("state", "staff", "version")),
        list(Shift.objects.order_by("pk").values_list("taken", "held")),
        list(Offer.objects.order_by("pk").values_list("pk", "state")),
        list(Assignment.objects.order_by("pk").values_list("pk", "state")),
        list(Cover.objects.order_by("pk").values_list("pk", "state")),
        list(CoverAsk.objects.order_by("pk").values_list("pk", "state")),
        list(Notice.objects.order_by("pk").values_list("pk", "kind", "seen_at")),
        Volunteer.objects.count(),
    )


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order() -> None:
    # A failure is shown as it was found: shrinking it would replay the database for many minutes.
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    calm = settings(
        max_examples=thorough(15),
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    run_state_machine_as_test(RotaMachine, settings=calm)
