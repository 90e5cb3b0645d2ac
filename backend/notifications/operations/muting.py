"""What somebody wants to hear outside of her inbox, and on which channel."""

from __future__ import annotations

from collections.abc import Iterable

from backend.common.locking import operation
from backend.notifications.models import Mute
from backend.notifications.queries import of_person
from backend.notifications.recipients import Addressee
from backend.notifications.table import MESSAGES


@operation
def mute_messages(*, person: Addressee, pairs: Iterable[tuple[str, str]]) -> None:
    """These pairs of kind and channel she does not want, and all others she does. A kind that is
    not optional is passed over: it is sent whatever she chose."""
    Mute.objects.filter(**of_person(person)).delete()
    Mute.objects.bulk_create(
        [
            Mute(**of_person(person), kind=kind, channel=channel)
            for kind, channel in sorted(set(pairs))
            if MESSAGES[kind].optional
        ]
    )
