"""Two who would like to serve together are friends once both have said so; nobody learns whether a
number is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.operations import keep_phone
from backend.accounts.phones import BadPhone
from backend.notifications.audiences import AUDIENCES
from backend.notifications.recipients import Addressee, Happened
from backend.outbox import kinds
from backend.rota.snapshot import problem_of
from backend.rota.snapshot.ids import volunteer_id
from backend.volunteers.friends import asked_by_her, asks_of, friends_of
from backend.volunteers.models import Friendship, Volunteer
from backend.volunteers.operations import FriendRefused, answer_friend, ask_friend, end_friendship
from tests.factories import NOW, at, make_rota, make_session, make_user, make_volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NUMBER = "13900000077"
FRIENDS = reverse("volunteer:friends")


@pytest.fixture
def one() -> Volunteer:
    return make_volunteer(name="陈一", with_user=True)


@pytest.fixture
def two(one: Volunteer) -> Volunteer:
    row = make_volunteer(name="林二", with_user=True, organisation=one.organisation)
    assert row.user is not None
    keep_phone(user=row.user, number=NUMBER, now=NOW)
    return row


def asks(her: Volunteer, phone: str = NUMBER) -> Friendship:
    return ask_friend(volunteer_id=her.pk, phone=phone, actor=make_user(), now=NOW)


def answers(her: Volunteer, row: Friendship, *, yes: bool = True) -> Friendship:
    return answer_friend(
        volunteer_id=her.pk, friendship_id=row.pk, yes=yes, actor=make_user(), now=NOW
    )


def why(refused: pytest.ExceptionInfo[FriendRefused]) -> object:
    return refused.value.facts["why"]


def test_they_are_friends_once_the_other_agrees_and_either_ends_it(
    one: Volunteer, two: Volunteer
) -> None:
    row = asks(one)
    assert friends_of(one.pk) == friends_of(two.pk) == []
    assert list(asks_of(two, NOW)) == [row]
    answers(two, row)
    assert (friends_of(one.pk), friends_of(two.pk)) == ([two], [one])
    assert not asks_of(two, NOW).exists()
    end_friendship(volunteer_id=two.pk, friendship_id=row.pk, actor=make_user(), now=NOW)
    assert friends_of(one.pk) == friends_of(two.pk) == []


def test_a_number_that_nobody_has_looks_like_one_that_somebody_has(
    one: Volunteer, two: Volunteer, client: Client
) -> None:
    assert one.user is not None
    client.force_login(one.user)
    seen = []
    for number in (NUMBER, "13900000099"):
        said = client.post(FRIENDS, {"phone": number}, follow=True).content.decode()
        seen.append(said.count("看到你的邀请"))
    assert seen == [1, 1]
    answers(two, asks_of(two, NOW)[0], yes=False)
    assert asked_by_her(one.pk, NOW).count() == 2  # that one was declined is not told
    assert not asks_of(two, NOW).exists()


def test_who_only_stands_in_a_list_with_the_number_is_not_asked(one: Volunteer) -> None:
    listed = make_volunteer(phone=NUMBER, with_user=True)
    asks(one)
    assert not asks_of(listed, NOW).exists()


def test_what_is_refused(one: Volunteer, two: Volunteer) -> None:
    row = asks(one)
    with pytest.raises(FriendRefused) as refused:
        asks(one)
    assert why(refused) == "twice"
    with pytest.raises(FriendRefused) as refused:
        asks(two)
    assert why(refused) == "own"
    with pytest.raises(BadPhone):
        asks(one, "12")
    with pytest.raises(FriendRefused) as refused:
        answers(one, row)
    assert why(refused) == "gone"
    stranger = make_volunteer()
    with pytest.raises(FriendRefused):
        end_friendship(volunteer_id=stranger.pk, friendship_id=row.pk, actor=make_user(), now=NOW)
    answers(two, row, yes=False)
    with pytest.raises(FriendRefused) as refused:
        answers(two, row)
    assert why(refused) == "gone"
    for n in range(4):
        asks(one, f"1390000009{n}")
    with pytest.raises(FriendRefused) as refused:
        asks(one, "13900000098")
    assert why(refused) == "many"


def test_a_question_runs_out(one: Volunteer, two: Volunteer) -> None:
    asks(one)
    assert not asks_of(two, NOW + timedelta(days=31)).exists()
    assert not asked_by_her(one.pk, NOW + timedelta(days=31)).exists()


def test_of_two_who_asked_each_other_one_question_is_left(one: Volunteer, two: Volunteer) -> None:
    assert one.user is not None
    keep_phone(user=one.user, number="13900000055", now=NOW)
    hers, others = asks(one), asks(two, "13900000055")
    answers(two, hers)
    assert friends_of(one.pk) == [two]
    answers(one, others)
    assert friends_of(one.pk) == [two]


def test_a_plan_likes_to_have_friends_in_one_session(one: Volunteer, two: Volunteer) -> None:
    rota = make_rota(organisation=one.organisation, state="draft")
    make_session(rota=rota, starts_at=at("2026-12-05 10:00"))
    assert problem_of(rota, now=NOW).together == ()
    answers(two, asks(one))
    pair = tuple(map(volunteer_id, sorted([one.pk, two.pk])))
    assert problem_of(rota, now=NOW).together == ((*pair, 1),)


def test_who_is_told(one: Volunteer, two: Volunteer) -> None:
    row = asks(one)
    happened = kinds.FriendAsked(volunteer=one.pk, friendship=row.pk)
    told = AUDIENCES["who_holds_the_number"](Happened(1, happened, None, NOW))
    assert dict(told.of) == {Addressee(volunteer=two.pk): [row.pk]}
    answers(two, row)
    agreed = kinds.FriendAgreed(volunteer=two.pk, friendship=row.pk)
    told = AUDIENCES["who_asked_a_friend"](Happened(2, agreed, None, NOW))
    assert dict(told.of) == {Addressee(volunteer=one.pk): [row.pk]}


def test_both_do_it_on_their_pages(one: Volunteer, two: Volunteer) -> None:
    first, second = Client(), Client()
    assert one.user is not None and two.user is not None
    first.force_login(one.user)
    second.force_login(two.user)
    first.post(FRIENDS, {"phone": NUMBER})
    row = Friendship.objects.get()
    second.post(FRIENDS, {"do": "yes", "id": row.pk})
    row.refresh_from_db()
    assert row.friend == two
    assert "林二" in first.get(FRIENDS).content.decode()
    first.post(FRIENDS, {"do": "end", "id": row.pk})
    assert "陈一" not in second.get(FRIENDS).content.decode()
