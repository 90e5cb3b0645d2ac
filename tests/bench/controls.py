"""Two controls of the herd: `python -m tests.bench.controls stock FD` and `naive FD`.

stock: the same application the way Django documents it for ASGI (`get_asgi_application`), with
psycopg's own pool.
naive: our server, but signing up and booking are what everybody writes first: look, then write.
"""

from __future__ import annotations

import os
import socket
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django
import uvicorn
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

urlpatterns: list[object] = []  # of the naive control


def naive_claim(request: HttpRequest, shift_id: int) -> HttpResponse:
    from django.shortcuts import redirect

    from backend.common.clock import now
    from backend.rota.models import Assignment, Shift
    from backend.volunteers.models import Volunteer

    her = Volunteer.objects.only("pk").get(user=request.user.pk)
    shift = Shift.objects.select_related("session").get(pk=shift_id)
    if Assignment.objects.filter(shift=shift, state="active").count() < shift.target:
        time.sleep(0.002)  # what a view does between looking and writing
        Assignment.objects.create(
            shift=shift, session=shift.session, volunteer=her, origin="picked", made_at=now()
        )
    return redirect("volunteer:find")


def naive_book(request: HttpRequest) -> HttpResponse:
    from django.db.models import Sum
    from django.shortcuts import redirect

    from backend.bookings.models import Booking
    from backend.common.clock import now
    from backend.families.models import Family
    from backend.rota.models import Session

    family = Family.objects.only("pk").get(user=request.user.pk)
    session = Session.objects.get(pk=request.POST["session"])
    seats = Booking.objects.filter(session=session, state="confirmed")
    taken = seats.aggregate(n=Sum("seats"))["n"] or 0
    if taken < (session.seats_max or 0) and not seats.filter(family=family).exists():
        time.sleep(0.002)  # what a view does between looking and writing
        booking = Booking.objects.create(
            session=session, family=family, seats=1, state="confirmed", made_at=now()
        )
        booking.children.set([request.POST["child"]])
    return redirect("family:bookings")


def application(kind: str) -> object:
    if kind == "stock":
        default = settings.DATABASES["default"]
        default["CONN_MAX_AGE"] = 0
        default["OPTIONS"]["pool"] = {"min_size": 8, "max_size": 8, "timeout": 30}
        django.setup()
        from django.core.asgi import get_asgi_application

        return get_asgi_application()
    settings.ROOT_URLCONF = __name__ if __name__ != "__main__" else "tests.bench.controls"
    django.setup()
    from tests.bench import controls

    ours = path("", include("backend.config.urls"))
    controls.urlpatterns += [
        path("v/shifts/<int:shift_id>/claim/", naive_claim),
        path("f/confirm/", naive_book),
        ours,
    ]
    from backend.config.asgi import application as server

    return server


def main(kind: str, descriptor: int) -> None:
    config = uvicorn.Config(
        application(kind),
        http="httptools",
        lifespan="on" if kind == "naive" else "off",
        log_config=None,
        log_level="warning",
        access_log=False,  # type: ignore[arg-type]
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
