"""Who is at the other end of a socket: read from the session cookie, for many sockets in a few
statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from backend.access.policy import Sight, sight_of
from backend.access.second_factor import lack
from backend.accounts.models import User
from backend.organisations.models import Membership
from backend.organisations.policy import LOOKS, SEES


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user with what she oversees, or nobody in particular.

    `session` is the cookie's key, to look again later.
    """

    session: str = ""
    user_id: int | None = None
    sight: Sight = field(default_factory=Sight)


NOBODY = Visitor()


def visitors(keys: Collection[str], now: datetime) -> dict[str, Visitor]:
    """By session key; a session that ended, or whose user may no longer sign in, is left out.

    Three statements at most.
    """
    signed = {}
    for row in Session.objects.filter(session_key__in=keys, expire_date__gt=now):
        data = row.get_decoded()
        if SESSION_KEY in data and BACKEND_SESSION_KEY in data:
            signed[row.session_key] = (int(data[SESSION_KEY]), data.get(HASH_SESSION_KEY, ""))
    if not signed:
        return {}
    users = User.objects.filter(is_active=True).in_bulk({user_id for user_id, _ in signed.values()})
    seen = _sights(users)
    return {
        key: Visitor(key, user_id, seen[user_id])
        for key, (user_id, proof) in signed.items()
        if user_id in users and _proves(users[user_id], proof)
    }


def _sights(user_ids: Collection[int]) -> dict[int, Sight]:
    """Nobody without a second factor oversees anything, where one is asked for: her pages tell her
    so."""
    hers: dict[int, list[tuple[str, str | None, int]]] = {pk: [] for pk in user_ids}
    admitted = set(user_ids) - lack(user_ids) if settings.SECOND_FACTOR else user_ids
    pairs: dict[int, list[str]] = {pk: [] for pk in user_ids}
    rows = Membership.objects.filter(user_id__in=admitted, role__in=SEES)
    of_organisation = ("organisation__path", "organisation__division_id", "organisation__level")
    for user_id, role, path, *rest in rows.values_list("user_id", "role", *of_organisation):
        hers[user_id].append((path, *rest))
        if role in LOOKS:
            pairs[user_id].append(path)
    return {pk: sight_of(found, pairs[pk]) for pk, found in hers.items()}


def _proves(user: User, proof: str) -> bool:
    """As django.contrib.auth.get_user: a changed password ends every session that was opened with
    the old one."""
    return constant_time_compare(proof, user.get_session_auth_hash()) or any(
        constant_time_compare(proof, old) for old in user.get_session_auth_fallback_hash()
    )
