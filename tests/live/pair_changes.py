"""The events of pairs, as changes.py makes the others: prepared before the `yield`, done after
it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from backend.accounts.models import User
from backend.pairs.models import Pair, PairedChild
from backend.pairs.operations import (
    ChildWords,
    MeetingWords,
    agree_to_pair,
    ask_mentor,
    correct_visit,
    end_pair,
    note_child,
    rest_pair,
    resume_pair,
    set_next_visit,
    take_back_question,
    tell_visit,
    turn_down_pair,
    withdraw_agreement,
)
from backend.volunteers.models import Volunteer
from tests.factories import NOW, qualify
from tests.pairs.scene import pairing, said
from tests.planning.scene import Scene, make_scene

Change = Callable[[], Iterator[Scene]]
PAIR_CHANGES: dict[str, Change] = {}
BEFORE = NOW - timedelta(days=1)


def change(function: Change) -> Change:
    PAIR_CHANGES[function.__name__] = function
    return function


def world() -> tuple[Scene, PairedChild]:
    """Alice and Bob may be mentors; a child has nobody yet."""
    scene = make_scene(state="published")
    kind = pairing()
    for her in (scene.alice, scene.bob):
        her.programmes.add(kind.programme)
        qualify(volunteer=her, code="child_clearance")
        qualify(volunteer=her, code="adult")
    words: ChildWords = said()
    child = note_child(
        organisation=scene.rota.organisation, said=words, actor=scene.actor, now=BEFORE
    )
    return scene, child


def ask(scene: Scene, child: PairedChild, mentor: Volunteer) -> Pair:
    return ask_mentor(
        child_id=child.pk,
        mentor_id=mentor.pk,
        engagement=pairing(),
        weeks=2,
        actor=scene.actor,
        now=BEFORE,
    )


def user_of(her: Volunteer) -> User:
    assert her.user is not None
    return her.user


def yes(pair: Pair, her: Volunteer) -> Pair:
    return agree_to_pair(pair_id=pair.pk, volunteer_id=her.pk, actor=user_of(her), now=BEFORE)


def together() -> tuple[Scene, Pair]:
    """Alice is the child's mentor."""
    scene, child = world()
    return scene, yes(ask(scene, child, scene.alice), scene.alice)


@change
def paired_child_noted() -> Iterator[Scene]:
    scene, _child = world()
    yield scene
    note_child(organisation=scene.rota.organisation, said=said(), actor=scene.actor, now=NOW)


@change
def paired_child_forgotten() -> Iterator[Scene]:
    scene, child = world()
    yield scene
    withdraw_agreement(child_id=child.pk, actor=scene.actor, now=NOW)


@change
def pair_asked() -> Iterator[Scene]:
    scene, pair = together()
    yield scene
    ask(scene, pair.child, scene.bob)


@change
def pair_agreed() -> Iterator[Scene]:
    scene, pair = together()
    after = ask(scene, pair.child, scene.bob)
    yield scene
    yes(after, scene.bob)


@change
def pair_stood() -> Iterator[Scene]:
    scene, child = world()
    pair = ask(scene, child, scene.alice)
    yield scene
    yes(pair, scene.alice)


@change
def pair_turned_down() -> Iterator[Scene]:
    scene, child = world()
    pair = ask(scene, child, scene.alice)
    yield scene
    hers: dict[str, Any] = {"volunteer_id": scene.alice.pk, "actor": user_of(scene.alice)}
    turn_down_pair(pair_id=pair.pk, now=NOW, **hers)


@change
def pair_question_taken_back() -> Iterator[Scene]:
    scene, child = world()
    pair = ask(scene, child, scene.alice)
    yield scene
    take_back_question(pair_id=pair.pk, actor=scene.actor, now=NOW)


@change
def pair_visit_set() -> Iterator[Scene]:
    scene, pair = together()
    yield scene
    set_next_visit(
        pair_id=pair.pk,
        volunteer_id=scene.alice.pk,
        at=NOW + timedelta(days=7),
        actor=user_of(scene.alice),
        now=NOW,
    )


@change
def pair_visit_told() -> Iterator[Scene]:
    scene, pair = together()
    yield scene
    tell_visit(
        pair_id=pair.pk,
        volunteer_id=scene.alice.pk,
        said=MeetingWords(began_at=NOW - timedelta(hours=2), minutes=60, felt="help", words=""),
        actor=user_of(scene.alice),
        now=NOW,
    )


@change
def pair_visit_corrected() -> Iterator[Scene]:
    scene, pair = together()
    words = {"minutes": 60, "felt": "well", "words": ""}
    began = NOW - timedelta(hours=2)
    hers: dict[str, Any] = {"volunteer_id": scene.alice.pk, "actor": user_of(scene.alice)}
    told = tell_visit(pair_id=pair.pk, said=MeetingWords(began_at=began, **words), now=NOW, **hers)
    yield scene
    again = MeetingWords(began_at=began, **(words | {"felt": "fairly"}))
    correct_visit(meeting_id=told.pk, said=again, now=NOW, **hers)


@change
def pair_rested() -> Iterator[Scene]:
    scene, pair = together()
    yield scene
    rest_pair(pair_id=pair.pk, actor=scene.actor, now=NOW)


@change
def pair_resumed() -> Iterator[Scene]:
    scene, pair = together()
    rest_pair(pair_id=pair.pk, actor=scene.actor, now=BEFORE)
    yield scene
    resume_pair(pair_id=pair.pk, actor=scene.actor, now=NOW)


@change
def pair_ended() -> Iterator[Scene]:
    scene, pair = together()
    yield scene
    end_pair(pair_id=pair.pk, reason="grown", actor=scene.actor, now=NOW)
