"""What people are told outside of the page that they look at, and whether they heard it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.accounts.models import WechatAccount
from backend.common.sealing import SealedField, SealedModel
from backend.families.models import Family, Guardian
from backend.organisations.models import Organisation
from backend.volunteers.models import Volunteer


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "还没发"
    SENT = "sent", "发了"
    MOOT = "moot", "不用发了"
    GIVEN_UP = "given_up", "发不出去"
    DROPPED = "dropped", "不再发"


class Delivery(models.Model):
    """One thing that one person is to hear, about one cause.

    Exactly one of `volunteer`, `family` and `user` is set: as whom she is spoken to; the inbox of a
    family is one, whoever of its grown-ups reads it. What it is
    about (`subjects`, keys of the rows that `facts` reads for its kind) is put into words when it
    is sent, from the rows as they are then; the words that were sent are kept here, and are what
    she finds in her inbox. Waiting → sent, or moot when what it says is true no more; given up
    after the last try, until an operator sends it anew or drops it.
    """

    State = DeliveryState
    heard: frozenset[int] = frozenset()  # of `subjects`, while it is sent: what went out before

    cause = models.CharField(max_length=60)  # "event.4711"; of a reminder "reminder.2.17"
    kind = models.CharField(max_length=30)  # a key of table.MESSAGES
    volunteer = models.ForeignKey(
        Volunteer, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    family = models.ForeignKey(
        Family, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    guardian = models.ForeignKey(
        Guardian, null=True, on_delete=models.CASCADE, related_name="+"
    )  # the same for another grown-up of the family, by her own telephone
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    subjects = models.JSONField()  # a list of keys
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.WAITING, db_default=State.WAITING
    )
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()  # when the sender looks at it (again)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)  # that failed
    trouble = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # the code of the last failure
    channel = models.CharField(
        max_length=12, blank=True, default="", db_default=""
    )  # "": the inbox alone
    receipt = models.CharField(max_length=120, blank=True, default="", db_default="")
    title = models.CharField(
        max_length=120, blank=True, default="", db_default=""
    )  # "": not put into words yet
    text = models.TextField(blank=True, default="", db_default="")
    link = models.CharField(max_length=200, blank=True, default="", db_default="")  # a path of ours
    told_at = models.DateTimeField(null=True)  # when it came into the inbox
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_at"], name="delivery_due", condition=Q(state=DeliveryState.WAITING)
            ),
            models.Index(
                fields=["state", "-id"],
                name="delivery_desk",
                condition=Q(state=DeliveryState.GIVEN_UP),
            ),
            *(
                models.Index(
                    fields=[whose, "-told_at"],
                    name=f"inbox_{whose}",
                    condition=Q(told_at__isnull=False, **{f"{whose}__isnull": False}),
                )
                for whose in ("volunteer", "family", "user")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "kind", "volunteer", "family", "guardian", "user"],
                nulls_distinct=False,
                name="told_once",
            ),
            models.CheckConstraint(
                condition=Q(volunteer__isnull=False, family__isnull=True, user__isnull=True)
                | Q(volunteer__isnull=True, family__isnull=False, user__isnull=True)
                | Q(volunteer__isnull=True, family__isnull=True, user__isnull=False),
                name="delivery_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk} {self.kind} {self.state}"


class ChannelDay(models.Model):
    """How many messages were handed to one channel on one day of the city; how many it may be is a
    setting."""

    channel = models.CharField(max_length=12)
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="one_budget_a_day")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}: {self.taken}"


class ProviderToken(SealedModel):
    """What a provider gave us to be let in for some hours."""

    provider = models.CharField(max_length=12, unique=True)
    token = SealedField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider} until {self.until:%F %R}"


class GroupRobot(SealedModel):
    """The robot of a group of coordinators: whoever has its key may say something there."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="robots")
    channel = models.CharField(max_length=12)  # "wecom", "dingtalk"
    key = SealedField()  # the end of its webhook
    secret = SealedField()  # of DingTalk's 加签; "" where there is none
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    trouble = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # the code of the last answer that was none; "" when it took the message

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "channel"], name="one_robot_a_way")
        ]

    def __str__(self) -> str:
        return f"{self.channel} of organisation {self.organisation_id}"


class WechatGrant(models.Model):
    """How many messages of one template she still allows: a tap of hers on "订阅" is one more, a
    message one less."""

    account = models.ForeignKey(WechatAccount, on_delete=models.CASCADE, related_name="grants")
    template = models.CharField(max_length=64)  # what WeChat calls it
    left = models.PositiveSmallIntegerField(default=0, db_default=0)
    heard_at = models.DateTimeField(null=True)  # of the last tap that WeChat told us of

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "template"], name="one_grant_a_template")
        ]

    def __str__(self) -> str:
        return f"{self.left} of {self.template} for {self.account_id}"


class LinkUse(models.Model):
    """A link from a message that was answered with one tap: it serves once.

    Kept for a while after it would have ended, so that whoever taps an old message is told that it
    was answered. `answer` is also what is known of a reminder's "还来吗".
    """

    mark = models.BinaryField(unique=True)  # of the link; the link itself is kept nowhere
    purpose = models.PositiveSmallIntegerField()  # a value of links.Purpose
    subject = models.BigIntegerField()  # the key of the row that was asked about
    yes = models.BooleanField()
    at = models.DateTimeField()
    until = models.DateTimeField()  # when the link ends

    class Meta:
        indexes = [
            models.Index(fields=["purpose", "subject"], name="link_subject"),
            models.Index(fields=["until"], name="link_until"),
        ]

    def __str__(self) -> str:
        return f"link {self.purpose}:{self.subject} {self.yes}"


class NoMail(models.Model):
    """An address that wants no e-mails of ours: a keyed hash of it."""

    mark = models.BinaryField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"no mail {self.pk}"


class CalendarFeed(SealedModel):
    """The secret address of somebody's calendar. Whoever has it reads when and where she comes, and
    nothing else; a new one ends the old one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token = SealedField()
    mark = models.BinaryField(unique=True)  # a keyed hash of the token, to find it by
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of user {self.user_id}"


class CalendarEntry(models.Model):
    """How often a promise has changed since calendars know of it: a calendar takes the version with
    the higher number."""

    uid = models.CharField(max_length=60, unique=True)  # "booking-17", "place-5-17"
    sequence = models.PositiveIntegerField(default=0, db_default=0)
    fingerprint = models.BinaryField()  # of what calendars were told last
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "calendar entries"

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"


class Mute(models.Model):
    """A kind of message that somebody does not want on one channel; her inbox has it all the same.

    Exactly one of `volunteer`, `family` and `user` is set, as for a Delivery.
    """

    volunteer = models.ForeignKey(Volunteer, null=True, on_delete=models.CASCADE, related_name="+")
    family = models.ForeignKey(Family, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=30)  # a key of table.MESSAGES
    channel = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "family", "user", "kind", "channel"],
                nulls_distinct=False,
                name="muted_once",
            )
        ]

    def __str__(self) -> str:
        return f"no {self.kind} by {self.channel}"
