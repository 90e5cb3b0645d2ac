"""What a page costs with a full list to show: statements and bytes.

Processor time and rows are in `make bench`, with a whole city.
"""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.common import clock
from backend.planning.models import Proposal, ProposalLine, Run
from backend.rota.models import Rota
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_organisation,
    make_request,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.plans import rows_read, statements_of

pytestmark = pytest.mark.django_db
STATEMENTS = 12
ASKING = 25  # people's facts by themselves are two; whether somebody can keep what she has promised
# that week is three
# what today's page asks besides: who said nothing to 还来吗, who was asked late, for the soonest
# gaps who of the plan fits best, to which classes no tutor came, as families
# say; who has not come out of a home, who waits for a visit, and how many children of a pair
# somebody should have visited
TODAY = 8
PROPOSED = (
    8  # more where one waits: its lines, its numbers, what happened since; and a session picked
)
POSITION = 1  # the newest event, which a web process knows from its hub and a test has to ask for
NAMES = 1  # whose page the reader may open, of those whom the board or the panel beside it names
TRAININGS = 1  # what the sessions on a volunteer's cards give to whoever attends
LANGUAGES = 1  # which languages families there would like, on cards of what she could take
CASES = 1  # on which she works, on the page of what she has promised
AGREEMENT = 1  # what she has to agree to before she takes anything
COVERS = 1  # whose place she is asked to take
BELL = 1  # what is new in her inbox, on every page
PACKED = 30 * 1024
FEW, MANY = 2, 16
VOLUNTEER = (
    "/v/",
    "/v/?fit=0",
    "/v/shifts/",
    "/v/offers/",
    "/v/mine/",
    "/v/mine/list/",
    "/v/me/",
    "/v/messages/",
)
FAMILY = ("/f/", "/f/sessions/", "/f/bookings/", "/f/requests/", "/f/me/", "/f/messages/")
BOARD = "/c/rotas/{rota}/?week=2026-11-30"
COORDINATOR = (
    "/c/messages/",
    "/c/",
    "/c/rotas/",
    "/c/volunteers/",
    BOARD,
    f"{BOARD}&view=person",
    f"{BOARD}&view=table",
    f"{BOARD}&view=open",
    "/c/rotas/{rota}/holes/",
    "/c/rotas/{rota}/run-panel/",
    f"{BOARD}&pick={{session}}",
    "/c/sessions/{session}/",
)
PAGES = {"volunteer": VOLUNTEER, "family": FAMILY, "coordinator": COORDINATOR}


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Town:
    """One reader of each side of the house, and sessions in which all three have something to
    see."""

    def __init__(self) -> None:
        self.organisation = make_organisation()
        self.rota: Rota = make_rota(organisation=self.organisation)
        self.volunteer = make_volunteer(organisation=self.organisation, with_user=True)
        self.family = make_family(agreed=True)
        self.users: dict[str, User] = {
            "volunteer": self.volunteer.user,
            "family": self.family.user,
            "coordinator": make_coordinator(organisation=self.organisation),
        }

    def grow(self, sessions: int) -> None:
        for n in range(sessions):
            session = make_session(
                rota=self.rota,
                starts_at=NOW + timedelta(days=3, minutes=20 * n),
                shifts=[("lead", 3, 4), ("aide", 1, 2)],
                seats=(0, 8, 8),
            )
            make_session(rota=self.rota, starts_at=None)
            lead, _aide = session.shifts.order_by("pk")
            make_assignment(volunteer=make_volunteer(organisation=self.organisation), shift=lead)
            if n % 2:
                make_offer(volunteer=self.volunteer, shift=lead)
            else:
                make_assignment(volunteer=self.volunteer, shift=lead, state="done")
            make_booking(
                family=self.family if n % 2 else make_family(), session=session, state="confirmed"
            )
        make_request(family=self.family, programme=session.programme)


