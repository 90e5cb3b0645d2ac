"""A family's registration: consent first, data as little as possible, and the guardian takes it
back when she likes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from backend.accounts.models import Access, Consent
from backend.accounts.phones import BadPhone
from backend.common.spans import SpanRefused
from backend.families.models import Child, Family
from backend.families.operations import (
    AlreadyFamily,
    ChildData,
    ChildRefused,
    ConsentNeeded,
    NoSuchRequest,
    NotHerChild,
    WishRefused,
    add_child,
    change_family,
    change_family_hours,
    close_request,
    correct_child_alone,
    end_consent,
    give_consent,
    open_request,
    register_family,
    remove_child,
)
from backend.families.policy import is_served_age
from backend.outbox.models import Event
from matching import months_completed
from tests import factories as make

pytestmark = pytest.mark.django_db
YES = frozenset({"booking"})
GRAPE = ChildData(nickname="小葡萄", birth_month="2025-03", consents=YES)


def register(*children: ChildData, **fields: Any) -> Family:
    given = {
        "user": make.make_user(),
        "guardian_name": "王家长",
        "phone": "13800138000",
        "street": make.make_division(),
        "actor": None,
        "now": make.NOW,
    }
    return register_family(children=children or [GRAPE], **(given | fields))


def test_where_a_family_lives_is_kept_to_half_a_kilometre() -> None:
    family = register(point=(26.0787421, 119.2965873))
    assert (family.latitude, family.longitude) == (26.08, 119.295)


def test_a_family_is_registered_with_consent_and_sealed() -> None:
    family = register(
        ChildData(
            nickname="小葡萄", birth_month="2025-03", note="花生过敏", consents=YES | {"child_note"}
        )
    )
    child = family.children.get()
    assert (family.number, family.phone, child.nickname, child.note) == (
        f"F{family.pk:06d}",
        "13800138000",
        "小葡萄",
        "花生过敏",
    )
    given = Consent.objects.order_by("purpose")
    assert [(c.purpose, c.child_id, c.user, c.how) for c in given] == [
        (p, child.pk, family.user, "page") for p in ("booking", "child_note")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f::text || c::text FROM families_family f JOIN families_child c ON "
            "c.family_id = f.id"
        )
        stored = cursor.fetchone()[0]
    assert not any(
        word in stored for word in ("小葡萄", "2025-03", "花生", "王家长", "13800138000")
    )


@pytest.mark.parametrize(
    ("child", "refusal"),
    [
        (ChildData(nickname="小葡萄", birth_month="2025-03"), ConsentNeeded),
        (
            ChildData(nickname="小葡萄", birth_month="2025-03", note="花生过敏", consents=YES),
            ConsentNeeded,
        ),
        (ChildData(nickname=" ", birth_month="2025-03", consents=YES), ChildRefused),
        (ChildData(nickname="\u200b\u202e", birth_month="2025-03", consents=YES), ChildRefused),
        (
            ChildData(nickname="一个特别特别特别特别长的名字", birth_month="2025-03", consents=YES),
            ChildRefused,
        ),
        (ChildData(nickname="小葡萄", birth_month="2025-13", consents=YES), ChildRefused),
        (ChildData(nickname="小葡萄", birth_month="2026-12", consents=YES), ChildRefused),
        (ChildData(nickname="小葡萄", birth_month="2023-10", consents=YES), ChildRefused),
    ],
)
def test_refusing_works_and_leaves_nothing_behind(
    child: ChildData, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register(GRAPE, child)
    assert (
        not Family.objects.exists()
        and not Consent.objects.exists()
        and not Event.objects.exists()
        and not Access.objects.exists()
    )


def test_an_account_is_one_family_and_a_phone_is_a_phone() -> None:
    family = register()
    with pytest.raises(AlreadyFamily):
        register(user=family.user)
    with pytest.raises(BadPhone):
        register(phone="1380013")


def test_age_is_counted_in_calendar_months() -> None:
    day = make.at("2026-11-30 09:00").date()
    assert [months_completed(month, day) for month in ("2026-11", "2025-12", "2023-11")] == [
        0,
        11,
        36,
    ]
    assert (
        is_served_age("2023-11", day)
        and not is_served_age("2023-10", day)
        and not is_served_age("2026-12", day)
    )


def test_a_guardian_corrects_and_removes_a_child() -> None:
    family = register()
    child = add_child(
        family_id=family.pk,
        child=ChildData(nickname="豆豆", birth_month="2024-01", consents=YES),
        actor=family.user,
        now=make.NOW,
    )
    with pytest.raises(ConsentNeeded):
        correct_child_alone(
            family_id=family.pk,
            child_id=child.pk,
            nickname="豆",
            birth_month="2024-01",
            note="午睡",
            actor=None,
            now=make.NOW,
        )
    give_consent(
        family_id=family.pk,
        child_id=child.pk,
        purpose="child_note",
        text_version="2026-11",
        actor=family.user,
        now=make.NOW,
    )
    correct_child_alone(
        family_id=family.pk,
        child_id=child.pk,
        nickname="毛豆",
        birth_month="2024-02",
        note="午睡",
        actor=None,
        now=make.NOW,
    )
    child = Child.objects.get(pk=child.pk)
    assert (child.nickname, child.birth_month, child.note) == ("毛豆", "2024-02", "午睡")
    remove_child(family_id=family.pk, child_id=child.pk, actor=family.user, now=make.NOW)
    assert (
        family.children.count() == 1
        and Consent.objects.filter(child_id=child.pk, withdrawn_at=None).count() == 0
    )


def test_withdrawing_is_as_easy_as_giving_and_takes_the_note_along() -> None:
    family = register(
        ChildData(
            nickname="小葡萄", birth_month="2025-03", note="花生过敏", consents=YES | {"child_note"}
        )
    )
    child = family.children.get()
    for _ in range(2):
        end_consent(
            family_id=family.pk,
            child_id=child.pk,
            purpose="child_note",
            actor=family.user,
            now=make.NOW,
        )
    assert Child.objects.get(pk=child.pk).note is None
    assert Consent.objects.get(purpose="child_note").withdrawn_at == make.NOW
    again = give_consent(
        family_id=family.pk,
        child_id=child.pk,
        purpose="child_note",
        text_version="2027-01",
        actor=None,
        now=make.NOW,
    )
    assert (
        give_consent(
            family_id=family.pk,
            child_id=child.pk,
            purpose="child_note",
            text_version="2027-01",
            actor=None,
            now=make.NOW,
        )
        == again
    )
    assert Consent.objects.filter(purpose="child_note").count() == 2  # the ledger keeps both


def test_another_family_s_child_is_not_hers() -> None:
    family, other = register(), make.make_family(with_user=True)
    stranger = other.children.get().pk
    changes: list[dict[str, Any]] = [
        {"do": correct_child_alone, "nickname": "x", "birth_month": "2025-03"},
        {"do": remove_child},
        {"do": give_consent, "purpose": "booking", "text_version": "x"},
        {"do": end_consent, "purpose": "booking"},
    ]
    for change in changes:
        do = change.pop("do")
        with pytest.raises(NotHerChild):
            do(family_id=family.pk, child_id=stranger, actor=family.user, now=make.NOW, **change)
    assert other.children.exists()


def test_hours_street_and_travel_can_change() -> None:
    family = register()
    change_family_hours(
        family_id=family.pk, spans=[(6, 540, 660), (6, 600, 720)], actor=None, now=make.NOW
    )
    assert list(family.availability.values_list("weekday", "start", "end")) == [(6, 540, 720)]
    with pytest.raises(SpanRefused):
        change_family_hours(family_id=family.pk, spans=[(6, 700, 600)], actor=None, now=make.NOW)
    street = make.make_division(code="350103001", name="瀛洲街道", point=(26.05, 119.32))
    family = change_family(
        family_id=family.pk,
        phone="13900139000",
        street=street,
        max_travel=40,
        actor=None,
        now=make.NOW,
    )
    assert (family.phone, family.street, family.latitude, family.max_travel) == (
        "13900139000",
        street,
        26.05,
        40,
    )


def test_a_wish_is_opened_once_and_closed() -> None:
    family, beibei = register(), make.make_programme()
    wish = open_request(
        family_id=family.pk, programme=beibei, wants=2, actor=family.user, now=make.NOW
    )
    with pytest.raises(WishRefused) as caught:
        open_request(
            family_id=family.pk, programme=beibei, wants=1, actor=family.user, now=make.NOW
        )
    assert caught.value.facts["why"] == "twice"
    for _ in range(2):
        close_request(family_id=family.pk, request_id=wish.pk, actor=family.user, now=make.NOW)
    assert list(
        Event.objects.filter(kind__startswith="request")
        .order_by("pk")
        .values_list("kind", flat=True)
    ) == ["request_opened", "request_closed"]
    wish.refresh_from_db()
    assert wish.closed_at == make.NOW
    for odd in ({"wants": 0}, {"wants": 9}, {"part": "night"}, {"max_travel": 121}):
        with pytest.raises(WishRefused):
            open_request(
                family_id=family.pk,
                programme=beibei,
                actor=None,
                now=make.NOW,
                **({"wants": 1} | odd),
            )
    with pytest.raises(NoSuchRequest):
        close_request(family_id=make.make_family().pk, request_id=wish.pk, actor=None, now=make.NOW)


def test_every_change_is_noted_with_its_subject() -> None:
    family = register(actor=(officer := make.make_user()))
    child = family.children.get()
    end_consent(
        family_id=family.pk, child_id=child.pk, purpose="booking", actor=officer, now=make.NOW
    )
    assert list(Access.objects.order_by("pk").values_list("user_id", "action", "subject")) == [
        (officer.pk, "create", f"family:{family.pk}"),
        (officer.pk, "change", f"child:{child.pk}"),
    ]


def test_a_wish_for_each_child_and_none_twice() -> None:
    family = make.make_family(children=["2025-03", "2024-01"])
    first, second = family.children.order_by("pk")
    programme = make.make_programme()
    ask = {"family_id": family.pk, "programme": programme, "wants": 1, "actor": None}
    wish = open_request(child_ids=[first.pk], now=make.NOW, **ask)
    open_request(child_ids=[second.pk], now=make.NOW, **ask)
    for again in ([first.pk], [], [first.pk, second.pk]):
        with pytest.raises(WishRefused):
            open_request(child_ids=again, now=make.NOW, **ask)
    with pytest.raises(NotHerChild):
        open_request(child_ids=[second.pk + 1], now=make.NOW, **ask)
    remove_child(family_id=family.pk, child_id=first.pk, actor=None, now=make.NOW)
    wish.refresh_from_db()
    assert wish.state == "closed"  # it would be for the others now
    ask["programme"] = make.make_programme(code="moli", roles={"lead": ()})
    open_request(child_ids=[], now=make.NOW, **ask)
