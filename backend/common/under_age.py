"""What holds for volunteers under age, wherever it is asked: by plans, pages and sentences."""

from __future__ import annotations

from datetime import date

MINOR = "minor"  # what the rules call it: held until the day on which she is of age
EVENING = 20 * 60  # minute of the day by which she is done


def under_age(of_age_on: date | None, day: date) -> bool:
    """Whether somebody is under age on that day. Decided here and nowhere else; None: nobody said
    that she came under age, and she counts as a grown-up."""
    return of_age_on is not None and day < of_age_on
