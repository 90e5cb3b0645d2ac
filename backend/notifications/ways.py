"""How somebody can be reached outside of her inbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from types import MappingProxyType

from backend.accounts.models import User
from backend.notifications.models import Delivery
from backend.notifications.robots import GROUPS, Groups
from backend.notifications.table import MESSAGES

NONE: Groups = MappingProxyType({})
FILE = "file"  # takes what no other way takes: where nothing is configured, everything


def ways(
    delivery: Delivery,
    on: Collection[str],
    muted: Collection[tuple[str, str]] = (),
    groups: Groups = NONE,
) -> Iterator[tuple[str, str]]:
    """Channel and address, in the order of the table, of the channels that are on and that she has
    not `muted` for this kind. `groups`: in which she is told. Reads her row and her user's."""
    kind = MESSAGES[delivery.kind]
    wanted = [
        name for name in kind.channels if not kind.optional or (delivery.kind, name) not in muted
    ]
    if wanted:
        wanted.append(FILE)  # stands for any of them
    for name in wanted:
        address = groups.get(name) if name in GROUPS else ADDRESSES[name](delivery)
        if name in on and address is not None:
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
    if person is None:
        own = getattr(delivery.user, "own_phone", None)
        return str(own.number) if own is not None else None
    return str(person.phone) if person.phone else None


def _email(delivery: Delivery) -> str | None:
    user = _user(delivery)
    return str(user.email) if user is not None and user.email else None


def _openid(delivery: Delivery) -> str | None:
    """Of the WeChat that she connected."""
    account = getattr(_user(delivery), "wechat", None)
    return str(account.openid) if account is not None else None


def number_of(delivery: Delivery) -> str:
    """What may stand in a file: her public number, never her telephone."""
    person = delivery.volunteer or delivery.family
    if person is not None:
        return str(person.number)
    return f"U{delivery.user_id}"


ADDRESSES: dict[str, Callable[[Delivery], str | None]] = {
    "wechat": _openid,
    "sms": _phone,
    "email": _email,
    FILE: number_of,
}
