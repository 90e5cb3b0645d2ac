"""She chooses which messages reach her outside of her inbox, and the inbox has all."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.notifications.models import Delivery, Mute
from backend.notifications.operations import mute_messages
from backend.notifications.recipients import Addressee
from backend.notifications.table import MESSAGES
from backend.rota.models import Assignment, Offer
from backend.rota.operations import cancel_session
from backend.words.kinds import KINDS
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_family,
    make_organisation,
    make_session,
    make_volunteer,
)
from tests.notifications.post import Box, tell
from tests.notifications.test_telling import asked

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_she_muted_on_one_channel_goes_by_the_next() -> None:
    asked(phone="13800138000")
    her = Addressee(volunteer=_her())
    mute_messages(person=her, pairs=[("offer_made", "sms")])
    sms = Box(name="sms")
    file = Box()
    tell(sms, file)
    assert (len(sms.got), len(file.got)) == (0, 1)


def test_what_she_muted_everywhere_stands_in_her_inbox_alone() -> None:
    asked()
    pairs = [("offer_made", channel) for channel in MESSAGES["offer_made"].channels]
    mute_messages(person=Addressee(volunteer=_her()), pairs=pairs)
    box = Box()
    tell(box)
    row = Delivery.objects.get()
    assert box.got == []
    assert (row.state, row.channel, bool(row.told_at)) == ("sent", "", True)


def test_what_matters_most_cannot_be_muted() -> None:
    her = make_volunteer()
    session = make_session()
    make_assignment(volunteer=her, shift=session.shifts.get())
    mute_messages(
        person=Addressee(volunteer=her.pk),
        pairs=[("notice", channel) for channel in MESSAGES["notice"].channels],
    )
    assert Mute.objects.count() == 0
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    assert Assignment.objects.get().state == "released"
    box = Box()
    tell(box)
    assert [message.template for _, message in box.got] == ["notice"]


def test_what_can_be_chosen_is_what_is_optional() -> None:
    assert set(KINDS) == {name for name, kind in MESSAGES.items() if kind.optional}


@pytest.mark.parametrize("side", ["volunteer", "family", "coordinator"])
def test_the_page_keeps_what_is_ticked(client: Client, side: str) -> None:
    client.force_login(_user(side))
    address = reverse(f"{side}:message_choices")
    shown = client.get(address).content.decode()
    many = shown.count('name="on"')
    assert many == shown.count(" checked") > 1
    first = shown.partition('name="on" value="')[2].partition('"')[0]
    assert client.post(address, {"on": [first]}).status_code == 303
    shown = client.get(address).content.decode()
    assert shown.count(" checked") == 1
    muted = Mute.objects.count()
    assert muted >= many - 1
    assert client.post(address, {"on": ["nonsense", first]}).status_code == 303
    assert Mute.objects.count() == muted


def test_who_ticks_nothing_has_it_in_her_inbox_alone_whatever_is_configured_later(
    client: Client,
) -> None:
    client.force_login(_user("volunteer"))
    client.post(reverse("volunteer:message_choices"))
    pairs = {(row.kind, row.channel) for row in Mute.objects.all()}
    hers = [kind for kind in KINDS if MESSAGES[kind].page.startswith("volunteer:")]
    assert pairs == {(kind, name) for kind in hers for name in MESSAGES[kind].channels}


def _her() -> int:
    return int(Offer.objects.get().volunteer_id)


def _user(side: str) -> User:
    if side == "coordinator":
        return make_coordinator(organisation=make_organisation())
    row = make_volunteer(with_user=True) if side == "volunteer" else make_family(agreed=True)
    assert row.user is not None
    return row.user
