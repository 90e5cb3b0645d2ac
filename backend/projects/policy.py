"""What may stand in a project's book; pure."""

from __future__ import annotations

from datetime import date

from backend.projects.models import Money, Project

INCOMING = (
    Money.Purse.FISCAL,
    Money.Purse.WELFARE,
    Money.Purse.FOUNDATION,
    Money.Purse.COMPANY,
    Money.Purse.PUBLIC,
    Money.Purse.OWN,
)
OUTGOING = tuple(purse for purse in Money.Purse if purse not in INCOMING)
MOST_FEN = 10**13  # a hundred thousand million yuan: more is a slip of the finger
MOST_PEOPLE = 10**8


def is_incoming(purse: str) -> bool:
    """Whether the purse is one that money comes from; the others are what it is spent on."""
    return purse in INCOMING


def wrong_day(project: Project, on: date, today: date) -> str:
    """Why nothing of that day can be entered: "before" the project, or still to come ("future");
    "" when it can."""
    if on < project.starts_on:
        return "before"
    if on > today:
        return "future"
    return ""


def wrong_people(times: int, people: int | None) -> str:
    """Why these numbers cannot be: nobody ("none"), too many ("many"), or more people than times
    ("more"); "" when they can."""
    if times < 1 or people == 0:
        return "none"
    if times > MOST_PEOPLE:
        return "many"
    if people is not None and people > times:
        return "more"
    return ""
