"""A case in the small city: the county's, in which the volunteer helps."""

from __future__ import annotations

from datetime import timedelta

from backend.cases.models import CareCase, CaseHelper, CaseNote, CaseParty
from backend.cases.states import CaseState, HelperState
from backend.common.clock import local_day, now
from backend.organisations.models import Organisation
from backend.programmes.models import Programme
from backend.volunteers.models import Volunteer
from tests.cases.scene import ABOUT, HE, PHONE, SHE, WROTE, mediating


def cases(county: Organisation, programme: Programme, her: Volunteer) -> dict[str, int]:
    since = now() - timedelta(weeks=1)
    case = CareCase(
        organisation=county,
        engagement=mediating(programme),
        kind="custody",
        state=CaseState.HELD,
        about=ABOUT,
        opened_at=since,
    )
    case.save()
    for side, name in enumerate((SHE, HE), start=1):
        CaseParty(
            case=case,
            side=side,
            name=name,
            phone=PHONE if side == 1 else None,
            agreed_how="paper",
            agreed_on=local_day(since),
        ).save()
    helper = CaseHelper(
        case=case,
        volunteer=her,
        state=HelperState.HELPING,
        proposed_at=since,
        asked_at=since,
        since=since,
    )
    helper.save()
    CaseNote(case=case, written_at=since, words=WROTE).save()
    return {"case": case.pk}
