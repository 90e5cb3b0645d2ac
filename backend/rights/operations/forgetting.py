"""What is kept for a time, and then no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from backend.common.clock import local_day
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.families.models import Child
from backend.families.policy import YOUNGEST_YEARS
from backend.rights.operations.families import erase_child
from matching import months_completed


def forget_grown_children(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Erase the children who have been too old for what we do for CHILD_KEPT_MONTHS; how many.

    Their months of birth are sealed, so each is opened. One transaction a child, `go_on` asked
    after each; what is left then, the next night finds.
    """
    return work_off(_erasures(now), go_on)


def _erasures(now: datetime) -> Iterator[int]:
    today = local_day(now)
    oldest = YOUNGEST_YEARS * 12 + settings.CHILD_KEPT_MONTHS
    rows = Child.objects.only("family_id", "birth_month").order_by("pk")
    grown = [row for row in rows if months_completed(row.birth_month, today) > oldest]
    for row in grown:
        erase_child(family_id=row.family_id, child_id=row.pk, actor=None, now=now)
        yield 1
