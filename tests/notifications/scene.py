"""A row for every kind of message to be about, in a town where everything personal has a word that
no message may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.accounts import phones
from backend.bookings.models import Booking
from backend.cases.models import CareCase, CaseHelper, CaseParty
from backend.exchange.models import Export
from backend.families.models import Family
from backend.notifications.account_table import MESSAGES as OF_ACCOUNTS
from backend.notifications.models import Delivery
from backend.notifications.recipients import Addressee
from backend.organisations.models import Team
from backend.outbox.models import Event
from backend.pairs.models import Pair, PairedChild
from backend.planning.models import Proposal, Run
from backend.planning.packing import pack_plan
from backend.proofs.models import Statement
from backend.records.models import Attendance, BackEntry, Objection
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, CoverAsk, Rota, Session
from backend.visits.models import Visit, VisitRequest
from backend.volunteers.models import (
    AgreementVersion,
    Friendship,
    HandIn,
    Pause,
    TeamRequest,
    Volunteer,
)
from matching import Plan
from tests.cases.scene import mediating
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_coordinator,
    make_cover_ask,
    make_credential_kind,
    make_export,
    make_family,
    make_minor,
    make_number_question,
    make_offer,
    make_programme,
    make_rota,
    make_session,
    make_shift,
    make_user,
    make_venue,
    make_volunteer,
    qualify,
)
from tests.pairs.scene import pairing

NICKNAME = "小葡萄"
GUARDIAN = "方晓梅"
PHONE = "13800138000"
HER_NAME = "曾丽华"
CASE = "王家的调解"
SECRETS = (NICKNAME, GUARDIAN, PHONE, HER_NAME, CASE, "2025-03", "20 个月", "20 months")


TOGETHER = {"state": "standing", "since": NOW, "due_on": NOW.date()}
LATE = {"due_on": NOW.date() - timedelta(days=9)}


@dataclass(frozen=True)
class About:
    person: Addressee
    subjects: list[int]


def town() -> dict[str, About]:
    """Kind of message → to whom, about what."""
    rota = make_rota()
    user = make_coordinator(organisation=rota.organisation, name="林静")
    hers = _volunteers(rota)
    theirs = _families(rota)
    return hers | theirs | _coordinators(rota, user)


def _session(rota: Rota, day: int, **fields: Any) -> Session:
    begins = NOW + timedelta(days=7 + day)
    return make_session(rota=rota, starts_at=begins, seats=(0, 9, 9), **fields)


def _volunteers(rota: Rota) -> dict[str, About]:
    her = make_volunteer(organisation=rota.organisation, name=HER_NAME, phone=PHONE)
    who = Addressee(volunteer=her.pk)
    case = make_programme(code="moli", name="茉莉姐姐", roles={"lead": ()}, privacy="case")
    secret = _session(rota, 0, programme=case, title=CASE)
    before = Agreed.of(_session(rota, 1)).as_json() | {"promised": True}
    qualify(volunteer=her, code="speaker", until=date(2026, 12, 20))
    certificate = her.credentials.get().pk
    vetted = _vetted(her)

    def offered(day: int, **fields: Any) -> list[int]:
        session = secret if day == 0 else _session(rota, day)
        return [make_offer(volunteer=her, shift=session.shifts.get(), **fields).pk]

    taken = make_assignment(volunteer=her, shift=_session(rota, 9).shifts.get()).pk
    called_off = _session(rota, 10, state="cancelled", cancelled_because="停电")
    notice = her.notices.create(
        session=called_off, kind="cancelled", before=Agreed.of(called_off).as_json(), made_at=NOW
    )
    return (
        {
            "offer_made": About(who, offered(0)),
            "asked_again": About(who, offered(2, before=before)),
            "deadline_near": About(who, offered(3)),
            "offer_prolonged": About(who, offered(14)),
            "offer_withdrawn": About(who, offered(4, state="withdrawn")),
            "offer_expired": About(who, offered(5, state="expired")),
            "notice": About(who, [notice.pk]),
            "placed": About(who, [taken]),
            "reminder": About(who, [taken]),
            "credential_added": About(who, [certificate]),
            "credential_lapsing": About(who, [certificate]),
            "credential_returned": About(who, [_shown(her, state="returned", reason="blurred").pk]),
            "vetting_clear": About(who, [vetted]),
            "vetting_lapsing": About(who, [vetted]),
            "credential_ended": About(who, [_ended(her)]),
            "pair_asked": About(who, [_pair(her, rota)]),
            "pair_handing": About(who, [_pair(her, rota)]),
            "pair_news": About(who, [_pair(her, rota, **TOGETHER)]),
            "pair_late": About(who, [_pair(her, rota, **TOGETHER | LATE)]),
            "case_asked": About(who, [_case(her, rota, answer_by=NOW + timedelta(days=3))]),
            "case_over": About(who, [_case(her, rota, state="done")]),
            "hours_confirmed": About(who, [_was_there(her, rota, 1, state="attended").pk]),
            "hours_corrected": About(
                who, [_was_there(her, rota, 2, state="attended", why="停电").pk]
            ),
            "was_away": About(who, [_was_there(her, rota, 3, state="absent").pk]),
            "objection_answered": About(
                who, [_objection(_was_there(her, rota, 4, state="absent"), answered_at=NOW)]
            ),
            "cover_asked": About(who, [_cover_ask(rota, 15, her).pk]),
            "cover_over": About(who, [_cover_ask(rota, 16, her, state="spared").pk]),
            "cover_taken": About(
                who, [_cover_ask(rota, 17, state="accepted", of="taken").cover_id]
            ),
            "cover_failed": About(
                who, [_cover_ask(rota, 18, state="declined", of="expired").cover_id]
            ),
            "standing_changed": About(who, [her.pk]),
            "team_answered": About(who, [_team_request(her, answered_at=NOW, accepted=True)]),
            "friend_asked": About(who, [_friendship(make_volunteer()).pk]),
            "friend_agreed": About(who, [_friendship(her, friend=make_volunteer()).pk]),
            "agreement_new": About(who, [_version(her)]),
            "pause_kept": About(who, [_paused(her).volunteer_id]),
            "contact_corrected": About(who, [her.pk]),
            "approved": About(who, [her.pk]),
            "merged": About(who, [her.pk]),
            "turned_down": About(who, [her.pk]),
        }
        | _papers(her, who)
        | {"no_grown_up": _alone(rota), "grown_up_again": _beside(rota)}
        | {"home_overdue": About(who, [_inside(her, rota).pk])}
        | {"home_again": About(who, [_inside(make_volunteer(), rota).pk])}
    )


def _cover_ask(
    rota: Rota, day: int, her: Volunteer | None = None, of: str = "open", **fields: Any
) -> CoverAsk:
    """Somebody asks whether another takes her place."""
    begins = NOW + timedelta(days=7 + day)
    session = make_session(rota=rota, starts_at=begins)
    place = make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    asked = her or make_volunteer()
    return make_cover_ask(volunteer=asked, place=place, cover={"state": of}, **fields)


def _team_request(her: Volunteer, **fields: Any) -> int:
    team = Team.objects.create(name="活动室1")
    return TeamRequest.objects.create(volunteer=her, team=team, asked_at=NOW, **fields).pk


def _friendship(asks: Volunteer, friend: Volunteer | None = None) -> Friendship:
    number = {"phone": PHONE, "phone_index": phones.index(PHONE)}
    row = Friendship(
        asked_by=asks,
        friend=friend,
        asked_at=NOW,
        until=NOW + timedelta(days=30),
        agreed_at=NOW if friend else None,
        **number,
    )
    row.save()
    return row


def _version(her: Volunteer) -> int:
    made = AgreementVersion.objects.create(
        organisation=her.organisation,
        number=2,
        text="请按时到",
        from_on=NOW.date(),
        published_at=NOW,
    )
    return made.pk


def _young(rota: Rota) -> Assignment:
    """A place of somebody under age, in a session without a grown-up."""
    her = make_volunteer(organisation=rota.organisation)
    make_minor(her, agreed=True, of_age_on=date(2028, 1, 1))
    return make_assignment(volunteer=her, shift=_session(rota, 12).shifts.get())


def _alone(rota: Rota) -> About:
    place = _young(rota)
    return About(Addressee(volunteer=place.volunteer_id), [place.pk])


def _minded(rota: Rota) -> Assignment:
    """As _young(), beside a grown-up."""
    place = _young(rota)
    grown_up = make_shift(session=place.session, role="helper")
    make_assignment(volunteer=make_volunteer(), shift=grown_up)
    return place


def _beside(rota: Rota) -> About:
    place = _minded(rota)
    return About(Addressee(volunteer=place.volunteer_id), [place.pk])


def _papers(her: Volunteer, who: Addressee) -> dict[str, About]:
    """Statements about her hours, each in another state, and her star."""
    states = {
        "statement_ready": "issued",
        "statement_displayed": "displayed",
        "statement_denied": "denied",
        "statement_revoked": "revoked",
    }
    papers = {kind: About(who, [_paper(her, state).pk]) for kind, state in states.items()}
    star = her.stars.create(
        level=1, minutes=6000, approved_by=make_user(), approved_at=NOW, until=NOW
    )
    return papers | {"star_changed": About(who, [star.pk])}


def _paper(her: Volunteer, state: str) -> Statement:
    number = f"350102-2026-{Statement.objects.count():06}"
    return Statement.objects.create(
        volunteer=her,
        organisation=her.organisation,
        first_day=NOW.date(),
        last_day=NOW.date(),
        state=state,
        made_at=NOW,
        until=NOW + timedelta(days=7),
        number=number,
        why="停电",
    )


def _doubted(her: Volunteer) -> int:
    paper = _paper(her, "displayed")
    return paper.doubts.create(text="时长不对", made_by=make_user(), made_at=NOW).pk


def _was_there(her: Volunteer, rota: Rota, ago: int, **fields: Any) -> Assignment:
    """Or was not: in a session of so many days ago."""
    row = make_assignment(volunteer=her, shift=_session(rota, -7 - ago).shifts.get())
    row.attended = fields["state"] == "attended"
    row.save()
    Attendance.objects.create(assignment=row, **fields)
    return row


def _objection(assignment: Assignment, **fields: Any) -> int:
    rows = Objection.objects
    return rows.create(
        assignment=assignment, text="我去了", made_at=NOW, answer="停电", **fields
    ).pk


def _shown(her: Volunteer, **fields: Any) -> HandIn:
    kind = make_credential_kind(code="beibei_lead")
    return HandIn.objects.create(
        volunteer=her, kind=kind, valid_from=NOW.date(), made_at=NOW, **fields
    )


def _vetted(her: Volunteer) -> int:
    """Clear for three weeks more; the newest counts."""
    qualify(volunteer=her, code="child_clearance", until=date(2026, 12, 20))
    return her.vettings.latest("pk").pk


def _asked_for(her: Volunteer) -> int:
    return her.vettings.create(consent_at=NOW, requested_at=NOW, authority="").pk


def _ended(her: Volunteer) -> int:
    qualify(volunteer=her, code="mediator", until=date(2026, 12, 1))
    her.credentials.filter(kind__code="mediator").update(ended_because="withdrawn")
    return her.credentials.get(kind__code="mediator").pk


def _families(rota: Rota) -> dict[str, About]:
    family = make_family(guardian_name=GUARDIAN, phone=PHONE)
    child = family.children.get()
    child.nickname = NICKNAME
    child.save()
    was = Agreed.of(_session(rota, 11)).as_json()
    soon = NOW + timedelta(hours=20)
    answerable = {"answer_by": soon}

    def booked(day: int, **fields: Any) -> About:
        return _booked(family, _session(rota, day), **fields)

    off = _session(rota, 18, state="cancelled", cancelled_because="停电")
    another = make_booking(family=family, session=_session(rota, 20))
    return {
        "seat_offered": booked(12, state="offered", **answerable),
        "booking_reopened": booked(15, state="waiting"),
        "seat_deadline_near": booked(13, state="offered", **answerable),
        "booking_changed": booked(14, state="asked", changed_from=was, **answerable),
        "booking_ended": booked(15, state="cancelled"),
        "seat_expired": booked(16, state="expired"),
        "line_first": booked(22, state="waiting"),
        "waiting_ended": booked(17, state="expired"),
        "visit_reminder": booked(19),
        "visit_unled": booked(21),
        "booked_by_one": _done(family, 2001, "booking_made", bookings=[another.pk]),
        "changed_by_one": _done(family, 2002, "consent_withdrawn", child=child.pk),
        "child_forgotten": About(Addressee(family=family.pk), [child.pk]),
        "visit_missed": booked(-8, state="absent"),
        "home_declined": About(Addressee(family=family.pk), [_declined(family, because="far")]),
        "home_unmet": About(
            Addressee(family=family.pk), [_declined(family, state="ended", end_reason="late")]
        ),
        "booking_called_off": _booked(family, off, state="cancelled", end_reason="called_off"),
    }


def _declined(family: Family, **fields: Any) -> int:
    """A wish for a visit, with everything in it that no message may say."""
    row = VisitRequest(
        family=family,
        child=family.children.get(),
        topic="sleep",
        address=CASE,
        parts=["weekend_am"],
        first_day=NOW.date(),
        last_day=NOW.date(),
        guardian_agreed_at=NOW,
        made_at=NOW,
        **({"state": "declined"} | fields),
    )
    row.save()
    return row.pk


def _pair(her: Volunteer, rota: Rota, **fields: Any) -> int:
    """A pair, or the question whether it be one, with everything in it that no message may say."""
    child = PairedChild(
        organisation=rota.organisation,
        nickname=NICKNAME,
        birth_month="2025-03",
        guardian=GUARDIAN,
        agreed_by="mother",
        agreed_how="paper",
        agreed_on=NOW.date(),
        noted_at=NOW,
    )
    child.save()
    moments = {"asked_at": NOW, "answer_by": NOW + timedelta(days=3)}
    kind = pairing()
    pair = Pair(child=child, mentor=her, engagement=kind, weeks=2, said=CASE, **moments, **fields)
    pair.save()
    return pair.pk


def _case(her: Volunteer, rota: Rota, **fields: Any) -> int:
    """Her part in a case, with everything in it that no message may say."""
    case = CareCase(
        organisation=rota.organisation,
        engagement=mediating(),
        kind="custody",
        about=CASE,
        opened_at=NOW,
    )
    case.save()
    CaseParty(case=case, side=1, name=GUARDIAN, phone=PHONE).save()
    state = fields.pop("state", "asked")
    row = CaseHelper(case=case, volunteer=her, state=state, proposed_at=NOW, asked_at=NOW, **fields)
    row.save()
    return row.pk


def _inside(her: Volunteer, rota: Rota) -> Visit:
    """It ended half an hour ago, and she has not said that she is out."""
    session = make_session(rota=rota, starts_at=NOW - timedelta(minutes=90), venue=None, title=CASE)
    make_assignment(volunteer=her, shift=session.shifts.get())
    request = VisitRequest.objects.get(pk=_declined(make_family(), state="planned"))
    return Visit.objects.create(session=session, request=request, asked_at=NOW)


def _booked(family: Family, session: Session, **fields: Any) -> About:
    row: Booking = make_booking(family=family, session=session, **fields)
    return About(Addressee(family=family.pk), [row.pk])


def _done(family: Family, seq: int, kind: str, **payload: Any) -> About:
    """An event that one of the family's grown-ups caused."""
    Event.objects.create(
        seq=seq, kind=kind, streams=[], payload=payload, actor_id=make_user().pk, at=NOW
    )
    return About(Addressee(family=family.pk), [seq])


