"""What holds for volunteers under age, wherever it is asked: by plans, pages and sentences."""

from __future__ import annotations

MINOR = "minor"  # what the rules call it: held until the day on which she is of age
EVENING = 20 * 60  # minute of the day by which she is done
