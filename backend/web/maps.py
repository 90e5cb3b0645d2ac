"""A place on a map that whoever reads the page can open: in an app of hers, or in the browser."""

from __future__ import annotations

from urllib.parse import urlencode

from backend.places.models import Venue

# Marks one point, opens the app where there is one; takes WGS84 as our points are.
# https://lbs.amap.com/api/uri-api/guide/mobile-web/point
MARKER = "https://uri.amap.com/marker"


def map_of(venue: Venue) -> str:
    """The address that shows a venue. It says where the venue is and nothing of who asks."""
    said = {
        "position": f"{venue.longitude:.6f},{venue.latitude:.6f}",
        "name": venue.name,
        "coordinate": "wgs84",
        "callnative": "1",
    }
    return f"{MARKER}?{urlencode(said)}"
