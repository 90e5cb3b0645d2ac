"""The database → matching.Problem, the ONE translation: a whole rota for the solver, or one
volunteer's corner of it for a page."""

from backend.rota.snapshot.corner import corners_of, problem_for_volunteer
from backend.rota.snapshot.ids import number
from backend.rota.snapshot.whole import problem_of

__all__ = ["corners_of", "number", "problem_for_volunteer", "problem_of"]
