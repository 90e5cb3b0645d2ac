"""The city's families: children by nickname and birth month, the guardian's consent, free hours,
and a wish each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.accounts import phones
from backend.accounts.models import Consent, User
from backend.demo import invented
from backend.demo.city import BATCH, City, DrawnFamily, Point, Span
from backend.families.models import Child, Family, FamilyAvailability, Request
from backend.places.models import Division

FIRST_PHONE = 50_000_000  # families' numbers begin behind the volunteers'


def add_families(city: City, *, children: int) -> None:
    """Add families to city.homes until they have exactly that many children; each wishes for
    贝贝老师 sessions."""
    homes: list[DrawnFamily] = []
    left = children
    while left:
        kids = 2 if left > 1 and city.r.random() < 0.07 else 1
        homes.append(_household(city, len(city.homes) + len(homes), kids))
        left -= kids
    store(city, homes)
    add_wishes(city, homes)


def store(
    city: City,
    homes: list[DrawnFamily],
    users: list[User] | None = None,
    nicknames: Sequence[str] = invented.NICKNAMES,
) -> None:
    """Store the households with guardian, children, consent and free hours, and add them to
    city.homes."""
    if users is None:
        users = [
            User(username=f"demo-{h.row.number}", display_name="家长", password="!") for h in homes
        ]
        User.objects.bulk_create(users, batch_size=BATCH)
    for home, user in zip(homes, users, strict=True):
        home.row.user = user
    Family.objects.bulk_create([h.row for h in homes], batch_size=BATCH)
    for home in homes:
        home.children = [
            Child(family=home.row, nickname=city.r.choice(nicknames), birth_month=m)
            for m in home.born
        ]
    Child.objects.bulk_create([c for h in homes for c in h.children], batch_size=BATCH)
    Consent.objects.bulk_create(_consents(homes, city.now), batch_size=BATCH)
    spans = [
        FamilyAvailability(family=h.row, weekday=d, start=a, end=z)
        for h in homes
        for d, day in enumerate(h.week)
        for a, z in day
    ]
    FamilyAvailability.objects.bulk_create(spans, batch_size=BATCH)
    city.homes += homes


def household(
    city: City,
    number: int,
    born: list[str],
    street: Division,
    home: Point,
    max_travel: int,
    week: list[list[Span]] | None = None,
) -> DrawnFamily:
    """A family that is not stored yet; `week` None: some parts of the day, as families have
    them."""
    phone = invented.phone(FIRST_PHONE + number)
    row = Family(
        number=f"F{number + 1:06d}",
        guardian_name=invented.name(city.r),
        phone=phone,
        phone_index=phones.index(phone),
        street=street,
        latitude=home[0],
        longitude=home[1],
        max_travel=max_travel,
    )
    if week is None:
        week = city.free_week(0.35, 0.6)
    return DrawnFamily(row, home, street.county_code, born, week)


def _household(city: City, number: int, kids: int) -> DrawnFamily:
    r = city.r
    street, home = city.spot()
    first = r.randint(0, 34)
    months = [first]
    if kids > 1:
        months.append(min(35, max(0, first + r.choice([0, 1, -1, 12]))))
    return household(
        city,
        number,
        [birth_month(city, m) for m in months],
        street,
        home,
        r.choices([15, 25, 40], [0.4, 0.4, 0.2])[0],
    )


def birth_month(city: City, age: int) -> str:
    """The birth month of a child who is `age` months old when the draft rota begins."""
    count = city.next_monday.year * 12 + city.next_monday.month - 1 - age
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def add_wishes(city: City, homes: list[DrawnFamily]) -> None:
    r = city.r
    beibei = city.programmes["beibei"]
    rows = [
        Request(
            family=home.row,
            programme=beibei,
            wants=r.choices([1, 2, 4], [0.45, 0.4, 0.15])[0],
            per_week=1,
            priority=r.choices([1, 2, 4], [0.8, 0.13, 0.07])[0],
            created_at=city.now - timedelta(minutes=r.randrange(20_000)),
        )
        for home in homes
    ]
    Request.objects.bulk_create(rows, batch_size=BATCH)
    for home, row in zip(homes, rows, strict=True):
        home.wish = row


def _consents(homes: list[DrawnFamily], now: datetime) -> list[Consent]:
    given = now - timedelta(days=30)
    return [
        Consent(
            user=home.row.user,
            child_id=child.pk,
            purpose=Consent.Purpose.BOOKING,
            text_version="2026-11",
            how=Consent.How.PAPER,
            given_at=given,
        )
        for home in homes
        if home.row.user
        for child in home.children
    ]
