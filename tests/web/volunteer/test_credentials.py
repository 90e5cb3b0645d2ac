"""证书: what roles want, handing one in, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from backend.common.clock import local_day, now
from backend.volunteers.models import EvidencePage, HandIn, Volunteer
from backend.volunteers.operations import return_hand_in
from tests import factories as make
from tests.pictures import pdf, photo
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
PAGE = reverse("volunteer:credentials")
FORM = reverse("volunteer:hand_in")


@pytest.fixture
def her(client: Client) -> Volunteer:
    row = make.make_volunteer(with_user=True)
    assert row.user is not None
    client.force_login(row.user)
    return row


def wanted(code: str = "beibei_lead") -> str:
    """The form of a kind that a role wants."""
    kind = make.make_credential_kind(code=code)
    make.make_role(programme=make.make_programme(), code=code[:20]).requires.add(kind)
    return f"{FORM}?kind={kind.pk}"


def sent(client: Client, form: str, evidence: bytes, **values: str) -> object:
    upload = SimpleUploadedFile("x.jpg", evidence, content_type="image/jpeg")
    return client.post(form, {"valid_from": "2026-01-01", "evidence": upload} | values)


@pytest.mark.parametrize(("evidence", "pages"), [(photo(), 1), (pdf(pages=2), 2)])
def test_a_photo_or_a_pdf_is_handed_in_and_kept_sealed(
    client: Client, her: Volunteer, evidence: bytes, pages: int
) -> None:
    answer = sent(client, wanted(), evidence, number="A1")
    assert answer.headers["Location"] == PAGE  # type: ignore[attr-defined]
    shown = HandIn.objects.get()
    assert (shown.volunteer, shown.number, shown.state) == (her, "A1", "waiting")
    assert [p.picture[:3] for p in shown.pages.all()] == [b"\xff\xd8\xff"] * pages
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture FROM volunteers_evidencepage")
        assert all(b"JFIF" not in bytes(row[0]) for row in cursor.fetchall())
    assert "等核对" in client.get(PAGE).content.decode()


def test_what_cannot_be_read_is_said_beside_the_file_and_the_rest_stays(
    client: Client, her: Volunteer
) -> None:
    answer = sent(client, wanted(), b"GIF89a", number="A1")
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "只收照片（JPG、PNG）和 PDF" in page and 'value="A1"' in page
    assert EvidencePage.objects.count() == 0


def test_the_page_says_what_is_missing_for_each_role_and_why_one_came_back(
    client: Client, her: Volunteer
) -> None:
    wanted()
    assert "还差：" in client.get(PAGE).content.decode()
    shown = HandIn.objects.create(
        volunteer=her,
        kind=make.make_credential_kind(code="beibei_lead"),
        valid_from=date(2026, 1, 1),
        made_at=now(),
    )
    return_hand_in(hand_in_id=shown.pk, reason="看不清编号", actor=make.make_user(), now=now())
    page = client.get(PAGE).content.decode()
    assert "上次交的没有通过：看不清编号" in page and "退回了，请再交" in page
    make.qualify(volunteer=her, code="beibei_lead", until=local_day(now()) + timedelta(days=200))
    assert "可以接" in client.get(PAGE).content.decode()


def test_only_her_own_can_be_taken_back(client: Client, her: Volunteer) -> None:
    kind = make.make_credential_kind(code="speaker")
    for whose in (her, make.make_volunteer()):
        HandIn.objects.create(
            volunteer=whose, kind=kind, valid_from=date(2026, 1, 1), made_at=now()
        )
    for row in HandIn.objects.order_by("pk"):
        client.post(reverse("volunteer:take_back_hand_in", args=[row.pk]))
    assert HandIn.objects.get().volunteer != her


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_as_often_for_many_kinds_as_for_one(
    client: Client, her: Volunteer, many: int
) -> None:
    for number in range(many):
        wanted(f"training-{number}")
    asked = statements_of(client, PAGE)
    tables = ("programmes_", "volunteers_handin", "volunteers_volunteercredential", "vettingcheck")
    assert len([sql for sql in asked if any(table in sql for table in tables)]) == 9
