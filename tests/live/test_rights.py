"""Who may listen to what, and what happens to an open line when that changes."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest
from allauth.account.adapter import get_adapter
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.common.clock import now
from backend.live.door import Ask, NotAdmitted, Pass, decide
from backend.live.permissions import TABLE, subjects
from backend.organisations.models import Membership
from backend.organisations.operations import end_membership
from backend.outbox.kinds import RotaPublished, SessionChanged
from backend.outbox.record import record
from backend.planning.models import Run
from tests.factories import (
    make_coordinator,
    make_division,
    make_family,
    make_organisation,
    make_rota,
    make_session,
    make_user,
    make_venue,
    make_volunteer,
)
from tests.live.conftest import Web, cookie_of
from tests.visits.scene import pair, planned, street

CAST = ("nobody", "her", "him", "village", "county", "neighbour", "viewer", "officer", "operator")


class World(NamedTuple):
    users: dict[str, User | None]
    streams: dict[str, str]


def build() -> World:
    """One county with a village that has a rota and pairs; 陈秀英 volunteers there; 林雪梅's
    family lives there; a second county next door."""
    county = make_organisation(level=2)
    village, next_door = make_organisation(parent=county), make_organisation(level=2)
    volunteer, family = (
        make_volunteer(organisation=village, with_user=True),
        make_family(with_user=True),
    )
    shown, draft, above = (
        make_rota(organisation=village),
        make_rota(organisation=village, state="draft"),
        make_rota(organisation=county),
    )
    coordinator = make_coordinator(organisation=village)
    run = Run.objects.create(
        rota=draft, requested_by=coordinator, seconds_limit=9, requested_at=now()
    )
    users = {
        "nobody": None,
        "her": volunteer.user,
        "him": family.user,
        "village": coordinator,
        "county": make_coordinator(organisation=county),
        "neighbour": make_coordinator(organisation=next_door),
        "viewer": make_coordinator(organisation=county, role="viewer"),
        "officer": make_coordinator(organisation=county, role="officer"),
        "operator": make_coordinator(organisation=county, role="operator"),
    }
    ledger = make_rota(organisation=village, state="closed", kind="pairs")
    of_pair = make_session(rota=ledger, state="done", home="for_pair")
    streams = {
        "a ledger of pairs": f"rota.{ledger.pk}",
        "what is planned in it": f"plan.{ledger.pk}",
        "a visit of a pair": f"session.{of_pair.pk}",
        "a published rota": f"rota.{shown.pk}",
        "a draft": f"rota.{draft.pk}",
        "the county's rota": f"rota.{above.pk}",
        "a published plan": f"plan.{shown.pk}",
        "a draft's plan": f"plan.{draft.pk}",
        "a published session": f"session.{make_session(rota=shown).pk}",
        "a draft's session": f"session.{make_session(rota=draft).pk}",
        "the volunteer": f"volunteer.{volunteer.pk}",
        "the family": f"family.{family.pk}",
        "the run": f"run.{run.pk}",
        "the village": f"organisation.{village.pk}",
        "the county": f"organisation.{county.pk}",
        "her account": f"user.{volunteer.user_id}",
        "her messages": f"inbox.{volunteer.user_id}",
        "the city": "city.1",
        "another city": "city.2",
        "nothing": "rota.987654321",
    }
    return World(users, streams)


EVERYBODY = set(CAST)
STAFF = {"village", "county", "viewer", "officer"}
OF_PAIRS = STAFF - {"viewer"}
MATRIX: dict[str, set[str]] = {
    "a ledger of pairs": OF_PAIRS,
    "what is planned in it": OF_PAIRS,
    "a visit of a pair": OF_PAIRS,
    "a published rota": STAFF,
    "a draft": STAFF,
    "the county's rota": STAFF,  # its coordinators and those of every part of it
    "a published plan": EVERYBODY,
    "a draft's plan": STAFF,
    "a published session": EVERYBODY,
    "a draft's session": STAFF,
    "the volunteer": STAFF | {"her"},
    "the family": {"him"},
    "the run": STAFF,
    "the village": STAFF,
    "the county": {"county", "viewer", "officer"},
    "her account": {"her"},
    "her messages": {"her"},
    "the city": EVERYBODY,
    "another city": set(),
    "nothing": set(),
}


@pytest.mark.django_db
def test_the_whole_matrix() -> None:
    world = build()
    found: dict[str, set[str]] = {name: set() for name in MATRIX}
    for who in CAST:
        user = world.users[who]
        session = cookie_of(user, keep=True).partition("=")[2] if user else ""
        answers = decide([Ask(session, [world.streams[name]]) for name in MATRIX])
        for name, answer in zip(MATRIX, answers, strict=True):
            if isinstance(answer, NotAdmitted):
                assert answer.code == (4401 if user is None else 4403)
            else:
                found[name].add(who)
    assert found == MATRIX


@pytest.mark.django_db
def test_when_somebody_is_in_a_home_is_told_to_whom_it_concerns() -> None:
    here = street()
    visit = planned(here)
    lead, companion = pair(visit)
    family = visit.request.family
    stream = f"session.{visit.session_id}"

    def hears(user: User | None) -> bool:
        session = cookie_of(user, keep=True).partition("=")[2] if user else ""
        (answer,) = decide([Ask(session, [stream])])
        return not isinstance(answer, NotAdmitted)

    concerned = (lead.volunteer.user, companion.volunteer.user, family.user, here.coordinator)
    assert all(map(hears, concerned))
    others = (None, make_family().user, make_volunteer(with_user=True).user)
    assert not any(map(hears, others))


@pytest.mark.django_db
def test_the_matrix_knows_every_kind_of_stream() -> None:
    assert {stream.split(".")[0] for stream in build().streams.values()} == set(TABLE)


@pytest.mark.django_db
def test_one_stream_too_many_is_refused_alone() -> None:
    world = build()
    streams = world.streams
    session = cookie_of(world.users["neighbour"], keep=True).partition("=")[2]
    mixed = [streams["a published plan"], streams["a draft"]]
    (answer,) = decide([Ask(session, mixed)])
    assert isinstance(answer, Pass)
    assert answer.visitor.user_id == world.users["neighbour"].pk
    assert answer.refused == {streams["a draft"]}


@pytest.mark.django_db
def test_nobody_is_asked_to_sign_in_at_the_first_stream_that_is_not_everybodys() -> None:
    """Her session may have ended while the page was open."""
    streams = build().streams
    (answer,) = decide([Ask("", [streams["a published plan"], streams["a draft"]])])
    assert isinstance(answer, NotAdmitted) and answer.code == 4401


@pytest.mark.django_db
def test_a_draft_of_the_county_moves_for_the_village_that_sees_its_session() -> None:
    """Where the page is hers, its streams are: in her area, and where she helps to run it."""
    county = make_organisation(level=2, division=make_division(code="350102", name="鼓楼区"))
    village, other = (
        make_organisation(
            level=4, parent=county, division=make_division(code=f"{street}001", name="社区")
        )
        for street in ("350102001", "350102002")
    )
    draft = make_rota(organisation=county, state="draft")
    venue = make_venue(street=make_division(code="350102001"))
    session = make_session(rota=draft, venue=venue)
    foreign = make_rota(organisation=make_organisation(level=2), state="draft")
    joint = make_session(rota=foreign, county_code="350103")
    joint.organisers.add(village)
    asked = [f"{kind}.{pk}" for kind, pk in (("rota", draft.pk), ("session", session.pk))]
    asked += [f"{kind}.{pk}" for kind, pk in (("rota", foreign.pk), ("session", joint.pk))]
    found = {}
    for name, organisation in (("village", village), ("other", other)):
        user = make_coordinator(organisation=organisation)
        (answer,) = decide([Ask(cookie_of(user, keep=True).partition("=")[2], asked)])
        assert isinstance(answer, Pass)
        found[name] = answer.refused
    assert found == {"village": frozenset(), "other": frozenset(asked[1:])}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_a_crowd_at_the_door_costs_as_many_statements_as_one(count: int) -> None:
    world = build()
    asks = [
        Ask(
            cookie_of(world.users["village"], keep=True).partition("=")[2],
            [world.streams["a draft"], world.streams["the run"]],
        )
    ]
    with CaptureQueriesContext(connection) as queries:
        assert not any(isinstance(answer, NotAdmitted) for answer in decide(asks * count))
    assert len(queries) == 5  # sessions, users, memberships, rotas, runs


@pytest.mark.django_db
def test_streams_that_do_not_exist_are_left_out() -> None:
    assert subjects(["rota.5", "rota.x", "unheard.5", "", "rota"]) == {}


async def change(work: object) -> None:
    def run() -> None:
        with transaction.atomic():
            work()  # type: ignore[operator]
        connections.close_all()

    await asyncio.to_thread(run)


def leave_role(user: User) -> None:
    end_membership(membership=Membership.objects.get(user=user), actor=None, now=now())


def sign_out(cookie: str) -> None:
    assert Client(headers={"Cookie": cookie}).post("/accounts/logout/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_lost_role_closes_the_pages_that_needed_it_and_no_other(web: Web, relay: None) -> None:
    world = build()
    user = world.users["village"]
    assert user is not None

    async def story() -> None:
        draft, public = world.streams["a draft"], world.streams["a published plan"]
        async with web.page(draft, user=user) as board, web.page(public, user=user) as other:
            await board.next("hello")
            await other.next("hello")
            await change(lambda: leave_role(user))
            assert await board.closed(seconds=2) == 4403
            await change(
                lambda: record(
                    RotaPublished(rota=1, version=1), streams=[public], now=now(), actor=None
                )
            )
            assert (await other.next("ev"))["streams"] == [public]
        async with web.page(draft, user=user) as again:
            assert await again.closed() == 4403

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_signing_out_closes_that_session_and_not_the_other_phone(web: Web, relay: None) -> None:
    user = make_user()
    here, there = cookie_of(user), cookie_of(user)
    stream = f"user.{user.pk}"

    async def story() -> None:
        async with web.page(stream, cookie=here) as page, web.page(stream, cookie=there) as other:
            await page.next("hello")
            await other.next("hello")
            await change(lambda: sign_out(here))
            assert await page.closed(seconds=2) == 4401
            assert (await other.next("ev"))["streams"] == [stream]

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_new_password_closes_what_was_opened_with_the_old_one(web: Web, relay: None) -> None:
    user = make_user()

    async def story() -> None:
        async with web.page(f"user.{user.pk}", user=user) as page:
            await page.next("hello")
            await change(lambda: get_adapter().set_password(user, "茉莉花开在四月里"))
            assert await page.closed(seconds=2) == 4401

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_between_the_loss_and_the_close(web: Web, relay: None) -> None:
    """A change in the same transaction as the lost role is not told any more."""
    world = build()
    user, draft = world.users["village"], world.streams["a draft"]
    assert user is not None

    async def story() -> None:
        async with web.page(draft, user=user) as board:
            await board.next("hello")

            def both() -> None:
                leave_role(user)
                record(SessionChanged(rota=1, session=7), streams=[draft], now=now(), actor=None)

            await change(both)
            assert await board.closed(seconds=2) == 4403
            assert [frame["t"] for frame in board.frames if frame["t"] == "ev"] == []

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_an_account_that_may_not_sign_in_any_more_is_nobody(web: Web) -> None:
    user = make_user()
    cookie = cookie_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    async def story() -> None:
        async with web.page(f"user.{user.pk}", cookie=cookie) as page:
            assert await page.closed() == 4401

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_one_user_has_a_bounded_number_of_lines(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.live.hub.MOST_A_USER", 2)
    user = make_user()
    cookie, stream = cookie_of(user), f"user.{user.pk}"

    async def story() -> None:
        async with web.page(stream, cookie=cookie) as one, web.page(stream, cookie=cookie) as two:
            await one.next("hello")
            await two.next("hello")
            async with web.page(stream, cookie=cookie) as three:
                assert await three.closed() == 4429
        async with web.page(stream, cookie=cookie) as again:
            await again.next("hello")

    asyncio.run(story())
