"""Thirty-two workers want the same places: `python -m tests.races.contest SEEDS`, on the server of
DATABASE_URL, one JSON line a contest.

Each seed is played four times: sign-ups and bookings as they are, and each again as everybody
writes it first (look, then write) in a database without the overlap constraint. The two controls
must find places sold twice and people in two places; otherwise the contest was too tame to say
anything about ours.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from queue import Queue
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction

from backend.common.append_only import BEGIN_ANEW
from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.outbox.sequencer import sole_right
from tests.faults import invariants
from tests.outbox.numbering import number_all
from tests.races.scenes import SCENES, Scene

WORKERS, PROCESSES, ATTEMPTS = 32, 4, 3_200
GIVES_BACK = 0.12  # of those who hold something, before the next attempt
LONGEST = 900.0  # seconds until a contest has hung
LOCK_TIMEOUT = "55P03"
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Outcome:
    """`busy`: how often a lock did not come in time and the worker asked again; `oversold`: shifts
    or rooms with more people than places; `overlaps`: pairs of one person's places at the same
    time; `wrong`: counters, event numbers, answers and rows that do not agree; `errors`: what was
    raised that is no refusal."""

    kind: str
    naive: bool
    seed: int
    attempts: int
    yes: int
    given_back: int
    busy: int
    oversold: int
    overlaps: int
    wrong: tuple[str, ...]
    errors: dict[str, int]


@dataclass
class Hand:
    """What one worker was told: ids of what it got, how often it gave something back, and what it
    was refused for."""

    got: set[int]
    given_back: int
    said: Counter[str]


def play(scene: Scene, seed: int, naive: bool) -> Outcome:
    scene.prepare(Random(seed))
    hands = rush(scene, seed, naive)
    got = set().union(*(hand.got for hand in hands))
    said = sum((hand.said for hand in hands), Counter())
    overlaps = len(invariants.in_two_places()) + len(invariants.families_in_two_places())
    return Outcome(
        scene.kind,
        naive,
        seed,
        ATTEMPTS,
        len(got),
        sum(hand.given_back for hand in hands),
        said["busy"],
        len(invariants.oversold()),
        overlaps,
        () if naive else tuple(disagreements(scene, got)),
        {what: n for what, n in said.items() if what.startswith("error")},
    )


def disagreements(scene: Scene, got: set[int]) -> list[str]:
    """Rows against counters, answers against rows, events against answers."""
    with sole_right():
        number_all()
    rows = set(scene.rows().values_list("pk", flat=True))
    found = [f"{pk} was told yes and has no row" for pk in got - rows] + [
        f"{pk} has a row and nobody was told" for pk in rows - got
    ]
    told = Event.objects.filter(kind__in=scene.tells).count()
    found += [f"{told} events tell of {len(got)} answers"] if told != len(got) else []
    return found + invariants.wrong_counters() + invariants.gaps() + scene.findings()


def rush(scene: Scene, seed: int, naive: bool) -> list[Hand]:
    """All attempts, in PROCESSES processes of some threads each, so that neither Python's lock nor
    the server's queue orders them."""
    connections.close_all()  # a child must not speak on its parent's line
    gate, told = FORK.Barrier(WORKERS), FORK.Queue()
    children = [
        FORK.Process(target=_child, args=(scene, seed, naive, number, gate, told), daemon=True)
        for number in range(PROCESSES)
    ]
    for child in children:
        child.start()
    hands = [hand for _ in children for hand in told.get(timeout=LONGEST)]
    for child in children:
        child.join()
    return hands


def _child(scene: Scene, seed: int, naive: bool, number: int, gate: Any, told: Any) -> None:
    hands: Queue[Hand] = Queue()
    share = range(number, WORKERS, PROCESSES)
    threads = [
        threading.Thread(target=_work, args=(scene, Random(f"{seed} {worker}"), naive, gate, hands))
        for worker in share
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put([hands.get_nowait() for _ in share])


def _work(scene: Scene, rng: Random, naive: bool, gate: Any, hands: Queue[Hand]) -> None:
    hand, holds = Hand(set(), 0, Counter()), []
    connection.ensure_connection()
    gate.wait(timeout=60)
    for _ in range(ATTEMPTS // WORKERS):
        if holds and not naive and rng.random() < GIVES_BACK:
            _answer(hand, scene.give_back, holds.pop(rng.randrange(len(holds))))
            hand.given_back += 1
        wish = scene.wish(rng)
        if got := _answer(hand, scene.naive if naive else scene.take, *wish):
            hand.got.add(got)
            holds.append(got)
    connection.close()
    hands.put(hand)


def _answer(hand: Hand, act: Callable[..., int | None], *wish: int) -> int | None:
    try:
        return act(*wish)
    except Refusal as refusal:
        hand.said[refusal.code] += 1
    except OperationalError as error:
        if (
            getattr(error.__cause__, "sqlstate", None) == LOCK_TIMEOUT
        ):  # a page says that we are busy, and her phone asks again
            hand.said["busy"] += 1
            return _answer(hand, act, *wish)
        hand.said[f"error {error}"[:200]] += 1
    except Exception as error:
        hand.said[f"error {type(error).__name__}: {error}"[:200]] += 1
    return None


@contextmanager
def database(name: str) -> Iterator[None]:
    """A database of our own on the server that the environment names, dropped afterwards."""
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    _move_to(name)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _move_to(own)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _move_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def contests(seeds: list[int], naive: bool) -> Iterator[Outcome]:
    with database("races_control" if naive else "races"):
        if naive:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE rota_assignment DROP CONSTRAINT one_place_at_a_time")
        scenes = [kind() for kind in SCENES]
        for seed in seeds:
            for scene in scenes:
                yield play(scene, seed, naive)
                begin_anew()


def begin_anew() -> None:
    """Empty what a contest left, for the next one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_ANEW)
        cursor.execute("TRUNCATE rota_rota, outbox_event, outbox_stream CASCADE")


def main(seeds: list[int]) -> None:
    settings.FAMILY_SESSIONS_PER_YEAR = (
        366  # a quota would refuse most of them long before the room is full
    )
    print(json.dumps({"server": connection.pg_version}), flush=True)  # type: ignore[attr-defined]
    for naive in (True, False):
        for outcome in contests(seeds, naive):
            print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1])
