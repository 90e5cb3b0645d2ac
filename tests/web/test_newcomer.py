"""From an empty database to a published rota with a shift for which she had to show a certificate:
nothing but pages, codes that come by phone, and the one command that appoints the first
operator."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Code, User
from backend.common.clock import local_day, monday_of, now
from backend.families.models import Family
from backend.organisations.models import Invitation, Organisation
from backend.places.models import Venue
from backend.planning.models import Proposal, Run
from backend.programmes.models import CredentialKind, Engagement, Programme
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.volunteers.models import Volunteer
from scheduler.solving import solve
from scheduler.tasks.publishing import publish
from tests.pictures import photo

pytestmark = pytest.mark.django_db(transaction=True)
STREET = "350102001"
COORDINATOR, VOLUNTEER, MOTHER = (f"1380013800{n}" for n in range(3))


def by_phone(number: str, *, new: bool = True) -> Client:
    """A browser in which whoever holds this phone has come in."""
    client = Client()
    client.post(reverse("sign_in_phone"), {"phone": number})
    client.post(reverse("sign_in_code"), {"code": Code.objects.latest("pk").secret})
    if new:
        client.post(reverse("welcome"))
    assert "_auth_user_id" in client.session
    return client


def begin_lecture(desk: Client, rota: Rota, day: date) -> Session:
    """A lecture at the only place, by the page's own form; its lecturer needs a certificate."""
    kind = Engagement.objects.filter(programme__code="lecture", minutes__isnull=False)[0]
    form = f"{reverse('coordinator:new_session', args=[rota.pk])}?engagement={kind.pk}"
    held = {one.name: one.value() for one in desk.get(form).context["form"]}
    kept = {name: value for name, value in held.items() if value not in (None, False)}
    wanted = {
        "engagement": kind.pk,
        "title": "家庭教育讲座",
        "venue": Venue.objects.get().pk,
        "day": day.isoformat(),
    }
    made = desk.post(form, kept | wanted)
    assert made.status_code == 303, made.context["form"].errors
    return Session.objects.get()


def show_certificate(volunteer: Client, desk: Client) -> None:
    """She photographs what the lecturer's role wants, and the coordinator finds it right."""
    kind = CredentialKind.objects.get(code="speaker")
    form = f"{reverse('volunteer:hand_in')}?kind={kind.pk}"
    assert form in volunteer.get(reverse("volunteer:credentials")).content.decode()
    evidence = SimpleUploadedFile("IMG_1.jpg", photo(), content_type="image/jpeg")
    day = local_day(now()).isoformat()
    volunteer.post(form, {"valid_from": day, "evidence": evidence})
    listed = desk.get(reverse("coordinator:credentials")).context["rows"]
    one = reverse("coordinator:hand_in", args=[listed[0].pk])
    (_position, picture), *_others = desk.get(one).context["pictures"]
    assert desk.get(picture).headers["Content-Type"] == "image/jpeg"
    desk.post(one, {"answer": "yes", "valid_from": day})
    assert "长期有效" in volunteer.get(reverse("volunteer:credentials")).content.decode()


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
    session = begin_lecture(desk, rota, monday + timedelta(days=5))

    volunteer = by_phone(VOLUNTEER)
    volunteer.post(reverse("join_volunteer"), {"name": "林一一", "street": STREET})
    her = Volunteer.objects.get()
    desk.post(reverse("coordinator:answer_application", args=[her.pk]), {"answer": "yes"})
    assert "等妇联确认" not in volunteer.get(reverse("volunteer:find")).content.decode()

    assert "还差 2 步" in volunteer.get(reverse("volunteer:find")).content.decode()
    lecture = Programme.objects.get(code="lecture").pk
    volunteer.post(reverse("volunteer:programmes"), {"programmes": [lecture]})
    show_certificate(volunteer, desk)
    hours = {"free": [f"{day}-{part}" for day in range(7) for part in ("am", "pm", "eve")]}
    volunteer.post(reverse("volunteer:availability"), hours)

    desk.post(reverse("coordinator:request_run", args=[rota.pk]))
    solve(Run.objects.get().pk)  # as the worker does
    proposal = Proposal.objects.get()
    desk.post(reverse("coordinator:publish", args=[proposal.pk]))
    publish(proposal.pk)
    rota.refresh_from_db()
    assert rota.state == "published"

    speaker = session.shifts.get(role__code="speaker")
    asked = Offer.objects.filter(volunteer=her)
    if asked.exists():  # the plan may have thought of her first, or of the other role
        volunteer.post(reverse("volunteer:decline", args=[asked.get().pk]))
    volunteer.post(reverse("volunteer:claim", args=[speaker.pk]))
    assert (Assignment.objects.get().volunteer, Assignment.objects.get().shift) == (her, speaker)
    assert session.title in volunteer.get(reverse("volunteer:mine")).content.decode()

    mother = by_phone(MOTHER)
    born = local_day(now()) - timedelta(days=400)
    values = {"name": "林妈妈", "street": STREET, "nickname": "安安", "booking": "on"}
    mother.post(reverse("join_family"), values | {"year": born.year, "month": born.month})
    assert Family.objects.get().children.count() == 1
    assert mother.get(reverse("family:book")).status_code == 200
