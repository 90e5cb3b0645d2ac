"""What is kept about somebody, and who looked at it."""

from backend.rights.queries.decisions import Decision, decisions_of
from backend.rights.queries.families import family_file, looked_at
from backend.rights.queries.looks import OFFICE, PLANNER, PLATFORM, Look
from backend.rights.queries.volunteers import looked_at_volunteer, volunteer_file

__all__ = [
    "OFFICE",
    "PLANNER",
    "PLATFORM",
    "Decision",
    "Look",
    "decisions_of",
    "family_file",
    "looked_at",
    "looked_at_volunteer",
    "volunteer_file",
]
