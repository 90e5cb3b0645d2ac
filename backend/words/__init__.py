"""The sentences for what may not be: one for every rule and every refusal, plain and kind, with the
facts that show it.

Operations and rules carry code words and data; only here do they become words. `you=True` speaks to
the person herself, otherwise about her to a coordinator. A new refusal is an entry in one of the
tables below; a test holds that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backend.common.refusal import Refusal
from backend.words.bookings import BOOKINGS
from backend.words.planning import PLANNING
from backend.words.refusals import VOLUNTEERS
from backend.words.registry import REGISTRY
from backend.words.rules import RULES, Told
from matching.problem import Problem
from matching.rules import Violation

REFUSALS = VOLUNTEERS | BOOKINGS | PLANNING | REGISTRY

__all__ = ["REFUSALS", "RULES", "reasons", "refused", "why"]


def why(
    violation: Violation,
    problem: Problem | None,
    *,
    session: str = "",
    names: Mapping[str, str] | None = None,
    you: bool = True,
) -> str:
    """One broken rule as a sentence.

    `session` is the id of the session that was asked about, `names` credential code → name.
    """
    return RULES[violation.rule](
        Told(violation.facts, problem, session or _session_in(violation, problem), names or {}, you)
    )


def reasons(
    violations: Iterable[Violation],
    problem: Problem | None,
    *,
    session: str = "",
    names: Mapping[str, str] | None = None,
    you: bool = True,
) -> list[str]:
    """Every broken rule as a sentence, in the order in which people care, none said twice."""
    return list(
        dict.fromkeys(why(v, problem, session=session, names=names, you=you) for v in violations)
    )


def refused(refusal: Refusal, *, names: Mapping[str, str] | None = None, you: bool = True) -> str:
    """What to say to whoever asked for something and was refused."""
    if refusal.code in ("rules", "seats_against_rules"):
        return "；".join(
            reasons(refusal.facts["violations"], refusal.facts.get("problem"), names=names, you=you)
        )
    return REFUSALS[refusal.code](refusal.facts)


def _session_in(violation: Violation, problem: Problem | None) -> str:
    """The session that the violation is about, where it names a shift or a session."""
    if "session" in violation.facts:
        return str(violation.facts["session"])
    shift = violation.facts.get("shift", "")
    if problem is None:
        return ""
    return problem.shift_of[shift][0].id if shift in problem.shift_of else ""
