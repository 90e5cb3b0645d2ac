"""The pages of a pair: the coordinator's desk, the mentor's phone, the officer who reads words."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, User
from backend.common import clock
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations import rest_pair, resume_pair
from backend.pairs.policy import rests_long
from backend.rota.models import Rota
from tests.factories import NOW, at, make_coordinator
from tests.pairs.scene import (
    GUARDIAN,
    NICKNAME,
    SAID,
    Street,
    child_of,
    paired,
    street,
    told,
    yes,
)
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=10)
LATE = NOW + timedelta(days=30)
SEALED = (NICKNAME, GUARDIAN, SAID)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now_is(monkeypatch, NOW)


def now_is(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def here() -> Street:
    return street()


def as_(user: User | None) -> Client:
    browser = Client()
    assert user is not None
    browser.force_login(user)
    return browser


def words(answer: HttpResponse) -> str:
    """What the main part says."""
    text = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def child_page(child: PairedChild) -> str:
    return reverse("coordinator:pair", args=[child.pk])


def pair_page(pair: Pair) -> str:
    return reverse("volunteer:pair", args=[pair.pk])


@pytest.mark.parametrize(
    ("role", "sees"), [("coordinator", True), ("officer", True), ("viewer", False)]
)
def test_the_ledger_of_their_visits_is_for_those_alone_who_may_see_the_pairs(
    here: Street, role: str, sees: bool
) -> None:
    told(paired(here), now=LATER)
    ledger = Rota.objects.get()
    browser = as_(make_coordinator(organisation=here.organisation, role=role))
    page = words(browser.get(reverse("coordinator:rotas")))
    assert (ledger.name in page) is sees
    for name in ("rota", "rota_sheet", "holes"):
        answer = browser.get(reverse(f"coordinator:{name}", args=[ledger.pk]))
        assert answer.status_code == (200 if sees else 404), name


# --- the desk -------------------------------------------------------------------------------------
def form(**fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "nickname": NICKNAME,
        "year": 2016,
        "month": 3,
        "guardian": GUARDIAN,
        "agreed_by": "grand",
        "agreed_how": "paper",
        "agreed_on": "2026-11-20",
    }
    return given | fields


def test_a_child_is_written_down_and_a_mentor_asked_from_its_page(here: Street) -> None:
    mentor = here.mentor(name="陈秀英", name_initials="cxy")
    desk = as_(here.coordinator)
    address = reverse("coordinator:new_pair")
    assert address in desk.get(reverse("coordinator:pairs")).content.decode()
    answer = desk.post(address, form(organisation=here.organisation.pk))
    child = PairedChild.objects.get()
    assert answer["Location"] == child_page(child)
    found = words(desk.get(child_page(child) + "?q=cxy"))
    assert NICKNAME in found and "9 岁" not in found and "10 岁" in found and "陈秀英" in found
    ask = {"what": "ask", "mentor": mentor.pk, "weeks": 2, "kind": here.kind.pk}
    assert desk.post(child_page(child), ask).status_code == 303
    assert "正在问 陈秀英" in words(desk.get(child_page(child)))
    assert Pair.objects.get().weeks == 2


def test_without_a_consent_nothing_is_kept_and_what_was_written_stays(here: Street) -> None:
    desk = as_(here.coordinator)
    sent = form(organisation=here.organisation.pk, agreed_by="", agreed_on="2026-12-20")
    answer = desk.post(reverse("coordinator:new_pair"), sent)
    assert answer.status_code == 422 and NICKNAME in answer.content.decode()
    later = form(organisation=here.organisation.pk, agreed_on="2026-12-20")
    assert "同意的日子不能在今天以后" in words(desk.post(reverse("coordinator:new_pair"), later))
    assert not PairedChild.objects.exists()


def test_who_may_not_be_asked_is_said(here: Street) -> None:
    child = child_of(here)
    lapsed = here.mentor(vetted=False, name="林雪梅")
    desk = as_(here.coordinator)
    assert "林雪梅" not in words(desk.get(child_page(child)))
    ask = {"what": "ask", "mentor": lapsed.pk, "weeks": 2, "kind": here.kind.pk}
    said = desk.post(child_page(child), ask, follow=True)
    assert "林雪梅没有有效的从业查询" in said.content.decode()
    nobody = desk.post(child_page(child), ask | {"mentor": 0}, follow=True)
    assert "请选一位志愿者" in nobody.content.decode()


def test_lists_name_no_child_and_filters_and_search_find_it(
    here: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = paired(here, name="陈秀英", name_initials="cxy")
    asked = here.ask(child_of(here), here.mentor(name="林雪梅"), now=LATE)
    free = child_of(here)
    now_is(monkeypatch, LATE)
    desk = as_(here.coordinator)

    def shown(**query: str) -> list[int]:
        page = desk.get(reverse("coordinator:pairs"), query).content.decode()
        assert not any(sealed in page for sealed in SEALED)
        return [int(pk) for pk in re.findall(r"/c/pairs/(\d+)/", page.split("<ul", 1)[1])]

    assert shown() == shown(show="overdue") == [late.child_id]
    assert shown(show="asked") == [asked.child_id]
    assert shown(show="free") == [free.pk]
    assert set(shown(show="all")) == {late.child_id, asked.child_id, free.pk}
    assert shown(show="all", q="cxy") == [late.child_id]
    assert shown(show="all", q=str(free.pk)) == [free.pk]
    assert shown(show="all", q="nobody") == []
    today = words(desk.get(reverse("coordinator:today")))
    assert "1 个孩子该去没去" in today


def test_a_pause_that_nobody_thinks_of_stands_on_the_list(
    here: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = paired(here)
    rest_pair(pair_id=pair.pk, actor=here.coordinator, now=NOW)
    desk = as_(here.coordinator)
    address = reverse("coordinator:pairs") + "?show=resting"
    for days, shown in ((55, False), (56, True)):
        now_is(monkeypatch, NOW + timedelta(days=days))
        page = desk.get(address).content.decode()
        assert (child_page(pair.child) in page) == shown
        assert f"停了两个月以上 {int(shown)}" in page
        assert rests_long(Pair.objects.get(), NOW + timedelta(days=days)) == shown
    resume_pair(pair_id=pair.pk, actor=here.coordinator, now=NOW)
    assert child_page(pair.child) not in desk.get(address).content.decode()


def test_it_pauses_goes_on_and_ends_from_the_page(here: Street) -> None:
    pair = paired(here)
    desk = as_(here.coordinator)
    for what, state in (("rest", "paused"), ("resume", "standing")):
        desk.post(child_page(pair.child), {"what": what, "pair": pair.pk})
        assert Pair.objects.get().state == state
    end = {"what": "end", "pair": pair.pk}
    said = desk.post(child_page(pair.child), end, follow=True)
    assert "请选一个原因" in said.content.decode()
    desk.post(child_page(pair.child), end | {"reason": "moved"})
    assert "孩子搬走了" in words(desk.get(child_page(pair.child)))


def test_a_pair_of_another_child_is_not_touched_from_this_page(here: Street) -> None:
    pair = paired(here)
    other = child_of(here)
    as_(here.coordinator).post(child_page(other), {"what": "rest", "pair": pair.pk})
    assert Pair.objects.get(pk=pair.pk).is_standing


def test_a_consent_taken_back_leaves_nothing_on_any_page(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    desk = as_(here.coordinator)
    desk.post(child_page(pair.child), {"what": "withdraw"})
    page = desk.get(child_page(pair.child)).content.decode()
    assert not any(sealed in page for sealed in SEALED)
    over = as_(pair.mentor.user).get(pair_page(pair))
    assert "监护人撤回了同意" in words(over)
    assert not any(sealed in over.content.decode() for sealed in SEALED)


def test_each_look_is_written_down(here: Street) -> None:
    pair = paired(here)
    as_(here.coordinator).get(child_page(pair.child))
    as_(pair.mentor.user).get(pair_page(pair))
    looks = Access.objects.filter(action="read", subject=f"paired_child:{pair.child_id}")
    assert set(looks.values_list("user_id", flat=True)) == {
        here.coordinator.pk,
        pair.mentor.user_id,
    }


def test_what_she_wrote_is_read_by_the_officer_alone(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    address = reverse("coordinator:pair_words", args=[pair.child_id])
    desk = as_(here.coordinator)
    page = desk.get(child_page(pair.child)).content.decode()
    assert SAID not in page and address not in page and "挺好" in page
    assert desk.get(address).status_code == 403
    officer = as_(make_coordinator(organisation=here.organisation, role="officer"))
    assert address in officer.get(child_page(pair.child)).content.decode()
    answer = officer.get(address)
    assert SAID in words(answer) and answer.headers["Cache-Control"] == "no-store"
    assert Access.objects.filter(reason="words of visits").count() == 1
    end = {"what": "end", "pair": pair.pk, "reason": "moved"}
    assert officer.post(child_page(pair.child), end).status_code == 403
    viewer = as_(make_coordinator(organisation=here.organisation, role="viewer"))
    assert viewer.get(child_page(pair.child)).status_code == 404


def test_as_many_statements_for_three_as_for_one(here: Street) -> None:
    def more() -> None:
        pair = paired(here)
        told(pair, now=LATER)
        here.ask(pair.child, here.mentor())

    def counted() -> list[int]:
        addresses = [reverse("coordinator:pairs") + "?show=all", child_page(first.child)]
        return [len(statements_of(desk, address)) for address in addresses]

    first = paired(here)
    here.ask(first.child, here.mentor())
    told(first, now=LATER)
    desk = as_(here.coordinator)
    counted()
    few = counted()
    for _ in range(2):
        more()
    told(first, now=LATER + timedelta(days=1))
    assert counted() == few
    assert max(few) <= 14


# --- the mentor -----------------------------------------------------------------------------------
def test_she_finds_the_question_on_her_rota_and_sees_no_name_before_her_yes(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    her = as_(pair.mentor.user)
    mine = her.get(reverse("volunteer:mine"))
    assert "想请你结对" in words(mine) and pair_page(pair) in mine.content.decode()
    page = her.get(pair_page(pair)).content.decode()
    assert "10 岁" in page and "每 2 周一次" in page
    assert NICKNAME not in page and GUARDIAN not in page
    assert her.post(pair_page(pair), {"what": "yes"}).status_code == 303
    assert NICKNAME in words(her.get(pair_page(pair)))
    kept = words(her.get(reverse("volunteer:mine")))  # it stays on her phone
    assert "陪一个孩子" in kept and not any(sealed in kept for sealed in SEALED)


def test_a_no_is_one_tap_and_its_reason_is_nobodys_page(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    her = as_(pair.mentor.user)
    her.post(pair_page(pair), {"what": "no", "said": "家里有老人"})
    left = Pair.objects.get()
    assert (left.end_reason, left.said) == ("declined", "家里有老人")
    assert "家里有老人" not in as_(here.coordinator).get(child_page(left.child)).content.decode()
    assert pair_page(pair) not in her.get(reverse("volunteer:mine")).content.decode()


def test_both_answer_a_hand_over_on_their_phones(here: Street) -> None:
    old = paired(here, name="陈秀英")
    new = here.ask(old.child, here.mentor(name="林雪梅"))
    giver = as_(old.mentor.user)
    page = words(giver.get(pair_page(new)))
    assert "林雪梅" in page and NICKNAME not in page
    giver.post(pair_page(new), {"what": "yes"})
    assert "等另一位回复" in words(giver.get(pair_page(new)))
    as_(new.mentor.user).post(pair_page(new), {"what": "yes"})
    assert Pair.objects.get(pk=new.pk).is_standing
    for row in (old, new):
        page = giver.get(pair_page(row))
        assert "结束了" in words(page) and not any(x in page.content.decode() for x in SEALED)
    giver.post(pair_page(new), {"what": "leave"})
    assert Pair.objects.get(pk=new.pk).is_standing  # it is not hers to end


def test_two_taps_and_a_sentence(here: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = paired(here)
    now_is(monkeypatch, LATER)
    her = as_(pair.mentor.user)
    sent = {
        "what": "told",
        "told-day": "2026-12-08",
        "told-at": "10:00",
        "told-minutes": 60,
        "told-felt": "well",
        "told-words": SAID,
    }
    early = her.post(pair_page(pair), sent | {"told-at": "11:30"})
    assert early.status_code == 422 and "而且已经结束" in words(early) and SAID in words(early)
    without = her.post(pair_page(pair), sent | {"told-felt": ""})
    assert without.status_code == 422
    assert her.post(pair_page(pair), sent).status_code == 303
    row = PairMeeting.objects.get()
    assert (row.began_at, row.minutes, row.words) == (at("2026-12-08 10:00"), 60, SAID)
    page = her.get(pair_page(pair))
    assert SAID in words(page) and "时长等核对" in words(page)
    assert reverse("volunteer:harm", args=[row.place.session_id]) in page.content.decode()
    hours = as_(here.coordinator).get(reverse("coordinator:hours"))
    assert "结对陪伴" in words(hours)


def test_she_chooses_the_next_time(here: Street) -> None:
    pair = paired(here)
    her = as_(pair.mentor.user)
    sent = {"what": "next", "next-day": "2026-12-05", "next-at": "15:00"}
    far = her.post(pair_page(pair), sent | {"next-day": "2027-03-01"})
    assert far.status_code == 422 and "太远了" in words(far)
    assert her.post(pair_page(pair), sent).status_code == 303
    assert Pair.objects.get().next_at == at("2026-12-05 15:00")
    assert "12 月 5 日" in words(her.get(reverse("volunteer:mine")))


def test_she_may_stop_at_any_time(here: Street) -> None:
    pair = paired(here)
    as_(pair.mentor.user).post(pair_page(pair), {"what": "leave", "said": "要搬家"})
    assert Pair.objects.get().end_reason == "mentor"


def test_nobody_else_sees_her_pair(here: Street) -> None:
    pair = paired(here)
    other = as_(here.mentor().user)
    assert other.get(pair_page(pair)).status_code == 404
    assert other.post(pair_page(pair), {"what": "leave"}).status_code == 404


def test_her_rota_costs_as_many_statements_with_three_as_with_one(here: Street) -> None:
    mentor = here.mentor()
    yes(here.ask(child_of(here), mentor))
    her = as_(mentor.user)
    address = reverse("volunteer:mine")
    statements_of(her, address)
    few = len(statements_of(her, address))
    for _ in range(2):
        yes(here.ask(child_of(here), mentor))
    assert len(statements_of(her, address)) == few
