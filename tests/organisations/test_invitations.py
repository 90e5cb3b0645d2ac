"""Somebody is asked to take on a role by her phone, and only who holds it may accept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import Phone, User
from backend.accounts.operations import keep_phone
from backend.accounts.phones import BadPhone
from backend.organisations.models import Invitation, Membership
from backend.organisations.operations import (
    InvitationOver,
    InvitationRefused,
    accept_invitation,
    end_membership,
    invite,
    take_back_invitation,
)
from backend.organisations.queries import invitations_to, invited_by, people_in
from tests.factories import NOW, make_coordinator, make_organisation, make_user

pytestmark = pytest.mark.django_db
NUMBER = "13800138000"


def asked(boss: User, **changed: object) -> Invitation:
    values = {"role": "coordinator", "name": "林静", "phone": NUMBER} | changed
    organisation = boss.memberships.get().organisation
    return invite(organisation=organisation, actor=boss, now=NOW, **values)  # type: ignore[arg-type]


def holder(number: str = NUMBER) -> User:
    user = make_user()
    keep_phone(user=user, number=number, now=NOW)
    return user


@pytest.fixture
def boss() -> User:
    return make_coordinator(organisation=make_organisation())


def test_who_holds_the_phone_takes_the_role_on(boss: User) -> None:
    row = asked(boss)
    her = holder()
    assert invitations_to(her, NOW) == [row]
    accept_invitation(invitation_id=row.pk, user=her, now=NOW)
    assert invitations_to(her, NOW) == []
    membership = Membership.objects.get(user=her)
    assert (membership.role, membership.organisation) == ("coordinator", row.organisation)
    assert her.display_name == "林静"
    assert {one.user for one in people_in(boss)} == {boss, her}


def test_nobody_gives_herself_a_role(boss: User) -> None:
    row = asked(boss, role="viewer")
    keep_phone(user=boss, number=NUMBER, now=NOW)
    for who in (boss, holder()):  # another account that her telephone opens is nobody else's
        with pytest.raises(InvitationRefused, match="self"):
            accept_invitation(invitation_id=row.pk, user=who, now=NOW)
    with pytest.raises(InvitationRefused, match="self"):
        asked(boss, phone=f"+86 {NUMBER}")
    assert [one.role for one in boss.memberships.all()] == ["coordinator"]


def test_nobody_else_is_asked(boss: User) -> None:
    asked(boss)
    assert invitations_to(holder("13900139000"), NOW) == []
    assert invitations_to(make_user(), NOW) == []


def test_a_number_that_may_be_somebody_elses_by_now_is_not_asked(boss: User) -> None:
    made = NOW + Phone.LENT
    before = holder()
    row = invite(
        organisation=boss.memberships.get().organisation,
        actor=boss,
        now=made,
        role="viewer",
        name="林静",
        phone=NUMBER,
    )
    assert invitations_to(before, made) == []
    keep_phone(user=before, number=NUMBER, now=made)
    assert invitations_to(User.objects.get(pk=before.pk), made) == [row]


@pytest.mark.parametrize("how", ["accepted", "taken back", "late"])
def test_once_it_is_over_it_is_over(boss: User, how: str) -> None:
    row = asked(boss)
    her = holder()
    later = NOW + timedelta(days=14) if how == "late" else NOW
    if how == "accepted":
        accept_invitation(invitation_id=row.pk, user=her, now=NOW)
    if how == "taken back":
        take_back_invitation(invitation_id=row.pk, actor=boss, now=NOW)
    assert invitations_to(her, later) == [] == invited_by(boss, later)
    with pytest.raises(InvitationOver):
        accept_invitation(invitation_id=row.pk, user=her, now=later)
    with pytest.raises(InvitationOver):
        take_back_invitation(invitation_id=row.pk, actor=boss, now=later)


def test_what_cannot_be_is_refused_with_nothing_written(boss: User) -> None:
    asked(boss)
    with pytest.raises(InvitationRefused) as twice:
        asked(boss, phone="138 0013 8000")
    with pytest.raises(InvitationRefused) as nameless:
        asked(boss, name="\u200b", phone="13900139000")
    with pytest.raises(BadPhone):
        asked(boss, phone="12")
    assert (twice.value.facts["why"], nameless.value.facts["why"]) == ("twice", "name")
    assert Invitation.objects.count() == 1


def test_what_one_role_is_asked_for_another_may_be_asked_for_too(boss: User) -> None:
    asked(boss)
    asked(boss, role="viewer")
    assert len(invited_by(boss, NOW)) == 2


def test_a_viewer_sees_no_colleagues_to_invite() -> None:
    viewer = make_coordinator(organisation=make_organisation(), role="viewer")
    assert people_in(viewer) == [] == invited_by(viewer, NOW)


@pytest.mark.parametrize("role", ["operator", "officer"])
def test_a_coordinator_makes_nobody_more_than_she_is(boss: User, role: str) -> None:
    with pytest.raises(InvitationRefused) as refused:
        asked(boss, role=role)
    assert refused.value.facts["why"] == "role" and Invitation.objects.count() == 0


def test_an_operator_gives_every_role() -> None:
    operator = make_coordinator(organisation=make_organisation(), role="operator")
    for role in ("operator", "officer", "coordinator", "viewer"):
        asked(operator, role=role)
    assert len(invited_by(operator, NOW)) == 4


def test_nobody_invites_beside_her_own_tree(boss: User) -> None:
    elsewhere = make_organisation()
    with pytest.raises(InvitationRefused) as refused:
        invite(
            organisation=elsewhere,
            role="coordinator",
            name="林静",
            phone=NUMBER,
            actor=boss,
            now=NOW,
        )
    assert refused.value.facts["why"] == "role"


@pytest.mark.parametrize("how", ["her role", "her account"])
def test_what_somebody_sent_before_she_lost_her_role_lets_nobody_in(boss: User, how: str) -> None:
    row = asked(boss)
    her = holder()
    if how == "her role":
        end_membership(membership=boss.memberships.get(), actor=None, now=NOW)
    else:
        User.objects.filter(pk=boss.pk).update(is_active=False)
    with pytest.raises(InvitationOver):
        accept_invitation(invitation_id=row.pk, user=her, now=NOW)
    assert not Membership.objects.filter(user=her).exists()
