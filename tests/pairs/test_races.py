"""Two at once about one child, with real threads on the real database: one of them is first, and
the other is told so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from backend.common.refusal import Refusal
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations import agree_to_pair, end_pair, withdraw_agreement
from backend.pairs.states import LIVE_PAIRS
from backend.rota.models import Assignment
from tests.factories import NOW
from tests.pairs.scene import SAID, Street, child_of, paired, street, told
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=10)
TURNS = 4


@pytest.fixture
def here() -> Street:
    return street()


def at_once(*calls: Callable[[], object]) -> list[str]:
    """The codes of those who were refused, sorted. Anything else that was raised is a failure."""
    found = together(calls)
    for one in found:
        if isinstance(one, Exception) and not isinstance(one, Refusal):
            raise one
    return sorted(one.code for one in found if isinstance(one, Refusal))


def test_one_visit_that_is_told_twice_at_once_is_one_visit(here: Street) -> None:
    for _ in range(TURNS):
        pair = paired(here)
        tell = partial(told, pair, now=LATER)
        assert at_once(tell, tell) == ["meeting_refused"]
        assert pair.meetings.count() == 1
        assert Assignment.objects.filter(volunteer=pair.mentor).count() == 1


def test_two_questions_at_once_about_one_child_are_one(here: Street) -> None:
    for _ in range(TURNS):
        child = child_of(here)
        asks = [partial(here.ask, child, here.mentor()) for _ in range(2)]
        assert at_once(*asks) == ["pair_ask_refused"]
        assert child.pairs.filter(state="asked").count() == 1


def test_a_child_has_one_mentor_whoever_of_the_two_says_yes_first(here: Street) -> None:
    for _ in range(TURNS):
        older = paired(here)
        new = here.ask(older.child, here.mentor())
        said = [
            partial(
                agree_to_pair,
                pair_id=new.pk,
                volunteer_id=her.pk,
                actor=here.coordinator,
                now=NOW,
            )
            for her in (older.mentor, new.mentor)
        ]
        assert at_once(*said) == []
        states = dict(older.child.pairs.values_list("pk", "state"))
        assert states == {older.pk: "ended", new.pk: "standing"}


def test_a_hand_over_and_the_end_of_the_pair_at_once_leave_one_of_both(here: Street) -> None:
    for _ in range(TURNS):
        older = paired(here)
        new = here.ask(older.child, here.mentor())
        both = {"pair_id": new.pk, "actor": here.coordinator, "now": NOW}
        agree_to_pair(volunteer_id=new.mentor_id, **both)
        refused = at_once(
            partial(agree_to_pair, volunteer_id=older.mentor_id, **both),
            partial(end_pair, pair_id=older.pk, reason="grown", actor=here.coordinator, now=NOW),
        )
        assert refused == ["pair_moved"]
        older.refresh_from_db()
        new.refresh_from_db()
        ended = (older.end_reason, new.state)
        assert ended in {("handed", "standing"), ("grown", "ended")}


def withdraw(child: PairedChild, here: Street) -> PairedChild:
    return withdraw_agreement(child_id=child.pk, actor=here.coordinator, now=LATER)


def test_once_the_consent_is_withdrawn_nothing_said_at_that_moment_is_kept(here: Street) -> None:
    for _ in range(TURNS):
        pair = paired(here)
        refused = at_once(
            partial(told, pair, now=LATER),
            partial(withdraw, pair.child, here),
            partial(here.ask, pair.child, here.mentor(), now=LATER),
        )
        assert set(refused) <= {"pair_consent_gone", "pair_moved"}
        left = PairedChild.objects.get(pk=pair.child_id)
        assert (left.nickname, left.birth_month, left.guardian) == (None, None, None)
        assert not left.pairs.filter(state__in=LIVE_PAIRS).exists()
        assert [one.words for one in PairMeeting.objects.filter(pair=pair)] in ([], [None])


def naive_tell(pair: Pair, between: Callable[[], object]) -> None:
    """What everybody writes first: look, then write; `between` the two somebody else is quicker."""
    row = PairMeeting.objects.select_related("pair__child").get(pair=pair)
    assert row.pair.child.holds
    assert at_once(between) == []
    row.words = SAID
    row.save()


def test_a_naive_report_keeps_what_the_guardian_took_back(here: Street) -> None:
    """The control: without the lock of the child the words outlive the consent."""
    pair = paired(here)
    told(pair, now=LATER)
    naive_tell(pair, partial(withdraw, pair.child, here))
    assert PairMeeting.objects.get(pair=pair).words == SAID
