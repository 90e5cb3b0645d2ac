"""In which group of coordinators somebody is told: that of her own organisation, or of the nearest
above it that has one; else the house's, where the settings name one."""

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


def house() -> dict[str, str]:
    """Where the settings lead."""
    named = {"wecom": settings.WECOM_KEY, "dingtalk": settings.DINGTALK_TOKEN}
    return {name: HOUSE for name, key in named.items() if key}


def groups_of(user_ids: Collection[int]) -> dict[int, Groups]:
    """For each of them the groups in which she is told. Who coordinates in organisations with
    different groups is told in none of them: what concerns the one is not the other's. Two
    statements."""
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
    return {user: _groups(there, robots) for user, there in paths.items()}


def _groups(paths: Collection[str], robots: Mapping[tuple[int, str], str]) -> Groups:
    found = {}
    for channel in GROUPS:
        addresses = {_nearest(path, channel, robots) for path in paths}
        if len(addresses) == 1 and (address := addresses.pop()) is not None:
            found[channel] = address
    return found


def _nearest(path: str, channel: str, robots: Mapping[tuple[int, str], str]) -> str | None:
    for pk in reversed(path.strip(".").split(".")):
        if address := robots.get((int(pk), channel)):
            return address
    return house().get(channel)


def of_organisation(organisation_id: int) -> list[GroupRobot]:
    """Its own, one a way at the most. One statement."""
    rows = GroupRobot.objects.filter(organisation=organisation_id)
    return list(rows.select_related("made_by").order_by("channel"))
