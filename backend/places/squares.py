"""A square round a point, in degrees: with it a statement leaves out the far side of the city
before a rule measures the way.

It errs on the wide side; what lies in its corners is measured and left out afterwards.
"""

from __future__ import annotations

from math import cos, radians
from typing import NamedTuple

from matching import Point, Travel

KM_A_DEGREE = 111.0  # the sphere has 111.2: a little less, so that the edge is never cut off


class Square(NamedTuple):
    """Degrees, in the order in which a statement asks for them."""

    south: float
    north: float
    west: float
    east: float


def square_round(point: Point, kilometres: float) -> Square:
    """Holds every place that is at most so far from the point; for a city's distances, which are
    small beside the earth."""
    latitude, longitude = point
    high = kilometres / KM_A_DEGREE
    wide = high * widening(latitude)
    return Square(latitude - high, latitude + high, longitude - wide, longitude + wide)


def widening(latitude: float) -> float:
    """How many degrees of longitude are as wide as one of latitude."""
    return 1 / cos(radians(latitude))


def kilometres_in(minutes: float, travel: Travel | None = None) -> float:
    """How far one gets: the other way round of matching.travel_minutes, the usual way unless
    told."""
    travel = travel or Travel()
    return minutes * travel.kmh / 60 / travel.detour
