"""How long a task may take, in seconds.

Celery kills the worker process of a task that takes longer. It has no word for "no limit": a task
that names None gets the default, and so does one that names 0. So there is no default among its
settings (scheduler/app.py); a task has SHORT from its class, or names a limit of its own.
"""

from __future__ import annotations

RESTORED_AFTER = 60  # until a task whose worker died is given to another
SHORT = RESTORED_AFTER - 10  # over before anybody else is given it

# However much is due at one minute, a task works it off in pieces, begins none after this, and
# leaves the rest to its next turn: so one piece has as long again. Shorter than the turns of
# timetable.py, or two would work on the same rows.
PIECES = SHORT // 2

# A run ends at the time that its row allows, and a publication has no clock: the database says who
# works on them. What takes longer than this hangs, and is taken up by another attempt.
RUN = 4200  # ten minutes more than the longest run that is allowed
PUBLICATION = 1800
IMPORT = 1800  # as long as a publication; what is left then is gone on with
