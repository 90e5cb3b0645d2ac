"""Who erased her data stays as a number with hours, and nobody writes about her again."""

from __future__ import annotations

from backend.common.locking import lock_one
from backend.common.refusal import Refusal
from backend.volunteers.models import Volunteer


class DataErased(Refusal):
    """She erased her data: there is nobody to bring back, and nothing to note."""

    code = "data_erased"


def lock_whoever_is_here(volunteer_id: int) -> Volunteer:
    """Raises DataErased, Volunteer.DoesNotExist."""
    row = lock_one(Volunteer, volunteer_id)
    if row.erased_at is not None:
        raise DataErased
    return row
