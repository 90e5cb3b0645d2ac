"""The volunteer's phone pages, as a browser without script sees them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.common import clock
from backend.organisations.models import Organisation
from backend.places.models import Division
from backend.records.chain import link
from backend.records.models import ServiceRecord
from backend.rota.models import Assignment, Offer
from backend.volunteers.models import Availability, TimeOff, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_credential_kind,
    make_offer,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
    qualify,
)

pytestmark = pytest.mark.django_db
FIND = "/v/"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is Saturday 28 November 2026, noon."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def xiuying() -> Volunteer:
    return make_volunteer(name="陈秀英", with_user=True)


@pytest.fixture
def browser(xiuying: Volunteer) -> Client:
    client = Client()
    client.force_login(xiuying.user)
    return client


def text(client: Client, path: str, **more) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_who_is_paused_reads_so_before_she_taps_and_is_promised_nothing(
    browser: Client, xiuying: Volunteer
) -> None:
    make_session(rota=make_rota())
    assert "你现在停着" not in text(browser, FIND)
    xiuying.state = "paused"
    xiuying.save()
    for path in (FIND, reverse("volunteer:hello_fragment")):
        page = text(browser, path)
        assert "你现在停着，不能接新的班" in page and "在「我的」里说一声" in page
        assert "场适合你" not in page
    assert "报名这一场" not in text(browser, FIND)


def said(answer) -> list[str]:
    return [str(m) for m in answer.context["messages"]] if answer.context else []


# --- who may see them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["find", "shifts_fragment", "offers_fragment", "mine", "mine_fragment", "me"]
)
def test_a_stranger_is_sent_to_sign_in_and_another_role_finds_nothing(name: str) -> None:
    path = reverse(f"volunteer:{name}")
    assert Client().get(path).status_code == 302
    other = Client()
    other.force_login(make_user())
    assert other.get(path).status_code == 404


def test_what_is_another_volunteers_is_not_there(browser: Client) -> None:
    session = make_session(shifts=[("lead", 1, 5)])
    offer = make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    assignment = make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    for name in ("accept", "decline"):
        assert browser.post(reverse(f"volunteer:{name}", args=[offer.pk])).status_code == 404
    assert browser.get(reverse("volunteer:withdraw", args=[assignment.pk])).status_code == 404
    assert browser.post(reverse("volunteer:withdraw", args=[assignment.pk])).status_code == 404


def test_a_draft_is_not_shown(browser: Client) -> None:
    session = make_session(rota=make_rota(state="draft"), title="还没发布")
    assert "还没发布" not in text(browser, FIND + "?day=2026-12-04")
    assert (
        browser.get(reverse("volunteer:shift_fragment", args=[session.shifts.get().pk])).status_code
        == 404
    )


# --- finding a shift ------------------------------------------------------------------------------


def test_the_week_its_counts_and_the_day(browser: Client) -> None:
    Division.objects.get_or_create(code="350102", defaults={"name": "鼓楼区", "kind": "区"})
    make_session(title="周一的课", starts_at=at("2026-11-30 15:00"))
    make_session(title="周二的课", starts_at=at("2026-12-01 09:30"), shifts=[("lead", 1, 3)])
    make_session(title="下周的课", starts_at=at("2026-12-05 09:30"))
    page = text(browser, FIND + "?day=2026-11-30")
    assert "秀英老师，七天里有 2 场适合你" in page
    assert "周一的课" in page and "周二的课" not in page and "下周的课" not in page
    tuesday = text(browser, FIND + "?from=2026-11-28&day=2026-12-01")
    assert (
        "周二的课" in tuesday
        and "还要 3 人" in tuesday
        and "报名这一场" in tuesday
        and "鼓楼区 0.0 公里" in tuesday
    )


def test_filters(browser: Client) -> None:
    make_session(title="早上很近", starts_at=at("2026-12-01 09:30"))
    make_session(title="下午较远", starts_at=at("2026-12-01 15:00"), point=(26.13, 119.30))
    make_session(
        title="要证书的",
        starts_at=at("2026-12-01 15:00"),
        programme=make_programme(code="moli", roles={"lead": ["mediator"]}),
    )
    day = FIND + "?from=2026-11-28&day=2026-12-01"
    for more, shown in {
        "": ["早上很近", "下午较远"],
        "&near=1": ["早上很近"],
        "&part=pm": ["下午较远"],
        "&fit=0": ["早上很近", "下午较远", "要证书的"],
    }.items():
        page = text(browser, day + more)
        assert [name for name in ("早上很近", "下午较远", "要证书的") if name in page] == shown, (
            more
        )
    make_session(title="周末的课", starts_at=at("2026-12-06 09:30"))
    weekend = text(browser, FIND + "?from=2026-11-30&weekend=1")
    assert "周末的课" in weekend and "早上很近" not in weekend


def test_what_she_may_not_take_says_why(browser: Client, xiuying: Volunteer) -> None:
    make_assignment(
        volunteer=xiuying, shift=make_session(starts_at=at("2026-12-01 12:00")).shifts.get()
    )
    make_session(title="赶不上的课", starts_at=at("2026-12-01 13:20"), point=(26.18, 119.42))
    page = text(browser, FIND + "?day=2026-12-01&from=2026-11-28")
    assert "赶不上的课" in page and "跟你 12:00 的班只隔 20 分钟，路上要 53 分钟" in page


def test_a_full_shift_says_so_and_has_no_button(browser: Client) -> None:
    session = make_session(title="满了的课", starts_at=at("2026-12-01 09:30"))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    page = text(browser, FIND + "?day=2026-12-01&from=2026-11-28")
    assert "满了的课" in page and "已满" in page and "报名这一场" not in page


@pytest.mark.parametrize(
    "query",
    [
        "?day=nonsense",
        "?from=9999-99-99",
        "?page=nine",
        "?page=999",
        "?part=noon",
        "?from=1999-01-01&day=1999-01-01",
    ],
)
def test_an_address_that_makes_no_sense_is_the_plain_page(browser: Client, query: str) -> None:
    assert browser.get(FIND + query).status_code == 200


# --- claiming -------------------------------------------------------------------------------------


def test_claiming_without_script(browser: Client, xiuying: Volunteer) -> None:
    shift = make_session(starts_at=at("2026-12-01 09:30")).shifts.get()
    answer = browser.post(reverse("volunteer:claim", args=[shift.pk]), follow=True)
    assert answer.redirect_chain[0][1] == 303 and "报好名了" in answer.content.decode()
    assert Assignment.objects.get(volunteer=xiuying).shift == shift
    assert "已确认" in text(browser, FIND + "?day=2026-12-01&from=2026-11-28")


def test_claiming_with_script_answers_with_the_card(browser: Client) -> None:
    shift = make_session(starts_at=at("2026-12-01 09:30")).shifts.get()
    answer = browser.post(
        reverse("volunteer:claim", args=[shift.pk]), headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert (
        answer.status_code == 200
        and f'id="card-{shift.pk}"' in page
        and "已确认" in page
        and "<html" not in page
    )


def test_a_claim_can_be_undone_from_where_it_was_made(browser: Client) -> None:
    shift = make_session(starts_at=at("2026-12-01 09:30")).shifts.get()
    script = {"HX-Request": "true"}
    assert (
        "撤销"
        in browser.post(
            reverse("volunteer:claim", args=[shift.pk]), headers=script
        ).content.decode()
    )
    undo = reverse("volunteer:undo_claim", args=[Assignment.objects.get().pk])
    page = browser.post(undo, {"at": f"#card-{shift.pk}"}, headers=script).content.decode()
    assert (
        f'id="card-{shift.pk}"' in page
        and "报名这一场" in page
        and Assignment.objects.get().state == "lapsed"
    )


def test_a_refused_claim_says_the_rule(browser: Client, xiuying: Volunteer) -> None:
    shift = make_session(
        starts_at=at("2026-12-01 09:30"), programme=make_programme(roles={"lead": ["beibei_lead"]})
    ).shifts.get()
    kind = make_credential_kind(code="beibei_lead")
    kind.name = "早教指导师证"
    kind.save()
    answer = browser.post(reverse("volunteer:claim", args=[shift.pk]), follow=True)
    assert "这个岗位要有「早教指导师证」，你还没有" in answer.content.decode()
    with_script = browser.post(
        reverse("volunteer:claim", args=[shift.pk]), headers={"HX-Request": "true"}
    )
    assert with_script.status_code == 409 and "早教指导师证" in with_script.content.decode()
    assert not Assignment.objects.exists()


def test_a_shift_that_is_not_there(browser: Client) -> None:
    assert browser.post(reverse("volunteer:claim", args=[999])).status_code == 404


def test_a_claim_costs_few_queries(browser: Client) -> None:
    shift = make_session(starts_at=at("2026-12-01 09:30")).shifts.get()
    with CaptureQueriesContext(connection) as queries:
        browser.post(reverse("volunteer:claim", args=[shift.pk]))
    assert (
        len(
            [
                q
                for q in queries
                if not q["sql"].startswith(("SAVEPOINT", "RELEASE", 'SELECT "outbox_stream"'))
            ]
        )
        <= 12
    )


def test_a_card_with_nothing_to_show_any_more_leaves_quietly(browser: Client) -> None:
    """An open page asks for its cards again: a cancelled session, and the other role of a session
    that she is in, are gone, not an error."""
    session = make_session(
        starts_at=at("2026-12-01 09:30"), shifts=[("lead", 1, 1), ("assistant", 1, 1)]
    )
    lead, assistant = session.shifts.order_by("pk")
    browser.post(reverse("volunteer:claim", args=[lead.pk]))
    assert f'<div id="card-{assistant.pk}" hidden>' in text(
        browser, reverse("volunteer:shift_fragment", args=[assistant.pk])
    )
    cancelled = make_session(state="cancelled").shifts.get()
    assert f'<div id="card-{cancelled.pk}" hidden>' in text(
        browser, reverse("volunteer:shift_fragment", args=[cancelled.pk])
    )
    refused = browser.post(
        reverse("volunteer:claim", args=[cancelled.pk]), headers={"HX-Request": "true"}
    )
    assert refused.status_code == 409 and "这一场取消了" in refused.content.decode()


# --- offers ---------------------------------------------------------------------------------------


def test_an_offer_stands_on_top_with_its_deadline(browser: Client, xiuying: Volunteer) -> None:
    make_offer(
        volunteer=xiuying,
        shift=make_session(starts_at=at("2026-12-05 15:00")).shifts.get(),
        answer_by=at("2026-11-28 20:00"),
    )
    page = text(browser, FIND)
    assert "想请你来 1 场，请在今晚 20:00 前回复" in page and "12 月 5 日 周六 15:00–16:00" in page
    assert f'data-live="volunteer.{xiuying.pk} ' in page


@pytest.mark.parametrize(
    ("verb", "state", "says"),
    [("accept", "accepted", "说好了，12 月 5 日 周六 9:30 见"), ("decline", "declined", "没关系")],
)
def test_answering_without_script(
    browser: Client, xiuying: Volunteer, verb: str, state: str, says: str
) -> None:
    offer = make_offer(volunteer=xiuying, shift=make_session().shifts.get())
    answer = browser.post(reverse(f"volunteer:{verb}", args=[offer.pk]), follow=True)
    assert says in answer.content.decode() and Offer.objects.get().state == state


def test_answering_with_script_takes_the_offer_away(browser: Client, xiuying: Volunteer) -> None:
    offer = make_offer(volunteer=xiuying, shift=make_session().shifts.get())
    page = browser.post(
        reverse("volunteer:decline", args=[offer.pk]),
        {"at": "#offers"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert 'id="offers"' in page and "我能去" not in page


def test_a_late_answer_is_told_kindly(browser: Client, xiuying: Volunteer) -> None:
    offer = make_offer(
        volunteer=xiuying, shift=make_session().shifts.get(), answer_by=NOW - timedelta(minutes=1)
    )
    answer = browser.post(reverse("volunteer:accept", args=[offer.pk]), follow=True)
    assert "回复时间过了" in answer.content.decode()


# --- her own list ---------------------------------------------------------------------------------


def test_her_list_has_what_is_coming_and_what_has_been(browser: Client, xiuying: Volunteer) -> None:
    coming, been = (
        make_session(title="要来的"),
        make_session(title="做过的", starts_at=at("2026-11-21 09:30"), minutes=90),
    )
    for session in (coming, been):
        make_assignment(volunteer=xiuying, shift=session.shifts.get())
    served = ServiceRecord(
        volunteer=xiuying, session=been, organiser=xiuying.organisation, minutes=90, recorded_at=NOW
    )
    link(served, {})
    served.save()
    make_assignment(
        volunteer=xiuying, shift=make_session(title="小橘灯结对", starts_at=None).shifts.get()
    )
    page = text(browser, "/v/mine/")
    assert page.index("要来的") < page.index("小橘灯结对") < page.index("做过的")
    assert "记了 1.5 小时" in page and "长期结对" in page


def test_who_gives_a_near_place_back_is_shown_whom_to_phone(
    browser: Client, xiuying: Volunteer
) -> None:
    Organisation.objects.update(contact_phone="0591-0000 1234")
    near = make_assignment(
        volunteer=xiuying,
        shift=make_session(starts_at=clock.now() + timedelta(minutes=90)).shifts.get(),
    )
    far = make_assignment(
        volunteer=xiuying,
        shift=make_session(starts_at=clock.now() + timedelta(days=3)).shifts.get(),
    )
    assert "0591-0000 1234" in text(browser, reverse("volunteer:withdraw", args=[near.pk]))
    assert "0591-0000 1234" not in text(browser, reverse("volunteer:withdraw", args=[far.pk]))


def test_giving_a_place_back_asks_kindly_first(browser: Client, xiuying: Volunteer) -> None:
    assignment = make_assignment(volunteer=xiuying, shift=make_session().shifts.get())
    path = reverse("volunteer:withdraw", args=[assignment.pk])
    assert "没关系" in text(browser, path)
    answer = browser.post(path, follow=True)
    assert "谢谢你告诉我们，位子放出来了" in answer.content.decode()
    assignment.refresh_from_db()
    assert assignment.state == "withdrawn"
    again = text(browser, path)  # she goes back in her browser
    assert "这一场你已经退了" in again and "不用再说" in again


@pytest.mark.parametrize(
    ("state", "because", "said"),
    [
        ("cancelled", "教室漏水", "这一场取消了：教室漏水"),
        ("cancelled", "", "这一场取消了"),
        ("open", "", "这一场改了，不用去了"),
    ],
)
def test_whose_place_was_ended_reads_what_happened(
    browser: Client, xiuying: Volunteer, state: str, because: str, said: str
) -> None:
    session = make_session(state=state)
    assignment = make_assignment(
        volunteer=xiuying, shift=session.shifts.get(), state=Assignment.State.RELEASED
    )
    session.cancelled_because = because
    session.save()
    for path in (reverse("volunteer:withdraw", args=[assignment.pk]), "/v/mine/"):
        assert said in text(browser, path), path


def test_who_cannot_give_back_any_more_reads_whom_to_phone(
    browser: Client, xiuying: Volunteer
) -> None:
    """The nearest organisation above her that has a number; without any, none is spoken of."""
    begun = make_session(starts_at=NOW - timedelta(minutes=10))
    assignment = make_assignment(volunteer=xiuying, shift=begun.shifts.get())
    path = reverse("volunteer:withdraw", args=[assignment.pk])
    page = text(browser, path)
    assert "有急事请直接联系" in page and xiuying.organisation.name in page and "tel:" not in page
    above = make_organisation(name="市妇联")
    above.contact_phone = "0591-10000000"
    above.save()
    xiuying.organisation = make_organisation(parent=above, name="鼓楼区妇联")
    xiuying.save()
    for shown in (text(browser, path), text(browser, reverse("volunteer:me"))):
        assert 'href="tel:0591-10000000"' in shown and "市妇联" in shown


# --- herself --------------------------------------------------------------------------------------


def test_her_own_page(browser: Client, xiuying: Volunteer) -> None:
    qualify(volunteer=xiuying, code="beibei_lead", until=date(2026, 12, 20))
    qualify(volunteer=xiuying, code="child_clearance", until=date(2027, 12, 20))
    page = text(browser, "/v/credentials/")
    assert "2026-12-20 到期，记得续" in page and "有效到 2027-12-20" in page
    assert xiuying.number in text(browser, "/v/me/")


def test_the_week_is_saved_part_by_part(browser: Client, xiuying: Volunteer) -> None:
    Availability.objects.filter(volunteer=xiuying).delete()
    Availability.objects.create(volunteer=xiuying, weekday=5, start=510, end=690)
    answer = browser.post(
        "/v/me/availability/", {"free": ["5-am", "2-pm", "9-am", "nonsense"]}, follow=True
    )
    assert "记下了" in answer.content.decode()
    assert list(
        Availability.objects.filter(volunteer=xiuying)
        .order_by("weekday")
        .values_list("weekday", "start", "end")
    ) == [
        (2, 720, 1080),
        (5, 510, 690),
    ]


def test_days_away(browser: Client, xiuying: Volunteer) -> None:
    browser.post("/v/me/time-off/", {"first": "2026-12-01", "last": "2026-12-03"})
    assert "12 月 1 日 周二" in text(browser, "/v/me/")
    wrong = browser.post("/v/me/time-off/", {"first": "2026-12-05", "last": "2026-12-03"})
    assert wrong.status_code == 422 and "最后一天在第一天之前" in wrong.content.decode()
    browser.post(reverse("volunteer:remove_time_off", args=[TimeOff.objects.get().pk]))
    assert not TimeOff.objects.exists()


# --- cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/v/?from=2026-11-28&day=2026-12-01",
        "/v/strip/?from=2026-11-28&day=2026-12-01",
        "/v/mine/",
        "/v/me/",
    ],
)
def test_pages_cost_the_same_with_one_row_and_with_many(
    browser: Client, xiuying: Volunteer, path: str
) -> None:
    rota = make_rota()

    def add(n: int) -> None:
        make_session(rota=rota, starts_at=at(f"2026-12-01 1{n}:00"), seats=(1, 5, 5))
        make_offer(
            volunteer=xiuying,
            shift=make_session(rota=rota, starts_at=at(f"2026-12-0{n + 1} 09:00")).shifts.get(),
        )
        make_assignment(
            volunteer=xiuying,
            shift=make_session(
                rota=make_rota(), starts_at=at(f"2026-12-0{n + 1} 15:00")
            ).shifts.get(),
        )
        make_assignment(
            volunteer=xiuying,
            shift=make_session(rota=rota, starts_at=at(f"2026-11-0{n + 1} 15:00")).shifts.get(),
        )
        qualify(volunteer=xiuying, code=f"kind{n}")
        TimeOff.objects.create(
            volunteer=xiuying, from_date=date(2026, 12, 20 + n), to_date=date(2026, 12, 20 + n)
        )

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(browser, path)
        return len(queries)

    add(0)
    one = cost()
    add(1), add(2)
    assert (
        cost() == one <= 19
    )  # one for her pairs, one for her cases, one what a training gives, one for 换班
