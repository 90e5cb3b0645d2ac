"""A volunteer is registered once; what is wrong is said; nothing is half-written; every change is
noted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from backend.accounts.models import Access
from backend.accounts.phones import BadPhone
from backend.outbox.models import Event
from backend.volunteers.identity import BadIdentity, check_digit
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import (
    AlreadyRegistered,
    NameRefused,
    UnderAge,
    apply,
    change_state,
    correct_contact,
    register_volunteer,
)
from backend.volunteers.policy import is_minor_by
from tests import factories as make

pytestmark = pytest.mark.django_db
IDENTITY = "11010519491231002X"


def register(**fields: Any) -> Volunteer:
    given = {
        "name": "曾丽华",
        "organisation": make.make_organisation(),
        "street": make.make_division(),
        "phone": "138 0013 8000",
        "identity_number": IDENTITY,
        "actor": None,
        "now": make.NOW,
    }
    return register_volunteer(**(given | fields))


def test_she_is_stored_with_number_letters_and_sealed_data() -> None:
    row = Volunteer.objects.get(pk=register(programmes=[make.make_programme()]).pk)
    assert (row.number, row.name_pinyin, row.name_initials, row.sort_key) == (
        f"V{row.pk:06d}",
        "zenglihua",
        "zlh",
        "zeng li hua",
    )
    assert (row.phone, row.identity_number) == ("13800138000", IDENTITY)
    assert [p.code for p in row.programmes.all()] == ["beibei"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT v::text FROM volunteers_volunteer v")
        stored = cursor.fetchone()[0]
    assert (
        "13800138000" not in stored
        and IDENTITY not in stored
        and IDENTITY.encode().hex() not in stored
    )


def test_the_same_person_is_not_registered_twice() -> None:
    first = register()
    with pytest.raises(AlreadyRegistered) as caught:
        register(name="曾丽花", identity_number=" 110105 19491231 002x", phone="13900139000")
    assert caught.value.facts == {"volunteer": first.pk, "number": first.number}
    assert Volunteer.objects.count() == 1


def test_an_organisation_holds_an_identity_number_once_whoever_registers() -> None:
    row = register()
    other = make.make_coordinator(organisation=make.make_organisation(name="别处"))
    elsewhere = register(actor=other, organisation=other.memberships.get().organisation)
    assert bytes(elsewhere.identity_index) == bytes(row.identity_index)
    with pytest.raises(IntegrityError), transaction.atomic():
        Volunteer.objects.filter(pk=elsewhere.pk).update(organisation=row.organisation)


def test_people_without_a_number_and_people_who_share_a_phone_are_welcome() -> None:
    register(identity_number=None)
    register(identity_number=None, name="曾小妹")
    assert Volunteer.objects.filter(identity_index=None).count() == 2


def test_a_name_is_what_people_can_see_of_it() -> None:
    assert register(name="\u202e曾\u200b丽\n华\x07").name == "曾丽 华"


def born_on(day: str) -> str:
    first = f"110105{day}002"
    return first + check_digit(first)


def test_who_turns_eighteen_today_is_registered_by_her_number() -> None:
    assert register(identity_number=born_on("20081128")).identity_number == born_on("20081128")
    leap_day = born_on("20080229")
    assert is_minor_by(leap_day, date(2026, 2, 28))
    assert not is_minor_by(leap_day, date(2026, 3, 1))


def test_a_list_from_before_opens_no_registration_of_who_is_under_age() -> None:
    row = register(identity_number=None)
    Volunteer.objects.filter(pk=row.pk).update(user=None)
    row.identity_number = born_on("20081129")
    row.save()
    with pytest.raises(UnderAge):
        apply(
            user=make.make_user(),
            name=row.name,
            phone=str(row.phone),
            street=row.street,
            organisation=row.organisation,
            identity_end=born_on("20081129")[-4:],
            now=make.NOW,
        )


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("name", "  ", NameRefused),
        ("name", "\u200b\u202e\u3164", NameRefused),
        ("name", "长" * 41, NameRefused),
        ("phone", "12345", BadPhone),
        ("identity_number", "110105194912310021", BadIdentity),
        ("identity_number", born_on("20081129"), UnderAge),
    ],
)
def test_what_is_wrong_leaves_nothing_behind(
    field: str, value: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register(**{field: value})
    assert (
        not Volunteer.objects.exists()
        and not Event.objects.exists()
        and not Access.objects.exists()
    )


def test_registering_is_noted_without_personal_data() -> None:
    actor = make.make_user()
    row = register(actor=actor)
    access, event = Access.objects.get(), Event.objects.get()
    assert (access.user_id, access.action, access.subject) == (
        actor.pk,
        "create",
        f"volunteer:{row.pk}",
    )
    assert (event.streams, event.payload) == ([f"volunteer.{row.pk}"], {"volunteer": row.pk})


def test_she_may_correct_how_her_name_is_spelled() -> None:
    row = register()
    row = correct_contact(
        volunteer_id=row.pk,
        name_pinyin="ceng li hua",
        phone="0591-87654321",
        actor=None,
        now=make.NOW,
    )
    assert (row.name, row.name_pinyin, row.name_initials, row.sort_key) == (
        "曾丽华",
        "cenglihua",
        "clh",
        "ceng li hua",
    )
    assert Volunteer.objects.get(pk=row.pk).phone == "059187654321"


def test_she_pauses_and_comes_back() -> None:
    row = register()
    for state in ("paused", "paused", "active", "left"):
        assert (
            change_state(volunteer_id=row.pk, state=state, actor=None, now=make.NOW).state == state
        )
    assert Access.objects.filter(action="change").count() == 3  # the second pause changed nothing
