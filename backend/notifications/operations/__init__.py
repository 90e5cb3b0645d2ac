"""What is to be told is written down, sent, and seen."""

from backend.notifications.operations.calendars import forget_versions
from backend.notifications.operations.desk import drop_messages, send_again
from backend.notifications.operations.muting import mute_messages
from backend.notifications.operations.outside import forget_budgets
from backend.notifications.operations.planning import forget_messages, plan_deliveries
from backend.notifications.operations.reminders import plan_reminders
from backend.notifications.operations.robots import RobotRefused, keep_robot, remove_robot
from backend.notifications.operations.seeing import see_messages
from backend.notifications.operations.sending import send_due
from backend.notifications.operations.tapping import forget_links
from backend.notifications.operations.telling import tell_everybody

__all__ = [
    "RobotRefused",
    "drop_messages",
    "forget_budgets",
    "forget_links",
    "forget_messages",
    "forget_versions",
    "keep_robot",
    "mute_messages",
    "plan_deliveries",
    "plan_reminders",
    "remove_robot",
    "see_messages",
    "send_again",
    "send_due",
    "tell_everybody",
]
