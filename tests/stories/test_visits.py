"""A week of visits at home, told through the pages of a family, a coordinator, tutors and the
officer, with what the events lead to done in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.urls import reverse

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Family
from backend.harm.models import HarmReport
from backend.outbox.models import Event
from backend.outbox.stored import read
from backend.rota.models import Assignment, Rota, Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    end_late_wishes,
    forget_visits,
    settle_past_visits,
    watch_visits,
)
from backend.visits.policy import MISSED_FOR, VISIT_KEPT
from backend.volunteers.models import Volunteer
from scheduler.subscriptions import tasks_of
from tests.again import show_again
from tests.factories import NOW, at, make_coordinator, make_family, make_volunteer
from tests.visits.scene import DOOR, Street, street
from tests.visits.test_pages import as_, sent, time_of, words

pytestmark = pytest.mark.django_db
SATURDAY = at("2026-12-05 09:30")


class Week:
    """A street with its coordinator, a family that may ask, and three tutors who may go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = NOW
        monkeypatch.setattr(clock, "now", lambda: self.time)
        self.here: Street = street()
        self.family: Family = make_family()
        self.mother = as_(self.family.user)
        self.desk = as_(self.here.coordinator)
        grown = {"organisation": self.here.organisation, "qualifications": {"adult": None}}
        self.tutors: list[Volunteer] = [
            make_volunteer(name=name, with_user=True, **grown)  # type: ignore[arg-type]
            for name in ("黄丽华", "林雪梅", "陈秀英")
        ]
        self.done = 0

    def works(self) -> None:
        """What the events since the last time lead to, as the relay hands it out."""
        while events := list(Event.objects.filter(pk__gt=self.done).order_by("pk")):
            self.done = events[-1].pk
            for event in events:
                happened = read(event.kind, event.payload)
                for task, given in tasks_of(happened) if happened else []:
                    module, name = task.rsplit(".", 1)
                    if module.endswith((".visits", ".bookings", ".rota")):
                        getattr(import_module(module), name)(**given)

    def at(self, moment: datetime) -> None:
        self.time = moment

    # --- what each does -------------------------------------------------------------------------
    def asks(self) -> VisitRequest:
        child = self.family.children.latest("pk").pk
        answer = self.mother.post(reverse("family:ask_visit"), sent(child=child, visit="on"))
        assert answer.status_code == 303
        self.works()
        return self.wish

    @property
    def wish(self) -> VisitRequest:
        return VisitRequest.objects.latest("pk")

    def plans(self, **fields: object) -> Session:
        address = reverse("coordinator:visit", args=[self.wish.pk])
        given = time_of(self.here, version=self.wish.version, **fields)
        seen = self.desk.post(address, given).context["seen"]
        assert self.desk.post(address, given | {"seen": seen}).status_code == 303
        self.works()
        return Session.objects.latest("pk")

    def answers(self, answer: str) -> str:
        booking = Booking.objects.latest("pk")
        address = reverse("family:answer_seat", args=[booking.pk])
        said = self.mother.post(address, {"answer": answer}, follow=True)
        self.works()
        return said.content.decode()

    def goes(self, number: int, role: str) -> Assignment:
        her = self.tutors[number]
        shift = Session.objects.latest("pk").shifts.get(role__code=role)
        claim = reverse("volunteer:claim", args=[shift.pk])
        as_(her.user).post(claim, {"seen": ""})
        self.works()
        return Assignment.objects.get(volunteer=her, shift=shift, state="active")

    def today(self, who: User | None = None) -> str:
        return words(as_(who or self.here.coordinator).get(reverse("coordinator:today")))

    def bookings(self) -> str:
        return words(self.mother.get(reverse("family:bookings")))


@pytest.fixture
def week(monkeypatch: pytest.MonkeyPatch) -> Week:
    return Week(monkeypatch)


def agreed(week: Week) -> tuple[Session, Assignment, Assignment]:
    """A time that suits, and two who go."""
    week.asks()
    session = week.plans()
    first, second = week.goes(0, "lead"), week.goes(1, "companion")
    week.answers("yes")
    return session, first, second


