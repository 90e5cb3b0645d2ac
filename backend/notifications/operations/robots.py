"""A group's robot for one organisation: entered, taken away, and what it answered last."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import Busy, operation
from backend.common.refusal import Refusal
from backend.common.sealing import next_ids
from backend.notifications.models import GroupRobot
from backend.organisations.models import Organisation
from backend.outbox.kinds import OrganisationDescribed
from backend.outbox.record import record

KEYS = {"wecom": "key", "dingtalk": "access_token"}  # of the webhook's query
HOSTS = {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com"}
SECRET = re.compile(r"[0-9A-Za-z_-]{8,128}")  # a key, a token, and the secret of 加签


class RobotRefused(Refusal):
    """It cannot be entered so. Facts: why ("channel", "webhook", "secret")."""

    code = "robot_refused"


@operation
def keep_robot(
    *,
    organisation: Organisation,
    channel: str,
    webhook: str,
    secret: str,
    actor: User,
    now: datetime,
) -> None:
    """From now on the coordinators of this organisation are told in that group. Of the webhook its
    key alone is kept, sealed: where it leads is the provider's address and nobody's choice. An
    earlier robot of the same way is gone. Raises RobotRefused, and Busy when somebody else enters
    one at the same moment: hers stays."""
    if channel not in KEYS:
        raise RobotRefused(why="channel")
    key = _key(channel, webhook)
    if not SECRET.fullmatch(key):
        raise RobotRefused(why="webhook")
    if channel == "dingtalk" and not SECRET.fullmatch(secret.strip()):
        raise RobotRefused(why="secret")
    GroupRobot.objects.filter(organisation=organisation, channel=channel).delete()
    row = GroupRobot(
        pk=next_ids(GroupRobot, 1)[0],
        organisation=organisation,
        channel=channel,
        key=key,
        secret=secret.strip() if channel == "dingtalk" else "",
        made_by=actor,
        made_at=now,
    )
    GroupRobot.objects.bulk_create([row], ignore_conflicts=True)
    if not GroupRobot.objects.filter(pk=row.pk).exists():
        raise Busy
    _changed(organisation, "robot entered", actor, now)


@operation
def remove_robot(*, organisation: Organisation, channel: str, actor: User, now: datetime) -> None:
    """Nothing is told there any more. Repeating it is nothing."""
    if GroupRobot.objects.filter(organisation=organisation, channel=channel).delete()[0]:
        _changed(organisation, "robot removed", actor, now)


@operation
def note_robot(*, robot_id: int, trouble: str) -> None:
    """What the provider answered last; "" when it took the message."""
    rows = GroupRobot.objects.filter(pk=robot_id).exclude(trouble=trouble)
    rows.update(trouble=trouble[:40])


def _key(channel: str, webhook: str) -> str:
    """Of a whole address that was pasted, the part that is the key; "" for one that leads to
    anybody but the provider: what she thinks will happen there would not."""
    text = webhook.strip()
    if SECRET.fullmatch(text):
        return text
    try:
        address = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:
        return ""
    ours = {"wecom": settings.WECOM_URL, "dingtalk": settings.DINGTALK_URL}[channel]
    if address.netloc.lower() not in (HOSTS[channel], urlsplit(ours).netloc):
        return ""
    return parse_qs(address.query).get(KEYS[channel], [""])[0]


def _changed(organisation: Organisation, what: str, actor: User, now: datetime) -> None:
    note(actor, "change", f"organisation:{organisation.pk}", what, now=now)
    happened = OrganisationDescribed(organisation=organisation.pk)
    record(happened, streams=organisation.streams, actor=actor, now=now)
