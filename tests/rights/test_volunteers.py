"""A volunteer sees, takes along and takes back all of hers; her hours stay and name nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from backend.accounts.access import note
from backend.accounts.models import Access, User
from backend.planning.models import Run
from backend.planning.queries.spoken import answered
from backend.proofs.models import Statement
from backend.proofs.policy import code_of
from backend.records.models import Objection, ServiceRecord
from backend.records.operations import object_to
from backend.rights.operations import NOBODY, erase_volunteer
from backend.rights.queries import decisions_of, looked_at_volunteer, volunteer_file
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations import take_out
from backend.volunteers.models import Remark, Volunteer
from backend.volunteers.operations import change_availability, write_remark
from scheduler.printing import print_one
from tests import factories as make
from tests.proofs.scene import asked, issued
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
NEXT_WEEK = make.at("2026-12-12 09:30")


def a_life() -> Day:
    """She has served, has a paper of it, says that something is not right, and is noted for next
    week; a colleague of her coordinator's wrote something down."""
    day = make_day()
    day.served()
    print_one(issued(day).pk)
    object_to(assignment_id=day.helper.pk, text="我多留了十分钟", actor=day.hers, now=LATER)
    Volunteer.objects.filter(pk=day.her.pk).update(phone_index=b"x")
    row = Volunteer.objects.get(pk=day.her.pk)
    row.phone = PHONE
    row.save()
    change_availability(volunteer_id=row.pk, spans=[(1, 540, 720)], actor=day.hers, now=LATER)
    write_remark(volunteer_id=row.pk, text="嗓门大，适合户外", actor=day.second, now=LATER)
    session = make.make_session(rota=day.session.rota, starts_at=NEXT_WEEK, title="下周的课")
    make.make_assignment(volunteer=row, shift=session.shifts.get())
    other = make.make_session(rota=day.session.rota, starts_at=NEXT_WEEK + timedelta(days=1))
    make.make_offer(volunteer=row, shift=other.shifts.get())
    return day


def kept(day: Day) -> Volunteer:
    return Volunteer.objects.select_related("organisation", "street").get(pk=day.her.pk)


def file_of(day: Day) -> str:
    return json.dumps(volunteer_file(kept(day)), cls=DjangoJSONEncoder, ensure_ascii=False)


def test_her_file_holds_everything_and_is_json() -> None:
    text = file_of(a_life())
    words = ("林雪梅", PHONE, "亲子课", "下周的课", "我多留了十分钟", "嗓门大，适合户外")
    assert [word for word in words if word not in text] == []


