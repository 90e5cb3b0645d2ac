"""A street with a coordinator, a child whose guardian agreed, and mentors who may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.organisations.models import Organisation
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations import (
    ChildWords,
    MeetingWords,
    agree_to_pair,
    ask_mentor,
    note_child,
    tell_visit,
)
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

NICKNAME = "小石榴"
GUARDIAN = "高奶奶"
SAID = "一起读了半本书"
BORN = "2016-03"


@dataclass(frozen=True)
class Street:
    organisation: Organisation
    coordinator: User
    kind: Engagement

    def mentor(self, *, vetted: bool = True, **fields: Any) -> Volunteer:
        row = make_volunteer(organisation=self.organisation, with_user=True, **fields)
        row.programmes.add(self.kind.programme)
        qualify(volunteer=row, code="adult")
        if vetted:
            qualify(volunteer=row, code="child_clearance")
        return row

    def ask(
        self, child: PairedChild, mentor: Volunteer, *, now: datetime = NOW, weeks: int = 2
    ) -> Pair:
        return ask_mentor(
            child_id=child.pk,
            mentor_id=mentor.pk,
            engagement=self.kind,
            weeks=weeks,
            actor=self.coordinator,
            now=now,
        )


def pairing(programme: Programme | None = None) -> Engagement:
    """The kind of pair that comes with 小桔灯, or one of another programme."""
    programme = programme or make_programme(
        code="mentor", name="小桔灯", roles={"mentor": ("child_clearance",)}
    )
    staffing = [{"role": "mentor", "min": 1, "target": 1}]
    return make_engagement(
        programme=programme, code="pairing", name="结对", staffing=staffing, minutes=None
    )


def street() -> Street:
    organisation = make_organisation(
        parent=make_organisation(), division=make_division(code="350102001")
    )
    return Street(organisation, make_coordinator(organisation=organisation, name="林静"), pairing())


def said(**fields: Any) -> ChildWords:
    given: dict[str, Any] = {
        "nickname": NICKNAME,
        "birth_month": BORN,
        "guardian": GUARDIAN,
        "agreed_by": "grand",
        "agreed_how": "paper",
        "agreed_on": date(2026, 11, 20),
    }
    return ChildWords(**(given | fields))


def child_of(here: Street, **fields: Any) -> PairedChild:
    return note_child(
        organisation=here.organisation, said=said(**fields), actor=here.coordinator, now=NOW
    )


def yes(pair: Pair, who: Volunteer | None = None, *, now: datetime = NOW) -> Pair:
    her = who or pair.mentor
    assert her.user is not None
    return agree_to_pair(pair_id=pair.pk, volunteer_id=her.pk, actor=her.user, now=now)


def paired(here: Street, *, now: datetime = NOW, **fields: Any) -> Pair:
    """A child and its mentor, since `now`."""
    return yes(here.ask(child_of(here), here.mentor(**fields), now=now), now=now)


def told(pair: Pair, *, now: datetime, **fields: Any) -> PairMeeting:
    """She was there an hour ago."""
    her = pair.mentor
    assert her.user is not None
    given: dict[str, Any] = {
        "began_at": now - timedelta(hours=1),
        "minutes": 60,
        "felt": "well",
        "words": SAID,
    }
    return tell_visit(
        pair_id=pair.pk,
        volunteer_id=her.pk,
        said=MeetingWords(**(given | fields)),
        actor=her.user,
        now=now,
    )
