"""What telling many costs, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.notifications.models import Delivery
from backend.notifications.operations import forget_messages, plan_deliveries, send_due
from backend.notifications.operations.planning import write_down
from backend.notifications.recipients import Addressee, Audience
from backend.outbox.models import Event
from backend.rights.operations import erase_family, erase_volunteer
from backend.rota.operations import claim_shift, make_offers
from backend.rota.policy import UNDO
from tests.factories import (
    NOW,
    make_coordinator,
    make_family,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.notifications.post import tell
from tests.outbox.numbering import number_all

pytestmark = pytest.mark.django_db(transaction=True)


def ask(people: int) -> None:
    rota = make_rota()
    shift = make_session(rota=rota, shifts=[("lead", 1, people)]).shifts.get()
    pairs = [(make_volunteer(organisation=rota.organisation).pk, shift.pk) for _ in range(people)]
    make_offers(pairs=pairs, actor=None, now=NOW)
    number_all()


def test_many_are_thought_of_and_told_with_as_many_statements_as_few() -> None:
    plan_deliveries(now=NOW)  # a new reader is noted once
    counts = []
    for people in (2, 12):
        ask(people)
        with CaptureQueriesContext(connection) as planned:
            assert plan_deliveries(now=NOW) == 1
        with CaptureQueriesContext(connection) as sent:
            assert send_due(channels={}, now=NOW + UNDO) == people
        counts.append((len(planned), len(sent)))
    assert counts[0] == counts[1]


def test_a_sign_up_writes_its_event_and_nothing_for_anybody_to_be_told() -> None:
    session = make_session(rota=make_rota())
    her = make_volunteer(organisation=session.rota.organisation)
    with CaptureQueriesContext(connection) as captured:
        claim_shift(volunteer_id=her.pk, shift_id=session.shifts.get().pk, actor=None, now=NOW)
    assert [q["sql"] for q in captured if "notifications_" in q["sql"]] == []
    tell()
    assert Event.objects.filter(kind="shift_claimed").count() == 1
    assert Delivery.objects.count() == 0


def test_what_a_family_was_told_goes_when_it_is_erased() -> None:
    gone = make_family()
    stays = make_family()
    audience = Audience({Addressee(family=one.pk): [1] for one in (gone, stays)})
    write_down("event.1", "seat_expired", audience, NOW)
    erase_family(family_id=gone.pk, actor=gone.user, now=NOW)
    tell()
    assert list(Delivery.objects.values_list("family", flat=True)) == [stays.pk]


def test_what_was_told_is_kept_for_a_season() -> None:
    person = Addressee(volunteer=make_volunteer().pk)
    write_down("event.1", "notice", Audience({person: [1]}), NOW)
    assert forget_messages(now=NOW + timedelta(days=89)) == 0
    assert forget_messages(now=NOW + timedelta(days=91)) == 1


def test_what_a_volunteer_was_told_goes_when_she_erases_herself_and_her_coordinators_hear() -> None:
    city = make_organisation()
    make_coordinator(organisation=city)
    gone, stays = (make_volunteer(organisation=city, with_user=True) for _ in range(2))
    for who in (gone, stays):
        write_down("event.1", "approved", Audience.volunteers([(who.pk, who.pk)]), NOW)
    erase_volunteer(volunteer_id=gone.pk, actor=gone.user, now=NOW)
    number_all()
    plan_deliveries(now=NOW)
    told = Delivery.objects.order_by("kind").values_list("kind", "volunteer_id", "subjects")
    assert list(told) == [("approved", stays.pk, [stays.pk]), ("volunteer_erased", None, [gone.pk])]
