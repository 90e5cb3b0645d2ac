"""What a volunteer must hear of, whether or not she looks at the right moment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.rota.models.plan import Session
from backend.volunteers.models import Volunteer


class Notice(models.Model):
    """Something happened to a session that she had promised or was asked for.

    It stays on top of her pages until she says that she has seen it; the coordinator sees whether
    she has. Of one session she has one that is unseen at a time, the newest.
    """

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", "取消了"
        RELEASED = "released", "改了，她去不了"
        UNANSWERED = "unanswered", "改了，没等到回复"
        TOLD = "told", "改了一点"
        RESTORED = "restored", "改回来了"
        WITHDRAWN = "withdrawn", "收回了"
        BARRED = "barred", "她答应不了了"
        LET_GO = "let_go", "要的人少了"
        TAKEN_OUT = "taken_out", "不用她来了"
        PUT_BACK = "put_back", "还是请她来"

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="notices")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    before = models.JSONField()  # rota.agreed.Agreed, as she knew it
    broken = models.JSONField(
        default=list
    )  # released: the rules, each with the numbers it is about
    because = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # taken out: what the coordinator wrote to her
    role = models.CharField(max_length=40, blank=True)
    promised = models.BooleanField(default=False)  # she had said yes
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["volunteer"], name="notice_unseen", condition=Q(seen_at__isnull=True)
            ),
            models.Index(fields=["session"], name="notice_session"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "session"],
                condition=Q(seen_at__isnull=True),
                name="one_unseen_notice",
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} {self.kind}"
