"""Every rule and every refusal has words, and they say the facts."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date

import backend
from backend import words
from backend.common.refusal import Refusal
from backend.rota.operations import AgainstTheRules
from backend.words import terms
from matching import problem_from_json
from matching.command.tiny import tiny
from matching.plan import Plan
from matching.problem import DAY, Problem, Session, Shift, Volunteer
from matching.rules import RULES, Violation, may_seat, may_take
from tests.matching.plans import random_plan
from tests.matching.situations import as_made_and_bent


def refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if ".operations" in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("backend."):
                found.append(kind)
    return found


def test_every_refusal_has_words() -> None:
    spoken = set(words.REFUSALS) | set(words.BY_RULES)
    assert {kind.code for kind in refusals()} - spoken == set()
    assert len(refusals()) > 10  # the walk found them


def test_whom_she_must_not_meet_is_in_no_refusal() -> None:
    hers = {"session": "s1", "pair": ["v1", "v2"]}
    refusal = AgainstTheRules(volunteer=1, shift=3, violations=(Violation("apart", hers),))
    facts = {"volunteer": 1, "shift": 3, "violations": [{"rule": "other"}]}
    assert refusal.public() == {"code": "rules", "facts": facts}


def test_how_old_a_child_is_is_told_to_its_family_alone() -> None:
    found = Violation("age", {"months": 21}, shown={"low": 6, "high": 12})
    assert words.why(found) == "这一场适合 6–12 个月，那天宝宝 21 个月"
    assert words.why(found, you=False) == "这一场适合 6–12 个月，那天孩子不在这个月龄"


# --- one volunteer, some sessions -----------------------------------------------------------------
HERE, THERE = (26.08, 119.30), (26.18, 119.42)
NAMES = {"beibei_lead": "早教指导师证"}


def activity(name: str, start: int | None, place=HERE, requires=()) -> Session:
    end = None if start is None else start + 60
    return Session(
        name,
        "beibei",
        start,
        end,
        place,
        required=True,
        shifts=(Shift(f"h{name}", "lead", requires, 1, 5),),
    )


def said(wanted: Session, *hers: Session, you: bool = True, **fields) -> list[str]:
    person = {
        "home": HERE,
        "max_travel": 600,
        "qualifications": {},
        "available": ((0, 28 * DAY),),
    } | fields
    problem = Problem(
        "v",
        date(2026, 11, 30),
        28 * DAY,
        volunteers=(Volunteer(id="v1", **person),),
        sessions=(wanted, *hers),
    )
    problem = Problem(
        **{
            **{f: getattr(problem, f) for f in problem.__dataclass_fields__},
            "current": Plan(tuple(("v1", f"h{s.id}") for s in hers)),
        }
    )
    broken = may_take(problem, problem.current, "v1", f"h{wanted.id}")
    return words.reasons(broken, names=NAMES, you=you)


def test_too_little_time_between_two_sessions_says_both_times() -> None:
    assert said(activity("s2", 840, THERE), activity("s1", 760)) == [
        "跟你 12:40 的班只隔 20 分钟，路上要 53 分钟"
    ]
    assert said(activity("s2", 840, THERE), activity("s1", 760), you=False) == [
        "跟她 12:40 的班只隔 20 分钟，路上要 53 分钟"
    ]


def test_two_sessions_at_once() -> None:
    assert said(activity("s2", 780), activity("s1", 800)) == ["跟你 13:20 的班时间重叠"]


def test_a_clash_across_midnight_names_the_day() -> None:
    assert said(activity("s2", DAY), activity("s1", DAY - 30)) == [
        "跟你 11 月 30 日 周一 23:30 的班时间重叠"
    ]


def test_every_no_to_one_person_has_its_sentence() -> None:
    """Whatever a small problem may hold, asked about anybody and anything in it."""
    met = set()
    for seed in range(100):
        data = tiny(seed, volunteers=4, sessions=5, requests=4)
        plan = Plan.from_json(random_plan(data, seed))
        for problem in as_made_and_bent(problem_from_json(data)):
            for broken in every_no(problem, plan):
                assert all(words.reasons(broken) + words.reasons(broken, you=False))
                met |= {v.rule for v in broken}
    asked = {rule.code for rule in RULES if rule.asks in ("volunteer", "shift", "family")}
    assert asked - met == set(), "no small problem breaks them: see tests/matching/situations.py"


def every_no(problem: Problem, plan: Plan) -> Iterator[tuple[Violation, ...]]:
    """What keeps anybody from any shift, and any family from any session."""
    for volunteer in problem.volunteers:
        for shift in problem.shift_of:
            yield may_take(problem, plan, volunteer.id, shift)
    for request in problem.requests:
        for session in timed(problem):
            yield may_seat(problem, plan, request.id, session.id)


def test_every_step_of_a_funnel_has_its_words() -> None:
    """A code without words would stand on the page as it is."""
    of_a_shift = {rule.code for rule in RULES if rule.asks in ("volunteer", "shift")}
    assert of_a_shift | {"everyone", "alternatives"} <= set(terms.STEPS)
    assert set(terms.STEPS) - {"everyone"} <= {rule.code for rule in RULES}


def timed(problem: Problem) -> list[Session]:
    return [s for s in problem.sessions if s.start is not None]


def test_whom_she_must_not_meet_is_not_told() -> None:
    sentence = words.why(Violation("apart", {"session": "s1", "pair": ["v1", "v2"]}))
    assert "v2" not in sentence and sentence == words.why(
        Violation("avoid", {"session": "s1", "family": "f1", "volunteer": "v1"})
    )
