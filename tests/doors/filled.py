"""The forms of the register's doors, filled in as their owners fill them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.test import Client

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.common.clock import local_day, local_midnight, minute_of, monday_of, now
from backend.exchange.models import Export
from backend.families.models import Family, Request
from backend.notifications.models import Delivery, GroupRobot
from backend.organisations.models import Team
from backend.planning.models import Run
from backend.planning.queries.concerned import mark_of_people
from backend.planning.states import RunState
from backend.programmes.models import Engagement, Programme
from backend.records.codes import spoken_code
from backend.records.models import Attendance, Feedback
from backend.records.operations import confirm_hours, say_afterwards, sign_in
from backend.rota.agreed import mark_of
from backend.rota.models import Act, Assignment, Session, Shift
from backend.rota.operations import cancel_session, take_out
from backend.volunteers.models import GuardianConsent, TimeOff, Volunteer
from backend.volunteers.operations import ask_to_resume, change_state, publish_agreement
from backend.web.doors.line import Line
from backend.web.doors.roles import ROLES
from tests.city import Scene
from tests.doors.asking import address
from tests.doors.case_forms import CASE_FORMS
from tests.doors.pair_forms import PAIR_FORMS
from tests.doors.visit_forms import VISIT_FORMS
from tests.factories import born, make_assignment, make_child, make_minor, make_session

NOT_LET_IN = (403, 404, 405)
Fields = dict[str, Any]


class Filled(NamedTuple):
    """`fields` of the form; `before`: lines that their owner posts first; `given`: what else the
    rows must hold so that there is something to do; `writers`: who writes with it, where that is
    not whoever the register lets in."""

    fields: Callable[[Scene], Fields] = lambda scene: {}
    before: tuple[str, ...] = ()
    given: Callable[[Scene], object] = lambda scene: None
    writers: tuple[str, ...] | None = None


def of(**fields: Any) -> Filled:
    """Values as they are; "{row}" stands for a row of the scene."""
    return Filled(lambda scene: {k: str(v).format(**scene.rows) for k, v in fields.items()})


def _a_robot(scene: Scene) -> None:
    """The village's group has one."""
    GroupRobot.objects.create(
        organisation_id=scene.rows["village_organisation"],
        channel="wecom",
        key="k",
        secret="",
        made_at=now(),
    )


def _agreed_to(scene: Scene) -> None:
    """Another coordinator agreed to the export."""
    row = Export.objects.filter(pk=scene.rows["export"])
    row.update(approved=True, decided_at=now(), decided_by=scene.users["city"])


def _days_off(scene: Scene) -> Fields:
    day = local_day(now()) + timedelta(days=40)
    return {"first": day.isoformat(), "last": day.isoformat()}


def _vetted(scene: Scene) -> Fields:
    today = local_day(now()).isoformat()
    return {"asked_on": today, "authority": "鼓楼公安分局", "result": "clear"}


def _child(scene: Scene) -> Fields:
    born = local_day(now()) - timedelta(days=500)
    return {"nickname": "小满", "year": born.year, "month": born.month, "booking": "on"}


def _twin(scene: Scene) -> Fields:
    """Another child of the family that may come."""
    family = Family.objects.get(pk=scene.rows["family"])
    return {"child": make_child(family, birth_month=born(local_day(now()), months=20)).pk}


def _programme(scene: Scene) -> Fields:
    programme = Session.objects.get(pk=scene.rows["session"]).programme_id
    return {"programme": programme, "rhythm": "1-1"}


def _paused_by_the_county(scene: Scene) -> None:
    actor = User.objects.get(pk=scene.rows["county_user"])
    pk = int(scene.rows["volunteer"])
    change_state(volunteer_id=pk, state="paused", actor=actor, now=now(), why="先休息")


def _under_age(scene: Scene) -> Volunteer:
    row = Volunteer.objects.get(pk=scene.rows["volunteer"])
    make_minor(row)
    return row


