"""The bookings as a Django app: they answer what the rota below them asks about seats."""

from __future__ import annotations

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "backend.bookings"

    def ready(self) -> None:
        # they read models, which are ready only now
        from backend.bookings.queries.seated import SeatedByBookings
        from backend.rota.snapshot.seated import answered_by

        answered_by(SeatedByBookings())
