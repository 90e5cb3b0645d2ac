"""The sentences for what may not be: one for every rule and every refusal, plain and kind, with the
facts that show it.

Operations and rules carry code words and data; only here do they become words. `you=True` speaks to
the person herself, otherwise about her to a coordinator. A new refusal is an entry in one of the
tables below; a test holds that none is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from backend.common.refusal import Refusal
from backend.words.barred import barred
from backend.words.bookings import BOOKINGS
from backend.words.cases import ABOUT_HELPERS, CASES
from backend.words.exchange import EXCHANGE
from backend.words.pairs import ABOUT_MENTORS, PAIRS
from backend.words.planning import PLANNING
from backend.words.projects import PROJECTS
from backend.words.records import RECORDS
from backend.words.refusals import ABOUT_HER, VOLUNTEERS
from backend.words.registry import REGISTRY
from backend.words.rules import RULES, RuleFacts
from backend.words.visits import VISITS
from matching import Violation

REFUSALS = VOLUNTEERS | BOOKINGS | PLANNING | RECORDS | PROJECTS | REGISTRY | EXCHANGE | VISITS
REFUSALS |= PAIRS | CASES
BY_RULES = ("rules", "seats_against_rules")  # refusals that say which rules would be broken

__all__ = ["BY_RULES", "REFUSALS", "RULES", "reasons", "refused", "said", "why"]


def why(violation: Violation, *, names: Mapping[str, str] | None = None, you: bool = True) -> str:
    """One broken rule as a sentence; `names`: credential code → what people call it.

    The violation must come from a question about one person (`may_take`, `may_seat`): only then
    does it say what was asked for.
    """
    return RULES[violation.rule](
        RuleFacts({**violation.facts, **violation.shown}, names or {}, you)
    )


def reasons(
    violations: Iterable[Violation], *, names: Mapping[str, str] | None = None, you: bool = True
) -> list[str]:
    """Every broken rule as a sentence, in the order in which people care, none said twice."""
    return list(dict.fromkeys(why(v, names=names, you=you) for v in violations))


def refused(refusal: Refusal, *, names: Mapping[str, str] | None = None, you: bool = True) -> str:
    """What to say to whoever asked for something and was refused; `you=False`: to somebody who
    asked on her behalf."""
    return said(refusal.public(), names=names, you=you)


def said(
    public: Mapping[str, Any], *, names: Mapping[str, str] | None = None, you: bool = True
) -> str:
    """The same sentence, from what Refusal.public() gave, wherever it has been since as JSON."""
    facts = public["facts"]
    if public["code"] in BY_RULES:
        broken = (barred(rule, names=names, you=you) for rule in facts["violations"])
        return "；".join(dict.fromkeys(broken))
    spoken = REFUSALS if you else REFUSALS | ABOUT_HER | ABOUT_MENTORS | ABOUT_HELPERS
    return spoken[public["code"]](facts)
