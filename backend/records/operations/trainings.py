"""A session that is a training: who is there by the word of two people will hold its credential
(grants.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import prefetch_related_objects

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import lock, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import TrainingNamed
from backend.outbox.record import record
from backend.programmes.models import CredentialKind
from backend.programmes.queries import kinds_by_training
from backend.records.models import Training
from backend.records.policy import can_be_training, is_for_home, may_yet_be_named
from backend.rota.models import Offer, Session, SessionTemplate
from backend.rota.operations import keep_template

LONGEST_MONTHS = 120


class TrainingRefused(Refusal):
    """Facts: why ("over": it has begun to be over, is cancelled or has no time; "home": it is at a
    home; "kind": no training gives that; "months": fewer than one, or more than `most`), most."""

    code = "training"


@operation
def name_training(
    *,
    session_id: int,
    kind: CredentialKind | None,
    months: int | None,
    actor: User,
    now: datetime,
    also: Collection[int] = (),
) -> Training | None:
    """Whoever attends the session gets a credential of this kind, valid for so many months from its
    day (None: as long as the kind says, or without end); kind None: it is no training. Before it
    is over, so that everybody who comes is told the same. `also`: sessions of which the same is
    said, where it can be.

    Raises TrainingRefused; Session.DoesNotExist.
    """
    rows = lock(Session, {session_id, *also})
    if session_id not in rows:
        raise Session.DoesNotExist
    prefetch_related_objects(list(rows.values()), "engagement")
    if not may_yet_be_named(rows[session_id], now):
        raise TrainingRefused(why="over", most=LONGEST_MONTHS)
    may_be = may_yet_be_named
    if kind is not None:
        may_be = can_be_training
        _refuse(rows[session_id], kind, months)
    for session in rows.values():
        if may_be(session, now):
            _write(session, kind, months, actor, now)
    return Training.objects.filter(session=session_id).first()


@operation
def carry_trainings(*, of: Mapping[int, int], actor: User, now: datetime) -> int:
    """Copies of sessions (copy → of which) give what those give, where they can; how many give
    anything. Whoever copies says so."""
    sources = Training.objects.filter(session__in=set(of.values())).select_related(
        "session__engagement"
    )
    said = {row.session_id: row for row in sources if not is_for_home(row.session)}
    rows = [
        Training(
            session_id=copy,
            kind_id=said[source].kind_id,
            months=said[source].months,
            said_at=now,
            said_by_id=actor.pk,
        )
        for copy, source in sorted(of.items())
        if source in said
    ]
    return len(Training.objects.bulk_create(rows))


@operation
def keep_with_training(
    *, session_id: int, name: str, actor: User, now: datetime
) -> SessionTemplate:
    """As keep_template(), with what attending the session gives. Raises what that raises."""
    template = keep_template(session_id=session_id, name=name, actor=actor, now=now)
    rows = Training.objects.select_related("session__engagement")
    said = rows.filter(session=session_id).first()
    if said is not None and not is_for_home(said.session):
        template.says["training"] = [said.kind_id, said.months]
        template.save(update_fields=["says"])
    return template


def _refuse(session: Session, kind: CredentialKind, months: int | None) -> None:
    if is_for_home(session):
        raise TrainingRefused(why="home", most=LONGEST_MONTHS)
    if not kinds_by_training().filter(pk=kind.pk).exists():
        raise TrainingRefused(why="kind", most=LONGEST_MONTHS)
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise TrainingRefused(why="months", most=LONGEST_MONTHS)


def _write(
    session: Session, kind: CredentialKind | None, months: int | None, actor: User, now: datetime
) -> None:
    if kind is None:
        Training.objects.filter(session=session).delete()
        _named(session, "no training", actor, now)
        return
    values = {
        "kind": kind,
        "months": months or kind.valid_months,
        "said_at": now,
        "said_by_id": actor.pk,
    }
    Training.objects.update_or_create(session=session, defaults=values)
    _named(session, f"training {kind.code}", actor, now)


def _named(session: Session, reason: str, actor: User, now: datetime) -> None:
    note(actor, "change", f"session:{session.pk}", reason, now=now)
    happened = TrainingNamed(rota=session.rota_id, session=session.pk)
    asked = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    theirs = [f"volunteer.{pk}" for pk in asked.values_list("volunteer", flat=True)]
    record(happened, streams=[f"session.{session.pk}", *theirs], actor=actor, now=now)
