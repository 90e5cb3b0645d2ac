"""What a person who signs in is called on her own pages."""

from __future__ import annotations

from backend.accounts import phones
from backend.accounts.models import User

OF_HER = (
    "volunteer",
    "family",
    "guardianship",
    "own_phone",
)  # what name_of reads, for select_related


def name_of(user: User) -> str:
    """As she is registered; who is not yet, by the number that she comes in by, masked. Nobody
    reads the made-up user name of an account that was opened by phone."""
    if hasattr(user, "volunteer"):
        return str(user.volunteer.name)
    if hasattr(user, "family") and user.family.active:
        return str(user.family.guardian_name)
    if hasattr(user, "guardianship"):
        return str(user.guardianship.called)
    if not user.display_name and hasattr(user, "own_phone"):
        return phones.masked(user.own_phone.number)
    return str(user)
