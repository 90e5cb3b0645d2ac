"""我们存了你什么, on a volunteer's phone: to see, to take along, to have gone."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, Code
from backend.accounts.operations import keep_phone
from backend.volunteers.models import Volunteer
from backend.web.public.again import SHOWN
from tests.again import show_again
from tests.factories import NOW
from tests.plans import statements_of
from tests.records.scene import Day
from tests.rights.test_volunteers import a_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(stopped_clock: None, client: Client) -> Day:
    made = a_life()
    client.force_login(made.hers)
    show_again(client, made.hers)
    return made


def page(client: Client, name: str) -> str:
    return client.get(reverse(f"volunteer:{name}")).content.decode()


def test_she_sees_each_kind_with_why_how_long_and_who(client: Client, day: Day) -> None:
    text = page(client, "held")
    words = (
        "林雪梅",
        "下周的课",
        "嗓门大",
        "第十九条",
        "138****8000",
        "开了服务记录单",
        "你自己改过",
    )
    assert [word for word in words if word not in text] == []
    assert "13800138000" not in text and "你自己改过" in text


def test_a_day_of_another_year_has_its_year(client: Client, day: Day) -> None:
    Volunteer.objects.filter(pk=day.her.pk).update(of_age_on=date(NOW.year + 2, 5, 1))
    assert f"{NOW.year + 2} 年 5 月 1 日" in page(client, "held")


def test_the_file_has_a_text_and_the_data(client: Client, day: Day) -> None:
    answer = client.get(reverse("volunteer:export"))
    names = f"moli-{day.her.number}"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        assert sorted(made.namelist()) == [f"{names}.json", f"{names}.txt"]
        data = json.loads(made.read(f"{names}.json"))
        text = made.read(f"{names}.txt").decode("utf-8-sig")
    assert (data["name"], data["phone"], data["service"][0]["minutes"]) == (
        *("林雪梅", "13800138000"),
        60,
    )
    assert "志愿服务条例" in text and "林雪梅" in text
    assert Access.objects.filter(action="export", subject=f"volunteer:{day.her.pk}").count() == 1


def test_she_reads_what_goes_and_what_stays_and_is_signed_out(client: Client, day: Day) -> None:
    text = page(client, "erase")
    words = ("下周的课", "1 小时", "签到和时长", "不带你的名字")
    assert [word for word in words if word not in text] == []
    goes, later = text.split("这些不再用，日子到了就删除")
    assert "排班运算里的" not in goes and "排班运算里的" in later
    answer = client.post(reverse("volunteer:erase"))
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert Volunteer.objects.get(pk=day.her.pk).erased_at is not None
    assert client.get(reverse("volunteer:me")).status_code == 302


def test_it_costs_the_same_however_much_there_is(client: Client, day: Day) -> None:
    first = len(statements_of(client, reverse("volunteer:held")))
    for _ in range(3):
        client.get(reverse("volunteer:held"))
    assert len(statements_of(client, reverse("volunteer:held"))) == first


def test_whoever_has_her_telephone_for_a_minute_takes_and_erases_nothing(
    client: Client, day: Day
) -> None:
    """Once more by a code to her number; a code to it lets both happen for five minutes."""
    keep_phone(user=day.hers, number="13800138000", now=NOW)
    other = Client()
    other.force_login(day.hers)
    took = other.get(reverse("volunteer:export"))
    erased = other.post(reverse("volunteer:erase"))
    asks = reverse("again")
    assert took.headers["Location"] == f"{asks}?next=%2Fv%2Fme%2Fdata%2F"
    assert erased.headers["Location"] == f"{asks}?next=%2Fv%2Fme%2Ferase%2F"
    assert "删除我的资料" not in other.get(reverse("volunteer:erase")).content.decode()
    other.post(erased.headers["Location"], {"how": "send"})
    code = Code.objects.get()
    assert code.number == "13800138000"
    form = {"how": "code", "code": f"{(int(code.secret or 0) + 1) % 10**6:06}"}
    assert other.post(erased.headers["Location"], form).status_code == 422
    assert other.post(reverse("volunteer:erase")).headers["Location"].startswith(asks)
    done = other.post(erased.headers["Location"], form | {"code": code.secret})
    assert done.headers["Location"] == reverse("volunteer:erase")
    assert other.get(reverse("volunteer:export")).status_code == 200
    assert other.post(reverse("volunteer:erase")).headers["Location"] == "/"
    assert Volunteer.objects.get(pk=day.her.pk).erased_at is not None


def test_what_she_showed_counts_for_five_minutes_and_for_her_alone(
    client: Client, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = client.session
    for shown, status in (
        ([day.hers.pk, NOW.timestamp() - 299], 200),
        ([day.hers.pk, NOW.timestamp() - 301], 302),
        ([day.leaders.pk, NOW.timestamp()], 302),
    ):
        session[SHOWN] = shown
        session.save()
        assert client.get(reverse("volunteer:export")).status_code == status
