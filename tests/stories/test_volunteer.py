"""A volunteer's stories, told through her pages: she is asked and answers; she picks a shift
herself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.outbox.models import Event
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.rota.operations import OffersRefused, expire_offers, make_offers, publish_rota
from backend.volunteers.models import Volunteer
from tests.factories import NOW, at, make_programme, make_rota, make_session, make_volunteer

pytestmark = pytest.mark.django_db


class Clock:
    """The platform's clock, moved by the story."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


def phone_of(volunteer: Volunteer) -> Client:
    client = Client()
    client.force_login(volunteer.user)
    return client


def sees(client: Client, path: str = "/v/") -> str:
    return client.get(path).content.decode()


def publish_and_ask(rota: Rota, *pairs: tuple[Volunteer, Session]) -> list[Offer]:
    """What publishing a proposal does for volunteers."""
    publish_rota(
        rota_id=rota.pk,
        expected_version=Rota.objects.get(pk=rota.pk).version,
        actor=None,
        now=clock.now(),
    )
    ids = [(volunteer.pk, session.shifts.get().pk) for volunteer, session in pairs]
    return make_offers(
        pairs=ids, answer_by=clock.now() + timedelta(hours=24), actor=None, now=clock.now()
    )


def test_being_asked(time: Clock) -> None:
    """陈秀英 says yes, 林雪梅 says no, 黄丽华 says nothing; nobody was assigned before she said
    so."""
    rota = make_rota(state="draft")
    lesson = make_session(rota=rota, title="亲子课", shifts=[("lead", 1, 3)])
    xiuying, xuemei, lihua = (
        make_volunteer(name=name, with_user=True) for name in ("陈秀英", "林雪梅", "黄丽华")
    )
    assert "亲子课" not in sees(phone_of(xiuying))

    offers = publish_and_ask(rota, *((who, lesson) for who in (xiuying, xuemei, lihua)))
    assert not Assignment.objects.exists()
    page = sees(phone_of(xiuying))
    assert "想请你来 1 场，请在明天 12:00 前回复" in page and "我能去" in page and "去不了" in page

    phone_of(xiuying).post(reverse("volunteer:accept", args=[offers[0].pk]))
    assert "已确认" in sees(phone_of(xiuying), "/v/mine/")
    answer = phone_of(xuemei).post(reverse("volunteer:decline", args=[offers[1].pk]), follow=True)
    assert "没关系" in answer.content.decode() and "我能去" not in sees(phone_of(xuemei))
    for kind in ("offer_accepted", "offer_declined"):  # the coordinator's page is told at once
        assert f"rota.{rota.pk}" in Event.objects.get(kind=kind).streams

    time.time += timedelta(hours=24)
    expire_offers(now=time.now())
    late = phone_of(lihua).post(reverse("volunteer:accept", args=[offers[2].pk]), follow=True)
    assert "回复时间过了" in late.content.decode()

    lesson.refresh_from_db()
    assert lesson.staff == 1 and Assignment.objects.get().volunteer == xiuying
    with pytest.raises(OffersRefused):  # a no is final for that session
        publish_and_ask(rota, (xuemei, lesson))
    assert Offer.objects.filter(volunteer=xuemei).count() == 1


def test_only_those_concerned_hear_of_a_publication(time: Clock) -> None:
    rota = make_rota(state="draft")
    lesson, asked, other = make_session(rota=rota), make_volunteer(), make_volunteer()
    publish_and_ask(rota, (asked, lesson))
    streams = {stream for event in Event.objects.all() for stream in event.streams}
    assert f"volunteer.{asked.pk}" in streams and f"volunteer.{other.pk}" not in streams


def test_picking_a_shift(time: Clock) -> None:
    """曾桂香 picks a shift; the next one clashes and says so; the last place was 郑美玉's and the
    page says that too."""
    rota = make_rota()
    guixiang, meiyu = (make_volunteer(name=name, with_user=True) for name in ("曾桂香", "郑美玉"))
    morning = make_session(rota=rota, title="上午的课", starts_at=at("2026-12-02 09:30"))
    clash = make_session(
        rota=rota, title="太近的课", starts_at=at("2026-12-02 10:40"), point=(26.18, 119.42)
    )
    alone = make_session(rota=rota, title="只要一个人", starts_at=at("2026-12-03 09:30"))
    phone = phone_of(guixiang)

    assert "报名这一场" in sees(phone, "/v/?day=2026-12-02")
    phone.post(reverse("volunteer:claim", args=[morning.shifts.get().pk]))
    page = sees(phone, "/v/?day=2026-12-02")
    assert "已确认" in page and "跟你 9:30 的班只隔 10 分钟，路上要 53 分钟" in page
    refused = phone.post(reverse("volunteer:claim", args=[clash.shifts.get().pk]), follow=True)
    assert "跟你 9:30 的班只隔 10 分钟，路上要 53 分钟" in refused.content.decode()

    phone_of(meiyu).post(reverse("volunteer:claim", args=[alone.shifts.get().pk]))
    full = phone.post(reverse("volunteer:claim", args=[alone.shifts.get().pk]), follow=True)
    assert "刚刚满了" in full.content.decode()
    assert Assignment.objects.get(session=alone).volunteer == meiyu

    given = Assignment.objects.get(session=alone)
    phone_of(meiyu).post(reverse("volunteer:withdraw", args=[given.pk]))
    assert "报名这一场" in sees(phone, "/v/?day=2026-12-03")


def test_a_credential_that_lapses_between_two_sessions(time: Clock) -> None:
    """The same shift a week apart: she may take the first, and is told why not the second."""
    rota, speaker = make_rota(), make_programme(code="lecture", roles={"speaker": ["speaker"]})
    her = make_volunteer(with_user=True, qualifications={"speaker": date(2026, 12, 5)})
    first, second = (
        make_session(
            rota=rota,
            programme=speaker,
            shifts=[("speaker", 1, 1)],
            starts_at=at(f"2026-12-{d} 09:30"),
        )
        for d in ("05", "12")
    )
    phone = phone_of(her)
    phone.post(reverse("volunteer:claim", args=[first.shifts.get().pk]))
    refused = phone.post(reverse("volunteer:claim", args=[second.shifts.get().pk]), follow=True)
    assert "到那天已经过期" in refused.content.decode()
    assert list(Assignment.objects.values_list("session", flat=True)) == [first.pk]
