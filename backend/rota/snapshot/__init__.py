"""The database → matching.Problem, the ONE translation: a whole rota for the solver, one
volunteer's excerpt of it for a page, or families with their sessions for who asks for seats."""

from backend.rota.snapshot.excerpt import excerpts_of
from backend.rota.snapshot.ids import number
from backend.rota.snapshot.parties import Party, problem_of_parties
from backend.rota.snapshot.whole import problem_of

__all__ = ["Party", "excerpts_of", "number", "problem_of", "problem_of_parties"]
