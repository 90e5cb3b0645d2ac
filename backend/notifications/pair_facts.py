"""What messages about pairs are about, read as it is now. None opens what is sealed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backend.common.bulk import among
from backend.common.clock import local_day
from backend.pairs.models import Pair
from backend.pairs.policy import GRACE
from backend.pairs.states import TOGETHER, PairState
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def pair_waits(ids: Ids, now: datetime) -> Found:
    """Somebody is asked, and there is time to answer."""
    return _pairs(Q(state=PairState.ASKED, answer_by__gt=now), ids)


def pair_stands_so(ids: Ids, now: datetime) -> Found:
    """Whatever became of it; of a question that is open there is nothing to tell yet."""
    return _pairs(~Q(state=PairState.ASKED), ids)


def pair_at_desk(ids: Ids, now: datetime) -> Found:
    """As pair_stands_so(), leading to the child."""
    return _pairs(~Q(state=PairState.ASKED), ids, of_child=True)


def pair_wants_help(ids: Ids, now: datetime) -> Found:
    """It still stands."""
    return _pairs(Q(state__in=TOGETHER), ids, of_child=True)


def pair_lags(ids: Ids, now: datetime) -> Found:
    """The day on which a visit was expected is over, and none was told of since."""
    return _pairs(Q(state=PairState.STANDING, due_on__lt=local_day(now)), ids)


def pair_lags_long(ids: Ids, now: datetime) -> Found:
    """As pairs.policy.is_overdue(), leading to the child."""
    late = Q(state=PairState.STANDING, due_on__lt=local_day(now) - GRACE)
    return _pairs(late, ids, of_child=True)


def _pairs(condition: Q, ids: Ids, *, of_child: bool = False) -> Found:
    rows = Pair.objects.filter(condition, among("pk", ids)).defer("said").order_by("asked_at", "pk")
    return {
        one.pk: About(
            key=one.child_id if of_child else one.pk,
            number=one.child_id,
            state=one.state,
            why=one.end_reason,
            answer_by=one.answer_by,
            day=one.due_on,
            hindered=one.since is None,
        )
        for one in rows
    }


OF_PAIRS = (
    pair_waits,
    pair_stands_so,
    pair_at_desk,
    pair_wants_help,
    pair_lags,
    pair_lags_long,
)
