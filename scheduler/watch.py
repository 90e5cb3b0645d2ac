"""Beside a run's search, in a thread with its own database connection: keeps the lease, reads the
stop word, and tells the open pages how it goes.

A long step inside the search (one linear program of a whole city) yields nothing for many seconds;
reading a city's data takes some, too.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from backend.common import clock
from backend.live.ticks import publish_tick
from backend.planning import operations
from backend.planning.models import Run
from backend.planning.progress import Course

log = logging.getLogger(__name__)
LOOK = 0.25  # seconds between two looks at the stop word
NOTE = 1.0  # seconds between two writes of the row


@dataclass
class Watch:
    """`signal` stops the search: there is a stop word, or the lease is lost. `course`: what pages
    are told and the row notes, while the lease is held. Whoever changes it holds `lock` until the
    row has what belongs to the change, so that no page shows what the next attempt would not have.
    """

    run_id: int
    attempt: int
    course: Course | None = None
    problem_is_stored: bool = False  # a bound means something beside its problem only
    lock: threading.Lock = field(default_factory=threading.Lock)
    signal: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    word: Run.Stop | None = None
    lost: bool = False

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(
            target=self._look, name=f"watch run {self.run_id}", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._thread.join()

    def _look(self) -> None:
        renewed = time.monotonic()
        try:
            while not self.over.wait(LOOK):
                renew = time.monotonic() - renewed > settings.SOLVER_LEASE_SECONDS / 3
                self._ask(renew)
                renewed = time.monotonic() if renew else renewed
                if self.course is not None and not self.lost:
                    self._tell(self.course)
        finally:
            connection.close()

    def _tell(self, course: Course) -> None:
        publish_tick(f"run.{self.run_id}", course.strings())
        if not course.due("note", NOTE):
            return
        try:
            with self.lock:
                self.note()
        except operations.LeaseLost:
            pass  # the next look says so
        except Exception:
            log.warning("run %s: could not be noted", self.run_id, exc_info=True)
            connection.close()

    def note(self, checkpoint: bytes | None = None) -> None:
        """Write the row: the numbers of the course, and the plan that they speak of. Holding the
        lock. Raises LeaseLost."""
        assert self.course is not None
        operations.report_progress(
            run_id=self.run_id,
            attempt=self.attempt,
            progress=self.course.numbers(),
            bound=self.course.bound if self.problem_is_stored else None,
            checkpoint=checkpoint,
            now=clock.now(),
        )

    def _ask(self, renew: bool) -> None:
        try:
            if renew:
                self.word = operations.renew_lease(
                    run_id=self.run_id, attempt=self.attempt, now=clock.now()
                )
            else:
                self.word = operations.stop_word(run_id=self.run_id, attempt=self.attempt)
        except operations.LeaseLost:
            self.lost = True
        except (
            Exception
        ):  # the database is away for a moment: the lease decides whether that was too long
            log.warning("run %s: could not read the stop word", self.run_id, exc_info=True)
            connection.close()
        if self.word or self.lost:
            self.signal.set()
