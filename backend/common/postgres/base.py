"""Django's PostgreSQL, with a cheaper way to see that a kept connection is still there.

Every request begins by asking whether its thread's connection lives. Django asks by a statement;
here the socket is looked at first: while the connection rests there is nothing to read from it, and
when the server goes it says so or closes it.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if (
            self.connection is None
            or self.connection.pgconn.transaction_status != TransactionStatus.IDLE
        ):
            return super().is_usable()
        # not select(): a process with thousands of open pages has descriptors that it cannot take
        resting = select.poll()
        resting.register(self.connection.pgconn.socket, select.POLLIN)
        return not resting.poll(0) or super().is_usable()
