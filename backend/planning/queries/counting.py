"""Several numbers of several tables in one statement."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from backend.accounts.models import User


def one_row(rows: QuerySet[Any], numbers: Any) -> Subquery:
    """What all rows come to, as one value; null where there are none."""
    together = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(together.annotate(n=numbers).values("n"))


def how_many(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(one_row(rows, Count("pk")), 0)


def counts_of(user: User, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows each has. One statement, beside the row of who asks."""
    asked = [how_many(one) for one in rows.values()]
    found = User.objects.filter(pk=user.pk).values_list(*asked).get()
    return dict(zip(rows, found, strict=True))
