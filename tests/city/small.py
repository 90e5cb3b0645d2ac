"""The small city that the register of doors speaks of: one user a role, one row a parameter.

Nothing in it changes: who asks as somebody else rolls back what that did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.common.clock import local_day, local_midnight, monday_of, now
from backend.demo.people import PEOPLE
from backend.families.models import Family
from backend.families.operations import ask_guardian
from backend.organisations.models import Organisation
from backend.organisations.operations import invite
from backend.planning.models import Proposal, Run
from backend.planning.packing import pack_plan
from backend.programmes.models import Role
from backend.projects.models import Station
from backend.proofs.content import Content
from backend.proofs.models import ReportBatch, StarAward, Statement
from backend.records.models import BackEntry, Objection
from backend.reports.models import Report
from backend.reports.operations import numbers_of
from backend.reports.periods import period_of
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Rota
from backend.rota.operations import keep_template
from backend.volunteers.models import Application, HandIn, VettingCheck, Volunteer
from matching import Plan
from tests.city.cases import cases
from tests.city.pairs import pairs
from tests.city.visits import visits
from tests.factories import (
    born,
    make_assignment,
    make_booking,
    make_coordinator,
    make_cover_ask,
    make_credential_kind,
    make_division,
    make_engagement,
    make_export,
    make_family,
    make_import,
    make_money,
    make_number_question,
    make_offer,
    make_organisation,
    make_partner,
    make_project,
    make_reach,
    make_request,
    make_rota,
    make_session,
    make_sign_in,
    make_user,
    make_venue,
    make_volunteer,
    qualify,
)


@dataclass(frozen=True)
class Scene:
    """`users` by role; `rows`: what stands for each parameter of the register, in an address."""

    users: dict[str, User | None]
    rows: dict[str, str]


def build() -> Scene:
    organisations = _organisations()
    users = _users(organisations)
    rows: dict[str, Any] = {}
    venue = make_venue(street=make_division(code="350102001"))
    monday = monday_of(local_day(now())) + timedelta(weeks=1)
    begins = local_midnight(monday) + timedelta(days=5, hours=10)
    published = make_rota(organisation=organisations["county"], starts_on=monday)
    draft = make_rota(organisation=organisations["county"], starts_on=monday, state="draft")
    villages = make_rota(organisation=organisations["village"], starts_on=monday, state="draft")
    at_venue: dict[str, Any] = {"venue": venue, "starts_at": begins, "seats": (0, 10, 5)}
    session = make_session(rota=published, **at_venue)
    later = make_session(
        rota=published, venue=venue, starts_at=begins + timedelta(hours=3), seats=(0, 10, 5)
    )
    rows |= {
        "rota": published.pk,
        "draft": draft.pk,
        "village_rota": villages.pk,
        "session": session.pk,
        "later": later.pk,
        "draft_session": make_session(rota=draft, **at_venue).pk,
        "village_session": make_session(rota=villages, **at_venue).pk,
    }
    rows |= _plan(draft, users["county"])
    rows |= _of_volunteer(organisations["village"], users, session, later)
    rows |= _of_family(users, session)
    hers = Volunteer.objects.select_related("user").get(user=users["volunteer"])
    rows |= visits(published, session, hers, Family.objects.get(user=users["family"]))
    rows |= pairs(organisations["county"], session.programme, hers, users["county"])
    rows |= cases(organisations["county"], session.programme, hers)
    for user in filter(None, users.values()):  # who has a password: these are not about it
        user.password = "a password that nobody knows"
        user.save(update_fields=["password"])
    rows |= _team(organisations["county"], users)
    boss = users["county"]
    assert boss is not None
    rows["import"] = make_import(of=draft, made_by=boss, now=now()).pk
    rows["export"] = make_export(asked_by=boss, organisation=organisations["county"], now=now()).pk
    rows |= _projects(organisations["village"], session)
    rows |= {"demo": PEOPLE[0].key, "organisation": organisations["county"].pk}
    rows |= {"village_organisation": organisations["village"].pk}
    rows["venue"] = venue.pk
    kept = keep_template(session_id=session.pk, name="亲子课", actor=boss, now=now())
    rows["template"] = kept.pk
    rows["engagement"] = make_engagement(programme=session.programme, code="yard", minutes=60).pk
    rows["volunteer2"] = Volunteer.objects.get(user=users["volunteer2"]).pk
    rows |= {f"{role}_user": user.pk for role, user in users.items() if user}
    return Scene(users, {name: str(value) for name, value in rows.items()})


def _organisations() -> dict[str, Organisation]:
    city = make_organisation(name="市妇联")
    places = {
        "county": ("city", "350102"),
        "county2": ("city", "350103"),
        "street": ("county", "350102001"),
        "street2": ("county", "350102002"),
        "village": ("street", "350102001001"),
        "village2": ("street", "350102001002"),
        "far": ("street2", "350102002001"),
    }
    found = {"city": city}
    for name, (parent, code) in places.items():
        division = make_division(code=code, name=name)
        found[name] = make_organisation(parent=found[parent], division=division)
    return found


def _users(organisations: dict[str, Organisation]) -> dict[str, User | None]:
    users: dict[str, User | None] = {"nobody": None, "member": make_user()}
    for name in ("city", "county", "county2", "street", "village", "village2", "far"):
        users[name] = make_coordinator(organisation=organisations[name])
    for role in ("viewer", "officer", "cases", "operator"):
        users[role] = make_coordinator(organisation=organisations["county"], role=role)
    users["staff"] = make_user(is_staff=True)
    users["superuser"] = make_user(is_staff=True, is_superuser=True)
    return users


def _plan(draft: Rota, actor: User | None) -> dict[str, int]:
    run = Run.objects.create(
        rota=draft, requested_by=actor, seconds_limit=9, requested_at=now(), state="finished"
    )
    proposal = Proposal.objects.create(
        run=run,
        rota=draft,
        rota_version=draft.version,
        plan=pack_plan(Plan((), ())),
        cost=0,
        bound=0,
        made_at=now(),
    )
    return {"run": run.pk, "proposal": proposal.pk}


def _team(county: Organisation, users: dict[str, User | None]) -> dict[str, int]:
    """A membership in the county, and a member who is asked to take one on."""
    member = users["member"]
    viewer = users["viewer"]
    boss = users["county"]
    assert member is not None and viewer is not None and boss is not None
    keep_phone(user=member, number="13800138000", now=now())
    invitation = invite(
        organisation=county,
        role="coordinator",
        name="林静",
        phone="13800138000",
        actor=boss,
        now=now(),
    )
    phone = make_sign_in(user=member)
    members = viewer.memberships.get()
    return {"membership": members.pk, "invitation": invitation.pk, "sign_in": phone.pk}


def _of_volunteer(
    village: Organisation, users: dict[str, User | None], session: Any, later: Any
) -> dict[str, int]:
    her = make_volunteer(organisation=village, with_user=True)
    users["volunteer"] = her.user
    users["volunteer2"] = make_volunteer(organisation=village, with_user=True).user
    shift = session.shifts.get()
    offer = make_offer(
        volunteer=her, shift=later.shifts.get(), answer_by=now() + timedelta(hours=24)
    )
    off = her.time_off.create(
        from_date=local_day(now()), to_date=local_day(now()) + timedelta(days=1)
    )
    act = Act.objects.create(session=session, verb=Act.Verb.CHANGED, at=now())
    notice = her.notices.create(
        session=session, kind="told", before=Agreed.of(session).as_json(), made_at=now()
    )
    Role.objects.filter(pk=shift.role_id).update(leads=True)
    held = make_assignment(volunteer=her, shift=shift)
    day_before = make_session(
        rota=session.rota, venue=session.venue, starts_at=session.starts_at - timedelta(days=1)
    )
    others = make_assignment(
        volunteer=make_volunteer(organisation=village), shift=day_before.shifts.get()
    )
    cover_ask = make_cover_ask(volunteer=her, place=others, made_at=now())
    objection = Objection.objects.create(assignment=held, text="我去了", made_at=now())
    entry = BackEntry.objects.create(
        assignment=held, minutes=60, reason="手机没电", asked_by_id=0, asked_at=now()
    )
    new = make_volunteer(organisation=village, state=Volunteer.State.APPLIED)
    Application.objects.create(volunteer=new, made_at=now())
    qualify(volunteer=her, code="beibei_lead")
    shown = HandIn.objects.create(
        volunteer=her,
        kind=make_credential_kind(code="speaker"),
        valid_from=local_day(now()),
        made_at=now(),
    )
    asked = VettingCheck.objects.create(
        volunteer=her, consent_at=now(), requested_at=now(), authority=""
    )
    period: dict[str, Any] = {"first_day": local_day(now()), "last_day": local_day(now())}
    of_hers: dict[str, Any] = {"volunteer": her, "organisation": village, "made_at": now()} | period
    wanted = Statement.objects.create(**of_hers)
    paper = Statement.objects.create(
        **of_hers, state=Statement.State.ISSUED, number="M1-2026-0001", issued_at=now()
    )
    paper.content = Content(her.name, her.number, "", [], village.name, "", "", "").as_json()
    paper.pdf = b"%PDF-1.7"
    paper.digest = "0" * 64
    paper.save()
    proof = Statement.objects.create(
        **of_hers,
        state=Statement.State.DISPLAYED,
        is_proof=True,
        number="M1-2026-0002",
        until=now() + timedelta(days=7),
    )
    proof.content = paper.content
    proof.save()
    batch = ReportBatch.objects.create(
        number=9, organisation=village, made_at=now(), made_by=her.user, records=0, minutes=0
    )
    star = StarAward.objects.create(
        volunteer=her,
        level=1,
        minutes=6000,
        approved_by=users["city"],
        approved_at=now(),
        until=now() + timedelta(days=7),
    )
    doubt = proof.doubts.create(text="时长不对", made_by=her.user, made_at=now())
    return {
        "batch": batch.pk,
        "star": star.pk,
        "displayed_statement": proof.pk,
        "doubt": doubt.pk,
        "statement": wanted.pk,
        "issued_statement": paper.pk,
        "hand_in": shown.pk,
        "kind": shown.kind_id,
        "vetting": asked.pk,
        "credential": her.credentials.get().pk,
        "applicant": new.pk,
        "number_question": make_number_question(organisation=village).pk,
        "volunteer": her.pk,
        "notice": notice.pk,
        "act": act.pk,
        "shift": shift.pk,
        "offer": offer.pk,
        "assignment": held.pk,
        "cover_ask": cover_ask.pk,
        "objection": objection.pk,
        "entry": entry.pk,
        "time_off": off.pk,
    }


def _projects(village: Organisation, session: Any) -> dict[str, int]:
    """A project of the village with a line of each kind, a partner, a station, a report."""
    project = make_project(organisation=village)
    station = Station.objects.create(
        organisation=village,
        programme=session.programme,
        venue=make_venue(street=session.venue.street),
        opened_on=local_day(now()),
    )
    report = Report.objects.create(
        organisation=village,
        ends_on=local_day(now()),
        numbers=numbers_of(village, period_of("all", None, None, local_day(now())), now()),
        made_at=now(),
    )
    return {
        "project": project.pk,
        "money": make_money(project=project).pk,
        "reach": make_reach(project=project).pk,
        "partner": make_partner(organisation=village).pk,
        "station": station.pk,
        "report": report.pk,
    }


def _of_family(users: dict[str, User | None], session: Any) -> dict[str, Any]:
    family = make_family(agreed=True, children=[born(local_day(now()), months=20)])
    assert family.user is not None
    users["family"] = family.user
    asked = ask_guardian(
        family_id=family.pk, called="外婆", phone="13800138000", actor=family.user, now=now()
    )  # the member's number
    users["family2"] = make_family(agreed=True, children=[born(local_day(now()), months=20)]).user
    return {
        "family": family.pk,
        "guardian": asked.pk,
        "child": family.children.get().pk,
        "booking": make_booking(family=family, session=session).pk,
        "request": make_request(family=family, programme=session.programme).pk,
    }