@pytest.mark.parametrize("who", PAGES)
def test_full_pages_ask_as_little_as_short_ones_and_stay_small(who: str) -> None:
    town, client = Town(), Client()
    client.force_login(town.users[who])
    town.grow(FEW)
    session = town.rota.sessions.order_by("pk")[0].pk
    addresses = [path.format(rota=town.rota.pk, session=session) for path in PAGES[who]]
    short = {address: len(statements_of(client, address)) for address in addresses}
    town.grow(MANY)
    assert {address: len(statements_of(client, address)) for address in addresses} == short
    most = STATEMENTS + POSITION + BELL
    more = {
        a: TODAY * (a == "/c/")
        + NAMES * ("person" in a or "pick" in a)
        + TRAININGS * a.startswith(("/v/?", "/v/mine/"))
        + TRAININGS * (a == "/v/")
        + CASES * (a == "/v/mine/")
        + COVERS * (a == "/v/" or a.startswith(("/v/?", "/v/mine/")))
        + LANGUAGES * (a == "/v/" or a.startswith("/v/?"))
        + AGREEMENT * (a == "/v/" or a.startswith("/v/?"))
        for a in addresses
    }
    beyond = {address: n - most - more[address] for address, n in short.items()}
    assert {address: n for address, n in beyond.items() if n > 0} == {}
    answers = {address: client.get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {
        address: size
        for address, answer in answers.items()
        if (size := len(gzip.compress(answer.content))) > PACKED
    } == {}


def propose(town: Town) -> Proposal:
    """A finished run's proposal, open, that changes something for everybody in every session."""
    run = Run.objects.create(
        rota=town.rota,
        requested_by=town.users["coordinator"],
        state=Run.State.FINISHED,
        seconds_limit=5,
        requested_at=NOW,
        started_at=NOW,
    )
    return Proposal.objects.create(
        run=run, rota=town.rota, rota_version=0, plan=b"", cost=1, bound=1, made_at=NOW
    )


def add_lines(town: Town, proposal: Proposal) -> None:
    """In each session that has none yet: one person more, one offer and one seat taken back."""
    known = proposal.lines.values("session_id")
    for session in town.rota.sessions.exclude(pk__in=known):
        lead = session.shifts.order_by("pk")[0]
        wish = make_request(family=make_family(), programme=session.programme)
        asked = make_volunteer(organisation=town.organisation)
        make_offer(volunteer=asked, shift=lead)
        if session.seats_max:
            make_booking(family=wish.family, session=session, state="offered", request=wish)
        for change, person, request in (
            ("new", make_volunteer(organisation=town.organisation).pk, None),
            ("gone", asked.pk, None),
            ("gone", None, wish.pk),
        ):
            ProposalLine.objects.create(
                proposal=proposal,
                session_id=session.pk,
                shift_id=lead.pk if person else None,
                volunteer_id=person,
                request_id=request,
                change=change,
            )


def test_a_waiting_proposal_makes_no_page_of_its_rota_dear() -> None:
    """The board with a session picked beside it among them."""
    town, client = Town(), Client()
    client.force_login(town.users["coordinator"])
    proposal = propose(town)
    town.grow(FEW)
    add_lines(town, proposal)
    session = town.rota.sessions.filter(starts_at__isnull=False).order_by("pk")[0].pk
    of_rota = [path for path in COORDINATOR if "{rota}" in path or "{session}" in path]
    paths = [*of_rota, f"{BOARD}&view=person&pick={{session}}", "/c/proposals/{proposal}/"]
    addresses = [
        path.format(rota=town.rota.pk, session=session, proposal=proposal.pk) for path in paths
    ]
    short = {address: len(statements_of(client, address)) for address in addresses}
    town.grow(MANY)
    add_lines(town, proposal)
    assert {address: len(statements_of(client, address)) for address in addresses} == short
    most = STATEMENTS + POSITION + PROPOSED + 2 * NAMES  # of the board, and of the panel
    assert {address: n for address, n in short.items() if n > most} == {}


def test_whom_to_ask_is_found_with_as_many_statements_whoever_lives_near() -> None:
    town, client = Town(), Client()
    client.force_login(town.users["coordinator"])
    town.grow(MANY)  # some of whom have promised something else that week
    address = f"/c/sessions/{town.rota.sessions.order_by('pk')[0].pk}/ask/"
    few = len(statements_of(client, address))
    town.grow(MANY)
    assert len(statements_of(client, address)) == few == ASKING + POSITION + BELL


# with an open proposal, POSITION and BELL among them
ASKED = {
    "/c/": 12,
    BOARD: 15,
    "/c/sessions/{session}/": 13,
    "/c/sessions/{session}/ask/": 31,
    "/c/proposals/{proposal}/": 17,
    "/c/volunteers/{volunteer}/": 21,
}


@pytest.mark.parametrize("path", ASKED)
def test_what_each_page_of_a_desk_asks_is_known(path: str) -> None:
    town, client = Town(), Client()
    client.force_login(town.users["coordinator"])
    town.grow(4)
    proposal = propose(town)
    add_lines(town, proposal)
    session = town.rota.sessions.filter(starts_at__isnull=False).order_by("pk")[0].pk
    of = {"proposal": proposal.pk, "session": session, "volunteer": town.volunteer.pk}
    assert len(statements_of(client, path.format(rota=town.rota.pk, **of))) == ASKED[path]


def test_the_rows_that_a_statement_looks_at_are_counted_also_those_it_throws_away() -> None:
    statement = [
        "SELECT id FROM accounts_user WHERE display_name = 'nobody'",
        "UPDATE accounts_user SET display_name = display_name",
    ]
    before = rows_read(statement)
    make_user(), make_user()
    assert rows_read(statement) == before + 2
