"""Random plans for a problem given as plain data: sensible ones, bad ones, ones that name
nobody."""

from __future__ import annotations

from random import Random
from typing import Any


def random_plan(problem: dict[str, Any], seed: int) -> dict[str, Any]:
    r = Random(f"plan-{seed}")
    likely = r.choice([0.1, 0.3, 0.7])
    volunteers = [v["id"] for v in problem["volunteers"]] + ["nobody"] * (r.random() < 0.1)
    shifts = [h["id"] for s in problem["sessions"] for h in s["shifts"]] + ["no.shift"] * (
        r.random() < 0.1
    )
    requests = [q["id"] for q in problem["requests"]] + ["no-request"] * (r.random() < 0.1)
    # The referee does not know seats in an open-ended session, so none are made there.
    sessions = [s["id"] for s in problem["sessions"] if s["start"] is not None] + ["no-session"] * (
        r.random() < 0.1
    )
    assignments = [
        {"volunteer": v, "shift": h} for v in volunteers for h in shifts if r.random() < likely
    ]
    seats = [
        {"request": q, "session": s} for q in requests for s in sessions if r.random() < likely
    ]
    if r.random() < 0.1:
        assignments += assignments[:1]
        seats += seats[:1]
    r.shuffle(assignments)
    r.shuffle(seats)
    return {"format": "matching-plan/1", "assignments": assignments, "seats": seats}
