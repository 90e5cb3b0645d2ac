"""A case from the desk and from a phone; who opens it, and that every look says what for."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, User
from backend.cases.models import CareCase, CaseHelper, CaseMeeting, CaseNote
from backend.organisations.models import Membership
from tests.cases.scene import ABOUT, HE, PHONE, SEALED, SHE, WROTE, Office, office, yes
from tests.factories import NOW, make_coordinator, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def here() -> Office:
    return office()


def as_(user: User | None) -> Client:
    client = Client()
    assert user is not None
    client.force_login(user)
    return client


def words(answer: HttpResponse) -> str:
    """What the page says, with what came of the last thing done."""
    text = answer.content.decode().split("<body", 1)[1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def desk_page(case: CareCase, name: str = "case") -> str:
    return reverse(f"coordinator:{name}", args=[case.pk])


def her_page(helper: CaseHelper, name: str = "case") -> str:
    return reverse(f"volunteer:{name}", args=[helper.case_id])


# --- the desk -------------------------------------------------------------------------------------
def test_a_case_goes_its_way_from_the_desk_and_the_phone(here: Office) -> None:
    her = here.helper(name="陈秀英", name_initials="cxy")
    desk, phone = as_(here.officer), as_(her.user)
    sent = {
        "organisation": here.organisation.pk,
        "kind": "custody",
        "name_1": SHE,
        "phone_1": PHONE,
        "name_2": HE,
        "helpers_wanted": 1,
        "about": ABOUT,
    }
    answer = desk.post(reverse("coordinator:new_case"), sent)
    case = CareCase.objects.get()
    page = desk_page(case)
    assert answer["Location"] == page

    def does(client: Client, where: str, **fields: Any) -> str:
        answer = client.post(where, fields, follow=True)
        assert answer.status_code == 200, fields
        return words(answer)

    assert "双方都同意了，才能推荐人" in words(desk.get(page))
    for side in (1, 2):
        does(desk, page, what="agree", side=side, how="paper", on="2026-11-20")
    assert "陈秀英" in words(desk.get(page + "?q=cxy"))
    does(desk, page, what="propose", volunteer=her.pk)
    mine = reverse("volunteer:mine")
    assert "个案" not in words(phone.get(mine))  # the parties choose first
    helper = CaseHelper.objects.get()
    does(desk, page, what="choose", helper=helper.pk)
    assert f"个案 {case.pk}" in words(phone.get(mine))
    assert "这件由你来办" in does(phone, her_page(helper), what="yes", relation="none")
    soon = {"next-day": "2026-12-02", "next-at": "15:00"}
    assert "下次" in does(phone, her_page(helper), what="next", **soon)
    does(phone, her_page(helper), what="note", words=WROTE)
    assert CaseNote.objects.get().words == WROTE
    does(desk, page, what="close", outcome="settled")
    assert "撤诉或调解成功" in words(desk.get(reverse("coordinator:cases")))
    assert "办完了" in words(phone.get(her_page(helper)))


def test_what_she_tells_of_a_meeting_says_a_number_and_is_refused_in_words(here: Office) -> None:
    helper = here.held()
    phone = as_(helper.volunteer.user)
    early = {"what": "met", "met-day": "2026-11-01", "met-at": "09:00", "met-minutes": "60"}
    answer = phone.post(her_page(helper), early)
    assert answer.status_code == 422 and "时间不对" in words(answer)
    assert not CaseMeeting.objects.exists()


def test_nobody_opens_a_case_but_its_own_officers(here: Office) -> None:
    case = here.held().case
    above = here.organisation.parent
    assert above is not None
    outside = [
        make_coordinator(organisation=where, role=role)
        for role in Membership.Role.values
        for where in (here.organisation, above, make_organisation(parent=above))
        if (where, role) != (here.organisation, "cases")
    ]
    for user in outside:
        client = as_(user)
        operates = user.memberships.get().role == "operator"
        for name in ("case", "case_fragment", "case_inside"):
            answer = client.get(desk_page(case, name) + "?why=contact")
            assert answer.status_code == (403 if operates else 404), user.memberships.get()
        assert client.post(desk_page(case), {"what": "close"}).status_code in (403, 404)
        seen = client.get(reverse("coordinator:cases"))
        assert f"个案 {case.pk}" not in seen.content.decode()
    assert not Access.objects.filter(action="read", subject=f"case:{case.pk}").exists()
    assert as_(here.officer).get(desk_page(case)).status_code == 200


def test_every_look_says_what_for(here: Office) -> None:
    case = here.held().case
    desk = as_(here.officer)
    inside = desk_page(case, "case_inside")
    for without in ("", "?why=", "?why=else"):
        assert desk.get(inside + without).status_code == 303
    looks = Access.objects.filter(action="read", subject=f"case:{case.pk}")
    assert not looks.exists()
    for text in SEALED:
        assert text not in words(desk.get(desk_page(case)))
    seen = desk.get(inside + "?why=contact")
    assert seen["Cache-Control"] == "no-store"
    for text in SEALED:
        assert text in words(seen)
    desk.get(inside + "?why=record")
    assert list(looks.order_by("pk").values_list("user_id", "reason")) == [
        (here.officer.pk, "contact"),
        (here.officer.pk, "record"),
    ]


# --- the phone ------------------------------------------------------------------------------------
def test_who_is_asked_reads_who_they_are_and_nothing_else(here: Office) -> None:
    helper = here.asked()
    phone = as_(helper.volunteer.user)
    assert SHE not in words(phone.get(her_page(helper)))
    inside = her_page(helper, "case_inside")
    assert phone.get(inside + "?why=record").status_code == 303
    seen = words(phone.get(inside + "?why=relation"))
    assert SHE in seen and HE in seen and ABOUT not in seen
    said = phone.post(her_page(helper), {"what": "yes", "relation": "kin"}, follow=True)
    assert "这件由别人办" in words(said)
    assert phone.get(inside + "?why=relation").status_code == 303


def test_who_helps_no_more_opens_nothing(here: Office) -> None:
    helper = here.held()
    phone, inside = as_(helper.volunteer.user), her_page(helper, "case_inside")
    seen = words(phone.get(inside + "?why=meeting"))
    assert WROTE in seen and ABOUT in seen
    phone.post(her_page(helper), {"what": "leave"})
    assert phone.get(inside + "?why=meeting").status_code == 303
    other = as_(here.helper().user)
    for name in ("case", "case_fragment", "case_inside"):
        assert other.get(her_page(helper, name) + "?why=meeting").status_code == 404


def test_no_conflict_is_passed_over_in_silence(here: Office) -> None:
    her = here.helper(name=HE)
    case = here.agreed()
    sent = {"what": "propose", "volunteer": her.pk}
    answer = as_(here.officer).post(desk_page(case), sent, follow=True)
    assert f"{HE}和一方是同一个人或同名，要回避" in words(answer)


def test_a_number_of_another_case_changes_nothing(here: Office) -> None:
    mine, other = here.held(), yes(here.asked(here.agreed()))
    sent = {"what": "hand", "helper": other.pk}
    answer = as_(here.officer).post(desk_page(mine.case), sent, follow=True)
    assert "已经不由你办了" in words(answer)
    assert CaseHelper.objects.get(pk=other.pk).is_helping
