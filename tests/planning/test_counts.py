"""Every page of random rotas is read, and every number on it is compared with the same fact counted
row by row: who has a place, who is asked, who would get one, who is missing, which seats are
given. Two pages cannot differ when none differs from the rows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.common import clock
from backend.planning.models import Proposal
from backend.planning.operations import publish_proposal
from backend.planning.queries import heads
from backend.rota.models import Assignment, Offer, Session, Shift
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_offer,
    make_session,
    make_user,
    make_volunteer,
)
from tests.planning.random_rota import STAGES, RandomRota, rota_in
from tests.planning.scene import make_scene
from tests.thorough import thorough

MONDAY = date(2026, 11, 30)
TAG = re.compile(r"<[^>]+>")
NUMBERS = re.compile(
    r"(\d+)/(\d+)(?:，(\d+) 人等回复)?(?:，(\d+) 人这次新排)?(?:，(\d+) 人这次收回)?"
)


def words(html: str) -> str:
    """What somebody reads, in one line."""
    return re.sub(r"\s+", " ", unescape(TAG.sub(" ", html))).strip()


def tight(html: str) -> str:
    return words(html).replace(" ，", "，")


@dataclass(frozen=True)
class Count:
    """What a page says and what is so."""

    where: str
    said: object
    counted: object


@dataclass
class Row:
    """One shift, counted person by person."""

    shift: Shift
    taken: int
    waiting: int
    new: int
    gone: int

    @property
    def arranged(self) -> int:
        return self.taken + self.waiting + self.new

    @property
    def said(self) -> tuple[int, ...]:
        return (self.arranged, self.shift.target, self.waiting, self.new, self.gone)


class Truth:
    """The rows of a rota, counted without any query that a page asks."""

    def __init__(self, made: RandomRota, proposal: Proposal | None) -> None:
        lines = list(proposal.lines.filter(shift_id__isnull=False)) if proposal else []
        families = list(proposal.lines.filter(request_id__isnull=False)) if proposal else []
        self.families = {
            word: Counter(line.session_id for line in families if line.change == word)
            for word in ("new", "gone")
        }
        self.seats_back = Counter[int]()
        for line in families:
            if line.change == "gone":
                offered = Booking.objects.filter(
                    session=line.session_id, request=line.request_id, state="offered"
                )
                self.seats_back[line.session_id] += sum(booking.seats for booking in offered)
        new = {(x.volunteer_id, x.shift_id) for x in lines if x.change == "new"}
        back = {(x.volunteer_id, x.shift_id) for x in lines if x.change == "gone"}
        sessions = Session.objects.filter(rota=made.rota)
        self.sessions = {s.pk: s for s in sessions}
        here = {"session__rota": made.rota}
        taken = Assignment.objects.filter(**here, state="active")
        held = Offer.objects.filter(**here, state="pending")
        self.taken = set(taken.values_list("volunteer_id", "shift_id"))
        self.held = set(held.values_list("volunteer_id", "shift_id"))
        self.rows: dict[int, Row] = {}
        self.of_session: defaultdict[int, list[Row]] = defaultdict(list)
        session_of = dict(Shift.objects.filter(**here).values_list("pk", "session_id"))
        stays = {(v, session_of[h]) for v, h in (self.taken | self.held) - back}
        new = {(v, h) for v, h in new if (v, session_of[h]) not in stays}
        back &= self.held
        for shift in Shift.objects.filter(**here).select_related("role").order_by("pk"):
            row = Row(
                shift,
                sum(h == shift.pk for _, h in self.taken),
                sum(h == shift.pk for _, h in self.held - back),
                sum(h == shift.pk for _, h in new),
                sum(h == shift.pk for _, h in back),
            )
            self.rows[shift.pk] = row
            self.of_session[shift.session_id].append(row)

    def takes_place(self, pk: int) -> bool:
        session = self.sessions[pk]
        children = session.seats_taken - self.seats_back[pk] + self.families["new"][pk]
        somebody = any(row.arranged for row in self.of_session[pk]) or children > 0
        return session.state in ("planned", "open") and (session.required or somebody)

    def missing(self, pk: int) -> int:
        """People without whom the session cannot be held."""
        session = self.sessions[pk]
        if (session.starts_at is not None and session.starts_at <= NOW) or not self.takes_place(pk):
            return 0
        return sum(max(0, row.shift.minimum - row.arranged) for row in self.of_session[pk])

    def room(self, pk: int) -> int:
        session = self.sessions[pk]
        carrying = [row for row in self.of_session[pk] if row.shift.carries_seats]
        told = sum(row.taken + row.waiting + row.gone for row in carrying)
        return min(session.seats_max or 0, (session.seats_per_volunteer or 0) * told)

    @property
    def all_missing(self) -> int:
        return sum(map(self.missing, self.sessions))

    @property
    def short(self) -> list[int]:
        return [pk for pk in self.sessions if self.missing(pk)]


class Reader:
    def __init__(self, made: RandomRota, proposal: Proposal | None) -> None:
        self.made = made
        self.proposal = proposal
        self.is_so = Truth(made, proposal)
        self.client = Client()
        self.client.force_login(made.actor)
        for session in self.is_so.sessions.values():  # a name on a page is one session
            Session.objects.filter(pk=session.pk).update(title=f"场次{session.pk}号")

    def get(self, name: str, *args: int, query: str = "") -> str:
        answer = self.client.get(reverse(f"coordinator:{name}", args=args) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    def counts(self) -> Iterator[Count]:
        for pk in self.is_so.sessions:
            yield from self.session(f"session {pk}", self.get("session", pk), pk)
            query = f"?week={MONDAY}&pick={pk}"
            yield from self.session(
                f"pick {pk}", self.get("pick_fragment", self.rota, query=query), pk
            )
            for row in self.is_so.of_session[pk]:
                yield from self.ask(row)
        yield from self.table()
        yield from self.board()
        yield from self.holes()
        yield from self.whole_run()
        if self.made.rota.state != "draft":
            yield from self.today()
            yield from self.volunteers_card()
            yield from self.familys_page()

    @property
    def rota(self) -> int:
        return self.made.rota.pk

    def session(self, where: str, page: str, pk: int) -> Iterator[Count]:
        """Page and panel: each role with its numbers and its people."""
        found = re.findall(r'<section class="lineup">(.*?)</section>', page, re.S)
        rows = self.is_so.of_session[pk]
        assert len(found) == len(rows)
        missing = 0
        for row, text in zip(rows, found, strict=True):
            yield Count(f"{where} {row.shift.role.name}", numbers(tight(text)), row.said)
            states = Counter(re.findall(r'<li data-state="(\w+)"', text))
            faces = (states["assigned"], states["asked"], states["new"], states["leaving"])
            yield Count(f"{where} faces", faces, (row.taken, row.waiting, row.new, row.gone))
            missing += sum(map(int, re.findall(r"还缺 (\d+) 人", words(text))))
        yield Count(f"{where} missing", missing, self.is_so.missing(pk))
        session = self.is_so.sessions[pk]
        if session.seats_max:
            (seats,) = re.findall(r"(\d+) / (\d+) 个位子", words(page))
            yield Count(f"{where} seats", pair(seats), (session.seats_taken, self.is_so.room(pk)))

    def ask(self, row: Row) -> Iterator[Count]:
        page = words(self.get("ask", row.shift.session_id, query=f"?shift={row.shift.pk}"))
        (said,) = re.findall(r"已确认 (\d+) 人，等回复 (\d+) 人，一共要 (\d+) 人", page)
        told = (row.taken, row.waiting + row.gone, row.shift.target)
        yield Count(f"ask {row.shift.pk}", tuple(map(int, said)), told)
        if self.proposal:
            (said,) = re.findall(r"会排上 (\d+)/(\d+)", page)
            whole = (row.arranged, row.shift.target)
            yield Count(f"ask {row.shift.pk} proposed", pair(said), whole)

    def table(self) -> Iterator[Count]:
        page = self.get("rota", self.rota, query=f"?week={MONDAY}&view=table")
        lines = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)
        yield Count("table sessions", len(lines), len(self.is_so.sessions))
        for line in lines:
            pk = int(re.findall(r"场次(\d+)号", line)[0])
            roles = re.findall(r"<div>(.*?)</div>", line, re.S)
            said = [numbers(tight(role)) for role in roles]
            yield Count(f"table {pk}", said, [row.said for row in self.is_so.of_session[pk]])
            missing = re.findall(r"缺 (\d+) 人", words(line))
            yield Count(f"table {pk} missing", int((missing or ["0"])[0]), self.is_so.missing(pk))
            session = self.is_so.sessions[pk]
            if session.seats_max:
                (seats,) = re.findall(r"<td data-number>\s*(\d+)/(\d+)", line)
                said_seats = (session.seats_taken, self.is_so.room(pk))
                yield Count(f"table {pk} seats", pair(seats), said_seats)

    def board(self) -> Iterator[Count]:
        page = self.get("rota", self.rota, query=f"?week={MONDAY}&view=place")
        for pk in self.is_so.sessions:
            (title,) = re.findall(rf'title="([^"]*场次{pk}号[^"]*)"', page)
            missing = re.findall(r"缺 (\d+) 人", title)
            yield Count(f"chip {pk}", int((missing or ["0"])[0]), self.is_so.missing(pk))
        days = re.findall(r'class="coverage-words">([^<]+)<', page)
        said = [int(re.findall(r"\d+", day)[0]) for day in days]
        yield Count("days of the board", said, [self.day(n) for n in range(7)])
        rows = re.findall(r'class="board-name-hours">([\d.]+) /\s*([\d.]+)', page)
        going = [pk for pk in self.is_so.sessions if self.is_so.takes_place(pk)]
        told = [row for pk in going for row in self.is_so.of_session[pk]]
        whole = (sum(row.arranged for row in told), sum(row.shift.target for row in told))
        said_rows = (sum(int(load) for load, _ in rows), sum(int(limit) for _, limit in rows))
        yield Count("rows of the board", said_rows, whole)
        (sessions,) = re.findall(r"这一周有 (\d+) 场缺人", words(page)) or ["0"]
        yield Count("tray", int(sessions), len(self.is_so.short))
        by_person = self.get("rota", self.rota, query=f"?week={MONDAY}&view=person")
        load = re.findall(r'class="board-name-hours">(\d+) /', by_person)
        posts = sum(row.arranged for row in self.is_so.rows.values())
        yield Count("rows by person", sum(map(int, load)), posts)

    def day(self, n: int) -> int:
        """What stands in the head of a day: people missing, or places arranged."""
        on = MONDAY + timedelta(days=n)
        here = [
            pk
            for pk, session in self.is_so.sessions.items()
            if session.starts_at and clock.local_day(session.starts_at) == on
        ]
        missing = sum(map(self.is_so.missing, here))
        arranged = sum(row.arranged for pk in here for row in self.is_so.of_session[pk])
        return missing or arranged

    def holes(self) -> Iterator[Count]:
        page = self.get("holes", self.rota)
        (said,) = re.findall(r"(\d+) 场缺人，一共缺 (\d+) 人", words(page))
        whole = (len(self.is_so.short), self.is_so.all_missing)
        yield Count("holes", pair(said), whole)
        listed = re.findall(r"<li>(.*?)</li>", page[page.index("link-list") :], re.S)
        lines = [line for line in listed if "场次" in line]
        yield Count("holes listed", len(lines), len(self.is_so.short))
        for line in lines:
            pk = int(re.findall(r"场次(\d+)号", line)[0])
            short = [r for r in self.is_so.of_session[pk] if r.shift.minimum > r.arranged]
            yield Count(f"holes {pk}", all_numbers(tight(line)), [row.said for row in short])
            (missing,) = re.findall(r"缺 (\d+) 人", words(line))
            yield Count(f"holes {pk} missing", int(missing), self.is_so.missing(pk))

    def whole_run(self) -> Iterator[Count]:
        """The panel of the proposal that waits, and the proposal itself."""
        if self.proposal is None:
            return
        panel = kpis(self.get("run_fragment", self.rota))
        page = self.get("proposal", self.proposal.pk)
        shown = kpis(page)
        lines = Counter(self.proposal.lines.filter(shift_id__isnull=False).values_list("change"))
        new = lines[("new",)]
        kept = lines[("kept",)]
        yield Count("panel places", panel["排上的班"], new + kept)
        yield Count("panel missing", panel["还缺的人"], self.is_so.all_missing)
        yield Count("proposal missing", shown["还缺的人"], self.is_so.all_missing)
        yield Count("proposal new", shown["新的邀请"], new)
        yield Count("proposal kept", shown["不动的"], kept)
        yield Count("proposal gone", shown["收回的邀请"], lines[("gone",)])
        served = panel["有场次的心愿"]
        (said,) = re.findall(r"(\d+) / \d+ 个心愿有场次", words(page))
        yield Count("proposal served", int(said), served)
        listed = re.findall(r'<details class="hole">(.*?)</summary>', page, re.S)
        people = sum(int(n) for text in listed for n in re.findall(r"缺 (\d+) 人", words(text)))
        yield Count("proposal holes", people, self.is_so.all_missing)

    def today(self) -> Iterator[Count]:
        """The day speaks of what people have been told: no proposal."""
        told = Truth(self.made, None)
        soon = [
            pk
            for pk, session in told.sessions.items()
            if session.starts_at
            and NOW < session.starts_at < NOW + timedelta(days=7)
            and told.takes_place(pk)
        ]
        rows = [row for pk in soon for row in told.of_session[pk]]
        shown = kpis(self.get("today"))
        yield Count("today sessions", shown["七天里的场次"], len(soon))
        yield Count("today taken", shown["七天里已确认的人次"], sum(r.taken for r in rows))
        yield Count("today held", shown["七天里等回复的人次"], sum(r.waiting for r in rows))
        missing = sum(map(told.missing, soon))
        yield Count("today missing", shown["七天里还缺的人"], missing)
        children = sum(told.sessions[pk].seats_taken for pk in soon)
        yield Count("today children", shown["七天里给孩子的位子"], children)
        holes = self.get("today_holes")
        people = sum(int(n) for n in re.findall(r"缺 (\d+) 人", words(holes)))
        yield Count("today holes", people, missing)
        (total,) = re.findall(r"一共 (\d+) 个", words(self.get("today_waiting")))
        yield Count("today waiting", int(total), len(told.held))

    def volunteers_card(self) -> Iterator[Count]:
        """What one volunteer reads about every shift that she may see."""
        her = self.made.people[0]
        her.user = make_user()
        her.save(update_fields=["user"])
        client = Client()
        client.force_login(her.user)
        for pk, row in Truth(self.made, None).rows.items():
            address = reverse("volunteer:shift_fragment", args=[pk])
            answer = client.get(address)
            said = re.findall(r"(?:还要 (\d+) 人|已满) 共 (\d+) 人", words(answer.content.decode()))
            for free, total in said:
                target = row.shift.target
                yield Count(
                    f"card {pk}", (int(free or 0), int(total)), (target - row.arranged, target)
                )

    def familys_page(self) -> Iterator[Count]:
        """How many seats a family reads are free, in every session that it may see."""
        client = Client()
        client.force_login(self.made.families[0].user)
        told = Truth(self.made, None)
        for pk, session in told.sessions.items():
            answer = client.get(reverse("family:session", args=[pk]))
            page = answer.content.decode() if answer.status_code == 200 else ""
            tile = rf'name="session" value="{pk}".*?class="slot-words">([^<]+)<'
            for said in re.findall(tile, page, re.S):
                free = re.findall(r"(?:还有|只剩) (\d+) 个", said)
                yield Count(
                    f"family {pk}", int((free or ["0"])[0]), told.room(pk) - session.seats_taken
                )


def numbers(text: str) -> tuple[int, ...]:
    """主讲 2/3，1 人等回复 → (2, 3, 1, 0, 0)"""
    (found,) = all_numbers(text)
    return found


def all_numbers(text: str) -> list[tuple[int, ...]]:
    return [tuple(int(n or 0) for n in found) for found in NUMBERS.findall(text)]


def pair(found: tuple[str, str]) -> tuple[int, int]:
    return int(found[0]), int(found[1])


def kpis(page: str) -> dict[str, int]:
    found = re.findall(
        r'class="kpi-label">([^<]+)<.*?class="kpi-value"[^>]*>\s*([\d,]+)', page, re.S
    )
    return {label.strip(): int(value.replace(",", "")) for label, value in found}


def differences(stage: str, seed: int) -> tuple[list[Count], int]:
    made, proposal = rota_in(stage, seed)
    made.rota.refresh_from_db()
    read = list(Reader(made, proposal).counts())
    return [one for one in read if one.said != one.counted], len(read)


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_every_number_of_every_page_is_the_number_of_the_rows(
    stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[Count] = []
    read = 0
    for seed in range(thorough(1)):
        found, many = differences(stage, 200 + seed)
        wrong += found
        read += many
    with capsys.disabled():
        print(f"\n{stage}: {read} numbers are read, {len(wrong)} differ")
    assert wrong == []
    assert read > 100


@pytest.mark.django_db
def test_who_comes_in_while_a_proposal_waits_is_counted_once() -> None:
    """Asked by hand for the place that the proposal would give her, and for another of it."""
    made, proposal = rota_in("again", 201)
    assert proposal is not None
    for line in proposal.lines.filter(change="new", shift_id__isnull=False):
        shift = Shift.objects.get(pk=line.shift_id)
        if shift.free > 1:
            make_offer(volunteer=make_volunteer(organisation=made.organisation), shift=shift)
        if Shift.objects.get(pk=shift.pk).free > 0:
            her = type(made.people[0]).objects.get(pk=line.volunteer_id)
            make_offer(volunteer=her, shift=shift)
    assert [x for x in Reader(made, proposal).counts() if x.said != x.counted] == []


@pytest.mark.django_db
def test_a_number_that_forgets_who_is_asked_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same reader finds a page that counts only who said yes."""
    monkeypatch.setattr(heads.Head, "arranged", property(lambda head: head.taken))
    found, _ = differences("published", 200)
    assert found != []


