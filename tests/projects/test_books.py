"""A project's book: entered once, reversed when it was wrong, closed at the end."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from backend.projects.models import Belonging, Money, ReachEntry
from backend.projects.operations import (
    BelongsElsewhere,
    EntryRefused,
    ProjectClosedAlready,
    ProjectMoved,
    ReversedAlready,
    add_session_to,
    change_project,
    close_project,
    note_money,
    note_reach,
    reopen_project,
    reverse_money,
    reverse_reach,
)
from backend.projects.queries import book_of
from tests.factories import (
    NOW,
    make_coordinator,
    make_money,
    make_organisation,
    make_project,
    make_reach,
    make_session,
)
from tests.live.changes import project_values

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def test_a_reversal_takes_off_what_was_wrong_and_both_lines_stay() -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    project = make_project(organisation=city)
    wrong = make_money(project=project, fen=900_00)
    note_money(project_id=project.pk, purse="grant", fen=50_00, on=DAY, actor=actor, now=NOW)
    reverse_money(entry_id=wrong.pk, why="记错了", actor=actor, now=NOW)
    people = make_reach(project=project, times=30, people=20)
    reverse_reach(entry_id=people.pk, why="记错了", actor=actor, now=NOW)
    book = book_of(project)
    assert (book.project.received, book.project.spent, book.left) == (0, 50_00, -50_00)
    assert (book.project.times, book.project.people) == (0, 0)
    assert (len(book.money), len(book.reach)) == (3, 2)


def test_a_line_is_reversed_once_and_a_reversal_never() -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    wrong = make_money(project=make_project(organisation=city))
    reversal = reverse_money(entry_id=wrong.pk, why="记错了", actor=actor, now=NOW)
    for entry in (wrong, reversal):
        with pytest.raises(ReversedAlready):
            reverse_money(entry_id=entry.pk, why="再来", actor=actor, now=NOW)


@pytest.mark.parametrize("model", [Money, ReachEntry])
def test_the_database_keeps_every_line(model: type[Money] | type[ReachEntry]) -> None:
    project = make_project(organisation=make_organisation())
    make_money(project=project)
    make_reach(project=project)
    for change in (lambda: model.objects.update(note="x"), lambda: model.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("times", "people", "on", "why"),
    [
        (0, None, DAY, "none"),
        (5, 6, DAY, "more"),
        (10**9, None, DAY, "many"),
        (5, None, date(2025, 12, 31), "before"),
        (5, None, date(2026, 11, 29), "future"),
    ],
)
def test_what_cannot_be_is_not_entered(times: int, people: int | None, on: date, why: str) -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    project = make_project(organisation=city)
    with pytest.raises(EntryRefused) as refused:
        note_reach(
            project_id=project.pk,
            who="women",
            times=times,
            people=people,
            on=on,
            actor=actor,
            now=NOW,
        )
    assert refused.value.facts["why"] == why


def test_nothing_is_entered_in_a_closed_project_until_it_is_opened_again() -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    project = make_project(organisation=city)
    close_project(project_id=project.pk, actor=actor, now=NOW)
    line = {"project_id": project.pk, "purse": "own", "fen": 100, "on": DAY}
    with pytest.raises(ProjectClosedAlready):
        note_money(**line, actor=actor, now=NOW)
    reopen_project(project_id=project.pk, actor=actor, now=NOW)
    assert note_money(**line, actor=actor, now=NOW).incoming is True


def test_the_loser_of_two_edits_is_told() -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    project = make_project(organisation=city)
    edit = {"project_id": project.pk, "version": project.version, "actor": actor, "now": NOW}
    change_project(values=project_values("甲"), **edit)
    with pytest.raises(ProjectMoved):
        change_project(values=project_values("乙"), **edit)


def test_a_session_belongs_to_one_project() -> None:
    city = make_organisation()
    actor = make_coordinator(organisation=city)
    one, other = make_project(organisation=city), make_project(organisation=city)
    session = make_session()
    add_session_to(project_id=one.pk, session=session, actor=actor, now=NOW)
    with pytest.raises(BelongsElsewhere):
        add_session_to(project_id=other.pk, session=session, actor=actor, now=NOW)
    assert Belonging.objects.get().project == one
