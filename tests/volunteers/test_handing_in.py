"""A certificate that she shows counts once a coordinator has looked at it, and not before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.accounts.models import User
from backend.outbox.models import Event
from backend.programmes.models import CredentialKind
from backend.volunteers.models import EvidencePage, HandIn, Volunteer
from backend.volunteers.operations import (
    AlreadyAnswered,
    CredentialRefused,
    ReasonNeeded,
    accept_hand_in,
    end_credential,
    forget_evidence,
    hand_in,
    return_hand_in,
    take_back_hand_in,
)
from backend.volunteers.operations.credentials import months_after
from backend.volunteers.operations.handing_in import EVIDENCE_KEPT
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)


@pytest.fixture
def her() -> Volunteer:
    return make.make_volunteer(with_user=True)


@pytest.fixture
def kind() -> CredentialKind:
    return make.make_credential_kind(code="beibei_lead")


def shown(her: Volunteer, kind: CredentialKind, **values: object) -> HandIn:
    assert her.user is not None
    filled: dict[str, object] = {
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2028, 12, 31),
        "number": "A1",
        "pages": [b"one", b"two"],
    }
    return hand_in(
        volunteer_id=her.pk,
        kind=kind,
        actor=her.user,
        now=make.NOW,
        **(filled | values),  # type: ignore[arg-type]
    )


def accepted(one: HandIn, by: User) -> None:
    accept_hand_in(
        hand_in_id=one.pk,
        valid_from=one.valid_from,
        valid_until=date(2027, 6, 30),
        number="A-1",
        actor=by,
        now=make.NOW,
    )


def test_what_waits_changes_nothing_of_what_she_holds(her: Volunteer, kind: CredentialKind) -> None:
    make.qualify(volunteer=her, code=kind.code, until=date(2026, 12, 31))
    one = shown(her, kind)
    assert (one.state, her.credentials.get().valid_until) == ("waiting", date(2026, 12, 31))


def test_accepted_it_is_what_the_coordinator_has_read_on_it(
    her: Volunteer, kind: CredentialKind
) -> None:
    checker = make.make_user()
    one = shown(her, kind)
    accepted(one, checker)
    held = her.credentials.get()
    assert (held.number, held.valid_until, held.checked_by, held.checked_at) == (
        "A-1",
        date(2027, 6, 30),
        checker,
        make.NOW,
    )
    one.refresh_from_db()
    assert (one.state, one.answered_by) == ("accepted", checker)
    streams = Event.objects.latest("pk").streams
    assert f"volunteer.{her.pk}" in streams
    assert f"organisation.{her.organisation_id}" in streams


def test_sent_back_it_says_why_and_another_may_follow(her: Volunteer, kind: CredentialKind) -> None:
    one = shown(her, kind)
    with pytest.raises(ReasonNeeded):
        return_hand_in(hand_in_id=one.pk, reason=" ", actor=make.make_user(), now=make.NOW)
    return_hand_in(hand_in_id=one.pk, reason="看不清", actor=make.make_user(), now=make.NOW)
    one.refresh_from_db()
    assert (one.state, one.reason, her.credentials.count()) == ("returned", "看不清", 0)
    assert shown(her, kind).state == "waiting"


def test_a_newer_one_replaces_what_still_waits_with_its_pictures(
    her: Volunteer, kind: CredentialKind
) -> None:
    shown(her, kind)
    newer = shown(her, kind, pages=[b"three"])
    assert HandIn.objects.get() == newer
    assert [page.picture for page in EvidencePage.objects.all()] == [b"three"]


def test_whoever_answers_second_is_told(her: Volunteer, kind: CredentialKind) -> None:
    assert her.user is not None
    one = shown(her, kind)
    accepted(one, make.make_user())
    for again in (
        lambda: accepted(one, make.make_user()),
        lambda: take_back_hand_in(hand_in_id=one.pk, actor=her.user, now=make.NOW),
        lambda: return_hand_in(
            hand_in_id=one.pk, reason="看不清", actor=make.make_user(), now=make.NOW
        ),
    ):
        with pytest.raises(AlreadyAnswered):
            again()
    assert her.credentials.count() == 1


def test_nobody_answers_her_own(her: Volunteer, kind: CredentialKind) -> None:
    assert her.user is not None
    one = shown(her, kind)
    with pytest.raises(CredentialRefused) as yes:
        accepted(one, her.user)
    with pytest.raises(CredentialRefused) as no:
        return_hand_in(hand_in_id=one.pk, reason="看不清", actor=her.user, now=make.NOW)
    assert (yes.value.facts["why"], no.value.facts["why"]) == ("own", "own")


@pytest.mark.parametrize(
    ("why", "code", "until"),
    [
        ("vetting", "child_clearance", None),
        ("dates", "beibei_lead", date(2025, 12, 31)),
        ("over", "beibei_lead", date(2026, 2, 1)),
    ],
)
def test_what_cannot_be_is_not_taken(
    her: Volunteer, why: str, code: str, until: date | None
) -> None:
    with pytest.raises(CredentialRefused) as refused:
        shown(her, make.make_credential_kind(code=code), valid_until=until)
    assert (refused.value.facts["why"], HandIn.objects.count()) == (why, 0)


def test_taken_back_nothing_of_it_is_left(her: Volunteer, kind: CredentialKind) -> None:
    assert her.user is not None
    one = shown(her, kind)
    take_back_hand_in(hand_in_id=one.pk, actor=her.user, now=make.NOW)
    assert (HandIn.objects.count(), EvidencePage.objects.count()) == (0, 0)


def test_pictures_go_some_weeks_after_the_answer_and_never_before_it(
    her: Volunteer, kind: CredentialKind
) -> None:
    one = shown(her, kind)
    later = make.NOW + EVIDENCE_KEPT
    assert forget_evidence(now=later + timedelta(days=400)) == 0
    accepted(one, make.make_user())
    assert forget_evidence(now=later - timedelta(seconds=1)) == 0
    assert forget_evidence(now=later) == 2
    assert HandIn.objects.get().state == "accepted"


def test_ended_early_it_lapses_on_that_day_and_a_new_one_starts_afresh(
    her: Volunteer, kind: CredentialKind
) -> None:
    make.qualify(volunteer=her, code=kind.code, until=date(2028, 1, 1))
    held = her.credentials.get()
    checker = make.make_user()
    end_credential(
        credential_id=held.pk, last_day=TODAY, reason="收回了", actor=checker, now=make.NOW
    )
    held.refresh_from_db()
    assert (held.valid_until, held.ended_because) == (TODAY, "收回了")
    with pytest.raises(CredentialRefused) as refused:
        end_credential(
            credential_id=held.pk, last_day=TODAY, reason="收回了", actor=checker, now=make.NOW
        )
    assert refused.value.facts["why"] == "ended"
    accepted(shown(her, kind), checker)
    held.refresh_from_db()
    assert (held.valid_until, held.ended_because) == (date(2027, 6, 30), "")


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 15), 12, date(2027, 1, 14)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), 36, date(2028, 12, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_so_many_months_end_the_day_before(first: date, months: int, last: date) -> None:
    assert months_after(first, months) == last
