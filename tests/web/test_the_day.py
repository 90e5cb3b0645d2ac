"""A day from the first sign-in to the hours, through the pages alone: the leader, a volunteer, the
coordinator."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.common import clock
from backend.records import codes
from backend.records.models import Attendance, ServiceRecord
from backend.volunteers.models import Volunteer
from tests.factories import make_assignment, make_volunteer
from tests.plans import statements_of
from tests.records.scene import BEGINS, ENDS, LATER, Day, make_day, minutes

pytestmark = pytest.mark.django_db
OLD_SHEET = "这张码换过了，不能用了。请扫新贴的一张，或输带队报的数字"


@pytest.fixture(name="move")
def clock_that_moves(monkeypatch: pytest.MonkeyPatch):
    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    to(BEGINS - minutes(10))
    return to


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def said(answer: HttpResponse) -> list[str]:
    """The last that was said; what came before may not have been shown yet."""
    return [str(one) for one in get_messages(answer.wsgi_request)][-1:]


def post(client: Client, name: str, *args: object, **fields: object) -> HttpResponse:
    return client.post(reverse(name, args=args), fields)


def test_she_types_the_code_leaves_and_is_confirmed(move) -> None:
    day = make_day()
    phone = browser(day.hers)
    page = text(phone.get("/v/check-in/"))
    assert "到了就签到" in page and "跟带队陈秀英说一声" in page
    now = clock.now()
    wrong = post(phone, "volunteer:check_in_now", day.helper.pk, code="")
    assert said(wrong) == ["签到码不对，或者刚换过。请看现在的码，再填一次"]
    post(
        phone,
        "volunteer:check_in_now",
        day.helper.pk,
        code=codes.spoken_code(day.session.pk, now),
    )
    assert "已签到 9:20" in text(phone.get("/v/check-in/"))
    move(ENDS + minutes(4))
    post(phone, "volunteer:check_out", day.helper.pk)
    assert "9:20 到 10:34" in text(phone.get("/v/check-in/"))
    assert "等核对" in text(phone.get("/v/hours/"))
    desk = browser(day.coordinator)
    waiting = text(desk.get("/c/hours/"))
    assert "林雪梅" in waiting and "9:20–10:34" in waiting
    answer = post(desk, "coordinator:hours_of", day.helper.pk, what="confirm", minutes=60)
    assert said(answer) == ["核对好了，林雪梅会收到消息"]
    assert f"/c/hours/{day.helper.pk}/" not in desk.get("/c/hours/").content.decode()
    hers = text(phone.get("/v/hours/"))
    assert "本平台时长 1 小时" in hers and "1 场，1 小时" in hers


def test_a_scanned_code_leads_to_one_tap_even_over_a_sign_in(move) -> None:
    day = make_day()
    link = codes.link_code(day.session.pk, clock.now())
    led = Client().get(reverse("here_session", args=[day.session.pk, link]))
    assert led.status_code == 302 and "proof=" in led["Location"]
    asked = Client().get(led["Location"])
    assert asked.status_code == 302 and "next=" in asked["Location"]
    move(BEGINS - minutes(3))
    phone = browser(day.hers)
    shown = phone.get(led["Location"])
    (proof,) = re.findall(r'name="proof" value="([^"]+)"', shown.content.decode())
    post(phone, "volunteer:check_in_now", day.helper.pk, proof=proof)
    assert Attendance.objects.get().came_how == "code"


def test_the_wall_signs_in_at_its_own_place_alone(move) -> None:
    day = make_day()
    venue = day.session.venue_id
    assert venue is not None
    led = Client().get(reverse("here_venue", args=[venue, codes.wall_code(venue, 1)]))
    phone = browser(day.hers)
    assert "扫到了，签到" in text(phone.get(led["Location"]))
    other = make_day().session.venue_id
    assert other is not None
    led = Client().get(reverse("here_venue", args=[other, codes.wall_code(other, 1)]))
    assert "扫到了，签到" not in text(phone.get(led["Location"]))
    stale = Client().get(reverse("here_venue", args=[venue, "abc"]))
    assert said(stale) == [OLD_SHEET]


def test_a_sheet_that_was_renewed_signs_nobody_in_any_more(move) -> None:
    day = make_day()
    move(BEGINS - minutes(3))
    venue = day.session.venue
    assert venue is not None
    first, second = browser(day.coordinator), browser(day.second)
    wall = reverse("coordinator:wall", args=[venue.pk])
    old = wall_link(second.get(wall))
    assert "还有 1 位调度员打开过这一张" in text(first.get(wall))
    post(first, "coordinator:renew_wall", venue.pk, seen=1)
    renewed = first.get(wall)
    assert "只有第 2 张能签到" in text(renewed) and wall_link(renewed) != old
    assert said(Client().get(old)) == [OLD_SHEET]
    led = Client().get(wall_link(renewed))
    assert "扫到了，签到" in text(browser(day.hers).get(led["Location"]))
    twice = post(second, "coordinator:renew_wall", venue.pk, seen=1)
    assert said(twice) == ["这张码刚有人换过，现在是第 2 张"]


def wall_link(page: HttpResponse) -> str:
    """Where the code of the sheet leads."""
    link: str = page.context["link"]  # type: ignore[attr-defined]
    return link.removeprefix("http://testserver")


def test_the_leader_notes_who_is_there_and_confirms_afterwards(move) -> None:
    day = make_day()
    leader = browser(day.leaders)
    page = text(leader.get(reverse("volunteer:lead", args=[day.session.pk])))
    assert "到了 0 位，共 2 位" in page
    assert codes.in_groups(codes.spoken_code(day.session.pk, clock.now())) in page
    post(leader, "volunteer:lead_mark", day.session.pk, assignment=day.helper.pk, what="here")
    assert "到了 1 位，共 2 位" in text(
        leader.get(reverse("volunteer:lead_fragment", args=[day.session.pk]))
    )
    post(leader, "volunteer:lead_mark", day.session.pk, assignment=day.helper.pk, what="back")
    assert Attendance.objects.get(assignment=day.helper).came_at is None
    day.signed(BEGINS, ENDS)
    move(LATER)
    answer = post(leader, "volunteer:lead_mark", day.session.pk, what="all")
    assert said(answer) == ["核对了 1 位"]
    assert ServiceRecord.objects.get().minutes == 60


def test_what_the_leader_tapped_without_network_is_judged_at_its_moment(move) -> None:
    day = make_day()
    leader = browser(day.leaders)
    address = reverse("volunteer:lead", args=[day.session.pk])
    kept_for = int(leader.get(address)["X-Kept-Seconds"])
    assert kept_for == (ENDS - BEGINS + minutes(10)).total_seconds() + 12 * 3600
    move(ENDS + minutes(300))  # home again, where there is a network

    def tapped(what: str, at: datetime) -> None:
        fields = {"assignment": day.helper.pk, "what": what, "at": int(at.timestamp())}
        post(leader, "volunteer:lead_mark", day.session.pk, **fields)

    tapped("here", BEGINS - minutes(46))  # before anybody may sign in
    assert not Attendance.objects.filter(came_at__isnull=False).exists()
    tapped("here", BEGINS + minutes(2))
    tapped("left", ENDS)
    row = Attendance.objects.get(assignment=day.helper)
    assert (row.came_at, row.left_at) == (BEGINS + minutes(2), ENDS)
    assert (row.came_how, row.left_how) == ("leader", "leader")


def test_a_list_has_the_buttons_for_later_only_where_a_page_was_kept(move) -> None:
    day = make_day()
    move(BEGINS - minutes(50))
    leaders = browser(day.leaders).get(reverse("volunteer:lead", args=[day.session.pk]))
    desks = browser(day.coordinator).get(reverse("coordinator:day", args=[day.session.pk]))
    shown = leaders.content.decode()
    assert shown.count('class="action when-kept"') == shown.count("data-later=") == 4
    assert "data-later" not in desks.content.decode() and "X-Kept-For" not in desks
    assert "林雪梅到了" in text(leaders) and "林雪梅到了" not in text(desks)


def test_who_does_not_lead_sees_no_list_and_marks_nobody(move) -> None:
    day = make_day()
    phone = browser(day.hers)
    for name in ("lead", "lead_fragment", "lead_code_fragment"):
        assert phone.get(reverse(f"volunteer:{name}", args=[day.session.pk])).status_code == 404
    answer = post(
        phone, "volunteer:lead_mark", day.session.pk, assignment=day.helper.pk, what="here"
    )
    assert answer.status_code == 404 and not Attendance.objects.exists()


def test_the_leader_marks_nobody_of_another_session(move) -> None:
    day = make_day()
    other = make_day()
    leader = browser(day.leaders)
    answer = post(
        leader, "volunteer:lead_mark", day.session.pk, assignment=other.helper.pk, what="here"
    )
    assert said(answer) == ["请在名单里点一位"]
    assert not Attendance.objects.exists()


def test_a_forgotten_sign_in_is_said_afterwards_and_an_absence_contested(move) -> None:
    day = make_day()
    move(LATER)
    phone = browser(day.hers)
    address = reverse("volunteer:hours_of", args=[day.helper.pk])
    page = phone.get(address).content.decode()
    assert 'value="09:30"' in page and 'value="10:30"' in page
    odd = phone.post(address, {"what": "said", "came": "10:30", "left": "09:30"})
    assert odd.status_code == 422 and "时间对不上" in text(odd)
    phone.post(address, {"what": "said", "came": "09:40", "left": "10:30"})
    desk = browser(day.coordinator)
    assert "9:40–10:30" in text(desk.get("/c/hours/"))
    post(desk, "coordinator:hours_of", day.helper.pk, what="absent", reason="没看到")
    assert "没看到" in text(phone.get(address))
    session = reverse("coordinator:session", args=[day.session.pk])
    assert "林雪梅 没到" in text(desk.get(session))
    phone.post(address, {"what": "object", "text": "我在后面帮忙"})
    shown = desk.get("/c/hours/")
    assert "我在后面帮忙" in text(shown)
    (pk,) = re.findall(r'id="objection-(\d+)"', shown.content.decode())
    post(desk, "coordinator:answer_objection", pk, answer="问过了，你在", minutes="50")
    assert "问过了，你在" in text(phone.get(address))
    assert ServiceRecord.objects.get().minutes == 50
    assert "林雪梅 来过" in text(desk.get(session))


def test_her_hours_leave_as_a_sheet(move) -> None:
    day = make_day()
    day.served(60)
    move(LATER)
    Volunteer.objects.filter(pk=day.her.pk).update(name="＝1+1")
    answer = browser(day.hers).get("/v/hours/file.csv")
    first, line = answer.content.decode().removeprefix("\ufeff").splitlines()
    assert first.startswith("姓名,志愿者编号,活动名称,日期,开始,结束")
    assert line.startswith(f"'＝1+1,{day.her.number},亲子课,2026-12-05,09:30,10:30,")
    assert ",60,1.00," in line


def test_a_rota_is_closed_and_hours_are_confirmed_after_it(move) -> None:
    day = make_day()
    move(LATER)
    desk = browser(day.coordinator)
    rota = day.session.rota
    answer = post(desk, "coordinator:close_rota", rota.pk)
    assert said(answer) == ["这张排班表结束了，没核对的时长照样可以核对"]
    rota.refresh_from_db()
    assert rota.state == "closed"
    post(desk, "coordinator:hours_of", day.helper.pk, what="absent")
    assert Attendance.objects.get(assignment=day.helper).state == "absent"


def test_a_late_entry_is_decided_by_a_colleague(move) -> None:
    day = make_day()
    move(LATER)
    desk = browser(day.coordinator)
    fields = {"what": "entry", "minutes": 60, "reason": "手机没电"}
    post(desk, "coordinator:hours_of", day.helper.pk, **fields)
    assert "你提的，等另一位来批。" in text(desk.get("/c/hours/"))
    other = browser(day.second)
    (pk,) = re.findall(r'id="entry-(\d+)"', other.get("/c/hours/").content.decode())
    post(desk, "coordinator:decide_entry", pk, answer="yes")
    assert not ServiceRecord.objects.exists()
    post(other, "coordinator:decide_entry", pk, answer="yes")
    assert ServiceRecord.objects.get().note == "手机没电"


def add_people(day: Day, many: int) -> None:
    shift = day.session.shifts.order_by("-pk")[0]
    shift.target = 9
    shift.save()
    for _ in range(many):
        make_assignment(volunteer=make_volunteer(with_user=True), shift=shift)


def test_the_statements_do_not_grow_with_people(move) -> None:
    asked: list[list[int]] = []
    for many in (0, 3):
        day = make_day()
        add_people(day, many)
        move(LATER)
        desk, leader, phone = map(browser, (day.coordinator, day.leaders, day.hers))
        asked.append(
            [
                len(statements_of(desk, "/c/hours/")),
                len(statements_of(desk, reverse("coordinator:day", args=[day.session.pk]))),
                len(statements_of(leader, reverse("volunteer:lead", args=[day.session.pk]))),
                len(statements_of(phone, "/v/check-in/")),
                len(statements_of(phone, "/v/hours/")),
            ]
        )
    assert asked[0] == asked[1]
