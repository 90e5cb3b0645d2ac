"""Where sessions are held: 姐妹乡伴 service stations in villages, and rooms of the women's
federation in the streets."""

from __future__ import annotations

from backend.demo.city import City
from backend.places.models import Division, Venue

ROOMS = ("妇女之家", "亲子小屋", "社区活动室", "儿童之家")


def add_venues(city: City) -> None:
    """Fill city.venues: the stations first, each in a village of another street, then rooms where
    people live."""
    count = max(12, city.scale.timed // 6)
    names: set[str] = set()
    rows = _stations(city) + [_room(city, names) for _ in range(count - city.scale.stations)]
    rows.append(_at_home(city))
    city.venues = Venue.objects.bulk_create(rows)


def _stations(city: City) -> list[Venue]:
    rural = [
        s
        for s in city.streets
        if s.kind in ("镇", "乡", "民族乡") and s.point_source.startswith("geonames")
    ] or city.streets
    rows = []
    for street in city.r.sample(rural, city.scale.stations):
        village = Division.objects.get(code=city.r.choice(city.villages[street.code]))
        rows.append(_venue(city, f"{village.name}姐妹乡伴服务站", street))
    return rows


def _room(city: City, names: set[str]) -> Venue:
    street, point = city.spot()
    room = city.r.choice(ROOMS)
    number = next(n for n in range(1, 999) if f"{street.name}{room}{n}" not in names)
    names.add(f"{street.name}{room}{number}")
    label = f"{street.name}{room}" + (f"（{number}）" if number > 1 else "")
    return Venue(
        name=label,
        street=street,
        address=f"{street.name}（示例地址）",
        facilities="儿童厕所、母婴室",
        latitude=point[0],
        longitude=point[1],
    )


def _at_home(city: City) -> Venue:
    """One in the demo people's own street, so that they always have something near."""
    return _venue(city, f"{city.home_street.name}贝贝老师亲子园", city.home_street)


def _venue(city: City, name: str, street: Division) -> Venue:
    latitude, longitude = city.near(street)
    return Venue(
        name=name,
        street=street,
        address=f"{street.name}（示例地址）",
        latitude=latitude,
        longitude=longitude,
    )
