"""Children in pairs as figures: counted a second time, child by child; and never so few that one
could tell who they are, nor by what stands beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from backend.access.queries import sessions_readable, sessions_seen
from backend.common import clock
from backend.common.clock import local_day
from backend.organisations.models import Organisation
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations import end_pair
from backend.records.models import ServiceRecord
from backend.records.operations import confirm_hours, note_away
from backend.reports.document import document_of
from backend.reports.models import Report
from backend.reports.operations import numbers_of
from backend.reports.periods import Period, period_of
from backend.reports.queries import (
    Frame,
    PairFigures,
    hours_of_week,
    pair_figures,
    rows_of,
    totals,
    weeks,
)
from backend.reports.queries.paired import SMALL, may_be_said
from backend.words.figures import pairs_said
from tests.factories import NOW, at, make_coordinator
from tests.pairs.scene import NICKNAME, Street, child_of, paired, street, told, yes

LATER = NOW + timedelta(days=40)
WHOLE = Period("own", None, local_day(LATER))
PERIODS = (
    WHOLE,
    Period("own", local_day(NOW) + timedelta(days=12), local_day(LATER)),
    Period("own", None, local_day(NOW) + timedelta(days=15)),
    Period("own", local_day(LATER) + timedelta(days=1), local_day(LATER) + timedelta(days=9)),
)


@pytest.fixture
def here() -> Street:
    return street()


def history(here: Street, r: Random) -> None:
    """Some children with one mentor, some with two after one another, some with none."""
    for _ in range(7):
        pair = paired(here, now=NOW + timedelta(days=r.randrange(3)))
        for day in sorted(r.sample(range(6, 30), r.randrange(4))):
            told(pair, now=NOW + timedelta(days=day))
        if r.random() < 0.6:
            over = NOW + timedelta(days=31)
            end_pair(pair_id=pair.pk, reason="grown", actor=here.coordinator, now=over)
            if r.random() < 0.5:
                again = yes(here.ask(pair.child, here.mentor(), now=over), now=over)
                told(again, now=over + timedelta(days=2))
    child_of(here)


def by_hand(whose: Organisation, period: Period, now: datetime) -> PairFigures:
    """Child by child and visit by visit, without SQL; of the children nothing is kept back."""
    children = 0
    visits: defaultdict[date, list[int]] = defaultdict(list)
    for child in PairedChild.objects.select_related("organisation"):
        if not child.organisation.path.startswith(whose.path):
            continue
        children += any(_stood(pair, period, now) for pair in child.pairs.all())
        for meeting in PairMeeting.objects.filter(pair__child=child):
            visits[local_day(meeting.began_at).replace(day=1)].append(child.pk)
    if not children:
        return PairFigures(0, 0)
    whole = [month for month in months_until(now) if _within(month, period)]
    few = any(0 < len(set(visits[month])) < SMALL for month in whole)
    if few or not (whole or period.start is None):
        return PairFigures(children, None)
    return PairFigures(children, sum(len(visits[month]) for month in whole))


def months_until(now: datetime) -> list[date]:
    """The first days of those of the last year that are over."""
    today = local_day(now)
    days = {today - timedelta(days=n) for n in range(1, 366)}
    firsts = sorted(day for day in days if day.day == 1)
    return [first for first in firsts if (first.year, first.month) != (today.year, today.month)]


def _within(month: date, period: Period) -> bool:
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return (period.start is None or period.start <= month) and last <= period.end


def _stood(pair: Pair, period: Period, now: datetime) -> bool:
    if pair.since is None or pair.since >= now or local_day(pair.since) > period.end:
        return False
    over = pair.ended_at
    return period.start is None or over is None or local_day(over) >= period.start


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_each_child_is_counted_once_and_each_visit(here: Street, seed: int) -> None:
    history(here, Random(seed))
    city = here.organisation.parent
    assert city is not None
    for period, whose in product(PERIODS, (city, here.organisation)):
        expected = by_hand(whose, period, LATER)
        said = pair_figures(whose, period, LATER)
        few = expected.children is not None and 0 < expected.children < SMALL
        assert said == (PairFigures(None, None) if few else expected)
    assert pair_figures(city, WHOLE, LATER).children == 7


@pytest.mark.django_db
def test_a_visit_that_she_was_noted_away_from_is_none(here: Street) -> None:
    seen = [told(paired(here), now=NOW + timedelta(days=9)) for _ in range(SMALL + 2)]
    desk = {"actor": here.coordinator, "now": LATER}
    confirm_hours(assignment_id=seen[0].place_id, minutes=60, **desk)
    note_away(assignment_id=seen[1].place_id, excused=False, reason="", **desk)
    note_away(assignment_id=seen[2].place_id, excused=True, reason="", **desk)
    assert pair_figures(here.organisation, WHOLE, LATER) == PairFigures(SMALL + 2, SMALL)


@pytest.mark.django_db
def test_few_children_are_not_said_on_the_page_nor_in_the_document(
    here: Street, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    client.force_login(make_coordinator(organisation=here.organisation))
    words = {}
    for many in (SMALL - 1, 1):
        for _ in range(many):
            told(paired(here), now=NOW + timedelta(days=9))
        page = client.get(reverse("coordinator:reports")).content.decode()
        assert NICKNAME not in page
        words[many] = (
            "人数少，不写出来" in page,
            "陪伴的孩子 5 名；按整月算，一共去了 5 次" in page,
        )
        kept = numbers_of(here.organisation, period_of("all", None, None, local_day(LATER)), LATER)
        assert kept["pairs"] == (
            {"children": None, "visits": None, "whole_months": True}
            if many > 1
            else {"children": 5, "visits": 5, "whole_months": True}
        )
    assert words == {SMALL - 1: (True, False), 1: (False, True)}
    report = Report.objects.create(
        organisation=here.organisation, ends_on=local_day(LATER), numbers=kept, made_at=LATER
    )
    assert document_of(report)


@pytest.mark.django_db
def test_no_two_periods_tell_of_one_visit(here: Street) -> None:
    """Whatever two periods are set beside each other, by days: what they differ by is nothing, or
    visits to no fewer children than are said."""
    pairs = [paired(here) for _ in range(SMALL)]
    december, january = at("2026-12-10 15:00"), at("2027-01-05 15:00")
    for n, pair in enumerate(pairs):
        told(pair, now=december + timedelta(days=2 * n))
    told(pairs[0], now=january)
    later = at("2027-02-10 12:00")
    days = [local_day(NOW) + timedelta(days=n) for n in range(0, 75, 3)]
    periods = [Period("own", first, last) for first in days for last in days if first <= last]
    said = {pair_figures(here.organisation, period, later).visits for period in periods}
    assert said == {None, 5}
    month = Period("own", date(2027, 1, 1), date(2027, 1, 31))
    assert pair_figures(here.organisation, month, later) == PairFigures(SMALL, None)
    assert "按整月算" in pairs_said(SMALL, None, whole_months=True)


@pytest.mark.django_db
def test_no_other_figure_of_a_report_leads_to_a_visit_of_a_pair(here: Street) -> None:
    her = told(paired(here), now=NOW + timedelta(days=9)).place
    confirm_hours(assignment_id=her.pk, minutes=60, actor=here.coordinator, now=LATER)
    assert ServiceRecord.objects.get().minutes == 60
    city = here.organisation.parent
    assert city is not None
    for programme in (None, here.kind.programme_id):
        for whose in (city, here.organisation):
            frame = Frame.of(whose, WHOLE, LATER, programme)
            for name in ("sessions", "minutes", "places", "arranged", "lacked"):
                assert not list(rows_of(frame, name))
                assert totals(whose, {"n": (name, frame)}) == {"n": 0}
            assert not any(week.sessions for week in weeks(frame))
            assert hours_of_week(frame) == []


@pytest.mark.django_db
def test_the_page_of_a_visit_opens_for_whoever_may_see_the_pair(here: Street) -> None:
    session = told(paired(here), now=NOW + timedelta(days=9)).place.session
    city = here.organisation.parent
    assert city is not None
    roles = ("coordinator", "officer", "viewer")
    for organisation, role in product((here.organisation, city), roles):
        opens = role != "viewer"
        user = make_coordinator(organisation=organisation, role=role)
        browser = Client()
        browser.force_login(user)
        page = browser.get(reverse("coordinator:session", args=[session.pk]))
        assert page.status_code == (200 if opens else 404), (organisation.level, role)
        assert (session.pk in sessions_readable(user, [session.pk])) == opens
        assert sessions_seen(user, session.rota).exists() == opens


def shapes() -> Iterator[dict[str, int]]:
    """Every small federation: a city with two counties, of which one has two streets."""
    paths = ("1.", "1.2.", "1.2.3.", "1.2.4.", "1.5.")
    for numbers in product((0, 1, 4, 5, 9), repeat=len(paths)):
        yield {path: n for path, n in zip(paths, numbers, strict=True) if n}


def test_nobody_can_work_out_a_small_number_from_those_that_are_said() -> None:
    """Of each organisation: what is left of its number once those of its parts that are said are
    taken away is nothing, or not small."""
    parts_of = {"1.": ("1.2.", "1.5."), "1.2.": ("1.2.3.", "1.2.4.")}
    for children in shapes():
        said = {
            path: sum(n for own, n in children.items() if own.startswith(path))
            for path in ("1.", "1.2.", "1.2.3.", "1.2.4.", "1.5.")
            if may_be_said(path, children)
        }
        assert all(n == 0 or n >= SMALL for n in said.values()), children
        for above, parts in parts_of.items():
            if above in said:
                left = said[above] - sum(said.get(part, 0) for part in parts)
                assert left == 0 or left >= SMALL, children
