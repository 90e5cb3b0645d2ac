"""Reading places: divisions to choose from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length, Substr

from backend.accounts.models import Access
from backend.common.bulk import among
from backend.places.codes import DIGITS, STREET
from backend.places.models import CalendarDay, Division, Venue


def divisions(kind: str, *, within: str = "") -> QuerySet[Division]:
    """Divisions that can be chosen: "county", "street" or "village", under the code `within`."""
    rows = Division.objects.filter(
        operational=True, in_service_area=True, retired_on__isnull=True, code__startswith=within
    )
    return rows.annotate(digits=Length("code")).filter(digits=DIGITS[kind])


def villages_of_streets(within: str) -> QuerySet[Division]:
    """The villages under the code `within`, each with its `street_name`, by code."""
    streets = Division.objects.filter(pk=Substr(OuterRef("code"), 1, STREET)).order_by()
    named = Subquery(streets.values("name")[:1], output_field=CharField())
    return divisions("village", within=within).annotate(street_name=named).order_by("code")


def division(code: str) -> Division | None:
    """One that can be chosen, by its code."""
    rows = Division.objects.filter(
        operational=True, in_service_area=True, retired_on__isnull=True, pk=code
    )
    return rows.first() if code.isascii() and code.isdigit() else None


def found_by(text: str, most: int) -> list[Division]:
    """Streets and villages that these words mean: by 汉字, by whole pinyin or by initials, streets
    first."""
    word = text.lower().replace(" ", "")
    named = Q(name__contains=word) | Q(pinyin__startswith=word) | Q(initials__startswith=word)
    rows = Division.objects.filter(
        named, operational=True, in_service_area=True, retired_on__isnull=True
    ).annotate(digits=Length("code"))
    return list(rows.filter(digits__gt=DIGITS["county"]).order_by("digits", "pk")[:most])


def path_to(code: str) -> str:
    """鼓楼区 东街街道 军门社区, of the division with this code."""
    above = {code[:digits] for digits in DIGITS.values()}
    return _path(code, dict(Division.objects.filter(pk__in=above).values_list("pk", "name")))


def paths_to(places: Sequence[Division]) -> list[tuple[Division, str]]:
    """Each with its path_to(). One statement."""
    codes = {one.code[:digits] for one in places for digits in DIGITS.values()}
    names = dict(Division.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [(one, _path(one.code, names)) for one in places]


def _path(code: str, names: Mapping[str, str]) -> str:
    above = [code[:digits] for digits in DIGITS.values() if digits <= len(code)]
    return " ".join(names[one] for one in above if one in names)


def days_off(first: date, after: date) -> dict[date, str]:
    """The days off from `first` to the day before `after`, with their names. One statement."""
    rows = CalendarDay.objects.filter(date__gte=first, date__lt=after, is_off=True)
    return dict(rows.order_by("date").values_list("date", "name"))


def named_days(days: Collection[date]) -> dict[date, CalendarDay]:
    """Those of these days that differ from their weekday: days off, and Saturdays and Sundays that
    are worked. One statement."""
    return CalendarDay.objects.in_bulk(sorted(days))


def home_point(place: Division) -> tuple[float, float]:
    """The point of a street, or of the street that a village lies in."""
    if place.latitude is not None:
        return place.point
    return Division.objects.get(pk=place.code[:STREET]).point


def venues_under(codes: Sequence[str]) -> QuerySet[Venue]:
    """The venues in the streets that lie under one of these codes, or that one of them lies in; ""
    is the whole city."""
    here = Q(pk__in=[])
    for code in codes:
        here |= Q(street__code__startswith=code[:STREET])
    return Venue.objects.filter(here).select_related("street").order_by("street_id", "name", "pk")


def venues_in_use_under(codes: Sequence[str]) -> QuerySet[Venue]:
    """Those of venues_under() where something new may be held."""
    return venues_under(codes).filter(active=True)


def wall_subject(venue_id: int) -> str:
    """As the access log names the code on its wall."""
    return f"wall:{venue_id}"


def printed_by(venue_id: int, number: int) -> list[int]:
    """The accounts that had this sheet of its wall before them, to print it."""
    shown = Access.objects.filter(
        subject=wall_subject(venue_id), action="export", reason=f"sheet {number}"
    )
    users = shown.order_by("user_id").values_list("user_id", flat=True).distinct()
    return [user for user in users if user is not None]


def wall_number(venue_id: int) -> int | None:
    """The number of the sheet that is valid on its wall; None without such a place."""
    return Venue.objects.filter(pk=venue_id).values_list("wall_number", flat=True).first()


def names_of(codes: Collection[str]) -> dict[str, str]:
    """The name of each division by its code."""
    rows = Division.objects.filter(among("code", codes)).order_by()
    return dict(rows.values_list("code", "name"))
