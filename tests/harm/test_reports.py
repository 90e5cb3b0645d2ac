"""A report of harm: at once, sealed, for one role alone, never changed."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, User
from backend.common.operations import reseal_some
from backend.harm.models import HarmReport
from backend.harm.operations import MOST_A_DAY, is_as_written, report_harm, seen_in
from backend.harm.operations import SIGNS as KNOWN
from backend.harm.operations import WHOM as KNOWN_OF_THEM
from backend.harm.queries import organisations_unread
from backend.notifications.models import Delivery
from backend.organisations.models import Membership, Organisation
from backend.organisations.operations import accept_invitation, invite
from backend.outbox.models import Event
from backend.rights.operations import erase_family
from backend.rota.models import Assignment, Rota
from backend.words.harm import SIGNS, WHOM
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_organisation,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.notifications.post import Box, tell
from tests.pairs import scene as pairs
from tests.visits.scene import DOOR, pair, planned, street

SAID = "手臂上有淤青"


def place() -> Assignment:
    county = make_organisation(parent=make_organisation())
    session = make_session(rota=make_rota(organisation=county))
    her = make_volunteer(organisation=county, with_user=True)
    return make_assignment(volunteer=her, shift=session.shifts.get())


def reported(held: Assignment | None = None) -> HarmReport:
    held = held or place()
    assert held.volunteer.user is not None
    return report_harm(
        session_id=held.session_id,
        signs=["hurt", "made up"],
        said=SAID,
        actor=held.volunteer.user,
        now=NOW,
    )


def as_(user: User | None) -> Client:
    browser = Client()
    assert user is not None
    browser.force_login(user)
    return browser


def test_every_sign_has_its_words() -> None:
    assert (tuple(SIGNS), tuple(WHOM)) == (KNOWN, KNOWN_OF_THEM)


@pytest.mark.django_db
def test_it_is_sealed_and_in_no_event_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = reported()
    assert seen_in(HarmReport.objects.get()).signs == ("hurt",)
    assert seen_in(HarmReport.objects.get()).said == SAID
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM harm_harmreport t")
        assert SAID not in cursor.fetchone()[0]
    (event,) = Event.objects.filter(kind="harm_reported")
    assert event.payload == {"report": row.pk}
    assert SAID not in caplog.text
    assert Access.objects.get(subject=f"harm:{row.pk}").action == "create"


@pytest.mark.django_db
def test_the_database_refuses_every_change_but_another_seal() -> None:
    row = reported()
    for do in (
        lambda: HarmReport.objects.filter(pk=row.pk).update(made_by_id=row.made_by_id + 1),
        lambda: HarmReport.objects.filter(pk=row.pk).update(digest="0" * 64),
        lambda: HarmReport.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            do()
    kept = HarmReport.objects.get(pk=row.pk)
    kept.words = kept.words.replace(SAID, "没什么") if isinstance(kept.words, str) else b""
    kept.save(update_fields=["words"])  # whoever could seal could write; it is seen
    assert not is_as_written(HarmReport.objects.get(pk=row.pk))


@pytest.mark.django_db
def test_its_seal_may_be_made_anew(settings: object) -> None:
    row = reported()
    assert reseal_some(model=HarmReport, most=9) == 0  # the key is the first one already
    assert is_as_written(HarmReport.objects.get(pk=row.pk))


@pytest.mark.django_db
def test_one_tap_from_the_days_page_and_an_empty_one_counts() -> None:
    held = place()
    tutor = as_(held.volunteer.user)
    address = reverse("volunteer:harm", args=[held.session_id])
    page = tutor.get(address).content.decode()
    assert all(f"tel:{number}" in page for number in ("110", "12345", "12338"))
    assert "未成年人保护法第十一条" in page
    assert tutor.post(address).status_code == 303
    assert HarmReport.objects.count() == 1
    other = as_(make_volunteer(with_user=True).user)
    assert other.post(address).status_code == 404


@pytest.mark.django_db
def test_the_officer_reads_it_each_look_is_written_down_and_nobody_else_does() -> None:
    held = place()
    row = reported(held)
    county = held.session.rota.organisation
    officer = make_coordinator(organisation=county, role="officer")
    address = reverse("coordinator:harm_report", args=[row.pk])
    reader = as_(officer)
    assert str(row.pk) in reader.get(reverse("coordinator:harm_reports")).content.decode()
    for _ in range(2):
        answer = reader.get(address)
        assert SAID in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
    assert Access.objects.filter(user_id=officer.pk, subject=f"harm:{row.pk}").count() == 2
    for role in set(Membership.Role.values) - {"officer"}:
        other = as_(make_coordinator(organisation=county, role=role))
        assert other.get(address).status_code == 403
    beside = make_coordinator(organisation=make_organisation(parent=_above(county)), role="officer")
    assert as_(beside).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_officers_are_told_that_there_is_one_and_nothing_of_it() -> None:
    held = place()
    make_coordinator(organisation=_above(held.session.rota.organisation), role="officer")
    make_coordinator(organisation=held.session.rota.organisation)
    tell()
    Delivery.objects.all().delete()
    reported(held)
    tell(Box())
    (told,) = Delivery.objects.filter(kind="harm_reported")
    assert SAID not in told.title + told.text and "强制报告" in told.title


def _above(county: Organisation) -> Organisation:
    assert county.parent is not None
    return county.parent


@pytest.mark.django_db
def test_whom_it_is_about_stays_readable_when_the_family_erases_itself() -> None:
    here = street()
    visit = planned(here)
    first, _second = pair(visit)
    family, child = visit.request.family, visit.request.child
    assert child is not None
    known = {str(child.nickname), family.number, family.guardian_name, family.phone, DOOR}
    row = reported(first)
    erase_family(family_id=family.pk, actor=family.user, now=NOW)
    kept = HarmReport.objects.get(pk=row.pk)
    assert known - {None, ""} <= set(seen_in(kept).whom.values()) and is_as_written(kept)
    officer = make_coordinator(organisation=here.organisation, role="officer")
    page = as_(officer).get(reverse("coordinator:harm_report", args=[row.pk])).content.decode()
    assert DOOR in page and str(child.nickname) in page
    assert not seen_in(reported()).whom  # of a class: what she writes


@pytest.mark.django_db
def test_a_report_of_a_mentor_says_which_child_it_is() -> None:
    here = pairs.street()
    meeting = pairs.told(pairs.paired(here), now=NOW + timedelta(days=1))
    whom = seen_in(reported(meeting.place)).whom
    assert whom == {"child": pairs.NICKNAME, "born": pairs.BORN, "guardian": pairs.GUARDIAN}


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_nobody_but_its_readers_move_when_a_report_comes_in() -> None:
    held = place()
    county = held.session.rota.organisation
    officers = [
        make_coordinator(organisation=there, role="officer") for there in (county, _above(county))
    ]
    make_coordinator(organisation=county)
    make_coordinator(organisation=make_organisation(parent=_above(county)), role="officer")
    reported(held)
    (event,) = Event.objects.filter(kind="harm_reported")
    assert sorted(event.streams) == sorted(f"user.{one.pk}" for one in officers)
    page = as_(officers[0]).get(reverse("coordinator:harm_reports")).content.decode()
    assert f'data-live="user.{officers[0].pk}"' in page


@pytest.mark.django_db
def test_whoever_keeps_the_platform_does_not_read_who_reported(settings: Any) -> None:
    settings.SECOND_FACTOR = False
    held = place()
    row = reported(held)
    (event,) = Event.objects.filter(kind="harm_reported")
    assert event.actor_id is None
    keeper = make_user(is_staff=True, is_superuser=True)
    browser = as_(keeper)
    for name in ("accounts_access", "outbox_event"):
        page = browser.get(reverse(f"admin:{name}_changelist"))
        said = page.content.decode()
        assert page.status_code == 200 and "harm" not in said
    logged = Access.objects.get(subject=f"harm:{row.pk}")
    for name, pk in (("accounts_access", logged.pk), ("outbox_event", event.pk)):
        assert browser.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 302


@pytest.mark.django_db
def test_many_of_one_person_are_one_line_and_hide_no_other() -> None:
    held = place()
    reader = as_(make_coordinator(organisation=held.session.rota.organisation, role="officer"))
    other = make_assignment(
        volunteer=make_volunteer(with_user=True),
        shift=make_session(rota=held.session.rota).shifts.get(),
    )
    first = reported(other)
    many = [reported(held) for _ in range(MOST_A_DAY)]
    page = reader.get(reverse("coordinator:harm_reports")).content.decode()
    rows = [reverse("coordinator:harm_report", args=[row.pk]) for row in (many[-1], first)]
    assert all(row in page for row in rows)
    assert not any(reverse("coordinator:harm_report", args=[row.pk]) in page for row in many[:-1])
    assert f"同一个人还交了 {MOST_A_DAY - 1} 份" in page
    opened = reader.get(rows[0]).content.decode()
    assert all(reverse("coordinator:harm_report", args=[row.pk]) in opened for row in many[:-1])


@pytest.mark.django_db
def test_who_has_said_much_is_still_taken_at_the_first_word_of_another_session(
    stopped_clock: None,
) -> None:
    held = place()
    for _ in range(MOST_A_DAY):
        reported(held)
    tutor = as_(held.volunteer.user)
    refused = tutor.post(reverse("volunteer:harm", args=[held.session_id]), {"said": SAID})
    page = refused.content.decode()
    assert refused.status_code == 422 and SAID in page and "还有要说的，请打 110" in page
    assert HarmReport.objects.count() == MOST_A_DAY
    elsewhere = make_session(rota=held.session.rota, starts_at=NOW + timedelta(days=3))
    reported(make_assignment(volunteer=held.volunteer, shift=elsewhere.shifts.get()))
    assert HarmReport.objects.count() == MOST_A_DAY + 1


@pytest.mark.django_db(transaction=True)
def test_what_one_person_adds_a_moment_later_rings_nobody_again() -> None:
    held = place()
    make_coordinator(organisation=held.session.rota.organisation, role="officer")
    for _ in range(3):
        reported(held)
    tell(Box())
    assert Delivery.objects.filter(kind="harm_reported").count() == 1


@pytest.mark.django_db(transaction=True)
def test_where_nobody_reads_it_who_is_above_is_told_and_the_first_officer_finds_it() -> None:
    held = place()
    county = held.session.rota.organisation
    beside = make_coordinator(organisation=county)
    above = make_coordinator(organisation=_above(county))
    operator = make_coordinator(organisation=_above(county), role="operator")
    address = reverse("volunteer:harm", args=[held.session_id])
    tutor = as_(held.volunteer.user)
    assert "上级妇联马上会知道有一份报告" in tutor.get(address).content.decode()
    answer = tutor.post(address, {"said": SAID}, follow=True).content.decode()
    assert "上级妇联知道有一份报告" in answer
    tell(Box())
    told = Delivery.objects.filter(kind="harm_unread")
    assert set(told.values_list("user_id", flat=True)) == {above.pk, operator.pk}
    assert all(SAID not in one.title + one.text for one in told)
    assert as_(above).get(reverse("coordinator:harm_reports")).status_code == 403
    asked = invite(
        organisation=_above(county),
        role="officer",
        name="陈",
        phone="13800138000",
        actor=operator,
        now=NOW,
    )
    accept_invitation(invitation_id=asked.pk, user=beside, now=NOW)
    tell(Box())
    (hers,) = Delivery.objects.filter(kind="harm_reported")
    assert hers.user_id == beside.pk


@pytest.mark.django_db
def test_where_nobody_reads_reports_she_is_told_whom_to_call_and_the_operator_is_warned() -> None:
    held = place()
    address = reverse("volunteer:harm", args=[held.session_id])
    county = held.session.rota.organisation
    Rota.objects.update(state="published")
    tutor = as_(held.volunteer.user)
    assert "这里还没有儿童信息负责人" in tutor.get(address).content.decode()
    assert "现在打 110 或 12345" in tutor.post(address, follow=True).content.decode()
    assert organisations_unread() == 1
    make_coordinator(organisation=_above(county), role="officer")
    assert organisations_unread() == 0
    assert "这里还没有儿童信息负责人" not in tutor.get(address).content.decode()
