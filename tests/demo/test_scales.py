"""The smaller cities: the same for the same seed, right at any hour of the week, and never over
what is there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as DjangoSession
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.test import Client

from backend.bookings.models import Booking
from backend.common.clock import local_day
from backend.demo.operations import NotEmpty, load_city
from backend.demo.operations.logins import CHILD_AGE
from backend.demo.people import BY_KEY, user_of
from backend.demo.scales import COUNTY, SMALL
from backend.families.models import Child
from backend.outbox.kinds import SignedOut
from backend.outbox.models import Event
from backend.outbox.record import record
from backend.pairs.models import Pair, PairMeeting
from backend.pairs.policy import is_overdue
from backend.records.models import ServiceRecord
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.volunteers.models import Volunteer
from tests.factories import at

pytestmark = pytest.mark.django_db
TUESDAY = at("2026-11-24 14:20")


def picture() -> list[object]:
    """What there is, without ids."""
    return [
        list(
            Volunteer.objects.order_by("number").values_list(
                "number", "name", "latitude", "max_travel", "organisation__name"
            )
        ),
        [
            (child.nickname, child.birth_month)
            for child in Child.objects.order_by("family__number", "pk")
        ],
        sorted(
            (
                (*rest, re.sub(r"(home-\w+-)\d+", r"\1", group))
                for *rest, group in Session.objects.values_list(
                    "title", "starts_at", "latitude", "staff", "seats_taken", "group"
                )
            ),
            key=str,
        ),
        sorted(
            Assignment.objects.values_list("volunteer__number", "session__starts_at", "state"),
            key=str,
        ),
        sorted(
            Offer.objects.values_list("volunteer__number", "session__starts_at", "answer_by"),
            key=str,
        ),
        sorted(Booking.objects.values_list("family__number", "state", "code", "made_at"), key=str),
    ]


def test_the_same_seed_makes_the_same_city_and_another_another() -> None:
    cities = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load_city(scale=SMALL, seed=seed, now=TUESDAY)
            cities.append(picture())
            transaction.set_rollback(True)
    assert cities[0] == cities[1] != cities[2]


def test_the_county_has_one_desk_s_month() -> None:
    load_city(scale=COUNTY, seed=1, now=TUESDAY)
    draft = Session.objects.filter(rota__state="draft")
    assert (Volunteer.objects.count(), Child.objects.count()) == (850, 672)
    assert (
        draft.filter(starts_at__isnull=False).count(),
        draft.filter(starts_at=None).count(),
    ) == (160, 16)
    assert set(draft.values_list("county_code", flat=True)) == {"350121"}


@pytest.mark.parametrize(
    "moment", ["2026-11-23 00:01", "2026-11-27 23:30", "2026-11-29 22:00", "2027-02-28 09:00"]
)
def test_at_any_hour_of_the_week_the_first_pages_are_alive(moment: str) -> None:
    now = at(moment)
    load_city(scale=SMALL, seed=1, now=now)
    star = user_of(BY_KEY["volunteer"]).volunteer  # type: ignore[union-attr]
    assert (
        star.offers.filter(state="pending", answer_by__gt=now, session__starts_at__gt=now).count()
        >= 2
    )
    assert star.assignments.filter(state="active", session__ends_at__gt=now).count() >= 1
    shown = Session.objects.filter(
        rota__state="published",
        state="open",
        starts_at__gt=now,
        months_low__lte=CHILD_AGE,
        months_high__gte=CHILD_AGE,
        staff__gte=1,
    )
    assert shown.exists()
    assert (
        not Offer.objects.filter(state="pending")
        .filter(Q(answer_by__lte=now) | Q(answer_by__gte=F("session__starts_at")))
        .exists()
    )
    assert not Session.objects.filter(state="done", ends_at__gt=now).exists()
    assert not Shift.objects.filter(target__lt=F("taken") + F("held")).exists()


def test_pairs_have_a_history_that_nobody_takes_for_a_real_one() -> None:
    load_city(scale=SMALL, seed=1, now=TUESDAY)
    told = PairMeeting.objects.select_related("pair", "place__attendance")
    assert {one.words[:4] for one in told if one.words} == {"（演示）"}
    lively = Pair.objects.filter(state="standing").annotate(n=Count("meetings"))
    assert lively.count() >= 8 and all(2 <= pair.n <= 6 for pair in lively)
    today = local_day(TUESDAY)
    late = [pair for pair in lively if is_overdue(pair, today)]
    assert 0 < len(late) < lively.count() / 2
    assert {one.place.attended for one in told} == {True, None}
    for one in told:
        assert one.pair.since is not None and one.pair.since < one.began_at
        assert one.began_at + timedelta(minutes=one.minutes) <= TUESDAY
        hours = ServiceRecord.objects.filter(session=one.place.session_id)
        settled = [row.minutes for row in hours]
        assert settled == ([one.minutes] if one.place.attended else [])


def test_a_second_city_is_refused() -> None:
    load_city(scale=SMALL, seed=1, now=TUESDAY)
    with pytest.raises(NotEmpty):
        load_city(scale=SMALL, seed=1, now=TUESDAY)


@pytest.mark.django_db(transaction=True)
def test_a_city_replaces_another_and_the_event_log_goes_on(settings, client: Client) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = True
    call_command("load_fuzhou", scale="small", seed=1, verbosity=0)
    with transaction.atomic():
        record(SignedOut(user=1), streams=["user.1"], now=TUESDAY, actor=None)
    client.post("/demo/city/")
    before = {volunteer.name for volunteer in Volunteer.objects.all()}
    call_command("load_fuzhou", scale="small", seed=2, replace=True, verbosity=0)
    assert (
        Volunteer.objects.count() == 200
        and {volunteer.name for volunteer in Volunteer.objects.all()} != before
    )
    assert Event.objects.count() >= 1 and not DjangoSession.objects.exists()
    assert user_of(BY_KEY["city"]).pk == 2  # type: ignore[union-attr]


def test_the_commands_need_the_demo(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = False
    for command in ("load_fuzhou", "demo_links"):
        with pytest.raises(CommandError, match="DEMO=True"):
            call_command(command)
    assert not Volunteer.objects.exists()


def test_the_links_are_printed_one_a_line(settings, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = True
    call_command("demo_links", base="http://127.0.0.1:8123/")
    lines = capsys.readouterr().out.splitlines()
    assert (
        len(lines) == 7
        and lines[0].endswith("http://127.0.0.1:8123/demo/volunteer/")
        and "志愿者" in lines[0]
    )