def test_her_file_costs_as_much_for_many_rows_as_for_few(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    day = a_life()
    for week in range(1, 4):
        session = make.make_session(
            rota=day.session.rota, starts_at=NEXT_WEEK + timedelta(weeks=week)
        )
        make.make_assignment(volunteer=day.her, shift=session.shifts.get())
    her = kept(day)
    with django_assert_num_queries(49):
        volunteer_file(her)


def test_she_sees_who_looked_and_for_whom_they_work_and_which_plans_were_made() -> None:
    day = make_day()
    her = kept(day)
    note(None, "create", f"volunteer:{her.pk}", now=make.NOW)
    note(day.coordinator, "read", f"volunteer:{her.pk}", "part session:7", now=LATER)
    note(day.hers, "read", f"volunteer:{her.pk}", now=LATER)
    note(day.coordinator, "read", f"volunteer:{day.leader.volunteer_id}", now=LATER)
    for minutes in (-1, 1):
        Run.objects.create(
            rota=day.session.rota,
            requested_by=day.coordinator,
            seconds_limit=9,
            state="finished",
            requested_at=make.NOW,
            started_at=make.NOW + timedelta(minutes=minutes),
        )
    looks = looked_at_volunteer(her)
    assert [(look.who, look.action, look.reason, look.office) for look in looks] == [
        ("office", "read", "part", her.organisation.name),
        ("planner", "read", day.session.rota.name, ""),
        ("platform", "create", "", ""),
    ]


def test_the_one_look_of_a_stranger_is_hidden_by_none_of_many_others() -> None:
    day = a_life()
    her = kept(day)
    stranger = make.make_coordinator(organisation=make.make_organisation(name="别处妇联"))
    note(stranger, "read", f"volunteer:{her.pk}", now=make.NOW)
    many = [LATER + timedelta(seconds=n) for n in range(300)]
    for n, moment in enumerate(many):
        note(day.coordinator, "read", f"volunteer:{her.pk}", f"part session:{n}", now=moment)
    looks = [look for look in looked_at_volunteer(her) if look.action == "read"]
    assert [(look.office, look.times, look.first, look.at) for look in looks] == [
        (her.organisation.name, 300, many[0], many[-1]),
        ("别处妇联", 1, make.NOW, make.NOW),
    ]
    browser = Client()
    browser.force_login(day.hers)
    page = browser.get(reverse("volunteer:held")).content.decode()
    assert "别处妇联的工作人员看过你的资料" in page and "共 300 次，这是最近一次" in page


def test_what_was_decided_about_her_names_who_decided_and_why() -> None:
    day = a_life()
    place = Assignment.objects.get(volunteer=day.her, session__title="下周的课")
    take_out(assignment_id=place.pk, because="场地改了", actor=day.coordinator, now=LATER)
    found = [(row.what, row.about, row.why, row.by) for row in decisions_of(kept(day))]
    organisation = day.session.rota.organisation.name
    assert sorted(found) == [
        ("act.took_out", "下周的课", "场地改了", "刘敏"),
        ("statement.issued", organisation, "", "刘敏"),
    ]


def test_erasing_her_gives_back_what_is_ahead_and_leaves_hours_without_a_name() -> None:
    day = a_life()
    coming = Assignment.objects.get(volunteer=day.her, session__title="下周的课")
    number = day.her.number
    for _ in range(2):
        erase_volunteer(volunteer_id=day.her.pk, actor=day.hers, now=LATER)
    left = Volunteer.objects.get(pk=day.her.pk)
    assert (left.name, left.phone, left.phone_index, left.user, left.state, left.number) == (
        *(NOBODY, None, None, None, "left"),
        number,
    )
    coming.refresh_from_db()
    assert coming.state == "withdrawn"
    assert Offer.objects.get(volunteer=left).state == "declined"
    assert not left.availability.exists() and not Remark.objects.exists()
    assert Objection.objects.get().text == ""
    assert ServiceRecord.objects.filter(volunteer=left).count() == 1
    text = file_of(day)
    words = ("林雪梅", PHONE, "我多留了十分钟", "嗓门大")
    assert [word for word in words if word in text] == []
    assert Access.objects.filter(action="erase", subject=f"volunteer:{left.pk}").count() == 1
    call_command("verify_records")


def test_erasing_her_closes_her_account_unless_she_does_more_here(client: Client) -> None:
    day = a_life()
    client.force_login(day.hers)
    erase_volunteer(volunteer_id=day.her.pk, actor=day.hers, now=LATER)
    assert User.objects.get(pk=day.hers.pk).is_active is False
    assert client.get(reverse("volunteer:me")).status_code == 302
    mother = make.make_family(with_user=True).user
    too = make.make_volunteer(user=mother)
    erase_volunteer(volunteer_id=too.pk, actor=mother, now=LATER)
    assert User.objects.get(pk=mother.pk).is_active


def not_answered(day: Day) -> None:
    asked(day)


def not_printed(day: Day) -> None:
    issued(day)


@pytest.mark.parametrize("begun", [not_answered, not_printed])
def test_a_paper_that_nobody_holds_ends_with_her_data(begun: Callable[[Day], None]) -> None:
    day = make_day()
    day.served()
    begun(day)
    erase_volunteer(volunteer_id=day.her.pk, actor=day.hers, now=LATER)
    row = Statement.objects.get()
    assert (row.state, row.ended_at) == ("dropped", LATER)


def test_a_paper_in_her_hands_still_checks(client: Client) -> None:
    day = a_life()
    row = Statement.objects.get()
    erase_volunteer(volunteer_id=day.her.pk, actor=day.hers, now=LATER)
    said = client.get(
        reverse("verify", args=[row.number, code_of(row.number or "")]),
        headers={"accept": "application/json"},
    ).json()
    assert (said["name"], said["minutes"], said["state"]) == ("", 60, "issued")


def test_that_she_erased_her_data_is_no_word_of_hers_about_a_class(client: Client) -> None:
    day = a_life()
    place = Assignment.objects.get(volunteer=day.her, session__title="下周的课")
    asked_for = Offer.objects.get(volunteer=day.her)
    erase_volunteer(volunteer_id=day.her.pk, actor=day.hers, now=LATER)
    client.force_login(day.coordinator)
    for session, said in (
        (place.session_id, "一位志愿者删除了自己的资料，位子空出来了（"),
        (asked_for.session_id, "一位志愿者删除了自己的资料，不再问她了（"),
    ):
        page = client.get(reverse("coordinator:session", args=[session])).content.decode()
        assert said in page
        assert "答应后又说去不了" not in page and "说去不了（" not in page
    answers = answered(Session.objects.all(), LATER).rows
    assert [(row.word, row.name) for row in answers] == [("erased", NOBODY)] * 2
