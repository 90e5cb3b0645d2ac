"""Reads about cases, each in a constant number of statements. A list opens nothing that is
sealed."""

from backend.cases.queries.finding import helpers_found, helpers_in_reach
from backend.cases.queries.hers import own_case, own_cases
from backend.cases.queries.inside import (
    helpers_of,
    meetings_of_case,
    notes_of,
    parties_of,
)
from backend.cases.queries.officers import case_led, cases_led, offices_of

__all__ = [
    "case_led",
    "cases_led",
    "helpers_found",
    "helpers_in_reach",
    "helpers_of",
    "meetings_of_case",
    "notes_of",
    "offices_of",
    "own_case",
    "own_cases",
    "parties_of",
]
