"""Ask for a run, work on it under a lease, end it, publish what it proposes."""

from backend.planning.operations.calling_off import OthersConcerned, call_off_session
from backend.planning.operations.changing import (
    Effect,
    OthersTouched,
    change_session,
    effect_of_change,
)
from backend.planning.operations.ending import UnsoundPlan, cancel_run, fail_run, finish_run
from backend.planning.operations.leasing import (
    LeaseLost,
    forget_problems,
    keep_problem,
    lease_run,
    renew_lease,
    report_progress,
    stop_word,
    sweep_leases,
)
from backend.planning.operations.publication import (
    alone,
    begin_publication,
    refuse_publication,
    request_publication,
    sweep_publications,
)
from backend.planning.operations.publishing import (
    ProposalOver,
    StaleProposal,
    discard_proposal,
    publish_proposal,
)
from backend.planning.operations.reopening import (
    Reopening,
    effect_of_reopening,
    reopen_session,
)
from backend.planning.operations.requesting import (
    NothingAhead,
    NothingAsked,
    RotaNotPlannable,
    RunIsLive,
    RunOver,
    request_run,
    request_what_if,
    stop_run,
)
from backend.planning.operations.series import (
    SeriesEffect,
    change_series,
    effect_on_series,
)

__all__ = [
    "Effect",
    "LeaseLost",
    "NothingAhead",
    "NothingAsked",
    "OthersConcerned",
    "OthersTouched",
    "ProposalOver",
    "Reopening",
    "RotaNotPlannable",
    "RunIsLive",
    "RunOver",
    "SeriesEffect",
    "StaleProposal",
    "UnsoundPlan",
    "alone",
    "begin_publication",
    "call_off_session",
    "cancel_run",
    "change_series",
    "change_session",
    "discard_proposal",
    "effect_of_change",
    "effect_of_reopening",
    "effect_on_series",
    "fail_run",
    "finish_run",
    "forget_problems",
    "keep_problem",
    "lease_run",
    "publish_proposal",
    "refuse_publication",
    "renew_lease",
    "reopen_session",
    "report_progress",
    "request_publication",
    "request_run",
    "request_what_if",
    "stop_run",
    "stop_word",
    "sweep_leases",
    "sweep_publications",
]