# --- before ---------------------------------------------------------------------------------------
def test_a_time_that_does_not_suit_another_one_and_a_tutor_who_cannot_come(week: Week) -> None:
    row = week.asks()
    assert row.family.number in week.today()
    session = week.plans()
    assert row.family.number not in week.today()  # it has a time
    place = week.goes(0, "lead")
    assert "黄丽华" in words(week.desk.get(reverse("coordinator:visit", args=[row.pk])))
    assert "另找一个时间" in week.answers("no")
    session.refresh_from_db()
    assert (session.state, week.wish.state) == ("cancelled", "open")
    assert "正在另找时间" in week.bookings() and row.family.number in week.today()
    mine = words(as_(week.tutors[0].user).get(reverse("volunteer:mine")))
    assert "取消" in mine  # she is told
    reopened = week.desk.post(
        reverse("coordinator:reopen_session", args=[session.pk]), follow=True
    ).content.decode()
    assert "上门取消了就不再开" in reopened

    second = week.plans(day="2026-12-06", at="14:00", outside="on")
    assert "约好了" in week.answers("yes")
    place = week.goes(0, "lead")
    week.goes(1, "companion")
    week.at(at("2026-12-01 12:00"))
    as_(week.tutors[0].user).post(
        reverse("volunteer:withdraw", args=[place.pk]), {"because": "病了", "asked": "yes"}
    )
    week.works()
    place.refresh_from_db()
    assert place.state == "withdrawn"
    ticket = reverse("family:ticket", args=[Booking.objects.latest("pk").pk])
    assert "老师还没定，还在找" in words(week.mother.get(ticket))
    assert "缺 1 人" in week.today()
    week.goes(2, "lead")
    assert "老师还没定" not in words(week.mother.get(ticket))
    assert second.state == "open"


def test_a_second_phone_with_an_old_page_undoes_nothing(week: Week) -> None:
    session, first, _second = agreed(week)
    cancel = reverse("family:cancel_visit", args=[week.wish.pk])
    assert week.mother.post(cancel, {"asked": "yes"}).status_code == 303
    week.works()
    said = week.answers("yes")  # the other phone still shows the question
    assert "这个时间已经不等回复了" in said
    change = reverse("family:change_visit", args=[week.wish.pk])
    assert week.mother.post(change, sent(version=1)).status_code == 303
    assert week.wish.state == "ended"
    week.at(SATURDAY)
    tutor = as_(first.volunteer.user)
    begin = tutor.post(reverse("volunteer:visit_begin", args=[first.pk]))
    assert begin.status_code == 404  # her place is gone, and with it the page
    assert Visit.objects.get(session=session).begun_at is None
    stale = week.desk.post(
        reverse("coordinator:visit", args=[week.wish.pk]), time_of(week.here), follow=True
    )
    assert "已经不在等安排了" in stale.content.decode()


@pytest.mark.parametrize("purpose", ["visit", "booking"])
def test_a_consent_that_is_taken_back_closes_the_door_at_once(week: Week, purpose: str) -> None:
    session, first, _second = agreed(week)
    week.at(SATURDAY - timedelta(hours=1))
    door = reverse("volunteer:visit_address", args=[first.pk])
    tutor = as_(first.volunteer.user)
    assert DOOR in words(tutor.get(door))
    consent = reverse("family:consent", args=[week.wish.child_id, purpose])
    week.mother.post(consent, {"agree": "no", "asked": "yes"})
    week.works()
    assert tutor.get(door).status_code == 404
    session.refresh_from_db()
    assert (session.state, week.wish.state) == ("cancelled", "ended")
    page = words(week.desk.get(reverse("coordinator:visit", args=[week.wish.pk])))
    assert "同意书撤回了" in page
    assert (
        reverse("family:ask_visit") in week.mother.get(reverse("family:bookings")).content.decode()
    )


def test_a_child_that_is_erased_leaves_no_door_and_nobody_is_sent(week: Week) -> None:
    session, first, _second = agreed(week)
    child = week.wish.child_id
    show_again(week.mother, week.family.user)
    week.mother.post(reverse("family:remove_child", args=[child]), {"agree": "yes", "asked": "yes"})
    week.works()
    assert not week.family.children.exists()
    row = week.wish
    assert (row.state, row.child_id, row.address, row.topic) == ("ended", None, None, None)
    session.refresh_from_db()
    assert session.state == "cancelled"
    page = words(week.desk.get(reverse("coordinator:visit", args=[row.pk])))
    assert "孩子的资料删除了" in page and "已删除" in page
    assert (
        as_(first.volunteer.user).get(reverse("volunteer:visit", args=[first.pk])).status_code
        == 404
    )


def test_a_tutor_who_pauses_keeps_her_word_and_no_new_one_is_found_in_her(week: Week) -> None:
    _session, first, _second = agreed(week)
    as_(first.volunteer.user).post(reverse("volunteer:pause"), {"asked": "yes", "agree": "yes"})
    week.works()
    first.refresh_from_db()
    assert first.state == "active"
    family = make_family()
    other = VisitRequest.objects.get(pk=Week.asks(_as(week, family)).pk)
    preview = week.desk.post(
        reverse("coordinator:visit", args=[other.pk]), time_of(week.here, at="14:00", outside="on")
    )
    paused = Volunteer.objects.get(pk=first.volunteer_id).state == "paused"
    assert paused and "黄丽华" not in words(preview) and "陈秀英" in words(preview)


