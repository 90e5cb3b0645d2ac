"""Two telephones, the leader and the desk at the same moment, with real threads on the real
database."""

from __future__ import annotations

from functools import partial

import pytest

from backend.records.heads import faults
from backend.records.models import Attendance, ServiceRecord
from backend.records.operations import (
    AlreadyDecided,
    answer_objection,
    confirm_hours,
    confirm_signed,
    correct_hours,
    note_away,
    object_to,
    sign_in,
    sign_out,
)
from backend.rota.models import Assignment
from tests.races.together import together
from tests.records.scene import BEGINS, ENDS, LATER, make_day

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_phones_and_the_leader_sign_her_in_once() -> None:
    day = make_day()
    ways = (("code", day.hers), ("wall", day.hers), ("leader", day.leaders)) * 3
    calls = [
        partial(sign_in, assignment_id=day.helper.pk, how=how, actor=who, now=BEGINS)
        for how, who in ways
    ]
    ended = together(calls)
    assert [one for one in ended if isinstance(one, Exception)] == []
    row = Attendance.objects.get()
    who = {"code": day.hers.pk, "wall": day.hers.pk, "leader": day.leaders.pk}[row.came_how]
    assert (row.came_at, row.came_by_id) == (BEGINS, who)


def test_many_words_at_once_make_one_line() -> None:
    day = make_day()
    sign_in(assignment_id=day.helper.pk, how="code", actor=day.hers, now=BEGINS)
    sign_out(assignment_id=day.helper.pk, how="code", actor=day.hers, now=ENDS)
    her = {"assignment_id": day.helper.pk, "now": LATER}
    session = {"session_id": day.session.pk, "now": LATER}
    ended = together(
        [
            partial(confirm_hours, **her, minutes=60, actor=day.coordinator),
            partial(confirm_hours, **her, minutes=60, actor=day.second),
            partial(confirm_hours, **her, minutes=55, actor=day.second),
            partial(confirm_signed, **session, actor=day.leaders),
            partial(confirm_signed, **session, actor=day.coordinator),
            partial(note_away, **her, excused=False, reason="", actor=day.second),
        ]
    )
    odd = [e for e in ended if isinstance(e, Exception) and not isinstance(e, AlreadyDecided)]
    assert odd == []
    there = Assignment.objects.get(pk=day.helper.pk).attended
    assert ServiceRecord.objects.count() == int(bool(there))
    state = Attendance.objects.get(assignment=day.helper).state
    assert state == ("attended" if there else "absent")


def test_corrections_at_once_keep_the_chain_whole(tmp_path) -> None:
    day = make_day()
    day.served(60)
    said = object_to(assignment_id=day.helper.pk, text="少了", actor=day.hers, now=LATER)
    fix = {"assignment_id": day.helper.pk, "reason": "重算", "now": LATER}
    calls = [
        partial(correct_hours, **fix, minutes=n, actor=day.second) for n in (10, 20, 30, 40, 50)
    ]
    answer = partial(
        answer_objection,
        objection_id=said.pk,
        answer="对",
        minutes=70,
        actor=day.coordinator,
        now=LATER,
    )
    ended = together([*calls, answer])
    assert [one for one in ended if isinstance(one, Exception)] == []
    lines = list(ServiceRecord.objects.order_by("number").values_list("minutes", flat=True))
    assert len(lines) == 13
    assert sum(lines) == lines[-1]
    assert [lines[n] + lines[n - 1] for n in range(1, 13, 2)] == [0] * 6
    assert list(faults(tmp_path)) == []
