"""How somebody can be reached outside of her inbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from backend.accounts.models import User
from backend.notifications.models import Delivery
from backend.notifications.table import MESSAGES

GROUP = ""  # the address of a group of people: a setting of its channel says which
FILE = "file"  # takes what no other way takes: where nothing is configured, everything


def ways(
    delivery: Delivery, on: Collection[str], muted: Collection[tuple[str, str]] = ()
) -> Iterator[tuple[str, str]]:
    """Channel and address, in the order of the table, of the channels that are on and that she has
    not `muted` for this kind. Reads her row and her user's."""
    kind = MESSAGES[delivery.kind]
    wanted = [
        name for name in kind.channels if not kind.optional or (delivery.kind, name) not in muted
    ]
    if wanted:
        wanted.append(FILE)  # stands for any of them
    for name in wanted:
        if name in on and (address := ADDRESSES[name](delivery)) is not None:
            yield name, address


def language(delivery: Delivery) -> str:
    """Of the receiver; Chinese for who has never signed in."""
    user = _user(delivery)
    return str(user.language) if user else "zh-hans"


def _user(delivery: Delivery) -> User | None:
    person = delivery.volunteer or delivery.guardian or delivery.family
    return person.user if person is not None else delivery.user


def _phone(delivery: Delivery) -> str | None:
    person = delivery.volunteer or delivery.guardian or delivery.family
    return str(person.phone) if person is not None and person.phone else None


def _email(delivery: Delivery) -> str | None:
    user = _user(delivery)
    return str(user.email) if user is not None and user.email else None


def number_of(delivery: Delivery) -> str:
    """What may stand in a file: her public number, never her telephone."""
    person = delivery.volunteer or delivery.family
    if person is not None:
        return str(person.number)
    return f"U{delivery.user_id}"


ADDRESSES: dict[str, Callable[[Delivery], str | None]] = {
    "wechat": lambda delivery: None,  # until people can link their account
    "sms": _phone,
    "email": _email,
    "wecom": lambda delivery: GROUP,
    "dingtalk": lambda delivery: GROUP,
    FILE: number_of,
}
