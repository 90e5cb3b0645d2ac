"""换班 on her phone: she asks, others answer, and everybody reads how far it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.notifications.links import Purpose, link_to
from backend.rota.agreed import mark_of
from backend.rota.models import Assignment, Cover, CoverAsk
from backend.rota.operations.covers import MOST_ASKED
from backend.volunteers.models import Friendship, Volunteer
from tests.factories import (
    NOW,
    make_assignment,
    make_cover_ask,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MINE = reverse("volunteer:mine")


@pytest.fixture
def place() -> Assignment:
    session = make_session(rota=make_rota(), title="亲子课")
    her = make_volunteer(name="陈一", with_user=True, organisation=session.rota.organisation)
    return make_assignment(volunteer=her, shift=session.shifts.get())


def another(place: Assignment, name: str = "林二") -> Volunteer:
    organisation = place.session.rota.organisation
    return make_volunteer(name=name, with_user=True, organisation=organisation)


def friends(one: Volunteer, other: Volunteer) -> None:
    row = Friendship(asked_by=one, friend=other, phone="13900000077", phone_index=b"1")
    row.asked_at = row.agreed_at = NOW
    row.until = NOW + timedelta(days=9)
    row.save()


def page_of(place: Assignment) -> str:
    return reverse("volunteer:swap", args=[place.pk])


def signed_in(her: Volunteer) -> Client:
    client = Client()
    assert her.user is not None
    client.force_login(her.user)
    return client


def read(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def test_she_asks_all_who_could_and_one_of_them_takes_it(place: Assignment) -> None:
    two, her = another(place), signed_in(place.volunteer)
    assert page_of(place) in read(her, reverse("volunteer:withdraw", args=[place.pk]))
    assert "问合适的 1 位" in read(her, page_of(place))
    her.post(page_of(place), {"do": "all"})
    assert "正在问谁能替你去" in read(her, MINE)
    assert "问了 1 位，0 位说去不了" in read(her, page_of(place))
    theirs = signed_in(two)
    shown = read(theirs, MINE)
    assert "有人这一场去不了，想请你替她" in shown
    assert "陈一" not in shown
    ask = CoverAsk.objects.get()
    theirs.post(reverse("volunteer:cover_yes", args=[ask.pk]))
    assert Assignment.objects.get(volunteer=two).state == "active"
    assert "有人接了" in read(her, page_of(place))
    assert "有人替你去" in read(her, MINE)


def test_when_all_are_asked_nobody_is_said_to_be_unable(place: Assignment) -> None:
    """More could take it than one question asks: those who were not asked are not denied."""
    for number in range(MOST_ASKED + 1):
        another(place, f"林{number}")
    her = signed_in(place.volunteer)
    her.post(page_of(place), {"do": "all"})
    shown = read(her, page_of(place))
    assert f"问了 {MOST_ASKED} 位" in shown
    assert "没有别的人能替" not in shown
    assert "这一轮能问的都问过了" in shown


def test_a_friend_is_asked_by_name_and_reads_whose_place_it_is(place: Assignment) -> None:
    friend, stranger = another(place, "林二"), another(place, "王三")
    her = signed_in(place.volunteer)
    friends(place.volunteer, friend)
    shown = read(her, page_of(place))
    assert "请林二替我去" in shown
    assert "王三" not in shown
    her.post(page_of(place), {"do": "friend", "id": str(stranger.pk)})  # none of her friends
    assert not CoverAsk.objects.exists()
    her.post(page_of(place), {"do": "friend", "id": str(friend.pk)})
    assert "陈一这一场去不了，想请你替她" in read(signed_in(friend), MINE)
    assert "问合适的 1 位" in read(her, page_of(place))  # the other one may still be asked


def test_she_stops_asking_and_whoever_answers_then_is_thanked(place: Assignment) -> None:
    two, her = another(place), signed_in(place.volunteer)
    her.post(page_of(place), {"do": "all"})
    her.post(page_of(place), {"do": "stop"})
    assert Cover.objects.get().state == "stopped"
    ask = CoverAsk.objects.get()
    said = signed_in(two).post(
        reverse("volunteer:cover_yes", args=[ask.pk]), headers={"HX-Request": "true"}
    )
    assert (said.status_code, "不用替了，谢谢你" in said.content.decode()) == (409, True)
    place.refresh_from_db()
    assert place.state == "active"


@pytest.mark.parametrize("yes", [True, False])
def test_one_tap_from_the_message_answers(place: Assignment, yes: bool) -> None:
    two = another(place)
    ask = make_cover_ask(volunteer=two, place=place)
    link = link_to(Purpose.COVER, person=two.pk, subject=ask.pk, until=ask.cover.answer_by)
    seen = mark_of(place.session)
    client = Client()
    assert "你能替她去吗？" in read(client, link)
    done = client.post(link, {"answer": "yes" if yes else "no", "seen": seen}).content.decode()
    assert ("说好了" if yes else "没关系，我们再找别人") in done
    place.refresh_from_db()
    assert place.state == ("withdrawn" if yes else "active")
    assert client.get(link).status_code == 410


def test_a_place_at_a_home_is_the_coordinators_to_pass_on(place: Assignment) -> None:
    place.session.home = "for_visit"
    place.session.save()
    her = signed_in(place.volunteer)
    assert page_of(place) not in read(her, reverse("volunteer:withdraw", args=[place.pk]))
    assert "要换请找调度员" in read(her, page_of(place))


def test_the_page_asks_as_much_whoever_could_take_it(place: Assignment) -> None:
    her = signed_in(place.volunteer)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(her, page_of(place))
        return len(queries)

    def some(people: int) -> None:
        for _ in range(people):
            another(place)
            make_offer(volunteer=another(place), shift=place.shift, state="declined")

    some(1)
    few = statements()
    some(5)
    assert statements() == few
