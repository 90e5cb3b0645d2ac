"""What a coordinator does through pages: run, publish, ask by hand, write a session down; what she
is told when it cannot be."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.common import clock
from backend.planning.models import Proposal, Run
from backend.planning.operations import refuse_publication, request_run
from backend.planning.policy import seconds_for
from backend.programmes.models import Engagement
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session
from backend.rota.operations import (
    change_session_alone,
    claim_shift,
    decline_offer,
    see_notice,
)
from backend.rota.operations.session_values import values_of
from backend.volunteers.models import Volunteer
from scheduler.publishing import publish
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    made = make_scene()
    Engagement.objects.update(minutes=60)
    return made


def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.actor)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"coordinator:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_pressing_twice_starts_one_run(scene: Scene) -> None:
    client = desk(scene)
    for _ in range(2):
        assert client.post(url("request_run", scene.rota.pk)).status_code == 303
    assert Run.objects.count() == 1
    assert "正在排班" in text(client.get(url("rota", scene.rota.pk)))


def test_the_panel_shows_the_newest_numbers_of_a_run(scene: Scene) -> None:
    run, _ = scene.running()
    Run.objects.filter(pk=run.pk).update(
        progress={
            "seconds": 2,
            "stage": "improve",
            "assignments": 1518,
            "volunteers": 1411,
            "holes": 2,
            "cost": 10000,
            "bound": 9997,
            "families_served": 7,
        }
    )
    shown = text(desk(scene).get(url("run_fragment", scene.rota.pk)))
    for figure in (
        "1,518",
        "1,411",
        "0.03%",
        'data-proof="known"',
        'data-stage="improve"',
        f'data-tick="run.{run.pk}"',
    ):
        assert figure in shown


def test_stopping_keeps_or_drops(scene: Scene) -> None:
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    desk(scene).post(url("stop_run", run.pk), {"keep": "0"})
    assert Run.objects.get().state == "cancelled"
    assert "什么都没有改" in text(desk(scene).get(url("rota", scene.rota.pk)))


def test_a_failed_run_says_what_to_do(scene: Scene) -> None:
    run, _ = scene.running()
    Run.objects.filter(pk=run.pk).update(state="failed", trouble="broken KeyError", ended_at=NOW)
    shown = text(desk(scene).get(url("rota", scene.rota.pk)))
    assert "上次没有排成" in shown and "KeyError" not in shown


def test_publishing_from_the_page_asks_the_people(scene: Scene) -> None:
    proposal = scene.proposal()
    client = desk(scene)
    under_way = text(client.post(url("publish", proposal.pk), follow=True))
    assert (
        "正在发布" in under_way
        and "2 个邀请和 1 个家庭预约" in under_way
        and "发布这" not in under_way
        and not Offer.objects.exists()
    )
    assert "正在发布" in text(client.get(url("rota", scene.rota.pk)))
    publish(proposal.pk)
    assert (
        "2 个邀请已经送出" in text(client.get(url("proposal", proposal.pk)))
        and Offer.objects.count() == 2
    )


def test_stale_lines_are_named_with_the_choice_to_publish_the_rest() -> None:
    scene = make_scene(state="published")
    other = make_session(rota=scene.rota, starts_at=at("2026-12-05 10:00"), title="讲座")
    proposal = scene.proposal()
    claim_shift(
        volunteer_id=scene.alice.pk, shift_id=other.shifts.get().pk, actor=scene.alice.user, now=NOW
    )
    client = desk(scene)

    client.post(url("publish", proposal.pk))
    publish(proposal.pk)

    assert not Offer.objects.exists()
    shown = text(client.get(url("proposal", proposal.pk)))
    for words in (
        "2 处对不上",
        "陈秀英，亲子课",
        "跟她 10:00 的班时间重叠",
        "发布其余的 1 个邀请",
        "重新排",
    ):
        assert words in shown
    client.post(url("publish", proposal.pk), {"rest": "1"})
    publish(proposal.pk)
    assert Offer.objects.get().volunteer_id == scene.bob.pk
    assert Proposal.objects.get().state == "published"


@pytest.mark.parametrize(
    ("code", "words"), [("interrupted", "发布中断了几次"), ("broken KeyError", "谁也没有收到通知")]
)
def test_a_publication_that_failed_says_so_and_can_be_asked_for_again(
    scene: Scene, code: str, words: str
) -> None:
    proposal = scene.proposal()
    client = desk(scene)
    client.post(url("publish", proposal.pk))
    refuse_publication(proposal_id=proposal.pk, refusal={"code": code}, now=NOW)
    shown = text(client.get(url("proposal", proposal.pk)))
    assert (
        "没有发布成" in shown
        and words in shown
        and "KeyError" not in shown
        and "发布这 2 个邀请" in shown
    )


def can_be_ticked(page: str, her: Volunteer) -> bool:
    """On the page of whom to ask."""
    return re.search(rf'name="volunteer"\s+value="{her.pk}"', page) is not None


def test_asking_by_hand() -> None:
    scene = make_scene(state="published")
    shift = scene.morning.shifts.get()
    client = desk(scene)
    page = text(client.get(url("ask", scene.morning.pk)))
    assert "陈秀英" in page and "林雪梅" in page and "全部志愿者" in page

    client.post(url("ask", scene.morning.pk), {"shift": shift.pk, "volunteer": [scene.alice.pk]})
    assert Offer.objects.get().volunteer_id == scene.alice.pk
    refused = text(
        client.post(
            url("ask", scene.morning.pk),
            {"shift": shift.pk, "volunteer": [scene.bob.pk]},
            follow=True,
        )
    )
    assert "位子已经有人了" in refused and Offer.objects.count() == 1


def test_of_a_draft_nobody_is_said_to_be_asked(scene: Scene) -> None:
    scene.proposal()
    page = text(desk(scene).get(url("rota", scene.rota.pk), {"view": "person"}))
    assert "2 人照方案这周有班，还没有问她们" in page and "被问到" not in page


def test_of_two_for_one_place_she_chooses_herself() -> None:
    scene = make_scene(state="published")
    shift = scene.morning.shifts.get()
    client = desk(scene)
    assert "还差 1 位，最多选 1 位。" in text(client.get(url("ask", scene.morning.pk)))

    both = {"shift": shift.pk, "volunteer": [scene.alice.pk, scene.bob.pk]}
    answer = client.post(url("ask", scene.morning.pk), both)
    assert (answer.status_code, Offer.objects.count()) == (422, 0)
    page = text(answer)
    assert "只差 1 位，你选了 2 位" in page and "位子已经有人了" not in page
    assert re.findall(r'value="(\d+)"\s+checked', page) == [str(scene.alice.pk), str(scene.bob.pk)]


def test_who_cannot_go_is_named_with_the_rule() -> None:
    scene = make_scene(state="published")
    make_volunteer(name="黄丽华", organisation=scene.rota.organisation, available=[(0, 0, 1440)])
    page = text(desk(scene).get(url("ask", scene.morning.pk)))
    assert "只差一点的人" in page and "黄丽华" in page


def test_each_rule_that_keeps_someone_out_has_its_sentence() -> None:
    """Limits of the day and week are counted round the session that is asked about."""
    scene = make_scene(state="published")
    same_day = make_session(
        rota=scene.rota, starts_at=at("2026-12-05 14:00"), title="讲座", shifts=[("lead", 2, 2)]
    )
    for name, limit in (("黄丽华", "max_per_day"), ("张淑贞", "max_per_week")):
        her = make_volunteer(name=name, organisation=scene.rota.organisation, **{limit: 1})
        make_assignment(volunteer=her, shift=same_day.shifts.get())
    page = text(desk(scene).get(url("ask", scene.morning.pk)))
    assert "黄丽华" in page and "张淑贞" in page


def test_whose_week_is_not_clear_is_named_below_with_the_reason() -> None:
    """She has promised what her hours do not hold any more, so no plan asks her for anything else
    in that week; whoever asks by hand is told. In another week she is asked as anybody is."""
    scene = make_scene(state="published")
    her = make_volunteer(name="黄丽华", organisation=scene.rota.organisation)
    promised = make_session(rota=scene.rota, starts_at=at("2026-12-02 09:30"))
    make_assignment(volunteer=her, shift=promised.shifts.get())
    client = desk(scene)

    def able() -> bool:
        return can_be_ticked(text(client.get(url("ask", scene.morning.pk))), her)

    assert able()
    her.availability.filter(weekday=2).delete()
    page = text(client.get(url("ask", scene.morning.pk)))
    assert not able()
    assert "她这一周答应过的有一场照现在去不了（不在她的空闲时间里），等她说清再问" in page
    Session.objects.filter(pk=promised.pk).update(
        starts_at=at("2026-12-09 09:30"), ends_at=at("2026-12-09 10:30")
    )
    assert able()


def test_of_two_promises_asked_about_again_at_one_time_she_is_asked_nothing_else() -> None:
    scene = make_scene(state="published")
    her = make_volunteer(name="黄丽华", organisation=scene.rota.organisation)
    for _ in range(2):
        asked = make_session(rota=scene.rota, starts_at=at("2026-12-02 09:30"))
        told = Agreed.of(asked).as_json() | {"promised": True}
        make_offer(volunteer=her, shift=asked.shifts.get(), before=told)
    page = text(desk(scene).get(url("ask", scene.morning.pk)))
    assert not can_be_ticked(page, her) and "等她说清再问" in page


def form_of(session: Session | None, venue: int, **change: object) -> dict[str, object]:
    role = (session or Session.objects.first()).programme.roles.get(code="lead").pk
    data = {
        "title": "亲子课",
        "venue": venue,
        "day": "2026-12-06",
        "starts": "09:30",
        "ends": "10:30",
        "required": "on",
        f"shift_{role}_min": 1,
        f"shift_{role}": 2,
    }
    return (
        data
        | (
            {"version": session.version}
            if session
            else {"engagement": Session.objects.first().engagement_id}
        )
        | change
    )


def test_a_new_session_starts_from_the_habits_of_its_kind(scene: Scene) -> None:
    kind = scene.morning.engagement
    kind.minutes, kind.seats_max, kind.staffing = 75, 12, [{"role": "lead", "min": 1, "target": 3}]
    kind.save()
    page = text(desk(scene).get(url("new_session", scene.rota.pk), {"engagement": kind.pk}))
    assert 'value="10:15"' in page and 'value="12"' in page and 'value="3"' in page


def test_a_session_is_written_down(scene: Scene) -> None:
    answer = desk(scene).post(
        url("new_session", scene.rota.pk), form_of(None, make_venue().pk, title="绘本课")
    )
    made = Session.objects.get(title="绘本课")
    assert (
        answer.status_code == 303
        and made.shifts.get().target == 2
        and made.starts_at == at("2026-12-06 09:30")
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends": "09:00"}, "结束时间要晚于开始时间"),
        ({"day": "2027-03-01"}, "要在这张排班表的日子里"),
        ({"title": ""}, "请填上「名称」"),
        ({"seats_max": 10}, "要么都填"),
        (
            {
                "seats_min": 9,
                "seats_max": 3,
                "seats_per_volunteer": 5,
                "months_low": 0,
                "months_high": 12,
            },
            "最多要比最少多",
        ),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    scene: Scene, change: dict[str, object], words: str
) -> None:
    before = Session.objects.count()
    answer = desk(scene).post(
        url("new_session", scene.rota.pk), form_of(None, make_venue().pk, **change)
    )
    assert answer.status_code == 422 and words in text(answer)
    assert Session.objects.count() == before


def test_a_stale_edit_shows_the_newest_and_who_made_it(scene: Scene) -> None:
    venue = scene.morning.venue_id
    colleague = Client()
    colleague.force_login(make_coordinator(organisation=scene.rota.organisation, name="陈洁"))
    stale = form_of(scene.morning, venue, title="音乐课")
    colleague.post(
        url("edit_session", scene.morning.pk), form_of(scene.morning, venue, title="绘本课")
    )

    answer = desk(scene).post(url("edit_session", scene.morning.pk), stale)

    assert answer.status_code == 409
    shown = text(answer)
    assert "陈洁刚改过这一场" in shown and "绘本课" in shown
    assert 'value="音乐课"' in shown  # what she wrote is still there
    assert Session.objects.get(pk=scene.morning.pk).title == "绘本课"
    newest = Session.objects.get(pk=scene.morning.pk)
    again = form_of(newest, venue, title="音乐课")
    assert desk(scene).post(url("edit_session", newest.pk), again).status_code == 303
    assert Session.objects.get(pk=scene.morning.pk).title == "音乐课"


def test_a_visit_at_a_home_is_changed_and_stays_there() -> None:
    scene = make_scene(state="published")
    Session.objects.filter(pk=scene.morning.pk).update(venue=None)
    client = desk(scene)
    address = url("edit_session", scene.morning.pk)
    page = text(client.get(address))
    assert 'name="venue"' not in page and 'name="times"' not in page
    session = Session.objects.get(pk=scene.morning.pk)
    wanted = form_of(session, 0, day="2026-12-04")
    del wanted["venue"]
    assert client.post(address, wanted).status_code == 303
    changed = Session.objects.get(pk=session.pk)
    assert changed.starts_at == at("2026-12-04 09:30")
    assert (changed.venue_id, changed.latitude) == (None, session.latitude)
    assert changed.county_code == session.county_code


def test_an_engagement_without_a_time_is_changed_and_gets_none() -> None:
    scene = make_scene(state="published")
    Session.objects.filter(pk=scene.morning.pk).update(venue=None, starts_at=None, ends_at=None)
    client = desk(scene)
    address = url("edit_session", scene.morning.pk)
    assert 'name="day"' not in text(client.get(address))
    wanted = form_of(Session.objects.get(pk=scene.morning.pk), 0, risk_note="两人同行")
    for name in ("venue", "day", "starts", "ends"):
        del wanted[name]
    assert client.post(address, wanted).status_code == 303
    changed = Session.objects.get(pk=scene.morning.pk)
    assert (changed.risk_note, changed.starts_at, changed.venue_id) == ("两人同行", None, None)


def test_the_editor_sees_whom_it_touches_before_anything_is_saved() -> None:
    scene = make_scene(state="published")
    shift = scene.morning.shifts.get()
    shift.target = 2
    shift.save()
    make_assignment(volunteer=scene.alice, shift=shift)
    far = make_volunteer(name="黄丽华", organisation=scene.rota.organisation, max_travel=5)
    make_assignment(volunteer=far, shift=shift)
    session = Session.objects.get(pk=scene.morning.pk)
    wanted = form_of(session, make_venue(point=(26.3, 119.3)).pk)
    client = desk(scene)

    page = text(client.post(url("edit_session", session.pk), wanted))

    assert "要重新问 1 位志愿者" in page and scene.alice.name in page
    assert "1 位去不了" in page and "黄丽华" in page and "给她排的最多 5 分钟" in page
    assert Session.objects.get(pk=session.pk).version == session.version
    assert not Offer.objects.exists()

    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    done = client.post(url("edit_session", session.pk), wanted | {"seen": seen[1]}, follow=True)
    assert "重新问了 1 位志愿者。1 位志愿者不用来了，告诉了她们为什么。" in text(done)
    assert Offer.objects.get(state="pending").volunteer == scene.alice
    assert Session.objects.get(pk=session.pk).version == session.version + 1


def test_the_editor_sees_how_many_families_must_answer_and_how_many_are_told() -> None:
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    children = {"seats_min": 0, "seats_max": 10, "seats_per_volunteer": 5}
    children |= dict(zip(("months_low", "months_high"), scene.morning.months or (), strict=True))
    for state in ("confirmed", "offered", "waiting"):
        make_booking(family=make_family(agreed=True), session=scene.morning, state=state)
    client = desk(scene)

    def save(day: str) -> tuple[str, str]:
        session = Session.objects.get(pk=scene.morning.pk)
        wanted = form_of(session, session.venue_id, day=day, **children)
        page = text(client.post(url("edit_session", session.pk), wanted))
        seen = re.search(r'name="seen" value="(\w+)"', page)
        assert seen is not None
        done = client.post(url("edit_session", session.pk), wanted | {"seen": seen[1]}, follow=True)
        return page, text(done)

    page, done = save("2026-12-04")
    assert "要重新问 2 家" in page and "1 家会看到改动，不用回复" in page
    assert "重新问了 2 家。告诉了 1 家。" in done
    page, done = save("2026-12-05")
    assert "要重新问 1 家" in page and "2 家会看到改动，不用回复" in page
    assert "重新问了 1 家。告诉了 2 家。" in done


def test_whom_an_earlier_change_released_the_editor_sees_come_back() -> None:
    scene = make_scene(state="published")
    shift = scene.evening.shifts.get()
    shift.target = 2
    shift.save()
    spans = [(5, 17 * 60, 24 * 60)]  # Saturday evenings
    for name in ("黄丽华", "张淑贞"):
        her = make_volunteer(name=name, organisation=scene.rota.organisation, available=spans)
        make_assignment(volunteer=her, shift=shift)
    client = desk(scene)

    def save(**change: str) -> tuple[str, str]:
        session = Session.objects.get(pk=scene.evening.pk)
        wanted = form_of(session, session.venue_id, day="2026-12-05", **change)
        page = text(client.post(url("edit_session", session.pk), wanted))
        seen = re.search(r'name="seen" value="(\w+)"', page)
        assert seen is not None
        done = client.post(url("edit_session", session.pk), wanted | {"seen": seen[1]}, follow=True)
        return page, text(done)

    save(starts="15:30", ends="16:30")
    notice = Notice.objects.get(volunteer__name="张淑贞")
    see_notice(notice_id=notice.pk, actor=None, now=NOW)
    page, done = save(starts="18:00", ends="19:00")
    assert "要重新问 1 位志愿者" in page and "上次改动后没了她的位子，现在又能去" in page
    assert "1 位上次改动时放下的位子，会还给她" in page
    assert "重新问了 1 位志愿者。把位子还给了 1 位志愿者，也告诉了她们。" in done
    assert Assignment.objects.get(state="active").volunteer.name == "黄丽华"
    assert Offer.objects.get(state="pending").volunteer.name == "张淑贞"


def test_who_came_in_meanwhile_is_shown_before_it_is_saved() -> None:
    scene = make_scene(state="published")
    shift = scene.morning.shifts.get()
    make_assignment(volunteer=scene.alice, shift=shift)
    session = Session.objects.get(pk=scene.morning.pk)
    wanted = form_of(session, session.venue_id)
    answer = desk(scene).post(url("edit_session", session.pk), wanted | {"seen": "another"})
    assert answer.status_code == 200 and "要重新问 1 位志愿者" in text(answer)
    assert Session.objects.get(pk=session.pk).version == session.version


def test_going_back_to_write_on_loses_nothing() -> None:
    scene = make_scene(state="published")
    session = Session.objects.get(pk=scene.morning.pk)
    wanted = form_of(session, session.venue_id, title="绘本课", again="1")
    answer = desk(scene).post(url("edit_session", session.pk), wanted)
    assert answer.status_code == 200 and 'value="绘本课"' in text(answer)
    assert Session.objects.get(pk=session.pk).title == session.title


def test_a_room_that_is_taken_is_said_before_it_is_taken_twice(scene: Scene) -> None:
    venue = make_venue()
    make_session(
        rota=scene.rota, venue=venue, starts_at=at("2026-12-06 10:00"), title="占着房间的课"
    )
    client = desk(scene)
    wanted = form_of(None, venue.pk, title="新课")
    page = text(client.post(url("new_session", scene.rota.pk), wanted))
    assert "这间房那个时候还有别的场次" in page and "占着房间的课" in page
    assert not Session.objects.filter(title="新课").exists()
    client.post(url("new_session", scene.rota.pk), wanted | {"seen": "room"})
    assert Session.objects.filter(title="新课").exists()


def test_three_sessions_in_the_room_are_asked_about_as_one(scene: Scene) -> None:
    venue = make_venue()
    client = desk(scene)
    wanted = form_of(None, venue.pk, title="新课")
    counts = []
    for n in range(3):
        rota = make_rota(organisation=scene.rota.organisation)
        make_session(rota=rota, venue=venue, starts_at=at("2026-12-06 10:00"), title=f"先来的{n}")
        with CaptureQueriesContext(connection) as asked:
            page = text(client.post(url("new_session", scene.rota.pk), wanted))
        assert page.count("先来的") == n + 1
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


def test_calling_off_asks_first(scene: Scene) -> None:
    client = desk(scene)
    assert "不取消" in text(client.get(url("cancel_session", scene.morning.pk)))
    assert Session.objects.get(pk=scene.morning.pk).state == "planned"
    refused = client.post(url("cancel_session", scene.morning.pk))
    assert refused.status_code == 422 and "请写一句原因" in text(refused)
    client.post(url("cancel_session", scene.morning.pk), {"because": "停电"})
    assert Session.objects.get(pk=scene.morning.pk).state == "cancelled"


def call_off(client: Client, scene: Scene, because: str) -> HttpResponse:
    """As the page asks it, with the mark of whom it named."""
    address = url("cancel_session", scene.morning.pk)
    seen = client.get(address).context["seen"]
    return client.post(address, {"because": because, "seen": seen})


def test_who_came_in_meanwhile_is_named_before_a_session_is_called_off() -> None:
    scene = make_scene(state="published")
    client = desk(scene)
    address = url("cancel_session", scene.morning.pk)
    seen = client.get(address).context["seen"]
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    for mark in ({}, {"seen": seen}):
        late = client.post(address, {"because": "停电"} | mark)
        assert late.status_code == 409
        assert scene.alice.name in text(late) and 'value="停电"' in late.content.decode()
        assert "刚刚有人加入或退出了这一场" in text(late)
        assert Session.objects.get(pk=scene.morning.pk).state == "open"
    assert call_off(client, scene, "停电").status_code == 303
    assert Session.objects.get(pk=scene.morning.pk).state == "cancelled"


def test_a_cancelled_session_keeps_its_people_for_the_telephone() -> None:
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    client = desk(scene)
    call_off(client, scene, "停电")
    page = text(client.get(url("session", scene.morning.pk)))
    assert scene.alice.name in page and "还没看到，请打电话" in page and "停电" in page
    assert "还缺" not in page
    see_notice(notice_id=Notice.objects.get().pk, actor=None, now=NOW)
    assert "已经看到取消" in text(client.get(url("session", scene.morning.pk)))


def test_a_no_that_a_change_overtook_stays_in_what_happened() -> None:
    scene = make_scene(state="published")
    offer = make_offer(volunteer=scene.alice, shift=scene.morning.shifts.get())
    decline_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)
    session = Session.objects.get(pk=scene.morning.pk)
    assert session.starts_at is not None
    later = session.starts_at + timedelta(hours=3)
    moved = replace(values_of(session), starts_at=later, ends_at=later + timedelta(hours=1))
    change_session_alone(
        session_id=session.pk,
        version=session.version,
        values=moved,
        actor=scene.actor,
        now=NOW,
    )
    offer.refresh_from_db()
    assert offer.state == "lapsed"
    page = text(desk(scene).get(url("session", session.pk)))
    assert f"问{scene.alice.name}的那一次不算数了" in page[page.index("这一场的经过") :]


def test_who_is_asked_anew_stands_once_and_as_she_is_now() -> None:
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    session = Session.objects.get(pk=scene.morning.pk)
    client = desk(scene)
    wanted = form_of(session, session.venue_id)
    page = text(client.post(url("edit_session", session.pk), wanted))
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    client.post(url("edit_session", session.pk), wanted | {"seen": seen[1]})
    page = text(client.get(url("session", session.pk)))
    people = page[: page.index("这一场的经过")]
    hers = f'href="{url("volunteer", scene.alice.pk)}"'
    assert people.count(hers) == 1 and "等回复" in people


def test_a_run_may_take_longer_the_larger_the_rota() -> None:
    assert [seconds_for(n, 60) for n in (0, 999, 1000, 2200, 10**6)] == [60, 60, 120, 180, 3600]


def test_the_day_shows_gaps_waiting_offers_and_answers() -> None:
    scene = make_scene(state="published")
    Session.objects.filter(pk=scene.morning.pk).update(
        starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=1)
    )
    client = desk(scene)
    assert "缺 1" in text(client.get(url("today")))
    client.post(
        url("ask", scene.morning.pk),
        {"shift": scene.morning.shifts.get().pk, "volunteer": [scene.alice.pk]},
    )
    shown = text(client.get(url("today")))
    assert "陈秀英" in shown


def test_the_day_names_who_gave_a_place_back_and_the_late_ones_first() -> None:
    scene = make_scene(state="published")
    far = scene.evening
    near = make_session(rota=scene.rota, starts_at=NOW + timedelta(days=2), title="近的课")
    hours = timedelta(hours=1)
    for her, session, ago in (
        (scene.alice, near, 5 * hours),
        (scene.bob, far, 2 * hours),
        (scene.bob, near, 30 * hours),
    ):
        row = make_assignment(volunteer=her, shift=session.shifts.get(), state="withdrawn")
        Assignment.objects.filter(pk=row.pk).update(ended_at=NOW - ago)
    said = make_offer(volunteer=scene.bob, shift=scene.morning.shifts.get(), state="accepted")
    Offer.objects.filter(pk=said.pk).update(answered_at=NOW - hours)
    make_assignment(volunteer=scene.bob, shift=scene.morning.shifts.get())  # her yes stands
    client = desk(scene)
    for address in (url("today"), url("today_answers")):
        page = re.sub(r"\s+", "", text(client.get(address)))
        told = page[page.rindex("一天里刚回复的") :]
        assert re.findall(r"<b>([^<]+)</b>", told) == [
            scene.alice.name,
            scene.bob.name,
            scene.bob.name,
        ]
        words = ("快开始了，又去不了了", "能去", "答应过，又去不了了")
        places = [told.index(f"{word}</span>") for word in words]
        assert places == sorted(places)


def test_a_reason_that_nobody_can_see_is_none(scene: Scene) -> None:
    client = desk(scene)
    answer = client.post(url("cancel_session", scene.morning.pk), {"because": "\u200b\u2800 "})
    assert answer.status_code == 422
    assert Session.objects.get(pk=scene.morning.pk).state != "cancelled"


def test_whose_place_ends_because_fewer_people_are_wanted_is_shown_before(scene: Scene) -> None:
    """Who said yes first stays; the children's seats stay, and the page says who can be looked
    after."""
    session = scene.morning
    role = session.shifts.get().role_id
    session.shifts.update(target=2)
    for her, hours in ((scene.alice, 9), (scene.bob, 1)):
        row = make_assignment(volunteer=her, shift=session.shifts.get())
        Assignment.objects.filter(pk=row.pk).update(made_at=NOW - timedelta(hours=hours))
    Session.objects.filter(pk=session.pk).update(seats_max=8, seats_per_volunteer=4, seats_taken=6)
    session.refresh_from_db()
    same = {
        "day": session.starts_at.date().isoformat(),
        "starts": session.starts_at.astimezone(clock.LOCAL).strftime("%H:%M"),
        "ends": session.ends_at.astimezone(clock.LOCAL).strftime("%H:%M"),
        "seats_min": 0,
        "seats_max": 8,
        "seats_per_volunteer": 4,
        "months_low": 0,
        "months_high": 36,
        f"shift_{role}": 1,
    }
    wanted = form_of(session, session.venue_id or make_venue().pk, **same)
    client = desk(scene)
    page = text(client.post(url("edit_session", session.pk), wanted))
    assert "1 位的位子会取消，并告诉她" in page
    assert scene.bob.name in page and "只要 1 个人了，先答应的留下" in page
    assert "约好的 6 个孩子位子不变，可是留下的人只照看得了 4 个" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    client.post(url("edit_session", session.pk), wanted | {"seen": seen[1]})
    left = Assignment.objects.filter(session=session, state="active").get()
    assert left.volunteer == scene.alice
    assert Notice.objects.get(volunteer=scene.bob, kind="let_go").promised
