"""Minutes on the way between two points: great circle, detour, speed, rounded up."""

from __future__ import annotations

from math import asin, ceil, cos, radians, sin, sqrt

from matching.problem import Point, Travel

EARTH_KM = 6371.0088
SLACK = 1e-9  # minutes; keeps a distance of exactly n minutes from becoming n + 1 by rounding


def kilometres(a: Point, b: Point) -> float:
    """Great circle between two points (latitude, longitude in WGS84 degrees)."""
    la1 = radians(a[0])
    lo1 = radians(a[1])
    la2 = radians(b[0])
    lo2 = radians(b[1])
    h = sin((la2 - la1) / 2) ** 2 + cos(la1) * cos(la2) * sin((lo2 - lo1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def travel_minutes(travel: Travel, a: Point, b: Point) -> int:
    """Whole minutes from `a` to `b`."""
    return ceil(kilometres(a, b) * travel.detour / travel.kmh * 60 - SLACK)
