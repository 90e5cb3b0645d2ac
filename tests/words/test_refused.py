"""Every rule as every operation raises it, on real rows: the refusal finds its sentence, on a page
with and without script, and as data."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend import words
from backend.bookings.operations import RulesBroken, book, move_booking
from backend.common import clock
from backend.common.refusal import Refusal
from backend.programmes.queries import credential_names
from backend.rota.models import Shift
from backend.rota.operations import (
    AgainstTheRules,
    OffersRefused,
    accept_offer,
    claim_shift,
    make_offers,
    place,
)
from backend.volunteers.models import Volunteer
from backend.words import terms
from matching.rules import RULES
from tests.factories import NOW, make_coordinator, make_offer
from tests.words.scenes import HERS, NEVER, THEIRS, Hers, Wanted, elsewhere, one_of_several

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_every_rule_is_met_by_an_operation_or_says_why_not() -> None:
    codes = {rule.code for rule in RULES}
    assert set(HERS) | set(THEIRS) | set(NEVER) == codes
    assert (set(HERS) | set(THEIRS)) & set(NEVER) == set()
    assert set(words.RULES) == codes


def kept(refusal: Refusal) -> dict:
    """A refusal as JSON keeps it."""
    return json.loads(json.dumps(refusal.public()))


# --- volunteers -----------------------------------------------------------------------------------
def claimed(her: Volunteer, shift: Shift) -> tuple[Refusal, str]:
    with pytest.raises(AgainstTheRules) as refused:
        claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    return refused.value, words.refused(refused.value, names=credential_names())


def accepted(her: Volunteer, shift: Shift) -> tuple[Refusal, str]:
    offer = make_offer(volunteer=her, shift=shift)
    with pytest.raises(AgainstTheRules) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    return refused.value, words.refused(refused.value, names=credential_names())


def placed(her: Volunteer, shift: Shift) -> tuple[Refusal, str]:
    with pytest.raises(AgainstTheRules) as refused:
        place(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    return refused.value, words.refused(refused.value, names=credential_names(), you=False)


def was_asked(her: Volunteer, shift: Shift) -> tuple[Refusal, str]:
    with pytest.raises(OffersRefused) as refused:
        make_offers(pairs=[(her.pk, shift.pk)], actor=None, now=NOW)
    ((who, said),) = terms.refused_pairs(kept(refused.value), credential_names())
    assert who == her.pk
    return refused.value, said


OPERATIONS: dict[str, Callable[[Volunteer, Shift], tuple[Refusal, str]]] = {
    "claim": claimed,
    "accept": accepted,
    "place": placed,
    "ask": was_asked,
}
TABLE = [
    pytest.param(case, operation, id=f"{rule}-{case.scene.__name__}-{operation}")
    for rule, cases in HERS.items()
    for case in cases
    for operation in case.by or OPERATIONS
]


@pytest.mark.parametrize(("case", "operation"), TABLE)
def test_her_refusal_says_why(case: Hers, operation: str) -> None:
    refusal, said = OPERATIONS[operation](*case.scene())
    assert said == (case.says if operation in ("claim", "accept") else case.says_of_her)
    assert words.said(kept(refusal), names=credential_names()) == words.refused(
        refusal, names=credential_names()
    )


def as_her(her: Volunteer, address: str, how: dict[str, str]) -> str:
    browser = Client()
    browser.force_login(her.user)
    answer = browser.post(address, **how)
    assert answer.status_code == (409 if how else 303)
    return read(answer)


def read(answer: HttpResponse) -> str:
    """What the page or, after it, its message says."""
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    return html.unescape(answer.content.decode()) + "".join(said)


@pytest.mark.parametrize("how", [{}, SCRIPT], ids=["plain", "script"])
@pytest.mark.parametrize(("case", "operation"), TABLE)
def test_the_page_says_it_too(case: Hers, operation: str, how: dict[str, str]) -> None:
    her, shift = case.scene()
    if operation == "claim":
        assert case.says in as_her(her, reverse("volunteer:claim", args=[shift.pk]), how)
    elif operation == "accept":
        offer = make_offer(volunteer=her, shift=shift)
        assert case.says in as_her(her, reverse("volunteer:accept", args=[offer.pk]), how)
    elif operation == "ask":
        organisation = shift.session.rota.organisation
        browser = Client()
        browser.force_login(make_coordinator(organisation=organisation))
        address = reverse("coordinator:ask", args=[shift.session_id])
        answer = browser.post(address, {"shift": shift.pk, "volunteer": her.pk}, **how)
        assert f"陈秀英：{case.says_of_her}" in read(answer)


# --- families -------------------------------------------------------------------------------------
SEATS = [
    pytest.param(scene, says, id=f"{rule}-{scene.__name__}")
    for rule, cases in THEIRS.items()
    for scene, says in cases
]


@pytest.mark.parametrize(("scene", "says"), SEATS)
def test_a_familys_refusal_says_why(scene: Callable[[], Wanted], says: str) -> None:
    family, room = scene()
    ids = [child.pk for child in family.children.all()]
    with pytest.raises(RulesBroken) as refused:
        book(family_id=family.pk, session_id=room.pk, child_ids=ids, actor=None, now=NOW)
    assert words.refused(refused.value) == says
    booking = elsewhere(family, room)
    with pytest.raises(RulesBroken) as refused:
        move_booking(booking_id=booking.pk, session_id=room.pk, actor=None, now=NOW)
    assert words.refused(refused.value) == says
    assert words.said(kept(refused.value)) == says


@pytest.mark.parametrize("how", [{}, SCRIPT], ids=["plain", "script"])
@pytest.mark.parametrize(("scene", "says"), SEATS)
def test_a_familys_page_says_it_too(
    scene: Callable[[], Wanted], says: str, how: dict[str, str]
) -> None:
    family, room = scene()
    browser = Client()
    browser.force_login(family.user)
    children = [child.pk for child in family.children.all()]
    answer = browser.post(reverse("family:confirm"), {"session": room.pk, "child": children}, **how)
    if scene is one_of_several:
        assert answer.status_code == 404  # nobody is shown what is reserved for others
    else:
        assert (answer.status_code, says in read(answer)) == (422, True)
    booking = elsewhere(family, room)
    address = reverse("family:move", args=[booking.pk])
    moved = browser.post(address, {"session": room.pk}, **how)
    assert (moved.status_code, says in read(moved)) == (422, True)
