"""From an empty database to a published rota with a claimed shift: nothing but pages, codes that
come by phone, and the one command that appoints the first operator."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Code, User
from backend.common.clock import local_day, monday_of, now
from backend.families.models import Family
from backend.organisations.models import Invitation, Organisation
from backend.places.models import Venue
from backend.programmes.models import Engagement
from backend.rota.models import Rota
from backend.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
STREET = "350102001"
OPERATOR, COORDINATOR, VOLUNTEER, MOTHER = (f"1380013800{n}" for n in range(4))


def by_phone(number: str, *, new: bool = True) -> Client:
    """A browser in which whoever holds this phone has come in."""
    client = Client()
    client.post(reverse("sign_in_phone"), {"phone": number})
    client.post(reverse("sign_in_code"), {"code": Code.objects.latest("pk").secret})
    if new:
        client.post(reverse("welcome"))
    assert "_auth_user_id" in client.session
    return client


def test_from_nothing_to_the_first_rota() -> None:
    call_command("first_steps", "--operator", "lin", "--area", STREET, stdout=StringIO())
    operator = Client()
    operator.force_login(User.objects.get(username="lin"))  # after the link that the command prints
    street = Organisation.objects.get(division=STREET)

    page = operator.get(reverse("account")).content.decode()
    assert reverse("team") in page
    operator.post(
        reverse("team"),
        {
            "organisation": street.pk,
            "role": "coordinator",
            "name": "陈调度",
            "phone": COORDINATOR,
        },
    )
    desk = by_phone(COORDINATOR)
    invitation = reverse("invitation", args=[Invitation.objects.get().pk])
    assert invitation in desk.get("/").content.decode()
    assert "陈" not in desk.get(invitation).content.decode()
    desk.post(invitation)
    assert desk.get("/").headers["Location"] == reverse("coordinator:today")

    desk.post(reverse("coordinator:venues"), {"name": "儿童之家", "street": STREET})
    monday = monday_of(local_day(now())) + timedelta(weeks=1)
    assert f'value="{monday}"' in desk.get(reverse("coordinator:new_rota")).content.decode()
    begun = desk.post(
        reverse("coordinator:new_rota"),
        {"organisation": street.pk, "name": "第一张", "starts_on": monday, "weeks": 2},
    )
    rota = Rota.objects.get()
    assert begun.headers["Location"] == reverse("coordinator:rota", args=[rota.pk])
    assert "第一张" in desk.get(reverse("coordinator:rotas")).content.decode()
    assert desk.get(begun.headers["Location"]).status_code == 200
    kind = Engagement.objects.filter(minutes__isnull=False, programme__active=True).first()
    assert kind is not None
    form = reverse("coordinator:new_session", args=[rota.pk])
    assert Venue.objects.get().name in desk.get(f"{form}?engagement={kind.pk}").content.decode()

    volunteer = by_phone(VOLUNTEER)
    volunteer.post(reverse("join_volunteer"), {"name": "林一一", "street": STREET})
    her = Volunteer.objects.get()
    desk.post(reverse("coordinator:answer_application", args=[her.pk]), {"answer": "yes"})
    assert "等妇联确认" not in volunteer.get(reverse("volunteer:find")).content.decode()

    mother = by_phone(MOTHER)
    born = local_day(now()) - timedelta(days=400)
    values = {"name": "林妈妈", "street": STREET, "nickname": "安安", "booking": "on"}
    mother.post(reverse("join_family"), values | {"year": born.year, "month": born.month})
    assert Family.objects.get().children.count() == 1
    assert mother.get(reverse("family:book")).status_code == 200
