"""What messages about cases are about, read as it is now: numbers. None opens what is sealed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backend.cases.models import CaseHelper
from backend.cases.states import HelperState
from backend.common.bulk import among
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]
ANSWERED = (HelperState.HELPING, HelperState.DECLINED, HelperState.BARRED, HelperState.LEFT)
OVER = (HelperState.PASSED, HelperState.LEFT, HelperState.DONE)


def case_waits(ids: Ids, now: datetime) -> Found:
    """She is asked, and there is time to answer."""
    return _cases(Q(state=HelperState.ASKED, answer_by__gt=now), ids)


def case_answered_so(ids: Ids, now: datetime) -> Found:
    return _cases(Q(state__in=ANSWERED), ids)


def case_is_over_for_her(ids: Ids, now: datetime) -> Found:
    return _cases(Q(state__in=OVER), ids)


def _cases(condition: Q, ids: Ids) -> Found:
    rows = CaseHelper.objects.filter(condition, among("pk", ids)).defer("relation")
    return {
        one.pk: About(key=one.case_id, number=one.case_id, state=one.state, answer_by=one.answer_by)
        for one in rows.order_by("proposed_at", "pk")
    }


OF_CASES = (case_waits, case_answered_so, case_is_over_for_her)
