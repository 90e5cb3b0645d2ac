"""The board of a rota: a week by place, by person, or as a table, with the run on top and one
session beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.common import clock
from backend.organisations.queries import can_coordinate
from backend.planning.queries import board, people, runs
from backend.planning.queries.places import counties_of
from backend.rota.models import Rota
from backend.rota.operations import close_rota
from backend.web.components import Chip, Stepper
from backend.web.coordinator import boards, pick, run_panel
from backend.web.coordinator.choice import Choice, chosen
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

LONG = 50  # open-ended engagements on one page


@coordinator
def rota(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = access.rota_seen(request.user, pk)
    choice = chosen(request, row)
    context = week(request, row, choice)
    context |= {
        "place": "rota",
        "weeks": week_steps(row, choice),
        "views": [
            Chip(label=label, href=choice.href(view=key), on=choice.view == key)
            for key, label in _views()
        ],
        "runs_here": can_coordinate(request.user, row.organisation),
        "adds_here": access.adds_to(request.user, row),
        "panel": run_panel.panel(request.user, row, context["proposal"]),
        "picked": pick.picked(request.user, row, choice, context["proposal"]),
    }
    return render(request, "coordinator/rota.html", context)


@coordinator
@require_POST
def close(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Its last session is over: nothing of it changes any more, but for hours."""
    row = access.rota_to_change(request.user, pk)
    with refusals_said(request, you=False):
        close_rota(rota_id=row.pk, actor=request.user, now=clock.now())
        messages.success(request, _("这张排班表结束了，没核对的时长照样可以核对"))
    return see_other("coordinator:rota", row.pk)


@coordinator
def board_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The board alone: what the page fetches again when something in the rota changes."""
    row = access.rota_seen(request.user, pk)
    return render(request, "coordinator/_board.html", week(request, row, chosen(request, row)))


def week(request: HttpRequest, row: Rota, choice: Choice) -> dict[str, Any]:
    """The chosen week. Statements stay the same whatever the size of the city."""
    seen = access.sessions_seen(request.user, row)
    counties = counties_of(seen)
    here = board.in_county(seen, choice.county)
    if choice.shows_open_ended:
        sessions = board.without_a_time(here)
    else:
        sessions = board.in_week(here, choice.week)
    proposal = runs.open_proposal(row)
    ask = board.posts if choice.shows_people else board.proposed_posts
    posts = ask(sessions, proposal)
    cards = board.cards(sessions, posts, proposal, now=clock.now())
    context: dict[str, Any] = {
        "rota": row,
        "choice": choice,
        "counties": counties,
        "proposal": proposal,
        "cards": cards,
    }
    if choice.shows_open_ended:
        return context | _list(choice, cards)
    if choice.shows_table:
        return context | _table(choice, cards)
    draft = row.state == Rota.State.DRAFT
    proposed = proposal is not None
    note = _who_is_listed(proposed, draft)
    return context | _board(request.user, choice, cards, posts, counties, note)


def _list(choice: Choice, cards: list[board.Card]) -> dict[str, Any]:
    """Sessions without a time, a page at a time."""
    pages = max(1, -(-len(cards) // LONG))
    first = (min(choice.page, pages) - 1) * LONG
    return {"pages": pages, "cards": cards[first : first + LONG], "total": len(cards)}


def _table(choice: Choice, cards: list[board.Card]) -> dict[str, Any]:
    """Whole days, as many as fit on a page."""
    days = board.by_day(cards)
    pages = boards.table_pages(days) or [[]]
    shown = pages[min(choice.page, len(pages)) - 1]
    return {
        "days": {day: days[day] for day in shown},
        "pages": len(pages),
        "total": len(cards),
    }


def _board(
    reader: access.Someone,
    choice: Choice,
    cards: list[board.Card],
    posts: list[board.Post],
    counties: Mapping[str, str],
    who_is_listed: str,
) -> dict[str, Any]:
    """A row a person or a row a place. `people`: the streams of those who have a row and whom the
    reader may open."""
    hears = ""
    if choice.shows_people:
        on = {post.volunteer for post in posts if post.state != "gone"}
        listed, total = people.board_people(on, choice.week, counties, choice.page, boards.ROWS)
        readable = access.volunteers_readable(reader, [person.pk for person in listed])
        rows = boards.person_rows(choice, cards, posts, listed, readable, total)
        hears = " ".join(f"volunteer.{p.pk}" for p in listed if p.pk in readable)
        title = _("志愿者")
        note = who_is_listed % {"n": f"{total:,}"}
    else:
        rows = boards.place_rows(choice, cards)
        title = _("点位")
        note = _("%(n)s 处这周有活动") % {"n": f"{rows.total:,}"}
    grid = boards.board(choice, cards, rows, moment=clock.now(), title=title, note=note)
    return {"board": grid, "pages": rows.pages, "people": hears}


def _who_is_listed(proposed: bool, draft: bool) -> str:
    """Of a draft nobody has been asked yet; a plan that is not published adds people to both."""
    if not proposed:
        return _("%(n)s 人这周有班或被问到")
    if draft:
        return _("%(n)s 人照方案这周有班，还没有问她们")
    return _("%(n)s 人这周有班、被问到或在没发布的方案里")


def week_steps(row: Rota, choice: Choice) -> Stepper:
    weeks = choice.weeks(row)
    at = 0
    if choice.week in weeks:
        at = weeks.index(choice.week)
    last = choice.week.replace() if not weeks else weeks[at]
    sunday = last.fromordinal(last.toordinal() + 6)
    end = (
        f"{sunday.day}"
        if sunday.month == last.month
        else _("%(month)d 月 %(day)d") % {"month": sunday.month, "day": sunday.day}
    )
    label = _("第 %(week)d 周 %(month)d 月 %(first)d–%(end)s 日") % {
        "week": last.isocalendar().week,
        "month": last.month,
        "first": last.day,
        "end": end,
    }
    return Stepper(
        label=label,
        previous=choice.href(week=weeks[at - 1]) if at > 0 else "",
        next=choice.href(week=weeks[at + 1]) if at + 1 < len(weeks) else "",
    )


def _views() -> list[tuple[str, str]]:
    return [
        ("place", _("按点位")),
        ("person", _("按志愿者")),
        ("table", _("表格")),
        ("open", _("长期")),
    ]
