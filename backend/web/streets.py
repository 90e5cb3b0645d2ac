"""A street to choose, under the name of its county."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backend.places.codes import STREET
from backend.places.queries import divisions

Choices = list[tuple[str, list[tuple[str, str]]]]


def streets_under(codes: Sequence[str] = ("",)) -> Choices:
    """Every street that lies under one of these codes, or that one of them lies in; "" is the whole
    city. Two statements."""
    below: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for street in divisions("street"):
        if any(street.code.startswith(code[:STREET]) for code in codes):
            below[street.county_code].append((street.code, street.name))
    counties = divisions("county")
    return [(county.name, below[county.code]) for county in counties if county.code in below]
