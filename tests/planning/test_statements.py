"""Statements are read from rendered pages of rotas made by chance, and each is made true or false
by doing it: on the whole problem, with the plan that the page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from backend.planning.models import Proposal
from backend.planning.queries import reasons
from backend.rota.models import Shift
from backend.volunteers.models import Volunteer
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import may_take
from tests.planning.random_rota import STAGES, RandomRota, plan_shown, rota_in
from tests.thorough import thorough

ABLE = re.compile(r'name="volunteer"\s+value="(\d+)"')
OTHER = re.compile(r'data-can="(true|false)">.*?<b>([^<]+)</b>\s*<p>\s*([^<]+?)\s*</p>', re.S)
LAST = re.compile(r"<li><span>[^<]+</span><b>(\d+)</b></li>\s*</ol>")


@dataclass(frozen=True)
class Statement:
    """What a page said, and whether it is so."""

    said: str
    true: bool


class Reader:
    """Reads the pages of one rota and knows the whole problem behind them."""

    def __init__(self, made: RandomRota, proposal: Proposal | None) -> None:
        self.made = made
        self.problem: Problem = made.problem()
        self.plan = plan_shown(made, proposal, self.problem)
        self.client = Client()
        self.client.force_login(made.actor)
        for volunteer in made.people:  # a name on a page is one person
            Volunteer.objects.filter(pk=volunteer.pk).update(name=f"志愿者{volunteer.pk}")

    def statements(self) -> Iterator[Statement]:
        shifts = Shift.objects.filter(session__rota=self.made.rota).order_by("pk")
        for shift in shifts:
            yield from self.asking(shift)
        for volunteer, shift_name in self.plan.assignments:
            yield from self.instead(int(volunteer[1:]), int(shift_name[1:]))

    def asking(self, shift: Shift) -> Iterator[Statement]:
        """Everybody whom the page lists may come, nobody else may, the cheapest first, and the
        funnel ends at how many."""
        address = reverse("coordinator:ask", args=[shift.session_id])
        text = self.client.get(f"{address}?shift={shift.pk}").content.decode()
        listed = [f"v{pk}" for pk in ABLE.findall(text)]
        for volunteer in self.problem.volunteer_of:
            may = not may_take(self.problem, self.plan, volunteer, f"h{shift.pk}")
            yield Statement(
                f"{volunteer} h{shift.pk} can: {volunteer in listed}", (volunteer in listed) == may
            )
        costs = [self.cost(self.plan.with_assignment(v, f"h{shift.pk}")) for v in listed]
        yield Statement(f"h{shift.pk} cheapest first", costs == sorted(costs))
        (left,) = LAST.findall(text)
        yield Statement(f"h{shift.pk} funnel ends at {left}", int(left) == len(listed))

    def instead(self, her: int, shift: int) -> Iterator[Statement]:
        """Who else could have her place, and by how many points the plan would be worse."""
        session = self.problem.shift_of[f"h{shift}"][0].id
        address = reverse("coordinator:others_fragment", args=[self.made.rota.pk])
        page = self.client.get(f"{address}?pick={session[1:]}&who={her}").content.decode()
        pair = (f"v{her}", f"h{shift}")
        rest = Plan(tuple(x for x in self.plan.assignments if x != pair), self.plan.seats)
        for can, name, words in OTHER.findall(page):
            other = f"v{name.removeprefix('志愿者')}"
            broken = may_take(self.problem, rest, other, f"h{shift}")
            yield Statement(f"{other} for {pair}: {words}", (can == "true") == (not broken))
            if can == "true" and not broken:
                after = self.cost(rest.with_assignment(other, f"h{shift}"))
                yield Statement(
                    f"{other} for {pair}: {words}", after - self.cost(self.plan) == points(words)
                )

    def cost(self, plan: Plan) -> int:
        return check(self.problem, plan).total


def points(words: str) -> int:
    """也能去，差 12 分 → 12 dearer; 还好 3 分 → 3 cheaper."""
    found = re.search(r"(差|还好) (\d+) 分", words)
    if found is None:
        return 0
    return int(found[2]) if found[1] == "差" else -int(found[2])


def read(stage: str, seed: int) -> list[Statement]:
    return list(Reader(*rota_in(stage, seed)).statements())


@pytest.mark.django_db
@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("stage", STAGES)
def test_every_statement_of_a_page_is_true_of_the_plan_on_the_page(
    stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    counted: Counter[bool] = Counter()
    false = []
    for seed in range(thorough(1)):
        for statement in read(stage, 100 + seed):
            counted[statement.true] += 1
            if not statement.true:
                false.append((seed, statement.said))
    with capsys.disabled():
        print(f"\n{stage}: {counted[True]} statements are true, {counted[False]} are false")
    assert false == []
    assert counted[True] > 40


@pytest.mark.django_db
@pytest.mark.usefixtures("stopped_clock")
def test_a_ranking_turned_round_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same reader finds false statements when points count the wrong way."""
    right = reasons.parts_of
    monkeypatch.setattr(
        "backend.planning.queries.candidates.parts_of",
        lambda desk, found: tuple(
            reasons.Reason(part.kind, -part.points, part.figure) for part in right(desk, found)
        ),
    )
    assert not all(statement.true for statement in read("proposal", 100))