def _its_agreement(scene: Scene) -> Fields:
    """The village has a version."""
    made = publish_agreement(
        organisation_id=int(scene.rows["village_organisation"]),
        text="请按时到",
        from_on=local_day(now()),
        actor=User.objects.get(pk=scene.rows["county_user"]),
        now=now(),
    )
    return {"version": made.pk}


def _a_team(scene: Scene) -> Fields:
    """The village has one, and it shall have an address."""
    team = Team.objects.create(name="巾帼一队")
    team.organisations.add(int(scene.rows["village_organisation"]))
    return {"do": "link", "id": team.pk}


def _guardian_agreed(scene: Scene) -> None:
    GuardianConsent.objects.filter(volunteer=_under_age(scene)).update(given_at=now())


def _asks_to_resume(scene: Scene) -> None:
    _paused_by_the_county(scene)
    hers = User.objects.get(pk=scene.rows["volunteer_user"])
    ask_to_resume(volunteer_id=int(scene.rows["volunteer"]), text="我好了", actor=hers, now=now())


def _called_off_by(row: str) -> Callable[[Scene], Fields]:
    def fields(scene: Scene) -> Fields:
        return {"because": "下雨", "seen": mark_of_people(int(scene.rows[row]))}

    return fields


def _every_seat(scene: Scene) -> Fields:
    booking = Booking.objects.select_related("session").get(pk=scene.rows["booking"])
    return {"seats": f"{booking.pk}:{mark_of(booking.session)}"}


def _place_free(scene: Scene) -> None:
    Shift.objects.filter(pk=scene.rows["shift"]).update(target=3)


def _a_place_elsewhere(scene: Scene) -> None:
    """Of the second volunteer, the day after, beside a place that is free."""
    _place_free(scene)
    session = Session.objects.select_related("rota", "programme").get(pk=scene.rows["session"])
    other = make_session(
        rota=session.rota,
        programme=session.programme,
        starts_at=session.starts_at + timedelta(days=1),
    )
    her = Volunteer.objects.get(pk=scene.rows["volunteer2"])
    make_assignment(volunteer=her, shift=other.shifts.get())


def _brought(scene: Scene) -> Fields:
    hers = Assignment.objects.filter(volunteer=scene.rows["volunteer2"]).order_by("-pk")
    place = hers.values_list("pk", flat=True).first()
    return {"shift": scene.rows["shift"], "part": f"place-{place}"}


def _off_over_a_promise(scene: Scene) -> None:
    rows = TimeOff.objects.filter(pk=scene.rows["time_off"])
    rows.update(to_date=local_day(now()) + timedelta(days=30))


def _seat_offered(scene: Scene) -> None:
    until = now() + timedelta(hours=9)
    rows = Booking.objects.filter(pk=scene.rows["booking"])
    rows.update(state=Booking.State.OFFERED, answer_by=until)


def _taken_out_by_the_county(scene: Scene) -> None:
    """The act of the scene is one of the county's, just now, and can be undone by her alone."""
    place = Assignment.objects.get(pk=scene.rows["assignment"])
    act = take_out(assignment_id=place.pk, because="换人", actor=scene.users["county"], now=now())
    Act.objects.filter(pk=scene.rows["act"]).delete()
    Act.objects.filter(pk=act.pk).update(id=scene.rows["act"])


def _called_off(scene: Scene) -> None:
    county = scene.users["county"]
    cancel_session(session_id=int(scene.rows["session"]), actor=county, now=now(), because="下雨")


def _told(scene: Scene) -> None:
    """Each of them has something new in her inbox."""
    people = {
        "volunteer_id": scene.rows["volunteer"],
        "family_id": scene.rows["family"],
        "user_id": scene.rows["county_user"],
    }
    for whose, pk in people.items():
        moments = dict.fromkeys(("made_at", "next_at", "told_at"), now())
        Delivery.objects.create(
            **{whose: pk}, cause="event.1", kind="notice", subjects=[], title="x", **moments
        )


