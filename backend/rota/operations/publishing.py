"""A rota is published, and in the end closed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max

from backend.accounts.models import User
from backend.common.locking import hold, lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox import kinds
from backend.outbox.kinds import CITY
from backend.outbox.record import record
from backend.rota.models import Assignment, Offer, Rota, Session, Shift


class RotaMoved(Refusal):
    """Someone published it meanwhile. Facts: rota, version (the one that it has now)."""

    code = "rota_moved"


class RotaClosedAlready(Refusal):
    """It is closed; nothing about it changes any more. Facts: rota."""

    code = "rota_closed"


class RotaRunning(Refusal):
    """Its last session is not over yet. Facts: rota, ends_at."""

    code = "rota_running"


@operation
def publish_rota(
    *,
    rota_id: int,
    expected_version: int,
    actor: User | None,
    now: datetime,
) -> Rota:
    """Open the rota's sessions to volunteers and families, or publish it anew after changes; its
    version rises by one.

    Of sessions that are each other's alternatives none opens here: the one that somebody is asked
    for does (make_offers). A caller that also locks people or families must do so before. Raises
    RotaMoved, RotaClosedAlready; Rota.DoesNotExist.
    """
    rota = lock_one(Rota, rota_id)
    if rota.state == Rota.State.CLOSED:
        raise RotaClosedAlready(rota=rota_id)
    if rota.version != expected_version:
        raise RotaMoved(rota=rota_id, version=rota.version)
    waiting = Session.objects.filter(rota=rota, state=Session.State.PLANNED, group="")
    hold(Session, waiting.values_list("pk", flat=True))
    waiting.update(state=Session.State.OPEN)
    rota.state = Rota.State.PUBLISHED
    rota.version = rota.version + 1
    rota.published_at = rota.published_at or now
    rota.save(update_fields=["state", "version", "published_at"])
    record(
        kinds.RotaPublished(rota=rota.pk, version=rota.version),
        streams=publication_streams(rota),
        actor=actor,
        now=now,
    )
    return rota


@operation
def close_rota(*, rota_id: int, actor: User | None, now: datetime) -> Rota:
    """After its last session: what is assigned is done, what waits for an answer is taken back.
    Repeating changes nothing.

    An open-ended engagement ends with its rota; where it goes on, the next rota has it. Raises
    RotaRunning; Rota.DoesNotExist.
    """
    rota = lock_one(Rota, rota_id)
    if rota.state == Rota.State.CLOSED:
        return rota
    rows = Session.objects.filter(rota=rota)
    hold(Session, rows.values_list("pk", flat=True))
    hold(Shift, Shift.objects.filter(session__rota=rota, held__gt=0).values_list("pk", flat=True))
    ends_at = rows.filter(state=Session.State.OPEN).aggregate(last=Max("ends_at"))["last"]
    if ends_at is not None and ends_at > now:
        raise RotaRunning(rota=rota_id, ends_at=ends_at)
    asked = {
        o.volunteer_id for o in Offer.objects.filter(session__rota=rota, state=Offer.State.PENDING)
    }
    _take_back_offers(rota, now)
    Assignment.objects.filter(session__rota=rota, state=Assignment.State.ACTIVE).update(
        state=Assignment.State.DONE, ended_at=now
    )
    rows.filter(state=Session.State.OPEN).update(state=Session.State.DONE)
    rota.state = Rota.State.CLOSED
    rota.save(update_fields=["state"])
    streams = publication_streams(rota) | {f"volunteer.{pk}" for pk in asked}
    record(
        kinds.RotaClosed(rota=rota.pk),
        streams=streams,
        actor=actor,
        now=now,
    )
    return rota


def _take_back_offers(rota: Rota, now: datetime) -> None:
    for shift in Shift.objects.filter(session__rota=rota, held__gt=0, carries_seats=True):
        Session.objects.filter(pk=shift.session_id).update(staff=F("staff") - shift.held)
    Shift.objects.filter(session__rota=rota, held__gt=0).update(held=0)
    Offer.objects.filter(session__rota=rota, state=Offer.State.PENDING).update(
        state=Offer.State.WITHDRAWN, answered_at=now
    )


def publication_streams(rota: Rota) -> set[str]:
    return {CITY, f"rota.{rota.pk}", f"plan.{rota.pk}", *rota.organisation.streams}
