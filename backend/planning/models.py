"""A run of the solver on a rota, and the proposal that it ends in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from backend.common.sealing import PackedField
from backend.planning.states import LIVE_RUNS, ProposalState, RunState
from backend.rota.models import Rota


class Run(models.Model):
    """One solver run, leased: `attempt` is the fencing token, only the worker that holds the newest
    one may write.

    queued → running → finished | failed | cancelled; `stop` asks a running one to hand over what it
    has ("keep") or to drop it ("drop"). A finished one with `trouble` was cut short by it and
    proposes the best plan that it had.
    """

    State = RunState
    LIVE = LIVE_RUNS

    class Stop(models.TextChoices):
        KEEP = "keep", "就用现在这版"
        DROP = "drop", "取消"

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="runs")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=RunState.QUEUED)
    stop = models.CharField(max_length=4, blank=True, choices=Stop.choices)
    seed = models.PositiveIntegerField(default=0)
    seconds_limit = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    problem = PackedField(
        null=True
    )  # matching-problem/1, sealed: `moli export-run` opens it; forgotten some weeks later
    families = ArrayField(
        models.BigIntegerField(), null=True
    )  # whose children and homes it read: each of them may ask
    checkpoint = models.BinaryField(
        null=True
    )  # the best checked plan so far (matching-plan/1, JSON, gzip): a resumed run starts from it
    # No plan of this problem costs less: the best that any attempt has proven, so it never falls.
    bound = models.BigIntegerField(null=True)
    progress = models.JSONField(default=dict)  # the newest matching.Progress as plain numbers
    trouble = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    # what is asked of a changed copy of the rota (backend.planning.what_if); null: a run of the
    # rota as it stands, the only kind that can be published
    what_if = models.JSONField(null=True, blank=True)
    # what the problem that it solves looks to (rota.aims), kept with that problem; null before
    aims = models.JSONField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["rota", "-requested_at"], name="run_list"),
            GinIndex(fields=["families"], name="run_families"),
            models.Index(
                fields=["lease_until"],
                name="run_leases",
                condition=Q(state__in=list(LIVE_RUNS)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rota"],
                condition=Q(state__in=list(LIVE_RUNS), what_if__isnull=True),
                name="one_live_run_of_a_rota",
            ),
            models.UniqueConstraint(
                fields=["rota"],
                condition=Q(state__in=list(LIVE_RUNS), what_if__isnull=False),
                name="one_live_what_if_of_a_rota",
            ),
        ]

    @property
    def is_queued(self) -> bool:
        return self.state == RunState.QUEUED

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_RUNS

    @property
    def is_cancelled(self) -> bool:
        return self.state == RunState.CANCELLED

    @property
    def has_failed(self) -> bool:
        return self.state == RunState.FAILED

    def __str__(self) -> str:
        return f"run {self.pk} {self.state}"


class Proposal(models.Model):
    """What a run suggests, checked, before a person publishes it: open → publishing → published, or
    back to open with its refusal. What came of a what-if is never
    open."""

    State = ProposalState
    WAITING = (ProposalState.OPEN, ProposalState.PUBLISHING)  # nobody has been told anything yet

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="proposal")
    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="proposals")
    rota_version = (
        models.PositiveIntegerField()
    )  # what it started from; a newer rota makes it stale
    plan = models.BinaryField()  # matching-plan/1, JSON, gzip
    cost = models.BigIntegerField()
    bound = models.BigIntegerField()
    parts = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=ProposalState.OPEN)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # The wish to publish it: who pressed the button, whether lines that no longer fit may be left
    # out, when a worker was last called, how many began, and why the last one published nothing
    # (backend.planning.stale).
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rest = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    refusal = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["rota", "-made_at"], name="proposal_list"),
            models.Index(
                fields=["called_at"],
                name="proposal_called",
                condition=Q(state=ProposalState.PUBLISHING),
            ),
        ]

    @property
    def gap(self) -> float:
        """How far above the proven bound the plan can be at most, as a share of its cost."""
        if self.cost:
            return (self.cost - self.bound) / abs(self.cost)
        return 0.0

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def is_publishing(self) -> bool:
        return self.state == ProposalState.PUBLISHING

    @property
    def is_published(self) -> bool:
        return self.state == ProposalState.PUBLISHED

    @property
    def is_what_if(self) -> bool:
        return self.state == ProposalState.WHAT_IF

    @property
    def is_discarded(self) -> bool:
        return self.state == ProposalState.DISCARDED

    def __str__(self) -> str:
        return f"proposal {self.pk} {self.state}"


class ProposalLine(models.Model):
    """One line of a proposal that can be shown and listed: a volunteer asked for a shift, or a
    request seated in a session."""

    class Change(models.TextChoices):
        NEW = "new", "新排"
        KEPT = "kept", "不变"
        GONE = "gone", "取消"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="lines")
    shift_id = models.BigIntegerField(null=True)
    volunteer_id = models.BigIntegerField(null=True)
    session_id = models.BigIntegerField()
    request_id = models.BigIntegerField(null=True)
    change = models.CharField(max_length=8, choices=Change.choices)

    class Meta:
        indexes = [
            models.Index(fields=["proposal", "session_id"], name="line_session"),
            models.Index(fields=["proposal", "volunteer_id"], name="line_volunteer"),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.session_id}"
