"""What is in one case, for whoever works on it."""

from __future__ import annotations

from backend.cases.models import CareCase, CaseHelper, CaseMeeting, CaseNote, CaseParty


def parties_of(case: CareCase, *, opened: bool = False) -> list[CaseParty]:
    """Both sides; their names stay closed unless `opened`. One statement."""
    rows = CaseParty.objects.filter(case=case).order_by("side")
    return list(rows if opened else rows.defer("name", "phone", "village"))


def helpers_of(case: CareCase) -> list[CaseHelper]:
    """Everybody who was proposed, in that order; why somebody stays away is not read. One
    statement."""
    rows = CaseHelper.objects.filter(case=case).defer("relation")
    return list(rows.select_related("volunteer__organisation").order_by("pk"))


def notes_of(case: CareCase) -> list[CaseNote]:
    """The newest first, to be opened. One statement."""
    rows = CaseNote.objects.filter(case=case).select_related("written_by")
    return list(rows.order_by("-written_at", "-pk"))


def meetings_of_case(case: CareCase) -> list[CaseMeeting]:
    """The newest first. One statement."""
    rows = CaseMeeting.objects.filter(helper__case=case)
    return list(rows.select_related("helper__volunteer", "place").order_by("-began_at", "-pk"))
