"""The database → matching.Problem, the ONE translation: a whole rota for the solver, or one
volunteer's excerpt of it for a page."""

from backend.rota.snapshot.excerpt import excerpts_of
from backend.rota.snapshot.ids import number
from backend.rota.snapshot.whole import problem_of

__all__ = ["excerpts_of", "number", "problem_of"]
