"""Who is told what of her account: the part of `table.py` that is about it. In the app at once, and
outside in the morning, but for the end of a role; none can be muted."""

from __future__ import annotations

from backend.notifications.shape import MessageKind, Night, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

_KINDS: dict[str, type[kinds.OfAccount]] = {
    "password_new": kinds.PasswordRenewed,
    "second_step_on": kinds.SecondStepSet,
    "second_step_off": kinds.SecondStepRemoved,
    "signed_in_elsewhere": kinds.SignedInElsewhere,
    "number_moved": kinds.NumberMoved,
    "wechat_on": kinds.WechatConnected,
    "wechat_off": kinds.WechatDisconnected,
}
_ALL = ("wechat", "sms", "email")
# the WeChat that was connected may be a stranger's
_OTHER_WAYS: dict[str, tuple[str, ...]] = {"wechat_on": ("sms", "email")}

MESSAGES: dict[str, MessageKind] = {
    "membership_ended": MessageKind("always", "account", night=Night.NOW, optional=False),
    "reach_changed": MessageKind("always", "account", optional=False),
} | {
    name: MessageKind("always", "account", channels=_OTHER_WAYS.get(name, _ALL), optional=False)
    for name in _KINDS
}
_OF_ALL: dict[type[Kind], tuple[Row, ...]] = {
    kind: (Row("whose_account", name),) for name, kind in _KINDS.items()
}
TOLD: dict[type[Kind], tuple[Row, ...]] = _OF_ALL | {
    kinds.MembershipEnded: (Row("account", "membership_ended"),),
    kinds.OrganisationMoved: (Row("whose_reach", "reach_changed"),),
}
