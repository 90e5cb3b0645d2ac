"""The register, certificates and hours as spreadsheets."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Access, Code, User
from backend.common.clock import local_day
from backend.exchange.files import comma_separated, exported
from backend.exchange.identities import NEARLY_THE_SAME
from backend.exchange.models import Import, ImportRow
from backend.exchange.table import Context, Table
from backend.exchange.tables import TABLES
from backend.planning.queries.register import registered_twice
from backend.records.models import BackEntry
from backend.rights.operations import erase_volunteer
from backend.volunteers.identity import check_digit
from backend.volunteers.models import Application, Volunteer, VolunteerCredential
from tests.exchange.desk import book, bring, confirm, outcomes
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_credential_kind,
    make_division,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_volunteer,
    qualify,
)

pytestmark = pytest.mark.django_db
PEOPLE = ["姓名", "手机号", "组织", "街道", "品牌项目"]
NEW = ["江月娥", "13800138001", "闽侯县妇联", "甘蔗街道", ""]


@pytest.fixture
def user() -> User:
    make_division(code="350121", name="闽侯县")
    make_division(code="350121001", name="甘蔗街道")
    return make_coordinator(organisation=make_organisation(name="闽侯县妇联"))


def her(user: User, **fields: object) -> Volunteer:
    organisation = user.memberships.get().organisation
    return make_volunteer(organisation=organisation, **fields)


def rows_of(table: type[Table], user: User, *, full: bool = False) -> list[dict[str, str]]:
    return list(table.desk(Context(user=user, now=NOW, full=full)).export())


def said(batch: Import) -> list[dict[str, str]]:
    rows = ImportRow.objects.filter(of=batch).order_by("number")
    return [json.loads(row.said) if row.said else {} for row in rows]


def test_who_is_new_is_registered_and_whoever_comes_again_is_not(user: User) -> None:
    make_programme(code="beibei", name="贝贝老师")
    data = book([PEOPLE, [*NEW[:4], "贝贝老师"]])
    batch = bring(data, user, "volunteers")
    assert (outcomes(batch), Volunteer.objects.count()) == (["added"], 0)
    assert confirm(batch).rows_written == 1
    made = Volunteer.objects.get()
    assert (made.name, made.phone, made.street_id) == ("江月娥", "13800138001", "350121001")
    assert [one.name for one in made.programmes.all()] == ["贝贝老师"]
    assert outcomes(bring(data, user, "volunteers")) == ["same"]


@pytest.mark.parametrize("count", [1, 3])
def test_each_row_is_looked_up_once_when_it_is_written(user: User, count: int) -> None:
    rows = [[f"江月{n}", f"1380013800{n}", *NEW[2:]] for n in range(count)]
    batch = bring(book([PEOPLE, *rows]), user, "volunteers")
    with CaptureQueriesContext(connection) as captured:
        assert confirm(batch).rows_written == count
    asked = [one["sql"] for one in captured.captured_queries]
    looked = [sql for sql in asked if sql.startswith("SELECT") and '"phone_index" IN' in sql]
    assert (len(looked), Volunteer.objects.count()) == (count, count)


def test_two_files_with_the_same_person_register_her_once(user: User) -> None:
    first = bring(book([PEOPLE, NEW]), user, "volunteers")
    second = bring(book([PEOPLE, NEW]), user, "volunteers")
    assert confirm(first).rows_written == 1
    assert confirm(second).rows_written == 0
    assert Volunteer.objects.count() == 1


@pytest.mark.parametrize("full", [True, False])
def test_an_export_of_people_changes_nothing(user: User, full: bool) -> None:
    her(user, name="苏红", phone="13800138002", identity_number="11010519491231002X")
    her(user, name="阿依古丽·买买提", phone="059187654321", state="paused")
    rows = rows_of(TABLES["volunteers"], user, full=full)
    assert ("****" in rows[0]["phone"] + rows[1]["phone"]) is not full
    assert all("11010519491231002X" not in row["identity"] for row in rows)
    table = TABLES["volunteers"]
    for data in (exported(table, rows), comma_separated(table.columns, rows)):
        assert outcomes(bring(data, user, "volunteers")) == ["same", "same"]


def test_a_corrected_telephone_is_hers_and_she_is_named_beforehand(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    data = book([["编号", "姓名", "手机号"], [row.number, "苏红", "139 0013 9000"]])
    batch = bring(data, user, "volunteers")
    staged = batch.rows.get()
    assert (staged.outcome, staged.touches) == ("changed", {"volunteers": [row.pk]})
    confirm(batch)
    row.refresh_from_db()
    assert row.phone == "13900139000"


def test_the_number_that_a_file_takes_from_an_account_is_told(user: User) -> None:
    ours = [her(user, name="苏红", phone="13800138002", with_user=True)]
    ours.append(her(user, name="苏青", phone="13800138003"))  # comes in by no number
    lines = [[row.number, row.name, f"1390013900{n}"] for n, row in enumerate(ours)]
    confirm(bring(book([["编号", "姓名", "手机号"], *lines]), user, "volunteers"))
    told = Code.objects.exclude(says="")
    assert [(row.number, row.says) for row in told] == [("13800138002", "number_corrected")]


LEFT = "编号 {} 退出了。要请她回来：在志愿者表里写编号，状态写“在册”"


def test_who_has_left_comes_back_by_her_number_and_by_no_new_list(user: User) -> None:
    row = her(user, name="江月娥", phone="13800138001", state="left")
    said_left = LEFT.format(row.number)
    again = bring(book([[*PEOPLE, "状态"], [*NEW, "在册"]]), user, "volunteers")
    assert said(again) == [{"phone": said_left}]
    assert said(bring(book([PEOPLE, NEW]), user, "volunteers")) == [{"phone": said_left}]
    moved = [["编号", "手机号"], [row.number, "13900139000"]]
    assert said(bring(book(moved), user, "volunteers")) == [{"number": said_left}]
    back = bring(book([["编号", "状态"], [row.number, "在册"]]), user, "volunteers")
    assert confirm(back).rows_written == 1
    row.refresh_from_db()
    assert row.state == "active"


def test_who_was_told_no_is_matched_by_no_list(user: User) -> None:
    row = her(user, name="江月娥", phone="13800138001", state="left")
    Application.objects.create(volunteer=row, made_at=NOW, answered_at=NOW, reason="先参加培训")
    data = book([["编号", "状态"], [row.number, "在册"]])
    assert said(bring(data, user, "volunteers")) == [
        {"number": f"编号 {row.number} 不在你能改的里面"}
    ]
    assert rows_of(TABLES["volunteers"], user) == []
    confirm(bring(book([PEOPLE, NEW]), user, "volunteers"))  # a registration of its own
    row.refresh_from_db()
    assert (row.state, Volunteer.objects.count()) == ("left", 2)


def test_a_certificate_of_who_has_left_is_not_written_down(user: User) -> None:
    make_credential_kind(code="育婴员证")
    row = her(user, name="苏红", phone="13800138002")
    lines = [["志愿者编号", "证书", "有效期从"], [row.number, "育婴员证", "2026-01-01"]]
    batch = bring(book(lines), user, "credentials")
    assert outcomes(batch) == ["added"]
    Volunteer.objects.update(state="left")
    assert confirm(batch).rows_written == 0
    assert said(bring(book(lines), user, "credentials")) == [{"number": LEFT.format(row.number)}]
    assert VolunteerCredential.objects.count() == 0


def test_who_may_not_write_about_her_any_more_writes_nothing(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    batch = bring(book([["编号", "手机号"], [row.number, "13900139000"]]), user, "volunteers")
    user.memberships.update(organisation=make_organisation(name="别处"))
    assert confirm(batch).rows_written == 0
    row.refresh_from_db()
    assert row.phone == "13800138002"


def test_what_is_hers_to_say_is_not_changed_by_a_list(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    make_programme(code="beibei", name="贝贝老师")
    data = book([["编号", "品牌项目"], [row.number, "贝贝老师"]])
    assert said(bring(data, user, "volunteers")) == [{"programmes": "这里不能改，原来是“”"}]


ONE_NUMBER = "请只填一个中国大陆的电话号码：手机 11 位，座机带区号，不写分机和别的字"


@pytest.mark.parametrize(
    ("at", "text", "sentence"),
    [
        (1, "1380595", ONE_NUMBER),
        (1, "13800138000转5", ONE_NUMBER),
        (1, "13800138000/13900139000", ONE_NUMBER),
        (0, "", "姓名不能空着"),
        (3, "上街", "没有找到“上街”，请对照模板里的名单"),
        (1, "138****8000", "请写完整的手机号"),
    ],
)
def test_a_wrong_cell_of_a_person_has_its_sentence(
    user: User, at: int, text: str, sentence: str
) -> None:
    row = [*NEW]
    row[at] = text
    batch = bring(book([PEOPLE, row]), user, "volunteers")
    assert list(said(batch)[0].values()) == [sentence]


def test_nobody_under_age_is_registered_by_a_list(user: User) -> None:
    first = "35012120081129004"  # eighteen on the day after NOW
    row = [*NEW, first + check_digit(first)]
    batch = bring(book([[*PEOPLE, "身份证号"], row]), user, "volunteers")
    assert ["还没有满 18 周岁" in text for one in said(batch) for text in one.values()] == [True]
    assert "都满 18 周岁" in str(TABLES["volunteers"].promise)


def test_who_changed_meanwhile_is_left_as_she_is(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    data = book([["编号", "手机号"], [row.number, "13900139000"]])
    batch = bring(data, user, "volunteers")
    Volunteer.objects.filter(pk=row.pk).update(state=Volunteer.State.PAUSED)
    assert confirm(batch).rows_written == 0
    row.refresh_from_db()
    assert row.phone == "13800138002"


def test_an_older_list_writes_nothing_back_of_who_erased_her_data(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    erase_volunteer(volunteer_id=row.pk, actor=None, now=NOW)
    data = book([["编号", "姓名", "手机号"], [row.number, "苏红", "13800138002"]])
    batch = bring(data, user, "volunteers")
    assert said(batch) == [{"number": f"编号 {row.number} 不在你能改的里面"}]
    assert rows_of(TABLES["volunteers"], user) == []


def test_another_county_is_not_there(user: User) -> None:
    row = make_volunteer(organisation=make_organisation(name="别处"))
    batch = bring(book([["编号", "姓名"], [row.number, "甲"]]), user, "volunteers")
    assert said(batch) == [{"number": f"编号 {row.number} 不在你能改的里面"}]


IDENTITY = "11010519491231002X"


def test_a_guess_at_an_identity_number_is_confirmed_to_nobody(user: User) -> None:
    """The same answer at every step, whether somebody elsewhere has the number or nobody."""
    make_volunteer(organisation=make_organisation(name="别处"), identity_number=IDENTITY)
    free = "350121199001011237"
    head = [*PEOPLE, "身份证号"]
    files = [book([head, [*NEW, one]]) for one in (IDENTITY, free)]
    batches = [bring(data, user, "volunteers") for data in files]
    assert [outcomes(batch) for batch in batches] == [["added"], ["added"]]
    assert said(batches[0]) == said(batches[1]) == [{}]
    assert confirm(batches[0]).rows_written == 1
    rows = rows_of(TABLES["volunteers"], user)
    assert [row["identity"] for row in rows] == ["110105************"]
    assert outcomes(bring(files[0], user, "volunteers")) == ["same"]


def like(number: str, sequence: int) -> str:
    """Another number of the same county and day of birth."""
    first = f"{number[:14]}{sequence:03}"
    return first + check_digit(first)


def looks_at(row: Volunteer) -> list[str]:
    seen = Access.objects.filter(subject=f"volunteer:{row.pk}", action="read")
    return list(seen.values_list("reason", flat=True))


@pytest.mark.parametrize("known_by", ["nothing", "telephone", "number"])
def test_a_dry_run_of_guesses_does_not_tell_which_one_is_hers(user: User, known_by: str) -> None:
    row = her(user, name="苏红", phone="13800138002", identity_number=IDENTITY)
    guesses = [IDENTITY, *(like(IDENTITY, n) for n in range(3, 99))]
    head = ["编号", *PEOPLE, "身份证号"]
    lines = {
        "nothing": [["", f"江{n}", f"139{n:08}", *NEW[2:]] for n in range(len(guesses))],
        "telephone": [["", "苏红", "13800138002", *NEW[2:]]],
        "number": [[row.number, "苏红", "", *NEW[2:]]],
    }[known_by]
    files = [[lines[0]]] * 2 if len(lines) == 1 else [lines]
    told = []
    for at, some in enumerate(files):
        numbers = guesses if len(some) > 1 else [guesses[at * 5]]
        filled = [[*line, number] for line, number in zip(some, numbers, strict=True)]
        batch = bring(book([head, *filled]), user, "volunteers")
        told.append([*zip(outcomes(batch), map(str, said(batch)), strict=True)])
    assert len({one for answers in told for one in answers}) == 1


def test_when_it_is_written_whose_it_is_is_said_and_she_reads_of_the_look(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002", identity_number=IDENTITY)
    batch = bring(book([[*PEOPLE, "身份证号"], [*NEW, IDENTITY]]), user, "volunteers")
    assert (confirm(batch).rows_written, looks_at(row)) == (0, [f"import {batch.pk}"])
    sentence = f"这个身份证号已经登记过，编号 {row.number}；要改她，请写编号"
    assert said(batch) == [{"identity": sentence}]


def test_few_that_differ_at_the_end_alone_are_tried_and_a_true_list_is_written(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002", identity_number=IDENTITY)
    guesses = [like(IDENTITY, n) for n in range(3, 20)] + [IDENTITY]
    head = [*PEOPLE, "身份证号"]
    people = [[f"江{n}", f"139{n:08}", *NEW[2:]] for n in range(len(guesses))]
    tried = [[*line, number] for line, number in zip(people, guesses, strict=True)]
    assert confirm(bring(book([head, *tried]), user, "volunteers")).rows_written == NEARLY_THE_SAME
    again = confirm(bring(book([head, *tried[-1:]]), user, "volunteers"))
    assert said(again) == [
        {"identity": "只差最后四位的身份证号，一个月里最多登记 5 个，请隔些时候再登记"}
    ]
    assert looks_at(row) == []
    days = [f"350121199{n // 28}03{n % 28 + 1:02}" for n in range(50)]
    true = [[f"林{n}", f"137{n:08}", *NEW[2:], like(day, 2)] for n, day in enumerate(days)]
    assert confirm(bring(book([head, *true]), user, "volunteers")).rows_written == 50


def test_a_telephone_that_is_compared_is_a_look_at_whose_it_is(user: User) -> None:
    row = her(user, name="苏红", phone="13800138002")
    for phone in ("13800138003", "13800138002"):
        data = book([["编号", "手机号"], [row.number, phone]])
        bring(data, user, "volunteers")
    bring(book([["编号", "姓名"], [row.number, "苏红"]]), user, "volunteers")
    assert len(looks_at(row)) == 2


def test_who_sees_both_rows_of_a_person_is_asked_which_one_is_meant(user: User) -> None:
    organisation = user.memberships.get().organisation
    below = make_organisation(name="甘蔗街道妇联", parent=organisation)
    rows = [
        make_volunteer(organisation=one, name=name, identity_number=IDENTITY)
        for one, name in ((organisation, "苏红"), (below, "苏青"))
    ]
    head = [*PEOPLE, "身份证号"]
    batch = bring(book([head, [*NEW, IDENTITY]]), user, "volunteers")
    assert (outcomes(batch), confirm(batch).rows_written) == (["added"], 0)
    numbers = "、".join(row.number for row in rows)
    sentence = f"这个身份证号登记了不止一次（{numbers}），请写编号"
    assert said(batch) == [{"identity": sentence}]
    assert registered_twice(user, rows[0]) == [rows[1]]
    narrow = make_coordinator(organisation=below)
    assert registered_twice(narrow, rows[1]) == []


def test_certificates_are_added_renewed_and_left(user: User) -> None:
    row = her(user, name="苏红")
    kind = make_credential_kind(code="speaker")
    qualify(volunteer=row, code="mediator")
    rows = rows_of(TABLES["credentials"], user)
    assert outcomes(bring(exported(TABLES["credentials"], rows), user, "credentials")) == ["same"]
    head = ["志愿者编号", "姓名", "证书", "有效期从", "有效期至"]
    data = book([head, [row.number, "苏红", kind.name, "2026.1.1", "2028年12月31日"]])
    batch = bring(data, user, "credentials")
    assert outcomes(batch) == ["added"]
    confirm(batch)
    held = VolunteerCredential.objects.get(kind=kind)
    assert (str(held.valid_from), str(held.valid_until), held.checked_by) == (
        "2026-01-01",
        "2028-12-31",
        user,
    )
    assert outcomes(bring(data, user, "credentials")) == ["same"]
    other = book([head, [row.number, "方雪琴", kind.name, "2026-01-01", ""]])
    assert list(said(bring(other, user, "credentials"))[0]) == ["name"]


def test_hours_are_asked_for_and_wait_for_a_second_person(user: User) -> None:
    rota = make_rota(organisation=user.memberships.get().organisation)
    ended = NOW - timedelta(days=2)
    session = make_session(rota=rota, starts_at=ended)
    held = make_assignment(volunteer=her(user), shift=session.shifts.get())
    rows = rows_of(TABLES["hours"], user)
    assert [row["id"] for row in rows] == [str(held.pk)]
    table = TABLES["hours"]
    assert outcomes(bring(exported(table, rows), user, "hours")) == ["same"]
    wanted = [rows[0] | {"minutes": "45", "reason": "手机没电"}]
    batch = bring(exported(table, wanted), user, "hours")
    assert (outcomes(batch), BackEntry.objects.exists()) == (["added"], False)
    confirm(batch)
    entry = BackEntry.objects.get()
    assert (entry.minutes, entry.reason, entry.asked_by_id) == (45, "手机没电", user.pk)
    assert outcomes(bring(exported(table, rows_of(table, user)), user, "hours")) == ["same"]
    assert local_day(entry.asked_at) == local_day(NOW)
