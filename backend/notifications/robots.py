"""In which group of coordinators somebody is told: that of her own organisation, or of the nearest
above it that has one; else the house's, where the settings name one. Of several organisations it is
that of the one whose business the message is (whose_business.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.conf import settings

from backend.common.bulk import among
from backend.notifications.models import GroupRobot
from backend.organisations.models import Membership
from backend.organisations.policy import ACTS

GROUPS = ("wecom", "dingtalk")  # ways to a group of people, and not to one person
HOUSE = ""  # the address of the group that the settings name
Groups = Mapping[str, str]  # way → address of the group there
Desks = Mapping[str, Groups]  # path of each of her organisations → the groups there


def house() -> dict[str, str]:
    """Where the settings lead."""
    named = {"wecom": settings.WECOM_KEY, "dingtalk": settings.DINGTALK_TOKEN}
    return {name: HOUSE for name, key in named.items() if key}


def groups_of(user_ids: Collection[int]) -> dict[int, Desks]:
    """For each of them her organisations, with the groups of each. Two statements."""
    paths: defaultdict[int, list[str]] = defaultdict(list)
    mine = Membership.objects.filter(among("user", user_ids), role__in=ACTS)
    for user, path in mine.values_list("user_id", "organisation__path"):
        paths[user].append(path)
    robots = {
        (organisation, channel): str(pk)
        for pk, organisation, channel in GroupRobot.objects.values_list(
            "pk", "organisation_id", "channel"
        )
    }
    return {user: {path: _groups(path, robots) for path in there} for user, there in paths.items()}


def _groups(path: str, robots: Mapping[tuple[int, str], str]) -> Groups:
    found = {channel: _nearest(path, channel, robots) for channel in GROUPS}
    return {channel: address for channel, address in found.items() if address is not None}


def told_in(hers: Desks, about: Collection[str]) -> Groups:
    """The groups for something of these organisations (paths); where there is more than one it
    might be, because nobody knows whose business it is, none of them: what concerns the one is not
    the other's. A message about several is taken apart before (operations.where)."""
    where = {own for path in about for own in _answering(hers, path)} or set(hers)
    found = {}
    for channel in GROUPS:
        addresses = {hers[own].get(channel) for own in where}
        if len(addresses) == 1 and (address := addresses.pop()) is not None:
            found[channel] = address
    return found


def _answering(hers: Desks, path: str) -> list[str]:
    """Of her organisations the nearest at or above this one; all where none is."""
    above = [own for own in hers if path.startswith(own)]
    return [max(above, key=len)] if above else list(hers)


def _nearest(path: str, channel: str, robots: Mapping[tuple[int, str], str]) -> str | None:
    for pk in reversed(path.strip(".").split(".")):
        if address := robots.get((int(pk), channel)):
            return address
    return house().get(channel)


def of_organisation(organisation_id: int) -> list[GroupRobot]:
    """Its own, one a way at the most. One statement."""
    rows = GroupRobot.objects.filter(organisation=organisation_id)
    return list(rows.select_related("made_by").order_by("channel"))
