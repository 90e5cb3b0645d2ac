"""What was staged goes after some days; who brought in what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.common.locking import operation
from backend.exchange.models import Import, ImportFile, ImportRow

KEPT_DAYS = 14


@operation
def forget_imports(*, now: datetime) -> int:
    """Delete the rows and files of imports that are so old, whether or not anybody confirmed them;
    how many imports. One that a worker has is left until it has ended."""
    old = Import.objects.filter(made_at__lt=now - timedelta(days=KEPT_DAYS), forgotten_at=None)
    over = list(old.exclude(state__in=Import.WORKED_ON).values_list("pk", flat=True))
    ImportRow.objects.filter(of__in=over).delete()
    ImportFile.objects.filter(of__in=over).delete()
    gone = Import.objects.filter(pk__in=over)
    gone.filter(state=Import.State.CHECKED).update(state=Import.State.DROPPED, ended_at=now)
    return gone.update(forgotten_at=now)
