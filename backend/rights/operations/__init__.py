"""What a person has done with her own data: taken back, answered, forgotten in time."""

from backend.rights.operations.families import erase_child, erase_family
from backend.rights.operations.forgetting import forget_grown_children
from backend.rights.operations.minors import withdraw_guardian_consent
from backend.rights.operations.volunteers import NOBODY, erase_volunteer

__all__ = [
    "NOBODY",
    "erase_child",
    "erase_family",
    "erase_volunteer",
    "forget_grown_children",
    "withdraw_guardian_consent",
]