@pytest.mark.django_db
def test_who_is_missing_is_the_same_before_and_after_publishing() -> None:
    """A class that takes place only because a seat in it was offered, and its tutor said no: the
    plan that gives the seat up misses nobody there, on the page that asks and on the one after."""
    scene = make_scene(state="published")
    lonely = make_session(
        rota=scene.rota, programme=scene.morning.programme, required=False, seats=(0, 8, 4)
    )
    make_offer(volunteer=scene.alice, shift=lonely.shifts.get(), state="declined")
    family = scene.wish.family
    make_booking(family=family, session=lonely, state="offered", request=scene.wish)
    proposal = scene.proposal()
    client = Client()
    client.force_login(scene.actor)

    def missing() -> dict[str, int]:
        page = client.get(reverse("coordinator:proposal", args=[proposal.pk])).content.decode()
        holes = client.get(reverse("coordinator:holes", args=[scene.rota.pk])).content.decode()
        board = client.get(reverse("coordinator:rota", args=[scene.rota.pk])).content.decode()
        picked = client.get(
            reverse("coordinator:pick_fragment", args=[scene.rota.pk])
            + f"?week={MONDAY}&pick={lonely.pk}"
        ).content.decode()
        return {
            "proposal": kpis(page)["还缺的人"],
            "holes": sum(int(n) for n in re.findall(r"一共缺 (\d+) 人", words(holes))),
            "board": sum(int(n) for n in re.findall(r"缺 (\d+) 人", board)),
            "picked": sum(int(n) for n in re.findall(r"还缺 (\d+) 人", words(picked))),
        }

    before = missing()
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    assert before == missing() == {"proposal": 0, "holes": 0, "board": 0, "picked": 0}


@pytest.mark.django_db
def test_every_invitation_that_was_sent_stands_in_one_line() -> None:
    """Those taken back and those that no longer count among them."""
    scene = make_scene(state="published")
    proposal = scene.proposal()
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    roomy = make_session(rota=scene.rota, shifts=(("lead", 1, 9),)).shifts.get()
    for n, state in enumerate(Offer.State.values):
        for _ in range(n):
            her = make_volunteer(organisation=scene.rota.organisation)
            make_offer(volunteer=her, shift=roomy, state=state)
            if state == Offer.State.ACCEPTED:  # a yes counts while its place stands
                make_assignment(volunteer=her, shift=roomy)
    Offer.objects.update(proposal_id=proposal.pk)
    client = Client()
    client.force_login(scene.actor)
    page = client.get(reverse("coordinator:proposal", args=[proposal.pk])).content.decode()
    shown = kpis(page[page.index('id="answers"') : page.index("</dl>")])
    lines = {"等回复": 2, "能去": 1, "去不了": 2, "没回复": 3, "收回了": 4, "不算了": 5}
    assert shown == lines
    (sent,) = re.findall(r"(\d+) 个邀请已经送出", words(page))
    assert sum(shown.values()) == int(sent)
