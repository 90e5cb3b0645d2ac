"""One of each thing, the people who may, and the right values of addresses and fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.families.operations import ask_guardian
from backend.organisations.operations import invite
from backend.records.models import BackEntry, Objection
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Notice
from backend.volunteers.models import Application, HandIn, TimeOff, VettingCheck, Volunteer
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_coordinator,
    make_credential_kind,
    make_engagement,
    make_offer,
    make_user,
    make_volunteer,
    qualify,
)
from tests.planning import scene as planning
from tests.web.odd.addresses import Address

OF_ROW = re.compile(r"(\w+)/<id:pk>")  # rotas/<id:pk>/ names a rota, runs/<id:pk>/ a run
SIDE = re.compile(r"[vcfo]/|admin/|accounts/|team/|invitations/")
PLAIN = {
    "purpose": "booking",
    "audience": "volunteer",
    "place": "find",
    "first": "2026-12-01",
    "last": "2026-12-02",
    "day": "2026-12-05",
    "starts": "09:00",
    "ends": "10:00",
    "title": "亲子课",
    "nickname": "小满",
    "year": "2025",
    "month": "3",
    "valid_from": "2026-01-01",
    "valid_until": "2028-01-01",
    "last_day": "2026-12-01",
    "reason": "看不清",
}


@dataclass(frozen=True)
class Scene:
    """Who uses which side of the house, and what fits where."""

    people: dict[str, User]
    values: dict[str, str]

    def right(self, address: Address) -> User:
        """Whom the address is for."""
        side = SIDE.match(address.route)
        return self.people[side.group(0) if side else "v/"]

    def path(self, address: Address, **odd: str) -> str:
        """The address with right values in it, except for the odd ones."""
        kind = OF_ROW.search(address.route)
        row = {"pk": self.values[kind.group(1)]} if kind else {}
        return address.at(self.values | row | odd)


def make_scene() -> Scene:
    """A rota with a proposal, a held shift and an open offer, a booked family, an operator."""
    plan = planning.make_scene(state="published")
    session, her, family = plan.morning, plan.alice, plan.wish.family
    shift = session.shifts.get()
    held = make_assignment(volunteer=her, shift=shift)
    offer = make_offer(volunteer=her, shift=plan.evening.shifts.get())
    child = family.children.get()
    proposal = plan.proposal()
    notice = Notice.objects.create(
        volunteer=her,
        session=session,
        kind="restored",
        before=Agreed.of(session).as_json(),
        made_at=NOW,
    )
    off = TimeOff.objects.create(volunteer=her, from_date=NOW.date(), to_date=NOW.date())
    engagement = make_engagement(programme=session.programme, code="yard", minutes=60)
    clerk = make_user(username="clerk", is_staff=True, is_superuser=True)
    operator = make_coordinator(organisation=plan.rota.organisation, role="operator")
    assert her.user and family.user
    new = make_volunteer(organisation=plan.rota.organisation, state=Volunteer.State.APPLIED)
    Application.objects.create(volunteer=new, made_at=NOW)
    shown = HandIn.objects.create(
        volunteer=her,
        kind=make_credential_kind(code="speaker"),
        valid_from=NOW.date(),
        made_at=NOW,
    )
    asked_for = VettingCheck.objects.create(
        volunteer=her, consent_at=NOW, requested_at=NOW, authority=""
    )
    qualify(volunteer=her, code="mediator")
    held_kind = her.credentials.get(kind__code="mediator")
    keep_phone(user=her.user, number="13800138000", now=NOW)
    asked = invite(
        organisation=plan.rota.organisation,
        role="viewer",
        name="演示·林静",
        phone="13800138000",
        actor=plan.actor,
        now=NOW,
    )
    objection = Objection.objects.create(assignment=held, text="我去了", made_at=NOW)
    entry = BackEntry.objects.create(
        assignment=held, minutes=60, reason="手机没电", asked_by_id=0, asked_at=NOW
    )
    grandmother = ask_guardian(
        family_id=family.pk, called="外婆", phone="13800138000", actor=family.user, now=NOW
    )
    rows = {
        "rotas": plan.rota.pk,
        "sessions": session.pk,
        "runs": proposal.run_id,
        "proposals": proposal.pk,
        "volunteers": her.pk,
        "applications": new.pk,
        "invitations": asked.pk,
        "acts": Act.objects.create(session=session, verb=Act.Verb.CHANGED, at=NOW).pk,
        "members": operator.memberships.get().pk,
        "hours": held.pk,
        "objections": objection.pk,
        "entries": entry.pk,
        "venue_id": session.venue_id,
        "venues": session.venue_id,
        "shift_id": shift.pk,
        "offer_id": offer.pk,
        "assignment_id": held.pk,
        "session_id": session.pk,
        "booking_id": make_booking(family=family, session=session).pk,
        "request_id": plan.wish.pk,
        "notice_id": notice.pk,
        "time_off_id": off.pk,
        "hand_in_id": shown.pk,
        "credentials": shown.pk,
        "held": held_kind.pk,
        "vettings": asked_for.pk,
        "kind": shown.kind_id,
        "guardian_id": grandmother.pk,
        "child_id": child.pk,
        "child": child.pk,
        "session": session.pk,
        "shift": shift.pk,
        "volunteer": her.pk,
        "pick": session.pk,
        "who": her.pk,
        "engagement": engagement.pk,
        "venue": session.venue_id,
    }
    people = {"v/": her.user, "f/": family.user, "c/": plan.actor}
    people |= {"o/": operator, "admin/": clerk, "accounts/": her.user}
    people |= {"team/": plan.actor, "invitations/": her.user}
    return Scene(people, PLAIN | {name: str(pk) for name, pk in rows.items()})
