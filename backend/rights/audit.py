"""A year of what was done with children's data, in numbers: what the yearly audit of the protection
of minors' data is written from (未成年人网络保护条例 art. 37)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from backend.accounts.models import Access, Consent
from backend.common.clock import LOCAL
from backend.families.models import Child, Family, Guardian
from backend.pairs.models import PairedChild
from backend.planning.models import Run


def yearly(year: int) -> dict[str, Any]:
    """Numbers alone: nobody is named. Children of families are under 14."""
    begins = datetime(year, 1, 1, tzinfo=LOCAL)
    ends = datetime(year + 1, 1, 1, tzinfo=LOCAL)
    of_children = Consent.objects.filter(child_id__isnull=False)
    runs = Run.objects.filter(started_at__gte=begins, started_at__lt=ends)
    return {
        "year": year,
        "now": {
            "families": Family.objects.filter(active=True).count(),
            "children_under_14": Child.objects.count(),
            "minors_of_14_and_more": 0,
            "children_looked_after_in_pairs": _looked_after().count(),
            "further_guardians": Guardian.objects.filter(user__isnull=False).count(),
            "months_kept_after_the_third_birthday": settings.CHILD_KEPT_MONTHS,
        },
        "consents": {
            "given": _by_purpose(of_children.filter(given_at__gte=begins, given_at__lt=ends)),
            "withdrawn": _by_purpose(
                of_children.filter(withdrawn_at__gte=begins, withdrawn_at__lt=ends)
            ),
            "to_pairs_given": PairedChild.objects.filter(
                noted_at__gte=begins, noted_at__lt=ends
            ).count(),
            "to_pairs_withdrawn": PairedChild.objects.filter(
                withdrawn_at__gte=begins, withdrawn_at__lt=ends
            ).count(),
        },
        "accesses": _accesses(begins, ends),
        "plans_that_read_children": runs.filter(~Q(families=[]), families__isnull=False).count(),
    }


def _looked_after() -> QuerySet[PairedChild]:
    """Of any age under 18: the month of birth is sealed, and no figure opens it."""
    return PairedChild.objects.filter(forgotten_at=None)


def _by_purpose(consents: Any) -> dict[str, int]:
    rows = consents.order_by("purpose").values_list("purpose").annotate(n=Count("pk"))
    return dict(rows)


def _accesses(begins: datetime, ends: datetime) -> dict[str, int]:
    """ "read child": how often; of children and of families."""
    rows = Access.objects.filter(
        Q(subject__startswith="child:")
        | Q(subject__startswith="paired_child:")
        | Q(subject__startswith="family:"),
        at__gte=begins,
        at__lt=ends,
    )
    found: Counter[str] = Counter()
    for action, subject in rows.values_list("action", "subject").iterator():
        found[f"{action} {subject.partition(':')[0]}"] += 1
    return dict(sorted(found.items()))
