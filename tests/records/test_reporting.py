"""After a session whoever led it says how many came; its coordinator reads it and puts it right."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.common import clock
from backend.outbox.models import Event
from backend.records.models import SessionReport
from backend.records.operations import (
    MOST_PERSONS,
    BadCount,
    ReportMoved,
    ReportTooEarly,
    report_session,
)
from backend.records.queries import told_of
from backend.reports.periods import period_of
from backend.reports.queries import Frame, totals
from tests.factories import make_booking, make_family
from tests.records.scene import BEGINS, LATER, Day, make_day, minutes

pytestmark = pytest.mark.django_db
SEEN = re.compile(r'name="seen" value="(\w*)"')


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return make_day()


def came(day: Day) -> None:
    """Two families, with three children between them, were at the door."""
    type(day.session).objects.filter(pk=day.session.pk).update(
        seats_min=0, seats_max=10, seats_per_volunteer=5
    )
    day.session.refresh_from_db()
    for children in (["2025-03"], ["2025-03", "2024-11"]):
        family = make_family(children=children)
        make_booking(family=family, session=day.session, state="attended")


def shown(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="(\d*)"', page)
    other = re.search(rf'value="(\d*)"[^>]*name="{name}"', page)
    match = found or other
    assert match is not None
    return match[1]


def test_the_leader_sends_what_the_check_ins_say_and_one_sentence(client: Client, day: Day) -> None:
    came(day)
    client.force_login(day.leaders)
    where = reverse("volunteer:lead_report", args=[day.session.pk])
    assert where in client.get(reverse("volunteer:lead", args=[day.session.pk])).content.decode()
    page = client.get(where).content.decode()
    assert (shown(page, "children"), shown(page, "adults")) == ("3", "2")
    sent = client.post(where, {"children": 3, "adults": 2, "said": "唱得开心"})
    assert sent.status_code == 303
    row = SessionReport.objects.get()
    assert (row.persons_served, row.children_served, row.said, row.made_by, row.made_at) == (
        *(5, 3, "唱得开心"),
        *(day.leaders, LATER),
    )


def test_the_coordinator_reads_it_and_puts_it_right_and_the_leader_sees_who_did(
    client: Client, day: Day
) -> None:
    report_session(
        session_id=day.session.pk, children=8, adults=7, said="", actor=day.leaders, now=LATER
    )
    client.force_login(day.coordinator)
    desk = client.get(reverse("coordinator:day", args=[day.session.pk])).content.decode()
    assert "来了 8 个孩子" in desk and "陈秀英" in desk
    where = reverse("coordinator:day_report", args=[day.session.pk])
    assert client.post(where, {"children": 9, "adults": 7}).status_code == 303
    row = SessionReport.objects.get()
    assert (row.persons_served, row.made_by, row.corrected_by) == (
        *(16, day.leaders),
        day.coordinator,
    )
    client.force_login(day.leaders)
    phone = client.get(reverse("volunteer:lead", args=[day.session.pk])).content.decode()
    assert "来了 9 个孩子" in phone and "刘敏改过" in phone


def test_a_form_opened_before_somebody_corrected_it_asks_once_more(
    client: Client, day: Day
) -> None:
    """The leader's page was open while the coordinator put the numbers right."""
    said = {"session_id": day.session.pk, "said": "", "now": LATER}
    report_session(children=3, adults=2, actor=day.leaders, **said)
    client.force_login(day.leaders)
    where = reverse("volunteer:lead_report", args=[day.session.pk])
    form = {"children": 3, "adults": 2, "said": "唱得开心"}
    opened = SEEN.findall(client.get(where).content.decode())
    report_session(children=4, adults=4, actor=day.coordinator, **said)
    refused = client.post(where, form | {"seen": opened[0]})
    page = refused.content.decode()
    assert refused.status_code == 422 and "刚说过：4 个孩子，4 位大人。再点一次" in page
    assert str(day.coordinator) in page and SessionReport.objects.get().children_served == 4
    again = client.post(where, form | {"seen": SEEN.findall(page)[0]})
    assert again.status_code == 303 and SessionReport.objects.get().children_served == 3


def test_two_who_say_it_first_at_the_same_time_do_not_overwrite_each_other(day: Day) -> None:
    said = {"session_id": day.session.pk, "adults": 2, "said": "", "now": LATER, "seen": ""}
    report_session(children=3, actor=day.leaders, **said)
    with pytest.raises(ReportMoved) as refused:
        report_session(children=4, actor=day.coordinator, **said)
    facts = refused.value.facts
    assert facts == {"who": str(day.leaders), "children": 3, "adults": 2}
    report_session(children=3, actor=day.coordinator, **said)  # the same is no other word


def test_a_report_counts_it_and_what_was_said_stays_with_its_line_in_the_log(day: Day) -> None:
    came(day)
    organisation = day.session.rota.organisation
    frame = Frame.of(organisation, period_of("year", None, None, LATER.date()), LATER)
    wanted = {"n": ("persons", frame)}
    assert totals(organisation, wanted) == {"n": 3}
    for children in (4, 4, 5):
        report_session(
            session_id=day.session.pk,
            **{"children": children, "adults": 3, "said": ""},
            actor=day.leaders,
            now=LATER,
        )
    assert totals(organisation, wanted) == {"n": 8}
    noted = Access.objects.filter(subject=f"session:{day.session.pk}").order_by("pk")
    assert list(noted.values_list("reason", flat=True)) == ["report None to 7", "report 7 to 8"]
    assert Event.objects.filter(kind="session_reported").count() == 2


def test_it_is_said_once_the_session_has_begun_and_in_numbers_that_can_be(day: Day) -> None:
    def say(children: int, ago: float) -> None:
        report_session(
            session_id=day.session.pk,
            **{"children": children, "adults": 0, "said": ""},
            actor=day.leaders,
            now=BEGINS + minutes(ago),
        )

    with pytest.raises(ReportTooEarly):
        say(1, -1)
    for children in (-1, MOST_PERSONS + 1):
        with pytest.raises(BadCount):
            say(children, 0)
    say(0, 0)
    assert told_of(day.session).children == 0
    type(day.session).objects.filter(pk=day.session.pk).update(state="cancelled")
    with pytest.raises(ReportTooEarly):
        say(1, 0)


def test_who_does_not_lead_finds_no_such_page(client: Client, day: Day) -> None:
    client.force_login(day.hers)
    where = reverse("volunteer:lead_report", args=[day.session.pk])
    assert client.get(where).status_code == 404
    assert client.post(where, {"children": 1, "adults": 1}).status_code == 404