def _too_full(rota: Rota) -> Session:
    """A child is to come, and nobody is there."""
    session = make_session(rota=rota, starts_at=NOW + timedelta(days=4), seats=(0, 9, 2))
    make_booking(family=make_family(), session=session)
    return session


def _coordinators(rota: Rota, user: Any) -> dict[str, About]:
    who = Addressee(user=user.pk)
    near = make_session(rota=rota, starts_at=NOW + timedelta(days=2), shifts=[("lead", 2, 2)])
    failed = _run(rota, user, "failed")
    finished = _run(rota, user, "finished")
    proposal = Proposal.objects.create(
        run=finished,
        rota=rota,
        rota_version=rota.version,
        plan=pack_plan(Plan((), ())),
        cost=0,
        bound=0,
        made_at=NOW,
    )
    part = _was_there(make_volunteer(), rota, 5, state="absent")
    entry = BackEntry.objects.create(
        assignment=part, minutes=60, reason="手机没电", asked_by_id=0, asked_at=NOW
    )
    return {
        "case_answered": About(who, [_case(make_volunteer(), rota, state="helping")]),
        "pair_at_desk": About(
            who, [_pair(make_volunteer(), rota, state="ended", end_reason="late")]
        ),
        "pair_help": About(who, [_pair(make_volunteer(), rota, **TOGETHER)]),
        "pair_lagging": About(who, [_pair(make_volunteer(), rota, **TOGETHER | LATE)]),
        "team_asked": About(who, [_team_request(make_volunteer())]),
        "home_asked": About(who, [_declined(make_family(), state="open")]),
        "home_alarm": About(who, [_inside(make_volunteer(), rota).pk]),
        "home_alarm_again": About(who, [_inside(make_volunteer(), rota).pk]),
        "harm_reported": About(who, [1]),
        "harm_unread": About(who, [1]),
        "objection_made": About(who, [_objection(part)]),
        "back_entry_asked": About(who, [entry.pk]),
        "somebody_applied": About(who, [make_volunteer(state="applied").pk]),
        "number_asked": About(who, [make_number_question(organisation=rota.organisation).pk]),
        "resume_asked": About(who, [_paused(make_volunteer(), asked_at=NOW).volunteer_id]),
        "volunteer_erased": About(who, [make_volunteer(erased_at=NOW).pk]),
        "export_asked": About(who, [make_export(asked_by=user, organisation=rota.organisation).pk]),
        "export_decided": About(who, [_agreed(user, rota).pk]),
        "vetting_wanted": About(who, [_asked_for(make_volunteer())]),
        "credential_handed_in": About(who, [_shown(make_volunteer()).pk]),
        "place_silent": About(who, [_silent(rota).pk]),
        "hole_near": About(who, [near.shifts.get().pk]),
        "lead_gone": About(who, [_too_full(rota).pk]),
        "minor_alone": About(who, [_young(rota).session_id]),
        "minor_minded": About(who, [_minded(rota).session_id]),
        "run_finished": About(who, [proposal.pk]),
        "run_failed": About(who, [failed.pk]),
        "proposal_refused": About(who, [proposal.pk]),
        "statement_requested": About(who, [_paper(make_volunteer(), "requested").pk]),
        "statement_doubted": About(who, [_doubted(make_volunteer())]),
        "wall_renewed": About(who, [make_venue().pk]),
        "membership_ended": About(who, [user.pk]),
        "reach_changed": About(who, [user.pk]),
        **{name: About(who, [user.pk]) for name in OF_ACCOUNTS},
        "let_out": About(who, [user.pk]),
    }


