"""What could not be sent is in the hands of an operator: sent again once the provider is back, or
no more."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.notifications.channels.base import Refused
from backend.notifications.models import Delivery
from tests.factories import NOW, make_coordinator, make_organisation
from tests.notifications.post import Box, tell
from tests.notifications.test_telling import asked
from tests.plans import statements_of

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = reverse("operator:messages")


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_coordinator(organisation=make_organisation(), role="operator"))
    return client


def unsent(many: int, code: str = "bad_sign") -> None:
    for _ in range(many):
        asked()
    tell(Box(answers=[Refused(code) for _ in range(many)]))


def settle(client: Client, action: str) -> int:
    sent = {"action": action, "channel": "file", "trouble": "bad_sign"}
    return int(client.post(reverse("operator:settle_messages"), sent).status_code)


def test_troubles_of_one_kind_stand_together_with_as_many_statements_however_many(
    operator: Client,
) -> None:
    unsent(1)
    few = len(statements_of(operator, ADDRESS))
    unsent(2)
    page = operator.get(ADDRESS).content.decode()
    assert "file：3 条" in page and "bad_sign" in page
    assert len(statements_of(operator, ADDRESS)) == few <= 12


def test_what_is_sent_again_goes_out(operator: Client) -> None:
    unsent(2)
    assert settle(operator, "again") == 303
    Delivery.objects.update(next_at=NOW)
    box = Box()
    tell(box)
    assert len(box.got) == 2
    assert "没有发不出去的" in operator.get(ADDRESS).content.decode()


def test_what_is_dropped_is_not_sent(operator: Client) -> None:
    unsent(2)
    assert settle(operator, "drop") == 303
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}
    assert settle(operator, "again") == 303
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}


def test_another_word_is_refused(operator: Client) -> None:
    assert settle(operator, "nonsense") == 400
