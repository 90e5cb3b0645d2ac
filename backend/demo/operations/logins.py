"""The rows behind the demo's own people (backend/demo/people.py)."""

from __future__ import annotations

from datetime import date, timedelta

from backend.accounts.models import User
from backend.demo.city import City, DrawnFamily
from backend.demo.operations import families
from backend.demo.people import BY_KEY, PEOPLE, DemoPerson
from backend.organisations.models import Membership
from backend.volunteers.names import spell

ALL_DAY = [[(480, 1320)]] * 7
CHILD_AGE = 9  # months


def add_users() -> dict[str, User]:
    """An account for each of the demo's people, by key."""
    users = [_user(person) for person in PEOPLE]
    User.objects.bulk_create(users)
    return {person.key: user for person, user in zip(PEOPLE, users, strict=True)}


def add_memberships(city: City, users: dict[str, User]) -> None:
    where = {
        "city": city.federation,
        "county": city.desk,
        "village": city.home_village,
        "officer": city.federation,
        "operator": city.federation,
    }
    Membership.objects.bulk_create(
        [Membership(user=users[k], organisation=o, role=BY_KEY[k].role) for k, o in where.items()]
    )


def cast_volunteer(city: City) -> None:
    """The first volunteer is the one that signs in: able, free all week, and living in the middle
    of it all."""
    star = city.people[0]
    street = city.home_street
    row = star.row
    spelled = spell(BY_KEY["volunteer"].name)
    row.user = User.objects.get(username=BY_KEY["volunteer"].username)
    row.name = BY_KEY["volunteer"].name
    row.name_pinyin = spelled.pinyin
    row.name_initials = spelled.initials
    row.sort_key = spelled.sort_key
    row.street = street
    row.organisation = city.home_village
    row.latitude, row.longitude = street.point
    row.max_travel = 60
    row.max_per_day = 1
    row.max_per_week = 3
    row.max_total = 12
    row.max_open = 1
    row.services_before = 0
    star.home, star.week, star.away = (row.latitude, row.longitude), ALL_DAY, set()
    lasting: date = city.next_monday + timedelta(days=250)
    star.held = {
        "child_clearance": lasting,
        "beibei_lead": None,
        "beibei_assistant": None,
        "village_station": None,
    } | ({"mediator": None} if "mediator" in star.held else {})


def add_family(city: City, user: User) -> DrawnFamily:
    """The family that signs in: one child, living beside the volunteer, whose wish is stored with
    the others'."""
    born = [families.birth_month(city, CHILD_AGE)]
    home = families.household(city, 0, born, city.home_street, city.home_street.point, 40, ALL_DAY)
    home.row.guardian_name = "示例家长"
    families.store(city, [home], users=[user], nicknames=["小葡萄"])
    families.add_wishes(city, [home])
    return home


def _user(person: DemoPerson) -> User:
    staff = person.role == Membership.Role.OPERATOR
    return User(
        username=person.username,
        display_name=person.name,
        password="!",
        is_staff=staff,
        is_superuser=staff,
    )
