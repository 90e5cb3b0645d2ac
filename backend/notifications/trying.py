"""A group's robot says one line, so that whoever set it up sees whether it works."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from backend.accounts.operations import count_attempt
from backend.common.sealing import blind_index
from backend.notifications.channels import on
from backend.notifications.channels.base import Message, Refused, Unreachable
from backend.notifications.models import GroupRobot
from backend.notifications.operations.robots import note_robot
from backend.words.robots import trial_text, trial_title

MOST = 5  # of one robot; the provider takes twenty a minute of all that is said there
WINDOW = timedelta(minutes=1)
OFTEN = "too_often"
OFF = "channel_off"


def try_robot(robot: GroupRobot, *, now: datetime) -> str:
    """Say one line in its group: "" when the provider took it, else the code of what it answered,
    which words.robots.robot_answer puts into words. Waits for the provider."""
    channel = on().get(robot.channel)
    if channel is None:
        return OFF
    counter = blind_index(f"robot\0{robot.pk}", "attempt")
    if not count_attempt(counters={counter: MOST}, window=WINDOW, now=now):
        return OFTEN
    try:
        answer = channel.send(_message(robot, now), str(robot.pk))
        code = answer.code if isinstance(answer, Refused) else ""
    except Unreachable as away:
        code = away.code
    note_robot(robot_id=robot.pk, trouble=code)
    return code


def _message(robot: GroupRobot, now: datetime) -> Message:
    language = translation.get_language() or settings.LANGUAGE_CODE
    page = reverse("coordinator:organisation", args=[robot.organisation_id])
    return Message(
        key=f"robot-{robot.pk}-{int(now.timestamp())}",
        template="robot_trial",
        title=trial_title(),
        text=trial_text(robot.organisation.name),
        variables={},
        link=f"{settings.PUBLIC_URL}{page}",
        language=language,
    )
