"""Sending a file, confirming what it would do, putting it aside."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.exchange.events import record_of
from backend.exchange.models import Import, ImportFile, Outcome
from backend.exchange.reading import MOST_BYTES
from backend.exchange.reading import refused as file_refused
from backend.organisations.models import Organisation
from backend.outbox.kinds import ImportConfirmed, ImportEnded, ImportUploaded
from backend.rota.models import Rota

TO_WRITE = (Outcome.ADDED, Outcome.CHANGED)
LONGEST_NAME = 100


class ImportOver(Refusal):
    """It is confirmed already, put aside, or there is nothing in it to write. Facts: state."""

    code = "import_over"


@operation
def upload(
    *,
    table: str,
    rota: Rota | None,
    organisation: Organisation,
    data: bytes,
    file_name: str,
    language: str,
    actor: User,
    now: datetime,
) -> Import:
    """Keep a file (`file_name` "": pasted) until a worker has compared it. Raises FileRefused."""
    if not data or len(data) > MOST_BYTES:
        raise file_refused("bytes" if data else "empty")
    batch = Import.objects.create(
        table=table,
        rota=rota,
        organisation=organisation,
        made_by=actor,
        made_at=now,
        file_name=line(file_name)[-LONGEST_NAME:],
        file_hash=sha256(data).hexdigest(),
        size=len(data),
        language=language,
        called_at=now,
    )
    ImportFile.objects.create(of=batch, data=data)
    record_of(ImportUploaded, batch, actor, now)
    return batch


@operation
def confirm_import(*, batch_id: int, actor: User, now: datetime) -> Import:
    """Have a worker write the rows that can be. Asking again changes nothing. Raises ImportOver;
    Import.DoesNotExist."""
    batch = Import.objects.select_for_update().get(pk=batch_id)
    if batch.state in (Import.State.CONFIRMED, Import.State.DONE):
        return batch
    any_row = batch.rows.filter(outcome__in=TO_WRITE).exists()
    if batch.state != Import.State.CHECKED or not any_row:
        raise ImportOver(state=batch.state)
    batch.state = Import.State.CONFIRMED
    batch.confirmed_at = now
    batch.called_at = now
    batch.attempt = 0
    batch.save(update_fields=["state", "confirmed_at", "called_at", "attempt"])
    record_of(ImportConfirmed, batch, actor, now)
    return batch


@operation
def drop_import(*, batch_id: int, actor: User, now: datetime) -> Import:
    """Put it aside: what was staged goes at once. Raises ImportOver once it is being written."""
    batch = Import.objects.select_for_update().get(pk=batch_id)
    if batch.state == Import.State.DROPPED:
        return batch
    if batch.state not in (Import.State.UPLOADED, Import.State.CHECKED, Import.State.UNREADABLE):
        raise ImportOver(state=batch.state)
    batch.state = Import.State.DROPPED
    batch.ended_at = now
    batch.forgotten_at = now
    batch.save(update_fields=["state", "ended_at", "forgotten_at"])
    batch.rows.all().delete()
    ImportFile.objects.filter(of=batch).delete()
    record_of(ImportEnded, batch, actor, now)
    return batch