def _unsent(scene: Scene) -> None:
    _told(scene)
    Delivery.objects.update(state=Delivery.State.GIVEN_UP, channel="sms", trouble="timeout")


def _begins(scene: Scene, begins: datetime) -> None:
    """The session of an hour begins then."""
    ends = begins + timedelta(hours=1)
    Session.objects.filter(pk=scene.rows["session"]).update(starts_at=begins, ends_at=ends)
    Assignment.objects.filter(pk=scene.rows["assignment"]).update(
        start_minute=minute_of(begins), end_minute=minute_of(ends)
    )


def _under_way(scene: Scene) -> None:
    _begins(scene, now() - timedelta(minutes=10))


def _signed_in(scene: Scene) -> None:
    _under_way(scene)
    assignment = int(scene.rows["assignment"])
    how = Attendance.How.CODE
    sign_in(assignment_id=assignment, how=how, actor=scene.users["volunteer"], now=now())


def _missed(scene: Scene) -> None:
    """Of the session a family says that no tutor came."""
    booking = Booking.objects.get(session=scene.rows["session"])
    Feedback.objects.create(booking=booking, tutor_came=False, said_at=now())


def _over(scene: Scene) -> None:
    _begins(scene, local_midnight(local_day(now())) - timedelta(hours=14))


def _served(scene: Scene) -> None:
    """Yesterday's hours of hers are confirmed."""
    _over(scene)
    pk = int(scene.rows["assignment"])
    her = scene.users["volunteer"]
    session = Assignment.objects.select_related("session").get(pk=pk).session
    assert her is not None and session.starts_at is not None and session.ends_at is not None
    county = scene.users["county"]
    assert county is not None
    say_afterwards(
        assignment_id=pk,
        came_at=session.starts_at,
        left_at=session.ends_at,
        actor=her,
        now=now(),
    )
    confirm_hours(assignment_id=pk, minutes=60, actor=county, now=now())


def _last_days(scene: Scene) -> Fields:
    today = local_day(now())
    first = today - timedelta(days=3)
    return {
        "organisation": scene.rows["organisation"],
        "first_day": first.isoformat(),
        "last_day": today.isoformat(),
    }


def _all_over(scene: Scene) -> None:
    ends = now() - timedelta(hours=1)
    rows = Session.objects.filter(rota=scene.rows["rota"])
    rows.update(starts_at=ends - timedelta(hours=1), ends_at=ends)


def _code(scene: Scene) -> Fields:
    return {"code": spoken_code(int(scene.rows["session"]), now())}


def _takes_families(scene: Scene) -> None:
    Request.objects.filter(pk=scene.rows["request"]).update(state=Request.State.CLOSED)
    Engagement.objects.update(seats_min=1, seats_max=9, seats_per_volunteer=9)


def _run_waits(scene: Scene) -> None:
    Run.objects.filter(pk=scene.rows["run"]).update(state=RunState.QUEUED)


def as_shown(scene: Scene, line: Line, role: str, more: Fields) -> Fields:
    """What the page's own form holds when that role opens it, with `more` on top."""
    user = scene.users[role]
    assert user is not None
    browser = Client()
    browser.force_login(user)
    form = browser.get(address(line, scene), more).context["form"]
    held = {field.name: field.value() for field in form}
    kept = {
        name: value
        for name, value in held.items()
        if not (value is None or value is False or value == [])
    }
    return {name: "on" if value is True else str(value) for name, value in kept.items()} | more


def _one_more(scene: Scene) -> Fields:
    session = Session.objects.get(pk=scene.rows["session"])
    kind = Engagement.objects.filter(pk=session.engagement_id)
    kind.update(minutes=60)  # held at places, not at home
    needed = {f"shift_{shift.role_id}": 1 for shift in session.shifts.all()}
    at = {"engagement": session.engagement_id, "venue": session.venue_id}
    return {"title": "新的一场", "seen": "room"} | at | needed