def _agreed(user: Any, rota: Rota) -> Export:
    row = make_export(asked_by=make_user(), organisation=rota.organisation)
    row.approved = True
    row.decided_at = NOW
    row.decided_by = user
    row.save()
    return row


def _paused(her: Volunteer, **fields: Any) -> Pause:
    """A coordinator paused her."""
    return Pause.objects.create(volunteer=her, made_at=NOW, why="停电", **fields)


def _silent(rota: Rota) -> Assignment:
    """She was asked by text message whether she still comes this evening, and has not answered."""
    evening = make_session(rota=rota, starts_at=NOW + timedelta(hours=8))
    place = make_assignment(volunteer=make_volunteer(), shift=evening.shifts.get())
    asked = {"cause": f"reminder.24.{place.pk}.x", "kind": "reminder", "channel": "sms"}
    moments = dict.fromkeys(("made_at", "next_at", "told_at", "sent_at"), NOW)
    Delivery.objects.create(
        volunteer=place.volunteer,
        subjects=[place.pk],
        state=Delivery.State.SENT,
        **asked,
        **moments,
    )
    return place


def _run(rota: Rota, user: Any, state: str) -> Run:
    return Run.objects.create(
        rota=rota, requested_by=user, seconds_limit=9, requested_at=NOW, state=state
    )
