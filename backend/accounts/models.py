"""Who signs in, what they agreed to, and who looked at what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from backend.accounts.browsers import BrowserMachine, BrowserProgram
from backend.accounts.purposes import ConsentPurpose
from backend.common.sealing import SealedField, SealedModel


class User(AbstractUser):
    """A person who can sign in.

    What she may do follows from her volunteer row, her family or her memberships.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(max_length=40, blank=True)
    text_size = models.CharField(
        max_length=3,
        choices=[("md", "标准"), ("lg", "大"), ("xl", "特大"), ("xxl", "最大")],
        default="md",
    )
    theme = models.CharField(
        max_length=5,
        choices=[("auto", "跟随系统"), ("light", "浅色"), ("dark", "深色")],
        default="auto",
    )
    language = models.CharField(
        max_length=8, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans"
    )

    signed_out = models.PositiveIntegerField(
        default=0, db_default=0
    )  # how often she signed out everywhere: a session that was opened before is none any more

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}{self.signed_out or ''}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for known in super().get_session_auth_fallback_hash():
            yield f"{known}{self.signed_out or ''}"

    def __str__(self) -> str:
        return self.display_name or self.username


class Phone(SealedModel):
    """The number by which a person comes in: she has shown that she holds it.

    A mother and her daughter may share one; who of them comes in is chosen after the code.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="own_phone")
    number = SealedField()
    number_index = models.BinaryField()
    proved_at = models.DateTimeField()
    LENT = timedelta(days=90)  # so long at least a network keeps a number that somebody let go

    class Meta:
        indexes = [models.Index(fields=["number_index"], name="own_phone")]

    def is_hers_still(self, now: datetime) -> bool:
        """Nobody else can hold it yet: what somebody asks of a number is asked of her."""
        return now < self.proved_at + self.LENT

    def __str__(self) -> str:
        return f"phone of {self.user_id}"


class WechatAccount(SealedModel):
    """The WeChat on which somebody wants to hear from us: what the official account calls it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="wechat")
    openid = SealedField()
    mark = models.BinaryField(unique=True)  # a keyed hash of the openid, to find it by
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wechat of user {self.user_id}"


class SignIn(models.Model):
    """A browser in which somebody is signed in, so that she sees where and can end it there.

    What a browser says of itself is kept as two words, its address not at all. Goes with the
    session (tasks/clock.py).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    program = models.CharField(max_length=8, choices=BrowserProgram.choices)
    machine = models.CharField(max_length=8, choices=BrowserMachine.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-in {self.pk} of {self.user_id}"


class Code(SealedModel):
    """A one-time code on its way to a phone, or in the hands of who holds it; or a word to a number
    (`says`), which may be nobody's here any more.

    A code counts in the browser that asked for it alone. Kept for a day, sealed.
    """

    number = SealedField()
    secret = SealedField()  # "" of a word
    says = models.CharField(
        max_length=16, blank=True, default="", db_default=""
    )  # "": a code; else a key of words.codes.TO_NUMBERS
    purpose = models.CharField(
        max_length=8, blank=True, default="", db_default=""
    )  # of a code, what it is for: a key of words.codes.CODES, "" signing in
    about = models.BigIntegerField(null=True)  # of a guardian's, the volunteer
    language = models.CharField(max_length=8)
    wrong = models.PositiveSmallIntegerField(default=0)  # how often something else was typed
    made_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
    next_at = models.DateTimeField(null=True)  # until then a worker is at it
    sent_at = models.DateTimeField(null=True)  # null: a worker has not handed it over yet
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["until"], name="code_unsent", condition=Q(sent_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class Consent(models.Model):
    """One tick for one purpose, with the text that was shown; withdrawn as easily as given (PIPL
    art. 15, 29, 31)."""

    Purpose = ConsentPurpose

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    child_id = models.BigIntegerField(
        null=True, blank=True
    )  # families.Child; a number, because families comes later

    class How(models.TextChoices):
        PAGE = "page", "网页勾选"
        PAPER = "paper", "纸面签字"

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    how = models.CharField(max_length=20, choices=How.choices)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "child_id", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="one_live_consent",
            ),
            models.UniqueConstraint(  # of two guardians the older yes stands for both
                fields=["child_id", "purpose"],
                condition=Q(withdrawn_at__isnull=True, child_id__isnull=False),
                name="one_live_consent_a_child",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%F}"


class Access(models.Model):
    """Who read or changed which protected row: append-only, the database refuses UPDATE and DELETE
    (migration 0002)."""

    user_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=30)  # "read", "export", "create", "change", …
    subject = models.CharField(max_length=60)  # "child:12"
    reason = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="access_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Attempt(models.Model):
    """How often something was tried that may be tried only so often: counted for all processes
    together, by a hash of who tries.

    Not logged by the database (migration 0006): after a crash the counting begins anew.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)  # then the counting begins anew

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%F %T}"


class Reply(models.Model):
    """What a POST with an idempotency key led to, so that its repetition is told the same and does
    nothing.

    Kept for a day.
    """

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    body = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # SHA-256; "" of one from before this column
    status = models.PositiveSmallIntegerField(
        null=True
    )  # null only inside the transaction that is at it
    location = models.CharField(max_length=500, blank=True)
    messages = models.BinaryField(null=True)  # sealed: they may name a child
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="one_reply")]

    def __str__(self) -> str:
        return f"{self.path} {self.status}"
