"""A street with an officer of cases, two sides that agree, and volunteers who may help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.cases.models import CareCase, CaseHelper
from backend.cases.operations import (
    CaseWords,
    PartyWords,
    accept_case,
    choose_helpers,
    note_case_consent,
    open_case,
    propose_helper,
    write_case_note,
)
from backend.common.clock import local_day
from backend.organisations.models import Organisation
from backend.programmes.models import Engagement, Programme
from backend.volunteers.models import Volunteer
from tests.factories import (
    NOW,
    make_coordinator,
    make_division,
    make_engagement,
    make_organisation,
    make_programme,
    make_volunteer,
    qualify,
)

SHE, HE = "柳如烟", "邱大山"  # the two sides
PHONE = "13900139111"
ABOUT = "孩子归谁带，两边谈不拢"
WROTE = "约了双方周三下午见面"
SEALED = (SHE, HE, PHONE, ABOUT, WROTE)  # what is nowhere but inside
VILLAGE = "350102001009"


@dataclass(frozen=True)
class Office:
    organisation: Organisation
    officer: User
    kind: Engagement

    def helper(self, *, certified: bool = True, **fields: Any) -> Volunteer:
        given: dict[str, Any] = {"organisation": self.organisation, "with_user": True}
        row = make_volunteer(**(given | {"max_open": 1} | fields))
        row.programmes.add(self.kind.programme)
        qualify(volunteer=row, code="adult")
        if certified:
            qualify(volunteer=row, code="mediator")
        return row

    def open(self, *, now: datetime = NOW, **fields: Any) -> CareCase:
        return open_case(
            organisation=self.organisation, said=said(**fields), actor=self.officer, now=now
        )

    def agreed(self, *, now: datetime = NOW, **fields: Any) -> CareCase:
        """Everybody agrees."""
        case = self.open(now=now, **fields)
        for party in case.parties.order_by("side"):
            case = self.agree(case, party.side, now=now)
        return case

    def agree(self, case: CareCase, side: int, *, now: datetime = NOW) -> CareCase:
        return note_case_consent(
            case_id=case.pk,
            side=side,
            how="paper",
            on=local_day(now),
            actor=self.officer,
            now=now,
        )

    def propose(self, case: CareCase, her: Volunteer, *, now: datetime = NOW) -> CaseHelper:
        return propose_helper(case_id=case.pk, volunteer_id=her.pk, actor=self.officer, now=now)

    def choose(self, case: CareCase, *chosen: CaseHelper, now: datetime = NOW) -> CareCase:
        return choose_helpers(
            case_id=case.pk, chosen=[one.pk for one in chosen], actor=self.officer, now=now
        )

    def asked(
        self, case: CareCase | None = None, her: Volunteer | None = None, *, now: datetime = NOW
    ) -> CaseHelper:
        """Proposed, chosen and asked."""
        case = case or self.agreed(now=now)
        row = self.propose(case, her or self.helper(), now=now)
        self.choose(case, row, now=now)
        return CaseHelper.objects.select_related("volunteer__user", "case").get(pk=row.pk)

    def held(self, *, now: datetime = NOW, **fields: Any) -> CaseHelper:
        """She helps, and something was written."""
        case = self.agreed(now=now, **fields)
        row = yes(self.asked(case, now=now), now=now)
        write_case_note(case_id=case.pk, words=WROTE, actor=self.officer, now=now)
        return row


def mediating(programme: Programme | None = None) -> Engagement:
    """The kind of case that comes with 茉莉姐姐, or one of another programme."""
    programme = programme or make_programme(
        code="moli", name="茉莉姐姐", privacy="case", roles={"mediator": ("mediator",)}
    )
    staffing = [{"role": "mediator", "min": 1, "target": 1}]
    return make_engagement(
        programme=programme, code="case", name="个案调解", staffing=staffing, minutes=None
    )


def office() -> Office:
    organisation = make_organisation(
        parent=make_organisation(), division=make_division(code="350102001")
    )
    officer = make_coordinator(organisation=organisation, name="林静", role="cases")
    return Office(organisation, officer, mediating())


def said(**fields: Any) -> CaseWords:
    given: dict[str, Any] = {
        "kind": "custody",
        "helpers_wanted": 1,
        "about": ABOUT,
        "parties": (PartyWords(name=SHE, phone=PHONE, village=VILLAGE), PartyWords(name=HE)),
    }
    return CaseWords(**(given | fields))


def yes(helper: CaseHelper, relation: str = "none", *, now: datetime = NOW) -> CaseHelper:
    return accept_case(relation=relation, now=now, **hers(helper))


def hers(helper: CaseHelper) -> dict[str, Any]:
    """As whom she acts."""
    user = helper.volunteer.user
    assert user is not None
    return {"helper_id": helper.pk, "volunteer_id": helper.volunteer_id, "actor": user}


AN_HOUR = timedelta(hours=1)