def _as(week: Week, family: Family) -> Week:
    week.family, week.mother = family, as_(family.user)
    return week


def test_without_a_published_rota_she_is_led_to_make_one(week: Week) -> None:
    week.asks()
    Rota.objects.update(state="draft")
    page = words(week.desk.get(reverse("coordinator:visit", args=[week.wish.pk])))
    assert "还没有你能排的、已经发布的排班表" in page


# --- the day and after ----------------------------------------------------------------------------
def test_who_does_not_come_out_is_found_whoever_closes_the_rota(week: Week) -> None:
    session, first, second = agreed(week)
    ends = SATURDAY + timedelta(hours=1)
    week.at(SATURDAY)
    as_(first.volunteer.user).post(reverse("volunteer:visit_begin", args=[first.pk]))
    week.at(ends + timedelta(minutes=15))
    assert watch_visits(now=week.time) == 1
    week.desk.post(reverse("coordinator:close_rota", args=[week.here.rota.pk]))
    session.refresh_from_db()
    assert session.state == "done"
    week.at(ends + timedelta(minutes=30))
    assert watch_visits(now=week.time) == 1
    visit = Visit.objects.get(session=session)
    assert "黄丽华、林雪梅" in week.today()
    alarm = reverse("coordinator:visit_alarm", args=[visit.pk])
    assert "请马上打电话" in words(week.desk.get(alarm))
    finish = reverse("volunteer:visit_finish", args=[second.pk])
    assert as_(second.volunteer.user).post(finish).status_code == 303
    assert "有人点了结束，都出来了" in words(week.desk.get(alarm))
    assert "黄丽华" not in week.today()
    assert (week.wish.state, Booking.objects.latest("pk").state) == ("done", "attended")


def test_a_time_to_which_nobody_went_is_looked_for_again(week: Week) -> None:
    week.asks()
    week.plans()
    week.answers("yes")
    ends = SATURDAY + timedelta(hours=1)
    assert settle_past_visits(now=ends - timedelta(minutes=1)) == 0
    week.at(ends)
    assert (settle_past_visits(now=ends), settle_past_visits(now=ends)) == (1, 0)
    assert week.wish.state == "open" and week.family.number in week.today()
    said = week.bookings()
    assert "上次约的没成" in said and "约好的时间过了" in said
    assert end_late_wishes(now=ends) == 0


def test_what_began_and_nobody_says_anything_of_is_over_in_time_and_its_door_is_forgotten(
    week: Week,
) -> None:
    session, _first, _second = agreed(week)
    Visit.objects.filter(session=session).update(begun_at=SATURDAY)
    ends = SATURDAY + timedelta(hours=1)
    over = ends + MISSED_FOR
    assert settle_past_visits(now=over - timedelta(minutes=1)) == 0
    assert (settle_past_visits(now=over), settle_past_visits(now=over)) == (1, 0)
    assert week.wish.state == "done"
    assert forget_visits(now=over + VISIT_KEPT) == 1
    assert (week.wish.address, week.wish.topic) == (None, None)


@pytest.mark.parametrize("went", [True, False])
def test_what_nobody_says_to_have_begun_is_asked_about_at_the_desk_and_counts_as_no_visit(
    week: Week, went: bool
) -> None:
    _session, first, _second = agreed(week)
    ends = SATURDAY + timedelta(hours=1)
    week.at(ends)
    as_(first.volunteer.user).post(reverse("volunteer:visit_finish", args=[first.pk]))
    asked = ends + timedelta(hours=2)
    assert settle_past_visits(now=asked - timedelta(minutes=1)) == 0
    assert (settle_past_visits(now=asked), settle_past_visits(now=asked)) == (1, 0)
    week.at(asked)
    assert week.wish.state == "open" and week.family.number in week.today()
    address = reverse("coordinator:visit", args=[week.wish.pk])
    page = week.desk.get(address).content.decode()
    assert "去没去成，没有人说" in page
    if went:
        version = week.wish.version
        week.desk.post(reverse("coordinator:visited", args=[week.wish.pk]), {"version": version})
        assert (week.wish.state, Booking.objects.latest("pk").state) == ("done", "attended")
    else:
        assert "定一个时间" in page


def test_what_a_tutor_reports_reads_the_officer_alone(week: Week) -> None:
    session, first, _second = agreed(week)
    week.at(SATURDAY)
    report = reverse("volunteer:harm", args=[session.pk])
    as_(first.volunteer.user).post(report, {"signs": ["hurt"], "said": "膝盖上青紫"})
    row = HarmReport.objects.get()
    officer = make_coordinator(organisation=week.here.organisation, role="officer")
    page = reverse("coordinator:harm_report", args=[row.pk])
    assert "膝盖上青紫" in words(as_(officer).get(page))
    assert week.desk.get(page).status_code == 403
    assert "青紫" not in week.today()
