"""While one rota is published, another is edited: nobody waits who has nobody in common with it,
and who does is told so in her own form."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.common import clock
from backend.common.locking import Busy, hold_one, operation
from backend.families.models import Family
from backend.planning.operations import publish_proposal, request_publication
from backend.rota.models import Session
from backend.rota.operations import withdraw_assignment
from backend.volunteers.models import Volunteer
from scheduler import publishing
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_engagement,
    make_family,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.patience import patience
from tests.planning.scene import Scene, make_scene
from tests.web.coordinator.test_changes import form_of

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = "现在正忙，没有保存，请再按一次"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def waits_for_a_moment(transactional_db: None) -> Iterator[None]:
    """As long as nobody lets go there is nothing to wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    connection.close()


@contextmanager
def published_meanwhile(scene: Scene) -> Iterator[None]:
    """The publication of a proposal stands in its midst, all its locks held; afterwards it is
    done."""
    proposal = request_publication(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW)
    go_on, reached = Event(), Event()

    def tell(stage: str) -> None:
        if stage == "send":
            reached.set()
            go_on.wait(patience(60))

    def publish() -> str:
        try:
            return publish_proposal(
                proposal_id=proposal.pk, actor=scene.actor, now=NOW, tell=tell
            ).state
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(publish)
        try:
            assert reached.wait(patience(30))
            yield
        finally:
            go_on.set()
        assert done.result() == "published"


@contextmanager
def held(model: type[Volunteer | Family | Session], pk: int) -> Iterator[None]:
    """Somebody else holds this row."""
    go_on, reached = Event(), Event()

    @operation
    def hold() -> None:
        hold_one(model, pk)
        reached.set()
        go_on.wait(patience(60))

    def keep() -> None:
        try:
            hold()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(keep)
        try:
            assert reached.wait(patience(30))
            yield
        finally:
            go_on.set()
        done.result()


def neighbour(scene: Scene, *people: Volunteer) -> tuple[Client, Session]:
    """A session of another organisation's rota, in which these have said yes; and its desk."""
    county = scene.rota.organisation.__class__.objects.create(
        parent=scene.rota.organisation, level=2, name="鼓楼区妇联", path="new-county"
    )
    county.path = f"{scene.rota.organisation.path}{county.pk}."
    county.save()
    session = make_session(
        rota=make_rota(organisation=county),
        programme=scene.morning.programme,
        title="绘本课",
        starts_at=at("2026-12-07 09:30"),
    )
    shift = session.shifts.get()
    shift.target = max(1, len(people))
    shift.save()
    for volunteer in people:
        make_assignment(volunteer=volunteer, shift=shift)
    client = Client()
    client.force_login(make_coordinator(organisation=county))
    return client, session


def edit(client: Client, session: Session, **fields: object):  # type: ignore[no-untyped-def]
    address = reverse("coordinator:edit_session", args=[session.pk])
    wanted = form_of(session, session.venue_id, day="2026-12-08", title="写了半天的名字", **fields)
    return client.post(address, wanted)


def test_a_rota_with_nobody_in_common_does_not_wait_for_a_publication() -> None:
    scene = make_scene()
    client, session = neighbour(scene)
    with published_meanwhile(scene):
        assert edit(client, session).status_code == 303
    assert Session.objects.get(pk=session.pk).title == "写了半天的名字"


def test_who_has_somebody_in_common_is_told_so_in_her_own_form() -> None:
    """The people of a plan are held until they have been asked: a change that asks one of them
    again waits for that, and not for ever."""
    scene = make_scene()
    client, session = neighbour(scene, scene.alice)
    with published_meanwhile(scene):
        answer = edit(client, session)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert BUSY in page and 'value="写了半天的名字"' in page and 'value="2026-12-08"' in page
    assert Session.objects.get(pk=session.pk).title == "绘本课"
    again = edit(client, session)
    assert again.status_code == 200 and scene.alice.name in again.content.decode()  # whom it asks


def test_with_a_key_for_pressing_once_the_same_form_is_sent_again() -> None:
    scene = make_scene()
    client, session = neighbour(scene)
    with held(Session, session.pk):
        answer = edit(client, session, idempotency_key="pressed-once")
        assert answer.status_code == 422 and BUSY in answer.content.decode()
    assert edit(client, session, idempotency_key="pressed-once").status_code == 303
    assert Session.objects.get(pk=session.pk).title == "写了半天的名字"


def test_a_new_session_keeps_what_was_typed() -> None:
    scene = make_scene()
    kind = make_engagement(programme=scene.morning.programme, minutes=60)
    kind.minutes = 60
    kind.save()
    client = Client()
    client.force_login(scene.actor)
    address = reverse("coordinator:new_session", args=[scene.rota.pk])
    wanted = form_of(None, scene.evening.venue_id, title="写了半天的名字")
    with published_meanwhile(scene):
        answer = client.post(address, wanted)
    page = answer.content.decode()
    assert (answer.status_code, BUSY in page, 'value="写了半天的名字"' in page) == (422, True, True)
    assert not Session.objects.filter(title="写了半天的名字").exists()


def test_where_no_form_can_be_shown_the_page_sends_it_again() -> None:
    """A booking, and the hours of a family: what was sent stands in the page."""
    family = make_family(available=())
    session = make_session(seats=(0, 4, 4))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    child = family.children.get()
    client = Client(raise_request_exception=False)
    client.force_login(family.user)
    booking = {"session": session.pk, "shown": session.pk, "child": child.pk}
    forms = [
        (reverse("family:confirm"), booking | {"idempotency_key": "booked-once"}),
        (reverse("family:hours"), {"free": ["0-am", "6-eve"], "idempotency_key": "hours-once"}),
    ]
    for address, fields in forms:
        with held(Family, family.pk):
            answer = client.post(address, fields)
        page = answer.content.decode()
        assert answer.status_code == 503 and "你填的都还在，请再按一次" in page, address
        assert f'action="{address}"' in page
        for name, values in fields.items():
            for value in values if isinstance(values, list) else [values]:
                assert f'name="{name}" value="{value}"' in page, (address, name)
        assert client.post(address, fields).status_code == 303
    assert Booking.objects.get().state == "confirmed"
    assert family.availability.count() == 2


def test_the_reason_for_calling_off_is_not_lost() -> None:
    scene = make_scene()
    client = Client(raise_request_exception=False)
    client.force_login(scene.actor)
    address = reverse("coordinator:cancel_session", args=[scene.morning.pk])
    with held(Session, scene.morning.pk):
        answer = client.post(address, {"because": "教室漏水"})
    assert answer.status_code == 503
    assert 'name="because" value="教室漏水"' in answer.content.decode()


def test_a_transaction_goes_on_after_a_lock_was_not_to_be_had() -> None:
    assignment = make_assignment(volunteer=make_volunteer(), shift=make_session().shifts.get())
    with held(Volunteer, assignment.volunteer_id), transaction.atomic():
        with pytest.raises(Busy):
            withdraw_assignment(assignment_id=assignment.pk, actor=None, now=NOW)
        assert Session.objects.count() == 1


def test_a_publication_that_had_to_wait_stays_wished_for(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    proposal = request_publication(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW)
    with held(Volunteer, scene.alice.pk):
        publishing.publish(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.refusal) == ("publishing", {})
    publishing.publish(proposal.pk)
    proposal.refresh_from_db()
    assert proposal.state == "published"
