"""A team's address: who opens it asks to join, whoever coordinates the team answers, and it ends by
hand or by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.notifications.audiences import AUDIENCES
from backend.notifications.recipients import Addressee, Happened
from backend.organisations.models import Organisation, Team, TeamLink
from backend.organisations.operations.team_links import make_team_link, revoke_team_link
from backend.outbox import kinds
from backend.volunteers.models import TeamRequest, Volunteer
from backend.volunteers.operations import (
    TeamRefused,
    answer_team_request,
    approve,
    ask_for_team,
)
from backend.volunteers.teams import open_link
from tests.factories import (
    NOW,
    make_coordinator,
    make_division,
    make_organisation,
    make_user,
    make_volunteer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
TEAMS = reverse("coordinator:teams")


@pytest.fixture
def team() -> Team:
    row = Team.objects.create(name="东街姐妹队")
    row.organisations.add(make_organisation())
    return row


def of(team: Team) -> Organisation:
    return team.organisations.get()


def link_of(team: Team) -> TeamLink:
    return make_team_link(team=team, actor=make_user(), now=NOW)


def asks(her: Volunteer, code: str) -> TeamRequest:
    return ask_for_team(volunteer_id=her.pk, code=code, actor=make_user(), now=NOW)


def signed_in(user: User | None) -> Client:
    client = Client()
    assert user is not None
    client.force_login(user)
    return client


def test_she_asks_by_the_address_and_is_in_once_somebody_says_yes(team: Team) -> None:
    her = make_volunteer(organisation=of(team))
    asked = asks(her, link_of(team).code)
    assert asks(her, team.links.get().code) == asked
    assert not her.teams.exists()
    answer_team_request(request_id=asked.pk, yes=True, actor=make_user(), now=NOW)
    assert list(her.teams.all()) == [team]
    with pytest.raises(TeamRefused) as refused:
        asks(her, team.links.get().code)
    assert refused.value.facts == {"why": "in"}
    with pytest.raises(TeamRefused):
        answer_team_request(request_id=asked.pk, yes=False, actor=make_user(), now=NOW)


def test_an_address_ends_by_hand_by_a_newer_one_and_by_itself(team: Team) -> None:
    first = link_of(team)
    second = link_of(team)
    assert open_link(first.code, NOW) is None
    assert open_link(second.code, NOW) == second
    assert open_link(second.code, NOW + timedelta(days=30)) is None
    revoke_team_link(link=second, actor=make_user(), now=NOW)
    with pytest.raises(TeamRefused) as refused:
        asks(make_volunteer(), second.code)
    assert refused.value.facts == {"why": "over"}


def test_whoever_is_new_applies_and_is_in_with_the_yes_to_her(team: Team) -> None:
    organisation = of(team)
    code = link_of(team).code
    make_division(code="350102", name="鼓楼区")
    make_division(code="350102001")
    user = make_user()
    keep_phone(user=user, number="13900000031", now=NOW)
    phone = signed_in(user)
    address = reverse("join_team", args=[code])
    assert "东街姐妹队" in phone.get(address).content.decode()
    assert phone.post(address)["Location"] == reverse("join_volunteer")
    phone.post(reverse("join_volunteer"), {"name": "林一一", "street": "350102001"})
    her = Volunteer.objects.get(user=user)
    assert [one.team for one in her.team_requests.all()] == [team]
    desk = signed_in(make_coordinator(organisation=organisation))
    her.organisation = organisation
    her.save(update_fields=["organisation"])
    waiting = desk.get(reverse("coordinator:applications")).content.decode()
    assert "同意了就进队：东街姐妹队" in waiting
    assert "林一一 想进队" not in desk.get(TEAMS).content.decode()
    approve(volunteer_id=her.pk, actor=make_user(), now=NOW)
    assert list(her.teams.all()) == [team]


def test_a_coordinator_makes_ends_and_answers_on_her_page(team: Team) -> None:
    desk = signed_in(make_coordinator(organisation=of(team)))
    desk.post(TEAMS, {"do": "link", "id": team.pk})
    link = team.links.get()
    shown = desk.get(TEAMS).content.decode()
    assert reverse("join_team", args=[link.code]) in shown and "<svg" in shown
    her = make_volunteer(name="林二", with_user=True, organisation=of(team))
    phone = signed_in(her.user)
    phone.post(reverse("join_team", args=[link.code]))
    assert "林二 想进队" in desk.get(TEAMS).content.decode()
    desk.post(TEAMS, {"do": "no", "id": her.team_requests.get().pk})
    assert not her.teams.exists()
    desk.post(TEAMS, {"do": "revoke", "id": link.pk})
    assert phone.get(reverse("join_team", args=[link.code])).status_code == 404


def test_nobody_touches_the_teams_of_others(team: Team) -> None:
    link = link_of(team)
    asked = asks(make_volunteer(organisation=of(team)), link.code)
    beside = signed_in(make_coordinator(organisation=make_organisation(parent=of(team))))
    for do, pk in (("link", team.pk), ("revoke", link.pk), ("yes", asked.pk), ("no", asked.pk)):
        assert beside.post(TEAMS, {"do": do, "id": pk}).status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None and open_link(link.code, NOW) == link


def test_who_is_told(team: Team) -> None:
    boss = make_coordinator(organisation=of(team))
    her = make_volunteer(organisation=of(team))
    asked = asks(her, link_of(team).code)
    happened = kinds.TeamAsked(volunteer=her.pk, team=team.pk, request=asked.pk)
    told = AUDIENCES["who_keeps_the_team"](Happened(1, happened, None, NOW))
    assert dict(told.of) == {Addressee(user=boss.pk): [asked.pk]}
    answered = kinds.TeamAnswered(volunteer=her.pk, team=team.pk, request=asked.pk)
    told = AUDIENCES["who_asked_for_the_team"](Happened(2, answered, None, NOW))
    assert dict(told.of) == {Addressee(volunteer=her.pk): [asked.pk]}