def let_in(line: Line) -> tuple[str, ...]:
    """Whom the register lets in to post; who is not signed in is led away."""
    return tuple(r for r in ROLES if r != "nobody" and line.post[r] not in NOT_LET_IN)


SIGNED_IN = tuple(role for role in ROLES if role != "nobody")


def _seen_by(role: str) -> Filled:
    return Filled(lambda scene: {"upto": 10**9}, given=_told, writers=(role,))


def _new_rota(scene: Scene) -> Fields:
    monday = monday_of(local_day(now())) + timedelta(weeks=2)
    village = scene.rows["village_organisation"]
    return {"organisation": village, "name": "新的一张", "starts_on": monday, "weeks": 2}


def _new_project(scene: Scene) -> Fields:
    county = scene.rows["organisation"]
    return {"organisation": county, "name": "新项目", "kind": "service", "starts_on": "2026-01-01"}


def _new_station(scene: Scene) -> Fields:
    return {
        "organisation": scene.rows["organisation"],
        "programme": Programme.objects.get().pk,
        "venue": scene.rows["venue"],
        "opened_on": "2026-01-01",
    }


def _colleague(scene: Scene) -> Fields:
    village = scene.rows["village_organisation"]
    return {
        "organisation": village,
        "role": "coordinator",
        "name": "陈调度",
        "phone": "13900139000",
    }


def _family(scene: Scene) -> Fields:
    return _child(scene) | {"name": "林妈妈", "street": "350102001"}


