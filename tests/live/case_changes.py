"""The events of cases, as changes.py makes the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from backend.accounts.models import User
from backend.cases.models import CaseHelper
from backend.cases.operations import close_case, tell_case_meeting
from tests.cases.scene import AN_HOUR, Office, hers, mediating, yes
from tests.factories import NOW, make_coordinator, qualify
from tests.planning.scene import Scene, make_scene

Change = Callable[[], Iterator[Scene]]
CASE_CHANGES: dict[str, Change] = {}
BEFORE = NOW - timedelta(days=1)


def change(function: Change) -> Change:
    CASE_CHANGES[function.__name__] = function
    return function


def world() -> tuple[Scene, Office]:
    """Alice may help in the cases of the rota's organisation, which has an officer."""
    scene = make_scene(state="published")
    kind = mediating()
    scene.alice.programmes.add(kind.programme)
    qualify(volunteer=scene.alice, code="adult")
    qualify(volunteer=scene.alice, code="mediator")
    officer: User = make_coordinator(organisation=scene.rota.organisation, role="cases")
    return scene, Office(scene.rota.organisation, officer, kind)


def asked() -> tuple[Scene, Office, CaseHelper]:
    scene, here = world()
    return scene, here, here.asked(here.agreed(now=BEFORE), scene.alice, now=BEFORE)


@change
def case_changed() -> Iterator[Scene]:
    scene, here = world()
    case = here.open(now=BEFORE)
    yield scene
    here.agree(case, 1)


@change
def case_helper_asked() -> Iterator[Scene]:
    scene, here = world()
    case = here.agreed(now=BEFORE)
    row = here.propose(case, scene.alice, now=BEFORE)
    yield scene
    here.choose(case, row)


@change
def case_helper_answered() -> Iterator[Scene]:
    scene, _here, helper = asked()
    yield scene
    yes(helper)


@change
def case_meeting_told() -> Iterator[Scene]:
    scene, _here, helper = asked()
    yes(helper, now=BEFORE)
    yield scene
    tell_case_meeting(began_at=NOW - 2 * AN_HOUR, minutes=60, now=NOW, **hers(helper))


@change
def case_helper_ended() -> Iterator[Scene]:
    scene, here, helper = asked()
    yes(helper, now=BEFORE)
    yield scene
    close_case(case_id=helper.case_id, outcome="settled", actor=here.officer, now=NOW)
