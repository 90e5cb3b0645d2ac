"""The square holds the circle, and not much more."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, pi, radians, sin

import pytest

from backend.places.squares import kilometres_in, square_round
from matching import Travel, kilometres, travel_minutes

EARTH_KM = 6371.0088
FUZHOU = (26.08, 119.3)
BEARINGS = [2 * pi * n / 360 for n in range(360)]


def at_distance(point: tuple[float, float], far: float, bearing: float) -> tuple[float, float]:
    """Where one stands after so many kilometres straight on."""
    latitude = radians(point[0])
    angle = far / EARTH_KM
    north = asin(sin(latitude) * cos(angle) + cos(latitude) * sin(angle) * cos(bearing))
    east = atan2(sin(bearing) * sin(angle) * cos(latitude), cos(angle) - sin(latitude) * sin(north))
    return degrees(north), point[1] + degrees(east)


@pytest.mark.parametrize("far", [0.5, 15.0, 46.0, 185.0])
def test_whatever_is_near_enough_is_in_the_square(far: float) -> None:
    square = square_round(FUZHOU, far)
    around = [at_distance(FUZHOU, far, bearing) for bearing in BEARINGS]
    assert [round(kilometres(FUZHOU, place), 6) for place in around] == [far] * len(around)
    outside = [
        (north, east)
        for north, east in around
        if not square.south <= north <= square.north or not square.west <= east <= square.east
    ]
    assert outside == []


def test_the_square_is_hardly_wider_than_the_circle() -> None:
    square = square_round(FUZHOU, 15.0)
    middles = [
        (square.south, FUZHOU[1]),
        (square.north, FUZHOU[1]),
        (FUZHOU[0], square.west),
        (FUZHOU[0], square.east),
    ]
    assert [round(kilometres(FUZHOU, place), 1) for place in middles] == [15.0] * 4


def test_minutes_become_the_kilometres_that_become_those_minutes() -> None:
    for minutes in (1, 15, 40, 180):
        far = kilometres_in(minutes)
        edge = at_distance(FUZHOU, far, 1.0)
        assert travel_minutes(Travel(), FUZHOU, edge) == minutes
    assert kilometres_in(60, Travel(detour=1.0, kmh=30)) == 30
