"""Every rule and every refusal has words, and they say the facts."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date

import pytest

import backend
from backend import words
from backend.common.refusal import Refusal
from matching.plan import Plan
from matching.problem import DAY, Problem, Session, Shift, Volunteer
from matching.rules import RULES, Violation, may_take


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


def test_every_rule_has_words() -> None:
    assert {rule.code for rule in RULES} == set(words.RULES)


def test_every_refusal_has_words() -> None:
    spoken = set(words.REFUSALS) | {"rules", "seats_against_rules"}
    assert {kind.code for kind in refusals()} - spoken == set()
    assert len(refusals()) > 10  # the walk found them


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
    return words.reasons(broken, problem, session=wanted.id, names=NAMES, you=you)


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
        "跟你 周一 30 日 23:30 的班时间重叠"
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"available": ((0, 60),)}, "不在你填的空闲时间里"),
        ({"available": ()}, "你还没有填什么时候有空"),
    ],
)
def test_when_she_is_free(fields: dict, sentence: str) -> None:
    assert said(activity("s1", 600), **fields) == [sentence]


def test_credentials_by_their_names() -> None:
    wanted = activity("s1", 600, requires=("beibei_lead",))
    assert said(wanted) == ["这个岗位要有「早教指导师证」，你还没有"]
    assert said(wanted, qualifications={"beibei_lead": 300}) == [
        "你的「早教指导师证」到那天已经过期"
    ]


def test_the_way() -> None:
    assert said(activity("s1", 600, THERE), max_travel=20) == ["路上要 53 分钟，超过你填的 20 分钟"]


def test_limits_say_how_many_there_are() -> None:
    wanted, hers = activity("s1", 900), activity("s2", 600)
    assert said(wanted, hers, max_per_day=1) == ["这一天你已经有 1 场，你说过一天最多 1 场"]
    assert said(activity("s1", 3 * DAY + 900), hers, max_per_week=1) == [
        "这一周你已经有 1 场，你说过一周最多 1 场"
    ]
    assert said(activity("s1", 9 * DAY), hers, max_total=1) == ["这一期的场数到了你说的上限"]
    assert said(activity("s1", None), activity("s2", None), max_open=1) == [
        "长期结对你最多同时接 1 个，已经满了"
    ]


def test_whom_she_must_not_meet_is_not_told() -> None:
    sentence = words.why(Violation("apart", {"session": "s1", "pair": ["v1", "v2"]}), None)
    assert "v2" not in sentence and sentence == words.why(
        Violation("avoid", {"session": "s1", "family": "f1", "volunteer": "v1"}), None
    )
