"""Reads about pairs, each in a constant number of statements. A list opens nothing that is sealed:
of a child it says the number, of a pair its mentor."""

from backend.pairs.queries.desk import (
    A_LOOK,
    DeskFilter,
    child_seen,
    children_seen,
    counted,
    listed,
    may_act,
    meetings_of,
    overdue_for,
    pairs_of_child,
    reads_words,
)
from backend.pairs.queries.hers import meeting_told, meetings_told, own_pair, own_pairs
from backend.pairs.queries.mentors import kinds_of_pairs, mentor_seen, mentors_found

__all__ = [
    "A_LOOK",
    "DeskFilter",
    "child_seen",
    "children_seen",
    "counted",
    "kinds_of_pairs",
    "listed",
    "may_act",
    "meeting_told",
    "meetings_of",
    "meetings_told",
    "mentor_seen",
    "mentors_found",
    "overdue_for",
    "own_pair",
    "own_pairs",
    "pairs_of_child",
    "reads_words",
]
