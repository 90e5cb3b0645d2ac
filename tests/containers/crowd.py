"""People at work while something happens to the containers: reading, claiming, booking, writing.

Their forms carry no key, so one that a proxy sent twice would be done twice; `made` tells what each
was told that she has, to be held against the tables.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Protocol

import httpx

from tests.containers.people import Person

PATIENCE = 90  # seconds, for who has had nothing yet when what was tried is over: a busy machine
REFUSED = (409, 422)  # the platform's own word: somebody was quicker, or a rule says no


class Worker(Protocol):
    made: set[int]
    makes: bool  # whether it is out to have something

    def turn(self, number: int) -> httpx.Response: ...

    def finish(self) -> None:
        """Give back what is still held, for the next trial."""


class Volunteer:
    """Claims a shift and undoes it, again and again; reads in between."""

    def __init__(self, person: Person, shifts: list[str]) -> None:
        self.person, self.shifts = person, shifts
        self.made: set[int] = set()
        self.makes = True
        self.undo = ""

    def turn(self, number: int) -> httpx.Response:
        if number % 2:
            return self.person.get("/v/")
        if self.undo:
            address = self.undo
            self.undo = ""
            return self.person.send(address)
        answer = self.person.send(f"/v/shifts/{self.shifts[0]}/claim/")
        if found := re.search(r"/v/mine/(\d+)/undo/", answer.text):
            self.made.add(int(found[1]))
            self.undo = found[0]
        elif answer.status_code in REFUSED:
            self.shifts = [*self.shifts[1:], self.shifts[0]]
        return answer

    def finish(self) -> None:
        if self.undo:
            self.person.send(self.undo)


class Family:
    """Books a seat and cancels it, again and again; reads in between."""

    def __init__(self, person: Person, sessions: list[str], child: str) -> None:
        self.person, self.sessions, self.child = person, sessions, child
        self.made: set[int] = set()
        self.makes = bool(sessions)
        self.booked = 0

    def turn(self, number: int) -> httpx.Response:
        if number % 2 or not self.sessions:
            return self.person.get("/f/")
        if self.booked:
            address = f"/f/bookings/{self.booked}/cancel/"
            self.booked = 0
            return self.person.send(address, asked="yes")
        answer = self.person.send("/f/confirm/", session=self.sessions[0], child=self.child)
        if found := re.search(r"/f/bookings/(\d+)/", answer.headers.get("Location", "")):
            self.booked = int(found[1])
            self.made.add(self.booked)
        elif answer.status_code in REFUSED:
            self.sessions = [*self.sessions[1:], self.sessions[0]]
        return answer

    def finish(self) -> None:
        if self.booked:
            self.person.send(f"/f/bookings/{self.booked}/cancel/", asked="yes")


class Coordinator:
    """Reads her desk and writes what she prefers."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.made: set[int] = set()
        self.makes = False

    def turn(self, number: int) -> httpx.Response:
        if number % 3:
            return self.person.get("/c/")
        return self.person.send("/preferences/", text="md")

    def finish(self) -> None:
        """She holds nothing."""


class Crowd:
    """`with Crowd(workers) as crowd:` everybody works until it ends.

    `failed`: what went wrong for somebody; `answers`: how often which status came; `longest`: the
    longest that anybody waited for one answer, in seconds.
    """

    def __init__(self, workers: list[Worker], pause: float = 0.1) -> None:
        self.workers, self.pause = workers, pause
        self.answers: Counter[int] = Counter()
        self.failed: list[str] = []
        self.longest = 0.0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(one,)) for one in workers]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        end = time.monotonic() + (0 if failure else PATIENCE)
        while time.monotonic() < end and any(one.makes and not one.made for one in self.workers):
            time.sleep(self.pause)
        self._over.set()
        for thread in self._threads:
            thread.join()
        for worker in self.workers:
            with suppress(httpx.HTTPError):
                worker.finish()

    def _work(self, worker: Worker) -> None:
        number = 0
        while not self._over.wait(self.pause):
            number += 1
            began = time.monotonic()
            try:
                status = worker.turn(number).status_code
            except httpx.HTTPError as error:
                self.failed.append(f"{type(worker).__name__}: {type(error).__name__}")
            else:
                self.answers[status] += 1
                if status >= 400 and status not in REFUSED:
                    self.failed.append(f"{type(worker).__name__}: {status}")
            self.longest = max(self.longest, time.monotonic() - began)

    def words(self) -> str:
        silent = sum(1 for words in self.failed if words.endswith("Error"))
        asked = sum(self.answers.values()) + silent
        return f"{asked} requests, {len(self.failed)} failed, longest wait {self.longest:.1f} s"
