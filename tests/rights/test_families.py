"""A guardian sees, takes along and takes back everything of her family; seats go along the line,
figures stay."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from backend.accounts.access import note
from backend.accounts.models import Access, Consent, Phone, User
from backend.accounts.operations import keep_phone
from backend.families.models import Child, Family, Guardian, Request
from backend.families.operations import NotHerChild, ask_guardian, end_consent, join_family
from backend.planning.models import Run
from backend.planning.operations import forget_problems
from backend.planning.operations.leasing import PROBLEM_KEPT
from backend.planning.packing import open_problem
from backend.rights.operations import erase_child, erase_family, forget_grown_children
from backend.rights.queries import family_file, looked_at
from backend.visits.models import Visit, VisitRequest
from matching import months_completed
from tests import factories as make
from tests.pairs.scene import child_of, street
from tests.planning.scene import make_scene
from tests.visits.scene import planned
from tests.visits.scene import street as visited_street

pytestmark = pytest.mark.django_db


def consented(**fields):  # type: ignore[no-untyped-def]
    family = make.make_family(
        with_user=True, agreed=False, phone="13800138000", guardian_name="王家长", **fields
    )
    for child in family.children.all():
        Consent.objects.create(
            user=family.user,
            child_id=child.pk,
            purpose="booking",
            text_version="2026-11",
            how="page",
            given_at=make.NOW,
        )
    return family


def seen(family: Family) -> str:
    kept = Family.objects.get(pk=family.pk)
    file = family_file(kept, kept.user_id)
    return json.dumps(file, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_her_file_holds_everything_and_is_json() -> None:
    family = consented(children=["2025-03", "2023-12"])
    make.make_request(family=family)
    make.make_booking(family=family, session=make.make_session(seats=(1, 6, 5), title="爬爬乐"))
    text = seen(family)
    assert all(
        word in text
        for word in (
            "王家长",
            "13800138000",
            "宝宝1",
            "2023-12",
            "booking",
            "爬爬乐",
            "贝贝老师",
            "鼓东街道",
        )
    )


@pytest.mark.parametrize("count", [1, 3])
def test_her_file_costs_as_much_for_three_children_as_for_one(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    family = consented(children=["2025-03"] * count)
    family = Family.objects.select_related("street").get(pk=family.pk)
    with django_assert_num_queries(13):
        family_file(family, family.user_id)


def test_each_grown_up_reads_her_own_number_and_not_those_of_the_others() -> None:
    family = consented()
    other = make.make_user()
    asked = ask_guardian(
        family_id=family.pk, called="外婆", phone="13900139000", actor=family.user, now=make.NOW
    )
    join_family(guardian_id=asked.pk, user=other, now=make.NOW)
    kept = Family.objects.get(pk=family.pk)
    numbers = {}
    for reader in (family.user, other):
        file: Any = family_file(kept, reader.pk)
        numbers[reader.pk] = (file["phone"], file["guardians"][0]["phone"])
    assert numbers == {
        family.user.pk: ("13800138000", "139****9000"),
        other.pk: ("138****8000", "13900139000"),
    }


def test_erasing_a_family_frees_its_seats_and_keeps_its_number() -> None:
    family, other = consented(), make.make_family()
    session = make.make_session(seats=(1, 1, 5))
    make.make_assignment(volunteer=make.make_volunteer(), shift=session.shifts.get())
    mine = make.make_booking(family=family, session=session, code="AB34")
    waiting = make.make_booking(family=other, session=session, state="waiting")
    make.make_request(family=family)
    for _ in range(2):
        erase_family(family_id=family.pk, actor=family.user, now=make.NOW)
    mine.refresh_from_db()
    waiting.refresh_from_db()
    left = Family.objects.get(pk=family.pk)
    assert (mine.state, waiting.state) == ("cancelled", "offered")
    assert (left.user, left.guardian_name, left.phone, left.phone_index, left.active) == (
        None,
        None,
        None,
        None,
        False,
    )
    assert (
        not Child.objects.filter(family=left).exists()
        and not Request.objects.filter(family=left).exists()
    )
    hers = Consent.objects.exclude(user=other.user)
    assert not hers.filter(withdrawn_at=None).exists() and hers.exists()
    assert "王家长" not in seen(family) and left.number == family.number
    assert Access.objects.filter(action="erase", subject=f"family:{family.pk}").count() == 1


def test_a_child_that_is_erased_leaves_and_its_sister_keeps_her_seat() -> None:
    family = consented(children=["2025-03", "2023-12"])
    first, second = family.children.order_by("pk")
    both = make.make_booking(family=family, session=make.make_session(seats=(1, 6, 5)))
    alone = make.make_booking(
        family=family,
        session=make.make_session(seats=(1, 6, 5), starts_at=make.at("2026-12-06 09:30")),
    )
    alone.children.set([second])
    erase_child(family_id=family.pk, child_id=first.pk, actor=family.user, now=make.NOW)
    both.refresh_from_db()
    alone.refresh_from_db()
    assert (both.state, both.seats, alone.state) == ("confirmed", 1, "confirmed")
    assert list(both.children.all()) == [second] and both.session.seats_taken == 1
    assert list(family.children.all()) == [second]
    with pytest.raises(NotHerChild):
        erase_child(family_id=family.pk, child_id=first.pk, actor=family.user, now=make.NOW)


def test_her_file_says_which_child_a_consent_and_a_booking_are_about() -> None:
    family = consented(children=["2025-03", "2023-12"])
    first, second = family.children.order_by("pk")
    booking = make.make_booking(family=family, session=make.make_session(seats=(1, 6, 5)))
    booking.children.set([second])
    file = family_file(family, family.user_id)
    assert [c["child"] for c in file["consents"]] == [  # type: ignore[attr-defined]
        first.nickname,
        second.nickname,
    ]
    assert {c["by"] for c in file["consents"]} == {"王家长"}  # type: ignore[attr-defined]
    assert file["bookings"][0]["children"] == [second.nickname]  # type: ignore[index]


def test_she_sees_who_looked_the_planner_among_them() -> None:
    family = consented()
    child = family.children.get()
    clerk = make.make_user()
    note(clerk, "read", f"child:{child.pk}", "admin", now=make.NOW)
    note(family.user, "change", f"family:{family.pk}", "", now=make.NOW + timedelta(hours=1))
    note(clerk, "read", f"child:{child.pk + 1}", "admin", now=make.NOW)
    rota = make.make_rota(name="十二月")
    for families in ([family.pk, 7], [7], None):
        Run.objects.create(
            rota=rota,
            requested_by=clerk,
            seconds_limit=9,
            state="finished",
            requested_at=make.NOW,
            started_at=make.NOW + timedelta(hours=2),
            families=families,
        )
    assert [(look.who, look.action, look.about, look.reason) for look in looked_at(family)] == [
        ("planner", "read", "", "十二月"),
        ("王家长", "change", "", ""),
        ("office", "read", child.nickname, "admin"),
    ]


def test_erasing_a_family_closes_its_account_and_lets_the_others_out() -> None:
    family = consented()
    mother, grandmother = family.user, make.make_user()
    keep_phone(user=mother, number="13800138000", now=make.NOW)
    asked = ask_guardian(
        family_id=family.pk, called="外婆", phone="13900139000", actor=mother, now=make.NOW
    )
    join_family(guardian_id=asked.pk, user=grandmother, now=make.NOW)
    browser = Client()
    browser.force_login(mother)
    assert browser.get("/f/").status_code == 200
    erase_family(family_id=family.pk, actor=mother, now=make.NOW)
    mother.refresh_from_db()
    assert (mother.is_active, mother.display_name, mother.email) == (False, "", "")
    assert mother.username == f"closed{mother.pk}" and not mother.has_usable_password()
    assert not Phone.objects.exists() and not Guardian.objects.exists()
    assert browser.get("/f/").status_code == 302  # led to the sign-in
    grandmother.refresh_from_db()
    assert grandmother.is_active
    assert Consent.objects.filter(withdrawn_at=None).count() == 0 < Consent.objects.count()


def test_an_account_that_does_more_here_stays() -> None:
    family = consented()
    make.make_volunteer(user=family.user)
    erase_family(family_id=family.pk, actor=family.user, now=make.NOW)
    user = User.objects.get(pk=family.user.pk)
    assert user.is_active and not hasattr(user, "family")


def test_a_child_is_forgotten_some_months_after_it_is_too_old(settings: Any) -> None:
    settings.CHILD_KEPT_MONTHS = 3
    kept = consented(children=["2023-08"])
    gone = consented(children=["2023-07", "2025-03"])
    today = make.NOW.date()
    assert [months_completed(month, today) for month in ("2023-08", "2023-07")] == [39, 40]
    assert forget_grown_children(now=make.NOW) == 1
    assert [c.birth_month for c in gone.children.all()] == ["2025-03"]
    assert kept.children.count() == 1
    assert Access.objects.get(action="erase").user_id is None
    assert forget_grown_children(now=make.NOW) == 0


def test_what_a_run_read_is_sealed_and_forgotten() -> None:
    scene = make_scene()
    run = scene.proposal().run
    run.refresh_from_db()
    month = scene.wish.family.children.get().birth_month
    assert month.encode() not in bytes(run.problem)
    assert gzip.decompress(open_problem(run.problem)).count(month.encode()) >= 1
    with pytest.raises(OSError):
        gzip.decompress(bytes(run.problem))
    Run.objects.update(ended_at=make.NOW)
    assert forget_problems(now=make.NOW + PROBLEM_KEPT) == 0
    assert forget_problems(now=make.NOW + PROBLEM_KEPT + timedelta(seconds=1)) == 1
    run.refresh_from_db()
    assert run.problem is None


def test_a_year_in_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    family = consented(children=["2025-03", "2023-12"])
    child = family.children.order_by("pk")[0]
    end_consent(
        family_id=family.pk, child_id=child.pk, purpose="booking", actor=family.user, now=make.NOW
    )
    note(family.user, "export", f"family:{family.pk}", now=make.NOW)
    child_of(street())
    call_command("audit_report", year=2026)
    said = json.loads(capsys.readouterr().out)
    assert said["now"] == {
        "families": 1,
        "children_under_14": 2,
        "minors_of_14_and_more": 0,
        "children_looked_after_in_pairs": 1,
        "further_guardians": 0,
        "months_kept_after_the_third_birthday": 3,
    }
    assert said["consents"] == {
        "given": {"booking": 2},
        "withdrawn": {"booking": 1},
        "to_pairs_given": 1,
        "to_pairs_withdrawn": 0,
    }
    assert said["accesses"] == {"change child": 1, "create paired_child": 1, "export family": 1}
    call_command("audit_report", year=2025)
    assert json.loads(capsys.readouterr().out)["accesses"] == {}


def test_her_file_says_when_anybody_came_and_left_and_why_it_ended() -> None:
    visit = planned(visited_street())
    row = visit.request
    left = make.NOW + timedelta(hours=1)
    Visit.objects.filter(pk=visit.pk).update(begun_at=make.NOW, finished_at=left)
    VisitRequest.objects.filter(pk=row.pk).update(state="ended", end_reason="late", ended_at=left)
    file: Any = family_file(Family.objects.get(pk=row.family_id), row.family.user_id)
    (said,) = file["visits"]
    assert (said["ended_because"], said["ended_at"]) == ("late", left)
    assert said["a_grown_up_is_there_agreed_at"] == row.guardian_agreed_at
    (time,) = said["times"]
    assert (time["came_at"], time["left_at"]) == (make.NOW, left)
    assert time["starts_at"] == visit.session.starts_at
