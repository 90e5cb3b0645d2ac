"""What a helper sees: the cases in which she is asked or helps."""

from __future__ import annotations

from backend.cases.models import CaseHelper
from backend.cases.states import READING_HELPERS


def own_cases(volunteer_id: int) -> list[CaseHelper]:
    """First those that wait for her word, then those that come next. One statement; a number, and
    nothing that is sealed."""
    rows = CaseHelper.objects.filter(volunteer=volunteer_id, state__in=READING_HELPERS)
    rows = rows.select_related("case").defer("relation", "case__about")
    found = list(rows.order_by("case__next_at", "pk"))
    return sorted(found, key=lambda one: not one.is_asked)


def own_case(volunteer_id: int, case_id: int) -> CaseHelper | None:
    """Her newest part in it, once she has been asked: what she was only proposed for she does not
    hear of."""
    rows = CaseHelper.objects.filter(volunteer=volunteer_id, case=case_id)
    rows = rows.exclude(asked_at=None).defer("relation", "case__about")
    return rows.select_related("case__organisation", "volunteer").order_by("-pk").first()
