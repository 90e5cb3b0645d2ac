"""A week as a board: cards and posts from the queries become rows, cells and chips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.common.clock import local_day
from backend.planning.queries.board import Card, Post, by_day
from backend.planning.queries.people import Person
from backend.web.components import Board, BoardCell, BoardChip, BoardRow, Coverage, Hole
from backend.web.components.board import ChipState
from backend.web.coordinator.choice import Choice
from backend.words.moments import clock, long_day, until, when

ROWS = 40  # on one page of the board
TABLE = 120  # sessions on one page of the table, which holds whole days
HOLES = 2  # in the tray; the rest is on the page of holes
STATES = {
    "new": gettext_lazy("这次新排"),
    "offered": gettext_lazy("等回复"),
    "published": gettext_lazy("排好了"),
    "idle": gettext_lazy("还没有人，可以不办"),
}
POSTS: dict[str, tuple[ChipState, Promise]] = {
    "assigned": ("published", gettext_lazy("已确认")),
    "offered": ("offered", gettext_lazy("等回复")),
    "new": ("new", gettext_lazy("这次新排")),
}


class BoardRows(NamedTuple):
    rows: list[BoardRow]
    pages: int
    total: int


def coverage(cards: Sequence[Card]) -> Coverage:
    """Of the sessions that take place: how many places somebody has, is asked for or would get, and
    how many people are missing beside them."""
    arranged = sum(card.arranged for card in cards)
    return Coverage(filled=arranged, total=arranged + sum(card.missing for card in cards))


def board(
    choice: Choice,
    cards: Sequence[Card],
    rows: BoardRows,
    *,
    moment: datetime,
    title: str,
    note: str,
) -> Board:
    """`moment` is now."""
    days = by_day(cards)
    week = [choice.week + timedelta(days=n) for n in range(7)]
    missing = [card for card in cards if card.missing]
    return Board(
        caption=_("%(day)s 起一周的排班") % {"day": long_day(choice.week)},
        row_title=title,
        row_note=note,
        days=[(day, coverage(days.get(day, []))) for day in week],
        rows=rows.rows,
        holes=[hole(card, choice) for card in missing[:HOLES]],
        today=local_day(moment),
        missing=len(missing),
        all_holes=reverse("coordinator:holes", args=[choice.rota]) if len(missing) > HOLES else "",
    )


def hole(card: Card, choice: Choice) -> Hole:
    roles = _("、").join(f"{h.role} {h.short}" for h in card.heads if h.short)
    at = when(card.starts_at) if card.starts_at else _("长期")
    return Hole(
        when=at,
        words=_("%(place)s，缺%(roles)s") % {"place": card.place, "roles": roles},
        href=choice.picking(card.pk),
    )


def place_rows(choice: Choice, cards: Sequence[Card]) -> BoardRows:
    """A row a place, by street and name; sessions at families' homes share a row a kind and
    county."""
    places: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        places[card.place_key].append(card)
    ordered = sorted(
        places.values(), key=lambda these: (these[0].county, these[0].street, these[0].place)
    )
    shown = _page(ordered, choice)
    more = _table_addresses(choice, cards)
    rows = [
        BoardRow(
            name=these[0].place.removeprefix(these[0].street),
            note=these[0].street or _("在家庭"),
            load=sum(c.arranged for c in these),
            limit=sum(c.target for c in these if c.going_ahead),
            tone="short" if any(c.missing for c in these) else "ok",
            measure=_("排上的人"),
            cells=_cells(
                choice,
                {
                    day: [session_chip(choice, c) for c in found]
                    for day, found in by_day(these).items()
                },
                more,
            ),
        )
        for these in shown
    ]
    return BoardRows(rows, _pages(len(ordered)), len(ordered))


def person_rows(
    choice: Choice,
    cards: Sequence[Card],
    posts: Sequence[Post],
    people: Sequence[Person],
    readable: frozenset[int],
    total: int,
) -> BoardRows:
    """A row a volunteer who has, is asked for, or would get something this week; those whose page
    the reader may open (`readable`) lead to it."""
    card_of = {card.pk: card for card in cards}
    here = {person.pk for person in people}
    mine: dict[int, dict[date, list[BoardChip]]] = defaultdict(lambda: defaultdict(list))
    for post in posts:
        card = card_of.get(post.session)
        if card and card.day and post.state != "gone" and post.volunteer in here:
            mine[post.volunteer][card.day].append(person_chip(choice, card, post))
    more = _table_addresses(choice, cards)
    rows = [
        BoardRow(
            name=person.name,
            note=person.county,
            load=sum(len(chips) for chips in mine[person.pk].values()),
            limit=person.max_per_week,
            measure=_("本周场次"),
            href=reverse("coordinator:volunteer", args=[person.pk])
            if person.pk in readable
            else "",
            selected=person.pk == choice.who,
            cells=_cells(choice, mine[person.pk], more, person.away),
        )
        for person in people
    ]
    return BoardRows(rows, _pages(total), total)


def session_chip(choice: Choice, card: Card) -> BoardChip:
    state = session_state(card)
    words = state_in_words(card)
    time = ""
    if card.starts_at:
        time = clock(card.starts_at)
    span = ""
    if card.starts_at and card.ends_at:
        span = until(card.starts_at, card.ends_at)
    return BoardChip(
        time=time,
        place=card.title,
        state=state,
        href=choice.picking(card.pk),
        selected=card.pk == choice.pick,
        title=_("，").join([f"{span} {card.title}", words]),
    )


def session_state(card: Card) -> ChipState:
    if card.missing:
        return "warning"
    if any(h.new for h in card.heads):
        return "new"
    if any(h.waiting for h in card.heads):
        return "offered"
    if card.going_ahead:
        return "published"
    return "idle"


def state_in_words(card: Card) -> str:
    state = session_state(card)
    if state == "warning":
        return _("缺 %(n)d 人") % {"n": card.missing}
    return str(STATES[state])


def person_chip(choice: Choice, card: Card, post: Post) -> BoardChip:
    state, words = POSTS[post.state]
    picked = card.pk == choice.pick and post.volunteer == choice.who
    return BoardChip(
        time=clock(card.starts_at) if card.starts_at else "",
        place=card.street.removesuffix("街道") or card.place,
        state=state,
        href=choice.picking(card.pk, post.volunteer),
        title=_("，").join([card.title, card.place, str(words)]),
        selected=picked,
    )


def table_pages(days: Mapping[date, Sequence[Card]]) -> list[list[date]]:
    """Which days share a page of the table: as many as fit, at least one."""
    pages: list[list[date]] = []
    room = 0
    for day, cards in days.items():
        if len(cards) > room:
            pages.append([])
            room = TABLE
        pages[-1].append(day)
        room -= len(cards)
    return pages


def _table_addresses(choice: Choice, cards: Sequence[Card]) -> dict[date, str]:
    pages = enumerate(table_pages(by_day(cards)), start=1)
    return {
        day: f"{choice.href(view='table', page=number)}#d{day:%m%d}"
        for number, days in pages
        for day in days
    }


def _cells(
    choice: Choice,
    chips: Mapping[date, list[BoardChip]],
    more: Mapping[date, str],
    away: frozenset[date] = frozenset(),
) -> list[BoardCell]:
    days = [choice.week + timedelta(days=n) for n in range(7)]
    return [
        BoardCell(
            chips=chips.get(day, []),
            away=_("请假") if day in away else "",
            more_href=more.get(day, ""),
        )
        for day in days
    ]


def _page(rows: Sequence[list[Card]], choice: Choice) -> Sequence[list[Card]]:
    start = ROWS * (min(choice.page, _pages(len(rows))) - 1)
    return rows[start : start + ROWS]


def _pages(count: int) -> int:
    return max(1, -(-count // ROWS))
