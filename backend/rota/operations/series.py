"""What a session of a weekly series says by itself: a change of one session alone is its own, and a
change of the series leaves that as it is."""

from __future__ import annotations

from collections.abc import Collection

from backend.rota.models import Session
from backend.rota.operations.session_values import SessionValues, different, values_of


def own_after(session: Session, before: SessionValues, after: SessionValues) -> list[str] | None:
    """The parts that are the session's own once it alone was changed: what was changed, unless it
    says again what another of the series says. Two statements."""
    changed = different(before, after)
    own = set(session.own or ())
    others = Session.objects.filter(series=session.series_id).exclude(pk=session.pk)
    rows = others.exclude(state=Session.State.CANCELLED).prefetch_related("shifts")
    said = [
        (set(other.own or ()), different(values_of(other), after, weekly=True)) for other in rows
    ]
    for part in changed:
        back = any(part not in theirs and part not in differs for theirs, differs in said)
        own = own - {part} if back else own | {part}
    return sorted(own) or None


def without(own: Collection[str] | None, parts: Collection[str]) -> list[str] | None:
    """The parts that stay a session's own once these were changed with its series."""
    return sorted(set(own or ()) - set(parts)) or None
