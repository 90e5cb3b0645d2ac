"""Every write of a visit at home. The family's row is locked first; a request has one writer."""

from backend.visits.operations.afterwards import (
    NobodyToAskAbout,
    note_visited,
    settle_past_visits,
)
from backend.visits.operations.ages import correct_child
from backend.visits.operations.calling_off import VisitUnderWay, call_off, refuse_under_way
from backend.visits.operations.day import (
    TwoAdultsNeeded,
    VisitNotAgreed,
    VisitNotHers,
    begin_visit,
    find_nobody_home,
    finish_visit,
)
from backend.visits.operations.ending import (
    drop_visit_wish,
    end_late_wishes,
    end_visits_in,
    end_visits_of_child,
    seek_again_in,
    withdraw_consent,
)
from backend.visits.operations.forgetting import forget_visits
from backend.visits.operations.planning import (
    CouldGo,
    PlannedVisit,
    VisitPlan,
    VisitPlanRefused,
    decline_visit,
    effect_of_plan,
    plan_visit,
)
from backend.visits.operations.requests import (
    VisitAskRefused,
    VisitMoved,
    VisitWords,
    ask_for_visit,
    change_visit_wish,
)
from backend.visits.operations.watching import NobodyMissed, hear_safe, watch_visits

__all__ = [
    "CouldGo",
    "NobodyMissed",
    "NobodyToAskAbout",
    "PlannedVisit",
    "TwoAdultsNeeded",
    "VisitAskRefused",
    "VisitMoved",
    "VisitNotAgreed",
    "VisitNotHers",
    "VisitPlan",
    "VisitPlanRefused",
    "VisitUnderWay",
    "VisitWords",
    "ask_for_visit",
    "begin_visit",
    "call_off",
    "change_visit_wish",
    "correct_child",
    "decline_visit",
    "drop_visit_wish",
    "effect_of_plan",
    "end_late_wishes",
    "end_visits_in",
    "end_visits_of_child",
    "find_nobody_home",
    "finish_visit",
    "forget_visits",
    "hear_safe",
    "note_visited",
    "plan_visit",
    "refuse_under_way",
    "seek_again_in",
    "settle_past_visits",
    "watch_visits",
    "withdraw_consent",
]
