"""Who asks, and what each is answered: the columns of the register of doors."""

from __future__ import annotations

Answers = dict[str, int]

# The rows that addresses name belong to one county of a city; the first street and the first
# village lie in it. Each role stands in one relation to them.
ROLES = {
    "nobody": "not signed in",
    "member": "signed in, without any role",
    "volunteer": "the volunteer whose rows they are",
    "volunteer2": "another volunteer of the same village",
    "family": "the family whose rows they are",
    "family2": "another family",
    "city": "coordinator of the city, above",
    "county": "coordinator of the county that keeps the rota",
    "county2": "coordinator of another county, beside",
    "street": "coordinator of the street where the sessions are, below",
    "village": "coordinator of a village in that street, below",
    "village2": "coordinator of another village in that street, beside the first",
    "far": "coordinator of a village in another street of the county",
    "viewer": "viewer of the county",
    "officer": "children's information officer of the county",
    "cases": "officer of the county's cases",
    "operator": "operator of the county",
    "staff": "staff of the admin without rights there",
    "superuser": "superuser",
}
COORDINATORS = [
    "city",
    "county",
    "county2",
    "street",
    "village",
    "village2",
    "far",
    "viewer",
    "officer",
    "cases",
]
VOLUNTEERS = ["volunteer", "volunteer2"]
FAMILIES = ["family", "family2"]

OK = 200
MOVED = 302
SEE_OTHER = 303
FORBIDDEN = 403
MISSING = 404
NOT_ALLOWED = 405
REFUSED = 422


def everybody(status: int) -> Answers:
    return dict.fromkeys(ROLES, status)


NO_GET = everybody(NOT_ALLOWED)


def some(roles: list[str], status: int, *, others: int, nobody: int = MOVED) -> Answers:
    """`nobody`: who is not signed in is led to the sign-in."""
    return everybody(others) | dict.fromkeys(roles, status) | {"nobody": nobody}


def coordinators(status: int, **others: int) -> Answers:
    """All who coordinate or watch something; `others` by role, where a row is not theirs. An
    officer of cases sees of everything else what a viewer does."""
    watches = {"cases": others["viewer"]} if "viewer" in others else {}
    return some(COORDINATORS, status, others=FORBIDDEN) | watches | others


def volunteers(status: int, **others: int) -> Answers:
    return some(VOLUNTEERS, status, others=MISSING) | others


def families(status: int, **others: int) -> Answers:
    return some(FAMILIES, status, others=MISSING) | others


def signed_in(status: int) -> Answers:
    return everybody(status) | {"nobody": MOVED}


def seen(status: int, *, whose: str) -> Answers:
    """A row of the county's rota, a session of it, or a row of the first village's rota."""
    hidden = {
        "rota": ["county2"],
        "session": ["county2", "far"],
        "village": ["county2", "village2", "far"],
    }
    return coordinators(status, **dict.fromkeys(hidden[whose], MISSING))


def changed(status: int, *, whose: str, **others: int) -> Answers:
    """As seen(); who sees and does not coordinate it is told no, except `others`."""
    only_see = {
        "rota": ["street", "village", "village2", "far", "viewer", "officer", "cases"],
        "session": ["street", "village", "village2", "viewer", "officer", "cases"],
        "village": ["viewer", "officer", "cases"],
    }
    return seen(status, whose=whose) | dict.fromkeys(only_see[whose], FORBIDDEN) | others
