"""Small wild problems of matching-problem/2: those of `tiny`, and what else the second version can
say, from a seed. Plain data; whoever judges them needs nothing of `matching`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from matching.command.tiny import tiny

DAY = 1440
KINDS = ("night", "weekend", "heavy")
CODES = ("lead", "clear")
PROGRAMMES = ("class", "duty")


def wild(
    seed: int,
    volunteers: int = 4,
    sessions: int = 4,
    requests: int = 3,
    sorts: Sequence[str] = (),
) -> dict[str, Any]:
    """A small problem with these sorts of agreement; without any, with a few by chance, so that
    each decides something."""
    problem: dict[str, Any] = dict(
        tiny(seed, volunteers=volunteers, sessions=sessions, requests=requests)
    )
    r = Random(f"wild-{seed}")
    problem["format"] = "matching-problem/2"
    _close_together(problem, r)
    for sort in sorts or r.sample(sorted(SORTS), r.randint(2, 4)):
        SORTS[sort](problem, r)
    return problem


def _close_together(problem: dict[str, Any], r: Random) -> None:
    """Sessions on few days in a row, some at one time and place, and people with time for them:
    else no window would ever be full."""
    held = problem["sessions"]
    first = r.choice([0, 3, 4, 5])
    for s in held:
        if s["start"] is not None:
            length = s["end"] - s["start"]
            s["start"] = (first + r.choice([0, 0, 1, 1, 2, 7])) * DAY + s["start"] % DAY
            s["end"] = s["start"] + length
    for a, b in itertools.pairwise(held):
        if r.random() < 0.3 and a["start"] is not None and b["start"] is not None:
            b.update(start=a["start"], end=a["end"], place=a["place"])
    for v in problem["volunteers"]:
        if r.random() < 0.8:
            v["available"] = [[0, problem["horizon"]]]
            v.update(max_travel=600, max_total=None, max_per_day=2, max_per_week=4)
    for q in problem["requests"]:
        if r.random() < 0.6:
            q["available"] = [[0, problem["horizon"]]]
            q["max_travel"] = 600


def _past(r: Random) -> dict[str, Any]:
    start = r.choice([-2 * DAY, -DAY, -400, -60, 0, DAY]) + r.choice([0, 600, 1200])
    past = {"start": start, "end": start + r.choice([60, 300])}
    if r.random() < 0.5:
        past["programme"] = r.choice(PROGRAMMES)
    if r.random() < 0.5:
        past["kinds"] = r.sample(KINDS, 1)
    if r.random() < 0.3:
        past["codes"] = [r.choice(CODES)]
    if r.random() < 0.3:
        past["role"] = r.choice(["lead", "help"])
    return past


def _beside(problem: dict[str, Any], r: Random) -> None:
    for v in problem["volunteers"]:
        v["history"] = [_past(r) for _ in range(r.choice([0, 0, 1, 2]))]
        v["commitments"] = [
            {
                "id": f"{v['id']}.{k}",
                "start": start,
                "end": start + 60,
                "place": v["home"],
                "programme": r.choice([None, *PROGRAMMES]),
                "kinds": r.sample(KINDS, r.choice([0, 1])),
            }
            for k, start in enumerate(r.sample([-300, 4 * DAY, 5 * DAY + 300], r.choice([0, 1])))
        ]


def _kinds(problem: dict[str, Any], r: Random) -> None:
    for s in problem["sessions"]:
        s["kinds"] = r.sample(KINDS, r.choice([0, 1, 2]))


def _rest(problem: dict[str, Any], r: Random) -> None:
    _kinds(problem, r)
    _beside(problem, r)
    for v in problem["volunteers"]:
        if r.random() < 0.5:
            v["min_rest"] = r.choice([0, 30, 300, 660, 1500])
        if r.random() < 0.4:
            rest: dict[str, Any] = {"minutes": r.choice([60, 700, 2880])}
            if r.random() < 0.7:
                rest.update(after=r.choice(KINDS), series=r.random() < 0.5)
            v["rests"] = [rest]
        if r.random() < 0.4:
            window = r.choice([1, 2, 7])
            v["rest_block"] = {
                "minutes": r.choice([300, 800, 1300, 1440 * window - 60]),
                "window": window,
                "rolling": r.random() < 0.5,
            }
            v["rest_block"]["minutes"] = min(v["rest_block"]["minutes"], 1440 * window)


def _limit(r: Random) -> dict[str, Any]:
    unit = r.choice(["services", "days", "minutes", "weekends"])
    limit: dict[str, Any] = {"unit": unit, "window": r.choice([None, 1, 2, 3, 7])}
    limit["rolling"] = r.random() < 0.7
    times = 60 if unit == "minutes" else 1
    if r.random() < 0.8:
        limit["max"] = times * r.choice([0, 1, 1, 2])
        if r.random() < 0.4:
            limit["price"] = r.choice([0, 1, 30])
    if r.random() < 0.3 or "max" not in limit:
        limit.update(min=times * r.choice([1, 2]), price=r.choice([0, 1, 40]))
    for name, values in (
        ("programme", PROGRAMMES),
        ("code", CODES),
        ("role", ("lead", "help")),
        ("kind", KINDS),
    ):
        if r.random() < 0.2:
            limit[name] = r.choice(values)
    return limit


def _limits(problem: dict[str, Any], r: Random) -> None:
    _kinds(problem, r)
    _beside(problem, r)
    for v in problem["volunteers"]:
        v["limits"] = [_limit(r) for _ in range(r.choice([0, 1, 1, 2]))]
        if r.random() < 0.3:
            v["max_weekends"] = r.choice([0, 1])
        if r.random() < 0.3:
            v["weekend_gap"] = r.choice([1, 2])
        if r.random() < 0.4:
            v["min_total"] = r.choice([1, 2, 3])


def _runs(problem: dict[str, Any], r: Random) -> None:
    for v in problem["volunteers"]:
        v["min_days_on"] = r.choice([0, 1, 2, 3])
        v["min_days_off"] = r.choice([0, 1, 2, 3])


def _choices(problem: dict[str, Any], r: Random) -> None:
    named = [s["id"] for s in problem["sessions"]] + ["nowhere"]
    for v in problem["volunteers"]:
        if r.random() < 0.6:
            v["choices"] = {s: r.choice([-300, -7, 0, 9, 200]) for s in r.sample(named, 1)}
    for s in problem["sessions"]:
        for h in s["shifts"]:
            if r.random() < 0.6:
                h["prefers"] = {r.choice(CODES): r.choice([5, 90])}


def _sessions(problem: dict[str, Any], r: Random) -> None:
    problem["groups"] = {"g": {"max": r.choice([None, 1, 2])}, "fund": {"budget": r.choice([5, 9])}}
    for s in problem["sessions"]:
        s["priority"] = r.choice([0, 1, 1, 3])
        if not s["required"]:
            s["groups"] = r.sample(["g", "fund"], r.choice([0, 1, 2]))
            s["price"] = r.choice([0, 4, 5])
        if r.random() < 0.6:
            s["mix"] = [{"code": r.choice(CODES), "min": r.choice([1, 1, 2])}]


def _people(problem: dict[str, Any], r: Random) -> None:
    names = [v["id"] for v in problem["volunteers"]] + ["nobody"]
    if len(names) > 2:
        pairs = [r.sample(names, 2) for _ in range(r.choice([1, 2]))]
        problem["together"] = [[*pair, r.choice([None, None, 1, 4])] for pair in pairs]
    novice, by = r.sample(CODES, 2)
    if r.random() < 0.7:
        rule = {"novice": novice, "by": r.choice([None, by]), "ratio": r.choice([0, 1, 2])}
        if r.random() < 0.3:
            rule["programmes"] = [r.choice(PROGRAMMES)]
        problem["supervision"] = [rule]
    for v in problem["volunteers"]:
        v["alone"] = r.random() < 0.2
        if r.random() < 0.4:
            v["max_children"] = r.choice([0, 1, 2, 3])


def _families(problem: dict[str, Any], r: Random) -> None:
    for q in problem["requests"]:
        if r.random() < 0.5:
            q["needs"] = [r.choice(CODES)]
        if r.random() < 0.6:
            q["party"] = r.choice("pq")


def _weights(problem: dict[str, Any], r: Random) -> None:
    _kinds(problem, r)
    weights = problem["weights"]
    weights["kinds"] = {kind: r.choice([0, 3, 25]) for kind in r.sample(KINDS, 2)}
    weights["under"] = r.choice([0, 30, 700])
    weights["idle"] = r.choice([0, 60, 600])
    if r.random() < 0.6:
        weights["load_minutes"] = r.choice([45, 60, 100])
    for v in problem["volunteers"]:
        v["load_before_of"] = {kind: r.choice([0, 1, 4]) for kind in r.sample(KINDS, 1)}


def _asks(problem: dict[str, Any], r: Random) -> None:
    """Who may say no, and places to stand by: whole prices and some that are not."""
    weights = problem["weights"]
    weights["short"] = r.choice([0, 70, 333, 1000, 3333, 10000])
    weights["fall"] = r.choice([0, 90, 400, 2500])
    weights["surplus"] = r.choice([0, 7, 300])
    shifts = [h for s in problem["sessions"] for h in s["shifts"]]
    for h in shifts:
        h["spare"] = r.choice([0, 0, 1, 1, 2])
        if r.random() < 0.6:
            h["min"] = min(h["target"], r.choice([1, 1, 2]))
        if r.random() < 0.7:
            h["requires"] = []
    for v in problem["volunteers"]:
        v["asks"] = r.choice([0, 0.05, 0.3, 0.5, 0.618, 0.7, 0.7, 0.9, 0.999, 1])
        if r.random() < 0.4:
            v["asks_of"] = {r.choice(shifts)["id"]: r.choice([0, 0.2, 0.8, 1])} if shifts else {}


SORTS: dict[str, Callable[[dict[str, Any], Random], None]] = {
    "rest": _rest,
    "limits": _limits,
    "runs": _runs,
    "choices": _choices,
    "sessions": _sessions,
    "people": _people,
    "families": _families,
    "weights": _weights,
    "asks": _asks,
}