ABOVE_THE_VILLAGE = ("city", "county", "street", "village")
FORMS: dict[str, Filled] = {
    "sign_in_phone": of(phone="13900139001")._replace(writers=tuple(ROLES)),
    "sign_in_code": of(code="123456")._replace(writers=()),  # of whom no code was asked for
    "sign_in_who": of(who="{volunteer_user}")._replace(writers=()),  # who has shown no number
    "sign_in_you": of(name="林一一", fact="1234")._replace(writers=()),
    "again": of(how="code", code="123456")._replace(writers=()),  # no code was sent
    "new_number": of(how="desk")._replace(writers=()),  # nobody has shown another number
    "welcome": Filled(writers=()),
    "join_family": Filled(_family, writers=("member",)),
    "join_volunteer": of(name="林一一", street="350102001")._replace(writers=("member",)),
    "join_minor": of(
        name="林一一",
        street="350102001",
        year=str(local_day(now()).year - 16),
        month="3",
        guardian="林大一",
        guardian_phone="13900000009",
    )._replace(writers=("member",)),
    "team": Filled(_colleague, writers=(*ABOVE_THE_VILLAGE, "operator")),
    "take_back_invitation pk=invitation": Filled(writers=("city", "county", "operator")),
    "end_membership pk=membership": Filled(writers=("city", "county", "operator")),
    "invitation pk=invitation": Filled(),
    "end_sign_in pk=sign_in": Filled(writers=("member",)),
    "sign_out_elsewhere": Filled(),
    "calendar_address": of(do="renew"),
    "link token==abc": Filled(writers=tuple(ROLES)),  # each try is counted
    "coordinator:venues": of(name="儿童之家", street="350102001")._replace(
        writers=(*ABOVE_THE_VILLAGE, "village2")
    ),
    "coordinator:renew_wall pk=venue": of(seen="1")._replace(
        writers=(*ABOVE_THE_VILLAGE, "village2")
    ),
    "coordinator:new_import": of(
        table="sessions", rota="{village_rota}", pasted="编号\t名称\n1\t新的"
    )._replace(writers=ABOVE_THE_VILLAGE),
    "coordinator:export": of(table="volunteers")._replace(
        writers=(*ABOVE_THE_VILLAGE, "county2", "village2", "far")
    ),
    "coordinator:decide_export pk=export": of(answer="yes")._replace(writers=("city",)),
    "coordinator:take_export pk=export": Filled(given=_agreed_to),
    "coordinator:confirm_import pk=import": Filled(),
    "coordinator:drop_import pk=import": Filled(),
    "coordinator:what_if pk=draft": of(week="1"),
    "coordinator:aims pk=draft": of(preset="fair"),
    "coordinator:new_rota": Filled(_new_rota, writers=ABOVE_THE_VILLAGE),
    "coordinator:answer_application pk=applicant": of(answer="yes"),
    "coordinator:merge_application pk=applicant": of(into="{volunteer}")._replace(
        writers=()
    ),  # who has an account already
    "coordinator:answer_number pk=number_question": of(answer="yes"),
    "preferences": of(text="xl")._replace(writers=SIGNED_IN),
    "volunteer:claim shift_id=shift": Filled(given=_place_free, writers=("volunteer2",)),
    "volunteer:accept offer_id=offer": Filled(),
    "volunteer:decline offer_id=offer": Filled(),
    "volunteer:undo_accept offer_id=offer": Filled(before=("volunteer:accept offer_id=offer",)),
    "volunteer:undo_decline offer_id=offer": Filled(before=("volunteer:decline offer_id=offer",)),
    "volunteer:seen notice_id=notice": Filled(),
    "volunteer:check_in_now assignment_id=assignment": Filled(_code, given=_under_way),
    "volunteer:check_out assignment_id=assignment": Filled(given=_signed_in),
    "volunteer:lead_report session_id=session": of(children=3, adults=2)._replace(given=_under_way),
    "volunteer:lead_mark session_id=session": of(assignment="{assignment}", what="here")._replace(
        given=_under_way
    ),
    "volunteer:hours_of assignment_id=assignment": of(
        what="said", came="10:00", left="11:00"
    )._replace(given=_over),
    "coordinator:new_project": Filled(_new_project, writers=("city", "county")),
    "coordinator:edit_project pk=project": of(name="新的名字"),
    "coordinator:close_project pk=project": Filled(),
    "coordinator:project_money pk=project": of(purse="fiscal", yuan=100, on="2026-03-02"),
    "coordinator:project_reach pk=project": of(who="women", times=10, on="2026-03-02"),
    "coordinator:project_parts pk=project": of(partner="{partner}", task="funds"),
    "coordinator:project_sessions pk=project": of(add="{village_session}"),
    "coordinator:reverse_money pk=money": of(why="记错了"),
    "coordinator:reverse_reach pk=reach": of(why="记错了"),
    "coordinator:partners": of(
        organisation="{organisation}", name="新的社会组织", kind="womens"
    )._replace(writers=("city", "county")),
    "coordinator:partner pk=partner": of(name="新的名字", kind="womens"),
    "coordinator:stations": Filled(_new_station, writers=("city", "county")),
    "coordinator:close_station pk=station": Filled(),
    "coordinator:report_documents": Filled(),
    "coordinator:close_rota pk=rota": Filled(given=_all_over),
    "coordinator:day_report pk=session": of(children=3, adults=2)._replace(given=_under_way),
    "coordinator:day_mark pk=session": of(assignment="{assignment}", what="here")._replace(
        given=_under_way
    ),
    "coordinator:hours_of pk=assignment": of(what="absent")._replace(given=_over),
    "coordinator:look_at_missed pk=session": Filled(given=_missed),
    "coordinator:answer_objection pk=objection": of(answer="看过了"),
    "volunteer:statements": Filled(_last_days, given=_served, writers=("volunteer",)),
    "coordinator:organisation pk=village_organisation": of(responsible="林静"),
    "coordinator:keep_robot pk=village_organisation": of(
        channel="wecom", webhook="693axxx6-7aoc-4bc4"
    ),
    "coordinator:try_robot pk=village_organisation": of(channel="wecom")._replace(
        given=_a_robot,
        writers=(),  # it sends, and says on the next page what came of it
    ),
    "coordinator:remove_robot pk=village_organisation": of(channel="wecom")._replace(
        given=_a_robot
    ),
    "coordinator:doubt_statement pk=displayed_statement": of(text="时长不对"),
    "coordinator:answer_doubt pk=doubt": of(answer="看过了"),
    "coordinator:batches": of(organisation="{organisation}")._replace(
        given=_served, writers=("city", "county")
    ),
    # nobody has the hours of a second star: tests/proofs/test_stars.py
    "coordinator:approve_star pk=volunteer": Filled(writers=()),
    "coordinator:end_star pk=star": of(why="时长不对"),
    "coordinator:settle_batch pk=batch": of(answer="reported"),
    "volunteer:drop_statement statement_id=statement": Filled(),
    "coordinator:statement pk=statement": of(answer="no", why="请向市里要"),
    "coordinator:decide_entry pk=entry": of(answer="yes")._replace(given=_over),
    "volunteer:messages_seen": _seen_by("volunteer"),
    "family:messages_seen": _seen_by("family"),
    "volunteer:message_choices": Filled(),
    "family:message_choices": Filled(),
    "coordinator:message_choices": Filled(),
    "operator:settle_messages": Filled(
        lambda scene: {"action": "drop", "channel": "sms", "trouble": "timeout"}, given=_unsent
    ),
    "coordinator:messages_seen": _seen_by("county"),
    "volunteer:withdraw assignment_id=assignment": Filled(),
    "volunteer:swap assignment_id=assignment": of(do="all"),
    "volunteer:cover_yes ask_id=cover_ask": Filled(),
    "volunteer:cover_no ask_id=cover_ask": Filled(),
    "volunteer:undo_claim assignment_id=assignment": Filled(),
    "volunteer:hand_in": Filled(writers=()),  # of no kind; tests/web/volunteer/test_credentials.py
    "volunteer:consent_to_vetting": Filled(writers=("volunteer2",)),  # hers is asked already
    "volunteer:withdraw_consent": Filled(writers=("volunteer",)),  # the other has given none
    "coordinator:vetting pk=vetting": Filled(_vetted),
    "volunteer:take_back_hand_in hand_in_id=hand_in": Filled(),
    "coordinator:hand_in pk=hand_in": of(answer="yes", valid_from="2026-01-01"),
    "coordinator:end_credential pk=credential": of(last_day="2026-01-01", reason="证书收回了"),
    "volunteer:programmes": Filled(lambda scene: {"programmes": Programme.objects.get().pk}),
    "volunteer:agreement": Filled(_its_agreement, writers=("volunteer", "volunteer2")),
    "coordinator:agreement pk=village_organisation": Filled(
        lambda scene: {"text": "请按时到", "from_on": local_day(now()).isoformat()}
    ),
    "coordinator:agreed_on_paper pk=volunteer": Filled(_its_agreement),
    "coordinator:teams": Filled(
        _a_team, writers=("city", "county", "street", "village"), given=lambda scene: None
    ),
    "join_team code==abc": Filled(writers=()),
    "volunteer:friends": of(phone="13900000078"),
    "volunteer:guardian": of(do="send")._replace(given=_under_age, writers=("volunteer",)),
    "volunteer:limits": of(max_per_day=2, max_per_week=3, max_travel=50),
    "volunteer:home": of(code="350102002")._replace(writers=("volunteer", "volunteer2")),
    "volunteer:pause": Filled(),
    "volunteer:erase": Filled(writers=("volunteer", "volunteer2")),
    "volunteer:resume": Filled(before=("volunteer:pause",), writers=("volunteer",)),
    "volunteer:ask_resume": of(text="我好了")._replace(
        given=_paused_by_the_county, writers=("volunteer",)
    ),
    "volunteer:naming": of(named="yes"),
    "volunteer:counting": of(counted="no"),
    "volunteer:availability": of(free="2-am"),
    "volunteer:add_time_off": Filled(_days_off),
    "volunteer:remove_time_off time_off_id=time_off": Filled(),
    "volunteer:give_back time_off_id=time_off": Filled(given=_off_over_a_promise),
    "family:confirm": of(session="{later}", child="{child}")._replace(writers=("family",)),
    "family:accept_all": Filled(_every_seat, given=_seat_offered, writers=("family",)),
    "family:answer_seat booking_id=booking": of(answer="yes")._replace(given=_seat_offered),
    "family:feedback booking_id=booking": of(came="yes")._replace(given=_over),
    "family:move booking_id=booking": of(session="{later}"),
    "family:who_comes booking_id=booking": Filled(_twin, writers=("family",)),
    "family:cancel booking_id=booking": of(asked="yes"),
    "family:requests": Filled(_programme, given=_takes_families),
    "family:hours": of(free="2-am"),
    "family:close_request request_id=request": Filled(),
    "family:new_child": Filled(_child),
    "guardian guardian_id=guardian": Filled(),
    "family:adults": of(called="外公", phone="13900139002"),
    "family:let_out guardian_id=guardian": of(asked="yes"),
    "family:child child_id=child": Filled(_child),
    "family:remove_child child_id=child": of(asked="yes"),
    "family:consent child_id=child purpose==booking": of(agree="no", asked="yes"),
    "family:home": of(street="350102001", max_travel=20),
    "family:erase": Filled(),
    "coordinator:request_run pk=draft": Filled(),
    "coordinator:request_run pk=village_rota": Filled(),
    "coordinator:stop_run pk=run": of(keep="0")._replace(given=_run_waits),
    "coordinator:publish pk=proposal": Filled(),
    "coordinator:discard pk=proposal": Filled(),
    "coordinator:new_session pk=draft": Filled(_one_more),
    "coordinator:new_session pk=village_rota": Filled(_one_more),
    "coordinator:ask pk=session": of(shift="{shift}", volunteer="{volunteer2}")._replace(
        given=_place_free
    ),
    "coordinator:keep_template pk=session": of(name="周六亲子课"),
    "coordinator:drop_template pk=template": Filled(),
    "coordinator:bring_over pk=session": Filled(_brought, given=_a_place_elsewhere),
    "coordinator:part pk=session who=volunteer": of(act="out", because="换人"),
    "coordinator:change_standing pk=volunteer": of(to="paused", why="先休息")._replace(
        writers=ABOVE_THE_VILLAGE
    ),
    "coordinator:stay_paused pk=volunteer": of(why="再等等")._replace(given=_asks_to_resume),
    "coordinator:of_age pk=volunteer": Filled(),
    "coordinator:guardian_withdraws pk=volunteer": Filled(given=_guardian_agreed),
    "coordinator:remark pk=volunteer": of(text="下午好找她"),
    "coordinator:telephone pk=session": of(volunteer="{volunteer}")._replace(
        writers=("city", "county")
    ),
    "coordinator:reopen_session pk=session": Filled(given=_called_off),
    "coordinator:undo_act pk=act": Filled(given=_taken_out_by_the_county, writers=("county",)),
    "coordinator:edit_session pk=session": of(title="新的名字"),
    "coordinator:edit_session pk=village_session": of(title="新的名字"),
    "coordinator:training pk=session": Filled(),
    "coordinator:cancel_session pk=session": Filled(_called_off_by("session")),
    "coordinator:cancel_session pk=village_session": Filled(_called_off_by("village_session")),
}
MORE = VISIT_FORMS | PAIR_FORMS | CASE_FORMS
FORMS |= {key: Filled(filled, (), given, who) for key, (filled, given, who) in MORE.items()}
SHOWN = (
    "coordinator:new_session",
    "coordinator:edit_session",
    "coordinator:edit_project",
)  # forms with more fields


def fields(line: Line, scene: Scene) -> Fields:
    found = FORMS[line.key].fields(scene)
    if line.name in SHOWN:
        owner = "village" if "village" in line.key or "project" in line.key else "county"
        found = as_shown(scene, line, owner, found)
    return found | {"idempotency_key": "0123456789abcdef"}
